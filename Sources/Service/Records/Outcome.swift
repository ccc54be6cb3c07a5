/// Where a dial-out stands (contract, "Dial-outs").
package enum CallState: String, Codable, CaseIterable, Sendable {
    case queued, dialling, ringing, connected, ended
}

/// How an ended dial-out ended (contract, "Dial-outs").
package enum Outcome: String, Codable, CaseIterable, Sendable {
    case completed, busy, declined, noAnswer, cancelled, unreachable, failed, refused
    /// An INVITE may have left and its fate is unknown; never redialled.
    case indeterminate
}

/// Who ended it.
package enum EndedBy: String, Codable, CaseIterable, Sendable {
    case callee, meeting, `operator`, service
}

/// The end of a dial-out: outcome, who brought it about, and the two-level code of domain reference §10.1.
package struct Ending: Equatable, Sendable {
    package var outcome: Outcome
    package var endedBy: EndedBy
    /// SIP-like, 0 for a normal end.
    package var code: Int
    /// `560` and the SIP code for an operator's answer, another family for ours.
    package var subcode: Int
    /// A refusal's or a failure's reason from the contract's list.
    package var reason: String?
    /// Q.850 cause, read from the far side's Reason header or mapped by RFC 3398 §8.2.6.1.
    package var cause: Int?
    /// What the far side's Reason header says in words.
    package var causeText: String?

    package init(
        outcome: Outcome, endedBy: EndedBy, code: Int, subcode: Int, reason: String? = nil, cause: Int? = nil, causeText: String? = nil
    ) {
        self.outcome = outcome
        self.endedBy = endedBy
        self.code = code
        self.subcode = subcode
        self.reason = reason
        self.cause = cause
        self.causeText = causeText
    }
}

extension Ending {
    /// Nobody at the operator's end answered at all (domain reference §10.1, `500001`).
    package static let noResponse = Ending(
        outcome: .unreachable, endedBy: .operator, code: 408, subcode: 500_001, reason: "operatorUnavailable", cause: 102)
    /// The operator's trunk could not be reached on the network.
    package static let transportFailed = Ending(
        outcome: .unreachable, endedBy: .operator, code: 503, subcode: 500_503, reason: "operatorUnavailable", cause: 38)
    /// It was answered without a session description to talk by, and hung up at once (RFC 3261 §13.2.2.4).
    package static let withoutMedia = Ending(outcome: .failed, endedBy: .operator, code: 488, subcode: 560_488, cause: 88)
    /// The phone rang for as long as was asked and nobody took it.
    package static let rangOut = Ending(outcome: .noAnswer, endedBy: .service, code: 408, subcode: 560_408, cause: 19)
    /// The meeting took the request back before an answer.
    package static let cancelled = Ending(outcome: .cancelled, endedBy: .meeting, code: 487, subcode: 560_487, cause: 16)
    /// The service stopped before an answer.
    package static let stopped = Ending(outcome: .cancelled, endedBy: .service, code: 487, subcode: 560_487, reason: "draining", cause: 41)
    /// The tenant whose call it was is no more.
    package static let tenantRemoved = Ending(
        outcome: .cancelled, endedBy: .service, code: 487, subcode: 560_487, reason: "tenantRemoved", cause: 41)
    /// All trunks were at their limits for as long as it may wait.
    package static let tooManyCalls = Ending(
        outcome: .failed, endedBy: .service, code: 503, subcode: 520_503, reason: "tooManyCalls", cause: 34)
    /// No trunk that it could take takes calls now.
    package static let noTrunk = Ending(
        outcome: .failed, endedBy: .service, code: 503, subcode: 520_501, reason: "operatorUnavailable", cause: 27)
    /// The store takes nothing, and without it nothing is dialled.
    package static let storeFails = Ending(
        outcome: .failed, endedBy: .service, code: 503, subcode: 520_502, reason: "storeUnavailable", cause: 41)
    /// Another start of the service found the dial-out without an end.
    package static let lost = Ending(outcome: .indeterminate, endedBy: .service, code: 500, subcode: 520_500, cause: 41)

    /// A connected call's end.
    package static func completed(by endedBy: EndedBy, cause: Int? = 16) -> Ending {
        Ending(outcome: .completed, endedBy: endedBy, code: 0, subcode: 560_000, cause: cause)
    }
}
