import Basis

/// Our side's media have moved: an offer of ours within the dialog (RFC 3261 §14.1, RFC 3264 §8).
extension Leg {
    /// An offer until the far end has answered it.
    struct Move: Sendable {
        /// Nil for what is in force: the far end took another offer, and its answer was none.
        let sdp: [UInt8]?
        private(set) var isSent = false
        /// How often the far end's own offer crossed it.
        private var glares: UInt8 = 0
        /// When it is sent, while something else is under way.
        private(set) var due: Instant?

        /// Whether its answer is what is waited for.
        var isOut: Bool { isSent && due == nil }

        /// How long an offer waits for what is under way before it looks again.
        static let turnWait: Duration = .milliseconds(500)

        /// Offers that may cross one (491); RFC 3261 §14.1 has it tried again, and not for ever.
        static let glareLimit: UInt8 = 3

        init(sdp: [UInt8]?) { self.sdp = sdp }

        mutating func leaves() { (isSent, due) = (true, nil) }
        mutating func waits(until instant: Instant) { due = instant }

        /// Whether it is tried again although another offer crossed it.
        mutating func crosses() -> Bool {
            glares += 1
            return glares <= Self.glareLimit
        }
    }

    /// Offers other media by a re-INVITE, under the session's own origin.
    mutating func offer(_ offered: [UInt8], _ layer: inout TransactionLayer, at now: Instant) {
        // A description that is only offered again gives way to a new one.
        guard call.isConnected, dialog != nil, move.map({ $0.sdp == nil && !$0.isOut }) ?? true else {
            return layer.put(.moved(invitation.id, .untimely))
        }
        guard let next = ours.successor(offered) else {
            return layer.put(.moved(invitation.id, .refused(code: 488, phrase: "Not Acceptable Here")))
        }
        move = Move(sdp: next)
        authentication.begin()
        sendMove(&layer, at: now)
    }

    mutating func sendMove(_ layer: inout TransactionLayer, at now: Instant) {
        guard let pending = move, let dialog, call.isConnected else { return }
        guard session.pending == .none, !requests.awaitsAck else {
            move?.waits(until: now + Move.turnWait)
            return
        }
        move?.leaves()
        session.pause()
        sendReinvite(in: dialog, pending.sdp ?? ours.inForce, &layer, at: now)
    }

    /// The offer was answered; a nil response is silence.
    mutating func moved(_ response: Message?, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        guard let pending = move else { return }
        switch code {
        case 200..<300:
            guard let response else { return }
            move = nil
            if let target = response.contactURI { refreshTarget(target, &layer) }
            session.agree(response, at: now)
            guard let sdp = pending.sdp else {
                return response.sdp == nil ? loseMedia(&layer, at: now) : takeInAnswer(response, &layer, at: now)
            }
            guard let answer = response.sdp else { return movedInVain(sdp, "no session description", code, &layer, at: now) }
            guard SessionDescription.isAnswer(answer, to: sdp) else {
                return movedInVain(sdp, "no media in common", code, &layer, at: now)
            }
            ours.moved(to: sdp)
            ours.settle(by: answer)
            layer.put(.sessionChanged(invitation.id, sdp: answer))
            layer.put(.moved(invitation.id, .accepted))
        case 408, 481:
            move = nil
            if pending.sdp != nil { layer.put(.moved(invitation.id, .lost(code: response == nil ? nil : code))) }
            loseSession(&layer, at: now)
        case 401 where authentication.accepts(response), 407 where authentication.accepts(response): sendMove(&layer, at: now)
        case 422 where session.lengthens(by: response): sendMove(&layer, at: now)
        case 491 where move?.crosses() == true:
            let wait = glareWait(&layer)
            move?.waits(until: now + wait)
        default:
            move = nil
            // Nobody can talk by what the far end holds to then.
            guard pending.sdp != nil else { return loseMedia(&layer, at: now) }
            session.refresh(after: response?.retryAfter.map { .seconds($0) }, at: now)
            layer.put(.moved(invitation.id, .refused(code: code, phrase: response?.phrase ?? "")))
        }
    }

    /// The far end took the offer, and what it answered is nothing to talk by: what was before is offered again, one version on (RFC 3264 §8).
    private mutating func movedInVain(_ sdp: [UInt8], _ phrase: String, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        ours.outdo(sdp)
        move = Move(sdp: nil)
        move?.waits(until: now + Move.turnWait)
        layer.put(.moved(invitation.id, .refused(code: code, phrase: phrase)))
    }
}
