import Basis

/// A `sip:` or `sips:` URI and the parts of it that routing needs (RFC 3261 §19.1).
struct SIPURI {
    let bytes: ArraySlice<UInt8>
    private let userPlace: Range<Int>
    private let hostPlace: Range<Int>
    let port: UInt16?
    /// Whether the `lr` parameter says that this hop is a loose router (RFC 3261 §16.12).
    let isLooseRouter: Bool
    private let isSecure: Bool

    init?(_ uri: ArraySlice<UInt8>) {
        let span = uri.span, start = uri.startIndex
        guard let colon = firstIndex(of: UInt8(ascii: ":"), in: span, 0..<span.count) else { return nil }
        isSecure = matches(span, 0..<colon, "sips")
        guard isSecure || matches(span, 0..<colon, "sip") else { return nil }
        let at = firstIndex(of: UInt8(ascii: "@"), in: span, colon + 1..<span.count)
        let hostStart = at.map { $0 + 1 } ?? colon + 1
        userPlace = start + colon + 1..<start + (at ?? colon + 1)
        var end = hostStart
        while end < span.count, span[end] != UInt8(ascii: ";"), span[end] != UInt8(ascii: "?") { end += 1 }
        guard let (host, port) = hostPort(span, hostStart..<end) else { return nil }
        hostPlace = start + host.lowerBound..<start + host.upperBound
        self.port = port
        isLooseRouter = end < span.count && parameter("lr", of: end..<span.count, in: span) != nil
        bytes = uri
    }

    init?(_ uri: [UInt8]) { self.init(uri[...]) }

    private var host: ArraySlice<UInt8> { bytes[hostPlace] }

    /// The user part without its own parameters and password.
    var number: ArraySlice<UInt8> { bytes[userPlace].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ":") } }

    /// `host` or, when there is a port, `host:port`.
    var hostAndPort: String { String(decoding: host, as: UTF8.self) + (port.map { ":\($0)" } ?? "") }

    /// Where the URI points when its host is an IP address; a name would need DNS and is nil.
    var address: SocketAddress? {
        let port = port ?? (isSecure ? 5061 : 5060)
        if let ipv4 = Self.ipv4(host) { return SocketAddress(ipv4: ipv4, port: port) }
        guard host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") else { return nil }
        return SocketAddress(host: String(decoding: host.dropFirst().dropLast(), as: UTF8.self), port: port)
    }

    private static func ipv4(_ host: ArraySlice<UInt8>) -> UInt32? {
        var address: UInt32 = 0, number: UInt32 = 0, digits = 0, dots = 0
        for byte in host {
            switch byte {
            case 48...57 where digits < 3:
                number = number * 10 + UInt32(byte - 48)
                digits += 1
            case UInt8(ascii: ".") where digits > 0 && number < 256 && dots < 3:
                address = address << 8 | number
                (number, digits) = (0, 0)
                dots += 1
            default: return nil
            }
        }
        return dots == 3 && digits > 0 && number < 256 ? address << 8 | number : nil
    }
}
