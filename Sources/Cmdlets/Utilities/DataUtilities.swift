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
            "Path@0=LiteralPath Delimiter@1 InputObject NoTypeInformation? IncludeTypeInformation? Encoding Append? Force? NoClobber? UseQuotes QuoteFields UseCulture? NoHeader?",
            changes: true
        ) { (call, input) throws(Stop) in
            let path = try call.required("Path").text
            if call.bound.isOn("NoClobber"), try call.run.client.exists(path) {
                throw .failure(.resourceExists, "NoClobber", "\(path) is there already", at: call.place)
            }
            let before = call.bound.isOn("Append") ? try call.run.client.text(of: path) ?? "" : ""
            let columns = before.isEmpty || call.bound.isOn("NoHeader") ? nil : try columns(of: before, path, for: input, call)
            let text = try csv(call, input, columns).map { $0 + "\n" }.joined()
            guard try call.confirmation.allows(call.name, on: path) else { return }
            let isOpen = !before.isEmpty && before.utf8.last != UInt8(ascii: "\n") && !text.isEmpty
            try call.run.write((isOpen ? "\n" : "") + text, to: path, appends: call.bound.isOn("Append"), as: call.encoding())
        },
        Utility("ConvertFrom-Csv", "Reads comma-separated values", "InputObject@0 Delimiter@1 Header") { (call, input) throws(Stop) in
            try put(call, call.run.meter.joined(input.lazy.map(\.text), by: "\n"))
        },
        Utility("Import-Csv", "Reads a CSV file of the client", "Path@0=LiteralPath Delimiter@1 Header Encoding UseCulture?") {
            (call, input) throws(Stop) in
            for path in call.bound["Path"]?.items ?? input { try put(call, call.read(path.text)) }
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
            let depth = try call.integer("Depth", in: 1...Int(Int32.max)) ?? 1_024
            var reader = JSONTextReader(
                try call.run.meter.joined(input.lazy.map(\.text), by: "\n"), depth: depth, asTables: call.bound.isOn("AsHashtable"),
                call.run, call.place)
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

    /// The columns of a file that objects are appended to, each of which they have where `-Force` does not leave it empty.
    private static func columns(
        of text: String, _ path: String, for input: [Value], _ call: UtilityCall
    ) throws(Stop) -> [String]? {
        var reader = CSVReader(text, delimiter: try delimiter(call)), row = reader.next()
        if row?.first?.hasPrefix("#TYPE ") == true { row = reader.next() }
        guard let row else { return nil }
        for value in input where !call.bound.isOn("Force") {
            let names = Set(value.named.map { $0.name.lowercased() })
            guard let missing = row.first(where: { !names.contains($0.lowercased()) }) else { continue }
            throw .failure(
                .invalidData, "CannotAppendCsvWithMismatchedPropertyNames",
                "Cannot append CSV content to the following file: \(path). The appended object does not have a property that corresponds to the "
                    + "following column: \(missing). To continue with mismatched properties, add the -Force parameter, and then retry the command.",
                at: call.place)
        }
        return row
    }

    /// Lines under the names of the first object's properties, or under those of `columns`, which stand elsewhere.
    private static func csv(_ call: UtilityCall, _ input: [Value], _ columns: [String]? = nil) throws(Stop) -> [String] {
        let delimiter = String(try delimiter(call)), quotes = call.text("UseQuotes")?.lowercased() ?? "always"
        guard let first = input.first else { return [] }
        let names = columns ?? first.named.map(\.name), fields = call.bound["QuoteFields"]?.items.map { $0.text.lowercased() }
        func quoted(_ text: String, _ name: String) -> String {
            if let fields, !fields.contains(name.lowercased()) { return text }
            let needs = text.contains { $0 == "\"" || $0.isNewline || String($0) == delimiter }
            let isPlain = fields == nil && (quotes == "never" || quotes == "asneeded" && !needs)
            return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        var lines: [String] = []
        if columns == nil, call.bound.isOn("IncludeTypeInformation") { lines.append("#TYPE " + first.typeName) }
        if columns == nil, !call.bound.isOn("NoHeader") { lines.append(names.map { quoted($0, $0) }.joined(separator: delimiter)) }
        for value in input {
            let properties = Dictionary(value.named.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            let cells = names.map { name -> String in
                guard let value = properties[name.lowercased()], !value.isNull else { return "" }
                return quoted(value.asCell, name)
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
                var unnamed = 0
                names = row.map { name in
                    guard name.isEmpty else { return name }
                    unnamed += 1
                    return "H\(unnamed)"
                }
                if unnamed > 0 {
                    try run.warn(
                        "One or more headers were not specified. Default names starting with \"H\" have been used in place of any "
                            + "missing headers.", call.bound.common)
                }
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

/// Reads comma-separated values row by row (RFC 4180). Blanks around what is not in quotes are none of it, as for PowerShell.
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
                row.append(Self.text(cell, wasQuoted))
                cell = String.UnicodeScalarView()
                wasQuoted = false
            } else if scalar == "\n" || scalar == "\r" {
                if scalar == "\r", rest.first == "\n" { rest.removeFirst() }
                return row + [Self.text(cell, wasQuoted)]
            } else {
                cell.append(scalar)
            }
        }
        isUnclosed = isQuoted
        return row + [Self.text(cell, wasQuoted)]
    }

    private static func text(_ cell: String.UnicodeScalarView, _ wasQuoted: Bool) -> String {
        wasQuoted ? String(cell) : String(String(cell).trimmed)
    }
}
