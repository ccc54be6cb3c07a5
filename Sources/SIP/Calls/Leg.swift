import Basis

/// One leg: the call machine, and parts with rules of their own, each of which keeps its state to itself.
struct Leg: Sendable {
    let invitation: Invitation
    let callID: CallID
    let localTag: UInt64
    /// The value of `From`.
    let from: [UInt8]
    /// The last sequence number of a request of ours.
    var cSeq: UInt32 = 1
    var remoteSessionID: SortableID?
    var appointment = Appointment()

    var call: OutboundCall
    var target: TrunkTarget
    var invite: LegInvite
    var early = EarlyDialogs()
    /// The confirmed dialog.
    var dialog: Dialog?
    var ack = FinalAck()
    var ours: OwnDescription
    /// An offer of other media that is not answered yet.
    var move: Move?
    var session: SessionRefresh
    var authentication: Authentication
    var requests = ServerTransactions()
    /// What waits until the leg is kept.
    var held: Held?
    var ending: LegEnding

    init(_ invitation: Invitation, configuration: Configuration, layer: inout TransactionLayer, at now: Instant) {
        self.invitation = invitation
        callID = layer.identifiers.callID(of: invitation.id)
        localTag = layer.identifiers.tag(of: callID)
        from = Self.from(invitation, tag: localTag, host: layer.stationery.host)
        call = OutboundCall(timers: configuration.timers, longestRinging: configuration.longestRinging)
        target = TrunkTarget(
            host: invitation.host, hop: Hop(invitation.destination, invitation.transport, takesTCP: invitation.takesTCP))
        invite = LegInvite(
            branch: layer.identifiers.branch(of: callID, invite: 1), timers: configuration.timers,
            isReliable: invitation.transport.isReliable, at: now)
        ours = OwnDescription(offered: invitation.sdp)
        session = SessionRefresh(offering: invitation.sessionExpires)
        authentication = Authentication(invitation.credentials)
        ending = LegEnding()
    }

    private static func from(_ invitation: Invitation, tag: UInt64, host: [UInt8]) -> [UInt8] {
        var writer = Writer(capacity: 80)
        if invitation.privacy == .none {
            writer.raw("<sip:")
            writer.text(invitation.callerID)
            writer.raw("@")
            writer.raw(host)
            writer.raw(";user=phone>;tag=")
        } else {
            writer.raw("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=")
        }
        writer.hex(tag)
        return writer.bytes
    }

    /// One that another endpoint has dialled, and this one ends.
    init(takingUp kept: StandingLeg, _ ends: StandingLeg.Ends, configuration: Configuration, layer: TransactionLayer, at now: Instant) {
        invitation = kept.invitation(at: ends)
        callID = kept.callID.flatMap { CallID($0) } ?? layer.identifiers.callID(of: invitation.id)
        from = Array(kept.from.utf8)
        localTag = Self.tag(of: from)
        cSeq = kept.cSeq
        dialog = kept.dialog.map { Dialog($0, over: ends.trunk) }
        call = OutboundCall(
            takenUpInDialog: dialog != nil, timers: configuration.timers, ringing: .seconds(kept.ringSeconds), at: now)
        target = TrunkTarget(host: kept.hopHost, hop: ends.trunk)
        invite = LegInvite(takingUp: kept, of: callID, over: ends.way, layer.identifiers, configuration.timers)
        ours = OwnDescription(offered: [])
        session = SessionRefresh(offering: nil)
        authentication = Authentication(nil)
        ending = LegEnding(isTakenUp: true)
    }

    private static func tag(of from: [UInt8]) -> UInt64 {
        let tag = SIP.parameter("tag", of: 0..<from.count, in: from.span)
        return tag.flatMap { $0.count == 16 ? hexWord(from.span, $0.lowerBound) : nil } ?? 0
    }

    /// The moment this leg next wants ``tick(_:at:)``.
    var deadline: Instant? {
        let invite = isInviteHeld ? Instant.distantFuture : invite.deadline ?? .distantFuture, call = self.call.deadline ?? .distantFuture
        let isUp = self.call.isConnected, session = isUp ? session.deadline ?? .distantFuture : .distantFuture
        let offers = min(requests.deadline ?? .distantFuture, isUp ? move?.due ?? .distantFuture : .distantFuture)
        let keeping = min(held?.until ?? .distantFuture, ending.cancelAgainAt ?? .distantFuture)
        let least = min(min(min(invite, call), min(session, offers)), keeping)
        return least == .distantFuture ? nil : least
    }

    /// The way of its INVITE while a word of the transport that nothing gets there would end that.
    var wayAtStake: Hop? { invite.isCalling && !isInviteHeld ? invite.way : nil }

    /// The branch of its INVITE while that has left and no phone is known to ring.
    var silentBranch: UInt64? { dialog == nil && early.isEmpty && invite.isUnanswered && !isInviteHeld ? invite.branch : nil }

    /// Does something to the leg and keeps its deadline, which is no earlier than `floor`; answers its names when it can be forgotten.
    mutating func touched(
        at place: LegPlace, _ layer: inout TransactionLayer, notBefore floor: Instant = .zero,
        _ body: (inout Leg, inout TransactionLayer) -> Void
    ) -> (CallID, LegID)? {
        let way = wayAtStake
        body(&self, &layer)
        let isOver = call.state == .forgotten
        layer.atStake.move(place, from: way, to: isOver ? nil : wayAtStake)
        appointment.keep(deadline.map { max($0, floor) }, for: .call(place), in: &layer.agenda)
        return isOver ? (callID, invitation.id) : nil
    }
}
