import Basis

/// Where a dialog's requests go.
enum Destination: Hashable, Sendable {
    case hop(Hop)
    /// A name; where it leads nowhere, requests go by the way that the INVITE took.
    case named(HostName, otherwise: Hop)

    /// What a request says in its `Via` until it is known better.
    var transport: Transport {
        switch self {
        case .hop(let hop): hop.transport
        case .named(let name, _): name.transport ?? .udp
        }
    }

    /// Where a URI points (RFC 3261 §8.1.2, RFC 3263 §4); what it leaves open is as on the way of the INVITE, `hop`.
    init(_ uri: SIPURI, like hop: Hop) {
        let named = uri.transport, transport = named ?? hop.transport
        let host = uri.nextHost
        if let address = SocketAddress(host: host, port: uri.port ?? (transport == .tls ? 5061 : 5060)) {
            self = .hop(hop.leadsInside(address) ? hop : Hop(address, transport, takesTCP: named == nil && hop.takesTCP))
        } else {
            let name = HostName(host: host.lowercased(), port: uri.port, transport: named ?? (hop.transport == .udp ? nil : hop.transport))
            self = .named(name, otherwise: hop)
        }
    }
}

extension Sequence<Hop> {
    /// Those of a name that one goes to from the way of the INVITE; that one where there are none.
    func seen(from hop: Hop) -> [Hop] {
        let open = filter { !hop.leadsInside($0.address) }
        return open.isEmpty ? [hop] : open
    }
}

/// A request of ours whose topmost `Via` names another transport.
func saying(_ transport: Transport, _ request: [UInt8]) -> [UInt8] {
    guard let lineEnd = request.firstIndex(of: 13) else { return request }
    let place = lineEnd + "\r\nVia: SIP/2.0/".utf8.count
    guard place + 3 <= request.count else { return request }
    var request = request
    request.replaceSubrange(place..<place + 3, with: transport.rawValue.utf8)
    return request
}
