/// What a person typed, without what only the eye needs (domain reference §5.3; RFC 3966 §3 for `tel:`).
package struct DialledText: Equatable, Sendable {
    /// At most this many UTF-8 bytes are read.
    static let lengthLimit = 128

    /// Digits, `*` and `#`, with a `+` in front if one was typed.
    package private(set) var text = ""
    /// For an international number written with its trunk prefix in parentheses, `+44 (0)20 …`: the same without that zero.
    private(set) var withoutTrunkPrefix: String?
    /// Digits typed after `;ext=`, `extension`, `ext.` or `x`. No operator carries them: their trunks take E.164 only (domain reference §5.2).
    private(set) var extensionDigits: String?

    package enum Malformed: Error, Equatable, Sendable { case empty, tooLong, unexpected(Character) }

    package init(_ typed: String) throws(Malformed) {
        guard typed.utf8.count <= Self.lengthLimit else { throw .tooLong }
        var rest = Substring(typed).unicodeScalars
        if rest.starts(with: "tel:".unicodeScalars, by: { $0.foldedASCII == $1 }) { rest = rest.dropFirst(4) }
        var number = rest
        if let mark = Self.extensionMark(in: rest) {
            number = rest[..<mark.lowerBound]
            let digits = try Self.significant(rest[mark.upperBound...])
            guard !digits.isEmpty, digits.utf8.first != UInt8(ascii: "+") else { throw .unexpected(Character(rest[mark.lowerBound])) }
            extensionDigits = digits
        }
        text = try Self.significant(number)
        guard text.utf8.contains(where: { (48...57).contains($0) }) else { throw .empty }
        if isInternational, let zero = Self.trunkPrefix(in: number) {
            withoutTrunkPrefix = try Self.significant(number[..<zero.lowerBound]) + Self.significant(number[zero.upperBound...])
        }
    }

    var isInternational: Bool { text.utf8.first == UInt8(ascii: "+") }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func extensionMark(in text: Scalars) -> Range<Scalars.Index>? {
        guard let start = text.firstIndex(where: { $0 == ";" || $0.foldedASCII == "x" || $0.foldedASCII == "e" }) else { return nil }
        for mark in [";ext=", "extension", "ext.", "ext", "x"]
        where text[start...].starts(with: mark.unicodeScalars, by: { $0.foldedASCII == $1 }) {
            return start..<text.index(start, offsetBy: mark.unicodeScalars.count)
        }
        return nil
    }

    private static func trunkPrefix(in text: Scalars) -> Range<Scalars.Index>? {
        text.indices.lazy.compactMap { start in
            text[start...].starts(with: "(0)".unicodeScalars) ? start..<text.index(start, offsetBy: 3) : nil
        }.first
    }

    private static func significant(_ text: Scalars) throws(Malformed) -> String {
        var kept = ""
        for scalar in text {
            switch scalar {
            case "0"..."9", "*", "#": kept.unicodeScalars.append(scalar)
            case "+" where kept.isEmpty, "\u{FF0B}" where kept.isEmpty: kept.append("+")
            case "\u{FF10}"..."\u{FF19}": kept.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value - 0xFF10 + 48)))
            case _ where scalar.isSeparator: continue
            default: throw .unexpected(Character(scalar))
            }
        }
        return kept
    }
}

extension Unicode.Scalar {
    fileprivate var foldedASCII: Unicode.Scalar { ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value | 0x20)) : self }

    /// Spaces, dashes, dots, brackets and slashes of ASCII and of full width, and marks that only steer the writing's direction.
    fileprivate var isSeparator: Bool {
        switch self {
        case " ", "\t", "-", ".", "(", ")", "/", "\u{A0}", "\u{2000}"..."\u{2015}", "\u{202A}"..."\u{202F}", "\u{2060}", "\u{2212}",
            "\u{3000}", "\u{FF08}", "\u{FF09}", "\u{FF0D}", "\u{FF0E}", "\u{FF0F}":
            true
        default: false
        }
    }
}
