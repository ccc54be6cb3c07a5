import Basis
import Dialing

/// One thing that happened to a dial-out, as everybody concerned is told it.
///
/// `sequence` counts the dial-out's own events from 1; the place in the service's one event log is given by the log.
package struct CallEvent: Decodable, Equatable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
        case accepted, refused
        /// Accepted above a level of the tenant's limits at which it is to be looked at.
        case warning
        /// All trunks are at their limits: it waits, at `position`.
        case queued
        case dialling, progress, ringing, connected
        /// The callee's side has other media, holds the call or takes it back: the record's `sdpAnswer` is another.
        case sessionChanged
        case attemptFailed
        /// The operator had its chance and another one is tried: the end of it for the first.
        case failedOver
        case ended
    }

    package var dialOutId: SortableID
    package var sequence: Int
    package var type: Kind
    package var at: WallTime
    package var state: CallState
    package var tenant: String
    package var meetingId: String?
    package var kind: DialOutKind?
    package var organizer: String?
    package var number: String
    package var callerId: E164?
    package var `operator`: String?
    package var trunk: String?
    /// Of the trunk's addresses the one that is tried.
    package var address: String?
    package var sip: Int?
    package var phrase: String?
    package var outcome: Outcome?
    package var reason: String?
    package var code: Int?
    package var subcode: Int?
    package var cause: Int?
    package var causeText: String?
    package var endedBy: EndedBy?
    package var acceptedAt: WallTime
    package var connectedAt: WallTime?
    /// For a refusal: the decision's sentences.
    package var because: [String]?
    /// For `queued`: the place in the queue, from 1 on.
    package var position: Int?
    /// For a warning: what was counted, and to how much.
    package var limit: DialOutLimits.Measure?
    package var count: Int?
    /// Where the request wants its events POSTed.
    package var webhook: String?
    /// The trace that the request was part of.
    package var traceId: String?

    /// What happened last to `dialOut`: the fact that made it what it is.
    package init(_ type: Kind, of dialOut: DialOut, after last: TimedFact) {
        let attempt = dialOut.attempts.last
        let ending: Ending? =
            switch type {
            case .attemptFailed: attempt?.ending
            case .failedOver: attempt?.ending ?? .tooManyCalls
            case .accepted, .refused, .warning, .queued, .dialling, .progress, .ringing, .connected, .sessionChanged,
                .ended:
                dialOut.ending
            }
        dialOutId = dialOut.id
        sequence = dialOut.sequence
        self.type = type
        at = last.at
        state = dialOut.state
        tenant = dialOut.tenant
        meetingId = dialOut.order.meetingID
        kind = dialOut.order.kind
        organizer = dialOut.order.organizer
        number = dialOut.decision.number?.description ?? dialOut.order.number
        callerId = dialOut.callerID
        self.operator = dialOut.operatorID
        trunk = attempt?.trunk
        address = attempt?.address
        sip = attempt?.sip
        phrase = attempt?.phrase
        outcome = ending?.outcome
        reason = ending?.reason
        code = ending?.code
        subcode = ending?.subcode
        let isProgress = type == .progress || type == .ringing
        cause = isProgress ? attempt?.cause : ending?.cause
        causeText = isProgress ? attempt?.causeText : ending?.causeText
        endedBy = ending?.endedBy
        acceptedAt = dialOut.acceptedAt
        connectedAt = dialOut.connectedAt
        because = type == .refused ? dialOut.wholeDecision.because : nil
        position = type == .queued ? dialOut.position : nil
        if case .warning(let measure, let count) = last.fact { (limit, self.count) = (measure, count) }
        webhook = dialOut.order.webhook
        traceId = dialOut.order.origin?.trace?.traceID
    }

    /// As JSON.
    package var written: [UInt8] { JSON.encode(self) }

    /// What it came to, if it came to something.
    var ending: Ending? {
        guard let outcome, let endedBy, let code, let subcode else { return nil }
        return Ending(outcome: outcome, endedBy: endedBy, code: code, subcode: subcode, reason: reason, cause: cause, causeText: causeText)
    }

    /// What the operator that carries the call may see: its own leg, and nothing of who meets with whom.
    package var maskedForOperator: CallEvent {
        var masked = self
        masked.meetingId = nil
        masked.organizer = nil
        masked.kind = nil
        masked.because = nil
        masked.limit = nil
        masked.count = nil
        masked.webhook = nil
        masked.traceId = nil
        if type == .failedOver { masked.state = .ended }
        return masked
    }
}

extension CallEvent: JSONObject {
    /// What there is nothing of is left out.
    func write(to object: inout JSONObjectText) {
        object.add("dialOutId", dialOutId.description)
        object.add("sequence", sequence)
        object.add("type", type)
        object.add("at", at)
        object.add("state", state)
        object.add("tenant", tenant)
        if let meetingId { object.add("meetingId", meetingId) }
        if let kind { object.add("kind", kind) }
        if let organizer { object.add("organizer", organizer) }
        object.add("number", number)
        if let callerId { object.add("callerId", callerId.description) }
        if let `operator` { object.add("operator", `operator`) }
        if let trunk { object.add("trunk", trunk) }
        if let address { object.add("address", address) }
        if let sip { object.add("sip", sip) }
        if let phrase { object.add("phrase", phrase) }
        if let outcome { object.add("outcome", outcome) }
        if let reason { object.add("reason", reason) }
        if let code { object.add("code", code) }
        if let subcode { object.add("subcode", subcode) }
        if let cause { object.add("cause", cause) }
        if let causeText { object.add("causeText", causeText) }
        if let endedBy { object.add("endedBy", endedBy) }
        object.add("acceptedAt", acceptedAt)
        if let connectedAt { object.add("connectedAt", connectedAt) }
        if let because { object.add("because", because) }
        if let position { object.add("position", position) }
        if let limit { object.add("limit", limit) }
        if let count { object.add("count", count) }
        if let webhook { object.add("webhook", webhook) }
        if let traceId { object.add("traceId", traceId) }
    }
}
