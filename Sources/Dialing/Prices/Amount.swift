/// An amount of money, or a price, in some currency: whole millionths of its unit, so that nothing is lost as it would be in floating point.
package struct Amount: Hashable, Comparable, Sendable {
    /// Digits behind the point.
    static let digits = 6
    static let unit: Int128 = 1_000_000

    package let millionths: Int128

    package static let zero = Amount(millionths: 0)

    package init(millionths: Int128) { self.millionths = millionths }

    /// `12`, `0.0125`: digits, and behind a point up to six more; nil for anything else, a sign and an exponent among it.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isOfDigits = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
        guard isOfDigits, parts.count < 3, parts[0].utf8.count <= 12, let whole = Int128(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(millionths: whole * Self.unit)
            return
        }
        let missing = Self.digits - parts[1].utf8.count
        guard missing >= 0, let rest = Int128(parts[1] + String(repeating: "0", count: missing)) else { return nil }
        self.init(millionths: whole * Self.unit + rest)
    }

    package static func < (left: Amount, right: Amount) -> Bool { left.millionths < right.millionths }
    package static func + (left: Amount, right: Amount) -> Amount { Amount(millionths: left.millionths + right.millionths) }
}

extension Amount: CustomStringConvertible {
    /// With as many digits behind the point as it has, and with none where it is whole.
    package var description: String {
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: Self.unit)
        guard rest != 0 else { return "\(whole)" }
        let digits = String(String(Int(rest) + Int(Self.unit)).dropFirst())
        return "\(whole).\(digits.prefix(digits.count - digits.reversed().prefix { $0 == "0" }.count))"
    }
}

extension Amount: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let amount = Amount(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "an amount is a text of digits with up to \(Self.digits) behind a point, such as \"0.0125\"")
        }
        self = amount
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
