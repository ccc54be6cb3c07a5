/// A body that says what is to be another: what it leaves out stays (RFC 7396).
protocol ChangeBody: Decodable {
    /// Members that null takes away. Any other that has a value now is not taken away by null, which is refused.
    static var removable: Set<String> { get }
}

extension KeyedDecodingContainer {
    /// A member that null takes away: nil where it is left out, and nothing within where it is null.
    func removable<Value: Decodable>(_ key: Key) throws -> Value?? {
        contains(key) ? .some(try decodeIfPresent(Value.self, forKey: key)) : nil
    }

    /// A member that may be left out and is not null.
    func changed<Value: Decodable>(_ key: Key) throws -> Value? { contains(key) ? try decode(Value.self, forKey: key) : nil }
}
