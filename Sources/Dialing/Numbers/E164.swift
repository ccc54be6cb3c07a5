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
        var value: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            if count == 0 {
                guard byte == UInt8(ascii: "+") else { throw .missingPlus }
            } else {
                guard (48...57).contains(byte) else { throw .notADigit(at: count) }
                guard count > 1 || byte != 48 else { throw .leadingZero }
                if count <= 15 { value = value * 10 + UInt64(byte - 48) }
            }
            count += 1
        }
        guard count > 0 else { throw .missingPlus }
        guard (3...16).contains(count) else { throw .length(count - 1) }
        self.value = value
    }

    package static func < (left: E164, right: E164) -> Bool { left.description < right.description }
}

extension E164: CustomStringConvertible {
    /// With its `+`: the form that patterns are matched against and that SIP carries.
    package var description: String { "+\(value)" }
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
