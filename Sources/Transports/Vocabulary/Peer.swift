import Basis
import SIP

/// Whom a connection is with. TLS connections to one address under different names are different connections.
package struct Peer: Hashable, Sendable {
    package let address: SocketAddress
    package let transport: Transport
    /// The host name of the trunk's URI: sent as SNI, and what the certificate must say. Nil: it must name the IP address.
    package let serverName: String?

    package init(_ address: SocketAddress, _ transport: Transport, serverName: String? = nil) {
        (self.address, self.transport, self.serverName) = (address, transport, serverName)
    }
}
