import Basis

/// One outbound leg from its INVITE to its end. It reports exactly one `failed`, or one `answered` and then one `ended`,
/// and after that still hangs up whatever the far end may have left standing.
struct OutboundCall: Sendable {
    enum Event: Equatable {
        case provisional
        /// A 2xx for the first dialog, the same again, or from another fork.
        case answered, answeredAgain, answeredElsewhere
        /// A 2xx for the first dialog without an answer to our offer.
        case answeredInVain
        /// A 2xx for the first dialog that could not be kept.
        case answeredUnkept
        case refused
        /// The INVITE goes out anew, with credentials or a longer session interval.
        case retried
        case unreachable
        case cancel, hangUp
        case byeReceived
        case byeFinished
        case sessionLost
        /// The far end's description within the call leaves nothing to talk by.
        case mediaLost
        case timeout
    }
    enum Effect: Equatable {
        case sendCancel, sendAck, sendBye, releaseFork
        case reportAnswered, reportAnsweredInVain, reportFailed, reportCancelled(wasAnswered: Bool)
        /// Since when nobody talks any more: the BYE of either side, whenever its answer comes.
        case reportEnded(EndedBy, at: Instant)
        case forget
    }
    enum State: Equatable {
        /// A CANCEL that is wanted before any provisional response has to wait for one (RFC 3261 §9.1).
        case dialling(cancelled: Bool)
        case proceeding(until: Instant)
        case cancelling(until: Instant)
        case connected
        /// Our BYE is out since then; what to report when it is done.
        case hangingUp(Report, since: Instant)
        /// Answers retransmissions and releases late answers until it is forgotten.
        case ended(until: Instant)
        case forgotten
    }
    enum Report: Equatable {
        case ended(EndedBy), cancelled, failed

        fileprivate func effect(since instant: Instant) -> Effect {
            switch self {
            case .ended(let by): .reportEnded(by, at: instant)
            case .cancelled: .reportCancelled(wasAnswered: true)
            case .failed: .reportFailed
            }
        }
    }

    private(set) var state = State.dialling(cancelled: false)
    private let lingering: Interval
    private let longestRinging: Interval

    init(timers: Timers, longestRinging: Duration) {
        lingering = timers.timeout
        self.longestRinging = Interval(longestRinging)
    }

    /// A leg that another endpoint dialled: its dialog is hung up or, without one, its INVITE cancelled. It is given up after 64 × T1, and
    /// remembered for as long as it may have rung beside that.
    init(takenUpInDialog isInDialog: Bool, timers: Timers, ringing: Duration, at now: Instant) {
        lingering = Interval(ringing)
        longestRinging = Interval(ringing)
        state = isInDialog ? .hangingUp(.ended(.us), since: now) : .cancelling(until: now + timers.timeout)
    }

    var deadline: Instant? {
        switch state {
        case .proceeding(let until), .cancelling(let until), .ended(let until): until
        case .dialling, .connected, .hangingUp, .forgotten: nil
        }
    }

    var isConnected: Bool { state == .connected }
    /// Neither over nor being hung up.
    var isUp: Bool {
        switch state {
        case .dialling, .proceeding, .cancelling, .connected: true
        case .hangingUp, .ended, .forgotten: false
        }
    }
    var mayRetry: Bool { state != .dialling(cancelled: true) && !isOver && !isCancelling }
    var isOver: Bool {
        switch state {
        case .ended, .forgotten: true
        case .dialling, .proceeding, .cancelling, .connected, .hangingUp: false
        }
    }
    var isCancelling: Bool {
        switch state {
        case .cancelling: true
        case .dialling, .proceeding, .connected, .hangingUp, .ended, .forgotten: false
        }
    }

    mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        switch (state, event) {
        case (.dialling(cancelled: false), .provisional):
            state = .proceeding(until: now + longestRinging)
            return []
        case (.dialling(cancelled: true), .provisional), (.proceeding, .cancel), (.proceeding, .hangUp), (.proceeding, .byeReceived):
            state = .cancelling(until: now + lingering)
            return [.sendCancel]
        case (.proceeding(let until), .timeout) where now >= until:
            state = .cancelling(until: now + lingering)
            return [.sendCancel]
        case (.dialling, .cancel), (.dialling, .hangUp):
            state = .dialling(cancelled: true)
            return []
        case (.dialling, .retried), (.proceeding, .retried):
            state = .dialling(cancelled: false)
            return []

        case (.dialling(cancelled: false), .answered), (.proceeding, .answered):
            state = .connected
            return [.sendAck, .reportAnswered]
        case (.dialling(cancelled: false), .answeredInVain), (.proceeding, .answeredInVain),
            (.dialling(cancelled: false), .answeredUnkept), (.proceeding, .answeredUnkept):
            return hangUp(.failed, [.sendAck, .reportAnsweredInVain, .sendBye], at: now)
        case (.dialling(cancelled: true), .answered), (.cancelling, .answered),
            (.dialling(cancelled: true), .answeredInVain), (.cancelling, .answeredInVain),
            (.dialling(cancelled: true), .answeredUnkept), (.cancelling, .answeredUnkept):
            return hangUp(.cancelled, [.sendAck, .sendBye], at: now)
        case (.connected, .answeredAgain), (.hangingUp, .answeredAgain), (.ended, .answeredAgain):
            return [.sendAck]
        case (.dialling, .answeredElsewhere), (.proceeding, .answeredElsewhere), (.cancelling, .answeredElsewhere),
            (.connected, .answeredElsewhere), (.hangingUp, .answeredElsewhere), (.ended, .answeredElsewhere), (.ended, .answered),
            (.ended, .answeredInVain), (.ended, .answeredUnkept):
            return [.releaseFork]

        case (.dialling(cancelled: false), .refused), (.proceeding, .refused),
            (.dialling(cancelled: false), .unreachable):
            return end(.reportFailed, at: now)
        case (.dialling(cancelled: true), .refused), (.dialling(cancelled: true), .unreachable), (.cancelling, .refused):
            return end(.reportCancelled(wasAnswered: false), at: now)
        case (.cancelling(let until), .timeout) where now >= until:
            return end(.reportCancelled(wasAnswered: false), at: now)

        case (.connected, .hangUp), (.connected, .cancel): return hangUp(.ended(.us), [.sendBye], at: now)
        case (.connected, .sessionLost): return hangUp(.ended(.sessionExpired), [.sendBye], at: now)
        case (.connected, .mediaLost): return hangUp(.ended(.incompatible), [.sendBye], at: now)
        case (.connected, .byeReceived):
            return end(.reportEnded(.farEnd, at: now), at: now)
        case (.hangingUp(let report, let since), .byeReceived), (.hangingUp(let report, let since), .byeFinished):
            return end(report.effect(since: since), at: now)

        case (.ended, .provisional):
            return [.sendCancel]
        case (.ended(let until), .timeout) where now >= until:
            state = .forgotten
            return [.forget]

        case (.dialling, .timeout), (.dialling, .byeReceived), (.dialling, .byeFinished), (.dialling, .sessionLost),
            (.dialling, .mediaLost), (.dialling, .answeredAgain),
            (.proceeding, .provisional), (.proceeding, .timeout), (.proceeding, .unreachable), (.proceeding, .byeFinished),
            (.proceeding, .sessionLost), (.proceeding, .mediaLost), (.proceeding, .answeredAgain),
            (.connected, .provisional), (.connected, .refused), (.connected, .retried), (.connected, .unreachable),
            (.connected, .byeFinished), (.connected, .timeout), (.connected, .answered), (.connected, .answeredInVain),
            (.connected, .answeredUnkept),
            (.cancelling, _), (.hangingUp, _), (.ended, _), (.forgotten, _):
            return []
        }
    }

    private mutating func hangUp(_ report: Report, _ effects: [Effect], at now: Instant) -> [Effect] {
        state = .hangingUp(report, since: now)
        return effects
    }

    private mutating func end(_ report: Effect, at now: Instant) -> [Effect] {
        state = .ended(until: now + lingering)
        return [report]
    }
}
