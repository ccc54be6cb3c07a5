import Basis
import Dialing

/// Audio Conferencing routing policies (domain reference §8.4).
enum RoutingPolicyCmdlets {
    private static let settings: [CmdletParameter] = [
        CmdletParameter("OnlinePstnUsages", .listChange), .text("Description", .nullable), CmdletParameter("RouteType", .choice(["BYOT"])),
    ]
    private static let noun = "CsOnlineAudioConferencingRoutingPolicy"
    static let all = [
        Cmdlet(
            "New-\(noun)", "Makes an Audio Conferencing routing policy", changes: true, [.identity([.positional, .required])] + settings,
            body: new),
        Cmdlet(
            "Set-\(noun)", "Changes an Audio Conferencing routing policy; Global if none is named", changes: true, [.identity()] + settings,
            body: set),
        Cmdlet("Get-\(noun)", "Shows Audio Conferencing routing policies", [.identity(), .filter], body: get),
        Cmdlet(
            "Remove-\(noun)", "Removes an Audio Conferencing routing policy; Global loses its usages", changes: true,
            [.identity([.positional, .required, .pipeline])], body: remove),
        Cmdlet(
            "Grant-\(noun)", "Gives a user, a group or everybody an Audio Conferencing routing policy", changes: true,
            GrantedPolicy.parameters,
            body: { given, workspace throws(CmdletError) in try GrantedPolicy.routing.run(given, &workspace) }),
    ]

    private static func new(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let name = try given.newPolicyName()
        guard !workspace.tenant.routingPolicies.contains(name) else { throw .exists("Identity", "there is already a policy \(name)") }
        guard workspace.tenant.routingPolicies.count < TenantLimits.routingPolicies else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(TenantLimits.routingPolicies) routing policies")
        }
        var policy = AudioConferencingRoutingPolicy(name: name)
        try change(&policy, given, &workspace)
        if policy.onlinePstnUsages.isEmpty {
            workspace.warn("the policy \(name) has no OnlinePstnUsages: no call goes through an operator")
        }
        return [.object(output(policy))]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var policy = try named(try given.name(orElse: "Global"), workspace.tenant)
        policy.copiedFrom = nil
        try change(&policy, given, &workspace)
        return []
    }

    private static func change(
        _ policy: inout AudioConferencingRoutingPolicy, _ given: Arguments, _ workspace: inout Workspace
    ) throws(CmdletError) {
        if given.has("Description") { policy.description = given.text("Description") ?? "" }
        if let change = given.change("OnlinePstnUsages") {
            policy.onlinePstnUsages = try change.applied(to: policy.onlinePstnUsages, "OnlinePstnUsages", &workspace)
            guard policy.onlinePstnUsages.count <= TenantLimits.usagesOfPolicy else {
                throw CmdletError(.limitsExceeded, "LimitExceeded", "a policy has at most \(TenantLimits.usagesOfPolicy) usages")
            }
            try workspace.tenant.checkUsages(policy.onlinePstnUsages)
        }
        workspace.tenant.routingPolicies[policy.name] = policy
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let policies = workspace.tenant.routingPolicies.elements
        return try given.selected(from: policies, "policy", identity: \.name.asIdentity).map { .object(output($0)) }
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let policy = try named(try given.name(), workspace.tenant)
        if policy.name.isSameName(as: "Global") {
            workspace.tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(name: "Global")
            workspace.warn("Global cannot be removed; it has its values from the start again")
        } else {
            try GrantedPolicy.routing.checkUnused(policy.name, &workspace)
            workspace.tenant.routingPolicies[policy.name] = nil
        }
        return []
    }

    private static func named(_ name: String, _ tenant: Tenant) throws(CmdletError) -> AudioConferencingRoutingPolicy {
        if let policy = tenant.routingPolicies[name] { return policy }
        let nearest = nearestName(to: name, among: tenant.routingPolicies.elements.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw .notFound("Identity", "there is no Audio Conferencing routing policy \(name)\(nearest)")
    }

    private static func output(_ policy: AudioConferencingRoutingPolicy) -> OutputObject {
        OutputObject([
            "Identity": .text(policy.name.asIdentity), "OnlinePstnUsages": .texts(policy.onlinePstnUsages),
            "Description": .text(policy.description),
            "RouteType": .text("BYOT"),
        ]).followed(by: OutputObject.configuration(of: policy.name))
    }
}
