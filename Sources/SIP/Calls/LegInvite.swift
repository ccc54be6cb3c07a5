import Basis

/// The INVITE of a leg that counts, in the dialog or outside, with those that it replaced.
struct LegInvite: Sendable {
    /// A challenged or otherwise replaced INVITE, whose final response may come again for want of an ACK.
    struct Superseded: Sendable {
        let branch: UInt64
        let ack: [UInt8]
        let way: Hop
    }

    private var transaction: InviteClientTransaction
    private(set) var branch: UInt64
    /// The way that it took, and with it its CANCEL and the ACK of its failure; nil while its host name is looked up.
    private(set) var way: Hop?
    /// Where a re-INVITE goes of which nothing comes there.
    private(set) var otherWays: [Hop] = []
    private(set) var cSeq: UInt32 = 1
    /// INVITEs outside a dialog so far, those included that were replaced.
    private(set) var count: Int32 = 1
    /// The request for as long as it may have to be sent again.
    private(set) var bytes: [UInt8] = []
    /// Who stands in its `Via`, where another endpoint sent it.
    private(set) var sentBy: String?
    private var replaced: [Superseded] = []
    /// Those of the dialog before the current one, newest last.
    private var earlier: [Superseded] = []
    typealias Path = (uri: [UInt8], routes: [[UInt8]])
    /// Request-URI and `Route` of one within the dialog, whose target may move before its ACK or CANCEL.
    @Indirect private(set) var path: Path?
    /// The ACK of its failure once that has come.
    private(set) var failureAck: [UInt8] = []

    /// INVITEs of one leg outside a dialog: the first, two realms with two nonces each, one 422, two redirections.
    static let limit: Int32 = 8

    init(branch: UInt64, timers: Timers, isReliable: Bool, at now: Instant) {
        self.branch = branch
        transaction = InviteClientTransaction(timers: timers, isReliable: isReliable, at: now)
    }

    /// One that another endpoint has sent.
    init(takingUp kept: StandingLeg, of callID: CallID, over way: Hop, _ identifiers: Identifiers, _ timers: Timers) {
        (self.way, cSeq, count, sentBy) = (way, kept.inviteCSeq, Int32(clamping: kept.invites), kept.sentBy)
        branch = identifiers.branch(of: callID, invite: kept.invites)
        replaced = (1..<max(1, kept.invites)).map { number in
            Superseded(branch: identifiers.branch(of: callID, invite: number), ack: [], way: way)
        }
        transaction = InviteClientTransaction(takenUp: timers, isReliable: way.transport.isReliable)
    }

    var deadline: Instant? { transaction.deadline }
    /// Whether nothing at all has come.
    var isCalling: Bool { transaction.isCalling }
    /// Whether nothing final has come.
    var isUnanswered: Bool { transaction.isUnanswered }
    var isTerminated: Bool { transaction.state == .terminated }

    /// An event of its transaction; whatever comes back says that it need not be sent again.
    mutating func handle(_ event: InviteClientTransaction.Event, at now: Instant) -> [InviteClientTransaction.Effect] {
        let effects = transaction.handle(event, at: now)
        if case .response = event { bytes = [] }
        return effects
    }

    mutating func stopRepeating() { transaction.stopRepeating() }

    /// It is written, and will go that way.
    mutating func written(_ bytes: [UInt8], for way: Hop?) { (self.bytes, self.way) = (bytes, way) }

    /// It is to go another way, once that is kept.
    mutating func turns(to way: Hop) { self.way = way }

    /// It leaves by that way, which all of its transaction will take.
    mutating func leaves(by way: Hop, or others: ArraySlice<Hop>, _ timers: Timers, at now: Instant) {
        (self.way, otherWays, bytes) = (way, Array(others), saying(way.transport, bytes))
        transaction.moves(isReliable: way.transport.isReliable, patience: timers.patience(others), at: now)
    }

    /// As it is known to those who answer it again once it is replaced; it went to `trunk` where no way is known.
    func superseded(orBy trunk: Hop) -> Superseded { Superseded(branch: branch, ack: failureAck, way: way ?? trunk) }

    /// Another one outside a dialog comes in its place.
    mutating func supersede(_ old: Superseded) {
        replaced.append(old)
        count += 1
    }

    /// Another one in the dialog comes in its place.
    mutating func supersedeInDialog(_ old: Superseded) { earlier = earlier.suffix(Self.earlierLimit - 1) + [old] }

    /// INVITEs of a dialog that are remembered beside the current one.
    private static let earlierLimit = 2

    func superseded(_ branch: UInt64) -> Superseded? { (earlier + replaced).first { $0.branch == branch } }

    /// Whether the text, in lower case, has the branch of one that was replaced and not that of the current one.
    func isReplaced(in text: [UInt8]) -> Bool {
        func has(_ branch: UInt64) -> Bool {
            var digits = Writer(capacity: 16)
            digits.hex(branch)
            return text.firstRange(of: digits.bytes) != nil
        }
        return !has(branch) && (earlier + replaced).contains { has($0.branch) }
    }

    /// A new branch, number and transaction for the next INVITE.
    mutating func renew(branch: UInt64, cSeq: UInt32, _ timers: Timers, isReliable: Bool, at now: Instant) {
        (self.branch, self.cSeq, failureAck, path) = (branch, cSeq, [], nil)
        transaction = InviteClientTransaction(timers: timers, isReliable: isReliable, at: now)
    }

    /// It goes along the dialog's path of now.
    mutating func takes(_ path: Path) { self.path = path }

    mutating func acknowledge(by ack: [UInt8]) { failureAck = ack }

    /// Its transaction is over: it is not sent again.
    mutating func letGo() { (bytes, earlier, path) = ([], [], nil) }
}
