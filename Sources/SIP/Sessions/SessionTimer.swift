import Basis

/// A negotiated session timer (RFC 4028): who refreshes the session, when, and when it is dead.
package struct SessionTimer: Sendable {
    enum Refresher: Sendable { case us, farEnd }
    enum Due: Equatable { case nothing, refresh, expire }

    /// The least interval that is accepted, in seconds (RFC 4028 §5).
    package static let leastInterval = 90
    /// The longest that is taken as said, and the shortest: a far end that wants one below ``leastInterval`` all the same is obeyed.
    static let longestInterval = 86_400
    static let shortestInterval = 10

    private(set) var seconds: Int
    let refresher: Refresher
    private var refreshAt: Instant
    private let expiresAt: Instant
    /// Whether a longer one was asked for since the last agreement.
    private var isLengthened = false

    init(seconds: Int, refresher: Refresher, at now: Instant) {
        self.seconds = min(max(seconds, Self.shortestInterval), Self.longestInterval)
        self.refresher = refresher
        refreshAt = now + .seconds(self.seconds / 2)
        expiresAt = now + .seconds(self.seconds - min(32, self.seconds / 3))
    }

    /// What a 2xx to our INVITE or UPDATE agreed to; nil is no timer.
    init?(answer: Message, at now: Instant) {
        guard let seconds = answer.seconds(.sessionExpires) else { return nil }
        self.init(seconds: seconds, refresher: answer.refresher == .uas ? .farEnd : .us, at: now)
    }

    /// What the far end's re-INVITE or UPDATE asks for; it refreshes unless it says otherwise, or does not know how and a proxy
    /// on the way asks (RFC 4028 §9, table 2).
    init?(request: Message, at now: Instant) {
        guard let seconds = request.seconds(.sessionExpires) else { return nil }
        let isOurs = request.refresher == .uas || !request.hasToken("timer", in: .supported)
        self.init(seconds: seconds, refresher: isOurs ? .us : .farEnd, at: now)
    }

    var deadline: Instant { refresher == .us ? min(refreshAt, expiresAt) : expiresAt }

    func due(at now: Instant) -> Due {
        if now >= expiresAt { return .expire }
        return refresher == .us && now >= refreshAt ? .refresh : .nothing
    }

    /// Asks for longer next time, as a 422 wants (§7.4); false when that is no longer than it was, or the second time.
    mutating func lengthen(to least: Int) -> Bool {
        guard !isLengthened, least > seconds, least <= Self.longestInterval else { return false }
        (seconds, isLengthened) = (least, true)
        return true
    }

    /// A refresh is under way: no other one is due.
    mutating func pause() { refreshAt = .distantFuture }

    /// Tries again after a refusal: after `wait`, and sooner where the session would be over by then.
    mutating func refresh(after wait: Duration, at now: Instant) {
        refreshAt = now + max(.seconds(1), min(wait, (expiresAt - now) / 2))
    }
}

extension Message {
    fileprivate enum Role { case uac, uas }

    fileprivate var refresher: Role? {
        guard let value = value(.sessionExpires), let role = parameter("refresher", of: value) else { return nil }
        return matches(bytes.span, role, "uas") ? .uas : .uac
    }
}
