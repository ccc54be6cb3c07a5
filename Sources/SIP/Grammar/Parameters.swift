/// The place of the first separator, commas or semicolons or both, outside quoted strings and angle brackets, or the end.
package func endOfElement(_ bytes: Span<UInt8>, _ range: Range<Int>, _ separators: Separators) -> Int {
    let structural = separators.union(.opening)
    var at = range.lowerBound
    while at < range.upperBound {
        let byte = bytes[at]
        guard structural.contains(byte) else {
            at += 1
            continue
        }
        if separators.contains(byte) { return at }
        if byte == UInt8(ascii: "<") {
            at = firstIndex(of: UInt8(ascii: ">"), in: bytes, at + 1..<range.upperBound) ?? range.upperBound
        } else {
            at = endOfQuotedString(bytes, at..<range.upperBound)
        }
    }
    return range.upperBound
}

/// A set of bytes below 64, one bit each.
package struct Separators: OptionSet {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let comma = Separators(rawValue: 1 << 44)
    package static let semicolon = Separators(rawValue: 1 << 59)
    /// `"` and `<`.
    fileprivate static let opening = Separators(rawValue: 1 << 34 | 1 << 60)

    fileprivate func contains(_ byte: UInt8) -> Bool { byte < 64 && rawValue >> UInt64(byte) & 1 == 1 }
}

/// The place after the closing quote.
private func endOfQuotedString(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var at = range.lowerBound + 1
    while at < range.upperBound {
        switch bytes[at] {
        case UInt8(ascii: "\""): return at + 1
        case UInt8(ascii: "\\"): at += 2
        default: at += 1
        }
    }
    return range.upperBound
}

func parameter(_ name: StaticString, of value: Range<Int>, in bytes: Span<UInt8>) -> Range<Int>? {
    var at = endOfElement(bytes, value, .semicolon)
    while at < value.upperBound {
        let end = endOfElement(bytes, at + 1..<value.upperBound, .semicolon)
        let parameter = HeaderParameter(bytes, at + 1..<end)
        if matches(bytes, parameter.name, name) { return parameter.value }
        at = end
    }
    return nil
}

/// `name` or `name=value` (`generic-param` of RFC 3261 §25.1).
struct HeaderParameter {
    let name: Range<Int>
    /// Without quotes; empty for a flag.
    let value: Range<Int>

    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let equals = firstIndex(of: UInt8(ascii: "="), in: bytes, range)
        name = trimmed(bytes, range.lowerBound..<(equals ?? range.upperBound))
        value = equals.map { unquoted(bytes, trimmed(bytes, $0 + 1..<range.upperBound)) } ?? range.upperBound..<range.upperBound
    }
}

package func unquoted(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    let quote = UInt8(ascii: "\"")
    guard range.count >= 2, bytes[range.lowerBound] == quote, bytes[range.upperBound - 1] == quote else { return range }
    return range.lowerBound + 1..<range.upperBound - 1
}
