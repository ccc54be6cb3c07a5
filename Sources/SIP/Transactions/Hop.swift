import Basis

/// The next hop of a request: an address, and how it is spoken to there.
package struct Hop: Hashable, Sendable {
    package let address: SocketAddress
    package let transport: Transport
    /// Nothing says that it must be UDP: a request that is too long for a datagram goes by TCP, and as a datagram after all where
    /// nobody takes it there (RFC 3261 §18.1.1).
    package let takesTCP: Bool

    package init(_ address: SocketAddress, _ transport: Transport, takesTCP: Bool = false) {
        (self.address, self.transport, self.takesTCP) = (address, transport, takesTCP)
    }

    /// Bytes: what fits in a datagram where nobody knows the path's MTU.
    static let datagramLimit = 1300

    /// How a request of that many bytes goes there. All of its transaction goes the same way (§9.1, §17.1.1.3).
    func way(of length: Int) -> Hop {
        transport == .udp && takesTCP && length > Self.datagramLimit ? Hop(address, .tcp, takesTCP: true) : self
    }

    /// Whether an address is within a private network, as seen from a hop that is not: nobody is called there on the word of a far end.
    func leadsInside(_ address: SocketAddress) -> Bool { self.address.isPublic && !address.isPublic }

    /// What is left when nobody took a request by TCP that went there for its length alone.
    var datagrams: Hop? { transport == .tcp && takesTCP ? Hop(address, .udp) : nil }
}

/// A host name in a Route or a remote target, with what its URI says about it: to be looked up (RFC 3263 §4).
package struct HostName: Hashable, Sendable {
    /// In lower case.
    package let host: String
    package let port: UInt16?
    /// Nil: the look-up says what is spoken there.
    package let transport: Transport?

    /// As a URI that says the same.
    package var uri: String {
        "sip:\(host)\(port.map { ":\($0)" } ?? "")\(transport.map { ";transport=\($0.rawValue.lowercased())" } ?? "")"
    }
}

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
