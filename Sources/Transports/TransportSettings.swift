import Basis
import SIP

/// What the transports are told once: times, and the limits that keep a peer from costing more than its share.
package struct TransportSettings: Sendable {
    /// From the first packet to a connection that carries messages, TLS handshake included.
    package var establishWithin: Duration = .seconds(5)
    /// When the next ping goes out is drawn from here, so that connections do not keep step (RFC 5626 §4.4.1).
    package var pingEvery: ClosedRange<Duration> = .seconds(30)...(.seconds(120))
    /// A peer that has answered a ping before answers within this, or its connection is dead (RFC 5626 §4.4.1).
    package var pongWithin: Duration = .seconds(10)
    /// What the peer's system does not acknowledge for this long ends the connection, be it a message or a ping.
    package var acknowledgedWithin: Duration = .seconds(10)
    /// A connection that carried no message for this long is closed; pings do not count.
    package var idleAfter: Duration = .seconds(1800)
    /// From the first byte of a message to its last.
    package var messageWithin: Duration = .seconds(30)
    /// After a connection that could not be made: nothing is tried for this long, doubled by each further failure.
    package var retryAfter: Duration = .milliseconds(500)
    /// Where that doubling ends.
    package var retryAfterMost: Duration = .seconds(8)
    /// Connections that peers made to us, all together.
    package var acceptedLimit = 1024
    /// Connections that we made, all together.
    package var connectionLimit = 1024
    /// Bytes that wait for one connection to be established, and bytes that one peer may be slow to take.
    package var queuedBytesLimit = 1 << 20
    /// Addresses whose server name or failures are remembered.
    package var rememberedLimit = 4096
    package var tls = TLSSettings()
    /// How often the certificate files are looked at for a change.
    package var tlsFilesEvery: Duration = .seconds(30)

    package init() {}
}

/// Why messages did not or will not get somewhere, or why a connection ended.
package struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: String, CaseIterable, Sendable {
        case refused, unreachable, connectTimedOut
        case handshakeTimedOut, handshakeFailed, certificateRefused
        case reset, closedByPeer, noPong, writeStalled
        /// The stream is not SIP (any more), or a message came too slowly.
        case framing, messageTooSlow
        case queueFull, tooManyConnections
        /// Nothing was tried, because it failed a moment ago.
        case backingOff
        case datagramTooLong
        /// Ours: nothing was said for long, or the transports were closed.
        case idle, closing

        /// Whether an open connection broke without anybody being to blame, so that another one may do.
        var isOfPath: Bool {
            switch self {
            case .reset, .closedByPeer, .noPong, .connectTimedOut, .unreachable: true
            case .refused, .handshakeTimedOut, .handshakeFailed, .certificateRefused, .writeStalled, .framing, .messageTooSlow, .queueFull,
                .tooManyConnections, .backingOff, .datagramTooLong, .idle, .closing:
                false
            }
        }
    }

    package let reason: Reason
    /// For people: the system's or the TLS library's own words.
    package let detail: String

    package init(_ reason: Reason, _ detail: String = "") { (self.reason, self.detail) = (reason, detail) }

    package var description: String { detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(detail)" }
}

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
