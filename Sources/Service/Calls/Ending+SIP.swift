import Basis
import Dialing
import SIP

extension Ending {
    /// A leg that never connected; `told` is what a provisional response gave for a reason.
    init(_ failure: Failure, hasRung: Bool, stop: Trunks.Stop?, requested: Ending?, told: [Reason] = []) {
        self = Ending.of(failure, hasRung, stop, requested)
        switch (failure.kind, stop) {
        case (.rejected, nil), (.hungUp, _): explain(by: failure.reasons.q850 == nil ? failure.reasons + told : failure.reasons)
        case (.abandoned, nil), (_, .rangOut): explain(by: told)
        case (.rejected, _), (.cancelled, _), (.abandoned, _), (.timedOut, _), (.unreachable, _), (.answeredInVain, _), (.notKept, _),
            (.invalid, _), (.tooMany, _):
            break
        }
    }

    private static func of(_ failure: Failure, _ hasRung: Bool, _ stop: Trunks.Stop?, _ requested: Ending?) -> Ending {
        if failure.kind == .hungUp {
            let code = failure.reasons.sip ?? code(for: failure.reasons.q850)
            return answered(with: code, rang: true, isBlocked: failure.isBlocked(code), cause: nil)
        }
        switch stop {
        case .meeting, .draining: return requested ?? .cancelled
        case .rangOut: return hasRung ? .rangOut : .noResponse
        case .tooLong, .silent: return .noResponse
        case nil: break
        }
        switch failure.kind {
        case .rejected:
            let code = failure.code ?? 500
            return answered(with: code, rang: hasRung, isBlocked: failure.isBlocked(code), cause: nil)
        case .cancelled: return .cancelled
        case .abandoned, .hungUp: return hasRung ? .rangOut : .noResponse
        case .timedOut: return .noResponse
        case .unreachable: return .transportFailed
        case .answeredInVain: return .withoutMedia
        case .notKept: return .storeFails
        case .invalid, .tooMany:
            return Ending(outcome: .failed, endedBy: .service, code: 500, subcode: 520_501, reason: "operatorUnavailable", cause: 41)
        }
    }

    /// A leg that was connected.
    init(by endedBy: SIP.EndedBy, reasons: [Reason], stop: Trunks.Stop?) {
        switch (stop, endedBy) {
        case (_, .farEnd):
            self = .completed(by: .callee)
            explain(by: reasons)
        case (.meeting, .us): self = .completed(by: .meeting)
        case (_, .us): self = .completed(by: .service, cause: stop?.told.cause ?? 16)
        case (_, .sessionExpired): self = .completed(by: .operator, cause: 102)
        case (_, .incompatible): self = .completed(by: .operator, cause: 88)
        }
    }

    /// Takes over what the far side gave for a cause, and its words.
    private mutating func explain(by reasons: [Reason]) {
        cause = reasons.q850 ?? cause
        causeText = reasons.words
    }
}

extension Failure {
    /// Words by which networks that block calls tell it in a 603's phrase, as ATIS-1000099's `Network Blocked`.
    private static let blockingWords = ["block", "fraud", "spam", "network", "analytics", "screen"]

    /// Whether a refusal that could be the callee's is an intermediary's.
    func isBlocked(_ code: Int) -> Bool {
        if reasons.areOfIntermediary { return true }
        let phrase = phrase.lowercased()
        return code == 603 && kind == .rejected && Self.blockingWords.contains { phrase.contains($0) }
    }

    /// What is to be read of it in the attempt's record: the far side's words, or ours where it said nothing.
    var account: String? {
        switch kind {
        case .rejected: retryAfter.map { "\(summary) (Retry-After: \($0))" } ?? summary
        case .timedOut: "no response"
        case .unreachable: phrase.isEmpty ? "nothing gets there" : phrase
        case .answeredInVain: "\(phrase) (no usable session description)"
        case .notKept: "\(phrase) (hung up, for the store took nothing)"
        case .invalid(let field): "\(field.rawValue) cannot be written"
        case .tooMany: "too many calls at once"
        case .hungUp: "hung up before it was answered"
        case .cancelled, .abandoned: wasAnswered ? "answered in the moment it was given up" : phrase.isEmpty ? nil : phrase
        }
    }
}

extension [Reason] {
    /// The Q.850 cause that the far side gave.
    var q850: Int? { byCause?.cause }

    private var byCause: Reason? { first { $0.protocol.uppercased() == "Q.850" && $0.cause != nil } }

    /// The words of that cause; where it has none, the first that there are.
    var words: String? { byCause?.text ?? lazy.compactMap(\.text).first }

    /// A final response's code that stands for the call's end (RFC 3326 §2).
    var sip: Int? { lazy.filter { $0.protocol.uppercased() == "SIP" }.compactMap(\.cause).first { $0 >= 300 } }

    /// Whether they name somebody between us and the callee: a network's location (RFC 8606), analytics (ATIS-1000099), or a 608 (RFC 8688).
    var areOfIntermediary: Bool {
        contains { reason in
            if reason.protocol.uppercased() == "SIP" { return reason.cause == 608 }
            let isUserSide = ["U", "LPN", "RPN"].contains(reason.location ?? "U")
            return !isUserSide || reason.text?.lowercased().hasPrefix("v=analytics") == true
        }
    }
}

extension PlannedAttempt {
    /// Whether the operator's own list says to try the next trunk; 6xx never does (domain reference §9.3).
    func failsOver(_ failure: Failure) -> Bool {
        switch failure.kind {
        case .timedOut, .unreachable, .tooMany: true
        case .rejected: failure.code.map { $0 < 600 && failoverCodes.contains($0) } ?? false
        case .cancelled, .abandoned, .hungUp, .answeredInVain, .notKept, .invalid: false
        }
    }

    /// Whether another caller ID would fare no better on the trunk: nothing comes of it, or it says that it or the network behind it has no time
    /// (domain reference §9.3). Any other code may be said to who calls.
    func isOfTrunk(_ failure: Failure) -> Bool {
        switch failure.kind {
        case .timedOut, .unreachable: true
        case .rejected: failure.code.map { [408, 503, 504].contains($0) } ?? false
        case .cancelled, .abandoned, .hungUp, .answeredInVain, .notKept, .invalid, .tooMany: false
        }
    }

    /// Whether another address of the trunk is left to try.
    var hasOtherAddress: Bool { addresses?.isEmpty == false }
}
