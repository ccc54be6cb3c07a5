import Basis

/// Keeping the session alive (RFC 4028 §10), by UPDATE where the far end takes it and by re-INVITE where not.
extension Leg {
    /// How long an own refresh waits after a 491; the owner of the Call-ID waits 2.1 to 4 s (RFC 3261 §14.1).
    func glareWait(_ layer: inout TransactionLayer) -> Duration {
        .milliseconds(2100 + Int64(layer.identifiers.next() % 190) * 10)
    }

    mutating func sendRefresh(_ layer: inout TransactionLayer, at now: Instant) {
        authentication.begin()
        sendRefreshAgain(&layer, at: now)
    }

    private mutating func sendRefreshAgain(_ layer: inout TransactionLayer, at now: Instant) {
        session.pause()
        guard session.pending == .none, let dialog, let seconds = session.timer?.seconds else { return }
        if session.peerAllowsUpdate {
            session.started(.update)
            send(.update, in: dialog, &layer, at: now, headers: sessionLines(seconds))
            return
        }
        sendReinvite(in: dialog, ours.inForce, &layer, at: now)
    }

    /// What a refresh asks for.
    private func sessionLines(_ seconds: Int) -> (inout Writer) -> Void {
        let minSE = session.minSE
        return { writer in
            writer.line("Session-Expires", "\(max(seconds, minSE));refresher=uac")
            writer.line("Min-SE", minSE)
        }
    }

    /// A re-INVITE with that description, which keeps the session alive as well where it has a timer; by these ways, or by those of the
    /// dialog.
    mutating func sendReinvite(
        in dialog: Dialog, _ sdp: [UInt8], by ways: ArraySlice<Hop> = [], _ layer: inout TransactionLayer, at now: Instant
    ) {
        let headers = session.timer.map { sessionLines($0.seconds) } ?? { _ in }
        invite.supersedeInDialog(invite.superseded(orBy: target.hop))
        renewInvite(branch: layer.identifiers.next(), layer.timers, at: now)
        session.started(.reinvite)
        let path = dialog.path
        invite.takes(path)
        let lines = authentication.authorizeInvite(uri: path.uri, body: sdp, clientNonce: layer.identifiers.next())
        let bytes = writeInDialog(
            .invite, dialog, path, branch: invite.branch, cSeq: invite.cSeq, layer.stationery, authorization: lines, headers: headers,
            sdp: sdp)
        invite.written(bytes, for: nil)
        let found = ways.isEmpty ? layer.ways(to: dialog.destination, of: bytes.count, at: now, or: .invite(callID)) : ways
        if let way = found.first { sendInvite(by: way, or: found.dropFirst(), &layer, at: now) }
    }

    /// The host name that a re-INVITE waits for was looked up.
    mutating func found(_ hops: [Hop], _ layer: inout TransactionLayer, at now: Instant) {
        guard invite.way == nil, invite.isCalling else { return }
        let ways = hops.map { $0.way(of: invite.bytes.count) }
        sendInvite(by: ways[0], or: ways[1...], &layer, at: now)
    }

    /// Whether the re-INVITE, of which nothing came at one address, goes to another one of the same name (RFC 3263 §4.3).
    mutating func reinviteElsewhere(_ layer: inout TransactionLayer, at now: Instant) -> Bool {
        guard session.isReinvite, call.isConnected, let dialog, let way = invite.way, !invite.otherWays.isEmpty else { return false }
        layer.failed(way)
        let offered = move.flatMap { $0.isOut ? $0.sdp : nil }
        sendReinvite(in: dialog, offered ?? ours.inForce, by: invite.otherWays[...], &layer, at: now)
        return true
    }

    /// A re-INVITE got a provisional response and nothing more: it is cancelled (RFC 3261 §9.1), and where that brings nothing either the far
    /// end is as good as gone.
    mutating func giveUpReinvite(_ layer: inout TransactionLayer, at now: Instant) {
        guard session.givesUp(until: now + layer.timers.timeout), let dialog else { return refreshed(nil, 408, &layer, at: now) }
        let bytes = writeInDialog(
            .cancel, dialog, invite.path ?? dialog.path, branch: invite.branch, cSeq: invite.cSeq, layer.stationery, authorization: [])
        layer.start(.cancel, branch: invite.branch, bytes: bytes, to: .hop(invite.way ?? target.hop), owner: .leg(callID), at: now)
    }

    /// The refresh was answered; a nil response is silence.
    mutating func refreshed(_ response: Message?, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        let wasUpdate = session.finished() == .update
        if move?.isOut == true { return moved(response, code, &layer, at: now) }
        switch code {
        case 200..<300:
            guard let response else { return }
            if let target = response.contactURI { refreshTarget(target, &layer) }
            session.agree(response, at: now)
            // Our UPDATE has offered nothing, so that a description in its response answers nothing.
            if !wasUpdate { takeInAnswer(response, &layer, at: now) }
        case 408, 481: loseSession(&layer, at: now)
        case 401 where isAnswerable(response, wasUpdate), 407 where isAnswerable(response, wasUpdate):
            sendRefreshAgain(&layer, at: now)
        case 422:
            guard session.lengthens(by: response) else { return refused(response, wasUpdate, &layer, at: now) }
            sendRefreshAgain(&layer, at: now)
        case 491:
            let wait = glareWait(&layer)
            session.refresh(after: wait, at: now)
        default: refused(response, wasUpdate, &layer, at: now)
        }
    }

    /// A far end that does not take an UPDATE gets a re-INVITE, which each takes: at once, or when it said that it may be asked again.
    private mutating func refused(_ response: Message?, _ wasUpdate: Bool, _ layer: inout TransactionLayer, at now: Instant) {
        let wait = response?.retryAfter.map { Duration.seconds($0) }
        if wasUpdate { session.givesUpUpdate() }
        if wasUpdate, wait == nil {
            sendRefresh(&layer, at: now)
        } else {
            session.refresh(after: wait, at: now)
        }
    }

    /// Whether a challenge of a re-INVITE has an answer; an UPDATE's has been answered before it comes here, if it could be.
    private mutating func isAnswerable(_ response: Message?, _ wasUpdate: Bool) -> Bool { !wasUpdate && authentication.accepts(response) }

    /// Does what was due for a re-INVITE of the far end.
    mutating func tickReinvite(_ layer: inout TransactionLayer, at now: Instant) {
        guard let (effects, answer) = requests.tick(at: now) else { return }
        for effect in effects {
            switch effect {
            case .sendResponse: layer.transmit(answer.response, to: answer.destination, over: answer.transport)
            case .unacknowledged: loseSession(&layer, at: now)
            case .confirmed: break
            }
        }
    }
}
