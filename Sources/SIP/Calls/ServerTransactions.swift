import Basis

/// Requests of the far end in the dialog that were answered, so that their retransmissions are answered alike (RFC 3261 §17.2), and its
/// re-INVITE until that is acknowledged.
struct ServerTransactions: Sendable {
    struct Answered: Sendable {
        let method: SIPMethod?
        /// What tells its transaction from others.
        let key: [UInt8]
        /// Timer J: no longer repeated then (§17.2.2).
        let until: Instant
        let response: [UInt8]
        let destination: SocketAddress
        let transport: Transport
    }

    /// A re-INVITE that was answered with 200.
    private struct Reinvite: Sendable {
        var transaction: InviteServerTransaction
        let answer: Answered
        let cSeq: UInt32
        /// It had no offer, so ours in the 200 is open until the ACK.
        let offers: Bool
    }

    private var answered: [Answered] = []
    @Indirect private var reinvite: Reinvite?

    /// Answered requests remembered at once, so that a far end may send many before it reads our answers.
    static let limit = 64

    var deadline: Instant? { reinvite?.transaction.deadline }
    /// Whether a re-INVITE waits for its ACK.
    var awaitsAck: Bool { reinvite?.transaction.awaitsAck ?? false }
    /// Whether it waits for the answer to our offer in it.
    var isOfferOpen: Bool { reinvite.map { $0.offers && $0.transaction.awaitsAck } ?? false }

    /// What was answered to the same request before.
    func answer(to key: [UInt8], _ method: SIPMethod?) -> Answered? { answered.first { $0.key == key && $0.method == method } }

    mutating func keep(_ answer: Answered, arrived: Instant) {
        answered.removeAll { $0.until <= arrived }
        if answered.count == Self.limit { answered.removeFirst() }
        answered.append(answer)
    }

    /// A re-INVITE was answered with 200; `offers` when it had no offer.
    mutating func begin(_ answer: Answered, cSeq: UInt32, offers: Bool, _ timers: Timers, at now: Instant) {
        var transaction = InviteServerTransaction(timers: timers, isReliable: answer.transport.isReliable)
        _ = transaction.handle(.respond(200), at: now)
        reinvite = Reinvite(transaction: transaction, answer: answer, cSeq: cSeq, offers: offers)
    }

    func isReinvite(_ key: [UInt8]) -> Bool { reinvite?.answer.key == key }

    /// The re-INVITE has come again; answers what is said again, if anything is.
    mutating func reinvited(at now: Instant) -> Answered? {
        reinvite?.transaction.handle(.invite, at: now) == [.sendResponse] ? reinvite?.answer : nil
    }

    /// An ACK to the re-INVITE of that number: whether it was to come, and whether it answers an offer of ours. Nil where there is none.
    mutating func acknowledged(_ number: UInt32, at now: Instant) -> (isDue: Bool, answersOffer: Bool)? {
        guard let offers = reinvite?.offers, reinvite?.cSeq == number else { return nil }
        return (reinvite?.transaction.handle(.ack, at: now) == [.confirmed], offers)
    }

    /// Does what was due for the re-INVITE.
    mutating func tick(at now: Instant) -> (effects: [InviteServerTransaction.Effect], answer: Answered)? {
        guard var pending = reinvite, let due = pending.transaction.deadline, due <= now else { return nil }
        let effects = pending.transaction.handle(.timeout, at: now)
        reinvite = pending.transaction.state == .terminated ? nil : pending
        return (effects, pending.answer)
    }
}
