import Basis

/// A value that writes itself as a JSON object, for what is written on every call (docs/decisions/json-is-written-as-it-comes.md).
protocol JSONObject {
    func write(to object: inout JSONObjectText)
}

extension JSON {
    static func encode(_ value: some JSONObject) -> [UInt8] {
        var object = JSONObjectText()
        value.write(to: &object)
        return object.close()
    }
}

/// One JSON object as its members come, in their order.
struct JSONObjectText: ~Copyable {
    private var text = JSONBytes(capacity: 4_096)
    private var isEmpty = true

    init() { text.append(UInt8(ascii: "{")) }

    fileprivate mutating func close() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text.array
    }

    private mutating func begin(_ name: StaticString) {
        text.append(member: name, isFirst: isEmpty)
        isEmpty = false
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
        text.append(literally: "null")
    }

    mutating func add(_ name: StaticString, _ value: String) {
        begin(name)
        text.append(string: value)
    }

    mutating func add(_ name: StaticString, _ value: some FixedWidthInteger) {
        begin(name)
        text.append(number: value)
    }

    mutating func add(_ name: StaticString, _ written: WrittenJSON) {
        begin(name)
        text.append(written.bytes)
    }

    mutating func add(_ name: StaticString, _ value: Bool) {
        begin(name)
        text.append(literally: value ? "true" : "false")
    }

    mutating func add(_ name: StaticString, _ value: some JSONObject) {
        begin(name)
        nest(value)
    }

    mutating func add(_ name: StaticString, _ values: [some JSONObject]) { add(name, values) { $0.nest($1) } }

    mutating func add(_ name: StaticString, _ values: [String]) { add(name, values) { $0.text.append(string: $1) } }

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
