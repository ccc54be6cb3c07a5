extension SocketAddress {
    /// Whether anybody on the Internet may be there: false for private, shared, local, documentation, multicast and reserved addresses (IANA
    /// Special-Purpose Address Registries, RFC 6890), with 169.254.169.254 and its like among them, and for IPv6 addresses that lead to
    /// such an IPv4 address (RFC 6052, 3056, 4380).
    package var isPublic: Bool {
        if let ipv4 { return Self.isPublic(ipv4: ipv4) }
        if let within = embeddedIPv4 { return Self.isPublic(ipv4: within) }
        guard high >> 61 == 0b001 else { return false }
        return !Self.reservedIPv6.contains { high >> (64 - $0.bits) == $0.prefix }
    }

    private static func isPublic(ipv4: UInt32) -> Bool {
        !reservedIPv4.contains { ipv4 >> (32 - $0.bits) == $0.prefix }
    }

    /// Of 64:ff9b::/96, 2002::/16 and 2001::/32.
    private var embeddedIPv4: UInt32? {
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return UInt32(truncatingIfNeeded: low) }
        if high >> 48 == 0x2002 { return UInt32(truncatingIfNeeded: high >> 16) }
        if high >> 32 == 0x2001_0000 { return ~UInt32(truncatingIfNeeded: low) }
        return nil
    }

    private static let reservedIPv4: [(prefix: UInt32, bits: UInt32)] = [
        (0, 8), (10, 8), (0x64_40 >> 6, 10), (127, 8), (0xA9_FE, 16), (0xAC_10 >> 4, 12), (0xC0_00_00, 24), (0xC0_00_02, 24),
        (0xC0_58_63, 24), (0xC0_A8, 16), (0xC6_12 >> 1, 15), (0xC6_33_64, 24), (0xCB_00_71, 24), (0xE, 4), (0xF, 4),
    ]

    /// Within 2000::/3: protocol assignments, documentation and benchmarking.
    private static let reservedIPv6: [(prefix: UInt64, bits: UInt64)] = [
        (0x2001_0000 >> 9, 23), (0x2001_0DB8, 32), (0x3FFF_0000 >> 12, 20),
    ]
}
