/// A command sequence: a number below 2^31 and a method (RFC 3261 §20.16); a nil method is one that is not in ``SIPMethod``.
package struct CSeq: Hashable, Sendable {
    package let number: UInt32
    package let method: SIPMethod?

    /// Nil for what is none, and past 2³¹ - 1 (RFC 3261 §8.1.1.5) unless it is taken for that (`isCapped`), by who refuses it.
    init?(_ bytes: Span<UInt8>, _ value: Range<Int>, isCapped: Bool = false) {
        let digits = leadingDigits(bytes, value), method = trimmed(bytes, digits.upperBound..<value.upperBound)
        guard method.lowerBound > digits.upperBound, isToken(bytes, method) else { return nil }
        let number = decimal(bytes, digits), limit = (1 << 31) - 1
        guard !digits.isEmpty, isCapped || number.map({ $0 <= limit }) == true else { return nil }
        self.number = UInt32(min(number ?? limit, limit))
        self.method = SIPMethod(bytes, method)
    }
}
