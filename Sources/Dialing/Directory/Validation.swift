/// The most that one tenant may hold.
package enum TenantLimits {
    package static let voiceRoutes = 100_000
    package static let routingPolicies = 10_000
    package static let usages = 10_000
    package static let usagesOfPolicy = 1_000
    package static let usagesOfRoute = 1_000
    package static let gatewaysOfRoute = 16
    /// Routes that all policies lead to, each counted as often as it is led to.
    package static let routesOfPolicies = 1_000_000
    /// Routes whose patterns only PCRE2 can decide: a decision may have to ask them all, each for up to 0.1 ms.
    package static let askedRoutes = 1_000
    package static let dialPlans = 1_000
    package static let numbers = 100_000
    /// A policy type can be granted to so many groups (domain reference §4.1).
    package static let groupsOfPolicyType = 64
    package static let prefixes = 10_000
    /// Names of tenants, users, routes, policies and operators, in UTF-8 bytes.
    package static let name = String.nameLimit
    package static let groupsOfUser = 1_000
    /// UTF-8 bytes of a description or another free text.
    package static let text = 64 << 10
}

extension Tenant {
    func invalid(_ field: String, _ rule: String) -> InvalidChange {
        InvalidChange(document: "tenant \(id)", field: field, rule: rule)
    }

    /// Everything that the text of the document can show, but its patterns.
    func validate() throws(InvalidChange) {
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(\.isIdentifier) else {
            throw invalid("id", "a tenant's id has 1 to 64 letters, digits, hyphens, underscores and dots")
        }
        try check(displayName, "displayName")
        try checkLimits()
        for usage in pstnUsages { try check(usage, "pstnUsages") }
        let usages = Set(pstnUsages.map { $0.lowercased() })
        guard usages.count == pstnUsages.count else { throw invalid("pstnUsages", "no usage stands twice") }
        for route in voiceRoutes.elements { try check(route, usages) }
        for policy in routingPolicies.elements { try check(policy, usages) }
        guard routingPolicies.contains("Global") else { throw invalid("routingPolicies", "there is always a policy Global") }
        guard dialPlans.contains("Global") else { throw invalid("dialPlans", "there is always a dial plan Global") }
        for plan in dialPlans.elements {
            try check(plan.name, "dialPlans.name")
            guard plan.normalizationRules.count <= TenantDialPlan.ruleLimit else {
                throw invalid("dialPlans[\(plan.name)].normalizationRules", "a dial plan has at most \(TenantDialPlan.ruleLimit) rules")
            }
        }
        try checkGroups()
        for (field, prefixes) in [("deniedPrefixes", settings.deniedPrefixes), ("allowedPrefixes", settings.allowedPrefixes)] {
            for prefix in prefixes where !PrefixRules.isPrefix(prefix) {
                throw invalid("settings." + field, "\(prefix) is not a prefix: a plus and at most 15 digits")
            }
        }
        guard Set(numbers.map(\.telephoneNumber)).count == numbers.count else { throw invalid("numbers", "no number stands twice") }
        if let broken = settings.limits?.brokenRule { throw invalid("settings.limits." + broken.field, broken.rule) }
        try validatePolicies()
    }

    private func check(_ name: String, _ field: String) throws(InvalidChange) {
        guard name.isName else {
            throw invalid(field, "a name \(String.nameRule)")
        }
    }

    private func checkLimits() throws(InvalidChange) {
        let counts: [(String, Int, Int)] = [
            ("voiceRoutes", voiceRoutes.count, TenantLimits.voiceRoutes),
            ("routingPolicies", routingPolicies.count, TenantLimits.routingPolicies),
            ("pstnUsages", pstnUsages.count, TenantLimits.usages),
            ("dialPlans", dialPlans.count, TenantLimits.dialPlans),
            ("numbers", numbers.count, TenantLimits.numbers),
            ("settings.deniedPrefixes", settings.deniedPrefixes.count, TenantLimits.prefixes),
            ("settings.allowedPrefixes", settings.allowedPrefixes.count, TenantLimits.prefixes),
        ]
        for (field, count, limit) in counts where count > limit { throw invalid(field, "a tenant has at most \(limit), not \(count)") }
    }

    private func check(_ route: VoiceRoute, _ usages: Set<String>) throws(InvalidChange) {
        try check(route.name, "voiceRoutes.name")
        guard route.bridgeSourcePhoneNumber == nil || route.onlinePstnGatewayList.isEmpty else {
            throw invalid("voiceRoutes[\(route.name)]", "a route has a BridgeSourcePhoneNumber or an OnlinePstnGatewayList, never both")
        }
        guard route.onlinePstnUsages.count <= TenantLimits.usagesOfRoute else {
            throw invalid("voiceRoutes[\(route.name)].onlinePstnUsages", "a route has at most \(TenantLimits.usagesOfRoute) usages")
        }
        for usage in route.onlinePstnUsages where !usages.contains(usage.lowercased()) {
            throw invalid("voiceRoutes[\(route.name)].onlinePstnUsages", "there is no PSTN usage \(usage)")
        }
    }

    private func check(_ policy: AudioConferencingRoutingPolicy, _ usages: Set<String>) throws(InvalidChange) {
        try check(policy.name, "routingPolicies.name")
        let field = "routingPolicies[\(policy.name)].onlinePstnUsages"
        guard policy.onlinePstnUsages.count <= TenantLimits.usagesOfPolicy else {
            throw invalid(field, "a policy has at most \(TenantLimits.usagesOfPolicy) usages")
        }
        for usage in policy.onlinePstnUsages where !usages.contains(usage.lowercased()) {
            throw invalid(field, "there is no PSTN usage \(usage)")
        }
    }

    private func checkGroups() throws(InvalidChange) {
        for type in GroupPolicyAssignment.PolicyType.allCases {
            let assignments = groupAssignments.filter { $0.policyType == type }
            guard assignments.count <= TenantLimits.groupsOfPolicyType else {
                throw invalid("groupAssignments", "a policy type is granted to at most \(TenantLimits.groupsOfPolicyType) groups")
            }
            guard Set(assignments.map { $0.group.lowercased() }).count == assignments.count else {
                throw invalid("groupAssignments", "a group has at most one policy of a type")
            }
            for assignment in assignments {
                guard hasPolicy(assignment.policyName, of: type) else {
                    throw invalid("groupAssignments[\(assignment.group)].policyName", "there is no policy \(assignment.policyName)")
                }
            }
        }
    }
}

extension User {
    func validate() throws(InvalidChange) {
        func invalid(_ field: String, _ rule: String) -> InvalidChange { InvalidChange(document: "user \(upn)", field: field, rule: rule) }
        let at = upn.utf8.lastIndex(of: UInt8(ascii: "@"))
        guard let at, at != upn.utf8.startIndex, upn.utf8.index(after: at) != upn.utf8.endIndex, upn.utf8.count <= TenantLimits.name,
            upn.utf8.allSatisfy({ (33...126).contains($0) })
        else {
            throw invalid("upn", "a user principal name is name@domain in ASCII, without spaces, of at most \(TenantLimits.name) bytes")
        }
        guard displayName.utf8.count <= TenantLimits.name, !displayName.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw invalid("displayName", "a display name has at most \(TenantLimits.name) bytes and no control characters")
        }
        for (field, text) in [("state", state), ("city", city)] {
            guard let text, text.utf8.count > TenantLimits.name || text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { continue }
            throw invalid(field, "has at most \(TenantLimits.name) bytes and no control characters")
        }
        guard groups.count <= TenantLimits.groupsOfUser else {
            throw invalid("groups", "a user is in at most \(TenantLimits.groupsOfUser) groups")
        }
        if let name = grants.dialOutPolicy, DialOutPolicy.named(name) == nil {
            throw invalid("grants.dialOutPolicy", "there is no dial-out policy \(name)")
        }
    }
}

extension UInt8 {
    var isIdentifier: Bool {
        switch self {
        case 48...57, 65...90, 97...122, 45, 46, 95: true
        default: false
        }
    }
}
