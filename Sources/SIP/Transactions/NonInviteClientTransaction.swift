import Basis

/// RFC 3261 §17.1.2; over a reliable transport without timers E and K.
package struct NonInviteClientTransaction: Sendable {
    package enum Event: Equatable {
        case response(Int), timeout, transportFailed
        /// Its connection broke, or none was made, and another one may be.
        case connectionLost
    }
    package enum Effect: Equatable { case sendRequest, deliver(Int), failTimedOut, failTransport }
    enum State: Equatable {
        case trying(retransmitAt: Instant, interval: Interval, giveUpAt: Instant)
        case proceeding(retransmitAt: Instant, giveUpAt: Instant)
        case completed(until: Instant)
        case terminated
    }

    private(set) var state: State
    private let timers: Timers
    private var isReliable: Bool

    /// The caller sends the request itself the first time. `patience`, when shorter than timer F, takes its place.
    package init(timers: Timers, isReliable: Bool, patience: Interval? = nil, at now: Instant) {
        self.timers = timers
        self.isReliable = isReliable
        state = .trying(
            retransmitAt: isReliable ? .distantFuture : now + timers.t1, interval: timers.t1,
            giveUpAt: now + min(timers.timeout, patience ?? timers.timeout))
    }

    /// The request goes out now by another transport than before; how long it may take stays, or becomes `patience` from now.
    mutating func moves(isReliable: Bool, patience: Interval? = nil, at now: Instant) {
        self.isReliable = isReliable
        guard case .trying(_, _, let giveUpAt) = state else { return }
        state = .trying(
            retransmitAt: isReliable ? .distantFuture : now + timers.t1, interval: timers.t1,
            giveUpAt: min(giveUpAt, patience.map { now + $0 } ?? giveUpAt))
    }

    package var deadline: Instant? {
        switch state {
        case .trying(let retransmitAt, _, let giveUpAt), .proceeding(let retransmitAt, let giveUpAt): min(retransmitAt, giveUpAt)
        case .completed(let until): until
        case .terminated: nil
        }
    }

    package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        switch (state, event) {
        case (.trying(_, _, let giveUpAt), .response(let code)), (.proceeding(_, let giveUpAt), .response(let code)):
            if code < 200 {
                state = .proceeding(retransmitAt: isReliable ? .distantFuture : now + timers.t2, giveUpAt: giveUpAt)
                return []
            }
            state = isReliable ? .terminated : .completed(until: now + timers.t4)
            return [.deliver(code)]

        case (.trying(_, _, let giveUpAt), .timeout) where now >= giveUpAt,
            (.proceeding(_, let giveUpAt), .timeout) where now >= giveUpAt:
            return finish(.failTimedOut)
        case (.trying(let retransmitAt, let interval, let giveUpAt), .timeout) where now >= retransmitAt:
            let next = min(interval * 2, timers.t2)
            state = .trying(retransmitAt: isReliable ? .distantFuture : now + next, interval: next, giveUpAt: giveUpAt)
            return [.sendRequest]
        case (.proceeding(let retransmitAt, let giveUpAt), .timeout) where now >= retransmitAt:
            state = .proceeding(retransmitAt: now + timers.t2, giveUpAt: giveUpAt)
            return [.sendRequest]
        case (.completed(let until), .timeout) where now >= until:
            state = .terminated
            return []

        case (.trying(_, _, let giveUpAt), .connectionLost), (.proceeding(_, let giveUpAt), .connectionLost):
            state = .trying(retransmitAt: now + timers.t2, interval: timers.t2, giveUpAt: giveUpAt)
            return []
        case (.trying, .transportFailed), (.proceeding, .transportFailed):
            return finish(.failTransport)

        case (.trying, .timeout), (.proceeding, .timeout), (.completed, _), (.terminated, _):
            return []
        }
    }

    private mutating func finish(_ effect: Effect) -> [Effect] {
        state = .terminated
        return [effect]
    }
}
