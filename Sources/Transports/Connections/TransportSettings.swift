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
