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

    /// Whether both are of one address family.
    func isLike(_ other: Hop) -> Bool { (address.ipv4 == nil) == (other.address.ipv4 == nil) }

    /// Whether an address is within a private network, as seen from a hop that is not: nobody is called there on the word of a far end.
    func leadsInside(_ address: SocketAddress) -> Bool { self.address.isPublic && !address.isPublic }

    /// The way to a phone whose answer came from here to an INVITE that took that way: where a datagram came from, for a peer may answer from another
    /// address; a connection that the peer made for it has a port that nobody can be reached at.
    func back(over invite: Hop) -> Hop { transport == .udp && invite.transport == .udp ? self : invite }

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
