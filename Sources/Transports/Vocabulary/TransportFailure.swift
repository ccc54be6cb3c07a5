import Reactor

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

        /// Whether an open connection broke so that another one may do: nobody is to blame, or one message of the peer is, which need not be the
        /// answer to all that it was sent.
        var isOfPath: Bool {
            switch self {
            case .reset, .closedByPeer, .noPong, .connectTimedOut, .unreachable, .framing, .messageTooSlow: true
            case .refused, .handshakeTimedOut, .handshakeFailed, .certificateRefused, .writeStalled, .queueFull, .tooManyConnections,
                .backingOff, .datagramTooLong, .idle, .closing:
                false
            }
        }

        /// Whether the peer said something, which nobody can read: what it was sent got there, and a phone may ring.
        package var isOfContent: Bool { self == .framing || self == .messageTooSlow }
    }

    package let reason: Reason
    /// For people: the system's or the TLS library's own words.
    package let detail: String

    package init(_ reason: Reason, _ detail: String = "") { (self.reason, self.detail) = (reason, detail) }

    package var description: String { detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(detail)" }
}

extension TransportFailure {
    /// The system's error in RFC 3261's terms; what is not listed is that nothing gets there.
    init(system error: UVError) {
        let reason: Reason =
            switch error.name {
            case "ECONNREFUSED": .refused
            case "ETIMEDOUT": .connectTimedOut
            case "ECONNRESET", "EPIPE": .reset
            case "EMSGSIZE": .datagramTooLong
            default: .unreachable
            }
        self.init(reason, error.description)
    }

    init(stream failure: TCPStream.Failure) {
        switch failure {
        case .system(let error): self.init(system: error)
        case .writeQueueFull: self.init(.writeStalled)
        }
    }
}
