import Basis
import Dialing
import Web

extension Problem {
    /// Whatever went wrong, in the contract's form.
    init(of error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let invalid as InvalidField: self = .invalid(invalid.field, invalid.rule)
        case let invalid as InvalidChange:
            self =
                switch invalid.kind {
                case .invalid: Problem(422, "Unprocessable Content", detail: "\(invalid)", reason: "invalidConfiguration")
                case .forbidden: .forbidden("\(invalid)")
                case .conflict: .conflict("\(invalid)")
                }
            members = [("document", JSON.encode(invalid.document)), ("field", JSON.encode(invalid.field))]
        case let failure as StoreFailure: self = .storeFails(failure)
        default: self = Problem(500, "Internal Server Error", detail: "\(error)", reason: "internalError")
        }
    }

    static func invalid(_ field: String, _ rule: String) -> Problem {
        var problem = Problem(400, "Bad Request", detail: "\(field) \(rule)", reason: "malformedRequest")
        problem.members = [("field", JSON.encode(field))]
        return problem
    }

    static func notFound(_ thing: String, _ name: String) -> Problem {
        Problem(404, "Not Found", detail: "there is no \(thing) \(name.excerpt)", reason: "notFound")
    }

    /// Of one tenant, or of none.
    static func unknownOrganizer(_ organizer: String, of tenant: String? = nil) -> Problem {
        let reason = RefusalReason.unknownOrganizer, who = tenant.map { "the tenant \($0) has no" } ?? "no tenant has a"
        var problem = Problem(404, reason.title, detail: "\(who) user \(organizer.excerpt)", reason: reason.rawValue)
        problem.members = [("code", JSON.encode(reason.code))]
        return problem
    }

    /// RFC 6750 §3: a request without credentials is told the scheme alone.
    static func unauthorized(hasToken: Bool) -> Problem {
        var problem = Problem(401, "Unauthorized", detail: "a bearer token in force is needed", reason: "unauthorized")
        problem.headers = [("WWW-Authenticate", "Bearer realm=\"dialout\"" + (hasToken ? ", error=\"invalid_token\"" : ""))]
        return problem
    }

    static func forbidden(_ detail: String) -> Problem { Problem(403, "Forbidden", detail: detail, reason: "forbidden") }

    static func conflict(_ detail: String) -> Problem { Problem(409, "Conflict", detail: detail, reason: "conflict") }

    static func storeFails(_ failure: StoreFailure) -> Problem {
        var problem = Problem(
            503, "Service Unavailable", detail: "the store takes nothing at the moment: \(failure.message)", reason: "storeUnavailable")
        problem.retryAfter = 1
        return problem
    }

    /// A refusal by the rules, with the decision inside and the id under which it is kept (contract, "Dial-outs").
    static func refused(_ dialOut: DialOut) -> Problem {
        let decision = dialOut.wholeDecision
        guard let reason = decision.reason else { preconditionFailure("refused without a reason") }
        var problem = Problem(reason.httpStatus, reason.title, detail: decision.conclusion, reason: reason.rawValue)
        problem.type = "urn:dialout:refusal:\(reason.rawValue)"
        problem.dialOut = "\(dialOut.id)"
        problem.members = [
            ("id", JSON.encode(dialOut.id)), ("code", JSON.encode(reason.code)), ("subcode", JSON.encode(reason.subcode)),
            ("decision", JSON.encode(decision)),
        ]
        if reason.isTransient {
            problem.retryAfter =
                dialOut.retryAfter.map { max(1, Int(($0.millisecondsRoundedUp + 999) / 1000)) } ?? (reason == .draining ? 30 : 5)
        }
        return problem
    }
}

extension RefusalReason {
    var title: String {
        switch self {
        case .unknownOrganizer: "The organizer is not known"
        case .requesterNotAllowed: "The requester may not dial out"
        case .noLicence: "The organizer has no licence for dial-out"
        case .audioConferencingDisabled: "Audio Conferencing is switched off"
        case .dialOutDisabled: "Dial-out is switched off for the organizer"
        case .domesticOnly: "The organizer's meetings may dial domestic numbers only"
        case .zoneAOnly: "The organizer's meetings may dial Zone A countries only"
        case .destinationBlocked: "The destination is blocked"
        case .emergencyNumber: "Emergency numbers cannot be dialled from a meeting"
        case .premiumNumber: "Premium-rate numbers cannot be dialled from a meeting"
        case .noRoute: "No route matches the number"
        case .creditsExhausted: "Included minutes and credits are used up"
        case .invalidNumber: "The number cannot be dialled"
        case .routeUnusable: "The matching route cannot be used"
        case .operatorUnavailable: "The operator cannot be reached"
        case .draining: "The service takes no new calls"
        case .tooManyCalls: "Too many calls"
        case .tooManyRequests: "Too many requests"
        }
    }
}

extension Problem {
    /// More that takes long waits to be done than may.
    static var tooManyBodies: Problem {
        var problem = Problem(503, "Service Unavailable", detail: "too many long bodies, documents and lists wait", reason: "busy")
        problem.retryAfter = 2
        return problem
    }
}
