import Basis

/// What waits until the leg is kept (``Endpoint/keepLegs(under:)``): an INVITE that replaces another or goes another way, and the ACK of the first 2xx. Whoever
/// ends the leg in our place has to know the way, branch and number of the one and the dialog of the other.
extension Leg {
    enum HeldStep: Sendable {
        case invite
        case answer(Answer)
    }

    /// A 2xx, what it means to the call, and the answer to our offer that is in it or came before.
    struct Answer: Sendable {
        let event: OutboundCall.Event
        let response: Message
        let code: Int
        let sdp: [UInt8]?
        let source: SocketAddress
    }

    var isInviteHeld: Bool {
        switch held?.step {
        case .invite: true
        case .answer, nil: false
        }
    }

    /// Takes the step once the leg is kept, or at once where legs are not.
    mutating func hold(_ step: HeldStep, _ layer: inout TransactionLayer, at now: Instant) {
        held = (step, now + layer.keepPatience)
        guard layer.keepsLegs else { return kept(&layer, at: now) }
        layer.put(.keep(KeptID(invitation.id), standing))
    }

    mutating func kept(_ layer: inout TransactionLayer, at now: Instant) {
        guard let step = held?.step else { return }
        held = nil
        switch step {
        case .invite: if let way = inviteWay { sendInvite(by: way, &layer, at: now) }
        case .answer(let answer): take(answer, &layer, at: now)
        }
    }

    /// The leg cannot be kept: nothing more is dialled. Who has answered is hung up, once there is nothing more to wait for: a call that
    /// would go on is given the whole time. The BYE goes first, as a caller may (RFC 3261 §15), and the ACK when it is answered: until then
    /// the far end repeats its 2xx, by which whoever comes in our place learns of it.
    mutating func notKept(_ layer: inout TransactionLayer, at now: Instant) {
        guard let held else { return }
        switch held.step {
        case .invite:
            dropInvite(at: now)
            perform(call.handle(.refused, at: now), &layer, at: now)
        case .answer(let answer):
            guard now >= held.until || isGivenUp || call.isCancelling || answer.event == .answeredInVain else { return }
            (self.held, isAckWithheld) = (nil, true)
            let event: OutboundCall.Event = answer.event == .answered ? .answeredUnkept : answer.event
            take(Answer(event: event, response: answer.response, code: answer.code, sdp: nil, source: answer.source), &layer, at: now)
        }
    }

    /// The BYE was answered, or nobody answers it. One that was refused for want of an ACK is said again after it.
    mutating func byeFinished(_ outcome: TransactionLayer.Outcome, _ layer: inout TransactionLayer, at now: Instant) {
        if isAckWithheld {
            isAckWithheld = false
            sendAck(for: inviteCSeq, &layer, at: now)
            if Fork.meansUp(outcome.code), !call.isOver { return sendBye(&layer, at: now) }
        }
        perform(call.handle(.byeFinished, at: now), &layer, at: now)
    }

    /// A leg that is given up before its next INVITE has left has nothing to cancel.
    mutating func letGoOfInvite(_ layer: inout TransactionLayer, at now: Instant) {
        guard isInviteHeld else { return }
        dropInvite(at: now)
        perform(call.handle(.unreachable, at: now), &layer, at: now)
    }

    /// The transaction of an INVITE that never leaves is over.
    private mutating func dropInvite(at now: Instant) {
        held = nil
        _ = invite.handle(.transportFailed, at: now)
    }
}

/// Legs that another endpoint has dialled, and this one ends.
extension Leg {
    init(takingUp kept: StandingLeg, _ ends: StandingLeg.Ends, configuration: Configuration, layer: TransactionLayer, at now: Instant) {
        invitation = kept.invitation(at: ends)
        callID = kept.callID.flatMap { CallID($0) } ?? layer.identifiers.callID(of: invitation.id)
        from = Array(kept.from.utf8)
        localTag = Self.tag(of: from)
        (host, trunk, inviteWay) = (kept.hopHost, ends.trunk, ends.way)
        (invites, cSeq, inviteCSeq) = (kept.invites, kept.cSeq, kept.inviteCSeq)
        inviteBranch = layer.identifiers.branch(of: callID, invite: invites)
        superseded = (1..<max(1, invites)).map { [callID, way = ends.way] in (layer.identifiers.branch(of: callID, invite: $0), [], way) }
        dialog = kept.dialog.map { Dialog($0, over: ends.trunk) }
        call = OutboundCall(
            takenUpInDialog: dialog != nil, timers: configuration.timers, ringing: .seconds(kept.ringSeconds), at: now)
        invite = InviteClientTransaction(takenUp: configuration.timers, isReliable: ends.way.transport.isReliable)
        (isTakenUp, isGivenUp) = (true, true)
    }

    private static func tag(of from: [UInt8]) -> UInt64 {
        let tag = SIP.parameter("tag", of: 0..<from.count, in: from.span)
        return tag.flatMap { $0.count == 16 ? hexWord(from.span, $0.lowerBound) : nil } ?? 0
    }

    /// CANCEL, or ACK and BYE: the 2xx may have come without its ACK having left.
    mutating func end(_ reason: Reason, _ layer: inout TransactionLayer, at now: Instant) {
        cancelReason = reason
        guard dialog != nil else { return sendCancel(&layer, at: now) }
        sendAck(for: inviteCSeq, &layer, at: now)
        cSeq += StandingLeg.gap - 1
        sendBye(&layer, at: now)
    }

    /// A CANCEL that found no INVITE may have overtaken it, so it is said again until the INVITE's final response has come or 64 × T1 are
    /// over (RFC 3261 §9.1).
    mutating func cancelFinished(_ code: Int, _ timers: Timers, at now: Instant) {
        guard isTakenUp, code >= 300 else { return }
        isCancelSent = false
        if call.isCancelling { cancelAgainAt = now + timers.t2 }
    }
}

extension Leg {
    /// What ends the leg as it stands.
    var standing: StandingLeg {
        StandingLeg(
            dialOut: invitation.id.dialOut, attempt: invitation.id.attempt, address: invitation.destination.description,
            transport: invitation.transport.rawValue, takesTCP: invitation.takesTCP, host: invitation.host, number: invitation.number,
            callerID: invitation.callerID, privacy: invitation.privacy.rawValue, from: String(decoding: from, as: UTF8.self),
            ringSeconds: invitation.ringSeconds, invites: invites,
            inviteCSeq: inviteCSeq, hopHost: host, hop: trunk.address.description,
            hopTransport: (inviteWay ?? trunk).transport.rawValue, cSeq: cSeq,
            dialog: dialog.map { StandingLeg.Dialog($0) })
    }
}
