import Dialing
import Testing

/// Bounds of a configuration, and what holds where nothing is said (domain reference §2.2, §4, §9.3).
@Suite struct FigureTests {
    static let figures: [(String, Int, Int)] = [
        ("routes", TenantLimits.voiceRoutes, 100_000), ("policies", TenantLimits.routingPolicies, 10_000),
        ("usages", TenantLimits.usages, 10_000), ("of a policy", TenantLimits.usagesOfPolicy, 1_000),
        ("of a route", TenantLimits.usagesOfRoute, 1_000), ("gateways of a route", TenantLimits.gatewaysOfRoute, 16),
        ("routes of all policies", TenantLimits.routesOfPolicies, 1_000_000), ("that PCRE2 is asked for", TenantLimits.askedRoutes, 1_000),
        ("dial plans", TenantLimits.dialPlans, 1_000), ("numbers", TenantLimits.numbers, 100_000),
        ("groups of a kind of policy", TenantLimits.groupsOfPolicyType, 64), ("prefixes", TenantLimits.prefixes, 10_000),
        ("bytes of a name", TenantLimits.name, 256), ("groups of a user", TenantLimits.groupsOfUser, 1_000),
        ("a translation rule's name", NumberRule.nameLimit, 100), ("pattern", NumberRule.patternLimit, 1_024),
        ("translation", NumberRule.translationLimit, 256), ("rules of a tenant", NumberRule.limitOfTenant, 400),
        ("of a trunk", NumberRule.limitOfTrunk, 100), ("places in a queue", Trunk.queueLimit, 1_000),
        ("seconds there", Trunk.queueSeconds, 30),
        ("hosts of redirections", Trunk.redirectHostLimit, 8), ("prices of a list", PriceList.limit, 5_000),
        ("rules of a dial plan", TenantDialPlan.ruleLimit, 50), ("policies of a kind", TenantPolicies.limit, 1_000),
        ("orders of a tenant", TenantPolicies.orderLimit, 200), ("licences of a kind", BoughtLicences.limit, 10_000_000),
        ("minutes of a licence", CarrierTerms.minutesPerLicence, 60),
        ("where credits are not sold", CarrierTerms.minutesPerLicenceWithoutCredits, 900),
        ("a short call's seconds", DialOutLimits.shortCallSeconds, 10), ("calls that a share is of", DialOutLimits.shareBasis, 20),
        ("routes told", Finding.routesTold, 20), ("examples of a replay", ReplayReport.examplesOfKind, 5),
    ]

    @Test("the figures in force are those", arguments: figures)
    func figure(_ what: String, _ found: Int, _ wanted: Int) { #expect(found == wanted, "\(what)") }

    @Test("where nothing is configured an organizer's calls, the same number and short calls warn, and nothing is blocked")
    func limits() {
        let limits = DialOutLimits.standard
        let levels = DialOutLimits.Measure.allCases.map { "\($0) \(limits[$0]?.warn ?? 0) \(limits[$0]?.block ?? 0)" }
        #expect(
            levels == [
                "tenantConcurrentCalls 0 0", "organizerConcurrentCalls 300 0", "tenantCallsPerMinute 0 0", "organizerCallsPerMinute 300 0",
                "sameNumberPerHour 60 0", "shortCallPercent 50 0",
            ])
        #expect(limits.duplicateSeconds == 3)
    }

    @Test("an operator of which nothing is said fails over after ten seconds, and after 408, 503 and 504")
    func carriers() {
        let carrier = Operator(id: "a", name: "A"), trunk = Trunk(name: "t", uri: "sip:h")
        #expect(carrier.failoverCodes == [408, 503, 504] && carrier.failoverSeconds == 10 && carrier.trunks.isEmpty)
        #expect(trunk.priority == 1 && trunk.weight == 1 && trunk.enabled && trunk.maxConcurrentCalls == nil && trunk.options == nil)
        let probing = Trunk.Probing.standard
        #expect(probing.seconds == 60 && probing.downAfter == 3 && probing.upAfter == 2)
    }
}
