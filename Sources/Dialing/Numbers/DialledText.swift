/// What a person typed, without what only the eye needs (domain reference §5.3; RFC 3966 §3 for `tel:`).
///
/// Decimal digits of every script are read (Unicode Nd); invisible marks (Cf, variation selectors) may stand anywhere; spaces, dashes,
/// brackets, dots, slashes and tildes separate. Anything else is refused, letters as well: which digit one stands for is not the same
/// everywhere.
package struct DialledText: Equatable, Sendable {
    /// At most this many UTF-8 bytes are read.
    static let lengthLimit = 128

    /// Digits, `*` and `#`, with a `+` in front if one was typed.
    package let text: String
    /// Where a zero stands alone in brackets behind other digits, `+44 (0)20 …`: the same without that zero.
    let withoutBracketedZero: String?
    /// Digits typed after `;ext=`, `extension`, `ext.` or `x`. No operator carries them: their trunks take E.164 only (domain reference §5.2).
    let extensionDigits: String?

    package enum Malformed: Error, Equatable, Sendable { case empty, tooLong, unexpected(Character) }

    package init(_ typed: String) throws(Malformed) {
        guard typed.utf8.count <= Self.lengthLimit else { throw .tooLong }
        let visible = typed.unicodeScalars.filter { !$0.isIgnorable }
        var number = visible[...].drop { $0.isSeparator }
        if number.begins(with: "tel:") { number = number.dropFirst(4) }
        if let mark = Self.extensionMark(in: number) {
            let digits = Self.text(of: try Self.pieces(of: number[mark.upperBound...]))
            guard !digits.isEmpty, digits.utf8.first != UInt8(ascii: "+") else { throw .unexpected(Character(number[mark.lowerBound])) }
            extensionDigits = digits
            number = number[..<mark.lowerBound]
        } else {
            extensionDigits = nil
        }
        let pieces = try Self.pieces(of: number)
        text = Self.text(of: pieces)
        guard text.utf8.contains(where: { (48...57).contains($0) }) else { throw .empty }
        withoutBracketedZero = Self.bracketedZero(in: pieces).map { Self.text(of: pieces[..<$0] + pieces[($0 + 3)...]) }
    }

    var isInternational: Bool { text.utf8.first == UInt8(ascii: "+") }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func extensionMark(in text: Scalars) -> Range<Scalars.Index>? {
        guard let start = text.firstIndex(where: { $0 == ";" || $0.foldedASCII == "x" || $0.foldedASCII == "e" }) else { return nil }
        for mark in [";ext=", "extension", "ext.", "ext", "x"] where text[start...].begins(with: mark) {
            return start..<text.index(start, offsetBy: mark.unicodeScalars.count)
        }
        return nil
    }

    /// What is left of a text when its spaces, dashes, dots, slashes and tildes are gone.
    private enum Piece: Equatable {
        case sign(Unicode.Scalar), opening, closing
    }

    private static func pieces(of text: Scalars) throws(Malformed) -> [Piece] {
        var pieces: [Piece] = []
        var hasSign = false
        for scalar in text {
            switch scalar {
            case "*", "#": pieces.append(.sign(scalar))
            case "+" where !hasSign, "\u{FF0B}" where !hasSign: pieces.append(.sign("+"))
            case _ where scalar.properties.generalCategory == .decimalNumber: pieces.append(.sign(try digit(scalar)))
            case _ where scalar.properties.generalCategory == .openPunctuation: pieces.append(.opening)
            case _ where scalar.properties.generalCategory == .closePunctuation: pieces.append(.closing)
            case _ where scalar.isSeparator: continue
            default: throw .unexpected(Character(scalar))
            }
            if case .sign = pieces.last { hasSign = true }
        }
        return pieces
    }

    private static func digit(_ scalar: Unicode.Scalar) throws(Malformed) -> Unicode.Scalar {
        guard let value = scalar.properties.numericValue else { throw .unexpected(Character(scalar)) }
        return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
    }

    private static func text(of pieces: some Sequence<Piece>) -> String {
        var text = ""
        for case .sign(let sign) in pieces { text.unicodeScalars.append(sign) }
        return text
    }

    /// Where the brackets of a lone zero open, if digits stand before them.
    private static func bracketedZero(in pieces: [Piece]) -> Int? {
        guard let first = pieces.firstIndex(where: { if case .sign(let sign) = $0 { sign != "+" } else { false } }) else { return nil }
        return pieces.indices.dropFirst(first + 1).first { pieces[$0...].starts(with: [.opening, .sign("0"), .closing]) }
    }
}

extension Substring.UnicodeScalarView {
    /// Without regard to the case of ASCII letters; `start` is in lower case.
    fileprivate func begins(with start: String) -> Bool { starts(with: start.unicodeScalars, by: { $0.foldedASCII == $1 }) }
}

extension Unicode.Scalar {
    fileprivate var foldedASCII: Unicode.Scalar { ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value | 0x20)) : self }

    /// Marks that steer the writing's direction, joining, hyphenation or a glyph's variant.
    fileprivate var isIgnorable: Bool {
        guard value >= 0x80 else { return false }
        return properties.generalCategory == .format || properties.isVariationSelector
    }

    /// Spaces and dashes of every kind, and the dots, slashes, tildes and strokes that numbers are written with; brackets are read apart.
    fileprivate var isSeparator: Bool {
        switch self {
        case " ", "\t", "-", ".", "/", "~", "\u{B7}", "\u{2044}", "\u{2053}", "\u{2212}", "\u{2215}", "\u{223C}", "\u{30FC}", "\u{FF0E}",
            "\u{FF0F}", "\u{FF5E}":
            true
        default: properties.generalCategory == .spaceSeparator || properties.generalCategory == .dashPunctuation
        }
    }
}
