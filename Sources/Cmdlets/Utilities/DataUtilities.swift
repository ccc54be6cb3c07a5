/// Objects as CSV and JSON, and back.
enum DataUtilities {
    static let all = [
        Utility(
            "ConvertTo-Csv", "Writes objects as comma-separated values",
            "InputObject Delimiter@1 NoTypeInformation? IncludeTypeInformation? UseQuotes QuoteFields NoHeader?"
        ) { (call, input) throws(Stop) in
            for line in try csv(call, input) { try call.put(.text(line)) }
        },
        Utility(
            "Export-Csv", "Writes objects to a CSV file of the client",
            "Path@0=LiteralPath Delimiter@1 InputObject NoTypeInformation? IncludeTypeInformation? Encoding Append? Force? NoClobber? UseQuotes QuoteFields UseCulture? NoHeader?"
        ) { (call, input) throws(Stop) in
            let path = try call.required("Path").text
            if call.bound.isOn("NoClobber"), try call.run.client.exists(path) {
                throw .failure(.resourceExists, "NoClobber", "\(path) is there already", at: call.place)
            }
            var lines = try csv(call, input)
            let before = call.bound.isOn("Append") ? try call.run.client.text(of: path) ?? "" : ""
            if !before.isEmpty, !lines.isEmpty { lines.removeFirst() }
            try call.run.write(lines.map { $0 + "\n" }.joined(), to: path, appends: call.bound.isOn("Append"))
        },
        Utility("ConvertFrom-Csv", "Reads comma-separated values", "InputObject@0 Delimiter@1 Header") { (call, input) throws(Stop) in
            try put(call, call.run.meter.joined(input.lazy.map(\.text), by: "\n"))
        },
        Utility("Import-Csv", "Reads a CSV file of the client", "Path@0=LiteralPath Delimiter@1 Header Encoding UseCulture?") {
            (call, input) throws(Stop) in
            for path in call.bound["Path"]?.items ?? input { try put(call, call.run.read(path.text, at: call.place)) }
        },
        Utility("ConvertTo-Json", "Writes objects as JSON", "InputObject@0 Depth Compress? AsArray? EnumsAsStrings? EscapeHandling") {
            (call, input) throws(Stop) in
            let depth = try call.integer("Depth", in: 0...100) ?? 2
            let isOne = input.count == 1 && !call.bound.isOn("AsArray")
            let value = call.hasInput ? isOne ? input[0] : .list(input) : call.bound["InputObject"] ?? .null
            var writer = JSONTextWriter(isCompressed: call.bound.isOn("Compress"), depth: depth)
            try call.run.meter.step(input.count)
            writer.write(value, 0)
            guard writer.text.utf8.count <= Meter.textLimit else { throw Meter.exceeded("a text has up to \(Meter.textLimit) bytes") }
            if writer.isCut {
                try call.run.warn("Resulting JSON is truncated as serialization has exceeded the set depth of \(depth).", call.bound.common)
            }
            try call.put(call.run.meter.made(writer.text))
        },
        Utility("ConvertFrom-Json", "Reads JSON", "InputObject@0 AsHashtable? Depth NoEnumerate?") { (call, input) throws(Stop) in
            var reader = JSONTextReader(
                try call.run.meter.joined(input.lazy.map(\.text), by: "\n"), asTables: call.bound.isOn("AsHashtable"), call.run, call.place)
            let value = try reader.read()
            for item in call.bound.isOn("NoEnumerate") ? [value] : value.items { try call.put(item) }
        },
    ]

    private static func delimiter(_ call: UtilityCall) throws(Stop) -> Character {
        guard let text = call.text("Delimiter") else { return "," }
        guard text.count == 1, let character = text.first else {
            throw .argument("-Delimiter is one character, not \(text)", at: call.place)
        }
        return character
    }

    private static func csv(_ call: UtilityCall, _ input: [Value]) throws(Stop) -> [String] {
        let delimiter = String(try delimiter(call)), quotes = call.text("UseQuotes")?.lowercased() ?? "always"
        guard let first = input.first else { return [] }
        let names = first.named.map(\.name)
        func quoted(_ text: String) -> String {
            let needs = text.contains { $0 == "\"" || $0.isNewline || String($0) == delimiter }
            return quotes == "never" || quotes == "asneeded" && !needs ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        var lines: [String] = []
        if call.bound.isOn("IncludeTypeInformation") { lines.append("#TYPE " + first.typeName) }
        if !call.bound.isOn("NoHeader") { lines.append(names.map(quoted).joined(separator: delimiter)) }
        for value in input {
            let properties = Dictionary(value.named.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            let cells = names.map { name -> String in
                guard let value = properties[name.lowercased()], !value.isNull else { return "" }
                return quoted(value.asCell)
            }
            let line = cells.joined(separator: delimiter)
            try call.run.meter.make(bytes: line.utf8.count)
            lines.append(line)
        }
        return lines
    }

    private static func put(_ call: UtilityCall, _ text: String) throws(Stop) {
        let run = call.run
        try run.meter.make(bytes: text.utf8.count)
        var reader = CSVReader(text, delimiter: try delimiter(call))
        var names = call.bound["Header"]?.items.map(\.text) ?? []
        while let row = reader.next() {
            try run.meter.step(row.count)
            if row.count == 1, row[0].isEmpty { continue }
            if names.isEmpty {
                if row[0].hasPrefix("#TYPE ") { continue }
                names = row.enumerated().map { $1.isEmpty ? "H\($0 + 1)" : $1 }
                var known: Set<String> = []
                for name in names where !known.insert(name.lowercased()).inserted {
                    throw .failure(.invalidData, "DuplicateColumn", "the CSV has two columns \(name)", at: call.place)
                }
                continue
            }
            let properties = names.enumerated().map { ObjectBox.Property(name: $1, value: $0 < row.count ? .text(row[$0]) : .null) }
            try call.put(run.keep(.object(ObjectBox(properties))))
        }
        guard !reader.isUnclosed else { throw .failure(.invalidData, "InvalidCsv", "a quote in the CSV is not closed", at: call.place) }
    }
}

extension Value {
    /// As a cell of CSV: an array is the name of its type.
    fileprivate var asCell: String {
        switch self {
        case .array: typeName
        case .moment(let moment): moment.formatted("G")
        default: text
        }
    }
}

/// Reads comma-separated values row by row (RFC 4180).
package struct CSVReader {
    private var rest: Substring.UnicodeScalarView
    private let delimiter: Unicode.Scalar
    /// Whether the text ends within quotes.
    package private(set) var isUnclosed = false

    package init(_ text: String, delimiter: Character) {
        var rest = Substring(text).unicodeScalars
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        self.rest = rest
        self.delimiter = delimiter.unicodeScalars.first ?? ","
    }

    /// What stands between the cells of a text's first line: of comma, semicolon and tab the first that is not in quotes.
    package static func delimiter(of text: String) -> Character {
        var isQuoted = false
        for character in text.prefix(while: { !$0.isNewline }) {
            if character == "\"" { isQuoted.toggle() } else if !isQuoted, ",;\t".contains(character) { return character }
        }
        return ","
    }

    package mutating func next() -> [String]? {
        guard !rest.isEmpty else { return nil }
        var row: [String] = [], cell = String.UnicodeScalarView(), isQuoted = false, wasQuoted = false
        while let scalar = rest.popFirst() {
            if isQuoted {
                guard scalar == "\"" else {
                    cell.append(scalar)
                    continue
                }
                if rest.first == "\"" {
                    cell.append("\"")
                    rest.removeFirst()
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", cell.isEmpty || String(cell).trimmed.isEmpty, !wasQuoted {
                cell = String.UnicodeScalarView()
                (isQuoted, wasQuoted) = (true, true)
            } else if scalar == delimiter {
                row.append(String(cell))
                cell = String.UnicodeScalarView()
                wasQuoted = false
            } else if scalar == "\n" || scalar == "\r" {
                if scalar == "\r", rest.first == "\n" { rest.removeFirst() }
                return row + [String(cell)]
            } else {
                cell.append(scalar)
            }
        }
        isUnclosed = isQuoted
        return row + [String(cell)]
    }
}
