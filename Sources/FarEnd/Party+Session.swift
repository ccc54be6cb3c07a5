import Basis
import SIP

/// What the callee's side changes in a connected call, one request at a time (RFC 3261 §14.1, RFC 3311, RFC 4028 §10).
extension Party {
    /// A re-INVITE or UPDATE under way.
    struct Renegotiation: Sendable {
        enum Transaction: Sendable {
            case invite(InviteClientTransaction)
            case update(NonInviteClientTransaction)

            var deadline: Instant? {
                switch self {
                case .invite(let machine): machine.deadline
                case .update(let machine): machine.deadline
                }
            }
        }
        let change: Behaviour.Change
        let branch: UInt64
        let cSeq: UInt32
        let request: Outgoing
        var transaction: Transaction
        var ack: Outgoing?
        var isAnswered = false
    }

    /// When the next change is due; nil while one is under way or nobody talks.
    var nextChange: Instant? {
        guard case .connected = call.state, let connectedAt, renegotiation?.isAnswered != false, nextStep < behaviour.changes.count else {
            return nil
        }
        return max(connectedAt + behaviour.changes[nextStep].after, notBefore ?? connectedAt)
    }

    mutating func renegotiate(_ far: inout FarEnd, at now: Instant) {
        let change = behaviour.changes[nextStep].change
        nextStep += 1
        cSeq += 1
        let branch = far.identifiers.next(), timers = far.configuration.timers, isReliable = invite.transport.isReliable
        let request = request(change.method, branch: branch, cSeq: cSeq, far, sdp: change.sdp(from: answerSDP(far))) { writer in
            writer.raw(far.stationery.contact(invite.transport))
            writer.line("Supported", "timer")
            if let interval = invite.message.seconds(.sessionExpires) { writer.line("Session-Expires", "\(interval);refresher=uac") }
        }
        let transaction: Renegotiation.Transaction =
            change.method == .invite
            ? .invite(InviteClientTransaction(timers: timers, isReliable: isReliable, at: now))
            : .update(NonInviteClientTransaction(timers: timers, isReliable: isReliable, at: now))
        renegotiation = Renegotiation(change: change, branch: branch, cSeq: cSeq, request: request, transaction: transaction)
        send(request, &far)
    }

    /// A response to the change under way, or nil when its time has come.
    mutating func handleChange(_ event: (code: Int, message: Message)?, _ far: inout FarEnd, at now: Instant) {
        guard var pending = renegotiation else { return }
        switch pending.transaction {
        case .invite(var machine):
            let effects = machine.handle(event.map { .response($0.code) } ?? .timeout, at: now)
            pending.transaction = .invite(machine)
            renegotiation = pending
            for effect in effects { perform(effect, event?.message, &far, at: now) }
        case .update(var machine):
            let effects = machine.handle(event.map { .response($0.code) } ?? .timeout, at: now)
            pending.transaction = .update(machine)
            renegotiation = pending
            for effect in effects {
                switch effect {
                case .sendRequest: send(pending.request, &far)
                case .deliver(let code): answered(code, event?.message, at: now, &far)
                case .failTimedOut, .failTransport: answered(408, nil, at: now, &far)
                }
            }
        }
    }

    private mutating func perform(
        _ effect: InviteClientTransaction.Effect, _ response: Message?, _ far: inout FarEnd, at now: Instant
    ) {
        switch effect {
        case .sendInvite: if let pending = renegotiation { send(pending.request, &far) }
        case .sendAck: acknowledge(branch: renegotiation?.branch, &far)
        case .deliver(let code) where code >= 200:
            if code < 300 { acknowledge(branch: nil, &far) }
            if renegotiation?.isAnswered == false { answered(code, response, at: now, &far) }
        case .deliver: break
        case .failTimedOut, .failTransport: answered(408, nil, at: now, &far)
        }
    }

    /// The ACK of a refusal has the INVITE's branch, that of a 2xx one of its own; each is made once.
    private mutating func acknowledge(branch: UInt64?, _ far: inout FarEnd) {
        guard let pending = renegotiation else { return }
        let sdp = branch == nil && pending.change == .offerless ? answerSDP(far) : []
        let ack = pending.ack ?? request(.ack, branch: branch ?? far.identifiers.next(), cSeq: pending.cSeq, far, sdp: sdp) { _ in }
        renegotiation?.ack = ack
        send(ack, &far)
    }

    private mutating func answered(_ code: Int, _ response: Message?, at now: Instant, _ far: inout FarEnd) {
        renegotiation?.isAnswered = true
        switch code {
        case 200..<300:
            record.changes += 1
            if let sdp = response?.sdp { record.callerSDP = sdp }
        case 491:
            // Who did not make the Call-ID waits less than 2 s (RFC 3261 §14.1).
            record.glares += 1
            nextStep -= 1
            notBefore = now + .milliseconds(Int64(far.identifiers.next() % 200) * 10)
        default: record.refusals += 1
        }
    }
}

extension Party {
    /// The far end's description; where the caller offers SRTP in that profile, with a key or a certificate's fingerprint as offered.
    func answerSDP(_ far: FarEnd) -> [UInt8] {
        let offered = String(decoding: record.callerSDP ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let profile = offered.first(where: { $0.hasPrefix("m=") })?.split(separator: " ").dropFirst(2).first,
            profile.contains("SAVP")
        else { return far.answerSDP }
        let crypto = offered.first { $0.hasPrefix("a=crypto:") }?.split(separator: " ").prefix(2).joined(separator: " ")
        let keys =
            crypto.map { ["\($0) inline:\(String(repeating: "A", count: 40))"] }
            ?? ["a=setup:active", "a=fingerprint:sha-256 " + Array(repeating: "0F", count: 32).joined(separator: ":")]
        let plain = String(decoding: far.answerSDP, as: UTF8.self).replacing("RTP/AVP", with: profile)
        return Array((plain + keys.map { $0 + "\r\n" }.joined()).utf8)
    }
}

extension Behaviour.Change {
    fileprivate var method: SIPMethod { self == .refresh ? .update : .invite }

    /// The callee's description with another direction; none for a refresh or when the caller is to offer.
    fileprivate func sdp(from answer: [UInt8]) -> [UInt8] {
        guard let direction = [Self.hold: "sendonly", .retrieve: "sendrecv"][self] else { return [] }
        let kept = String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isNewline).filter { line in
            !SessionDescription.Direction.allCases.contains { line == "a=\($0.rawValue)" }
        }
        return Array((kept + ["a=\(direction)"]).map { "\($0)\r\n" }.joined().utf8)
    }
}
