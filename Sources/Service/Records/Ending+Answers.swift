extension Ending {
    /// What a final response of the operator's side says about the call.
    private struct Meaning {
        let outcome: Outcome
        let endedBy: EndedBy
        /// Q.850, when the far side's Reason header does not say.
        let cause: Int
        var reason: String?
    }

    /// A final answer of the operator's side, after it `rang` or before (domain reference §10.1); `isBlocked` when somebody on the way
    /// gave it, and not the callee.
    package static func answered(with sip: Int, rang: Bool, isBlocked: Bool = false, cause: Int?) -> Ending {
        let meaning = meaning(of: sip, rang: rang, isBlocked: isBlocked)
        return Ending(
            outcome: meaning.outcome, endedBy: meaning.endedBy, code: sip, subcode: 560_000 + sip, reason: meaning.reason,
            cause: cause ?? meaning.cause)
    }

    /// A network, or somebody's analytics, blocks the call.
    private static let blocked = "callBlocked"
    /// The callee wants no such calls.
    private static let unwanted = "callUnwanted"

    /// The one table of final responses. Causes are those of RFC 3398 §8.2.6.1; where that has none, by Q.850's own text: 23 for a
    /// redirection, 31 for 487, 88 for 488 and 606, 21 for 433, 607 and 608 (RFC 5079, 8197, 8688).
    /// `GoldenEndingTests` holds each row against `Golden/endings.txt`.
    private static func meaning(of sip: Int, rang: Bool, isBlocked: Bool) -> Meaning {
        switch sip {
        case 608,
            603 where isBlocked, 607 where isBlocked, 433 where isBlocked:
            return Meaning(outcome: .declined, endedBy: .operator, cause: 21, reason: blocked)
        case 607: return Meaning(outcome: .declined, endedBy: .callee, cause: 21, reason: unwanted)
        default: break
        }
        let (outcome, endedBy, cause): (Outcome, EndedBy, Int) =
            switch sip {
            case 486, 600: (.busy, .callee, 17)
            case 603: (.declined, .callee, 21)
            case 433: (.declined, .callee, 21)
            case 403: (.declined, .operator, 21)

            case 480 where rang, 408 where rang: (.noAnswer, .callee, 19)
            case 480: (.noAnswer, .operator, 18)

            case 404, 604, 485: (.unreachable, .operator, 1)
            case 410: (.unreachable, .operator, 22)
            case 484: (.unreachable, .operator, 28)
            case 408: (.unreachable, .operator, 102)

            case 487: (.cancelled, .operator, 31)

            case 301: (.failed, .operator, 22)
            case 300, 302...399: (.failed, .operator, 23)
            case 401, 402, 407: (.failed, .operator, 21)
            case 405: (.failed, .operator, 63)
            case 406, 415, 501: (.failed, .operator, 79)
            case 400, 481, 500, 503: (.failed, .operator, 41)
            case 482, 483: (.failed, .operator, 25)
            case 488, 606: (.failed, .operator, 88)
            case 502: (.failed, .operator, 38)
            case 504: (.failed, .operator, 102)
            default: (.failed, .operator, 127)
            }
        return Meaning(outcome: outcome, endedBy: endedBy, cause: cause)
    }

    /// The final answer that says the same as a cause told before the call was answered (RFC 3398 §7.2.4.1, with the callee's own 603 for 21).
    static func code(for cause: Int?) -> Int {
        switch cause {
        case 1, 2, 3, 26: 404
        case 17: 486
        case 21: 603
        case 22, 23: 410
        case 27: 502
        case 28: 484
        case 29, 79: 501
        case 34, 38, 41, 42, 47, 58, 88: 503
        case 55, 57, 87: 403
        case 65, 70: 488
        case 102: 504
        case 111, 127: 500
        default: 480
        }
    }
}
