import Basis
import Dialing

/// One request and all that became of it: what the API shows and the store keeps (contract, "Dial-outs").
package struct DialOut: Sendable {
    package let id: SortableID
    package let tenant: String
    package let order: DialOutOrder
    package let decision: Decision
    package let acceptedAt: WallTime

    package internal(set) var state = CallState.queued
    package internal(set) var ending: Ending?
    package internal(set) var attempts: [Attempt] = []
    package internal(set) var dialledAt: WallTime?
    package internal(set) var ringingAt: WallTime?
    package internal(set) var connectedAt: WallTime?
    package internal(set) var endedAt: WallTime?
    package internal(set) var sdpAnswer: String?
    /// How many events this dial-out has had.
    package internal(set) var sequence = 0
    /// Its place among those that wait for a trunk, from 1 on.
    package internal(set) var position: Int?
    /// For a refusal: when it may be worth asking again.
    package internal(set) var retryAfter: Duration?

    /// One INVITE on one trunk.
    package struct Attempt: Encodable, Equatable, Sendable {
        package let `operator`: String
        package let trunk: String
        package let callerId: E164
        package internal(set) var sip: Int?
        package internal(set) var phrase: String?
        package let startedAt: WallTime
        package internal(set) var endedAt: WallTime?
        /// What this attempt came to, whatever another one came to after it.
        package internal(set) var ending: Ending?

        private enum Key: String, CodingKey {
            case trunk, callerId, sip, phrase, startedAt, endedAt, `operator`, outcome, reason, code, subcode, cause, endedBy
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(trunk, forKey: .trunk)
            try container.encode(`operator`, forKey: .operator)
            try container.encode(callerId, forKey: .callerId)
            try container.encode(sip, forKey: .sip)
            try container.encode(phrase, forKey: .phrase)
            try container.encode(startedAt, forKey: .startedAt)
            try container.encode(endedAt, forKey: .endedAt)
            try container.encode(ending?.outcome, forKey: .outcome)
            try container.encode(ending?.reason, forKey: .reason)
            try container.encode(ending?.code, forKey: .code)
            try container.encode(ending?.subcode, forKey: .subcode)
            try container.encode(ending?.cause, forKey: .cause)
            try container.encode(ending?.endedBy, forKey: .endedBy)
        }
    }

    package init(id: SortableID, tenant: String, order: DialOutOrder, decision: Decision, acceptedAt: WallTime) {
        self.id = id
        self.tenant = tenant
        self.order = order
        self.decision = decision
        self.acceptedAt = acceptedAt
    }

    /// The operator of the latest attempt, or the one the decision points at first.
    package var operatorID: String? {
        if let attempt = attempts.last { return attempt.operator }
        if decision.verdict == .serviceCarrier { return Operator.serviceCarrier }
        return decision.routes.first(where: \.usable)?.operator
    }

    /// Operators that were tried, and to whom the dial-out is no more.
    package var formerOperatorIDs: [String] {
        let current = operatorID
        return Set(attempts.map(\.operator)).filter { $0 != current }.sorted()
    }

    /// How it stands for an operator: once another one is tried, it is over for the first.
    package func state(for operatorID: String) -> CallState { operatorID == self.operatorID ? state : .ended }

    package var callerID: E164? {
        if let attempt = attempts.last { return attempt.callerId }
        if decision.verdict == .serviceCarrier { return decision.serviceCallerID }
        return decision.routes.first(where: \.usable)?.callerId
    }
}

extension DialOut: Encodable {
    private enum Key: String, CodingKey {
        case id, tenant, meetingId, kind, organizer, number, callerId, `operator`, requestedBy, displayName
        case state, position, outcome, reason, code, subcode, cause, endedBy
        case attempts, acceptedAt, dialledAt, ringingAt, connectedAt, endedAt, sdpAnswer, decision
    }

    /// Every member is written, null where there is nothing yet, so that a reader never guesses.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(tenant, forKey: .tenant)
        try container.encode(order.meetingID, forKey: .meetingId)
        try container.encode(order.kind, forKey: .kind)
        try container.encode(order.organizer, forKey: .organizer)
        try container.encode(decision.number?.description ?? order.number, forKey: .number)
        try container.encode(callerID, forKey: .callerId)
        try container.encode(operatorID, forKey: .operator)
        try container.encode(order.requestedBy, forKey: .requestedBy)
        try container.encode(order.displayName, forKey: .displayName)
        try container.encode(state, forKey: .state)
        try container.encode(position, forKey: .position)
        try container.encode(ending?.outcome, forKey: .outcome)
        try container.encode(ending?.reason, forKey: .reason)
        try container.encode(ending?.code, forKey: .code)
        try container.encode(ending?.subcode, forKey: .subcode)
        try container.encode(ending?.cause, forKey: .cause)
        try container.encode(ending?.endedBy, forKey: .endedBy)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(acceptedAt, forKey: .acceptedAt)
        try container.encode(dialledAt, forKey: .dialledAt)
        try container.encode(ringingAt, forKey: .ringingAt)
        try container.encode(connectedAt, forKey: .connectedAt)
        try container.encode(endedAt, forKey: .endedAt)
        try container.encode(sdpAnswer, forKey: .sdpAnswer)
        try container.encode(decision, forKey: .decision)
    }
}
