import Basis

/// An encoder that writes JSON as the values come, in the order of their members, without a tree in between.
///
/// It asks of a value what every value here does: one container at a time, and no member of an outer one while an inner one is open.
struct JSONTextEncoder: Encoder {
    let text: JSONText
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { text.revealsSecrets ? [Secret.reveals: true] : [:] }

    static func encode(_ value: some Encodable, revealingSecrets: Bool) throws -> [UInt8] {
        let text = JSONText(revealsSecrets: revealingSecrets)
        try JSONTextEncoder(text: text).write(value)
        text.close(to: 0)
        return text.bytes.array
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Members<Key>(text: text, depth: text.beginObject()))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(text: text, depth: text.beginArray()) }
    func singleValueContainer() -> any SingleValueEncodingContainer { Single(text: text) }

    /// A value that opens no container at all is an object without members.
    fileprivate func write<Value: Encodable>(_ value: Value) throws {
        if Value.self == String.self { return text.write(value as! String) }
        let start = text.bytes.count
        try value.encode(to: self)
        if text.bytes.count == start { _ = text.beginObject() }
    }
}

private struct Single: SingleValueEncodingContainer {
    let text: JSONText
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { text.writeNull() }
    func encode(_ value: Bool) { text.write(value) }
    func encode(_ value: String) { text.write(value) }
    func encode(_ value: Double) throws { try text.write(value) }
    func encode(_ value: Float) throws { try text.write(Double(value)) }
    func encode(_ value: Int) { text.write(value) }
    func encode(_ value: Int8) { text.write(value) }
    func encode(_ value: Int16) { text.write(value) }
    func encode(_ value: Int32) { text.write(value) }
    func encode(_ value: Int64) { text.write(value) }
    func encode(_ value: UInt) { text.write(value) }
    func encode(_ value: UInt8) { text.write(value) }
    func encode(_ value: UInt16) { text.write(value) }
    func encode(_ value: UInt32) { text.write(value) }
    func encode(_ value: UInt64) { text.write(value) }
    func encode<Value: Encodable>(_ value: Value) throws { try JSONTextEncoder(text: text).write(value) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let text: JSONText
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    private func name(_ key: Key) -> JSONText {
        text.key(key.stringValue, at: depth)
        return text
    }

    func encodeNil(forKey key: Key) { name(key).writeNull() }
    func encode(_ value: Bool, forKey key: Key) { name(key).write(value) }
    func encode(_ value: String, forKey key: Key) { name(key).write(value) }
    func encode(_ value: Double, forKey key: Key) throws { try name(key).write(value) }
    func encode(_ value: Float, forKey key: Key) throws { try name(key).write(Double(value)) }
    func encode(_ value: Int, forKey key: Key) { name(key).write(value) }
    func encode(_ value: Int8, forKey key: Key) { name(key).write(value) }
    func encode(_ value: Int16, forKey key: Key) { name(key).write(value) }
    func encode(_ value: Int32, forKey key: Key) { name(key).write(value) }
    func encode(_ value: Int64, forKey key: Key) { name(key).write(value) }
    func encode(_ value: UInt, forKey key: Key) { name(key).write(value) }
    func encode(_ value: UInt8, forKey key: Key) { name(key).write(value) }
    func encode(_ value: UInt16, forKey key: Key) { name(key).write(value) }
    func encode(_ value: UInt32, forKey key: Key) { name(key).write(value) }
    func encode(_ value: UInt64, forKey key: Key) { name(key).write(value) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try JSONTextEncoder(text: name(key)).write(value)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        JSONTextEncoder(text: name(key)).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONTextEncoder(text: name(key)).unkeyedContainer()
    }
    func superEncoder() -> any Encoder {
        text.key("super", at: depth)
        return JSONTextEncoder(text: text)
    }
    func superEncoder(forKey key: Key) -> any Encoder { JSONTextEncoder(text: name(key)) }
}

private struct Elements: UnkeyedEncodingContainer {
    let text: JSONText
    let depth: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(text: JSONText, depth: Int) { (self.text, self.depth) = (text, depth) }

    private mutating func element() -> JSONTextEncoder {
        text.next(at: depth)
        count += 1
        return JSONTextEncoder(text: text)
    }

    mutating func encodeNil() { element().text.writeNull() }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try element().write(value) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        element().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        element().unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { element() }
}
