import Basis

/// The parts of a `sip:` URI that routing needs (RFC 3261 §19.1).
struct SIPURI {
    let user: [UInt8]
    let host: String
    let port: UInt16?
    /// Whether the `lr` parameter says that this hop is a loose router (RFC 3261 §16.12).
    let isLooseRouter: Bool
    let isSecure: Bool

    init?(_ uri: [UInt8]) {
        let bytes = uri.span
        guard let colon = firstIndex(of: UInt8(ascii: ":"), in: bytes, 0..<bytes.count) else { return nil }
        isSecure = matches(bytes, 0..<colon, "sips")
        guard isSecure || matches(bytes, 0..<colon, "sip") else { return nil }
        let at = firstIndex(of: UInt8(ascii: "@"), in: bytes, colon + 1..<bytes.count)
        let hostStart = at.map { $0 + 1 } ?? colon + 1
        user = at.map { Array(uri[colon + 1..<$0]) } ?? []
        var end = hostStart
        while end < bytes.count, bytes[end] != UInt8(ascii: ";"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        guard let (host, port) = hostPort(bytes, hostStart..<end) else { return nil }
        self.host = String(decoding: uri[host], as: UTF8.self)
        self.port = port
        isLooseRouter = parameter("lr", of: end..<bytes.count, in: bytes) != nil
    }

    /// Where the URI points when its host is an IP address; a name would need DNS and is nil.
    var address: SocketAddress? {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return SocketAddress(host: bare, port: port ?? (isSecure ? 5061 : 5060))
    }
}
