internal import Patterns

/// A tenant's document made ready for decisions. It is never changed; the next version of the document makes another one.
final class CompiledTenant: Sendable {
    let document: Tenant
    /// By lower-case policy name.
    let plans: [String: RoutePlan]
    let dialPlans: [String: CompiledDialPlan]
    /// By rank, the highest first; groups in lower case.
    let routingGrants: [GroupGrant<RoutePlan>]
    let dialPlanGrants: [GroupGrant<CompiledDialPlan>]
    let prefixes: PrefixRules
    let globalPlan: RoutePlan
    let globalDialPlan: CompiledDialPlan

    struct GroupGrant<Policy: Sendable>: Sendable {
        let group: String
        let policy: Policy
    }

    init(_ document: Tenant, plans: [String: RoutePlan], dialPlans: [String: CompiledDialPlan]) {
        self.document = document
        self.plans = plans
        self.dialPlans = dialPlans
        globalPlan = plans["global"]!
        globalDialPlan = dialPlans["global"]!
        func grants<Policy>(_ type: GroupPolicyAssignment.PolicyType, _ policies: [String: Policy]) -> [GroupGrant<Policy>] {
            document.groupAssignments.filter { $0.policyType == type }.sorted { $0.rank < $1.rank }.compactMap { assignment in
                policies[assignment.policyName.lowercased()].map { GroupGrant(group: assignment.group.lowercased(), policy: $0) }
            }
        }
        routingGrants = grants(.onlineAudioConferencingRoutingPolicy, plans)
        dialPlanGrants = grants(.tenantDialPlan, dialPlans)
        prefixes = PrefixRules(denied: document.settings.deniedPrefixes, allowed: document.settings.allowedPrefixes)
    }
}

/// Makes tenants ready, and keeps what several of them have in common once.
struct Compiler: Sendable {
    private var patterns = Interned<String, Pattern>()
    private var tables = Interned<RoutePlan.TableKey, RouteTable>()

    var patternCount: Int { patterns.count }
    var tableCount: Int { tables.count }

    /// Checks the document whole and makes it ready; on failure nothing is kept.
    mutating func compile(_ tenant: Tenant) throws(InvalidChange) -> CompiledTenant {
        try tenant.validate()
        var acquired: [String] = []
        do throws(InvalidChange) {
            for route in tenant.voiceRoutes.elements {
                _ = try pattern(route.numberPattern, "voiceRoutes[\(route.name)].numberPattern", of: tenant, &acquired)
            }
            var dialPlans: [String: CompiledDialPlan] = [:]
            for plan in tenant.dialPlans.elements { dialPlans[plan.name.lowercased()] = try compile(plan, of: tenant, &acquired) }
            let routes = RoutesByUsage(tenant)
            let total = tenant.routingPolicies.elements.reduce(0) { $1.onlinePstnUsages.reduce($0) { $0 + routes[$1].count } }
            guard total <= TenantLimits.routesOfPolicies else {
                throw tenant.invalid("routingPolicies", "policies lead to at most \(TenantLimits.routesOfPolicies) routes, not \(total)")
            }
            var plans: [String: RoutePlan] = [:]
            for policy in tenant.routingPolicies.elements { plans[policy.name.lowercased()] = plan(policy, routes) }
            return CompiledTenant(tenant, plans: plans, dialPlans: dialPlans)
        } catch {
            for source in acquired { patterns.release(source) }
            throw error
        }
    }

    /// Gives back what the tenant used, so that what nobody uses any more goes.
    mutating func release(_ tenant: CompiledTenant) {
        for route in tenant.document.voiceRoutes.elements { patterns.release(route.numberPattern) }
        for plan in tenant.document.dialPlans.elements {
            for rule in plan.normalizationRules { patterns.release(rule.pattern) }
        }
        for plan in tenant.plans.values { tables.release(plan.tableKey) }
    }

    private mutating func pattern(
        _ source: String, _ field: @autoclosure () -> String, of tenant: Tenant, _ acquired: inout [String]
    ) throws(InvalidChange) -> Pattern {
        do throws(Pattern.Invalid) {
            let pattern = try patterns.acquire(source) { () throws(Pattern.Invalid) in try Pattern(source) }
            acquired.append(source)
            return pattern
        } catch {
            let hint = error.hint.map { "; \($0)" } ?? ""
            throw tenant.invalid(field(), "\(source) is not a pattern: \(error.message), at offset \(error.offset)\(hint)")
        }
    }

    private mutating func compile(
        _ plan: TenantDialPlan, of tenant: Tenant, _ acquired: inout [String]
    ) throws(InvalidChange) -> CompiledDialPlan {
        var rules: [CompiledDialPlan.Rule] = []
        for rule in plan.normalizationRules {
            let field = "dialPlans[\(plan.name)].normalizationRules[\(rule.name)]"
            let pattern = try pattern(rule.pattern, field + ".pattern", of: tenant, &acquired)
            do throws(Replacement.TooLong) {
                let replacement = try Replacement(rule.translation, for: pattern)
                rules.append(CompiledDialPlan.Rule(name: rule.name, pattern: pattern, replacement: replacement))
            } catch {
                throw tenant.invalid(field + ".translation", "a translation has at most \(Replacement.limit) bytes")
            }
        }
        return CompiledDialPlan(name: plan.name, rules: rules)
    }

    private mutating func plan(_ policy: AudioConferencingRoutingPolicy, _ byUsage: RoutesByUsage) -> RoutePlan {
        var usages: [RoutePlan.Usage] = []
        var routes: [RoutePlan.Route] = []
        for usage in policy.onlinePstnUsages {
            let start = routes.count
            routes += byUsage[usage]
            usages.append(RoutePlan.Usage(name: usage, routes: start..<routes.count))
        }
        let key = RoutePlan.tableKey(usages, routes)
        let table = tables.acquire(key) { [patterns] in
            RouteTable(zip(key.patterns, key.usages).map { RouteTable.Entry(pattern: patterns[$0]!, group: $1) })
        }
        return RoutePlan(policy: policy.name, usages: usages, routes: routes, table: table)
    }
}

/// A tenant's routes by lower-case usage, each list by priority, ties by creation (domain reference §14, choice 4).
private struct RoutesByUsage {
    private var routes: [String: [RoutePlan.Route]] = [:]

    subscript(usage: String) -> [RoutePlan.Route] { routes[usage.lowercased()] ?? [] }

    init(_ tenant: Tenant) {
        let targets = RouteTargets(tenant)
        let ordered = tenant.voiceRoutes.elements.enumerated().sorted {
            ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset)
        }
        for (_, route) in ordered {
            let source = route.bridgeSourcePhoneNumber
            let ready = RoutePlan.Route(
                name: route.name, priority: route.priority, pattern: route.numberPattern, source: source,
                operatorID: source.flatMap { targets.numbers[$0]?.operatorID }, fault: targets.fault(of: route))
            for usage in Set(route.onlinePstnUsages.map { $0.lowercased() }) { routes[usage, default: []].append(ready) }
        }
    }
}

/// Where the tenant's routes lead (domain reference §4.4, §4.6).
private struct RouteTargets {
    let numbers: [E164: PhoneNumberAssignment]
    private let tenant: Tenant

    init(_ tenant: Tenant) {
        self.tenant = tenant
        numbers = Dictionary(tenant.numbers.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func fault(of route: VoiceRoute) -> Unusable? {
        guard let source = route.bridgeSourcePhoneNumber else {
            return route.onlinePstnGatewayList.isEmpty ? .noTarget : .gateways(route.onlinePstnGatewayList)
        }
        guard let number = numbers[source] else { return .numberReleased(source) }
        return fault(of: number)
    }

    private func fault(of number: PhoneNumberAssignment) -> Unusable? {
        let source = number.telephoneNumber
        if number.operatorID == Operator.serviceCarrier { return .numberOfServiceCarrier(source) }
        if number.usage != .conference { return .numberNotConference(source) }
        if number.status != .conferenceAssigned { return .numberNotOnBridge(source) }
        if number.isTollFree { return .numberTollFree(source) }
        guard let relation = tenant.relation(to: number.operatorID) else { return .operatorNotMine(number.operatorID, source) }
        if relation.status == .suspended { return .operatorSuspended(number.operatorID) }
        if let country = number.country ?? NumberFacts(of: source).country, !relation.countries.contains(country) {
            return .countryNotEnabled(number.operatorID, country, source)
        }
        return nil
    }
}
