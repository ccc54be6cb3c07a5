/// A number in E.164 form: a country code that does not start with 0, 2 to 15 digits in all (domain reference §5.3).
///
/// Holding one means it is well formed: there is no other way to make it.
package struct E164: Hashable, Comparable, Sendable {
    /// The digits read as one decimal number; no E.164 number starts with 0, so nothing is lost.
    package let value: UInt64

    package enum Malformed: Error, Equatable, Sendable {
        case missingPlus, length(Int), leadingZero, notADigit(at: Int)
    }

    /// Reads `+` and digits, nothing else.
    package init(_ text: String) throws(Malformed) {
        var text = text
        value = try text.withUTF8(Self.read).get()
    }

    /// From digits read as one decimal number; nil for fewer than 2 of them or more than 15.
    init?(digits: UInt64) {
        guard (10..<1_000_000_000_000_000).contains(digits) else { return nil }
        value = digits
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<UInt64, Malformed> {
        guard bytes.first == UInt8(ascii: "+") else { return .failure(.missingPlus) }
        var value: UInt64 = 0
        for index in 1..<bytes.count {
            let digit = bytes[index] &- 48
            guard digit < 10 else { return .failure(.notADigit(at: index)) }
            guard index > 1 || digit != 0 else { return .failure(.leadingZero) }
            if index <= 15 { value = value &* 10 &+ UInt64(digit) }
        }
        guard (3...16).contains(bytes.count) else { return .failure(.length(bytes.count - 1)) }
        return .success(value)
    }

    package static func < (left: E164, right: E164) -> Bool { left.description < right.description }
}

extension E164: CustomStringConvertible {
    /// With its `+`: the form that patterns are matched against and that SIP carries.
    package var description: String {
        var digits = 1, power: UInt64 = 10
        while value >= power { (digits, power) = (digits + 1, power * 10) }
        return String(unsafeUninitializedCapacity: digits + 1) { buffer in
            buffer[0] = UInt8(ascii: "+")
            var rest = value, place = digits
            while place > 0 {
                buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                (rest, place) = (rest / 10, place - 1)
            }
            return digits + 1
        }
    }
}

extension E164: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(Malformed) {
            self = try E164(text)
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is not an E.164 number: a plus, then 2 to 15 digits, the first not 0")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
