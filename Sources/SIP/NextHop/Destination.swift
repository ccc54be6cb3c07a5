import Basis

/// Where a dialog's requests go.
enum Destination: Hashable, Sendable {
    case hop(Hop)
    /// An address of the other family than the way of the INVITE, which may not be reachable from here; then requests go by that.
    case foreign(Hop, otherwise: Hop)
    /// A name; where it leads nowhere, requests go by the way that the INVITE took.
    case named(HostName, otherwise: Hop)

    /// What a request says in its `Via` until it is known better.
    var transport: Transport {
        switch self {
        case .hop(let hop), .foreign(let hop, _): hop.transport
        case .named(let name, _): name.transport ?? .udp
        }
    }

    /// Where a URI points (RFC 3261 §8.1.2, RFC 3263 §4); what it leaves open is as on the way of the INVITE, `hop`.
    init(_ uri: SIPURI, like hop: Hop) {
        let named = uri.transport, transport = named ?? hop.transport
        let host = uri.nextHost
        if let address = SocketAddress(host: host, port: uri.port ?? (transport == .tls ? 5061 : 5060)) {
            let found = Hop(address, transport, takesTCP: named == nil && hop.takesTCP)
            self = hop.leadsInside(address) ? .hop(hop) : found.isLike(hop) ? .hop(found) : .foreign(found, otherwise: hop)
        } else {
            let name = HostName(host: host.lowercased(), port: uri.port, transport: named ?? (hop.transport == .udp ? nil : hop.transport))
            self = .named(name, otherwise: hop)
        }
    }
}

extension Sequence<Hop> {
    /// Those of a name that one goes to from the way of the INVITE; that one as well where there are none of its family.
    func seen(from hop: Hop) -> [Hop] {
        let open = filter { !hop.leadsInside($0.address) }
        return open.contains { $0.isLike(hop) } ? open : open + [hop]
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
