/// An ISO 3166-1 alpha-2 code in upper case, in two bytes.
package struct Country: Hashable, Sendable, CustomStringConvertible {
    private let code: UInt16

    /// Two ASCII letters of either case; anything else is nil.
    package init?(_ text: some StringProtocol) {
        var code: UInt16 = 0
        var count = 0
        for byte in text.utf8 {
            let letter = byte & 0xDF
            guard count < 2, (65...90).contains(letter) else { return nil }
            code = code << 8 | UInt16(letter)
            count += 1
        }
        guard count == 2 else { return nil }
        self.code = code
    }

    /// Two letters in upper case; anything else is nil.
    init?(letters: (CChar, CChar)) {
        guard (65...90).contains(letters.0), (65...90).contains(letters.1) else { return nil }
        code = UInt16(letters.0) << 8 | UInt16(letters.1)
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 2) { buffer in
            buffer[0] = UInt8(code >> 8)
            buffer[1] = UInt8(code & 0xFF)
            return 2
        }
    }
}

extension Country: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let country = Country(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is not a country of two letters (ISO 3166-1)")
        }
        self = country
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
