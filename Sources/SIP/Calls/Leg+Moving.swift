import Basis

/// Our side's media have moved: an offer of ours within the dialog (RFC 3261 §14.1, RFC 3264 §8).
extension Leg {
    /// An offer until the far end has answered it.
    struct Move: Sendable {
        let sdp: [UInt8]
        private(set) var isSent = false
        /// When it is sent, while something else is under way.
        private(set) var due: Instant?

        /// Whether its answer is what is waited for.
        var isOut: Bool { isSent && due == nil }

        /// How long an offer waits for what is under way before it looks again.
        static let turnWait: Duration = .milliseconds(500)

        init(sdp: [UInt8]) { self.sdp = sdp }

        mutating func leaves() { (isSent, due) = (true, nil) }
        mutating func waits(until instant: Instant) { due = instant }
    }

    /// Offers other media by a re-INVITE, under the session's own origin.
    mutating func offer(_ offered: [UInt8], _ layer: inout TransactionLayer, at now: Instant) {
        guard call.isConnected, dialog != nil, move == nil else {
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
        sendReinvite(in: dialog, pending.sdp, &layer, at: now)
    }

    /// The offer was answered; a nil response is silence.
    mutating func moved(_ response: Message?, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        guard let pending = move else { return }
        switch code {
        case 200..<300:
            guard let response else { return }
            move = nil
            if let target = response.contactURI { dialog?.move(to: target) }
            session.agree(response, at: now)
            guard let answer = response.sdp else {
                return layer.put(.moved(invitation.id, .refused(code: code, phrase: "no session description")))
            }
            guard let said = SessionDescription(answer), SessionDescription(pending.sdp)?.isAnswered(by: said) != false else {
                return layer.put(.moved(invitation.id, .refused(code: code, phrase: "no media in common")))
            }
            ours.moved(to: pending.sdp)
            layer.put(.sessionChanged(invitation.id, sdp: answer))
            layer.put(.moved(invitation.id, .accepted))
        case 408, 481:
            move = nil
            layer.put(.moved(invitation.id, .lost(code: response == nil ? nil : code)))
            loseSession(&layer, at: now)
        case 401 where authentication.accepts(response), 407 where authentication.accepts(response): sendMove(&layer, at: now)
        case 422 where session.lengthens(by: response): sendMove(&layer, at: now)
        case 491:
            let wait = glareWait(&layer)
            move?.waits(until: now + wait)
        default:
            move = nil
            session.refresh(after: response?.retryAfter.map { .seconds($0) }, at: now)
            layer.put(.moved(invitation.id, .refused(code: code, phrase: response?.phrase ?? "")))
        }
    }
}
