import Basis

/// A leg's INVITEs: how they leave, and what their transaction makes of time and of the responses.
extension Leg {
    /// Writes the current INVITE; the answer is the way that it takes.
    @discardableResult
    mutating func writeInvite(_ layer: inout TransactionLayer) -> Hop {
        let bytes = writeInvite(layer.stationery, clientNonce: layer.identifiers.next()), way = target.hop.way(of: bytes.count)
        invite.written(bytes, for: way)
        return way
    }

    /// Sends the current INVITE the first time by that way, which all of its transaction will take.
    mutating func sendInvite(by way: Hop, or others: ArraySlice<Hop> = [], _ layer: inout TransactionLayer, at now: Instant) {
        invite.leaves(by: way, or: others, layer.timers, at: now)
        layer.transmit(invite.bytes, to: way.address, over: way.transport)
    }

    /// An INVITE that went by TCP for its length alone goes as a datagram then. One that has not left yet is not meant.
    mutating func transportFailed(_ layer: inout TransactionLayer, at now: Instant) {
        guard !isInviteHeld else { return }
        if invite.isCalling, let datagrams = invite.way?.datagrams { return goOn(by: datagrams, &layer, at: now) }
        perform(invite.handle(.transportFailed, at: now), &layer, at: now)
    }

    /// Outside a dialog whoever may have to cancel the INVITE has to know its way first.
    private mutating func goOn(by way: Hop, _ layer: inout TransactionLayer, at now: Instant) {
        guard dialog == nil else { return sendInvite(by: way, or: invite.otherWays[...], &layer, at: now) }
        invite.turns(to: way)
        hold(.invite, &layer, at: now)
    }

    /// Something came back for the current INVITE that nobody can read: it got there, where no phone is known to ring yet.
    mutating func receivedUnreadable(_ layer: inout TransactionLayer, at now: Instant) {
        guard silentBranch != nil else { return }
        _ = invite.handle(.response(100), at: now)
        perform(call.handle(.provisional, at: now), &layer, at: now)
        layer.put(.unreadable(invitation.id))
    }

    /// Answers whether the response belongs to an INVITE of this leg.
    mutating func received(
        _ response: Message, _ code: Int, branch: UInt64, from origin: Hop, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        guard branch == invite.branch else { return receivedAgain(response, code, branch: branch, from: origin, &layer, at: now) }
        if let id = response.sessionID { remoteSessionID = id }
        let effects = invite.handle(.response(code), at: now)
        perform(effects, for: (response, code, origin), &layer, at: now)
        let isLate = effects.isEmpty && invite.isTerminated
        if isLate, code < 200 && invite.failureAck.isEmpty || (200..<300).contains(code) {
            deliver(response, code, from: origin, &layer, at: now)
        }
        return true
    }

    /// Performs what the INVITE's transaction wants; `received` is the response where one made it want that.
    mutating func perform(
        _ effects: [InviteClientTransaction.Effect], for received: (response: Message, code: Int, origin: Hop)? = nil,
        _ layer: inout TransactionLayer, at now: Instant
    ) {
        for effect in effects {
            switch effect {
            case .sendInvite: if let way = invite.way { layer.transmit(invite.bytes, to: way.address, over: way.transport) }
            case .sendAck: if let received { acknowledge(received.response, &layer) }
            case .deliver: if let received { deliver(received.response, received.code, from: received.origin, &layer, at: now) }
            case .failTimedOut: failed(.timedOut, &layer, at: now)
            case .failTransport: failed(.unreachable, &layer, at: now)
            }
        }
    }

    private mutating func acknowledge(_ failure: Message, _ layer: inout TransactionLayer) {
        if invite.failureAck.isEmpty {
            invite.acknowledge(by: writeFailureAck(failure, branch: invite.branch, over: invite.way?.transport, layer.stationery))
        }
        if let way = invite.way { layer.transmit(invite.failureAck, to: way.address, over: way.transport) }
    }

    /// Nothing came of the INVITE, or of a re-INVITE.
    private mutating func failed(_ kind: Failure.Kind, _ layer: inout TransactionLayer, at now: Instant) {
        if session.isReinvite {
            if !reinviteElsewhere(&layer, at: now) { refreshed(nil, 408, &layer, at: now) }
        } else {
            let failed = invite.superseded(orBy: target.hop)
            ending.fails(Failure(kind: kind, code: nil, phrase: ""))
            if goesOn() { return inviteAgain(after: failed, &layer, at: now) }
            perform(call.handle(.unreachable, at: now), &layer, at: now)
        }
    }

    /// Whether the INVITE goes to another host that a redirection named, since nobody is known to be rung at this one.
    private mutating func goesOn() -> Bool {
        call.mayRetry && early.isEmpty && invite.count < LegInvite.limit && target.goesOn()
    }

    /// A final response to an INVITE that was sent again since, or was followed by another in its dialog. Its 2xx is repeated for want of an
    /// ACK, or a phone that somebody took on another fork (RFC 3261 §13.2.2.4).
    private mutating func receivedAgain(
        _ response: Message, _ code: Int, branch: UInt64, from origin: Hop, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        guard code >= 200, let old = invite.superseded(branch) else { return false }
        let way = old.way
        if code >= 300 {
            let ack = old.ack.isEmpty ? writeFailureAck(response, branch: branch, over: way.transport, layer.stationery) : old.ack
            layer.transmit(ack, to: way.address, over: way.transport)
        } else if let dialog, dialog.remoteTag == response.tag(of: response.to) ?? [] {
            let ack = writeInDialog(
                .ack, dialog, dialog.path, branch: layer.identifiers.next(), cSeq: response.cSeq.number, layer.stationery,
                authorization: authentication.lines)
            layer.sendOnce(ack, to: dialog.destination, at: now)
        } else {
            layer.release(
                response, of: callID, fallback: uri, over: origin.back(over: way), after: cSeq, credentials: &authentication.credentials,
                at: now)
        }
        return true
    }

    private mutating func deliver(
        _ response: Message, _ code: Int, from origin: Hop, _ layer: inout TransactionLayer, at now: Instant
    ) {
        switch code {
        case ..<200: provisional(response, code, &layer, at: now)
        case ..<300: answered(response, code, from: origin, &layer, at: now)
        default:
            guard session.isReinvite else { return refused(response, code, &layer, at: now) }
            if code != 503 || !reinviteElsewhere(&layer, at: now) { refreshed(response, code, &layer, at: now) }
        }
    }

    private mutating func provisional(_ response: Message, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        perform(call.handle(.provisional, at: now), &layer, at: now)
        if ending.isTakenUp, dialog == nil { sendCancel(&layer, at: now) }
        session.waits(until: now + layer.timers.timeout)
        guard !call.isOver, dialog == nil else { return }
        let sdp = response.sdp
        if code > 100, let tag = response.tag(of: response.to) {
            if early.isNew(tag) || early.isRenewed(by: response, tag: tag) {
                let dialog = Dialog(response, fallback: uri, over: target.hop)
                early.add(dialog)
            }
            switch early.take(response, tag: tag, sdp) {
            case .plain: break
            case .repeated: return
            case .reliable(let dialog, let number):
                let inviteNumber = response.cSeq.number
                send(.prack, in: dialog, &layer, at: now) { $0.line("RAck", "\(number) \(inviteNumber) INVITE") }
            }
        }
        layer.put(.progress(invitation.id, code: code, phrase: response.phrase, sdp: sdp, reasons: response.reasons))
    }

    private mutating func refused(_ response: Message, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        let refused = invite.superseded(orBy: target.hop)
        ending.fails(
            Failure(
                kind: .rejected, code: code, phrase: response.phrase, reasons: response.reasons, retryAfter: response.retryAfter,
                contacts: code < 400 ? response.contacts : []))
        guard call.mayRetry, invite.count < LegInvite.limit, takesUp(response, code) else {
            return perform(call.handle(.refused, at: now), &layer, at: now)
        }
        inviteAgain(after: refused, &layer, at: now)
    }

    private mutating func inviteAgain(after old: LegInvite.Superseded, _ layer: inout TransactionLayer, at now: Instant) {
        perform(call.handle(.retried, at: now), &layer, at: now)
        invite.supersede(old)
        renewInvite(branch: layer.identifiers.branch(of: callID, invite: Int(invite.count)), layer.timers, at: now)
        writeInvite(&layer)
        hold(.invite, &layer, at: now)
    }

    /// A new branch, number and transaction for the next INVITE.
    mutating func renewInvite(branch: UInt64, _ timers: Timers, at now: Instant) {
        cSeq += 1
        invite.renew(branch: branch, cSeq: cSeq, timers, isReliable: invitation.transport.isReliable, at: now)
    }

    /// Whether a refusal names something that can be done better at once: credentials, a longer session interval, another host.
    private mutating func takesUp(_ response: Message, _ code: Int) -> Bool {
        switch code {
        case 401, 407: authentication.accepts(response)
        case 422: session.lengthensOffer(by: response)
        case 300...302: target.follows(response, of: invitation) || goesOn()
        case 404, 408, 410, 500..<600: goesOn()
        default: false
        }
    }
}
