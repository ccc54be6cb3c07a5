import Basis

/// RFC 3261 §17.2.1 with RFC 6026 §8.5, and the retransmission of a 2xx until its ACK (§13.3.1.4), which is the core's part there.
package struct InviteServerTransaction: Sendable {
    package enum Event: Equatable {
        /// The same INVITE again.
        case invite
        case respond(Int)
        case ack
        case timeout
    }
    package enum Effect: Equatable { case sendResponse, confirmed, unacknowledged }
    enum State: Equatable {
        case proceeding
        case accepted(retransmitAt: Instant, interval: Interval, giveUpAt: Instant)
        case completed(retransmitAt: Instant, interval: Interval, giveUpAt: Instant)
        case confirmed(until: Instant)
        case terminated
    }

    private(set) var state = State.proceeding
    private let timers: Timers
    private let isReliable: Bool

    package init(timers: Timers, isReliable: Bool) {
        self.timers = timers
        self.isReliable = isReliable
    }

    /// Whether a final response was sent whose ACK has not come.
    package var awaitsAck: Bool {
        switch state {
        case .accepted, .completed: true
        case .proceeding, .confirmed, .terminated: false
        }
    }

    package var deadline: Instant? {
        switch state {
        case .accepted(let retransmitAt, _, let giveUpAt), .completed(let retransmitAt, _, let giveUpAt): min(retransmitAt, giveUpAt)
        case .confirmed(let until): until
        case .proceeding, .terminated: nil
        }
    }

    package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        switch (state, event) {
        case (.proceeding, .respond(let code)):
            respond(code, at: now)
            return [.sendResponse]
        case (.proceeding, .invite), (.accepted, .invite), (.completed, .invite):
            return [.sendResponse]

        case (.accepted, .ack), (.completed, .ack):
            state = .confirmed(until: now + timers.timeout)
            return [.confirmed]

        case (.accepted(_, _, let giveUpAt), .timeout) where now >= giveUpAt,
            (.completed(_, _, let giveUpAt), .timeout) where now >= giveUpAt:
            state = .terminated
            return [.unacknowledged]
        case (.accepted(let retransmitAt, let interval, let giveUpAt), .timeout) where now >= retransmitAt:
            let next = min(interval * 2, timers.t2)
            state = .accepted(retransmitAt: now + next, interval: next, giveUpAt: giveUpAt)
            return [.sendResponse]
        case (.completed(let retransmitAt, let interval, let giveUpAt), .timeout) where now >= retransmitAt:
            let next = min(interval * 2, timers.t2)
            state = .completed(retransmitAt: now + next, interval: next, giveUpAt: giveUpAt)
            return [.sendResponse]
        case (.confirmed(let until), .timeout) where now >= until:
            state = .terminated
            return []

        case (.proceeding, .ack), (.proceeding, .timeout), (.accepted, .timeout), (.completed, .timeout), (.accepted, .respond),
            (.completed, .respond), (.confirmed, _), (.terminated, _):
            return []
        }
    }

    /// The dialog is over: nothing more is sent of its own accord.
    package mutating func stop() { state = .terminated }

    private mutating func respond(_ code: Int, at now: Instant) {
        let giveUpAt = now + timers.timeout
        switch code {
        case ..<200: break
        case ..<300: state = .accepted(retransmitAt: now + timers.t1, interval: timers.t1, giveUpAt: giveUpAt)
        default:
            state = .completed(retransmitAt: isReliable ? .distantFuture : now + timers.t1, interval: timers.t1, giveUpAt: giveUpAt)
        }
    }
}
