/// A number as it is routed: `+` and 1 to 15 digits (ITU-T E.164 §6), packed into one word.
///
/// The first digit is in the highest four bits, unused places hold ten, and the lowest four bits hold how many digits there are.
package struct E164Digits: Hashable, Sendable {
    package static let lengthLimit = 15
    static let filler: UInt64 = 10

    let packed: UInt64

    /// How many digits follow the `+`: 1 to 15.
    package var count: Int { Int(truncatingIfNeeded: packed & 15) }

    /// Nil unless the bytes are exactly `+` and 1 to 15 ASCII digits.
    package init?(_ utf8: some Collection<UInt8>) {
        guard utf8.first == UInt8(ascii: "+"), (2...Self.lengthLimit + 1).contains(utf8.count) else { return nil }
        var packed: UInt64 = 0
        for byte in utf8.dropFirst() {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            packed = packed << 4 | UInt64(digit)
        }
        let count = utf8.count - 1
        for _ in count..<Self.lengthLimit { packed = packed << 4 | Self.filler }
        self.packed = packed << 4 | UInt64(count)
    }

    /// The number whose digits, read as one decimal number, are `value`. Nil if that is zero or has more than 15 digits.
    package init?(decimal value: UInt64) {
        guard value > 0, value < 1_000_000_000_000_000 else { return nil }
        var packed: UInt64 = 0, rest = value, count: UInt64 = 0
        while rest > 0 {
            packed = packed >> 4 | (rest % 10) << 60
            rest /= 10
            count += 1
        }
        let fillers: UInt64 = 0xAAAA_AAAA_AAAA_AAA0
        self.packed = packed | (fillers >> (4 * count)) & ~15 | count
    }

    /// Nil unless the text is exactly `+` and 1 to 15 ASCII digits.
    package init?(_ text: some StringProtocol) { self.init(text.utf8) }

    /// The digit at `index`, counted from zero after the `+`.
    package subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        return UInt8(truncatingIfNeeded: packed >> UInt64(60 - 4 * index) & 15)
    }

    /// The text with its `+`, in ASCII; only the first `count + 1` bytes mean anything.
    var ascii: [16 of UInt8] {
        var bytes: [16 of UInt8] = .init(repeating: UInt8(ascii: "+"))
        for index in 1...Self.lengthLimit {
            bytes[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: packed >> UInt64(64 - 4 * index) & 15)
        }
        return bytes
    }
}

extension E164Digits: CustomStringConvertible {
    package var description: String {
        "+" + (0..<count).map { String(self[$0]) }.joined()
    }
}
