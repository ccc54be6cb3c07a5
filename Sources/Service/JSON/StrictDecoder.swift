import Basis

/// Reads what somebody sent into a value: every member must be one that the value asks for, and what is wrong is told by its path and in words.
///
/// Members that a value never asks for are not known; `shown` is what GET shows of the same thing, and a member that stands there too and is
/// the same is taken for what it is: a copy.
enum StrictJSON {
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8], shown: () -> JSONValue = { .null }
    ) throws(InvalidField) -> Value {
        guard !bytes.isEmpty else { throw InvalidField("body", "is missing") }
        let body: JSONValue
        do throws(JSONReader.Fault) { body = try JSONReader.read(bytes) } catch {
            throw InvalidField("body", "is not JSON: \(error.what), at byte \(error.offset)")
        }
        let audit = Audit()
        let value: Value
        do { value = try StrictDecoder(body, [], audit).read(type) } catch let invalid as InvalidField { throw invalid } catch {
            throw InvalidField("body", "\(error)")
        }
        try audit.check(shown)
        return value
    }

    /// `trunks[0].uri`.
    static func name(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + key.stringValue }
        }
    }
}

/// The objects that were read, and the members that were asked for.
private final class Audit {
    final class Entry {
        let path: [any CodingKey]
        let members: [String: JSONValue]
        /// In their order, and again where one is asked for again: there are few, and no table of them is made for each object.
        var asked: [String] = []
        var isAskedForAll = false

        init(_ path: [any CodingKey], _ members: [String: JSONValue]) {
            (self.path, self.members) = (path, members)
            asked.reserveCapacity(16)
        }

        func isKnown(_ name: String) -> Bool { isAskedForAll || asked.contains(name) }
    }
    private var entries: [Entry] = []

    func entry(_ path: [any CodingKey], _ members: [String: JSONValue]) -> Entry {
        let entry = Entry(path, members)
        entries.append(entry)
        return entry
    }

    func check(_ shown: () -> JSONValue) throws(InvalidField) {
        var known: JSONValue?
        for entry in entries where !entry.members.keys.allSatisfy(entry.isKnown) {
            let asked = asked(at: entry.path)
            for name in entry.members.keys.sorted() where !asked.contains(name) {
                let isHere = known ?? shown()
                known = isHere
                guard let there = isHere.member(entry.path, name) else { throw Self.unknown(name, entry.path, among: asked) }
                guard there.isSame(as: entry.members[name]!) else {
                    throw InvalidField(
                        StrictJSON.name(entry.path + [Name(name)]), "is only shown and cannot be set here; leave it as it is, or out")
                }
            }
        }
    }

    /// A value that may have several forms is read more than once.
    private func asked(at path: [any CodingKey]) -> Set<String> {
        let name = StrictJSON.name(path)
        return entries.reduce(into: []) { asked, entry in
            if entry.path.count == path.count, StrictJSON.name(entry.path) == name {
                asked.formUnion(entry.asked)
                if entry.isAskedForAll { asked.formUnion(entry.members.keys) }
            }
        }
    }

    static func unknown(_ name: String, _ path: [any CodingKey], among asked: Set<String>) -> InvalidField {
        let field = StrictJSON.name(path + [Name(name.excerpt)])
        if let nearest = nearestName(to: name, among: asked) { return InvalidField(field, "is not known; did you mean \(nearest)?") }
        let known = asked.isEmpty ? "there are no members here" : "there are " + asked.sorted().prefix(20).joined(separator: ", ")
        return InvalidField(field, "is not known; " + known)
    }
}

private struct Name: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) { (stringValue, intValue) = (name, nil) }
    init(index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}

private struct StrictDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    let audit: Audit
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: JSONValue, _ path: [any CodingKey], _ audit: Audit) { (self.value, codingPath, self.audit) = (value, path, audit) }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(Members(entry: audit.entry(codingPath, members), audit: audit))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch("a list") }
        return Elements(elements: elements, codingPath: codingPath, audit: audit)
    }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    func mismatch(_ wanted: String) -> InvalidField {
        InvalidField(
            codingPath.isEmpty ? "body" : StrictJSON.name(codingPath),
            value == .null ? "must not be null" : "is \(wanted), not \(value.kind)")
    }

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let value = value as? Value { return value }
        if let names = Self.names(of: type) {
            guard case .string(let text) = value else { throw mismatch("one of " + names.joined(separator: ", ")) }
            guard names.contains(text) else {
                throw InvalidField(
                    codingPath.isEmpty ? "body" : StrictJSON.name(codingPath),
                    "is one of \(names.joined(separator: ", ")), not \"\(text.excerpt)\"")
            }
        }
        do { return try Value(from: self) } catch DecodingError.dataCorrupted(let context) {
            throw InvalidField(context.codingPath.isEmpty ? "body" : StrictJSON.name(context.codingPath), context.debugDescription)
        }
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

    func bool() throws -> Bool {
        guard case .bool(let value) = value else { throw mismatch("true or false") }
        return value
    }
    func string() throws -> String {
        guard case .string(let text) = value else { throw mismatch("a text") }
        return text
    }
    func double() throws -> Double {
        switch value {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        case .null, .bool, .string, .array, .object: throw mismatch("a number")
        }
    }
    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let number: Number? =
            switch value {
            case .integer(let value): Number(exactly: value)
            case .number(let value): Number(exactly: value)
            case .null, .bool, .string, .array, .object: nil
            }
        if let number { return number }
        switch value {
        case .integer, .number: throw InvalidField(StrictJSON.name(codingPath), "is a whole number from \(Number.min) to \(Number.max)")
        case .null, .bool, .string, .array, .object: throw mismatch("a whole number")
        }
    }
}

private struct Single: SingleValueDecodingContainer {
    let decoder: StrictDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value == .null }
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
    let entry: Audit.Entry
    let audit: Audit
    var codingPath: [any CodingKey] { entry.path }

    /// To list the members is to ask for all of them.
    var allKeys: [Key] {
        entry.isAskedForAll = true
        return entry.members.keys.compactMap(Key.init(stringValue:))
    }

    /// Notes that it was asked for; nil where it is not there.
    private func member(_ key: Key) -> JSONValue? {
        let name = key.stringValue
        if !entry.isAskedForAll { entry.asked.append(name) }
        return entry.members[name]
    }

    private func decoder(_ key: Key) throws -> StrictDecoder {
        guard let value = member(key) else {
            let rest = entry.members.keys.filter { !entry.isKnown($0) }.sorted()
            if let meant = rest.first(where: { nearestName(to: $0, among: [key.stringValue]) != nil }) {
                throw Audit.unknown(meant, codingPath, among: Set(entry.asked))
            }
            throw InvalidField(StrictJSON.name(codingPath + [key]), "is required")
        }
        return StrictDecoder(value, codingPath + [key], audit)
    }

    /// Of what may be missing; nil where it is not there, or null. One look each, for what every call brings.
    private func present(_ key: Key) -> StrictDecoder? {
        guard let value = member(key) else { return nil }
        if case .null = value { return nil }
        return StrictDecoder(value, codingPath + [key], audit)
    }

    func contains(_ key: Key) -> Bool { member(key) != nil }
    func decodeNil(forKey key: Key) -> Bool { member(key) ?? .null == .null }
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
    func superDecoder() throws -> any Decoder { StrictDecoder(.object(entry.members), codingPath, audit) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct Elements: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let codingPath: [any CodingKey]
    let audit: Audit
    private(set) var currentIndex = 0
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    init(elements: [JSONValue], codingPath: [any CodingKey], audit: Audit) {
        (self.elements, self.codingPath, self.audit) = (elements, codingPath, audit)
    }

    private mutating func next() throws -> StrictDecoder {
        guard !isAtEnd else { throw InvalidField(StrictJSON.name(codingPath), "has too few entries") }
        defer { currentIndex += 1 }
        return StrictDecoder(elements[currentIndex], codingPath + [Name(index: currentIndex)], audit)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().read(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
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

    fileprivate func member(_ path: [any CodingKey], _ name: String) -> JSONValue? {
        var value = self
        for key in path {
            switch (value, key.intValue) {
            case (.array(let elements), let index?) where elements.indices.contains(index): value = elements[index]
            case (.object(let members), nil):
                guard let member = members[key.stringValue] else { return nil }
                value = member
            default: return nil
            }
        }
        guard case .object(let members) = value else { return nil }
        return members[name]
    }

    /// The same but for how a number is written, and for members that are null or left out.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .number(let right)): Double(left) == right
        case (.number(let left), .integer(let right)): left == Double(right)
        case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            Set(left.keys).union(right.keys).allSatisfy { (left[$0] ?? .null).isSame(as: right[$0] ?? .null) }
        default: self == other
        }
    }
}
