import Basis

/// What keeps a leg's session alive (RFC 4028): the interval that is offered, the timer that was agreed on, and the refresh under way.
struct SessionRefresh: Sendable {
    enum Pending: Sendable { case none, update, reinvite }

    private(set) var timer: SessionTimer?
    /// The interval that an INVITE outside a dialog offers, in seconds.
    private(set) var offered: Int?
    /// The least that somebody on the way takes, where one has said so.
    private var least: Int?
    private(set) var pending = Pending.none
    /// Until when a re-INVITE that got a provisional response may go without a final one.
    private var patience = Instant.distantFuture
    private var isGivenUp = false
    private(set) var peerAllowsUpdate = false

    /// How long a refresh waits that was refused without saying for how long.
    static let retryWait: Duration = .seconds(10)

    init(offering seconds: Int?) { offered = seconds.map { max($0, SessionTimer.leastInterval) } }

    /// `Min-SE` of what we send, in seconds.
    var minSE: Int { max(least ?? 0, SessionTimer.leastInterval) }
    var isReinvite: Bool { pending == .reinvite }
    var deadline: Instant? {
        let least = min(timer?.deadline ?? .distantFuture, patience)
        return least == .distantFuture ? nil : least
    }

    func due(at now: Instant) -> SessionTimer.Due { timer?.due(at: now) ?? .nothing }

    /// A 422 to an INVITE outside a dialog; answers whether it is to be obeyed, which it is once.
    mutating func lengthensOffer(by response: Message) -> Bool {
        guard let offered, least == nil, let asked = response.seconds(.minSE), asked > offered else { return false }
        least = min(asked, SessionTimer.longestInterval)
        self.offered = least
        return true
    }

    /// A 422 to a refresh; answers whether it is to be obeyed.
    mutating func lengthens(by response: Message?) -> Bool {
        guard let asked = response?.seconds(.minSE), timer?.lengthen(to: asked) == true else { return false }
        least = max(least ?? 0, asked)
        return true
    }

    /// The 2xx that made the dialog.
    mutating func begin(_ answer: Message, at now: Instant) {
        agree(answer, at: now)
        peerAllowsUpdate = answer.hasToken("update", in: .allow)
    }

    /// What a 2xx of the far end agreed to.
    mutating func agree(_ answer: Message, at now: Instant) { timer = SessionTimer(answer: answer, at: now) }

    /// What the far end's re-INVITE or UPDATE asks for, or the timer that goes on where it asks for none; nil for no timer.
    mutating func asked(by request: Message, at now: Instant) -> SessionTimer? {
        // The greatest of a refresh holds for those that follow, and for its own response (RFC 4028 §7.4, §9).
        if let floor = request.seconds(.minSE) { least = max(least ?? 0, min(floor, SessionTimer.longestInterval)) }
        if let asked = SessionTimer(request: request, at: now) {
            timer = asked
        } else if let old = timer {
            timer = old.refresher == .us ? SessionTimer(seconds: max(old.seconds, least ?? 0), refresher: .us, at: now) : nil
        }
        return timer
    }

    /// A refresh goes out.
    mutating func started(_ kind: Pending) { (pending, patience, isGivenUp) = (kind, .distantFuture, false) }

    /// The re-INVITE has got a provisional response; the first counts, for who says so again and again would hold it for ever.
    mutating func waits(until instant: Instant) {
        if isReinvite, !isGivenUp { patience = min(patience, instant) }
    }

    func isOverdue(at now: Instant) -> Bool { isReinvite && patience <= now }

    /// The re-INVITE is cancelled, and has until then to end by that; false when it was before.
    mutating func givesUp(until instant: Instant) -> Bool {
        guard !isGivenUp else { return false }
        (isGivenUp, patience) = (true, instant)
        return true
    }

    /// No refresh is due while an offer is under way.
    mutating func pause() { timer?.pause() }

    /// What was under way has come to its end.
    mutating func finished() -> Pending {
        defer { (pending, patience) = (.none, .distantFuture) }
        return pending
    }

    /// Refreshes go by re-INVITE from now on.
    mutating func givesUpUpdate() { peerAllowsUpdate = false }
    mutating func refresh(after wait: Duration?, at now: Instant) { timer?.refresh(after: wait ?? Self.retryWait, at: now) }
    mutating func end() { timer = nil }
}
