import Dialing
import SIP

extension Ending {
    /// A leg that never connected.
    init(_ failure: Failure, hasRung: Bool, stop: Trunks.Stop?, requested: Ending?) {
        switch stop {
        case .meeting, .draining: self = requested ?? .cancelled
        case .rangOut: self = hasRung ? .rangOut : .noResponse
        case .tooLong, .silent: self = .noResponse
        case nil:
            switch failure.kind {
            case .rejected: self = .answered(with: failure.code ?? 500, rang: hasRung, cause: failure.reasons.q850)
            case .cancelled: self = .cancelled
            case .abandoned: self = hasRung ? .rangOut : .noResponse
            case .timedOut: self = .noResponse
            case .unreachable: self = .transportFailed
            case .answeredInVain: self = .withoutMedia
            case .invalid, .tooMany:
                self = Ending(outcome: .failed, endedBy: .service, code: 500, subcode: 520_501, reason: "operatorUnavailable", cause: 41)
            }
        }
    }

    /// A leg that was connected.
    init(by endedBy: SIP.EndedBy, reasons: [Reason], stop: Trunks.Stop?) {
        let cause = reasons.q850 ?? 16
        self =
            switch (stop, endedBy) {
            case (_, .farEnd): .completed(by: .callee, cause: cause)
            case (.meeting, .us): .completed(by: .meeting)
            case (_, .us): .completed(by: .service, cause: stop?.told.cause ?? 16)
            case (_, .sessionExpired): .completed(by: .operator, cause: 102)
            }
    }
}

extension Failure {
    /// What is to be read of it in the attempt's record: the far side's words, or ours where it said nothing.
    var account: String? {
        switch kind {
        case .rejected: retryAfter.map { "\(summary) (Retry-After: \($0))" } ?? summary
        case .timedOut: "no response"
        case .unreachable: phrase.isEmpty ? "nothing gets there" : phrase
        case .answeredInVain: "\(phrase) (no usable session description)"
        case .invalid(let field): "\(field.rawValue) cannot be written"
        case .tooMany: "too many calls at once"
        case .cancelled, .abandoned: wasAnswered ? "answered in the moment it was given up" : phrase.isEmpty ? nil : phrase
        }
    }
}

extension Trunks.Stop {
    /// What CANCEL or BYE says of it to the far end (RFC 3326).
    var told: Reason {
        switch self {
        case .meeting: .normalClearing
        case .rangOut: .noAnswer
        case .tooLong: Reason(protocol: "Q.850", cause: 16, text: "Maximum duration reached")
        case .draining: .temporaryFailure
        case .silent: .timerExpired
        }
    }
}

extension [Reason] {
    /// The Q.850 cause that the far side gave.
    var q850: Int? { lazy.filter { $0.protocol.uppercased() == "Q.850" }.compactMap(\.cause).first }
}

extension PlannedAttempt {
    /// Whether the operator's own list says to try the next trunk; 6xx never does (domain reference §9.3).
    func failsOver(_ failure: Failure) -> Bool {
        switch failure.kind {
        case .timedOut, .unreachable, .tooMany: true
        case .rejected: failure.code.map { $0 < 600 && failoverCodes.contains($0) } ?? false
        case .cancelled, .abandoned, .answeredInVain, .invalid: false
        }
    }

    /// Whether another address of the trunk is left to try.
    var hasOtherAddress: Bool { addresses?.isEmpty == false }
}

extension Trunk {
    /// By which the service answers the trunk's challenges.
    var credentials: (username: String, password: String)? {
        guard let username, let password else { return nil }
        return (username, password)
    }
}
