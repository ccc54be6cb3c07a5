import Basis
import SIP

/// The callee's side of one call: when it rings, answers, refuses and hangs up.
struct FarEndCall: Sendable {
    enum Event: Equatable { case cancel, ack, bye, byeFinished, unacknowledged, timeout }
    enum Effect: Equatable { case ring, answer, refuse(Int), sendBye, report(CallRecord.Ending), forget }
    enum State: Equatable {
        case trying(ringAt: Instant, finalAt: Instant?)
        case ringing(finalAt: Instant?)
        /// Final response out, ACK not yet in.
        case answered
        case refused
        case connected(hangUpAt: Instant?)
        case hangingUp
        case ended(until: Instant)
        case forgotten
    }

    private(set) var state: State
    private let behaviour: Behaviour
    private let lingering: Interval

    init(_ behaviour: Behaviour, timers: Timers, at now: Instant) {
        self.behaviour = behaviour
        lingering = timers.timeout
        let final = behaviour.finalCode == nil ? behaviour.answerAfter : behaviour.finalAfter
        let finalAt = final.map { now + $0 }
        state = .trying(ringAt: behaviour.ringAfter.map { now + $0 } ?? .distantFuture, finalAt: finalAt)
    }

    var deadline: Instant? {
        switch state {
        case .trying(let ringAt, let finalAt): min(ringAt, finalAt ?? .distantFuture)
        case .ringing(let finalAt): finalAt
        case .connected(let hangUpAt): hangUpAt
        case .ended(let until): until
        case .answered, .refused, .hangingUp, .forgotten: nil
        }
    }

    mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        switch (state, event) {
        case (.trying(_, let finalAt), .timeout) where finalAt.map { now >= $0 } ?? false,
            (.ringing(let finalAt), .timeout) where finalAt.map { now >= $0 } ?? false:
            return decide()
        case (.trying(let ringAt, let finalAt), .timeout) where now >= ringAt:
            state = .ringing(finalAt: finalAt)
            return [.ring]

        case (.trying, .cancel), (.ringing, .cancel):
            return cancelled()

        case (.answered, .ack):
            state = .connected(hangUpAt: behaviour.hangUpAfter.map { now + $0 })
            return []
        case (.answered, .unacknowledged), (.connected, .unacknowledged):
            state = .hangingUp
            return [.sendBye, .report(.unacknowledged)]
        case (.connected(let hangUpAt), .timeout) where hangUpAt.map { now >= $0 } ?? false:
            state = .hangingUp
            return [.sendBye, .report(.calleeHungUp)]
        case (.answered, .bye), (.connected, .bye):
            state = .ended(until: now + lingering)
            return [.report(.callerHungUp)]
        case (.hangingUp, .bye), (.hangingUp, .byeFinished), (.refused, .ack), (.refused, .unacknowledged):
            state = .ended(until: now + lingering)
            return []
        case (.ended(let until), .timeout) where now >= until:
            state = .forgotten
            return [.forget]

        case (.trying, _), (.ringing, _), (.answered, _), (.refused, _), (.connected, _), (.hangingUp, _), (.ended, _), (.forgotten, _):
            return []
        }
    }

    private mutating func decide() -> [Effect] {
        if let code = behaviour.finalCode {
            state = .refused
            return [.refuse(code), .report(.refused)]
        }
        state = .answered
        return [.answer]
    }

    private mutating func cancelled() -> [Effect] {
        switch behaviour.onCancel {
        case .obey:
            state = .refused
            return [.refuse(487), .report(.cancelled)]
        case .ignore:
            state = .ringing(finalAt: nil)
            return []
        case .answer:
            state = .answered
            return [.answer]
        }
    }
}
