/// Makes a value of a JSON text that was read. What does not fit is an ``InvalidField``, with its path and in words; with an `audit`, in which
/// what is asked for is noted, the words are whole.
struct JSONNodeDecoder: Decoder {
    private let nodes: JSONNodes
    private let place: Int
    private let audit: Audit?

    init(_ nodes: JSONNodes, _ place: Int, _ audit: Audit? = nil) { (self.nodes, self.place, self.audit) = (nodes, place, audit) }

    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var codingPath: [any CodingKey] { nodes.path(to: place) }
    private var kind: JSONNodes.Kind { nodes.nodes[place].kind }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard kind == .object else { throw mismatch("an object") }
        nodes.askMembers(of: place)
        audit?.open(place)
        return KeyedDecodingContainer(Members(nodes: nodes, object: place, audit: audit))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard kind == .array else { throw mismatch("a list") }
        return Elements(nodes: nodes, array: place, audit: audit)
    }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    private var field: String { place == 0 ? "body" : StrictJSON.name(codingPath) }

    fileprivate func mismatch(_ wanted: String) -> InvalidField {
        InvalidField(field, kind == .null ? "must not be null" : "is \(wanted), not \(nodes.value(at: place).kind)")
    }

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSONValue.self, let value = nodes.value(at: place) as? Value { return value }
        do { return try Value(from: self) } catch {
            if let names = Self.names(of: type), let invalid = judge(names) { throw invalid }
            guard case DecodingError.dataCorrupted(let context) = error else { throw error }
            throw InvalidField(context.codingPath.isEmpty ? "body" : StrictJSON.name(context.codingPath), context.debugDescription)
        }
    }

    /// What is wrong with something that is one of several texts; nil where it is one of them.
    private func judge(_ names: [String]) -> InvalidField? {
        guard case .string(let text) = nodes.value(at: place) else { return mismatch("one of " + names.joined(separator: ", ")) }
        return names.contains(text) ? nil : InvalidField(field, "is one of \(names.joined(separator: ", ")), not \"\(text.excerpt)\"")
    }

    /// The texts of a type that is one of several texts.
    private static func names<Value>(of type: Value.Type) -> [String]? {
        guard let type = type as? any CaseIterable.Type else { return nil }
        func texts<Cases: CaseIterable>(_ type: Cases.Type) -> [String] {
            type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        }
        let names = texts(type)
        return names.isEmpty ? nil : names
    }

    fileprivate var isNull: Bool { kind == .null }
    fileprivate func bool() throws -> Bool {
        guard kind == .true || kind == .false else { throw mismatch("true or false") }
        return kind == .true
    }
    fileprivate func string() throws -> String {
        guard kind == .string else { throw mismatch("a text") }
        return nodes.text(at: place)
    }
    fileprivate func double() throws -> Double {
        switch nodes.number(at: place) {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        default: throw mismatch("a number")
        }
    }
    fileprivate func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let number: Number? =
            switch nodes.number(at: place) {
            case .integer(let value): Number(exactly: value)
            case .number(let value): Number(exactly: value)
            default: throw mismatch("a whole number")
            }
        guard let number else { throw InvalidField(StrictJSON.name(codingPath), "is a whole number from \(Number.min) to \(Number.max)") }
        return number
    }
}

private struct Single: SingleValueDecodingContainer {
    let decoder: JSONNodeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool() }
    func decode(_ type: String.Type) throws -> String { try decoder.string() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.double() }
    func decode(_ type: Float.Type) throws -> Float { Float(try decoder.double()) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.read(type) }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let nodes: JSONNodes
    let object: Int
    let audit: Audit?
    var codingPath: [any CodingKey] { nodes.path(to: object) }

    /// To list the members is to ask for all of them.
    var allKeys: [Key] {
        nodes.askAll(of: object)
        audit?.askAll(of: object)
        return nodes.names(of: object).compactMap { Key(stringValue: nodes.text(at: $0)) }
    }

    private func member(_ name: String) -> JSONNodeDecoder? {
        audit?.ask(name, of: object)
        return nodes.member(name, of: object).map { JSONNodeDecoder(nodes, $0, audit) }
    }

    private func decoder(_ key: any CodingKey) throws -> JSONNodeDecoder {
        if let member = member(key.stringValue) { return member }
        throw audit?.missing(key.stringValue, of: object) ?? InvalidField(StrictJSON.name(codingPath + [key]), "is required")
    }

    /// Of what may be missing; nil where it is not there, or null.
    private func present(_ key: Key) -> JSONNodeDecoder? { member(key.stringValue).flatMap { $0.isNull ? nil : $0 } }

    func contains(_ key: Key) -> Bool { member(key.stringValue) != nil }
    func decodeNil(forKey key: Key) -> Bool { member(key.stringValue)?.isNull ?? true }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try present(key)?.string() }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try present(key)?.integer(type) }
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? { try present(key)?.read(type) }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try decoder(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try decoder(key).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try decoder(key).double()) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try decoder(key).integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try decoder(key).integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try decoder(key).integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try decoder(key).integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try decoder(key).integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try decoder(key).integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try decoder(key).integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try decoder(key).integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try decoder(key).integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try decoder(key).integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try decoder(key).read(type) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { try decoder(JSONMember("super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct Elements: UnkeyedDecodingContainer {
    let nodes: JSONNodes
    let array: Int
    let audit: Audit?
    private var place: Int
    private(set) var currentIndex = 0

    init(nodes: JSONNodes, array: Int, audit: Audit?) {
        (self.nodes, self.array, self.audit) = (nodes, array, audit)
        place = array + 1
    }

    var codingPath: [any CodingKey] { nodes.path(to: array) }
    var count: Int? { nil }
    var isAtEnd: Bool { place == nodes.nodes[array].next }

    private mutating func next() throws -> JSONNodeDecoder {
        guard !isAtEnd else { throw InvalidField(StrictJSON.name(codingPath), "has too few entries") }
        defer { move() }
        return JSONNodeDecoder(nodes, place, audit)
    }

    private mutating func move() { (place, currentIndex) = (nodes.nodes[place].next, currentIndex + 1) }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, nodes.nodes[place].kind == .null else { return false }
        move()
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().read(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

extension JSONNodes {
    fileprivate func number(at place: Int) -> JSONValue? {
        nodes[place].kind == .number ? Self.number(nodes[place], in: bytes) : nil
    }
}

extension JSONValue {
    /// What it is, in words.
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let text): "the text \"\(text.excerpt)\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}
