import Basis
import Dialing
import SIP

/// Where a trunk's URI points: `sip:host[:port][;transport=udp|tcp|tls]`, or `sips:host[:port]` for TLS (RFC 3261 §19.1).
package struct TrunkURI: Hashable, Sendable {
    package let host: String
    package let port: UInt16
    /// Whether the URI names the port: then DNS is asked for addresses only (RFC 3263 §4.2).
    package let namesPort: Bool
    package let transport: Transport
    /// Whether the URI names the transport: otherwise long requests may go by TCP, and DNS may say what is spoken (RFC 3263 §4.1).
    package let namesTransport: Bool
    /// As it stands in a Request-URI, `host` or `host:port`.
    package let hostport: String

    package init(_ uri: String) throws(InvalidField) {
        let name = uri.utf8.prefix { $0 != UInt8(ascii: ":") }, scheme = Substring(name).lowercased()
        guard uri.utf8.count <= 256, uri.isPrintable, scheme == "sip" || scheme == "sips", name.count < uri.utf8.count else {
            throw InvalidField("uri", "is sip:host[:port][;transport=udp|tcp|tls] or sips:host[:port], not \(uri.excerpt)")
        }
        let parts = uri.utf8.dropFirst(name.count + 1).split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        hostport = parts.first.map { String(Substring($0)) } ?? ""
        var named: Transport?
        for part in parts.dropFirst() {
            guard named == nil else { throw InvalidField("uri", "names the transport once") }
            switch Substring(part).lowercased() {
            case "transport=udp": named = .udp
            case "transport=tcp": named = .tcp
            case "transport=tls": named = .tls
            default: throw InvalidField("uri", "has no parameter but transport=udp, tcp or tls, not \(Substring(part))")
            }
        }
        if scheme == "sips" {
            guard named != .udp else { throw InvalidField("uri", "with sips goes over TLS, not UDP") }
            named = .tls
        }
        transport = named ?? .udp
        namesTransport = named != nil
        (host, port, namesPort) = try Self.hostAndPort(hostport, otherwise: transport == .tls ? 5061 : 5060, uri)
    }

    private static func hostAndPort(
        _ text: String, otherwise standard: UInt16, _ uri: String
    ) throws(InvalidField) -> (String, UInt16, Bool) {
        if let address = SocketAddress(text), address.port > 0 { return (address.host, address.port, true) }
        if text.hasPrefix("["), text.hasSuffix("]"), let address = SocketAddress(host: text.dropFirst().dropLast(), port: standard) {
            return (address.host, standard, false)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isName = parts[0].utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        guard parts.count <= 2, !parts[0].isEmpty, isName else {
            throw InvalidField("uri", "names a host or an address, not \(uri.excerpt)")
        }
        guard parts.count == 2 else { return (String(parts[0]), standard, false) }
        guard let port = UInt16(decimal: parts[1]), port > 0 else {
            throw InvalidField("uri", "has a port from 1 to 65535, not \(parts[1])")
        }
        return (String(parts[0]), port, true)
    }
}
