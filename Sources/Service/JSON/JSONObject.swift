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

    private mutating func nest(_ value: some JSONObject) {
        text.append(UInt8(ascii: "{"))
        isEmpty = true
        value.write(to: &self)
        text.append(UInt8(ascii: "}"))
        isEmpty = false
    }

    mutating func add(_ name: StaticString, null: ()) {
        begin(name)
        text.append(contentsOf: "null".utf8)
    }

    mutating func add(_ name: StaticString, _ value: String) {
        begin(name)
        text.appendJSON(value)
    }

    mutating func add(_ name: StaticString, _ value: some FixedWidthInteger) {
        begin(name)
        text.append(contentsOf: String(value).utf8)
    }

    mutating func add(_ name: StaticString, _ written: WrittenJSON) {
        begin(name)
        text.append(contentsOf: written.bytes)
    }

    mutating func add(_ name: StaticString, _ value: Bool) {
        begin(name)
        text.append(contentsOf: (value ? "true" : "false").utf8)
    }

    mutating func add(_ name: StaticString, _ value: some JSONObject) {
        begin(name)
        nest(value)
    }

    mutating func add(_ name: StaticString, _ values: [some JSONObject]) { add(name, values) { $0.nest($1) } }

    mutating func add(_ name: StaticString, _ values: [String]) { add(name, values) { $0.text.appendJSON($1) } }

    private mutating func add<Value>(_ name: StaticString, _ values: [Value], _ write: (inout Self, Value) -> Void) {
        begin(name)
        text.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            write(&self, value)
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
    mutating func add(_ name: StaticString, _ value: (some JSONObject)?) { value.map { add(name, $0) } ?? add(name, null: ()) }
}

extension [UInt8] {
    /// A JSON string (RFC 8259 §7).
    mutating func appendJSON(_ string: String) {
        append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var rest = utf8
            while true {
                let plain = rest.lengthWithoutEscapes
                append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<plain]))
                guard plain < rest.count else { break }
                appendEscape(rest[plain])
                rest = UnsafeBufferPointer(rebasing: rest[(plain + 1)...])
            }
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

extension UnsafeBufferPointer<UInt8> {
    /// How many bytes from the first on stand in a JSON string as they are: none below 0x20, no quote and no backslash. Looked at by eight.
    fileprivate var lengthWithoutEscapes: Int {
        let bytes = UnsafeRawBufferPointer(self), ones: UInt64 = 0x0101_0101_0101_0101, highest = ones << 7
        var index = 0
        while index + 8 <= count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ ones &* UInt64(UInt8(ascii: "\"")), backslash = word ^ ones &* UInt64(UInt8(ascii: "\\"))
            let found = (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
            if found & highest != 0 { return index + (found & highest).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, self[index] >= 0x20, self[index] != UInt8(ascii: "\""), self[index] != UInt8(ascii: "\\") { index += 1 }
        return index
    }
}
