import Basis
import SIP

/// One call at the far end: the callee's machine with its transactions and dialog.
struct Party: Sendable {
    let invite: FarEnd.Incoming
    let behaviour: Behaviour
    private var gate: DigestGate
    var call: FarEndCall
    var record: CallRecord
    var server: InviteServerTransaction
    var tag: UInt64
    var lastResponse: [UInt8] = []
    var fork: Fork?
    var reliable: Reliable?
    var isRingAcknowledged = true
    var bye: (transaction: NonInviteClientTransaction, branch: UInt64, request: Outgoing)?
    var renegotiation: Renegotiation?
    var connectedAt: Instant?
    /// Which of the behaviour's changes is next, and before when not.
    var nextStep = 0
    var notBefore: Instant?
    private var refusalsGiven = 0
    var answered: [(branch: [UInt8], method: SIPMethod?, response: ResponseDraft)] = []
    var remoteCSeq: UInt32
    var cSeq: UInt32 = 1

    /// A reliable provisional response that waits for its PRACK (RFC 3262 §3).
    struct Reliable: Sendable {
        let bytes: [UInt8]
        /// What its PRACK must say.
        let rAck: String
        var retransmitAt: Instant
        var interval: Interval
    }

    /// A request of the callee's side and where it goes.
    struct Outgoing: Sendable {
        let bytes: [UInt8]
        let destination: SocketAddress
    }

    /// Another branch that answered too, until it is hung up.
    struct Fork: Sendable {
        let tag: [UInt8]
        let answer: [UInt8]
        var server: InviteServerTransaction
    }

    init(_ incoming: FarEnd.Incoming, _ behaviour: Behaviour, _ gate: DigestGate, far: inout FarEnd, at now: Instant) {
        invite = incoming
        self.gate = gate
        self.behaviour = behaviour
        call = FarEndCall(behaviour, timers: far.configuration.timers, at: now)
        record = CallRecord(incoming.message, uri: incoming.uri, tenantHeader: far.tenantHeader, at: now)
        record.callerSDP = incoming.message.sdp
        server = InviteServerTransaction(timers: far.configuration.timers, isReliable: incoming.transport.isReliable)
        tag = far.identifiers.next()
        remoteCSeq = incoming.message.cSeq.number
    }

    var deadline: Instant? {
        let due = [
            isRingAcknowledged ? call.deadline : nil, server.deadline, fork?.server.deadline, reliable?.retransmitAt,
            bye?.transaction.deadline, nextChange, record.endedAt == nil ? renegotiation?.transaction.deadline : nil,
        ]
        return due.compactMap(\.self).min()
    }

    /// Nothing more can come: the call is over, and so is the branch that answered too.
    var isForgotten: Bool { call.state == .forgotten && !record.isForkUp }

    mutating func tick(_ far: inout FarEnd, at now: Instant) {
        if let due = reliable?.retransmitAt, due <= now { retransmitRinging(&far, at: now) }
        if let due = server.deadline, due <= now { perform(server.handle(.timeout, at: now), &far, at: now) }
        if let due = fork?.server.deadline, due <= now, fork?.server.handle(.timeout, at: now) == [.sendResponse] {
            transmit(fork?.answer ?? [], &far)
        }
        if record.endedAt == nil, let due = renegotiation?.transaction.deadline, due <= now { handleChange(nil, &far, at: now) }
        if let due = nextChange, due <= now { renegotiate(&far, at: now) }
        if let due = bye?.transaction.deadline, due <= now { handleBye(.timeout, &far, at: now) }
        if isRingAcknowledged, let due = call.deadline, due <= now { perform(call.handle(.timeout, at: now), &far, at: now) }
    }

    mutating func received(response: Message, _ code: Int, _ far: inout FarEnd, at now: Instant) {
        guard let branch = response.ownBranch else { return }
        if branch == bye?.branch { handleBye(.response(code), &far, at: now) }
        if branch == renegotiation?.branch { handleChange((code, response), &far, at: now) }
    }

    mutating func received(_ incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) {
        let branch = incoming.branch
        if incoming.method == .invite, branch == invite.branch {
            record.inviteRetransmissions += 1
            return perform(server.handle(.invite, at: now), &far, at: now)
        }
        if let fork, incoming.message.tag(of: incoming.message.to)?.elementsEqual(fork.tag) == true {
            return received(incoming, forFork: &far, at: now)
        }
        if incoming.method == .ack { return acknowledged(incoming, &far, at: now) }
        if incoming.method == .bye { record.byes += 1 }
        if let before = answered.first(where: { $0.branch == branch && $0.method == incoming.method }) {
            return far.answer(incoming, before.response)
        }
        guard let response = response(to: incoming, &far, at: now) else { return }
        if answered.count == 8 { answered.removeFirst() }
        answered.append((branch, incoming.method, response))
        far.answer(incoming, response)
        if response.code < 300 { act(on: incoming, &far, at: now) }
    }

    private mutating func acknowledged(_ incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) {
        guard incoming.message.cSeq.number == invite.message.cSeq.number else { return }
        noteCredentials(of: incoming)
        perform(server.handle(.ack, at: now), &far, at: now)
    }

    private mutating func received(_ incoming: FarEnd.Incoming, forFork far: inout FarEnd, at now: Instant) {
        if incoming.method == .ack {
            noteCredentials(of: incoming)
            _ = fork?.server.handle(.ack, at: now)
        }
        guard incoming.method == .bye else { return }
        if let before = answered.first(where: { $0.branch == incoming.branch && $0.method == .bye }) {
            return far.answer(incoming, before.response)
        }
        if let refusal = challenge(incoming) {
            answered.append((incoming.branch, .bye, refusal))
            return far.answer(incoming, refusal)
        }
        fork?.server.stop()
        far.answer(incoming, ResponseDraft(200, "OK"))
        guard record.isForkUp else { return }
        record.isForkUp = false
        record.forkEndedAt = now
        far.put(.call(.forkEnded, record))
    }

    /// The ACK of a 2xx has the credentials of its INVITE (RFC 3261 §13.2.2.4).
    private mutating func noteCredentials(of ack: FarEnd.Incoming) {
        if ack.message.text(gate.header) != invite.message.text(gate.header) { record.strangeAcks += 1 }
    }

    private mutating func challenge(_ incoming: FarEnd.Incoming) -> ResponseDraft? {
        guard let method = incoming.method, method != .cancel else { return nil }
        let refusal = gate.challenge(incoming.message, method)
        if refusal != nil { record.challenges += 1 }
        record.reusedCounts = gate.reusedCounts
        return refusal
    }

    private mutating func response(to incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) -> ResponseDraft? {
        let isOver = record.endedAt != nil
        if let refusal = challenge(incoming) {
            remoteCSeq = max(remoteCSeq, incoming.message.cSeq.number)
            return refusal
        }
        switch incoming.method {
        case .cancel:
            return incoming.branch == invite.branch
                ? ResponseDraft(200, "OK", tag: tag) : ResponseDraft(481, "Call/Transaction Does Not Exist", tag: tag)
        case .bye where call.state == .hangingUp: return ResponseDraft(200, "OK")
        case .bye, .update, .invite, .info, .options:
            guard incoming.message.cSeq.number > remoteCSeq else { return ResponseDraft(500, "Out of Order") }
            if isOver, call.state != .hangingUp { return ResponseDraft(481, "Call/Transaction Does Not Exist") }
            remoteCSeq = incoming.message.cSeq.number
            return refreshing(incoming, far)
        case .prack:
            let isAwaited = reliable.map { incoming.message.text(.rAck) == $0.rAck } ?? false
            return ResponseDraft(isAwaited ? 200 : 481, isAwaited ? "OK" : "Call/Transaction Does Not Exist")
        case .ack, .notify, .refer, .message, .subscribe, .publish, .register: return .methodNotAllowed
        case nil: return ResponseDraft(501, "Not Implemented")
        }
    }

    private mutating func refreshing(_ incoming: FarEnd.Incoming, _ far: FarEnd) -> ResponseDraft {
        var response = ResponseDraft(200, "OK")
        guard incoming.method == .update || incoming.method == .invite else { return response }
        if refusalsGiven < behaviour.refreshRefusals.count {
            refusalsGiven += 1
            response = ResponseDraft(behaviour.refreshRefusals[refusalsGiven - 1], "Not Now")
            if response.code == 422 { response.add("Min-SE", "3600") }
            return response
        }
        record.refreshes += 1
        if let sdp = incoming.message.sdp { record.callerSDP = sdp }
        response.contact = far.stationery.contact(invite.transport)
        if incoming.method == .invite { response.sdp = answerSDP(far) }
        addSession(to: &response, for: incoming.message)
        return response
    }

    private mutating func act(on incoming: FarEnd.Incoming, _ far: inout FarEnd, at now: Instant) {
        switch incoming.method {
        case .bye:
            record.reasons = incoming.message.reasons
            perform(call.handle(.bye, at: now), &far, at: now)
            server.stop()
        case .cancel where incoming.branch == invite.branch:
            record.reasons = incoming.message.reasons
            isRingAcknowledged = true
            reliable = nil
            perform(call.handle(.cancel, at: now), &far, at: now)
        case .prack:
            reliable = nil
            isRingAcknowledged = true
        case .cancel, .invite, .ack, .update, .options, .info, .notify, .refer, .message, .subscribe, .publish, .register, nil: break
        }
    }
}
