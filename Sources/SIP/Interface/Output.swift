import Basis

/// What an endpoint wants done or known, in the order it came about.
package enum Output: Sendable {
    case transmit([UInt8], to: SocketAddress, over: Transport)
    /// A provisional response; 100 says only that the trunk has the INVITE.
    case progress(LegID, code: Int, phrase: String, sdp: [UInt8]?, reasons: [Reason])
    /// What is known of a leg, or of another phone that took its call, is to be kept before its next message leaves:
    /// ``Endpoint/kept(_:account:at:)`` or ``Endpoint/notKept(_:at:)`` is to follow.
    indirect case keep(KeptID, StandingLeg)
    /// The dialog of another phone is over: nothing is to be kept of it any more.
    case released(KeptID)
    /// The first 2xx; its ACK is already out.
    case answered(LegID, code: Int, phrase: String, sdp: [UInt8]?)
    /// The first 2xx, which has no usable answer to our offer, or could not be kept; a BYE is out, and ``failed(_:_:)`` follows.
    case answeredInVain(LegID)
    /// The far end's session description within a connected leg: its offer, which was accepted, or its answer to ours. It may be the
    /// same as before, when only the session timer was refreshed.
    case sessionChanged(LegID, sdp: [UInt8])
    /// What came of ``Endpoint/offer(_:_:at:)``.
    case moved(LegID, MoveResult)
    indirect case failed(LegID, Failure)
    /// After ``answered(_:code:phrase:sdp:)``, once nothing is left up at the far end as far as it lets us know.
    case ended(LegID, by: EndedBy, reasons: [Reason], at: Instant)
    case probed(ProbeID, ProbeResult)
    /// Requests wait for where this name leads; ``Endpoint/resolved(_:_:at:)`` is to be called, also when it leads nowhere.
    case resolve(HostName)
    /// A response to this leg's INVITE came that cannot be read: the trunk has the INVITE, and perhaps a phone rings.
    case unreadable(LegID)
    case dropped(Dropped)
}

/// Names an OPTIONS probe, for whoever asked for it.
package struct ProbeID: Hashable, Sendable {
    package let value: UInt64
    package init(_ value: UInt64) { self.value = value }
}

package enum ProbeResult: Hashable, Sendable {
    /// Any final response: the trunk is there. 503 and its `Retry-After`, in seconds, say that it wants no calls.
    case answered(code: Int, retryAfter: Int?)
    case timedOut
    case unreachable
}

/// Why input was dropped, to be counted.
package enum Dropped: String, CaseIterable, Sendable {
    /// Not a SIP message.
    case malformed
    /// A response that no transaction waits for.
    case strayResponse
    /// A host name in a dialog that leads nowhere; its requests went by the way of the INVITE.
    case unresolvedName
    /// An ACK without a call.
    case strayAck
    /// A request whose `Via` cannot be answered.
    case unanswerable
}

/// What came of an offer within a connected leg.
package enum MoveResult: Equatable, Sendable {
    /// ``Output/sessionChanged(_:sdp:)`` came before, with the far end's answer.
    case accepted
    /// The session is as it was.
    case refused(code: Int, phrase: String)
    /// Another one is under way, or the call is no longer up: the far end was not asked.
    case untimely
    /// Nothing came, or that there is no such dialog: the call is hung up. `code` is what came.
    case lost(code: Int?)
}
