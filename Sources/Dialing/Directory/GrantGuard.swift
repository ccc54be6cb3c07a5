import Basis

/// Whether what users are granted is there, what is granted stays, and groups have ranks, judged by what a list of changes comes to as a whole (domain reference §4.1;
/// §14, choice 6). Grants that stand already are not judged again: lint tells of those that miss their policy. Its cost is that of the list; other
/// users are looked at only where a policy goes.
struct GrantGuard {
    private let directory: Directory
    private let users: [String: [String: User?]]
    private let tenants: [String: Tenant]

    init(_ directory: Directory, _ total: ChangeTotal) { (self.directory, users, tenants) = (directory, total.users, total.tenants) }

    func judge() throws(InvalidChange) {
        for (id, changed) in users {
            guard let tenant = tenants[id] ?? directory.tenant(id) else { continue }
            for (upn, user) in changed {
                guard let user, user.grants != User.Grants() else { continue }
                let before = directory.user(upn, of: id)?.grants ?? User.Grants()
                if user.grants != before { try check(user, before, tenant) }
            }
        }
        for (id, after) in tenants {
            let before = directory.tenant(id)?.groupAssignments ?? []
            if before != after.groupAssignments {
                try checkGroups(after, before)
                try checkRanks(after)
            }
            try checkGone(after, id)
        }
    }

    /// Why `Global` is granted to nobody.
    private static let globalRule = "Global holds for whoever has no policy of their own and is granted to nobody; leave the"

    /// A grant that a group did not have before is to a group with a name, and of another policy than Global.
    private func checkGroups(_ tenant: Tenant, _ before: [GroupPolicyAssignment]) throws(InvalidChange) {
        for assignment in tenant.groupAssignments {
            let isKnown = before.contains { old in
                old.policyType == assignment.policyType && old.group.lowercased() == assignment.group.lowercased()
                    && old.policyName.lowercased() == assignment.policyName.lowercased()
            }
            guard !isKnown else { continue }
            let place = "groupAssignments[\(assignment.group)]"
            guard assignment.group.isName else { throw tenant.invalid(place + ".group", "a group's name \(String.nameRule)") }
            guard assignment.policyName.lowercased() != "global" else {
                throw tenant.invalid(place + ".policyName", "\(Self.globalRule) grant out")
            }
        }
    }

    /// Ranks are a dense 1…n, so that which group's grant counts is never a question of their order in a list.
    private func checkRanks(_ tenant: Tenant) throws(InvalidChange) {
        for type in GroupPolicyAssignment.PolicyType.allCases {
            let assignments = tenant.groupAssignments.filter { $0.policyType == type }.sorted { $0.rank < $1.rank }
            for (assignment, rank) in zip(assignments, 1...) where assignment.rank != rank {
                throw tenant.invalid(
                    "groupAssignments[\(assignment.group)].rank",
                    "the ranks of a policy type are 1 to \(assignments.count), each once; \(assignment.rank) stands where \(rank) should")
            }
        }
    }

    private func check(_ user: User, _ before: User.Grants, _ tenant: Tenant) throws(InvalidChange) {
        for type in GroupPolicyAssignment.PolicyType.allCases {
            guard let name = user.grants[type], name.lowercased() != before[type]?.lowercased() else { continue }
            func invalid(_ rule: String) -> InvalidChange {
                InvalidChange(document: "user \(user.upn)", field: "grants.\(type.member)", rule: rule)
            }
            guard name.lowercased() != "global" else {
                throw invalid("\(Self.globalRule) member out")
            }
            guard tenant.hasPolicy(name, of: type) else {
                throw invalid("there is no \(type.noun) \(name); make it first, or grant one that exists")
            }
        }
    }

    private func checkGone(_ after: Tenant, _ id: String) throws(InvalidChange) {
        guard let old = directory.tenant(id) else { return }
        for type in GroupPolicyAssignment.PolicyType.allCases {
            let gone = Set(old.policyNames(of: type).filter { !after.hasPolicy($0, of: type) }.map { $0.lowercased() })
            guard !gone.isEmpty else { continue }
            let changed = users[id] ?? [:]
            func holds(_ grants: User.Grants) -> Bool { grants[type].map { gone.contains($0.lowercased()) } ?? false }
            let before = directory.users(of: id).principals(whoseGrants: holds).filter { changed[$0] == nil }
            let holders = before + changed.filter { $0.value.map { holds($0.grants) } ?? false }.keys.sorted()
            guard let holder = holders.first, let name = (changed[holder] ?? directory.user(holder, of: id))?.grants[type] else { continue }
            throw InvalidChange(
                document: "tenant \(id)", field: type.listMember,
                rule: "the \(type.noun) \(name) cannot be removed while it is granted to \(enumeration(holders))", kind: .conflict)
        }
    }
}

extension User.Grants {
    /// What is granted directly of a policy type that groups can be granted too.
    package subscript(type: GroupPolicyAssignment.PolicyType) -> String? {
        switch type {
        case .onlineAudioConferencingRoutingPolicy: audioConferencingRoutingPolicy
        case .tenantDialPlan: tenantDialPlan
        case .onlineVoiceRoutingPolicy: voiceRoutingPolicy
        case .teamsMeetingPolicy: meetingPolicy
        case .teamsAudioConferencingPolicy: audioConferencingPolicy
        }
    }
}

extension GroupPolicyAssignment.PolicyType {
    /// The member of a user's `grants`.
    package var member: String {
        switch self {
        case .onlineAudioConferencingRoutingPolicy: "audioConferencingRoutingPolicy"
        case .tenantDialPlan: "tenantDialPlan"
        case .onlineVoiceRoutingPolicy: "voiceRoutingPolicy"
        case .teamsMeetingPolicy: "meetingPolicy"
        case .teamsAudioConferencingPolicy: "audioConferencingPolicy"
        }
    }

    /// The list of a tenant's document that holds policies of the type.
    package var listMember: String {
        switch self {
        case .onlineAudioConferencingRoutingPolicy: "routingPolicies"
        case .tenantDialPlan: "dialPlans"
        case .onlineVoiceRoutingPolicy: "heldPolicies.voiceRouting"
        case .teamsMeetingPolicy: "heldPolicies.meeting"
        case .teamsAudioConferencingPolicy: "heldPolicies.audioConferencing"
        }
    }

    package var noun: String {
        switch self {
        case .onlineAudioConferencingRoutingPolicy: "routing policy"
        case .tenantDialPlan: "dial plan"
        case .onlineVoiceRoutingPolicy: "voice routing policy"
        case .teamsMeetingPolicy: "meeting policy"
        case .teamsAudioConferencingPolicy: "Teams audio conferencing policy"
        }
    }
}

extension Tenant {
    /// The names of the policies of a type, `Global` with them where it is kept.
    func policyNames(of type: GroupPolicyAssignment.PolicyType) -> [String] {
        switch type {
        case .onlineAudioConferencingRoutingPolicy: routingPolicies.elements.map(\.name)
        case .tenantDialPlan: dialPlans.elements.map(\.name)
        case .onlineVoiceRoutingPolicy: policies.voiceRouting.elements.map(\.name)
        case .teamsMeetingPolicy: policies.meeting.elements.map(\.name)
        case .teamsAudioConferencingPolicy: policies.audioConferencing.elements.map(\.name)
        }
    }
}
