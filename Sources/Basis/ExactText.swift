/// A text that is told from others by its bytes, as the store tells it. `String` takes for one what Unicode calls canonically equivalent
/// (UAX #15 §1.1): both ways to write é, or a K and U+212A KELVIN SIGN.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasBytes(of: right.text) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether both are the same bytes, where `==` takes texts for the same that only look so.
    package func hasBytes(of other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (left, right) = (self, other)
        return left.withUTF8 { left in right.withUTF8 { UnsafeRawBufferPointer(left).isSame(as: UnsafeRawBufferPointer($0)) } }
    }

    /// Whether each byte is a sign of ASCII. Two texts of which that is so are the same where `==` says so.
    package var isASCII: Bool {
        var text = self
        return text.withUTF8 { UnsafeRawBufferPointer($0).isASCII }
    }

    /// With a to z in place of A to Z and all else as it is (WHATWG Infra Standard §4.6). `lowercased()` makes a name of ASCII of one that
    /// is none: the small letter of U+212A KELVIN SIGN is k.
    package var asciiLowercased: String {
        func isCapital(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        guard utf8.contains(where: isCapital) else { return self }
        return String(decoding: utf8.map { isCapital($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    /// Looked at by eight.
    fileprivate var isASCII: Bool {
        let whole = count & ~7
        for place in stride(from: 0, to: whole, by: 8)
        where loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
            return false
        }
        return (whole..<count).allSatisfy { self[$0] < 0x80 }
    }

    /// Compares eight bytes at a time; both are of one length.
    fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        let whole = count & ~7
        for place in stride(from: 0, to: whole, by: 8)
        where loadUnaligned(fromByteOffset: place, as: UInt64.self) != other.loadUnaligned(fromByteOffset: place, as: UInt64.self) {
            return false
        }
        return (whole..<count).allSatisfy { self[$0] == other[$0] }
    }
}
