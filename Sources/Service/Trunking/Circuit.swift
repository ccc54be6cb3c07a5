import Basis

/// Whether calls are offered to a trunk or to one of its addresses, by what its calls came to: closed, open for a time, then half open for one trial.
///
/// A trunk that named a time by `Retry-After` is left alone until then (RFC 3261 §21.5.4), but for a call now and then where there is no
/// other; one whose calls failed in a row is only tried last.
struct Circuit: Equatable, Sendable {
    enum Cause: Equatable, Sendable {
        /// 503 with `Retry-After`.
        case retryAfter
        /// Calls failed in a row, the latest for this.
        case failures(TrunkFault)
    }
    enum State: Equatable, Sendable {
        case closed(failures: Int)
        /// `strikes` counts how often it was opened in a row.
        case open(until: Instant, Cause, strikes: Int)
        /// One call at a time may find out whether the trunk works again.
        case halfOpen(isTried: Bool, strikes: Int)
    }
    enum Event: Equatable, Sendable {
        /// A call is about to be offered.
        case seized
        /// A 101–199 or a final answer that is about the callee.
        case worked
        case failed(TrunkFault)
        case toldToWait(Duration)
        /// The call ended before it showed anything.
        case learntNothing
        case timeout
    }
    enum Effect: Equatable, Sendable { case opened(Cause), closed }

    /// Failures in a row that open a trunk's.
    static let usualFailureLimit = 5
    /// The first opening for failures; each further one in a row doubles it up to the limit.
    static let firstPause = Duration.seconds(30)
    static let longestPause = Duration.seconds(300)
    /// `Retry-After` is believed up to here: one answer takes a trunk from everybody.
    static let longestRetryAfter = Duration.seconds(60)
    /// Between the calls that may find out whether a trunk that said to wait works again, where no other is left.
    static let trialPause = Duration.seconds(5)

    private struct Trial: Equatable, Sendable {
        var at: Instant
        var isUnderWay = false
    }

    private(set) var state = State.closed(failures: 0)
    /// While told to wait: when one call may try all the same, and whether one does.
    private var trial: Trial?
    private let failureLimit: Int

    init(failureLimit: Int = Circuit.usualFailureLimit) { self.failureLimit = failureLimit }

    var deadline: Instant? {
        switch state {
        case .open(let until, _, _): until
        case .closed, .halfOpen: nil
        }
    }

    /// Told to wait: no call is offered.
    var isForbidden: Bool {
        switch state {
        case .open(_, .retryAfter, _): true
        case .open(_, .failures, _), .closed, .halfOpen: false
        }
    }

    /// When one call may be offered where there is no other trunk, though told to wait.
    var nextTrial: Instant? { isForbidden ? trial?.at : nil }

    /// To be tried after all others.
    var isDoubtful: Bool {
        switch state {
        case .open, .halfOpen(isTried: true, _): true
        case .closed, .halfOpen(isTried: false, _): false
        }
    }

    mutating func handle(_ event: Event, at now: Instant) -> Effect? {
        switch (state, event) {
        case (_, .toldToWait(let pause)):
            trial = Trial(at: now + Self.trialPause)
            return open(.retryAfter, for: min(max(pause, .seconds(1)), Self.longestRetryAfter), strikes: 1, at: now)

        case (.closed, .worked):
            state = .closed(failures: 0)
            return nil
        case (.closed(let failures), .failed(let fault)):
            guard failures + 1 < failureLimit else { return open(.failures(fault), for: Self.firstPause, strikes: 1, at: now) }
            state = .closed(failures: failures + 1)
            return nil
        case (.closed, .seized), (.closed, .learntNothing), (.closed, .timeout):
            return nil

        case (.open(let until, _, let strikes), .timeout):
            guard now >= until else { return nil }
            state = .halfOpen(isTried: trial?.isUnderWay == true, strikes: strikes)
            trial = nil
            return nil
        case (.open(_, .failures, _), .worked), (.halfOpen, .worked),
            (.open(_, .retryAfter, _), .worked) where trial?.isUnderWay == true:
            state = .closed(failures: 0)
            trial = nil
            return .closed
        case (.open(_, .retryAfter, _), .seized):
            trial = Trial(at: now + Self.trialPause, isUnderWay: true)
            return nil
        case (.open(_, .retryAfter, _), .failed), (.open(_, .retryAfter, _), .learntNothing):
            trial?.isUnderWay = false
            return nil
        case (.open(_, .retryAfter, _), .worked), (.open(_, .failures, _), .failed), (.open(_, .failures, _), .seized),
            (.open(_, .failures, _), .learntNothing):
            return nil

        case (.halfOpen(_, let strikes), .seized):
            state = .halfOpen(isTried: true, strikes: strikes)
            return nil
        case (.halfOpen(_, let strikes), .learntNothing):
            state = .halfOpen(isTried: false, strikes: strikes)
            return nil
        case (.halfOpen(_, let strikes), .failed(let fault)):
            let pause = min(Self.firstPause * (1 << min(strikes, 8)), Self.longestPause)
            return open(.failures(fault), for: pause, strikes: strikes + 1, at: now)
        case (.halfOpen, .timeout):
            return nil
        }
    }

    private mutating func open(_ cause: Cause, for pause: Duration, strikes: Int, at now: Instant) -> Effect {
        state = .open(until: now + pause, cause, strikes: strikes)
        return .opened(cause)
    }
}
