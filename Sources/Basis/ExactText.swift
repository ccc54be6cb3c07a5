/// A text that is told from others by its bytes, as the store tells it. `String` takes for one what Unicode calls canonically equivalent
/// (UAX #15 §1.1): both ways to write é, or a K and U+212A KELVIN SIGN.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether each byte is a sign of ASCII. Two texts of which that is so are the same where `==` says so.
    package var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

    /// With a to z in place of A to Z and all else as it is (WHATWG Infra Standard §4.6). `lowercased()` makes a name of ASCII of one that
    /// is none: the small letter of U+212A KELVIN SIGN is k.
    package var asciiLowercased: String {
        func isCapital(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        guard utf8.contains(where: isCapital) else { return self }
        return String(decoding: utf8.map { isCapital($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
