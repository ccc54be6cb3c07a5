import Basis

/// Our side's media have moved: an offer of ours within the dialog (RFC 3261 §14.1, RFC 3264 §8).
extension Leg {
    /// An offer until the far end has answered it.
    struct Move: Sendable {
        let sdp: [UInt8]
        var isSent = false
        /// When it is sent, while something else is under way.
        var due: Instant?
    }

    /// How long an offer waits for what is under way before it looks again.
    private static let turnWait: Duration = .milliseconds(500)

    /// Offers other media by a re-INVITE, under the session's own origin.
    mutating func offer(_ offered: [UInt8], _ layer: inout TransactionLayer, at now: Instant) {
        guard call.isConnected, dialog != nil, move == nil else {
            return layer.put(.moved(invitation.id, .refused(code: 491, phrase: "Request Pending")))
        }
        guard var next = SessionDescription(offered), let current = SessionDescription(sdp) else {
            return layer.put(.moved(invitation.id, .refused(code: 488, phrase: "Not Acceptable Here")))
        }
        next.succeed(current)
        move = Move(sdp: next.bytes)
        shown = Credentials.Shown()
        sendMove(&layer, at: now)
    }

    mutating func sendMove(_ layer: inout TransactionLayer, at now: Instant) {
        guard let pending = move, let dialog, call.isConnected else { return }
        guard refresh == .none, reinvite?.transaction.awaitsAck != true else {
            move?.due = now + Self.turnWait
            return
        }
        move = Move(sdp: pending.sdp, isSent: true)
        session?.pause()
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
            session = SessionTimer(answer: response, at: now)
            guard let answer = response.sdp else {
                return layer.put(.moved(invitation.id, .refused(code: code, phrase: "no session description")))
            }
            (capability, description) = (pending.sdp, pending.sdp)
            layer.put(.sessionChanged(invitation.id, sdp: answer))
            layer.put(.moved(invitation.id, .accepted))
        case 408, 481:
            move = nil
            layer.put(.moved(invitation.id, .refused(code: code, phrase: response?.phrase ?? "no response")))
            cancelReason = .timerExpired
            perform(call.handle(.sessionLost, at: now), &layer, at: now)
        case 401 where takesChallenge(response), 407 where takesChallenge(response): sendMove(&layer, at: now)
        case 422 where lengthens(by: response): sendMove(&layer, at: now)
        case 491:
            let wait = glareWait(&layer)
            move?.due = now + wait
        default:
            move = nil
            session?.refresh(after: response?.retryAfter.map { .seconds($0) } ?? Self.retryWait, at: now)
            layer.put(.moved(invitation.id, .refused(code: code, phrase: response?.phrase ?? "")))
        }
    }

    private mutating func takesChallenge(_ response: Message?) -> Bool {
        response.map { credentials?.accept($0, to: &shown) ?? false } ?? false
    }

    /// A 422 that can be obeyed.
    private mutating func lengthens(by response: Message?) -> Bool {
        guard let least = response?.seconds(.minSE), session?.lengthen(to: least) == true else { return false }
        leastInterval = max(leastInterval ?? 0, least)
        return true
    }
}
