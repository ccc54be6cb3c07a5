/// Object ids in the form of a GUID, where Microsoft's cmdlets have one: made of the thing's own name, so that nothing has to be kept
/// (RFC 9562 §5.8).
enum ObjectID {
    static func user(_ principal: String, of tenant: String) -> String { make("user \(tenant) \(principal.lowercased())") }
    static func tenant(_ id: String) -> String { make("tenant \(id)") }
    static func bridge(of tenant: String) -> String { make("bridge \(tenant)") }
    static func order(_ number: Int, at time: Int, of tenant: String) -> String { make("order \(tenant) \(time) \(number)") }

    /// Whether a text has the form of one.
    static func isOne(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.utf8.allSatisfy(\.isHexadecimal) }
    }

    private static func make(_ name: String) -> String {
        var digits = (hexadecimal(hash(name, 0xCBF2_9CE4_8422_2325)) + hexadecimal(hash(name, 0x6C62_272E_07BB_0142))).map { $0 }
        digits[12] = "8"
        digits[16] = Array("89ab")[Int(String(digits[16]), radix: 16)! & 3]
        let text = String(digits)
        var rest = Substring(text), parts: [Substring] = []
        for count in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return parts.joined(separator: "-")
    }

    /// FNV-1a with a finish that spreads its bits.
    private static func hash(_ name: String, _ basis: UInt64) -> UInt64 {
        var hash = name.utf8.reduce(basis) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        switch self {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
