/// What can be dialled, as a set: the digits in bits 0 to 9 and `+` in bit 10.
struct SymbolSet: Equatable {
    var bits: UInt16

    static let none = SymbolSet(bits: 0)
    static let digits = SymbolSet(bits: 0x3FF)
    static let plus = SymbolSet(bits: 0x400)
    static let all = SymbolSet(bits: 0x7FF)

    /// The dialled symbols among the characters of a range.
    init(_ range: ClosedRange<UInt8>) {
        bits = 0
        for digit in UInt8(0)...9 where range.contains(UInt8(ascii: "0") + digit) { bits |= 1 << UInt16(digit) }
        if range.contains(UInt8(ascii: "+")) { bits |= SymbolSet.plus.bits }
    }

    init(bits: UInt16) { self.bits = bits }

    var inverse: SymbolSet { SymbolSet(bits: ~bits & SymbolSet.all.bits) }
}

/// A pattern of the common subset: literals, classes, groups, alternatives, quantifiers and the anchors `^ $ \A \z \Z`.
///
/// Only what decides whether a number matches is kept; which group takes what, and greedy or lazy, does not.
indirect enum PatternNode {
    /// One symbol of the set; `literal` is the character, where the source names a single one.
    case symbols(SymbolSet, literal: Unicode.Scalar?, at: Int)
    case start
    case end
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case repeated(PatternNode, least: Int, most: Int?, at: Int)
}

/// A reader for sources that PCRE2 has compiled; whatever it is not sure to read as PCRE2 does is outside the subset.
struct PatternSyntax {
    private(set) var root = PatternNode.sequence([])

    private struct OutsideSubset: Error {}
    private let bytes: [UInt8]
    private var index = 0

    /// Nil if the source is outside the subset.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let root = try? alternatives(), index == bytes.count else { return nil }
        self.root = root
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { index + ahead < bytes.count ? bytes[index + ahead] : nil }

    private func peeks(_ character: Unicode.Scalar, _ ahead: Int = 0) -> Bool { peek(ahead) == UInt8(ascii: character) }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peeks(character) else { return false }
        index += 1
        return true
    }

    private mutating func alternatives() throws(OutsideSubset) -> PatternNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(OutsideSubset) -> PatternNode {
        var items: [PatternNode] = []
        while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            let item = try atom()
            items.append(try quantified(item))
        }
        return .sequence(items)
    }

    private mutating func quantified(_ item: PatternNode) throws(OutsideSubset) -> PatternNode {
        let at = index
        guard let (least, most) = quantifier() else { return item }
        switch item {
        case .start, .end: throw OutsideSubset()
        case .symbols, .sequence, .alternatives, .repeated: break
        }
        if !take("?"), peeks("+") { throw OutsideSubset() }
        if quantifier() != nil { throw OutsideSubset() }
        return .repeated(item, least: least, most: most, at: at)
    }

    /// Reads a quantifier if one stands here.
    private mutating func quantifier() -> (least: Int, most: Int?)? {
        if take("?") { return (0, 1) }
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        let before = index
        guard take("{"), let least = number() else {
            index = before
            return nil
        }
        if take("}") { return (least, least) }
        if take(",") {
            let most = number()
            if take("}") { return (least, most) }
        }
        index = before
        return nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek(), byte.isDigit, value ?? 0 < 100_000 {
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return value
    }

    private mutating func atom() throws(OutsideSubset) -> PatternNode {
        let at = index
        if quantifier() != nil { throw OutsideSubset() }
        let byte = bytes[index]
        index += 1
        switch Unicode.Scalar(byte) {
        case "^": return .start
        case "$": return .end
        case ".": return .symbols(.all, literal: nil, at: at)
        case "(": return try group()
        case "[": return .symbols(try characterClass(), literal: nil, at: at)
        case "\\": return try escape(at: at)
        default: break
        }
        if byte < 0x80 { return .symbols(SymbolSet(byte...byte), literal: Unicode.Scalar(byte), at: at) }
        while let next = peek(), next & 0xC0 == 0x80 { index += 1 }
        return .symbols(.none, literal: String(decoding: bytes[at..<index], as: UTF8.self).unicodeScalars.first, at: at)
    }

    private mutating func group() throws(OutsideSubset) -> PatternNode {
        if peeks("*") { throw OutsideSubset() }
        if take("?") {
            if flagsOfNoNumber() {
                if take(")") { return .sequence([]) }
                guard take(":") else { throw OutsideSubset() }
            } else if !take(":") {
                try groupName()
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw OutsideSubset() }
        return inner
    }

    /// Steps over `<name>`, `P<name>` or `'name'`.
    private mutating func groupName() throws(OutsideSubset) {
        _ = take("P")
        guard peeks("<") || peeks("'"), let first = peek(1), first != UInt8(ascii: "="), first != UInt8(ascii: "!") else {
            throw OutsideSubset()
        }
        let close = peeks("<") ? UInt8(ascii: ">") : UInt8(ascii: "'")
        guard let end = bytes[(index + 1)...].firstIndex(of: close) else { throw OutsideSubset() }
        index = end + 1
    }

    /// Steps over `i`, `m`, `s` and `n` of `(?i)`: a number has neither letters nor lines, and so they mean nothing for it.
    private mutating func flagsOfNoNumber() -> Bool {
        let flags = bytes[index...].prefix { "imsn-".utf8.contains($0) }
        index += flags.count
        return !flags.isEmpty
    }

    private mutating func escape(at: Int) throws(OutsideSubset) -> PatternNode {
        guard let byte = peek() else { throw OutsideSubset() }
        if byte == UInt8(ascii: "N"), peeks("{", 1) { throw OutsideSubset() }
        index += 1
        switch Unicode.Scalar(byte) {
        case "A", "G": return .start
        case "z", "Z": return .end
        case "N": return .symbols(.all, literal: nil, at: at)
        case "R": return .symbols(.none, literal: nil, at: at)
        default: break
        }
        if let set = Self.shorthand(byte) { return .symbols(set, literal: nil, at: at) }
        let literal = try Self.escapedLiteral(byte)
        return .symbols(SymbolSet(literal...literal), literal: Unicode.Scalar(literal), at: at)
    }

    private static func shorthand(_ byte: UInt8) -> SymbolSet? {
        switch Unicode.Scalar(byte) {
        case "d", "w": .digits
        case "D", "W": .plus
        case "s", "h", "v": SymbolSet.none
        case "S", "H", "V": .all
        default: nil
        }
    }

    private static func escapedLiteral(_ byte: UInt8) throws(OutsideSubset) -> UInt8 {
        switch Unicode.Scalar(byte) {
        case "a": return 7
        case "t": return 9
        case "n": return 10
        case "f": return 12
        case "r": return 13
        case "e": return 27
        case "0"..."9", "A"..."Z", "a"..."z", "\u{80}"...: throw OutsideSubset()
        default: return byte
        }
    }
}

extension PatternSyntax {
    /// Reads a class after its `[`.
    private mutating func characterClass() throws(OutsideSubset) -> SymbolSet {
        let isNegated = take("^")
        var set = SymbolSet.none, isFirst = true
        while isFirst || !peeks("]") {
            isFirst = false
            if peeks("\\"), let next = peek(1), let shorthand = Self.shorthand(next) {
                index += 2
                if peeks("-"), !peeks("]", 1) { throw OutsideSubset() }
                set.bits |= shorthand.bits
                continue
            }
            let low = try classMember()
            var high = low
            if peeks("-"), !peeks("]", 1) {
                index += 1
                high = try classMember()
            }
            guard low <= high else { throw OutsideSubset() }
            set.bits |= SymbolSet(low...high).bits
        }
        index += 1
        return isNegated ? set.inverse : set
    }

    /// Reads one character of a class, or an end of a range.
    private mutating func classMember() throws(OutsideSubset) -> UInt8 {
        guard let byte = peek(), byte < 0x80 else { throw OutsideSubset() }
        index += 1
        if byte == UInt8(ascii: "["), peeks(":") || peeks(".") || peeks("=") { throw OutsideSubset() }
        guard byte == UInt8(ascii: "\\") else { return byte }
        guard let escaped = peek(), Self.shorthand(escaped) == nil else { throw OutsideSubset() }
        index += 1
        return escaped == UInt8(ascii: "b") ? 8 : try Self.escapedLiteral(escaped)
    }
}
