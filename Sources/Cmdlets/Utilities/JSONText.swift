import Basis

/// Writes values as `ConvertTo-Json` does (PowerShell 7).
struct JSONTextWriter {
    private(set) var text = ""
    /// Whether something lay deeper than was asked for, and stands there as text.
    private(set) var isCut = false
    private let isCompressed: Bool
    private let depth: Int

    init(isCompressed: Bool, depth: Int) { (self.isCompressed, self.depth) = (isCompressed, depth) }

    mutating func write(_ value: Value, _ level: Int) {
        guard text.utf8.count <= Meter.textLimit else { return }
        switch value {
        case .null, .nothing: text += "null"
        case .truth(let truth): text += truth ? "true" : "false"
        case .integer(let integer): text += String(integer)
        case .real(let real):
            text +=
                real.isFinite
                ? real == real.rounded() && abs(real) < 1e15 ? String(Int(real)) + ".0" : NumberText.general(real)
                : "\"\(NumberText.general(real))\""
        case .text(let string): text += Self.quoted(string)
        case .character(let scalar): text += Self.quoted(String(Character(scalar)))
        case .moment(let moment): text += Self.quoted(moment.timestamp)
        case .span, .block, .type: text += Self.quoted(value.text)
        case .array(let box): writeItems(box.items, level)
        case .table(let box): writeMembers(box.entries.map { ($0.key.text, $0.value) }, value, level)
        case .object(let box) where box.isName: text += Self.quoted(value.text)
        case .object(let box): writeMembers(box.properties.map { ($0.name, $0.value) }, value, level)
        }
    }

    private mutating func writeItems(_ items: [Value], _ level: Int) {
        guard level <= depth else { return cut(.list(items)) }
        guard !items.isEmpty else { return text += "[]" }
        text += "["
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            line(level + 1)
            write(item, level + 1)
        }
        line(level)
        text += "]"
    }

    private mutating func writeMembers(_ members: [(String, Value)], _ value: Value, _ level: Int) {
        guard level <= depth else { return cut(value) }
        guard !members.isEmpty else { return text += "{}" }
        text += "{"
        for (index, member) in members.enumerated() {
            if index > 0 { text += "," }
            line(level + 1)
            text += Self.quoted(member.0) + (isCompressed ? ":" : ": ")
            write(member.1, level + 1)
        }
        line(level)
        text += "}"
    }

    private mutating func cut(_ value: Value) {
        isCut = true
        text += Self.quoted(value.text)
    }

    private mutating func line(_ level: Int) { if !isCompressed { text += "\n" + String(repeating: "  ", count: level) } }

    private static func quoted(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32:
                result +=
                    "\\u" + TimeText.padded(0, 4 - scalar.hexadecimal.count).prefix(4 - scalar.hexadecimal.count)
                    + scalar.hexadecimal.lowercased()
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Reads JSON (RFC 8259) into values.
struct JSONTextReader {
    private let bytes: [UInt8]
    private var at = 0
    private let depth: Int
    private let asTables: Bool
    private let run: Interpreter
    private let place: Script.Place

    /// `depth`: how many objects and arrays may stand in each other.
    init(_ text: String, depth: Int, asTables: Bool, _ run: Interpreter, _ place: Script.Place) {
        bytes = Array(text.utf8)
        (self.depth, self.asTables, self.run, self.place) = (depth, asTables, run, place)
    }

    mutating func read() throws(Stop) -> Value {
        try run.meter.make(bytes: bytes.count)
        let value = try value(0)
        skipBlanks()
        guard at == bytes.count else { throw fault }
        return value
    }

    private var fault: Stop {
        let line = bytes[..<min(at, bytes.count)].filter { $0 == 10 }.count + 1
        return .failure(
            .invalidData, "InvalidJson", "what ConvertFrom-Json was given is not JSON, from byte \(at), line \(line) on", at: place)
    }

    private mutating func skipBlanks() { while at < bytes.count, [32, 9, 10, 13].contains(bytes[at]) { at += 1 } }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func value(_ level: Int) throws(Stop) -> Value {
        guard level < Meter.levelLimit else { throw Meter.exceeded("JSON nests up to \(Meter.levelLimit) deep") }
        try run.meter.step()
        skipBlanks()
        guard at < bytes.count else { throw fault }
        guard level < depth || ![UInt8(ascii: "{"), UInt8(ascii: "[")].contains(bytes[at]) else {
            throw .failure(.invalidData, "MaxDepth", "the JSON nests deeper than \(depth), as -Depth says", at: place)
        }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try members(level)
        case UInt8(ascii: "["): return try items(level)
        case UInt8(ascii: "\""):
            let text = try string()
            return Moment(timestamp: text).map { .moment($0) } ?? .text(text)
        default:
            for (word, value) in [("true", Value.truth(true)), ("false", .truth(false)), ("null", .null)]
            where bytes[at...].starts(with: word.utf8) {
                at += word.utf8.count
                return value
            }
            let start = at
            while at < bytes.count, (48...57).contains(bytes[at]) || [43, 45, 46, 69, 101].contains(bytes[at]) { at += 1 }
            let digits = bytes[start..<at]
            guard start < at, let number = NumberText.read(String(decoding: digits, as: UTF8.self)) else { throw fault }
            if case .real = number, digits.dropFirst(digits.first == 45 ? 1 : 0).allSatisfy({ (48...57).contains($0) }) {
                throw .failure(
                    .invalidData, "NumberTooLarge",
                    "the JSON has the number \(String(decoding: digits.prefix(80), as: UTF8.self)), which is too large for a whole number here; "
                        + "put it in quotes", at: place)
            }
            return number
        }
    }

    private mutating func members(_ level: Int) throws(Stop) -> Value {
        at += 1
        let table = TableBox(asTables ? .orderedHashtable : .ordered, isCaseSensitive: asTables)
        if !skip(UInt8(ascii: "}")) {
            repeat {
                skipBlanks()
                guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw fault }
                let name = try string()
                guard skip(UInt8(ascii: ":")) else { throw fault }
                try check(name, among: table)
                table[name] = try value(level + 1)
            } while skip(UInt8(ascii: ","))
            guard skip(UInt8(ascii: "}")) else { throw fault }
        }
        return asTables ? run.keep(.table(table)) : try run.custom(table)
    }

    /// Of names that are the same the last counts; those that differ by case, and none, an object cannot have.
    private func check(_ name: String, among table: TableBox) throws(Stop) {
        guard !name.isEmpty || asTables else {
            throw .failure(
                .invalidData, "EmptyKeyInJsonString",
                "the JSON has a property without a name, which only a hashtable can have: use -AsHashtable", at: place)
        }
        guard let known = table.key(like: name), known != name else { return }
        throw .failure(
            .invalidData, "KeysWithDifferentCasingInJsonString",
            "Cannot convert the JSON string because it contains keys with different casing: '\(known)' and '\(name)'. Rename one of them, or use "
                + "-AsHashtable.", at: place)
    }

    private mutating func items(_ level: Int) throws(Stop) -> Value {
        at += 1
        var items: [Value] = []
        if !skip(UInt8(ascii: "]")) {
            repeat { items.append(try value(level + 1)) } while skip(UInt8(ascii: ","))
            guard skip(UInt8(ascii: "]")) else { throw fault }
        }
        return run.keep(try run.meter.made(items))
    }

    private mutating func string() throws(Stop) -> String {
        at += 1
        var result: [UInt8] = []
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            guard bytes[at] >= 32 else { throw fault }
            if bytes[at] == UInt8(ascii: "\\") {
                result += try escape()
            } else {
                result.append(bytes[at])
                at += 1
            }
        }
        guard at < bytes.count else { throw fault }
        at += 1
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func escape() throws(Stop) -> [UInt8] {
        at += 1
        guard at < bytes.count else { throw fault }
        at += 1
        switch bytes[at - 1] {
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "u"):
            guard let first = unit() else { throw fault }
            if let scalar = Unicode.Scalar(first) { return Array(String(Character(scalar)).utf8) }
            guard (0xD800...0xDBFF).contains(first), bytes[min(at, bytes.count)...].starts(with: [92, 117]) else { throw fault }
            at += 2
            guard let second = unit(), (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
            else { throw fault }
            return Array(String(Character(scalar)).utf8)
        case let byte where [34, 92, 47].contains(byte): return [byte]
        default: throw fault
        }
    }

    private mutating func unit() -> UInt16? {
        guard at + 4 <= bytes.count else { return nil }
        defer { at += 4 }
        return UInt16(hexadecimal: String(decoding: bytes[at..<(at + 4)], as: UTF8.self))
    }
}
