/// An organisation and everything its administrators configure: the document that import, export and a candidate policy take.
///
/// A value: a change is made on a copy, checked whole, and then put in force at once or not at all.
package struct Tenant: Codable, Equatable, Sendable {
    /// The tenant id as the platform knows it: letters, digits, `-`, `_` and `.`, up to 64.
    package var id: String
    package var displayName: String
    package var country: Country
    /// One global, ordered list of usage strings; a usage is only a label (domain reference §1).
    package var pstnUsages: [String] = []
    package var voiceRoutes = NamedList<VoiceRoute>()
    /// Always holds `Global`.
    package var routingPolicies = NamedList([AudioConferencingRoutingPolicy(name: "Global")])
    package var groupAssignments: [GroupPolicyAssignment] = []
    /// The instance whose values Global bears; one of the fixed ones (domain reference §6.1).
    package var globalDialOutPolicy = DialOutPolicy.international
    /// Always holds `Global`.
    package var dialPlans = NamedList([TenantDialPlan(name: "Global")])
    package var bridge: Bridge
    package var numbers: [PhoneNumberAssignment] = []
    package var operators: [TenantOperator] = []
    package var settings = ConferencingSettings()
    /// Nil where there are none; see ``policies``.
    package var heldPolicies: TenantPolicies?

    package init(id: String, displayName: String, country: Country) {
        self.id = id
        self.displayName = displayName
        self.country = country
        bridge = Bridge(identity: id)
    }

    /// Milliseconds since 1970 in which moments are kept, up to the end of the year 9999.
    static let moments = 0...253_402_300_799_999
    static let momentRule = "is in milliseconds since 1970, \(moments.lowerBound) to \(moments.upperBound)"

    package func number(_ telephoneNumber: E164) -> PhoneNumberAssignment? {
        numbers.first { $0.telephoneNumber == telephoneNumber }
    }

    package func hasUsage(_ usage: String) -> Bool { pstnUsages.contains { $0.lowercased() == usage.lowercased() } }

    /// How much there is of it: what its lists have, and the routes that its policies lead to. Checking, compiling and comparing take as long.
    package var extent: Int {
        var routes: [String: Int] = [:]
        for usage in voiceRoutes.elements.flatMap(\.onlinePstnUsages) { routes[usage.lowercased(), default: 0] += 1 }
        let led = routingPolicies.elements.flatMap(\.onlinePstnUsages).reduce(0) { $0 + (routes[$1.lowercased()] ?? 0) }
        let rules = dialPlans.elements.reduce(0) { $0 + $1.normalizationRules.count }
        return led + rules + numbers.count + voiceRoutes.count + routingPolicies.count + dialPlans.count + pstnUsages.count
            + groupAssignments.count + operators.count + (heldPolicies?.count ?? 0)
    }

    /// The relation to an operator, whatever its status.
    package func relation(to operatorID: String) -> TenantOperator? { operators.first { $0.operatorID == operatorID } }
}

/// A policy given to a group (domain reference §4.1, §8.13). Ranks are dense, 1 the highest, per policy type.
package struct GroupPolicyAssignment: Codable, Equatable, Sendable {
    package var group: String
    package var policyType: PolicyType
    package var policyName: String
    package var rank: Int
    /// Milliseconds since 1970; nil for a grant of an earlier version.
    package var createdAt: Int?
    /// The name of the token that granted it; nil for a grant of an earlier version.
    package var createdBy: String?

    package enum PolicyType: String, Codable, CaseIterable, Sendable {
        case onlineAudioConferencingRoutingPolicy = "OnlineAudioConferencingRoutingPolicy"
        case tenantDialPlan = "TenantDialPlan"
        case onlineVoiceRoutingPolicy = "OnlineVoiceRoutingPolicy"
        case teamsAudioConferencingPolicy = "TeamsAudioConferencingPolicy"
        case teamsMeetingPolicy = "TeamsMeetingPolicy"
    }

    package init(group: String, policyType: PolicyType, policyName: String, rank: Int) {
        self.group = group
        self.policyType = policyType
        self.policyName = policyName
        self.rank = rank
    }
}

/// The tenant's conferencing switches that touch dial-out (domain reference §3.1, §4.6, §7.7, §14).
package struct ConferencingSettings: Codable, Equatable, Sendable {
    /// Off, no meeting of the tenant dials out.
    package var audioConferencingEnabled = true
    package var anonymousUsersMayDialOut = false
    package var federatedUsersToSelf = FederatedDialOut.yes
    package var federatedUsersToThirdParty = FederatedDialOut.no
    package var allowedDialOutExternalDomains: [String] = []
    /// Whether the service's own carrier may take a call after a matched route failed; an OCC licence forces it off.
    package var serviceCarrierAfterMatchedRoute = false
    /// Whether operators' routes also serve select dial-out and pay-per-minute licences (domain reference §14, choice 8).
    package var operatorRoutesForReducedLicences = false
    /// Caller ID withheld from the callee (`Privacy: id`).
    package var withholdCallerID = false
    /// E.164 prefixes with their plus, which alone is every number; a longer prefix wins, an allow entry wins over a deny entry of the same length.
    package var deniedPrefixes: [String] = []
    package var allowedPrefixes: [String] = []
    package var purchasedStandardLicences: Int?
    /// Minutes that were paid in, in all: what calls spend is counted elsewhere and never given back.
    package var communicationsCreditsBalance: Int?
    package var communicationsCreditsAutoRecharge: AutoRecharge?
    /// Where this tenant's limits are not the service's defaults.
    package var limits: DialOutLimits?
    /// How many of each licence the platform says were bought; nil limits none.
    package var licences: BoughtLicences?
    /// Nil where all have their values from the start; see ``Tenant/meetings``.
    package var meetings: MeetingSettings?

    package enum FederatedDialOut: String, Codable, CaseIterable, Sendable {
        case no = "No"
        case yes = "Yes"
        case requireSameEnterpriseUser = "RequireSameEnterpriseUser"
    }

    package init() {}
}
