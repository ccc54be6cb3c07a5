import Dialing
import Testing

/// What users are granted is there when it is granted, and stays while it is: for whoever asks, and by what a list of changes comes to.
@Suite struct GrantGuardTests {
    typealias PolicyType = GroupPolicyAssignment.PolicyType

    /// A policy `Held` of each type.
    private static func holding(_ name: String = "Held") -> Tenant {
        var tenant = Contoso.worked().tenant
        tenant.routingPolicies[name] = AudioConferencingRoutingPolicy(name: name)
        tenant.dialPlans[name] = TenantDialPlan(name: name)
        tenant.policies.voiceRouting[name] = OnlineVoiceRoutingPolicy(name: name)
        tenant.policies.meeting[name] = TeamsMeetingPolicy(name: name)
        tenant.policies.audioConferencing[name] = TeamsAudioConferencingPolicy(name: name)
        return tenant
    }

    private static let paths: [PolicyType: any WritableKeyPath<User.Grants, String?> & Sendable] = [
        .onlineAudioConferencingRoutingPolicy: \.audioConferencingRoutingPolicy, .tenantDialPlan: \.tenantDialPlan,
        .onlineVoiceRoutingPolicy: \.voiceRoutingPolicy, .teamsMeetingPolicy: \.meetingPolicy,
        .teamsAudioConferencingPolicy: \.audioConferencingPolicy,
    ]

    private static func user(_ name: String, _ type: PolicyType, _ policy: String?) -> DirectoryChange {
        var user = User(upn: "\(name)@contoso.example")
        user.grants[keyPath: paths[type]!] = policy
        return .putUser(tenant: "contoso", user)
    }

    @Test(
        "a policy that is not there is granted to nobody, and neither is Global",
        arguments: PolicyType.allCases, [Asker.platform, .administrator, .importer])
    func missing(_ type: PolicyType, _ asker: Asker) throws {
        var directory = Contoso.worked().directory()
        try directory.apply([.putTenant(Self.holding())], version: 2)
        let missing = #expect(throws: InvalidChange.self) {
            try directory.apply([Self.user("omar", type, "Gone")], by: asker, version: 3)
        }
        #expect(missing?.document == "user omar@contoso.example" && missing?.field == "grants.\(type.member)")
        #expect(missing?.rule == "there is no \(type.noun) Gone; make it first, or grant one that exists")
        let global = #expect(throws: InvalidChange.self) {
            try directory.apply([Self.user("omar", type, "GLOBAL")], by: asker, version: 3)
        }
        #expect(global?.field == "grants.\(type.member)" && global?.rule.hasPrefix("Global holds for whoever has no policy") == true)
        #expect(directory.user("omar@contoso.example", of: "contoso") == nil)
        try directory.apply([Self.user("omar", type, "HELD")], by: asker, version: 3)
        #expect(directory.user("omar@contoso.example", of: "contoso")?.grants[keyPath: Self.paths[type]!] == "HELD")
    }

    @Test("a policy and its grant come in one list, in any order", arguments: PolicyType.allCases)
    func together(_ type: PolicyType) throws {
        for isTenantFirst in [true, false] {
            var directory = Contoso.worked().directory()
            let changes: [DirectoryChange] = [.putTenant(Self.holding()), Self.user("omar", type, "Held")]
            try directory.apply(isTenantFirst ? changes : changes.reversed(), by: .administrator, version: 2)
            #expect(directory.user("omar@contoso.example", of: "contoso")?.grants[keyPath: Self.paths[type]!] == "Held")
        }
    }

    @Test("what is granted stays until all its holders have another", arguments: PolicyType.allCases)
    func held(_ type: PolicyType) throws {
        var directory = Contoso.worked().directory()
        try directory.apply([.putTenant(Self.holding()), Self.user("omar", type, "held"), Self.user("zoe", type, "Held")], version: 2)
        let without = DirectoryChange.putTenant(Contoso.worked().tenant)
        for changes in [[without], [without, Self.user("omar", type, nil)], [Self.user("ann", type, "Held"), without]] {
            let refusal = #expect(throws: InvalidChange.self) { try directory.apply(changes, by: .importer, version: 3) }
            #expect(refusal?.document == "tenant contoso" || refusal?.document == "user ann@contoso.example")
            if refusal?.document == "tenant contoso" {
                #expect(refusal?.kind == .conflict && refusal?.field == type.listMember)
                #expect(
                    refusal?.rule.contains("cannot be removed while it is granted to") == true && refusal?.rule.contains("zoe@") == true)
                #expect(refusal?.rule.contains("omar@") == (changes.count == 1))
            }
        }
        try directory.apply(
            [without, Self.user("omar", type, nil), .removeUser(tenant: "contoso", upn: "zoe@contoso.example")], by: .importer, version: 3)
        #expect(directory.tenant("contoso")?.routingPolicies.contains("Held") == false)
    }

    @Test("groups' ranks are 1 to n, each once, for each type by itself")
    func ranks() throws {
        func assign(_ ranks: [Int], _ type: PolicyType = .tenantDialPlan) -> [GroupPolicyAssignment] {
            ranks.enumerated().map { GroupPolicyAssignment(group: "g\($0)", policyType: type, policyName: "Held", rank: $1) }
        }
        var tenant = Self.holding()
        for (ranks, words) in [
            ([2], "2 stands where 1 should"), ([1, 1], "1 stands where 2 should"), ([0, 1], "0 stands where 1 should"),
            ([1, 2, 4], "4 stands where 3 should"),
        ] {
            var directory = Contoso.worked().directory()
            tenant.groupAssignments = assign(ranks)
            let refusal = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: .importer, version: 2) }
            #expect(refusal?.field.hasSuffix("].rank") == true && refusal?.rule.hasSuffix(words) == true)
            try directory.apply([.putTenant(tenant)], by: .store, version: 2)
            tenant.displayName = "Kept"
            try directory.apply([.putTenant(tenant)], by: .importer, version: 3)
        }
        var directory = Contoso.worked().directory()
        tenant.groupAssignments = assign([2, 1]) + assign([1], .teamsMeetingPolicy)
        try directory.apply([.putTenant(tenant)], by: .importer, version: 2)
    }

    @Test("a grant that stands without its policy is told by lint and stays as it is, whatever else of the user is changed")
    func standing() throws {
        var directory = Contoso.worked().directory()
        try directory.apply([Self.user("omar", .tenantDialPlan, "Gone")], version: 2)
        var omar = try #require(directory.user("omar@contoso.example", of: "contoso"))
        omar.city = "Basel"
        try directory.apply([.putUser(tenant: "contoso", omar)], by: .importer, version: 3)
        #expect(directory.user("omar@contoso.example", of: "contoso")?.city == "Basel")
        omar.grants.meetingPolicy = "Gone too"
        let refusal = #expect(throws: InvalidChange.self) {
            try directory.apply([.putUser(tenant: "contoso", omar)], by: .importer, version: 4)
        }
        #expect(refusal?.field == "grants.meetingPolicy")
    }
}
