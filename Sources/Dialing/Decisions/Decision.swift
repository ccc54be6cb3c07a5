/// What is asked of the rules: may this organizer's meeting dial this number, and which way does the call go?
package struct Inquiry: Equatable, Sendable {
    package var organizer: String
    /// As a person typed it.
    package var dialled: String
    /// Who in the meeting asks for it: a principal name, `anonymous`, or nil when the meeting service speaks for the organizer.
    package var requestedBy: String?
    package var kind: DialOutKind

    package init(organizer: String, dialled: String, requestedBy: String? = nil, kind: DialOutKind = .inviteNumber) {
        self.organizer = organizer
        self.dialled = dialled
        self.requestedBy = requestedBy
        self.kind = kind
    }
}

/// Both take the same routing (domain reference §1).
package enum DialOutKind: String, Codable, CaseIterable, Sendable {
    /// *Call me at*: the participant's own phone.
    case callMeAt
    /// *Invite someone or dial a number*: a third party's.
    case inviteNumber
}

/// Where a refusal was spoken (contract, "Decisions").
package enum Gate: String, Codable, CaseIterable, Sendable {
    case requester, organizer, licence, number, dialOutPolicy, route, `operator`, credits, capacity
}

/// Why a request was refused (contract, "Decisions").
package enum RefusalReason: String, Codable, CaseIterable, Sendable {
    case unknownOrganizer
    case requesterNotAllowed, noLicence, audioConferencingDisabled, dialOutDisabled, domesticOnly, zoneAOnly, destinationBlocked
    case emergencyNumber, premiumNumber, noRoute, creditsExhausted
    case invalidNumber
    case routeUnusable, operatorUnavailable, draining
    case tooManyCalls, tooManyRequests

    package var httpStatus: Int {
        switch self {
        case .unknownOrganizer: 404
        case .requesterNotAllowed, .noLicence, .audioConferencingDisabled, .dialOutDisabled, .domesticOnly, .zoneAOnly,
            .destinationBlocked, .emergencyNumber, .premiumNumber, .noRoute, .creditsExhausted:
            403
        case .invalidNumber: 422
        case .routeUnusable, .operatorUnavailable, .draining: 503
        case .tooManyCalls, .tooManyRequests: 429
        }
    }

    /// The SIP-like `code` of the record (domain reference §10.1).
    package var code: Int {
        switch httpStatus {
        case 404: 404
        case 403: 403
        case 422: 484
        default: 503
        }
    }

    /// The `subcode` of the record: a family of our own, 520 and the refusal's place in the contract's table (domain reference §10.1).
    package var subcode: Int {
        let place = Self.allCases.firstIndex(of: self)!
        return 520_000 + (place + 1)
    }
}

/// What the rules said, with reasons (contract, "Decisions"). Everything the dry run, the refusal, the record and the log print.
package struct Decision: Equatable, Sendable {
    package enum Verdict: String, Codable, CaseIterable, Sendable { case route, serviceCarrier, refuse }
    package enum PolicySource: String, Codable, CaseIterable, Sendable { case user, group, global }
    package struct EffectivePolicy: Codable, Equatable, Sendable {
        package var name: String
        package var source: PolicySource
        package init(name: String, source: PolicySource) {
            self.name = name
            self.source = source
        }
    }

    /// A matching route of the winning usage, in the order in which routes are tried.
    package struct Candidate: Equatable, Sendable {
        package var route: String
        package var priority: Int
        /// Nil where a gateway carries the call.
        package var `operator`: String?
        /// One of the route's gateways; they are tried in random order, the healthy ones first.
        package var gateway: String?
        package var callerId: E164?
        package var usable: Bool
        /// Why it is not usable.
        package var why: String?
        /// The pattern that is found in the number; told in sentences only.
        package var pattern: String

        package init(
            route: String, priority: Int, operator: String?, gateway: String? = nil, callerId: E164?, usable: Bool, why: String?,
            pattern: String = ""
        ) {
            self.route = route
            self.priority = priority
            self.operator = `operator`
            self.gateway = gateway
            self.callerId = callerId
            self.usable = usable
            self.why = why
            self.pattern = pattern
        }
    }

    package var verdict: Verdict
    package var gate: Gate?
    package var reason: RefusalReason?
    package var organizer: String
    /// The licence that counted.
    package var licence: Licence?
    package var dialled: String
    package var number: E164?
    package var country: Country?
    package var policy: EffectivePolicy?
    package var usage: String?
    package var routes: [Candidate]
    /// What was asked and answered, in order; each becomes one sentence.
    package var findings: [Finding]
    package var configVersion: Int64

    /// The bridge's default number, where the service's own carrier takes the call, or would behind routes that fail.
    package var serviceCallerID: E164?

    package init(organizer: String, dialled: String, configVersion: Int64) {
        verdict = .refuse
        self.organizer = organizer
        self.dialled = dialled
        self.configVersion = configVersion
        routes = []
        findings = []
    }
}
