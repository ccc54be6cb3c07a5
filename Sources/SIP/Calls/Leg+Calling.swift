import Basis

/// A leg's life, from its first INVITE to its end: what is asked of it, what is due, and what the call machine makes of both.
extension Leg {
    /// Sends the first INVITE.
    mutating func dial(_ layer: inout TransactionLayer, at now: Instant) {
        sendInvite(by: writeInvite(&layer), &layer, at: now)
    }

    mutating func cancel(_ reason: Reason?, isReplaced: Bool, _ layer: inout TransactionLayer, at now: Instant) {
        if isReplaced { invite.stopRepeating() }
        ending.wanted(reason)
        perform(call.handle(.cancel, at: now), &layer, at: now)
        letGoOfInvite(&layer, at: now)
    }

    mutating func hangUp(_ reason: Reason?, _ layer: inout TransactionLayer, at now: Instant) {
        ending.wanted(reason)
        perform(call.handle(.hangUp, at: now), &layer, at: now)
        letGoOfInvite(&layer, at: now)
    }

    /// Ends a leg that was taken up: CANCEL, or ACK and BYE, for the 2xx may have come without its ACK having left.
    mutating func end(_ reason: Reason, _ layer: inout TransactionLayer, at now: Instant) {
        ending.due(reason)
        cSeq += StandingLeg.gap - 1
        guard dialog != nil else { return sendCancel(&layer, at: now) }
        sendAck(for: invite.cSeq, &layer, at: now)
        sendBye(&layer, at: now)
    }

    /// Does whatever was due.
    mutating func tick(_ layer: inout TransactionLayer, at now: Instant) {
        if let until = held?.until, until <= now { notKept(&layer, at: now) }
        if let due = ending.cancelAgainAt, due <= now {
            ending.cancelAgain(at: nil)
            if call.isCancelling { sendCancel(&layer, at: now) }
        }
        if !isInviteHeld, let due = invite.deadline, due <= now {
            perform(invite.handle(.timeout, at: now), &layer, at: now)
            if invite.isTerminated {
                invite.letGo()
                ack.letGo()
                authentication.letGo()
            }
        }
        tickReinvite(&layer, at: now)
        if let due = call.deadline, due <= now { perform(call.handle(.timeout, at: now), &layer, at: now) }
        guard call.isConnected else { return }
        if session.isOverdue(at: now) { giveUpReinvite(&layer, at: now) }
        if let due = move?.due, due <= now { sendMove(&layer, at: now) }
        guard call.isConnected else { return }
        switch session.due(at: now) {
        case .nothing: break
        case .refresh: sendRefresh(&layer, at: now)
        case .expire: loseSession(&layer, at: now)
        }
    }

    /// The far end is there no more, or does not say that it is.
    mutating func loseSession(_ layer: inout TransactionLayer, at now: Instant) {
        ending.due(.timerExpired)
        perform(call.handle(.sessionLost, at: now), &layer, at: now)
    }

    /// What the far end says of its media leaves nothing to talk by.
    mutating func loseMedia(_ layer: inout TransactionLayer, at now: Instant) {
        ending.due(.incompatible)
        perform(call.handle(.mediaLost, at: now), &layer, at: now)
    }

    /// Performs what the call machine wants; `answer` is the 2xx where one made it want that.
    mutating func perform(
        _ effects: [OutboundCall.Effect], for answer: Answer? = nil, _ layer: inout TransactionLayer, at now: Instant
    ) {
        for effect in effects {
            switch effect {
            case .sendCancel: sendCancel(&layer, at: now)
            case .sendBye: sendBye(&layer, at: now)
            case .sendAck: if let answer { sendAck(for: answer.response.cSeq.number, &layer, at: now) }
            case .releaseFork: if let answer { release(answer, &layer, at: now) }
            case .reportAnswered: if let answer { layer.put(.answered(invitation.id, answer)) }
            case .reportAnsweredInVain: if let answer { answeredInVain(answer, &layer) }
            case .reportFailed: layer.put(.failed(invitation.id, ending.failure))
            case .reportCancelled(let wasAnswered): layer.put(.failed(invitation.id, ending.cancelled(wasAnswered: wasAnswered)))
            case .reportEnded(let by, let instant): layer.put(.ended(invitation.id, by: by, reasons: ending.farReasons, at: instant))
            case .forget: break
            }
        }
        if call.isOver {
            session.end()
            early.endAll()
        }
    }

    /// CANCEL, unless one is out, or a 2xx has come for which it is too late.
    mutating func sendCancel(_ layer: inout TransactionLayer, at now: Instant) {
        guard held == nil, ending.startsCancel() else { return }
        layer.start(
            .cancel, branch: invite.branch, bytes: writeCancel(layer.stationery), to: .hop(invite.way ?? target.hop), owner: .leg(callID),
            at: now)
    }

    mutating func sendBye(_ layer: inout TransactionLayer, at now: Instant) {
        guard let dialog else { return }
        let reason = ending.reason
        send(.bye, in: dialog, &layer, at: now) { $0.reason(reason) }
    }

    /// Starts a request in a dialog.
    mutating func send(
        _ method: SIPMethod, in dialog: Dialog, _ layer: inout TransactionLayer, at now: Instant, headers: (inout Writer) -> Void
    ) {
        cSeq += 1
        let branch = layer.identifiers.next(), nonce = layer.identifiers.next(), path = dialog.path
        var shown = Credentials.Shown()
        let lines = authentication.credentials?.lines(method, uri: path.uri, for: &shown, clientNonce: nonce) ?? []
        let bytes = writeInDialog(
            method, dialog, path, branch: branch, cSeq: cSeq, layer.stationery, authorization: lines, headers: headers)
        layer.start(method, branch: branch, bytes: bytes, to: dialog.destination, owner: .leg(callID), shown: shown, at: now)
    }

    /// Whether a request of this leg went out once more. A CANCEL goes as its INVITE did (RFC 3261 §9.1).
    mutating func send(
        _ request: TransactionLayer.Request, _ again: TransactionLayer.Again, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        guard request.method != .cancel, !call.isOver,
            layer.send(request, again, &authentication.credentials, cSeq: cSeq + 1, at: now)
        else { return false }
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

    /// The BYE was answered, or nobody answers it. One that was refused for want of an ACK is said again after it.
    private mutating func byeFinished(_ outcome: TransactionLayer.Outcome, _ layer: inout TransactionLayer, at now: Instant) {
        if ack.release() {
            sendAck(for: invite.cSeq, &layer, at: now)
            if Fork.meansUp(outcome.code), !call.isOver { return sendBye(&layer, at: now) }
        }
        perform(call.handle(.byeFinished, at: now), &layer, at: now)
    }

    /// A CANCEL that found no INVITE may have overtaken it, so it is said again until the INVITE's final response has come or 64 × T1 are
    /// over (RFC 3261 §9.1).
    private mutating func cancelFinished(_ code: Int, _ timers: Timers, at now: Instant) {
        guard ending.isTakenUp, code >= 300 else { return }
        ending.cancelFailed()
        if call.isCancelling { ending.cancelAgain(at: now + timers.t2) }
    }
}

extension Output {
    fileprivate static func answered(_ leg: LegID, _ answer: Leg.Answer) -> Output {
        .answered(leg, code: answer.code, phrase: answer.response.phrase, sdp: answer.sdp)
    }
}
