/// A text that nobody may read by accident: it prints as `(secret)`, also in a dump of what holds it, and JSON has null in its place, but
/// where an encoder is told to ``reveals``.
package struct Secret: Hashable, Sendable {
    /// The text itself, for whoever proves with it that it is known.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    /// In an encoder's `userInfo`: the text is written as it is, for a place that is sealed.
    package static let reveals = CodingUserInfoKey(rawValue: "Secret.reveals")!
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Codable {
    package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if encoder.userInfo[Self.reveals] != nil { try container.encode(revealed) } else { try container.encodeNil() }
    }
}
