import Basis

/// Requests of the far end within the dialog (RFC 3261 §12.2.2, §14.2, §15.1.2; RFC 3311).
extension Leg {
    struct Incoming {
        let message: Message
        let method: Method?
        let source: SocketAddress
        let transport: Transport
        let branch: [UInt8]
    }

    mutating func received(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        if let before = answered.first(where: { $0.branch == incoming.branch && $0.method == incoming.method }) {
            return layer.transmit(before.response, to: before.destination, over: before.transport)
        }
        if repeatsReinvite(incoming, &layer, at: now) { return }
        if incoming.method == .cancel {
            let isKnown = reinvite?.answer.branch == incoming.branch
            return answer(incoming, isKnown ? Response(200, "OK") : Response(481, "Call/Transaction Does Not Exist"), &layer)
        }
        guard acceptSequence(of: incoming, &layer) else { return }
        let unknown = incoming.message.elements(.require).filter { option in
            !Configuration.supportedOptions.contains { incoming.message.bytes[option].equalsIgnoringCase($0) }
        }
        if !unknown.isEmpty {
            var response = Response(420, "Bad Extension")
            response.add("Unsupported", unknown.map { incoming.message.text($0) }.joined(separator: ", "))
            return answer(incoming, response, &layer)
        }
        answerInDialog(incoming, &layer, at: now)
    }

    mutating func receivedAck(_ message: Message, at now: Instant) -> Bool {
        guard reinvite != nil, reinvite?.cSeq == message.cSeq.number else { return false }
        return reinvite?.transaction.handle(.ack, at: now) == [.confirmed]
    }

    private mutating func repeatsReinvite(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) -> Bool {
        guard incoming.method == .invite, let pending = reinvite, pending.answer.branch == incoming.branch else { return false }
        if reinvite?.transaction.handle(.invite, at: now) == [.sendResponse] {
            layer.transmit(pending.answer.response, to: pending.answer.destination, over: pending.answer.transport)
        }
        return true
    }

    /// Finds the dialog and holds its remote sequence number; answers 481 or 500 itself.
    private mutating func acceptSequence(of incoming: Incoming, _ layer: inout TransactionLayer) -> Bool {
        let tag = incoming.message.tag(of: incoming.message.from) ?? [], number = incoming.message.cSeq.number
        let early = earlyDialogs.firstIndex { $0.remoteTag == tag }
        let isConfirmed = dialog?.remoteTag == tag
        guard isConfirmed || early != nil else {
            answer(incoming, Response(481, "Call/Transaction Does Not Exist"), &layer)
            return false
        }
        if let last = isConfirmed ? dialog?.remoteCSeq : early.flatMap({ earlyDialogs[$0].remoteCSeq }), number <= last {
            answer(incoming, Response(500, "Out of Order"), &layer)
            return false
        }
        if isConfirmed { dialog?.remoteCSeq = number } else if let early { earlyDialogs[early].remoteCSeq = number }
        return true
    }

    private mutating func answerInDialog(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        switch incoming.method {
        case .bye:
            answer(incoming, Response(200, "OK"), &layer)
            endReasons = incoming.message.reasons
            perform(call.handle(.byeReceived, at: now), &layer, at: now)
        case .invite: receivedReinvite(incoming, &layer, at: now)
        case .update: receivedUpdate(incoming, &layer, at: now)
        case .options, .info, .notify: answer(incoming, Response(200, "OK"), &layer)
        case .refer: answer(incoming, Response(603, "Decline"), &layer)
        case .prack: answer(incoming, Response(481, "Call/Transaction Does Not Exist"), &layer)
        case .message, .subscribe, .publish, .register: answer(incoming, .methodNotAllowed, &layer)
        case nil: answer(incoming, Response(501, "Not Implemented"), &layer)
        case .ack, .cancel: break
        }
    }

    private mutating func receivedReinvite(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        var response: Response
        if !call.isConnected {
            response = Response(481, "Call/Transaction Does Not Exist")
        } else if case .reinvite = refresh {
            response = Response(491, "Request Pending")
        } else if reinvite?.transaction.awaitsAck == true {
            response = Response(500, "Server Internal Error")
            response.add("Retry-After", "5")
        } else {
            response = accepting(incoming, layer.stationery, at: now)
            if response.code < 300 { response.sdp = invitation.sdp }
        }
        var transaction = InviteServerTransaction(timers: layer.timers, isReliable: incoming.transport.isReliable)
        _ = transaction.handle(.respond(response.code), at: now)
        guard let answer = written(incoming, response, &layer) else { return }
        if reinvite?.transaction.awaitsAck != true { reinvite = (transaction, answer, incoming.message.cSeq.number) }
        layer.transmit(answer.response, to: answer.destination, over: answer.transport)
    }

    private mutating func receivedUpdate(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        let hasOffer = incoming.message.sdp != nil
        if call.isOver { return answer(incoming, Response(481, "Call/Transaction Does Not Exist"), &layer) }
        if hasOffer, refresh != .none || dialog == nil && earlyAnswer == nil {
            return answer(incoming, Response(491, "Request Pending"), &layer)
        }
        var response = accepting(incoming, layer.stationery, at: now)
        if hasOffer, response.code < 300 { response.sdp = invitation.sdp }
        answer(incoming, response, &layer)
    }

    /// A 200 with the session timer as asked for and the target moved, or 422 for an interval that is too short.
    private mutating func accepting(_ incoming: Incoming, _ endpoint: Stationery, at now: Instant) -> Response {
        let message = incoming.message
        if let seconds = message.number(.sessionExpires), seconds < SessionTimer.leastInterval {
            var response = Response(422, "Session Interval Too Small")
            response.add("Min-SE", "\(SessionTimer.leastInterval)")
            return response
        }
        var response = Response(200, "OK")
        response.contact = endpoint.contact(invitation.transport)
        if let target = message.contactURI { dialog?.target = target }
        if let asked = SessionTimer(request: message, at: now) {
            session = asked
        } else if let old = session {
            session = old.refresher == .us ? SessionTimer(seconds: old.seconds, refresher: .us, at: now) : nil
        }
        if let session {
            response.add("Session-Expires", "\(session.seconds);refresher=\(session.refresher == .us ? "uas" : "uac")")
            if session.refresher == .farEnd { response.add("Require", "timer") }
        }
        response.add("Supported", "timer, 100rel")
        response.add("Allow", Configuration.allowedMethods)
        return response
    }

    private mutating func answer(_ incoming: Incoming, _ response: Response, _ layer: inout TransactionLayer) {
        guard let written = written(incoming, response, &layer) else { return }
        if answered.count == Limits.answeredRequests { answered.removeFirst() }
        answered.append(written)
        layer.transmit(written.response, to: written.destination, over: written.transport)
    }

    private func written(_ incoming: Incoming, _ response: Response, _ layer: inout TransactionLayer) -> AnsweredRequest? {
        guard let bytes = response.written(for: incoming.message, from: incoming.source, agent: layer.stationery.agent) else {
            layer.put(.dropped(.unanswerable))
            return nil
        }
        return AnsweredRequest(
            method: incoming.method, branch: incoming.branch, response: bytes,
            destination: incoming.message.replyAddress(from: incoming.source, over: incoming.transport), transport: incoming.transport)
    }
}

extension Response {
    static var methodNotAllowed: Response {
        var response = Response(405, "Method Not Allowed")
        response.add("Allow", Configuration.allowedMethods)
        return response
    }
}
