import Basis

/// Keeping the session alive (RFC 4028 §10), by UPDATE where the far end takes it and by re-INVITE where not.
extension Leg {
    /// How long an own refresh waits after a 491; the owner of the Call-ID waits 2.1 to 4 s (RFC 3261 §14.1).
    func glareWait(_ layer: inout TransactionLayer) -> Duration {
        .milliseconds(2100 + Int64(layer.identifiers.next() % 190) * 10)
    }
    static let retryWait: Duration = .seconds(10)

    mutating func sendRefresh(_ layer: inout TransactionLayer, at now: Instant) {
        shown = Credentials.Shown()
        sendRefreshAgain(&layer, at: now)
    }

    private mutating func sendRefreshAgain(_ layer: inout TransactionLayer, at now: Instant) {
        guard refresh == .none, let dialog, let seconds = session?.seconds else { return }
        session?.pause()
        if peerAllowsUpdate {
            refresh = .update
            send(.update, in: dialog, &layer, at: now, headers: sessionLines(seconds))
            return
        }
        sendReinvite(in: dialog, description ?? invitation.sdp, &layer, at: now)
    }

    /// What a refresh asks for.
    private func sessionLines(_ seconds: Int) -> (inout Writer) -> Void {
        let leastInterval = max(leastInterval ?? 0, SessionTimer.leastInterval)
        return { writer in
            writer.line("Session-Expires", "\(max(seconds, leastInterval));refresher=uac")
            writer.line("Min-SE", leastInterval)
        }
    }

    /// A re-INVITE with that description, which keeps the session alive as well where it has a timer; by these ways, or by those of the
    /// dialog.
    mutating func sendReinvite(
        in dialog: Dialog, _ sdp: [UInt8], by ways: ArraySlice<Hop> = [], _ layer: inout TransactionLayer, at now: Instant
    ) {
        let headers = session.map { sessionLines($0.seconds) } ?? { _ in }
        renewInvite(branch: layer.identifiers.next(), layer.timers, at: now)
        refresh = .reinvite(branch: inviteBranch)
        lastFailureAck = []
        let nonce = layer.identifiers.next()
        var shown = shown
        inviteBytes = writeInDialog(
            .invite, dialog, branch: inviteBranch, cSeq: inviteCSeq, layer.stationery, clientNonce: nonce, for: &shown,
            headers: headers, sdp: sdp)
        self.shown = shown
        inviteWay = nil
        let found = ways.isEmpty ? layer.ways(to: dialog.destination, of: inviteBytes.count, at: now, or: .invite(callID)) : ways
        if let way = found.first { sendInvite(by: way, or: found.dropFirst(), &layer, at: now) }
    }

    /// The host name that a re-INVITE waits for was looked up.
    mutating func found(_ hops: [Hop], _ layer: inout TransactionLayer, at now: Instant) {
        guard inviteWay == nil, invite.isCalling else { return }
        let ways = hops.map { $0.way(of: inviteBytes.count) }
        sendInvite(by: ways[0], or: ways[1...], &layer, at: now)
    }

    /// Whether the re-INVITE, of which nothing came at one address, goes to another one of the same name (RFC 3263 §4.3).
    mutating func reinviteElsewhere(_ layer: inout TransactionLayer, at now: Instant) -> Bool {
        guard case .reinvite = refresh, call.isConnected, let dialog, let way = inviteWay, !otherWays.isEmpty else { return false }
        layer.failed(way)
        let isMove = move?.isSent == true && move?.due == nil
        sendReinvite(in: dialog, (isMove ? move?.sdp : description) ?? invitation.sdp, by: otherWays, &layer, at: now)
        return true
    }

    /// The refresh was answered; a nil response is silence.
    mutating func refreshed(_ response: Message?, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        let wasUpdate = refresh == .update
        refresh = .none
        if move?.isSent == true, move?.due == nil { return moved(response, code, &layer, at: now) }
        switch code {
        case 200..<300:
            guard let response else { return }
            if let target = response.contactURI { dialog?.move(to: target) }
            session = SessionTimer(answer: response, at: now)
            takeIn(response, &layer)
        case 408, 481:
            cancelReason = .timerExpired
            perform(call.handle(.sessionLost, at: now), &layer, at: now)
        case 401 where isAnswerable(response, wasUpdate), 407 where isAnswerable(response, wasUpdate):
            sendRefreshAgain(&layer, at: now)
        case 422:
            guard let least = response?.seconds(.minSE), session?.lengthen(to: least) == true else {
                return refused(response, wasUpdate, &layer, at: now)
            }
            leastInterval = max(leastInterval ?? 0, least)
            sendRefreshAgain(&layer, at: now)
        case 491:
            let wait = glareWait(&layer)
            session?.refresh(after: wait, at: now)
        default: refused(response, wasUpdate, &layer, at: now)
        }
    }

    /// A far end that does not take an UPDATE gets a re-INVITE, which each takes: at once, or when it said that it may be asked again.
    private mutating func refused(_ response: Message?, _ wasUpdate: Bool, _ layer: inout TransactionLayer, at now: Instant) {
        let wait = response?.retryAfter.map { Duration.seconds($0) }
        if wasUpdate { peerAllowsUpdate = false }
        if wasUpdate, wait == nil {
            sendRefresh(&layer, at: now)
        } else {
            session?.refresh(after: wait ?? Self.retryWait, at: now)
        }
    }

    /// Whether a challenge of a re-INVITE has an answer; an UPDATE's has been answered before it comes here, if it could be.
    private mutating func isAnswerable(_ response: Message?, _ wasUpdate: Bool) -> Bool {
        guard !wasUpdate, let response else { return false }
        return credentials?.accept(response, to: &shown) ?? false
    }

    mutating func tickReinvite(_ layer: inout TransactionLayer, at now: Instant) {
        guard var pending = reinvite else { return }
        let effects = pending.transaction.handle(.timeout, at: now)
        reinvite = pending.transaction.state == .terminated ? nil : pending
        for effect in effects {
            switch effect {
            case .sendResponse: layer.transmit(pending.answer.response, to: pending.answer.destination, over: pending.answer.transport)
            case .unacknowledged:
                cancelReason = .timerExpired
                perform(call.handle(.sessionLost, at: now), &layer, at: now)
            case .confirmed: break
            }
        }
    }
}
