internal import Patterns

extension Deciding {
    /// Finds the routes of the first usage in which any matches; later usages are never looked at (domain reference §4.2).
    ///
    /// Answers true when a route can carry the call, and false when the service's own carrier is to be asked.
    func chooseRoute(
        _ number: E164, _ organizer: Organizer, _ decision: inout Decision, using scratch: borrowing Pattern.Scratch
    ) throws(Refusal) -> Bool {
        let plan = effectivePlan(of: organizer, &decision)
        let reachesOperators = organizer.licence.reachesOperators || tenant.document.settings.operatorRoutesForReducedLicences
        guard reachesOperators else {
            decision.findings.append(.reducedLicence(organizer.licence))
            return false
        }
        if plan.usages.isEmpty { decision.findings.append(.noUsages(policy: plan.policy)) }
        let winner = collect(plan, number, organizer.licence, &decision, using: scratch)
        let unmatched = winner ?? plan.usages.count
        for index in 0..<min(unmatched, Self.usageLimit) {
            decision.findings.append(.usageUnmatched(RoutePlan.UsageReference(plan: plan, index: index), number))
        }
        if unmatched > Self.usageLimit {
            decision.findings.append(.otherUsagesUnmatched(unmatched - Self.usageLimit, policy: plan.policy))
        }
        guard let winner else {
            if organizer.licence != .operatorConnectConferencing { return false }
            decision.findings.append(.noRoute(person: organizer.person, organizer.licence))
            throw Refusal(.route, .noRoute)
        }
        decision.usage = plan.usages[winner].name
        decision.findings.append(.routesMatched(RoutePlan.UsageReference(plan: plan, index: winner), decision.routes, number))
        if let first = decision.routes.first(where: \.usable) {
            tellTranslations(number, first, &decision, using: scratch)
            decision.verdict = .route
            return true
        }
        let isAllowed = tenant.document.settings.serviceCarrierAfterMatchedRoute
        let isForcedOff = organizer.licence == .operatorConnectConferencing
        decision.findings.append(
            .noUsableRoute(usage: plan.usages[winner].name, isAllowed ? (isForcedOff ? .forcedOff(organizer.licence) : .on) : .off))
        if isAllowed, !isForcedOff { return false }
        throw Refusal(.operator, .routeUnusable)
    }
}

extension Deciding {
    /// At most this many matching routes are kept in a decision; one that can be used is found however late it stands.
    static let candidateLimit = 16
    /// At most this many usages without a match are told one by one.
    static let usageLimit = 32

    private func effectivePlan(of organizer: Organizer, _ decision: inout Decision) -> RoutePlan {
        func take(_ plan: RoutePlan, _ source: Decision.PolicySource, from origin: Finding.PolicyOrigin?) -> RoutePlan {
            let policy = Decision.EffectivePolicy(name: plan.policy, source: source)
            decision.policy = policy
            decision.findings.append(.policy(policy, person: organizer.person, origin))
            return plan
        }
        let profile = organizer.profile
        if let name = profile.routingGrant {
            if let plan = tenant.plans[name] { return take(plan, .user, from: nil) }
            decision.findings.append(.grantUnknown(profile.key.grants.audioConferencingRoutingPolicy ?? name, person: organizer.person))
        }
        if let grant = tenant.routingGrants.first(where: { profile.groups.contains($0.group) }) {
            return take(grant.policy, .group, from: .group(grant.name, rank: grant.rank))
        }
        return take(tenant.globalPlan, .global, from: tenant.document.routingPolicies["Global"]?.copiedFrom.map { .copy(of: $0) })
    }

    /// Puts the matching routes into the decision, and answers the usage that won. A pattern that ran out of steps is its usage's last route,
    /// and unusable: to pass it over for routes after it would be a wrong answer.
    private func collect(
        _ plan: RoutePlan, _ number: E164, _ licence: Licence, _ decision: inout Decision, using scratch: borrowing Pattern.Scratch
    ) -> Int? {
        let table = plan.table
        do throws(RouteTable.Undecided) {
            let matches = try table.matches(number.digits, using: scratch)
            var hasUsable = false
            for index in 0..<matches.count {
                let route = plan.routes[table.entry(index, of: matches, in: scratch)]
                func take(_ candidate: Decision.Candidate) {
                    hasUsable = hasUsable || candidate.usable
                    if decision.routes.count < Self.candidateLimit || candidate.usable { decision.routes.append(candidate) }
                }
                if route.gateways.isEmpty { take(candidate(route, number, using: scratch)) }
                for gateway in route.gateways { take(candidate(route, gateway, number, licence, using: scratch)) }
                if decision.routes.count >= Self.candidateLimit, hasUsable { break }
            }
            return matches.group
        } catch {
            for route in error.found.map({ plan.routes[$0] }) {
                if route.gateways.isEmpty { decision.routes.append(candidate(route, number, using: scratch)) }
                for gateway in route.gateways { decision.routes.append(candidate(route, gateway, number, licence, using: scratch)) }
            }
            decision.routes.removeLast(max(0, decision.routes.count - Self.candidateLimit + 1))
            decision.routes.append(candidate(plan.routes[error.entry], number, isUndecided: true, using: scratch))
            return plan.usages.firstIndex { $0.routes.contains(error.entry) }
        }
    }

    private func candidate(
        _ route: RoutePlan.Route, _ number: E164, isUndecided: Bool = false, using scratch: borrowing Pattern.Scratch
    ) -> Decision.Candidate {
        var why = route.fault(operators, holders, of: tenant.document.id) ?? fault(writing: number, for: route, using: scratch)
        if isUndecided { why = .patternUndecided(route.pattern.source) }
        return Decision.Candidate(
            route: route.name, priority: route.priority, operator: route.operatorID, callerId: route.source, usable: why == nil,
            why: why?.sentence, pattern: route.pattern.source)
    }

    /// Why no trunk of the route's operator can take the numbers as its rules write them.
    private func fault(writing number: E164, for route: RoutePlan.Route, using scratch: borrowing Pattern.Scratch) -> Unusable? {
        guard let id = route.operatorID, let source = route.source, let rules = trunkRules[id], let carrier = carriers[id] else {
            return nil
        }
        for trunk in carrier.trunks where trunk.enabled {
            guard let own = rules[trunk.name] else { return nil }
            let written = try? (own.write(number, as: .called, using: scratch), own.write(source, as: .caller, using: scratch))
            if written != nil { return nil }
        }
        return .trunkRules(carrier.name)
    }

    private func candidate(
        _ route: RoutePlan.Route, _ gateway: CompiledGateway, _ number: E164, _ licence: Licence, using scratch: borrowing Pattern.Scratch
    ) -> Decision.Candidate {
        let why =
            gateway.fault(under: licence, gatewayAddresses) ?? route.fault(operators, holders, of: tenant.document.id)
            ?? route.source.flatMap { gateway.fault(writing: number, from: $0, using: scratch) }
        return Decision.Candidate(
            route: route.name, priority: route.priority, operator: nil, gateway: gateway.name, callerId: route.source, usable: why == nil,
            why: why?.sentence, pattern: route.pattern.source)
    }

    /// How the gateway that is named first writes the numbers, where it has rules that make others of them.
    private func tellTranslations(
        _ number: E164, _ candidate: Decision.Candidate, _ decision: inout Decision, using scratch: borrowing Pattern.Scratch
    ) {
        guard let name = candidate.gateway, let gateway = tenant.gateways[name.lowercased()] else { return }
        for (number, side) in [(number, NumberTranslation.Side.called), (candidate.callerId, .caller)] {
            guard let number, let written = try? gateway.translation.write(number, as: side, using: scratch), let rule = written.rule else {
                continue
            }
            decision.findings.append(.translated(from: number, to: written.text, rule: rule, gateway: gateway.name))
        }
    }
}

extension Licence {
    /// Whether the licence itself includes Operator Connect Conferencing (domain reference §14, choice 8).
    var reachesOperators: Bool { self == .audioConferencingStandard || self == .operatorConnectConferencing }
}
