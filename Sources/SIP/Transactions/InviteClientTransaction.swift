import Basis

/// RFC 3261 §17.1.1 as amended by RFC 6026 §8.4; over a reliable transport without timers A and D.
package struct InviteClientTransaction: Sendable {
    package enum Event: Equatable { case response(Int), timeout, transportFailed }
    package enum Effect: Equatable { case sendInvite, sendAck, deliver(Int), failTimedOut, failTransport }
    enum State: Equatable {
        case calling(retransmitAt: Instant, interval: Interval, giveUpAt: Instant)
        case proceeding
        case accepted(until: Instant)
        case completed(until: Instant)
        case terminated
    }

    private(set) var state: State
    private let timers: Timers
    private var isReliable: Bool

    /// The caller sends the INVITE itself the first time.
    package init(timers: Timers, isReliable: Bool, at now: Instant) {
        self.timers = timers
        self.isReliable = isReliable
        state = .calling(
            retransmitAt: isReliable ? .distantFuture : now + timers.t1, interval: timers.t1, giveUpAt: now + timers.timeout)
    }

    /// One whose INVITE another endpoint has sent: it is not sent again.
    init(takenUp timers: Timers, isReliable: Bool) {
        self.timers = timers
        self.isReliable = isReliable
        state = .proceeding
    }

    /// Whether nothing final has come.
    var isUnanswered: Bool {
        switch state {
        case .calling, .proceeding: true
        case .accepted, .completed, .terminated: false
        }
    }

    /// Whether nothing at all has come.
    var isCalling: Bool {
        switch state {
        case .calling: true
        case .proceeding, .accepted, .completed, .terminated: false
        }
    }

    /// The INVITE goes out now by another transport than before; how long it may take stays, or becomes `patience` from now.
    mutating func moves(isReliable: Bool, patience: Interval? = nil, at now: Instant) {
        self.isReliable = isReliable
        guard case .calling(_, _, let giveUpAt) = state else { return }
        state = .calling(
            retransmitAt: isReliable ? .distantFuture : now + timers.t1, interval: timers.t1,
            giveUpAt: min(giveUpAt, patience.map { now + $0 } ?? giveUpAt))
    }

    /// The moment this machine next wants `.timeout`.
    package var deadline: Instant? {
        switch state {
        case .calling(let retransmitAt, _, let giveUpAt): min(retransmitAt, giveUpAt)
        case .accepted(let until), .completed(let until): until
        case .proceeding, .terminated: nil
        }
    }

    package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        switch (state, event) {
        case (.calling, .response(let code)), (.proceeding, .response(let code)):
            return answered(code, at: now)

        case (.calling(_, _, let giveUpAt), .timeout) where now >= giveUpAt:
            return finish(.failTimedOut)
        case (.calling(let retransmitAt, let interval, let giveUpAt), .timeout) where now >= retransmitAt:
            state = .calling(retransmitAt: now + interval * 2, interval: interval * 2, giveUpAt: giveUpAt)
            return [.sendInvite]

        case (.calling, .transportFailed):
            return finish(.failTransport)

        case (.accepted, .response(let code)):
            return (200..<300).contains(code) ? [.deliver(code)] : []
        case (.completed, .response(let code)):
            // A proxy forwards the 2xx of another fork also after a failure (RFC 3261 §16.7, step 5).
            return code >= 300 ? [.sendAck] : code >= 200 ? [.deliver(code)] : []
        case (.accepted(let until), .timeout) where now >= until,
            (.completed(let until), .timeout) where now >= until:
            state = .terminated
            return []

        case (.calling, .timeout), (.accepted, .timeout), (.completed, .timeout), (.proceeding, .timeout),
            (.proceeding, .transportFailed), (.accepted, .transportFailed), (.completed, .transportFailed), (.terminated, _):
            return []
        }
    }

    /// The INVITE is not sent again; what comes of it is still heard.
    mutating func stopRepeating() {
        guard case .calling(_, let interval, let giveUpAt) = state else { return }
        state = .calling(retransmitAt: .distantFuture, interval: interval, giveUpAt: giveUpAt)
    }

    private mutating func answered(_ code: Int, at now: Instant) -> [Effect] {
        switch code {
        case ..<200:
            state = .proceeding
            return [.deliver(code)]
        case ..<300:
            state = .accepted(until: now + timers.timeout)
            return [.deliver(code)]
        default:
            state = isReliable ? .terminated : .completed(until: now + timers.timerD)
            return [.sendAck, .deliver(code)]
        }
    }

    private mutating func finish(_ effect: Effect) -> [Effect] {
        state = .terminated
        return [effect]
    }
}
