import Basis
import Dialing

/// One request and all that became of it: what the API shows and the store keeps (contract, "Dial-outs").
package struct DialOut: Sendable {
    package let id: SortableID
    package let tenant: String
    package private(set) var order: DialOutOrder
    /// Without its findings and routes when it is held for long (``forgetFindings()``, ``forgetAlternatives()``).
    package private(set) var decision: Decision
    /// The whole decision in few bytes, where ``decision`` has no findings.
    private var packedDecision: [UInt8]?
    package let acceptedAt: WallTime
    /// The same moment on the monotonic clock, from which all later times follow.
    let began: Instant

    package internal(set) var state = CallState.queued
    @Indirect package internal(set) var ending: Ending?
    package internal(set) var attempts: [Attempt] = []
    package internal(set) var dialledAt: WallTime?
    package internal(set) var ringingAt: WallTime?
    package internal(set) var connectedAt: WallTime?
    package internal(set) var endedAt: WallTime?
    package internal(set) var sdpAnswer: String?
    /// What its answered call costs, where its operator has a price for it.
    @Indirect package internal(set) var rate: Rate?
    /// When the latest of all that is known of it happened.
    package internal(set) var changedAt: WallTime
    /// How many events this dial-out has had.
    package internal(set) var sequence = 0
    /// Its place among those that wait for a trunk, from 1 on.
    package internal(set) var position: Int?
    /// For a refusal: when it may be worth asking again.
    package internal(set) var retryAfter: Duration?

    /// One INVITE on one trunk.
    package struct Attempt: JSONObject, Equatable, Sendable {
        /// Whose the trunk is: an operator's id, or what stands for the tenant's gateways.
        package let `operator`: String
        package let trunk: String
        /// Where the INVITE went first: one of the trunk's addresses. Nil in records of versions that did not keep it.
        package let address: String?
        package let callerId: E164
        /// Nil in records of versions that did not keep it.
        package let callID: SortableID?
        package internal(set) var sip: Int?
        package internal(set) var phrase: String?
        package let startedAt: WallTime
        package internal(set) var endedAt: WallTime?
        /// What the latest provisional answer that gave a reason said, until the attempt has come to something.
        package internal(set) var cause: Int?
        package internal(set) var causeText: String?
        /// How long the operator says that it was up (domain reference §10.3); nil where it has not said.
        package internal(set) var reportedSeconds: Int?
        /// What this attempt came to, whatever another one came to after it.
        @Indirect package internal(set) var ending: Ending?

        func write(to object: inout JSONObjectText) {
            object.add("trunk", trunk)
            object.add("address", address)
            object.add("operator", Operator.isOfGateways(`operator`) ? nil : `operator`)
            object.add("callerId", callerId.description)
            object.add("callId", callID?.description)
            object.add("sip", sip)
            object.add("phrase", phrase)
            object.add("startedAt", startedAt)
            object.add("endedAt", endedAt)
            object.add(ending, cause: cause, causeText: causeText)
            object.add("reportedSeconds", reportedSeconds)
        }
    }

    package init(id: SortableID, tenant: String, order: DialOutOrder, decision: Decision, acceptedAt: WallTime, began: Instant) {
        self.id = id
        self.tenant = tenant
        self.order = order
        self.decision = decision
        (self.acceptedAt, self.began, changedAt) = (acceptedAt, began, acceptedAt)
    }

    /// Puts the findings away until somebody asks for the ``wholeDecision``.
    mutating func forgetFindings() {
        packedDecision = packedDecision ?? decision.packed
        decision.findings = []
    }

    /// Nobody else is dialled for a call that is answered: neither the meeting's offer nor other routes are needed any more. The
    /// ``wholeDecision`` has the routes.
    mutating func forgetAlternatives() {
        order.sdp = nil
        if packedDecision != nil, decision.findings.isEmpty { decision.routes = [] }
    }

    /// The log's form of the decision is kept as well; nil changes nothing.
    mutating func keep(_ packed: [UInt8]?) { packedDecision = packed ?? packedDecision }

    /// The decision with what its sentences are made of.
    package var wholeDecision: Decision {
        guard let packedDecision, decision.findings.isEmpty else { return decision }
        do throws(PackedFault) { return try Decision(packed: packedDecision) } catch {
            preconditionFailure("what was packed is unpacked: \(error.message)")
        }
    }

    /// The moment as the record shows it: so long after its acceptance as the monotonic clock says, whatever the clock that people read did
    /// meanwhile.
    func time(at now: Instant) -> WallTime {
        WallTime(milliseconds: acceptedAt.milliseconds + (now - began).nanoseconds / 1_000_000)
    }

    /// When a call is over that was hung up at an instant: not before what was noted last, and no later than it may last.
    func end(at instant: Instant) -> WallTime {
        let end = max(time(at: instant), changedAt)
        guard let connectedAt else { return end }
        return max(changedAt, min(end, longestEnd(from: connectedAt)))
    }

    /// When a call that was answered is to be over.
    func longestEnd(from connectedAt: WallTime) -> WallTime {
        WallTime(milliseconds: connectedAt.milliseconds + Int64(order.maxDurationSeconds) * 1_000)
    }

    /// The operator of the latest attempt, or the one the decision points at first; nil where a gateway of the tenant's is tried.
    package var operatorID: String? { trunkOwner.flatMap { Operator.isOfGateways($0) ? nil : $0 } }

    /// The same, with what stands for the tenant's gateways.
    var trunkOwner: String? {
        if let attempt = attempts.last { return attempt.operator }
        if decision.verdict == .serviceCarrier { return Operator.serviceCarrier }
        guard let first = decision.routes.first(where: \.usable) else { return nil }
        return first.operator ?? Operator.gateways(of: tenant)
    }

    /// Operators that were tried, and to whom the dial-out is no more.
    package var formerOperatorIDs: [String] { attempts.operators(without: operatorID) + refusedOperatorIDs }

    /// Operators whose numbers or trunks it was to go by and that it was refused for: they see that it was (domain reference §11).
    private var refusedOperatorIDs: [String] {
        guard decision.verdict == .refuse, operatorID == nil else { return [] }
        return Set(decision.routes.compactMap(\.operator)).sorted()
    }

    /// How it stands for an operator: once another one is tried, it is over for the first.
    package func state(for operatorID: String) -> CallState { isWith(operatorID) ? state : .ended }

    /// Whether nobody else has it, or had it last: another operator, or a gateway of the tenant's.
    func isWith(_ operatorID: String) -> Bool { trunkOwner.map { $0 == operatorID } ?? true }

    /// The caller ID as an operator is shown it, which is its own.
    func callerID(for operatorID: String) -> E164? {
        if isWith(operatorID) { return callerID }
        let tried = attempts.last { $0.operator == operatorID }?.callerId
        return tried ?? decision.routes.first { $0.operator == operatorID }?.callerId
    }

    /// What it came to for an operator; nil where that has not ended, or was passed over.
    func ending(for operatorID: String) -> Ending? {
        isWith(operatorID) ? ending : attempts.last { $0.operator == operatorID }?.ending
    }

    /// Whether it is known what came of ringing it: it was answered, or is over. One that still rings is a seizure without a result, and counts in
    /// no ratio (ITU-T E.411).
    var isSeizureWithResult: Bool { dialledAt != nil && (connectedAt != nil || ending != nil) }

    /// Whether the callee's own side said what came of it, or let it ring (ITU-T E.425).
    var hasReachedCallee: Bool {
        if connectedAt != nil { return true }
        guard let ending else { return false }
        switch ending.outcome {
        case .completed, .busy, .noAnswer: return true
        case .declined: return ending.endedBy == .callee
        case .cancelled: return ringingAt != nil
        case .unreachable, .failed, .refused, .indeterminate: return false
        }
    }

    /// As it is for an operator: where another one was tried after it, neither rung nor answered.
    func shown(to operatorID: String) -> DialOut {
        guard !isWith(operatorID) else { return self }
        var left = self
        (left.state, left.position, left.rate) = (.ended, nil, nil)
        (left.ringingAt, left.connectedAt, left.endedAt) = (nil, nil, attempts.last { $0.operator == operatorID }?.endedAt)
        left.ending = ending(for: operatorID)
        left.dialledAt = attempts.first { $0.operator == operatorID }?.startedAt
        return left
    }

    /// How long it talked, or at least, where nobody saw its end.
    private var lasted: Duration? {
        guard let connectedAt, let endedAt else { return nil }
        return .milliseconds(endedAt.milliseconds - connectedAt.milliseconds)
    }

    var isLost: Bool { ending?.outcome == .indeterminate }

    /// How long it talked, if that is known.
    var talked: Duration? { isLost ? nil : lasted }

    /// How long it lasted in whole seconds, and with a begun one counted whole.
    var durationSeconds: Int? { lasted.map { Int($0.components.seconds) } }
    var billableSeconds: Int? { lasted.map { Int($0.millisecondsRoundedUp + 999) / 1000 } }

    package var callerID: E164? {
        if let attempt = attempts.last { return attempt.callerId }
        if decision.verdict == .serviceCarrier { return decision.serviceCallerID }
        return decision.routes.first(where: \.usable)?.callerId
    }
}

extension DialOut: JSONObject {
    /// Every member is written, null where there is nothing yet, so that a reader never guesses.
    func write(to object: inout JSONObjectText) {
        object.add("id", id.description)
        object.add("tenant", tenant)
        object.add("meetingId", order.meetingID)
        object.add("kind", order.kind)
        object.add("organizer", order.organizer)
        object.add("number", decision.number?.description ?? order.number)
        object.add("callerId", callerID?.description)
        object.add("operator", operatorID)
        object.add("requestedBy", order.requestedBy)
        object.add("displayName", order.displayName)
        object.add("state", state)
        object.add("position", position)
        object.add(ending)
        object.add("attempts", attempts)
        object.add("acceptedAt", acceptedAt)
        object.add("dialledAt", dialledAt)
        object.add("ringingAt", ringingAt)
        object.add("connectedAt", connectedAt)
        object.add("endedAt", endedAt)
        object.add("durationSeconds", durationSeconds)
        object.add("billableSeconds", billableSeconds)
        object.add(CallDetail(of: self))
        object.add("destinationContext", destinationContext)
        object.add("traceId", order.origin?.trace?.traceID)
        object.add("licence", decision.licence)
        object.add("policy", decision.policy?.name)
        object.add("configVersion", Int(decision.configVersion))
        object.add("sdpAnswer", sdpAnswer)
        object.add("decision", wholeDecision)
    }
}

extension DialOut {
    /// The record as the API shows it.
    package var shown: JSONValue { JSONValue(self) }
}

extension [DialOut.Attempt] {
    /// The operators that were tried, but for one.
    func operators(without current: String?) -> [String] {
        Set(map(\.operator)).filter { $0 != current && !Operator.isOfGateways($0) }.sorted()
    }
}

extension JSONObjectText {
    /// An ending's members, null where there is none yet.
    mutating func add(_ ending: Ending?, cause: Int? = nil, causeText: String? = nil) {
        add("outcome", ending?.outcome)
        add("reason", ending?.reason)
        add("code", ending?.code)
        add("subcode", ending?.subcode)
        add("cause", ending == nil ? cause : ending?.cause)
        add("causeText", ending == nil ? causeText : ending?.causeText)
        add("endedBy", ending?.endedBy)
    }
}
