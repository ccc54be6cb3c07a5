import Basis

/// What the far end changes in the session: re-INVITE and UPDATE (RFC 3261 §14.2, RFC 3311 §5.2, RFC 3264 §8, RFC 4028 §9).
extension Leg {
    /// Our session description in force.
    var sdp: [UInt8] { description ?? invitation.sdp }
    /// What our side can do.
    private var ability: [UInt8] { capability ?? invitation.sdp }

    mutating func receivedReinvite(_ incoming: Incoming, _ layer: inout TransactionLayer, at now: Instant) {
        guard call.isConnected else { return answer(incoming, .noSuchCall, &layer) }
        if case .reinvite = refresh { return answer(incoming, .requestPending, &layer) }
        if reinvite?.transaction.awaitsAck == true { return answer(incoming, .tryAgain(&layer), &layer) }
        let body = SessionBody(incoming.message)
        let response = accepting(incoming, body, layer.stationery, at: now)
        guard response.code == 200 else { return answer(incoming, response, &layer) }
        var transaction = InviteServerTransaction(timers: layer.timers, isReliable: incoming.transport.isReliable)
        _ = transaction.handle(.respond(response.code), at: now)
        guard let answer = written(incoming, response, &layer) else { return }
        reinvite = Reinvite(
            transaction: transaction, answer: answer, cSeq: incoming.message.cSeq.number, offers: body.description == nil)
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
        if response.code == 200 { takeIn(incoming.message, &layer) }
    }

    /// The far end's description, when the message has one: told while the call is up, and kept for the answer while it rings.
    mutating func takeIn(_ message: Message, _ layer: inout TransactionLayer) {
        guard let sdp = message.sdp else { return }
        if call.isConnected {
            layer.put(.sessionChanged(invitation.id, sdp: sdp))
        } else if let tag = message.tag(of: message.from), let early = earlyDialogs.firstIndex(where: { $0.remoteTag == tag }) {
            earlyDialogs[early].earlyMedia = sdp
        }
    }

    /// Whether an offer of ours has no answer yet: the INVITE's, that of a refresh, or of a 200 to a re-INVITE without one.
    private func isOfferOpen(tag: ArraySlice<UInt8>) -> Bool {
        guard dialog != nil else { return earlyDialogs.first { $0.remoteTag == tag }?.isOfferAnswered != true }
        if case .reinvite = refresh { return true }
        return reinvite.map { $0.offers && $0.transaction.awaitsAck } ?? false
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
            guard let answer = answer(to: offered) else { return .notAcceptable(offered, endpoint) }
            response.sdp = answer
        } else if incoming.method == .invite {
            response.sdp = offering()
        }
        response.contact = endpoint.contact(invitation.transport)
        move(to: message)
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

    /// A target refresh (RFC 3261 §12.2.2).
    private mutating func move(to message: Message) {
        guard let target = message.contactURI else { return }
        let tag = message.tag(of: message.from) ?? []
        if dialog?.remoteTag == tag {
            dialog?.move(to: target)
        } else if let early = earlyDialogs.firstIndex(where: { $0.remoteTag == tag }) {
            earlyDialogs[early].move(to: target)
        }
    }

    /// The answer to an offer from what our side can do, or nil for 488; an unchanged one keeps its version.
    private mutating func answer(to offered: [UInt8]) -> [UInt8]? {
        guard let offer = SessionDescription(offered), let known = SessionDescription(ability),
            let answer = known.answer(to: offer)
        else { return nil }
        return takingEffect(answer)
    }

    /// All that our side can do, again.
    private mutating func offering() -> [UInt8] {
        guard let known = SessionDescription(ability) else { return ability }
        return takingEffect(known)
    }

    private mutating func takingEffect(_ next: SessionDescription) -> [UInt8] {
        guard let current = SessionDescription(sdp), !next.isSame(as: current) else { return sdp }
        var next = next
        next.version = current.version.map { $0 &+ 1 }
        description = next.bytes
        return next.bytes
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
