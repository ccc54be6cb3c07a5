import Basis

/// Responses to a leg's INVITE, and what the call machine makes of them.
extension Leg {
    /// Sends the first INVITE.
    mutating func dial(_ layer: inout TransactionLayer, at now: Instant) {
        sendInvite(by: writeInvite(&layer), &layer, at: now)
    }

    /// Writes the current INVITE; the answer is the way that it takes.
    mutating func writeInvite(_ layer: inout TransactionLayer) -> Hop {
        inviteBytes = writeInvite(layer.stationery, clientNonce: layer.identifiers.next())
        return trunk.way(of: inviteBytes.count)
    }

    /// Sends the current INVITE the first time by that way, which all of its transaction will take.
    mutating func sendInvite(by way: Hop, or others: ArraySlice<Hop> = [], _ layer: inout TransactionLayer, at now: Instant) {
        (inviteWay, otherWays, inviteBytes) = (way, others, saying(way.transport, inviteBytes))
        invite.moves(isReliable: way.transport.isReliable, patience: layer.timers.patience(others), at: now)
        layer.transmit(inviteBytes, to: way.address, over: way.transport)
    }

    /// Something came back for the current INVITE that nobody can read: it got there.
    mutating func receivedUnreadable(_ layer: inout TransactionLayer, at now: Instant) {
        guard dialog == nil, invite.isUnanswered else { return }
        _ = invite.handle(.response(100), at: now)
        inviteBytes = []
        perform(call.handle(.provisional, at: now), &layer, at: now)
        layer.put(.unreadable(invitation.id))
    }

    /// Answers whether the response belongs to an INVITE of this leg.
    mutating func received(
        _ response: Message, _ code: Int, branch: UInt64, from source: SocketAddress, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        guard branch == inviteBranch else { return receivedAgain(response, code, branch: branch, from: source, &layer, at: now) }
        if let id = response.sessionID { remoteSessionID = id }
        let effects = invite.handle(.response(code), at: now)
        inviteBytes = []
        for effect in effects {
            switch effect {
            case .sendAck:
                if lastFailureAck.isEmpty {
                    lastFailureAck = writeFailureAck(response, branch: branch, over: inviteWay?.transport, layer.stationery)
                }
                if let way = inviteWay { layer.transmit(lastFailureAck, to: way.address, over: way.transport) }
            case .deliver: deliver(response, code, from: source, &layer, at: now)
            case .sendInvite, .failTimedOut, .failTransport: break
            }
        }
        let isLate = effects.isEmpty && invite.state == .terminated
        if isLate, code < 200 && lastFailureAck.isEmpty || (200..<300).contains(code) {
            deliver(response, code, from: source, &layer, at: now)
        }
        return true
    }

    /// A final response to an INVITE that was sent again since. Its 2xx is a phone that somebody took on another fork (RFC 3261 §13.2.2.4).
    private mutating func receivedAgain(
        _ response: Message, _ code: Int, branch: UInt64, from source: SocketAddress, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        guard code >= 200, let old = superseded.first(where: { $0.branch == branch }) else { return false }
        let way = old.way
        if code >= 300 {
            let ack = old.ack.isEmpty ? writeFailureAck(response, branch: branch, over: way.transport, layer.stationery) : old.ack
            layer.transmit(ack, to: way.address, over: way.transport)
        } else {
            layer.release(
                response, of: callID, fallback: uri, over: Hop(source, way.transport), credentials: &credentials, at: now)
        }
        return true
    }

    private mutating func deliver(
        _ response: Message, _ code: Int, from source: SocketAddress, _ layer: inout TransactionLayer, at now: Instant
    ) {
        switch code {
        case ..<200: provisional(response, code, &layer, at: now)
        case ..<300: answered(response, code, from: source, &layer, at: now)
        default:
            guard case .reinvite = refresh else { return refused(response, code, &layer, at: now) }
            if code != 503 || !reinviteElsewhere(&layer, at: now) { refreshed(response, code, &layer, at: now) }
        }
    }

    // MARK: Provisional

    private mutating func provisional(_ response: Message, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        perform(call.handle(.provisional, at: now), &layer, at: now)
        if isTakenUp, dialog == nil { sendCancel(&layer, at: now) }
        guard !call.isOver, dialog == nil else { return }
        let sdp = response.sdp
        if code > 100, let tag = response.tag(of: response.to) {
            guard acknowledge(response, tag: tag, sdp, &layer, at: now) else { return }
        }
        layer.put(.progress(invitation.id, code: code, phrase: response.phrase, sdp: sdp, reasons: response.reasons))
    }

    /// Notes the early dialog and sends PRACK for a reliable response (RFC 3262 §4); false for one that was seen before.
    private mutating func acknowledge(
        _ response: Message, tag: ArraySlice<UInt8>, _ sdp: [UInt8]?, _ layer: inout TransactionLayer, at now: Instant
    ) -> Bool {
        let known = earlyDialogs.firstIndex { $0.remoteTag == tag }
        guard known != nil || earlyDialogs.count < Limits.earlyDialogs else { return true }
        if known == nil { earlyDialogs.append(Dialog(response, fallback: uri, over: trunk)) }
        let index = known ?? earlyDialogs.count - 1
        if let sdp, !earlyDialogs[index].isOfferAnswered { earlyDialogs[index].earlyMedia = sdp }
        guard response.hasToken("100rel", in: .require), let number = response.number(.rSeq), number > 0 else {
            return true
        }
        if let last = earlyDialogs[index].lastRSeq {
            guard number == last + 1 else { return false }
        }
        earlyDialogs[index].lastRSeq = number
        if sdp != nil { earlyDialogs[index].isOfferAnswered = true }
        let inviteNumber = response.cSeq.number
        send(.prack, in: earlyDialogs[index], &layer, at: now) { $0.line("RAck", "\(number) \(inviteNumber) INVITE") }
        return true
    }

    // MARK: Final

    private mutating func answered(
        _ response: Message, _ code: Int, from source: SocketAddress, _ layer: inout TransactionLayer, at now: Instant
    ) {
        let tag = response.tag(of: response.to) ?? []
        if let dialog {
            let event: OutboundCall.Event = dialog.remoteTag == tag ? .answeredAgain : .answeredElsewhere
            if event == .answeredAgain, case .reinvite = refresh, response.cSeq.number == inviteCSeq {
                ack = []
                refreshed(response, 200, &layer, at: now)
            }
            return take(Answer(event: event, response: response, code: code, sdp: nil, source: source), &layer, at: now)
        }
        let sdp = self.answer(in: response, tag: tag)
        let answer = Answer(
            event: sdp == nil ? .answeredInVain : .answered, response: response, code: code, sdp: sdp, source: source)
        guard !call.isOver else { return take(answer, &layer, at: now) }
        confirm(response, tag: tag, at: now)
        hold(.answer(answer), &layer, at: now)
    }

    /// What the call makes of a 2xx.
    mutating func take(_ answer: Answer, _ layer: inout TransactionLayer, at now: Instant) {
        let response = answer.response
        for effect in call.handle(answer.event, at: now) {
            switch effect {
            case .sendAck: sendAck(for: response.cSeq.number, &layer, at: now)
            case .releaseFork:
                layer.release(
                    response, of: callID, fallback: uri, over: Hop(answer.source, invitation.transport), authorization: authorization,
                    credentials: &credentials, at: now)
            case .reportAnswered: layer.put(.answered(invitation.id, sdp: answer.sdp))
            case .reportAnsweredInVain:
                let kind = answer.event == .answeredUnkept ? Failure.Kind.notKept : .answeredInVain
                failure = Failure(kind: kind, code: answer.code, phrase: response.phrase)
                cancelReason = kind == .notKept ? .temporaryFailure : .incompatible
                layer.put(.answeredInVain(invitation.id))
            case .sendBye, .sendCancel, .reportFailed, .reportCancelled, .reportEnded, .forget: perform([effect], &layer, at: now)
            }
        }
    }

    /// The answer to our offer in a first 2xx, or that which its dialog had before: a reliable response's is final (RFC 3262 §5, RFC 6337 §3.1),
    /// an unreliable one's counts where the 2xx has none (RFC 3261 §13.2.1). Nil when there is none to talk by.
    private func answer(in response: Message, tag: ArraySlice<UInt8>) -> [UInt8]? {
        let early = earlyDialogs.first { $0.remoteTag == tag }
        let said = early?.isOfferAnswered == true ? early?.earlyMedia : response.sdp ?? early?.earlyMedia
        guard let said, let answer = SessionDescription(said) else { return nil }
        return SessionDescription(invitation.sdp)?.isAnswered(by: answer) == false ? nil : said
    }

    private mutating func confirm(_ response: Message, tag: ArraySlice<UInt8>, at now: Instant) {
        var confirmed = Dialog(response, fallback: uri, over: trunk)
        confirmed.remoteCSeq = earlyDialogs.first { $0.remoteTag == tag }?.remoteCSeq
        dialog = confirmed
        earlyDialogs = []
        session = SessionTimer(answer: response, at: now)
        peerAllowsUpdate = response.hasToken("update", in: .allow)
    }

    /// ACK of the 2xx to the INVITE with this sequence number.
    mutating func sendAck(for number: UInt32, _ layer: inout TransactionLayer, at now: Instant) {
        guard let dialog, !isAckWithheld else { return }
        if ack.isEmpty {
            acksSent = 0
            let branch = layer.identifiers.next()
            var none = Credentials.Shown()
            ack = writeInDialog(.ack, dialog, branch: branch, cSeq: number, layer.stationery, for: &none)
        }
        layer.sendOnce(ack, to: dialog.destination, before: acksSent, at: now)
        acksSent += 1
    }

    private mutating func refused(_ response: Message, _ code: Int, _ layer: inout TransactionLayer, at now: Instant) {
        let refused = (inviteBranch, lastFailureAck, inviteWay ?? trunk)
        failure = Failure(
            kind: .rejected, code: code, phrase: response.phrase, reasons: response.reasons, retryAfter: response.retryAfter,
            contacts: code < 400 ? response.contacts : [])
        guard call.mayRetry, invites < Limits.invites, takesUp(response, code) else {
            return perform(call.handle(.refused, at: now), &layer, at: now)
        }
        perform(call.handle(.retried, at: now), &layer, at: now)
        superseded.append(refused)
        lastFailureAck = []
        invites += 1
        renewInvite(branch: layer.identifiers.branch(of: callID, invite: invites), layer.timers, at: now)
        inviteWay = writeInvite(&layer)
        hold(.invite, &layer, at: now)
    }

    /// A new branch, number and transaction for the next INVITE.
    mutating func renewInvite(branch: UInt64, _ timers: Timers, at now: Instant) {
        inviteBranch = branch
        cSeq += 1
        inviteCSeq = cSeq
        invite = InviteClientTransaction(timers: timers, isReliable: invitation.transport.isReliable, at: now)
    }

    /// Whether a refusal names something that can be done better at once: credentials, a longer session interval, another host.
    private mutating func takesUp(_ response: Message, _ code: Int) -> Bool {
        switch code {
        case 401, 407: return credentials?.accept(response, to: &shown) ?? false
        case 422:
            guard let offered = offeredInterval, leastInterval == nil, let least = response.seconds(.minSE), least > offered else {
                return false
            }
            leastInterval = min(least, SessionTimer.longestInterval)
            offeredInterval = leastInterval
            return true
        case 300...302: return follows(response)
        default: return false
        }
    }

    /// Goes to another of the trunk's own hosts when a contact names one, and the same number there (RFC 3261 §8.1.3.4).
    private mutating func follows(_ response: Message) -> Bool {
        guard !invitation.ownHosts.isEmpty, redirections < Limits.redirections else { return false }
        for contact in response.elements(.contact, limit: 8) {
            guard let target = SIPURI(response.bytes[response.uri(of: contact)]), target.number.elementsEqual(invitation.number.utf8),
                let address = ownHost(named: target.hostAndPort.lowercased()), address != trunk.address
            else { continue }
            redirections += 1
            trunk = Hop(address, trunk.transport, takesTCP: trunk.takesTCP)
            host = target.hostAndPort
            return true
        }
        return false
    }

    /// Where that host of the trunk's listens. A port that RFC 3263 §4.2 takes when none is written means the same as none.
    private func ownHost(named name: String) -> SocketAddress? {
        let suffix = invitation.transport == .tls ? ":5061" : ":5060"
        let other = name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name + suffix
        return invitation.ownHosts[name] ?? invitation.ownHosts[other]
    }
}
