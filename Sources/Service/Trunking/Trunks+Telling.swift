import Basis
import SIP

/// What the trunks tell of their legs and of those who wait for one.
extension Trunks {
    /// What a leg's story is told, in order; exactly one `failed`, or `answered` and later `ended`. In a box of its own, so that who waits for one
    /// keeps no room for the largest.
    indirect enum Step: Sendable {
        case progress(code: Int, phrase: String, sdp: String?, reasons: [Reason])
        case answered(code: Int, phrase: String, sdp: String?)
        /// The far end's session description within the call.
        /// `isOurs`: it answers an offer of ours, so that the session is another even where the description is the same.
        case sessionChanged(sdp: String, isOurs: Bool)
        case failed(Failure, because: Stop?)
        /// Nobody has talked any more since then.
        case ended(by: SIP.EndedBy, reasons: [Reason], because: Stop?, at: Instant)
        /// Neither a 101–199 nor a final answer within the operator's time; the leg is taken back in the background.
        case silent
    }

    struct Timing: Sendable {
        let silence: Duration
        let ringing: Duration
        let maxDuration: Duration
    }

    /// Why we ended a leg ourselves; the first reason counts.
    enum Stop: Equatable, Sendable { case meeting, rangOut, tooLong, draining, silent }

    /// How the wait for a trunk ends.
    enum Turn: Equatable, Sendable {
        case granted(TrunkKey)
        case waitedTooLong
        /// The trunks that were waited for take no calls any more.
        case dislodged
        /// The dial-out itself is given up.
        case givenUp
    }

    /// Where legs are kept for the next start of the service.
    struct Journal {
        /// Begins to keep a leg or another phone of it, whose end is told by ``Trunks/kept(_:)``; false while the store refuses.
        var keep: (KeptID, TrunkKey, StandingLeg) -> Bool = { _, _, _ in false }
        /// Finds out from the records on which trunk a leg was, and calls ``Trunks/keep(_:_:on:)``.
        var trace: (KeptID, StandingLeg) -> Void = { _, _ in }
        /// One that no story tells of is over.
        var forget: (KeptID) -> Void = { _ in }
    }
}

extension Trunks.Stop {
    /// What CANCEL or BYE says of it to the far end (RFC 3326).
    var told: Reason {
        switch self {
        case .meeting: .normalClearing
        case .rangOut: .noAnswer
        case .tooLong: Reason(protocol: "Q.850", cause: 16, text: "Maximum duration reached")
        case .draining: .temporaryFailure
        case .silent: .timerExpired
        }
    }
}
