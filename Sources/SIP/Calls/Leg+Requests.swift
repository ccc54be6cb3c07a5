import Basis

/// Requests of the far end within the dialog (RFC 3261 §12.2.2, §15.1.2).
extension Leg {
    struct Incoming {
        let message: Message
        let method: SIPMethod?
        let source: SocketAddress
        let transport: Transport
        /// What tells its transaction from others.
        let key: [UInt8]
        let arrived: Instant
    }

    mutating func received(
        _ message: Message, _ method: SIPMethod?, from source: SocketAddress, over transport: Transport, _ layer: inout TransactionLayer,
        at now: Instant
    ) {
        if method == .ack {
            if !receivedAck(message, &layer, at: now) { layer.put(.dropped(.strayAck)) }
            return
        }
        guard let key = message.transactionKey else { return layer.put(.dropped(.unanswerable)) }
        let incoming = Incoming(message: message, method: method, source: source, transport: transport, key: key, arrived: now)
        received(incoming, &layer, at: now)
    }

    private mutating func received(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        if let before = requests.answer(to: incoming.key, incoming.method) {
            return layer.transmit(before.response, to: before.destination, over: before.transport)
        }
        if repeatsReinvite(incoming, &layer, at: now) { return }
        if incoming.method == .cancel {
            return answer(incoming, requests.isReinvite(incoming.key) ? ResponseDraft(200, "OK") : .noSuchCall, &layer)
        }
        guard acceptSequence(of: incoming, &layer) else { return }
        if let id = incoming.message.sessionID { remoteSessionID = id }
        if let refusal = incoming.message.refusalOfExtensions { return answer(incoming, refusal, &layer) }
        answerInDialog(incoming, &layer, at: now)
    }

    /// Answers whether the ACK is one that was to come.
    private mutating func receivedAck(_ message: Message, _ layer: inout TransactionLayer, at now: Instant) -> Bool {
        if let (isDue, answersOffer) = requests.acknowledged(message.cSeq.number, at: now) {
            if isDue, answersOffer { takeInAnswer(message, &layer, at: now) }
            return isDue
        }
        return message.transactionKey.map { requests.answer(to: $0, .invite) != nil } ?? false
    }

    private mutating func repeatsReinvite(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) -> Bool {
        guard incoming.method == .invite, requests.isReinvite(incoming.key) else { return false }
        if let answer = requests.reinvited(at: now) { layer.transmit(answer.response, to: answer.destination, over: answer.transport) }
        return true
    }

    /// Finds the dialog and holds its remote sequence number; answers 481 or 500 itself. What is over still hears a BYE that crossed ours.
    private mutating func acceptSequence(of incoming: Incoming, _ layer: inout TransactionLayer) -> Bool {
        let tag = incoming.message.tag(of: incoming.message.from) ?? [], number = incoming.message.cSeq.number
        let isConfirmed = dialog?.remoteTag == tag
        let isOver = dialog?.isHungUp == true || call.isOver && incoming.method != .bye
        guard !isOver, isConfirmed || early[tag] != nil else {
            answer(incoming, .noSuchCall, &layer)
            return false
        }
        if let last = isConfirmed ? dialog?.remoteCSeq : early[tag]?.remoteCSeq, number <= last {
            answer(incoming, ResponseDraft(500, "Out of Order"), &layer)
            return false
        }
        if isConfirmed { dialog?.remoteCSeq = number } else { early.received(number, tag: tag) }
        return true
    }

    private mutating func answerInDialog(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        switch incoming.method {
        case .bye: receivedBye(incoming, &layer, at: now)
        case .invite: receivedReinvite(incoming, &layer, at: now)
        case .update: receivedUpdate(incoming, &layer, at: now)
        case .options: answer(incoming, .capabilities, &layer)
        case .info: answer(incoming, .toInfo(incoming.message), &layer)
        case .notify: answer(incoming, .noSubscription, &layer)
        case .refer: answer(incoming, ResponseDraft(603, "Decline"), &layer)
        case .prack: answer(incoming, .noSuchCall, &layer)
        case .message, .subscribe, .publish, .register: answer(incoming, .methodNotAllowed, &layer)
        case nil: answer(incoming, ResponseDraft(501, "Not Implemented"), &layer)
        case .ack, .cancel: break
        }
    }

    /// Of the confirmed dialog, or of an early one, which is over then; when it was the last one nobody is left to ring.
    private mutating func receivedBye(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        answer(incoming, ResponseDraft(200, "OK"), &layer)
        if dialog == nil {
            guard early.end(incoming.message.tag(of: incoming.message.from) ?? []) else { return }
        }
        ending.hungUp(incoming.message.reasons, wasRinging: dialog == nil)
        dialog?.isHungUp = true
        guard dialog == nil || held == nil else {
            held?.isHungUp = true
            return
        }
        perform(call.handle(.byeReceived, at: now), &layer, at: now)
    }

    /// Answers for good: a retransmission gets the same, and so does an INVITE that is refused, until its ACK.
    mutating func answer(_ incoming: Incoming, _ response: ResponseDraft, _ layer: inout TransactionLayer) {
        guard let written = written(incoming, response, &layer) else { return }
        requests.keep(written, arrived: incoming.arrived)
        layer.transmit(written.response, to: written.destination, over: written.transport)
    }

    func written(_ incoming: Incoming, _ response: ResponseDraft, _ layer: inout TransactionLayer)
        -> ServerTransactions.Answered?
    {
        var response = response
        response.headers += sessionIDLine
        guard let bytes = response.written(for: incoming.message, from: incoming.source, agent: layer.stationery.agent) else {
            layer.put(.dropped(.unanswerable))
            return nil
        }
        return ServerTransactions.Answered(
            method: incoming.method, key: incoming.key, until: incoming.arrived + layer.timers.timeout, response: bytes,
            destination: incoming.message.replyAddress(from: incoming.source, over: incoming.transport), transport: incoming.transport)
    }
}
