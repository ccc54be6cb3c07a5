import Basis
import Dialing

/// Grants to groups, and what they come to for a user (domain reference §4.1, §8.13).
enum GroupCmdlets {
    private static let type = CmdletParameter.Kind.choice(GroupPolicyAssignment.PolicyType.allCases.map(\.rawValue))
    static let all = [
        Cmdlet(
            "New-CsGroupPolicyAssignment", "Grants a policy to a group", changes: true,
            [
                .text("GroupId", [.positional, .required]), CmdletParameter("PolicyType", type, [.positional, .required]),
                .text("PolicyName", [.positional, .required]), CmdletParameter("Rank", .integer(1...Int(Int32.max)), .positional),
                .toggle("PassThru"),
            ], body: new),
        Cmdlet(
            "Get-CsGroupPolicyAssignment", "Shows the grants to groups, by type and rank",
            [.text("GroupId", .positional), CmdletParameter("PolicyType", type, .positional)], body: get),
        Cmdlet(
            "Remove-CsGroupPolicyAssignment", "Takes a policy back from a group", changes: true,
            [.text("GroupId", [.positional, .required, .pipeline]), CmdletParameter("PolicyType", type, [.positional, .required])],
            body: remove),
        Cmdlet(
            "Get-CsUserPolicyAssignment", "Shows which policies hold for a user, and where they come from",
            [.identity([.positional, .required, .pipeline]), CmdletParameter("PolicyType", .choice(types))], body: getOfUser),
    ]
    private static let types = GroupPolicyAssignment.PolicyType.allCases.map(\.rawValue) + ["OnlineDialOutPolicy"]

    private static func type(_ given: Arguments) throws(CmdletError) -> GroupPolicyAssignment.PolicyType {
        GroupPolicyAssignment.PolicyType(rawValue: try given.required("PolicyType"))!
    }

    private static func output(_ assignment: GroupPolicyAssignment) -> CmdletValue {
        .object(
            OutputObject([
                "GroupId": .text(assignment.group), "PolicyType": .text(assignment.policyType.rawValue),
                "PolicyName": .text(assignment.policyName),
                "Rank": .integer(assignment.rank), "CreatedTime": .moment(assignment.createdAt),
                "CreatedBy": .optional(assignment.createdBy),
            ]))
    }

    private static func new(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let type = try type(given)
        let group = try given.required("GroupId").checkedAsName("GroupId")
        let name = try GrantedPolicy.of(type).existing(try given.required("PolicyName").withoutTag, workspace.tenant)
        try GrantedPolicy.of(type).checkGranted(name, "take a group's back with Remove-CsGroupPolicyAssignment")
        if let other = workspace.tenant.assignments(of: type).first(where: { $0.group.isSameName(as: group) }) {
            throw .exists(
                "GroupId", "the group \(group) has the policy \(other.policyName) of type \(type.rawValue) already; remove it first")
        }
        try workspace.tenant.assign(name, of: type, toGroup: group, rank: given.integer("Rank"), at: workspace.now, by: workspace.author)
        guard given.flag("PassThru") else { return [] }
        return workspace.tenant.assignments(of: type).filter { $0.group.isSameName(as: group) }.map(output)
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let types =
            given.text("PolicyType").flatMap(GroupPolicyAssignment.PolicyType.init).map { [$0] }
            ?? GroupPolicyAssignment.PolicyType.allCases
        let assignments = types.flatMap(workspace.tenant.assignments(of:))
        guard let group = given.text("GroupId") else { return assignments.map(output) }
        return assignments.filter { $0.group.isSameName(as: group) }.map(output)
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let type = try type(given), group = try given.required("GroupId")
        guard workspace.tenant.removeAssignment(of: type, group: group) else {
            let nearest = nearestName(to: group, among: workspace.tenant.assignments(of: type).map(\.group))
            let hint = nearest.map { "; did you mean \($0)?" } ?? ""
            throw .notFound("GroupId", "the group \(group) has no policy of type \(type.rawValue)\(hint)")
        }
        return []
    }

    /// A row a type that does not fall to Global; its sources in the order in which they count.
    private static func getOfUser(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let user = try workspace.user(try given.required("Identity"))
        var rows: [(type: String, sources: [GrantedPolicy.Source])] = GroupPolicyAssignment.PolicyType.allCases.map {
            ($0.rawValue, GrantedPolicy.of($0).sources(for: user, workspace.tenant))
        }
        rows.append(("OnlineDialOutPolicy", user.grants.dialOutPolicy.map { [GrantedPolicy.Source(policy: $0, group: nil)] } ?? []))
        let wanted = given.text("PolicyType")
        return rows.filter { !$0.sources.isEmpty && (wanted == nil || wanted == $0.type) }.map { row in
            .object(
                OutputObject([
                    "PolicyType": .text(row.type), "PolicyName": .text(row.sources[0].policy),
                    "PolicySource": .list(
                        row.sources.map { source in
                            .object(
                                OutputObject([
                                    "AssignmentType": .text(source.group == nil ? "Direct" : "Group"), "PolicyName": .text(source.policy),
                                    "Reference": .optional(source.group),
                                ]))
                        }),
                ]))
        }
    }
}

extension GrantedPolicy {
    /// Where a user has a policy from: a group, or a direct grant.
    struct Source: Equatable, Sendable {
        let policy: String
        let group: String?
    }

    /// The direct grant, then those of the user's groups by rank; the first is the one that holds (domain reference §4.1).
    func sources(for user: User, _ tenant: Tenant) -> [Source] {
        let direct = user.grants[keyPath: grant].map { [Source(policy: $0, group: nil)] } ?? []
        let groups = tenant.assignments(of: type).filter { assignment in user.groups.contains { $0.isSameName(as: assignment.group) } }
        return direct + groups.map { Source(policy: $0.policyName, group: $0.group) }
    }

    func effectiveName(for user: User, _ tenant: Tenant) -> String { sources(for: user, tenant).first?.policy ?? "Global" }
}
