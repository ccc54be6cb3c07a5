internal import Patterns

/// A tenant's document made ready for decisions. It is never changed; the next version of the document makes another one.
final class CompiledTenant: Sendable {
    let document: Tenant
    /// By lower-case policy name.
    let plans: [String: RoutePlan]
    let dialPlans: [String: CompiledDialPlan]
    /// By rank, the highest first.
    let routingGrants: [GroupGrant<RoutePlan>]
    let dialPlanGrants: [GroupGrant<CompiledDialPlan>]
    /// Whether anonymous participants may dial out, by lower-case name of the organizer's meeting policy.
    let anonymousDialOut: [String: Bool]
    let meetingGrants: [GroupGrant<Bool>]
    let prefixes: PrefixRules
    let globalPlan: RoutePlan
    let globalDialPlan: CompiledDialPlan
    /// Why the service's own carrier may not show the bridge's default number.
    let defaultNumberFault: Unusable?
    /// By lower-case name.
    let gateways: [String: CompiledGateway]

    struct GroupGrant<Policy: Sendable>: Sendable {
        /// In lower case, as it is looked up.
        let group: String
        /// As it was written.
        let name: String
        let rank: Int
        let policy: Policy
    }

    init(
        _ document: Tenant, plans: [String: RoutePlan], dialPlans: [String: CompiledDialPlan], gateways: [String: CompiledGateway]
    ) {
        self.document = document
        self.gateways = gateways
        self.plans = plans
        self.dialPlans = dialPlans
        globalPlan = plans["global"]!
        globalDialPlan = dialPlans["global"]!
        defaultNumberFault = document.defaultNumberFault
        func grants<Policy>(_ type: GroupPolicyAssignment.PolicyType, _ policies: [String: Policy]) -> [GroupGrant<Policy>] {
            document.groupAssignments.filter { $0.policyType == type }.sorted { $0.rank < $1.rank }.compactMap { assignment in
                policies[assignment.policyName.lowercased()].map {
                    GroupGrant(group: assignment.group.lowercased(), name: assignment.group, rank: assignment.rank, policy: $0)
                }
            }
        }
        routingGrants = grants(.onlineAudioConferencingRoutingPolicy, plans)
        dialPlanGrants = grants(.tenantDialPlan, dialPlans)
        anonymousDialOut = Dictionary(
            document.policies.meeting.elements.filter { $0.name.lowercased() != "global" }.map {
                ($0.name.lowercased(), $0.allowAnonymousUsersToDialOut)
            },
            uniquingKeysWith: { first, _ in first })
        meetingGrants = grants(.teamsMeetingPolicy, anonymousDialOut)
        prefixes = PrefixRules(denied: document.settings.deniedPrefixes, allowed: document.settings.allowedPrefixes)
    }
}

/// When route tables are compiled. To compile one of ten routes takes some 0.3 ms, and one of 100,000 seconds.
package enum TableCompilation: Sendable {
    /// With the change, so that no decision waits for it.
    case now
    /// When a decision first needs it, or ``Directory/compileTables()`` comes to it; tables of more than ``lazyLimit`` routes at once all the same.
    case onFirstUse

    /// The most routes that a decision may find uncompiled: about 2 ms.
    package static let lazyLimit = 64

    func isDue(routes: Int) -> Bool { self == .now || routes > Self.lazyLimit }
}

/// Makes tenants ready, and keeps what several of them have in common once.
struct Compiler: Sendable {
    private var patterns = Interned<String, Pattern>()
    private var tables = Interned<RoutePlan.TableKey, SharedRouteTable>()

    var patternCount: Int { patterns.count }
    var tableCount: Int { tables.count }
    var sharedTables: some Sequence<SharedRouteTable> { tables.values }

    /// A pattern that is shared; each one that is acquired is released with its tenant.
    mutating func acquire(_ source: String) throws(Pattern.Invalid) -> Pattern {
        try patterns.acquire(source) { () throws(Pattern.Invalid) in try Pattern(source) }
    }

    /// A pattern that a tenant uses.
    func pattern(of source: String) -> Pattern? { patterns[source] }

    /// Checks the document whole and makes it ready; on failure nothing is kept.
    mutating func compile(_ tenant: Tenant, _ compilation: TableCompilation) throws(InvalidChange) -> CompiledTenant {
        try tenant.validate()
        var acquired: [String] = []
        do throws(InvalidChange) {
            var routePatterns: [Pattern] = []
            routePatterns.reserveCapacity(tenant.voiceRoutes.count)
            for route in tenant.voiceRoutes.elements {
                routePatterns.append(
                    try pattern(route.numberPattern, "voiceRoutes[\(route.name)].numberPattern", of: tenant, &acquired))
            }
            let asked = routePatterns.count { !$0.isInSubset }
            guard asked <= TenantLimits.askedRoutes else {
                throw tenant.invalid(
                    "voiceRoutes",
                    "a tenant has at most \(TenantLimits.askedRoutes) routes with assertions and the like, which only PCRE2 can decide, not \(asked)"
                )
            }
            var dialPlans: [String: CompiledDialPlan] = [:]
            for plan in tenant.dialPlans.elements { dialPlans[plan.name.lowercased()] = try compile(plan, of: tenant, &acquired) }
            let gateways = compileGateways(of: tenant, &acquired)
            let routes = RoutesByUsage(tenant, routePatterns, gateways)
            let total = tenant.routingPolicies.elements.reduce(0) { $1.onlinePstnUsages.reduce($0) { $0 + routes[$1].count } }
            guard total <= TenantLimits.routesOfPolicies else {
                throw tenant.invalid("routingPolicies", "policies lead to at most \(TenantLimits.routesOfPolicies) routes, not \(total)")
            }
            var plans: [String: RoutePlan] = [:]
            for policy in tenant.routingPolicies.elements { plans[policy.name.lowercased()] = plan(policy, routes, compilation) }
            return CompiledTenant(tenant, plans: plans, dialPlans: dialPlans, gateways: gateways)
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
        for rule in tenant.document.policies.usedRules { patterns.release(rule.pattern) }
        for plan in tenant.plans.values { tables.release(plan.tableKey) }
    }

    private mutating func pattern(
        _ source: String, _ field: @autoclosure () -> String, of tenant: Tenant, _ acquired: inout [String]
    ) throws(InvalidChange) -> Pattern {
        do throws(Pattern.Invalid) {
            let pattern = try acquire(source)
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

    private mutating func plan(
        _ policy: AudioConferencingRoutingPolicy, _ byUsage: RoutesByUsage, _ compilation: TableCompilation
    ) -> RoutePlan {
        var usages: [RoutePlan.Usage] = []
        var routes: [RoutePlan.Route] = []
        for usage in policy.onlinePstnUsages {
            let start = routes.count
            routes += byUsage[usage]
            usages.append(RoutePlan.Usage(name: usage, routes: start..<routes.count))
        }
        let table = tables.acquire(RoutePlan.tableKey(usages, routes)) {
            SharedRouteTable(
                usages.enumerated().flatMap { group, usage in
                    routes[usage.routes].map { RouteTable.Entry(pattern: $0.pattern, group: group) }
                })
        }
        if compilation.isDue(routes: routes.count) { _ = table.compiled }
        return RoutePlan(policy: policy.name, usages: usages, routes: routes, table: table)
    }
}

/// A tenant's routes by lower-case usage, each list by priority, ties by creation (domain reference §14, choice 4).
private struct RoutesByUsage {
    private var routes: [String: [RoutePlan.Route]] = [:]

    subscript(usage: String) -> [RoutePlan.Route] { routes[usage.lowercased()] ?? [] }

    /// `patterns` are those of the routes, in the document's order.
    init(_ tenant: Tenant, _ patterns: [Pattern], _ gateways: [String: CompiledGateway]) {
        let targets = RouteTargets(tenant, gateways)
        let elements = tenant.voiceRoutes.elements
        var order = Array(elements.indices)
        if !zip(elements, elements.dropFirst()).allSatisfy({ $0.priority <= $1.priority }) {
            order.sort { (elements[$0].priority, $0) < (elements[$1].priority, $1) }
        }
        var before: VoiceRoute?, target = RouteTargets.Target(fault: nil), usages: Set<String> = []
        for index in order {
            let route = elements[index]
            if before?.bridgeSourcePhoneNumber == nil || before?.bridgeSourcePhoneNumber != route.bridgeSourcePhoneNumber {
                target = targets.target(of: route)
            }
            if before?.onlinePstnUsages != route.onlinePstnUsages { usages = Set(route.onlinePstnUsages.map { $0.lowercased() }) }
            before = route
            let ready = RoutePlan.Route(name: route.name, priority: route.priority, pattern: patterns[index], target: target)
            for usage in usages { routes[usage, default: []].append(ready) }
        }
    }
}
