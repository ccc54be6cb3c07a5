import Basis
import Dialing

/// What happened to one dial-out, as the log keeps it. A dial-out is the fold of its facts (``DialOut/apply(_:at:)``); events, records and
/// counts are read off that and written nowhere else.
package enum Fact: Equatable, Sendable {
    case accepted(DialOutOrder, Decision)
    case refused(DialOutOrder, Decision)
    /// Accepted above a level of the tenant's limits at which it is to be looked at.
    case warning(DialOutLimits.Measure, count: Int)
    /// All trunks are at their limits: it waits, at a place from 1 on.
    case queued(position: Int)
    /// The operator had its chance and another one is tried.
    case failedOver
    case dialling(Dialling)
    case progress(Progress)
    /// By a 2xx and its phrase.
    case answered(sdp: String?, sip: Int = 200, phrase: String = "OK")
    /// The callee's side has other media, holds the call or takes it back; told once the call is up. Nil in entries of versions that did not
    /// keep it.
    case sessionChanged(sdp: String?)
    /// `sip` and `phrase` are the attempt's last answer, as its record shows them.
    case attemptFailed(sip: Int?, phrase: String?, Ending)
    /// `sip` and `phrase` are those of an attempt that was up.
    case ended(Ending, sip: Int?, phrase: String?)
    /// An operator says how long its attempt, counted from 1, was up. It may come at any time after the end, and again.
    case durationReported(attempt: Int, seconds: Int)
    /// What the call that has just been answered costs.
    case priced(Rate)

    /// One INVITE on one trunk.
    package struct Dialling: Equatable, Sendable {
        let `operator`: String
        let trunk: String
        /// Where it goes first; nil in entries of versions that did not keep it.
        let address: String?
        let callerID: E164
        /// The 128 bits of its Call-ID; nil in entries of versions that did not keep it.
        let callID: SortableID?

        package init(`operator`: String, trunk: String, address: String?, callerID: E164, callID: SortableID?) {
            self.operator = `operator`
            self.trunk = trunk
            self.address = address
            self.callerID = callerID
            self.callID = callID
        }
    }

    /// A provisional answer.
    package struct Progress: Equatable, Sendable {
        let sip: Int
        let phrase: String
        let sdp: String?
        /// What it gives for a reason (RFC 3326 §2), if it gives one.
        let reason: Explanation?
    }

    /// A Reason header's cause and words.
    package struct Explanation: Equatable, Sendable {
        let cause: Int?
        let text: String?
    }
}

/// A fact with its moment, on the clock that the dial-out's acceptance set.
package struct TimedFact: Equatable, Sendable {
    package let at: WallTime
    package let fact: Fact

    package init(_ fact: Fact, at time: WallTime) { (self.fact, at) = (fact, time) }
}
