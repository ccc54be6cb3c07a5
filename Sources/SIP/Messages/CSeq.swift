/// A command sequence: a number below 2^31 and a method (RFC 3261 §20.16); a nil method is one that is not in ``SIPMethod``.
package struct CSeq: Hashable, Sendable {
    package let number: UInt32
    package let method: SIPMethod?

    init?(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        let digits = leadingDigits(bytes, value), method = trimmed(bytes, digits.upperBound..<value.upperBound)
        guard let number = decimal(bytes, digits), number < 1 << 31, method.lowerBound > digits.upperBound, isToken(bytes, method) else {
            return nil
        }
        self.number = UInt32(number)
        self.method = SIPMethod(bytes, method)
    }
}
