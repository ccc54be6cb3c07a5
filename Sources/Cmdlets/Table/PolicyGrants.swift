import Dialing

/// The two kinds of policy that are granted alike: to a user, to a group with a rank, or to everybody (domain reference §4.1, §8.4, §8.10).
struct GrantedPolicy: Sendable {
    let type: GroupPolicyAssignment.PolicyType
    let grant: any WritableKeyPath<User.Grants, String?> & Sendable
    /// The name as it was made, if there is such a policy.
    let named: @Sendable (String, Tenant) -> String?
    let names: @Sendable (Tenant) -> [String]
    /// Gives Global the values of a policy, or its own from the start for nil.
    let copyToGlobal: @Sendable (String?, inout Tenant) -> Void

    static let parameters: [CmdletParameter] = [
        .identity([.positional, .required, .pipeline], group: "to"), .text("Group", group: "to"), .toggle("Global", group: "to"),
        .text("PolicyName", [.positional, .required, .nullable]), CmdletParameter("Rank", .integer(1...Int(Int32.max))),
        .toggle("PassThru"),
    ]

    func run(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let name = try given.text("PolicyName").map { text throws(CmdletError) in try existing(text.withoutTag, workspace.tenant) }
        guard given.integer("Rank") == nil || given.has("Group") else { throw .invalid("Rank", "-Rank goes with -Group") }
        let holder: String
        if let group = given.text("Group") {
            holder = try group.checkedAsName("Group")
            try grant(name, toGroup: group, rank: given.integer("Rank"), &workspace)
        } else if given.flag("Global") || (given.text("Identity") ?? "").isSameName(as: "Global") {
            holder = "Global"
            if name.map({ !$0.isSameName(as: "Global") }) ?? true { copyToGlobal(name, &workspace.tenant) }
        } else {
            holder = try grant(name, toUser: try given.required("Identity"), &workspace)
        }
        guard given.flag("PassThru") else { return [] }
        let policy = CmdletValue.optional(name?.asIdentity)
        return [.object(OutputObject(["Identity": .text(holder), "PolicyType": .text(type.rawValue), "PolicyName": policy]))]
    }

    func existing(_ name: String, _ tenant: Tenant) throws(CmdletError) -> String {
        guard let known = named(name, tenant) else {
            throw .notFound("PolicyName", "policy", name, " of type \(type.rawValue)", among: names(tenant))
        }
        return known
    }

    /// Refuses Global, which is what holds where nothing is granted.
    func checkGranted(_ name: String?, _ mend: String) throws(CmdletError) {
        guard let name, name.isSameName(as: "Global") else { return }
        throw .invalid("PolicyName", "Global holds for whoever has no other policy; \(mend)")
    }

    private func grant(_ name: String?, toUser identity: String, _ workspace: inout Workspace) throws(CmdletError) -> String {
        var user = try workspace.user(identity)
        try checkGranted(name, "remove a user's own with -PolicyName $null")
        user.grants[keyPath: grant] = name
        workspace.changed[user.upn] = user
        return user.upn
    }

    private func grant(_ name: String?, toGroup group: String, rank: Int?, _ workspace: inout Workspace) throws(CmdletError) {
        guard let name else {
            guard workspace.tenant.removeAssignment(of: type, group: group) else {
                return workspace.warn("the group \(group) has no policy of type \(type.rawValue)")
            }
            return
        }
        try checkGranted(name, "take a group's back with -PolicyName $null")
        _ = workspace.tenant.removeAssignment(of: type, group: group)
        try workspace.tenant.assign(name, of: type, toGroup: group, rank: rank, at: workspace.now, by: workspace.author)
    }

    /// Who has been granted the policy directly or by group; while anybody has, it stays (domain reference §14, choice 6).
    func checkUnused(_ name: String, _ workspace: inout Workspace) throws(CmdletError) {
        let users = workspace.principals { $0[keyPath: grant]?.isSameName(as: name) ?? false }
        let groups = workspace.tenant.groupAssignments.filter { $0.policyType == type && $0.policyName.isSameName(as: name) }.map(\.group)
        guard !users.isEmpty || !groups.isEmpty else { return }
        let holders = [("user", users), ("group", groups)].filter { !$0.1.isEmpty }.map { "\($0.0) \(enumeration($0.1))" }
        throw .refused(
            "the policy \(name) cannot be removed while it is granted to \(holders.joined(separator: " and "))", parameter: "Identity")
    }

    static let routing = GrantedPolicy(
        type: .onlineAudioConferencingRoutingPolicy, grant: \.audioConferencingRoutingPolicy,
        named: { name, tenant in tenant.routingPolicies[name]?.name }, names: { $0.routingPolicies.elements.map(\.name) },
        copyToGlobal: { name, tenant in
            var global = AudioConferencingRoutingPolicy(name: "Global")
            if let policy = name.flatMap({ tenant.routingPolicies[$0] }) {
                global.onlinePstnUsages = policy.onlinePstnUsages
                global.description = policy.description
                global.copiedFrom = policy.name
            }
            tenant.routingPolicies["Global"] = global
        })

    static let voiceRouting = GrantedPolicy(
        type: .onlineVoiceRoutingPolicy, grant: \.voiceRoutingPolicy,
        named: { name, tenant in kept(name, tenant.policies.voiceRouting) },
        names: { $0.policies.voiceRouting.elements.map(\.name) },
        copyToGlobal: { name, tenant in
            var global = OnlineVoiceRoutingPolicy(name: "Global")
            if let policy = name.flatMap({ tenant.policies.voiceRouting[$0] }) {
                (global.onlinePstnUsages, global.description) = (policy.onlinePstnUsages, policy.description)
            }
            tenant.policies.voiceRouting["Global"] = global == OnlineVoiceRoutingPolicy(name: "Global") ? nil : global
        })

    static let conferencing = GrantedPolicy(
        type: .teamsAudioConferencingPolicy, grant: \.audioConferencingPolicy,
        named: { name, tenant in
            name.isSameName(as: TeamsAudioConferencingPolicy.builtIn.name)
                ? TeamsAudioConferencingPolicy.builtIn.name : kept(name, tenant.policies.audioConferencing)
        },
        names: { $0.policies.audioConferencing.elements.map(\.name) + [TeamsAudioConferencingPolicy.builtIn.name] },
        copyToGlobal: { name, tenant in
            var global = TeamsAudioConferencingPolicy(name: "Global")
            let builtIn = TeamsAudioConferencingPolicy.builtIn
            let policy = name.flatMap { $0.isSameName(as: builtIn.name) ? builtIn : tenant.policies.audioConferencing[$0] }
            if let policy {
                (global.allowTollFreeDialin, global.meetingInvitePhoneNumbers) = (
                    policy.allowTollFreeDialin, policy.meetingInvitePhoneNumbers
                )
            }
            tenant.policies.audioConferencing["Global"] = global == TeamsAudioConferencingPolicy(name: "Global") ? nil : global
        })

    static let meeting = GrantedPolicy(
        type: .teamsMeetingPolicy, grant: \.meetingPolicy, named: { name, tenant in kept(name, tenant.policies.meeting) },
        names: { $0.policies.meeting.elements.map(\.name) },
        copyToGlobal: { name, tenant in
            let policy = name.flatMap { tenant.policies.meeting[$0] } ?? TeamsMeetingPolicy(name: "Global")
            tenant.settings.anonymousUsersMayDialOut = policy.allowAnonymousUsersToDialOut
            var global = TeamsMeetingPolicy(name: "Global")
            (global.description, global.autoAdmittedUsers) = (policy.description, policy.autoAdmittedUsers)
            global.allowPSTNUsersToBypassLobby = policy.allowPSTNUsersToBypassLobby
            tenant.policies.meeting["Global"] = global == TeamsMeetingPolicy(name: "Global") ? nil : global
        })

    /// Global is always there, changed or not.
    private static func kept(_ name: String, _ list: NamedList<some Named & Sendable>) -> String? {
        name.isSameName(as: "Global") ? "Global" : list[name]?.name
    }

    static let dialPlan = GrantedPolicy(
        type: .tenantDialPlan, grant: \.tenantDialPlan, named: { name, tenant in tenant.dialPlans[name]?.name },
        names: { $0.dialPlans.elements.map(\.name) },
        copyToGlobal: { name, tenant in
            var global = TenantDialPlan(name: "Global")
            if let plan = name.flatMap({ tenant.dialPlans[$0] }) {
                global.description = plan.description
                global.normalizationRules = plan.normalizationRules
            }
            tenant.dialPlans["Global"] = global
        })

    static func of(_ type: GroupPolicyAssignment.PolicyType) -> GrantedPolicy {
        switch type {
        case .onlineAudioConferencingRoutingPolicy: routing
        case .tenantDialPlan: dialPlan
        case .onlineVoiceRoutingPolicy: voiceRouting
        case .teamsAudioConferencingPolicy: conferencing
        case .teamsMeetingPolicy: meeting
        }
    }
}

/// Grants to groups: ranks of a type are 1, 2, 3 … without a gap (domain reference §4.1).
extension Tenant {
    func assignments(of type: GroupPolicyAssignment.PolicyType) -> [GroupPolicyAssignment] {
        groupAssignments.filter { $0.policyType == type }.sorted { $0.rank < $1.rank }
    }

    /// Inserts at the rank and pushes the others down, or appends.
    mutating func assign(
        _ policy: String, of type: GroupPolicyAssignment.PolicyType, toGroup group: String, rank: Int?, at time: Int,
        by author: String
    ) throws(CmdletError) {
        var list = assignments(of: type)
        guard list.count < TenantLimits.groupsOfPolicyType else {
            throw CmdletError(
                .limitsExceeded, "LimitExceeded", "a policy type is granted to at most \(TenantLimits.groupsOfPolicyType) groups")
        }
        let place = min((rank ?? Int.max) - 1, list.count)
        var assignment = GroupPolicyAssignment(group: group, policyType: type, policyName: policy, rank: 0)
        (assignment.createdAt, assignment.createdBy) = (time, author.isEmpty ? nil : author)
        list.insert(assignment, at: place)
        setAssignments(list, of: type)
    }

    /// Whether there was one.
    mutating func removeAssignment(of type: GroupPolicyAssignment.PolicyType, group: String) -> Bool {
        var list = assignments(of: type)
        let count = list.count
        list.removeAll { $0.group.isSameName(as: group) }
        setAssignments(list, of: type)
        return list.count < count
    }

    private mutating func setAssignments(_ list: [GroupPolicyAssignment], of type: GroupPolicyAssignment.PolicyType) {
        groupAssignments.removeAll { $0.policyType == type }
        for (index, var assignment) in list.enumerated() {
            assignment.rank = index + 1
            groupAssignments.append(assignment)
        }
    }
}
