/// One thing that was asked of the rules, with the answer. It becomes sentences only when somebody reads it.
package enum Finding: Equatable, Sendable {
    case tenantUnknown(String)
    case requester(Requester)
    case requesterRefused(Requester, setting: String, value: String)
    case organizerUnknown(String, tenant: String)
    case conferencingOff(tenant: String)
    case conferencingOffFor(String)
    case licence(String, Licence)
    case noLicence(String, hasCredits: Bool)
    case normalised(from: String, to: String, rule: String, plan: String)
    case extensionLeftOut(String)
    case number(E164, dialled: String, country: Country?)
    case unreadable(dialled: String, Unreadable)
    case emergency(String)
    case shortCode(String, Country)
    case premium(E164, Country?)
    case prefix(E164, prefix: String, allowed: Bool, tenant: String)
    case dialOutPolicy(name: String, isDirect: Bool, DialOutPolicy.ConferencingDialOut, DialOutTest)
    case grantUnknown(String, person: String)
    case policy(Decision.EffectivePolicy, person: String, PolicyOrigin?)
    case reducedLicence(Licence)
    case noUsages(policy: String)
    case usageUnmatched(RoutePlan.UsageReference, E164)
    /// A usage's routes as the store keeps them, whatever became of the plan.
    case usageTold(ToldUsage, E164)
    case otherUsagesUnmatched(Int, policy: String)
    case routesMatched(RoutePlan.UsageReference, [Decision.Candidate], E164)
    case noRoute(person: String, Licence)
    /// How a number is written for a gateway.
    case translated(from: E164, to: String, rule: String, gateway: String)
    case noUsableRoute(usage: String, CarrierSwitch)
    case carrier(callerID: E164, afterMatch: Bool)
    /// It follows where every matched route fails, or does not as nothing pays for its call.
    case carrierBehind(callerID: E164)
    case carrierNotBehind
    case carrierNotConfigured
    case carrierWithoutCallerID(tenant: String)
    /// The bridge's default number may not be shown.
    case carrierCallerIDUnusable(Unusable)
    case carrierTooFar(person: String, Country?)
    case unmetered
    case pool(minutesLeft: Int, of: Int)
    case poolUsedUp(minutes: Int)
    case outsidePool(Country?)
    case premiumOutsidePool(E164)
    case noPool(Licence)
    case credits(balance: Int)
    case noCredits(person: String, NoCredits)
    /// The operator that was chosen has no trunk to dial on.
    case noTrunk(operator: String)
    /// The service is about to stop.
    case draining
    /// All trunks that the call could take are at their limits, and the places to wait in are taken.
    case trunksFull
    /// The trunks that the call could take have asked to be left alone for a time.
    case trunksClosed
    /// A limit of the tenant or the organizer: what was counted, and from what on it is refused.
    case limit(DialOutLimits.Measure, count: Int, block: Int)
    /// Sentences that were kept as they are.
    case told([String])
    /// All that an operator is told.
    case operatorsView(operator: String, Decision.Candidate?)

    /// Who asks for the call, as the tenant sees that person (domain reference §3.1).
    package enum Requester: Equatable, Sendable {
        /// Nobody is named: the meeting service speaks for the organizer.
        case organizer
        case member(String)
        case guest(String)
        case federated(String, kind: DialOutKind)
        case anonymous
    }

    /// What is told of one usage: its routes in order, as far as they are told one by one.
    package struct ToldUsage: Equatable, Sendable {
        package enum Step: Equatable, Sendable {
            case unmatched(route: String, pattern: String)
            /// `isFirst` carries the call.
            case candidate(Decision.Candidate, isFirst: Bool)
        }
        let usage: String
        let steps: [Step]
        /// Routes that are told of in one sentence.
        let others: Int
    }

    package enum Unreadable: Equatable, Sendable {
        case empty, tooLong
        case character(Character)
        case ruleUndecided(rule: String, plan: String)
        case noRule(plan: String?, country: Country?)
        case notE164(String)
        case fault(E164, NumberFacts.Fault)
    }

    package enum DialOutTest: Equatable, Sendable {
        case passed
        case disabled
        case domestic(home: Country, destination: Country?)
        case zoneA(destination: Country?)
        case zoneAPremium(destination: Country?)
    }

    /// Where a policy comes from that is not granted to the organizer.
    package enum PolicyOrigin: Equatable, Sendable {
        case group(String, rank: Int)
        /// Global bears the values of another policy.
        case copy(of: String)
    }

    /// How the tenant's `serviceCarrierAfterMatchedRoute` stands.
    package enum CarrierSwitch: Equatable, Sendable { case off, on, forcedOff(Licence) }

    package enum NoCredits: CaseIterable, Equatable, Sendable { case notSetUp, noLicence, balanceSpent }
}

extension Finding {
    /// The organizer's name as it is shown, of a finding that names nothing else of a person.
    package var person: String? {
        switch self {
        case .conferencingOffFor(let person), .licence(let person, _), .noLicence(let person, _), .grantUnknown(_, let person),
            .policy(_, let person, _), .noRoute(let person, _), .carrierTooFar(let person, _), .noCredits(let person, _):
            person
        default: nil
        }
    }

    /// The same of somebody with another name.
    package func naming(_ person: String) -> Finding {
        switch self {
        case .conferencingOffFor: .conferencingOffFor(person)
        case .licence(_, let licence): .licence(person, licence)
        case .noLicence(_, let hasCredits): .noLicence(person, hasCredits: hasCredits)
        case .grantUnknown(let name, _): .grantUnknown(name, person: person)
        case .policy(let policy, _, let origin): .policy(policy, person: person, origin)
        case .noRoute(_, let licence): .noRoute(person: person, licence)
        case .carrierTooFar(_, let country): .carrierTooFar(person: person, country)
        case .noCredits(_, let why): .noCredits(person: person, why)
        default: self
        }
    }
}
