import Basis

/// What a leg does on its own or on demand: effects of the call machine, requests in the dialog, time.
extension Leg {
    /// Does something to the leg and keeps its deadline; answers its names when it can be forgotten.
    mutating func touched(
        at place: LegPlace, _ layer: inout TransactionLayer, _ body: (inout Leg, inout TransactionLayer) -> Void
    ) -> (CallID, LegID)? {
        body(&self, &layer)
        appointment.keep(deadline, for: .call(place), in: &layer.agenda)
        return call.state == .forgotten ? (callID, invitation.id) : nil
    }

    mutating func cancel(_ reason: Reason?, isReplaced: Bool, _ layer: inout TransactionLayer, at now: Instant) {
        if isReplaced { invite.stopRepeating() }
        cancelReason = cancelReason ?? reason
        isGivenUp = true
        perform(call.handle(.cancel, at: now), &layer, at: now)
        letGoOfInvite(&layer, at: now)
    }

    mutating func hangUp(_ reason: Reason?, _ layer: inout TransactionLayer, at now: Instant) {
        cancelReason = cancelReason ?? reason
        isGivenUp = true
        perform(call.handle(.hangUp, at: now), &layer, at: now)
        letGoOfInvite(&layer, at: now)
    }

    mutating func perform(_ effects: [OutboundCall.Effect], _ layer: inout TransactionLayer, at now: Instant) {
        for effect in effects {
            switch effect {
            case .sendCancel: sendCancel(&layer, at: now)
            case .sendBye: sendBye(&layer, at: now)
            case .reportFailed: layer.put(.failed(invitation.id, failure))
            case .reportCancelled(let wasAnswered):
                failure.kind = isHungUp ? .hungUp : isGivenUp ? .cancelled : .abandoned
                if isHungUp { failure.reasons = endReasons }
                failure.wasAnswered = wasAnswered
                layer.put(.failed(invitation.id, failure))
            case .reportEnded(let by): layer.put(.ended(invitation.id, by: by, reasons: endReasons))
            // These only ever come of a 2xx, which is at hand where it is delivered.
            case .sendAck, .reportAnswered, .reportAnsweredInVain, .releaseFork: break
            case .forget: break
            }
        }
        if call.isOver {
            session = nil
            earlyDialogs = []
        }
    }

    /// CANCEL, unless one is out, or a 2xx has come for which it is too late.
    mutating func sendCancel(_ layer: inout TransactionLayer, at now: Instant) {
        guard !isCancelSent, held == nil else { return }
        isCancelSent = true
        cancelAgainAt = nil
        layer.start(
            .cancel, branch: inviteBranch, bytes: writeCancel(layer.stationery), to: .hop(inviteWay ?? trunk), owner: .leg(callID), at: now)
    }

    mutating func sendBye(_ layer: inout TransactionLayer, at now: Instant) {
        guard let dialog else { return }
        let reason = cancelReason
        send(.bye, in: dialog, &layer, at: now) { $0.reason(reason) }
    }

    /// Starts a request in a dialog.
    mutating func send(
        _ method: SIPMethod, in dialog: Dialog, _ layer: inout TransactionLayer, at now: Instant, headers: (inout Writer) -> Void
    ) {
        cSeq += 1
        let branch = layer.identifiers.next(), nonce = layer.identifiers.next()
        var shown = Credentials.Shown()
        let bytes = writeInDialog(
            method, dialog, branch: branch, cSeq: cSeq, layer.stationery, clientNonce: nonce, for: &shown, headers: headers)
        layer.start(method, branch: branch, bytes: bytes, to: dialog.destination, owner: .leg(callID), shown: shown, at: now)
    }

    /// Whether a request of this leg went out once more. A CANCEL goes as its INVITE did (RFC 3261 §9.1).
    mutating func send(
        _ request: TransactionLayer.Request, _ again: TransactionLayer.Again, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        guard request.method != .cancel, !call.isOver, layer.send(request, again, &credentials, cSeq: cSeq + 1, at: now) else {
            return false
        }
        cSeq += 1
        return true
    }

    /// A request in the dialog came to its end; a nil response is silence or a transport error.
    mutating func finished(_ outcome: TransactionLayer.Outcome, _ layer: inout TransactionLayer, at now: Instant) {
        switch outcome.request.method {
        case .bye: byeFinished(outcome, &layer, at: now)
        case .update: refreshed(outcome.response, outcome.code, &layer, at: now)
        case .cancel: cancelFinished(outcome.code, layer.timers, at: now)
        case .prack, .invite, .ack, .options, .info, .notify, .refer, .message, .subscribe, .publish, .register: break
        }
    }

    /// Does whatever was due.
    mutating func tick(_ layer: inout TransactionLayer, at now: Instant) {
        if let until = held?.until, until <= now { notKept(&layer, at: now) }
        if let due = cancelAgainAt, due <= now {
            cancelAgainAt = nil
            if call.isCancelling { sendCancel(&layer, at: now) }
        }
        if !isInviteHeld, let due = invite.deadline, due <= now {
            handle(invite.handle(.timeout, at: now), &layer, at: now)
            if invite.state == .terminated { (inviteBytes, ack, authorization) = ([], [], []) }
        }
        if let due = reinvite?.transaction.deadline, due <= now { tickReinvite(&layer, at: now) }
        if let due = call.deadline, due <= now { perform(call.handle(.timeout, at: now), &layer, at: now) }
        if let due = move?.due, due <= now { sendMove(&layer, at: now) }
        guard call.isConnected, let session else { return }
        switch session.due(at: now) {
        case .nothing: break
        case .refresh: sendRefresh(&layer, at: now)
        case .expire:
            cancelReason = .timerExpired
            perform(call.handle(.sessionLost, at: now), &layer, at: now)
        }
    }

    /// An INVITE that went by TCP for its length alone goes as a datagram then. One that has not left yet is not meant.
    mutating func transportFailed(_ layer: inout TransactionLayer, at now: Instant) {
        guard !isInviteHeld else { return }
        if invite.isCalling, let datagrams = inviteWay?.datagrams { return goOn(by: datagrams, &layer, at: now) }
        handle(invite.handle(.transportFailed, at: now), &layer, at: now)
    }

    /// Outside a dialog whoever may have to cancel the INVITE has to know its way first.
    private mutating func goOn(by way: Hop, _ layer: inout TransactionLayer, at now: Instant) {
        guard dialog == nil else { return sendInvite(by: way, or: otherWays, &layer, at: now) }
        inviteWay = way
        hold(.invite, &layer, at: now)
    }

    private mutating func handle(_ effects: [InviteClientTransaction.Effect], _ layer: inout TransactionLayer, at now: Instant) {
        for effect in effects {
            switch effect {
            case .sendInvite: if let way = inviteWay { layer.transmit(inviteBytes, to: way.address, over: way.transport) }
            case .failTimedOut, .failTransport:
                if case .reinvite = refresh {
                    if !reinviteElsewhere(&layer, at: now) { refreshed(nil, 408, &layer, at: now) }
                } else {
                    failure = Failure(kind: effect == .failTimedOut ? .timedOut : .unreachable, code: nil, phrase: "")
                    perform(call.handle(.unreachable, at: now), &layer, at: now)
                }
            case .sendAck, .deliver: break
            }
        }
    }
}
