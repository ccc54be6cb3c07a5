import Basis

/// 2xx responses to a leg's INVITE, and their ACK (RFC 3261 §13.2.2.4).
extension Leg {
    /// A 2xx, what it means to the call, and the answer to our offer that is in it or came before.
    struct Answer: Sendable {
        var event: OutboundCall.Event
        let response: Message
        let code: Int
        var sdp: [UInt8]?
        let origin: Hop
    }

    mutating func answered(
        _ response: Message, _ code: Int, from origin: Hop, _ layer: inout TransactionLayer, at now: Instant
    ) {
        let tag = response.tag(of: response.to) ?? []
        if let dialog {
            let event: OutboundCall.Event = dialog.remoteTag == tag ? .answeredAgain : .answeredElsewhere
            let answersReinvite = event == .answeredAgain && session.isReinvite && response.cSeq.number == invite.cSeq
            if answersReinvite {
                ack.letGo()
                if let target = response.contactURI { refreshTarget(target, &layer) }
            }
            take(Answer(event: event, response: response, code: code, sdp: nil, origin: origin), &layer, at: now)
            // Its ACK has left then, should there be a BYE to follow.
            if answersReinvite { refreshed(response, code, &layer, at: now) }
            return
        }
        let usable = usable(early.answer(in: response, tag: tag)), sdp = usable?.sdp
        let answer = Answer(
            event: sdp == nil ? .answeredInVain : .answered, response: response, code: code, sdp: sdp, origin: origin)
        guard !call.isOver else { return take(answer, &layer, at: now) }
        confirm(response, tag: tag, at: now)
        ours.settle(as: usable?.role)
        hold(.answer(answer), &layer, at: now)
    }

    /// What the call makes of a 2xx.
    mutating func take(_ answer: Answer, _ layer: inout TransactionLayer, at now: Instant) {
        if call.isCancelling { ending.isAnswered(answer.code) }
        perform(call.handle(answer.event, at: now), for: answer, &layer, at: now)
    }

    /// A description that answers our offer so that there is something to talk by, and our part in its handshake.
    private func usable(_ said: [UInt8]?) -> (sdp: [UInt8], role: Setup?)? {
        guard let said, let answer = SessionDescription(said) else { return nil }
        guard let offer = SessionDescription(invitation.sdp) else { return (said, nil) }
        return offer.isAnswered(by: answer) ? (said, offer.role(after: answer)) : nil
    }

    private mutating func confirm(_ response: Message, tag: ArraySlice<UInt8>, at now: Instant) {
        var confirmed = Dialog(response, fallback: uri, over: target.hop)
        confirmed.remoteCSeq = early[tag]?.remoteCSeq
        dialog = confirmed
        ours = early.own(tag) ?? ours
        early.endAll()
        session.begin(response, at: now)
    }

    /// It was taken without an answer to talk by, or could not be kept.
    mutating func answeredInVain(_ answer: Answer, _ layer: inout TransactionLayer) {
        let kind = answer.event == .answeredUnkept ? Failure.Kind.notKept : .answeredInVain
        ending.fails(Failure(kind: kind, code: answer.code, phrase: answer.response.phrase))
        ending.due(kind == .notKept ? .temporaryFailure : .incompatible)
        layer.put(.answeredInVain(invitation.id))
    }

    /// Another phone took the call, or this one when it was over.
    mutating func release(_ answer: Answer, _ layer: inout TransactionLayer, at now: Instant) {
        layer.release(
            answer.response, of: callID, fallback: uri, over: answer.origin.back(over: target.hop), after: cSeq,
            authorization: authentication.lines, credentials: &authentication.credentials, at: now)
    }

    /// ACK of the 2xx to the INVITE with this sequence number.
    mutating func sendAck(for number: UInt32, _ layer: inout TransactionLayer, at now: Instant) {
        guard let dialog, !ack.isWithheld else { return }
        if !ack.isWritten(for: number) {
            let branch = layer.identifiers.next()
            ack.written(
                writeInDialog(
                    .ack, dialog, dialog.path, branch: branch, cSeq: number, layer.stationery, authorization: authentication.lines),
                for: number)
        }
        layer.sendOnce(ack.bytes, to: dialog.destination, before: Int(ack.timesSent), at: now)
        ack.left()
    }
}
