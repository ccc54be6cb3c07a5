import Basis

/// What the far end changes in the session: re-INVITE and UPDATE (RFC 3261 §14.2, RFC 3311 §5.2, RFC 3264 §8, RFC 4028 §9).
extension Leg {
    mutating func receivedReinvite(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        guard call.isUp else { return answer(incoming, .noSuchCall, &layer) }
        if !call.isConnected || session.isReinvite { return answer(incoming, .requestPending, &layer) }
        if requests.awaitsAck { return answer(incoming, .tryAgain(&layer), &layer) }
        let body = SessionBody(incoming.message)
        let response = accepting(incoming, body, layer.stationery, at: now)
        guard response.code == 200 else { return answer(incoming, response, &layer) }
        move(to: incoming.message, &layer)
        guard let answer = written(incoming, response, &layer) else { return }
        requests.begin(answer, cSeq: incoming.message.cSeq.number, offers: body.description == nil, layer.timers, at: now)
        layer.transmit(answer.response, to: answer.destination, over: answer.transport)
        takeIn(incoming.message, &layer)
    }

    mutating func receivedUpdate(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        guard call.isUp else { return answer(incoming, .noSuchCall, &layer) }
        let body = SessionBody(incoming.message)
        if body.description != nil, isOfferOpen(tag: incoming.message.tag(of: incoming.message.from) ?? []) {
            return answer(incoming, .requestPending, &layer)
        }
        let response = accepting(incoming, body, layer.stationery, at: now)
        answer(incoming, response, &layer)
        guard response.code == 200 else { return }
        move(to: incoming.message, &layer)
        takeIn(incoming.message, &layer)
    }

    /// The far end's description, when the message has one: told while the call is up, and with the answer where that is not told yet.
    mutating func takeIn(_ message: Message, _ layer: inout TransactionLayer) {
        guard let sdp = message.sdp else { return }
        if call.isConnected {
            layer.put(.sessionChanged(invitation.id, sdp: sdp))
        } else if dialog != nil {
            _ = held?.says(sdp)
        } else if let tag = message.tag(of: message.from) {
            early.say(sdp, tag: tag)
            layer.put(.sessionChanged(invitation.id, sdp: sdp))
        }
    }

    /// The far end's answer to what is in force, which was offered: told, or the end of the call where it is none, for it leaves nothing to talk by
    /// (RFC 3264 §6, §8).
    mutating func takeInAnswer(_ message: Message, _ layer: inout TransactionLayer, at now: Instant) {
        guard call.isConnected, let sdp = message.sdp else { return }
        guard ours.isAnswered(by: sdp) else { return loseMedia(&layer, at: now) }
        ours.settle(by: sdp)
        layer.put(.sessionChanged(invitation.id, sdp: sdp))
    }

    /// Whether an offer of ours has no answer yet: the INVITE's, that of a refresh, or of a 200 to a re-INVITE without one.
    private func isOfferOpen(tag: ArraySlice<UInt8>) -> Bool {
        guard dialog != nil else { return early[tag]?.isOfferAnswered != true }
        return session.isReinvite || requests.isOfferOpen
    }

    /// A 200 with the session as asked for, the timer set and the target moved; or the refusal, and nothing has changed.
    private mutating func accepting(_ incoming: Incoming, _ body: SessionBody, _ endpoint: Stationery, at now: Instant) -> ResponseDraft {
        let message = incoming.message, knowsTimer = message.hasToken("timer", in: .supported)
        if knowsTimer, let seconds = message.seconds(.sessionExpires), seconds < SessionTimer.leastInterval {
            var response = ResponseDraft(422, "Session Interval Too Small")
            response.add("Min-SE", "\(SessionTimer.leastInterval)")
            return response
        }
        guard body.isUnderstood else { return .unsupportedBody }
        var response = ResponseDraft(200, "OK")
        if let offered = body.description {
            let tag = message.tag(of: message.from) ?? []
            guard let answer = answering(offered, tag: tag) else { return .notAcceptable(offered, endpoint) }
            response.sdp = answer
        } else if incoming.method == .invite {
            response.sdp = ours.offer()
        }
        response.contact = endpoint.contact(invitation.transport)
        if let timer = session.asked(by: message, at: now) {
            response.add("Session-Expires", "\(timer.seconds);refresher=\(timer.refresher == .us ? "uas" : "uac")")
            if timer.refresher == .farEnd { response.add("Require", "timer") }
        }
        response.add("Supported", "timer, 100rel")
        response.add("Allow", Configuration.allowedMethods)
        return response
    }

    /// What our side says to an offer: each early dialog has a state of its own, and the leg has that of the one that is confirmed
    /// (RFC 3261 §13.2.2.4).
    private mutating func answering(_ offered: [UInt8], tag: ArraySlice<UInt8>) -> [UInt8]? {
        guard dialog == nil else { return ours.answer(to: offered) }
        var own = early.own(tag) ?? ours
        defer { early.keep(own, tag: tag) }
        return own.answer(to: offered)
    }

    /// A target refresh (RFC 3261 §12.2.2).
    private mutating func move(to message: Message, _ layer: inout TransactionLayer) {
        guard let target = message.contactURI else { return }
        let tag = message.tag(of: message.from) ?? []
        if dialog?.remoteTag == tag { refreshTarget(target, &layer) } else { early.move(to: target, tag: tag) }
    }

    /// The confirmed dialog's remote target moves, and the leg is kept anew: a BYE of whoever comes in our place goes there too.
    mutating func refreshTarget(_ target: SIPURI, _ layer: inout TransactionLayer) {
        guard let old = dialog?.target else { return }
        dialog?.move(to: target)
        guard layer.keepsLegs, !old.elementsEqual(target.bytes) else { return }
        layer.put(.keep(KeptID(invitation.id), standing(layer.stationery)))
    }
}

extension ResponseDraft {
    /// For a request that overlaps another, with a wait drawn from 0 to 10 s (RFC 3261 §14.2).
    fileprivate static func tryAgain(_ layer: inout TransactionLayer) -> ResponseDraft {
        var response = ResponseDraft(500, "Server Internal Error")
        response.add("Retry-After", "\(layer.identifiers.next() % 11)")
        return response
    }
}
