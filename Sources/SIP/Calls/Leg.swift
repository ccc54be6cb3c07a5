import Basis

/// One leg with all that belongs to it: the call machine, the INVITE's transaction, dialogs, session timer, credentials.
struct Leg: Sendable {
    let invitation: Invitation
    let callID: CallID
    let localTag: UInt64
    /// The value of `From`.
    let from: [UInt8]
    /// The host in the INVITE's Request-URI and where it goes: the trunk, or another of its hosts after a 3xx.
    var host: String
    var trunk: Hop

    var appointment = Appointment()
    var call: OutboundCall
    var invite: InviteClientTransaction
    var inviteBranch: UInt64
    /// The way that the current INVITE took, and with it its CANCEL and the ACK of its failure; nil while its host name is looked up.
    var inviteWay: Hop?
    /// Where a re-INVITE goes of which nothing comes there.
    var otherWays: ArraySlice<Hop> = []
    var inviteCSeq: UInt32 = 1
    /// INVITEs outside a dialog so far, those included that were replaced.
    var invites = 1
    /// The INVITE for as long as it may have to be sent again.
    var inviteBytes: [UInt8] = []
    var cSeq: UInt32 = 1
    /// Challenged or otherwise replaced INVITEs, whose final responses may come again for want of an ACK.
    var superseded: [(branch: UInt64, ack: [UInt8], way: Hop)] = []
    var lastFailureAck: [UInt8] = []
    var cancelReason: Reason?
    var isCancelSent = false
    /// What waits until the leg is kept, and until when it does.
    var held: (step: HeldStep, until: Instant)?
    /// It was answered and could not be kept: the ACK waits until the BYE has its answer.
    var isAckWithheld = false
    /// Another endpoint dialled it, and this one only ends it.
    var isTakenUp = false
    /// When a leg that was taken up is cancelled once more.
    var cancelAgainAt: Instant?
    /// Somebody asked for the end, so a leg that fails was cancelled; otherwise the endpoint itself had enough.
    var isGivenUp = false
    /// The far end hung up before that, and had not answered.
    var isHungUp = false

    var earlyDialogs: [Dialog] = []
    var dialog: Dialog?
    /// The ACK of the confirmed dialog's last 2xx, for as long as that is expected to come again.
    var ack: [UInt8] = []
    /// How often it has left.
    var acksSent = 0
    /// Our session description in force when it is another than the invitation's.
    var description: [UInt8]?
    /// What our side can do when it is another than what the invitation offered, and an offer of it that is not answered yet.
    var capability: [UInt8]?
    var move: Move?
    var remoteSessionID: SortableID?
    var peerAllowsUpdate = false

    var credentials: Credentials?
    /// What the current INVITE, with all that it was sent again for, has shown of us, and the lines by which it did last.
    var shown = Credentials.Shown()
    var authorization: [UInt8] = []
    var session: SessionTimer?
    var offeredInterval: Int?
    var leastInterval: Int?
    var refresh = Refresh.none

    /// Requests of the far end that were answered, so that their retransmissions are answered alike.
    var answered: [AnsweredRequest] = []
    var reinvite: Reinvite?
    var redirections = 0
    var endReasons: [Reason] = []
    var failure = Failure(kind: .cancelled, code: nil, phrase: "")

    enum Refresh: Equatable, Sendable { case none, update, reinvite(branch: UInt64) }

    /// A re-INVITE of the far end that was answered with 200.
    struct Reinvite: Sendable {
        var transaction: InviteServerTransaction
        let answer: AnsweredRequest
        let cSeq: UInt32
        /// It had no offer, so ours in the 200 is open until the ACK.
        let offers: Bool
    }

    struct AnsweredRequest: Sendable {
        let method: SIPMethod?
        let key: [UInt8]
        /// Timer J: no longer repeated then (RFC 3261 §17.2.2).
        let until: Instant
        let response: [UInt8]
        let destination: SocketAddress
        let transport: Transport
    }

    enum Limits {
        /// Early dialogs of one INVITE; further forks still ring but are not told apart.
        static let earlyDialogs = 12
        /// INVITEs of one leg: the first, two realms with two nonces each, one 422, two redirections.
        static let invites = 8
        static let redirections = 2
        /// Answered requests remembered at once, so that a far end may send many before it reads our answers.
        static let answeredRequests = 64
    }

    init(_ invitation: Invitation, configuration: Configuration, layer: inout TransactionLayer, at now: Instant) {
        self.invitation = invitation
        callID = layer.identifiers.callID(of: invitation.id)
        localTag = layer.identifiers.tag(of: callID)
        inviteBranch = layer.identifiers.branch(of: callID, invite: 1)
        trunk = Hop(invitation.destination, invitation.transport, takesTCP: invitation.takesTCP)
        host = invitation.host
        from = Self.from(invitation, tag: localTag, host: layer.stationery.host)
        call = OutboundCall(timers: configuration.timers, longestRinging: configuration.longestRinging)
        invite = InviteClientTransaction(
            timers: configuration.timers, isReliable: invitation.transport.isReliable, patience: invitation.patience, at: now)
        credentials = invitation.credentials.map { Credentials($0) }
        offeredInterval = invitation.sessionExpires.map { max($0, SessionTimer.leastInterval) }
    }

    static func from(_ invitation: Invitation, tag: UInt64, host: [UInt8]) -> [UInt8] {
        var writer = Writer(capacity: 80)
        if invitation.privacy == .none {
            if let name = invitation.displayName {
                writer.quoted(name)
                writer.raw(" ")
            }
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

    /// The moment this leg next wants ``tick(_:at:)``.
    var deadline: Instant? {
        let invite = isInviteHeld ? Instant.distantFuture : invite.deadline ?? .distantFuture, call = self.call.deadline ?? .distantFuture
        let session = self.call.isConnected ? session?.deadline ?? .distantFuture : .distantFuture
        let reinvite = min(reinvite?.transaction.deadline ?? .distantFuture, move?.due ?? .distantFuture)
        let keeping = min(held?.until ?? .distantFuture, cancelAgainAt ?? .distantFuture)
        let least = min(min(min(invite, call), min(session, reinvite)), keeping)
        return least == .distantFuture ? nil : least
    }
}
