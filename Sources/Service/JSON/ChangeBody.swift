/// A body that says what is to be another: what it leaves out stays (RFC 7396).
protocol ChangeBody: Decodable {
    /// Members that null takes away. Any other that has a value now is not taken away by null, which is refused.
    static var removable: Set<String> { get }
}
