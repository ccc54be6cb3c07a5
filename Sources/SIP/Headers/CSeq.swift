/// A command sequence: a number below 2^31 and a method (RFC 3261 §20.16); a nil method is one that is not in ``Method``.
package struct CSeq: Hashable, Sendable {
    package let number: UInt32
    package let method: Method?

    init?(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var at = value.lowerBound, number: UInt64 = 0
        while at < value.upperBound, (48...57).contains(bytes[at]), number <= 1 << 32 {
            number = number * 10 + UInt64(bytes[at] - 48)
            at += 1
        }
        let method = trimmed(bytes, at..<value.upperBound)
        guard at > value.lowerBound, number < 1 << 31, method.lowerBound > at, isToken(bytes, method) else { return nil }
        self.number = UInt32(number)
        self.method = Method(bytes, method)
    }
}
