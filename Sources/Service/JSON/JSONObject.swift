import Basis

/// A value that writes itself as a JSON object, for what is written on every call (docs/decisions/json-is-written-as-it-comes.md).
protocol JSONObject {
    func write(to object: inout JSONObjectText)
}

extension JSON {
    static func encode(_ value: some JSONObject) -> [UInt8] {
        var object = JSONObjectText()
        value.write(to: &object)
        return object.closed()
    }
}

/// One JSON object as its members come, in their order.
struct JSONObjectText {
    private var text: [UInt8] = []
    private var isEmpty = true

    init() {
        text.reserveCapacity(1024)
        text.append(UInt8(ascii: "{"))
    }

    fileprivate consuming func closed() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }

    private mutating func begin(_ name: StaticString) {
        if isEmpty { isEmpty = false } else { text.append(UInt8(ascii: ",")) }
        text.append(UInt8(ascii: "\""))
        text.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        text.append(UInt8(ascii: "\""))
        text.append(UInt8(ascii: ":"))
    }

    mutating func add(_ name: StaticString, null: ()) {
        begin(name)
        text.append(contentsOf: "null".utf8)
    }

    mutating func add(_ name: StaticString, _ value: String) {
        begin(name)
        text.appendJSON(value)
    }

    mutating func add(_ name: StaticString, _ value: Int) {
        begin(name)
        text.append(contentsOf: String(value).utf8)
    }

    mutating func add(_ name: StaticString, _ written: WrittenJSON) {
        begin(name)
        text.append(contentsOf: written.bytes)
    }

    mutating func add(_ name: StaticString, _ values: [some JSONObject]) {
        add(name, values) { $0.append(contentsOf: JSON.encode($1)) }
    }

    mutating func add(_ name: StaticString, _ values: [String]) { add(name, values) { $0.appendJSON($1) } }

    private mutating func add<Value>(_ name: StaticString, _ values: [Value], _ write: (inout [UInt8], Value) -> Void) {
        begin(name)
        text.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            write(&text, value)
        }
        text.append(UInt8(ascii: "]"))
    }

    mutating func add(_ name: StaticString, _ value: some RawRepresentable<String>) { add(name, value.rawValue) }
    mutating func add(_ name: StaticString, _ time: WallTime) { add(name, time.rfc3339) }

    /// Null where there is nothing.
    mutating func add(_ name: StaticString, _ value: String?) { value.map { add(name, $0) } ?? add(name, null: ()) }
    mutating func add(_ name: StaticString, _ value: Int?) { value.map { add(name, $0) } ?? add(name, null: ()) }
    mutating func add(_ name: StaticString, _ time: WallTime?) { time.map { add(name, $0) } ?? add(name, null: ()) }
    mutating func add(_ name: StaticString, _ value: (some RawRepresentable<String>)?) { add(name, value?.rawValue) }
}

extension [UInt8] {
    /// A JSON string (RFC 8259 §7).
    mutating func appendJSON(_ string: String) {
        append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices where utf8[index] < 0x20 || utf8[index] == UInt8(ascii: "\"") || utf8[index] == UInt8(ascii: "\\") {
                append(contentsOf: utf8[start..<index])
                appendEscape(utf8[index])
                start = index + 1
            }
            append(contentsOf: utf8[start...])
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        default:
            append(contentsOf: "u00".utf8)
            for nibble in [byte >> 4, byte & 15] { append(nibble < 10 ? 48 + nibble : 87 + nibble) }
        }
    }
}
