internal import Patterns

extension Lint {
    /// Routes that lead nowhere.
    func targets() -> [LintFinding] {
        var told: Set<String> = []
        var findings: [LintFinding] = []
        for route in plans.flatMap(\.routes) where told.insert(route.name.lowercased()).inserted {
            guard let why = why(route) else { continue }
            findings.append(
                LintFinding(object: "route \(route.name)", reason: "It cannot carry a call: \(why.sentence).", mend: why.mend))
        }
        return findings
    }

    /// A route with gateways is out of use where each of them is.
    private func why(_ route: RoutePlan.Route) -> Unusable? {
        if let fault = route.fault(operators, holders, of: document.id) { return fault }
        let faults = route.gateways.compactMap { $0.fault(under: .audioConferencingStandard, gatewayAddresses) }
        return faults.count == route.gateways.count ? faults.first : nil
    }

    /// Usages that mix kinds of routes, or join no route and policy.
    func usages() -> [LintFinding] {
        let listed = Set(document.routingPolicies.elements.flatMap(\.onlinePstnUsages).map { $0.lowercased() })
        var byUsage: [String: [VoiceRoute]] = [:]
        var findings: [LintFinding] = []
        for route in document.voiceRoutes.elements {
            let usages = Set(route.onlinePstnUsages.map { $0.lowercased() })
            for usage in usages { byUsage[usage, default: []].append(route) }
            if usages.isDisjoint(with: listed) {
                findings.append(
                    LintFinding(
                        object: "route \(route.name)", reason: "No routing policy lists a usage of it, so no call reaches it.",
                        mend: "Add one of its usages to a policy, or remove the route."))
            }
        }
        for usage in document.pstnUsages {
            let routes = byUsage[usage.lowercased()] ?? []
            if routes.isEmpty, listed.contains(usage.lowercased()) {
                findings.append(
                    LintFinding(
                        object: "usage \(usage)", reason: "A policy lists it, but no route carries it.",
                        mend: "Give the usage to a route, or take it out of the policy."))
            }
            let withSource = routes.filter { $0.bridgeSourcePhoneNumber != nil }
            if let other = routes.first(where: { $0.bridgeSourcePhoneNumber == nil }), let route = withSource.first {
                findings.append(
                    LintFinding(
                        object: "usage \(usage)",
                        reason: "Route \(route.name) with a BridgeSourcePhoneNumber shares it with route \(other.name) without one.",
                        mend: "Keep usages of bridge routes to bridge routes."))
            }
        }
        return findings
    }

    /// Where a policy leads nowhere, and routes in it that no call reaches.
    func findings(of plan: RoutePlan) -> [LintFinding] { reachability(plan) + fallback(plan) + leadsNowhere(plan) + suspended(plan) }

    private func reachability(_ plan: RoutePlan) -> [LintFinding] {
        var findings: [LintFinding] = []
        let unreachable = Set(plan.table.unreachable), neverFirst = Set(plan.table.neverFirst)
        // A route is in the table once for each of its usages, and tells of none that another makes up for.
        func others(than places: Set<Int>) -> Set<String> {
            Set(plan.routes.indices.filter { !places.contains($0) }.map { plan.routes[$0].name.lowercased() })
        }
        var told = others(than: unreachable)
        for index in plan.table.unreachable where !plan.routes[index].pattern.matchesNoNumber {
            guard told.insert(plan.routes[index].name.lowercased()).inserted else { continue }
            findings.append(
                LintFinding(
                    object: "route \(plan.routes[index].name)",
                    reason: "Under policy \(plan.policy) no call reaches it: whatever it matches, an earlier usage matches.",
                    mend: "List its usage before the wider one in policy \(plan.policy)."))
        }
        let shadows = shadows(in: plan)
        told = others(than: neverFirst)
        for index in plan.table.neverFirst where !unreachable.contains(index) {
            guard let earlier = shadows[index], told.insert(plan.routes[index].name.lowercased()).inserted else { continue }
            findings.append(
                LintFinding(
                    object: "route \(plan.routes[index].name)",
                    reason:
                        "Under policy \(plan.policy) it is never the first choice, and route \(earlier) before it leads to the same target.",
                    mend: "Give it a lower priority number than the wider route, another target as a backup, or remove it."))
        }
        return findings
    }

    /// A table that would have grown past its limits.
    private func fallback(_ plan: RoutePlan) -> [LintFinding] {
        let how: String
        switch plan.table.shape {
        case .automaton: return []
        case .index(let digits, _, _, _): how = "the first \(digits) digits choose routes, whose patterns are then asked one by one"
        case .inOrder: how = "its \(plan.routes.count) patterns are asked one by one"
        }
        return [
            LintFinding(
                object: "policy \(plan.policy)",
                reason: "Its patterns are too many or too wide for one automaton: \(how), and decisions take longer.",
                mend: "Anchor the patterns with ^\\+ and digits, or split the policy.")
        ]
    }

    /// By a route's place, an earlier route of the same usage with the same source number or gateways.
    private func shadows(in plan: RoutePlan) -> [Int: String] {
        var shadows: [Int: String] = [:]
        for usage in plan.usages {
            var first: [RoutePlan.Route.Target: String] = [:]
            for index in usage.routes where plan.routes[index].fault == nil {
                let route = plan.routes[index], target = route.whereTo
                if let earlier = first[target] { shadows[index] = earlier } else { first[target] = route.name }
            }
        }
        return shadows
    }

    private func leadsNowhere(_ plan: RoutePlan) -> [LintFinding] {
        let isGranted = plan.policy.lowercased() != "global"
        if plan.usages.isEmpty {
            guard isGranted else { return [] }
            return [
                LintFinding(
                    object: "policy \(plan.policy)", reason: "It lists no usage, so its holders have no route.", mend: "Add a usage to it.")
            ]
        }
        guard !plan.routes.isEmpty, plan.routes.allSatisfy({ why($0) != nil }) else { return [] }
        return [
            LintFinding(
                object: "policy \(plan.policy)",
                reason: "None of its routes can carry a call, as none leads to a number or a gateway that can be used.",
                mend: "See the warnings of its routes, and mend one of them.")
        ]
    }
}

extension Lint {
    /// Suspended operators that some of a policy's routes lead to; with all routes out of use the policy leads nowhere, which is told already.
    private func suspended(_ plan: RoutePlan) -> [LintFinding] {
        guard plan.routes.contains(where: { why($0) == nil }) else { return [] }
        var routes: [String: [String]] = [:], left: Set<String> = []
        for route in plan.routes {
            guard let fault = route.fault, let id = fault.suspendedOperator, routes[id]?.contains(route.name) != true else { continue }
            routes[id, default: []].append(route.name)
            if case .operatorLeft = fault { left.insert(id) }
        }
        return routes.sorted { $0.key < $1.key }.map { id, names in
            let mend = left.contains(id) ? "Ask the operator to accept the agreement again" : "Resume the operator"
            return LintFinding(
                object: "policy \(plan.policy)",
                reason: "It leads to the suspended operator \(id) by \(names.count == 1 ? "route" : "routes") \(enumeration(names)).",
                mend: "\(mend), or take its routes out of the policy's usages.")
        }
    }
}

extension Unusable {
    /// Whose relation with the tenant is suspended, by either's word.
    fileprivate var suspendedOperator: String? {
        switch self {
        case .operatorSuspended(let id), .operatorLeft(let id, _, _): id
        default: nil
        }
    }

    var mend: String {
        switch self {
        case .noTarget: "Set its BridgeSourcePhoneNumber."
        case .gatewayUnknown: "Make the gateway with New-CsOnlinePSTNGateway, or take it out of the route."
        case .gatewayDisabled: "Enable it with Set-CsOnlinePSTNGateway -Enabled $true, or take it out of the route."
        case .gatewayNotUnderLicence: "Give the route a BridgeSourcePhoneNumber, or the organizer another licence."
        case .gatewayAddress: "Give the gateway a public address, or ask the service's provider to allow private ones."
        case .gatewayRule: "Let the rule make a number of at most 32 digits, perhaps with a plus."
        case .gatewayCallerID: "Set a toll number of the service's own carrier as the bridge's DefaultServiceNumber."
        case .numberReleased: "Name a number that the tenant has."
        case .numberNotOnBridge: "Register the number on the bridge with Register-CsOnlineDialInConferencingServiceNumber."
        case .numberNotConference: "Ask the operator for a conference number."
        case .numberTollFree: "Name a toll number."
        case .numberOfServiceCarrier: "Name a number that an Operator Connect operator provided."
        case .numberOfOperator: "Name a toll number of the service's own carrier."
        case .numberOfSeveralTenants: "Ask the service's provider which tenant it belongs to; it is to be released by the others."
        case .numberNotUploaded: "Ask the operator to upload the number with an order."
        case .operatorNotMine: "Add the operator as one of the tenant's operators."
        case .operatorSuspended: "Resume the operator, or name another operator's number."
        case .operatorLeft: "Ask the operator to accept the agreement again, or name another operator's number."
        case .countryNotEnabled: "Enable the country for the operator."
        case .operatorGone: "Ask the service's provider to configure the operator."
        case .operatorWithoutConferencing: "Choose an operator that offers Conferencing."
        case .trunkRules: "Ask the service's provider to mend the number rules of the operator's trunks."
        case .operatorWithoutTrunk: "Ask the service's provider to configure a trunk for the operator."
        case .patternUndecided: "Write the pattern without nested repetition."
        }
    }
}
