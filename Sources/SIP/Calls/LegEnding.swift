import Basis

/// How a leg comes to its end: who wants it and why, whether its CANCEL is out, and what is told of it.
struct LegEnding: Sendable {
    /// What our CANCEL or BYE says.
    @Indirect private(set) var reason: Reason?
    /// Those of the far end's BYE.
    private(set) var farReasons: [Reason] = []
    /// What was said of why it fails.
    @Indirect private var told: Failure?
    private(set) var failure: Failure {
        get { told ?? Failure(kind: .cancelled, code: nil, phrase: "") }
        set { told = newValue }
    }
    /// When a leg that was taken up is cancelled once more.
    private(set) var cancelAgainAt: Instant?
    private var isCancelSent = false
    /// Another endpoint dialled it, and this one only ends it.
    let isTakenUp: Bool
    /// Somebody asked for the end, so a leg that fails was cancelled; otherwise the endpoint itself had enough.
    private(set) var isGivenUp: Bool
    /// The far end hung up before that, and had not answered.
    private var isHungUp = false

    init(isTakenUp: Bool = false) { (self.isTakenUp, isGivenUp) = (isTakenUp, isTakenUp) }

    /// Somebody wants the end; the first reason counts.
    mutating func wanted(_ reason: Reason?) {
        self.reason = self.reason ?? reason
        isGivenUp = true
    }

    /// Why we end it ourselves.
    mutating func due(_ reason: Reason) { self.reason = reason }

    /// Whether a CANCEL is to leave now; one is enough.
    mutating func startsCancel() -> Bool {
        guard !isCancelSent else { return false }
        (isCancelSent, cancelAgainAt) = (true, nil)
        return true
    }

    /// A CANCEL that found no INVITE may have overtaken it: it may leave again.
    mutating func cancelFailed() { isCancelSent = false }
    mutating func cancelAgain(at instant: Instant?) { cancelAgainAt = instant }

    /// The far end's BYE, in an early dialog or in the confirmed one.
    mutating func hungUp(_ reasons: [Reason], wasRinging: Bool) {
        if wasRinging { isHungUp = !isGivenUp }
        farReasons = reasons
        if !reasons.isEmpty, failure.reasons.isEmpty { failure.reasons = reasons }
    }

    /// A 2xx has crossed our CANCEL: it is the latest status.
    mutating func isAnswered(_ code: Int) { failure.code = code }

    /// Why it fails, should it fail now.
    mutating func fails(_ failure: Failure) { self.failure = failure }

    /// What is told of a leg that never came to be connected, and was not refused.
    mutating func cancelled(wasAnswered: Bool) -> Failure {
        failure.kind = isHungUp ? .hungUp : isGivenUp ? .cancelled : .abandoned
        if isHungUp { failure.reasons = farReasons }
        failure.wasAnswered = wasAnswered
        return failure
    }
}
