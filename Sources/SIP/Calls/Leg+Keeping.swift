import Basis

/// What waits until the leg is kept (``Endpoint/keepLegs(under:)``): an INVITE that replaces another or goes another way, and the ACK of the
/// first 2xx. Whoever ends the leg in our place has to know the way, branch and number of the one and the dialog of the other.
extension Leg {
    struct Held: Sendable {
        enum Step: Sendable {
            case invite
            /// Few legs hold one at a time, so that it does not lie in each of them.
            indirect case answer(Answer)
        }
        private(set) var step: Step
        let until: Instant
        /// The far end has hung up what it answered: it is over once that is kept and acknowledged.
        var isHungUp = false

        init(step: Step, until: Instant) { (self.step, self.until) = (step, until) }

        /// Whether it is an answer to talk by; the far end has said something else since then.
        mutating func says(_ sdp: [UInt8]) -> Bool {
            guard case .answer(var answer) = step, answer.sdp != nil else { return false }
            answer.sdp = sdp
            step = .answer(answer)
            return true
        }
    }

    var isInviteHeld: Bool {
        switch held?.step {
        case .invite: true
        case .answer, nil: false
        }
    }

    /// Takes the step once the leg is kept, or at once where legs are not.
    mutating func hold(_ step: Held.Step, _ layer: inout TransactionLayer, at now: Instant) {
        held = Held(step: step, until: now + layer.keepPatience)
        guard layer.keepsLegs else { return kept(&layer, at: now) }
        layer.put(.keep(KeptID(invitation.id), standing(layer.stationery)))
    }

    mutating func kept(_ layer: inout TransactionLayer, at now: Instant) {
        guard let held else { return }
        switch held.step {
        case .invite:
            self.held = nil
            if let way = invite.way { sendInvite(by: way, &layer, at: now) }
        case .answer(let answer): takeHeld(answer, &layer, at: now)
        }
    }

    private mutating func takeHeld(_ answer: Answer, _ layer: inout TransactionLayer, at now: Instant) {
        let isHungUp = held?.isHungUp == true
        held = nil
        take(answer, &layer, at: now)
        if isHungUp { perform(call.handle(.byeReceived, at: now), &layer, at: now) }
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
        case .answer(var answer):
            guard now >= held.until || ending.isGivenUp || call.isCancelling || answer.event == .answeredInVain else { return }
            ack.withhold()
            answer.event = answer.event == .answered ? .answeredUnkept : answer.event
            answer.sdp = nil
            takeHeld(answer, &layer, at: now)
        }
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

    /// What ends the leg as it stands.
    func standing(_ stationery: Stationery) -> StandingLeg {
        let transport = (invite.way ?? target.hop).transport
        return StandingLeg(
            dialOut: invitation.id.dialOut, attempt: invitation.id.attempt, address: invitation.destination.description,
            transport: invitation.transport.rawValue, takesTCP: invitation.takesTCP, host: invitation.host, number: invitation.number,
            callerID: invitation.callerID, privacy: invitation.privacy.rawValue, from: String(decoding: from, as: UTF8.self),
            ringSeconds: invitation.ringSeconds, invites: Int(invite.count), inviteCSeq: invite.cSeq, hopHost: target.host,
            hop: target.hop.address.description, hopTransport: transport.rawValue, cSeq: cSeq,
            dialog: dialog.map { StandingLeg.Dialog($0) }, sentBy: stationery.sentBy(transport))
    }
}
