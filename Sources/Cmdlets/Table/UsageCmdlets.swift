import Basis
import Dialing

/// The tenant's list of PSTN usages (domain reference §8.2).
enum UsageCmdlets {
    static let all = [
        Cmdlet("Get-CsOnlinePstnUsage", "Shows the list of PSTN usages", [.identity(), .filter], body: get),
        Cmdlet(
            "Set-CsOnlinePstnUsage", "Adds, removes or replaces PSTN usages", changes: true,
            [.identity(), CmdletParameter("Usage", .listChange, .required)], body: set),
    ]

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let usages = workspace.tenant.pstnUsages
        return try given.selected(from: ["Global"], "list of usages", identity: { $0 }).map { identity in
            .object(
                OutputObject(["Identity": .text(identity), "Usage": .texts(usages)]).followed(by: OutputObject.configuration(of: identity)))
        }
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let identity = given.text("Identity") ?? "Global"
        guard identity.isSameName(as: "Global") else { throw .notFound("Identity", "the only list of usages is Global, not \(identity)") }
        let before = workspace.tenant.pstnUsages
        let after = try given.change("Usage")!.applied(to: before, "Usage", &workspace)
        guard after.count <= TenantLimits.usages else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(TenantLimits.usages) usages", parameter: "Usage")
        }
        let kept = Set(after.map { $0.lowercased() })
        for usage in before where !kept.contains(usage.lowercased()) { try checkUnused(usage, workspace.tenant) }
        workspace.tenant.pstnUsages = after
        return []
    }

    /// A usage stays while a policy or a route names it (domain reference §14, choice 6).
    private static func checkUnused(_ usage: String, _ tenant: Tenant) throws(CmdletError) {
        let policies = tenant.routingPolicies.elements.filter { $0.onlinePstnUsages.contains { $0.isSameName(as: usage) } }
        let routes = tenant.voiceRoutes.elements.filter { $0.onlinePstnUsages.contains { $0.isSameName(as: usage) } }
        guard !policies.isEmpty || !routes.isEmpty else { return }
        let users = [("policy", policies.map(\.name)), ("route", routes.map(\.name))].filter { !$0.1.isEmpty }
        let named = users.map { "\($0.0) \(enumeration($0.1))" }.joined(separator: " and ")
        throw .refused("the usage \(usage) cannot be removed while it is named by \(named)", parameter: "Usage")
    }
}

/// Usages that routes and policies name.
extension Tenant {
    func checkUsages(_ usages: [String]) throws(CmdletError) {
        let known = Set(pstnUsages.map { $0.lowercased() })
        for usage in usages where !known.contains(usage.lowercased()) {
            let nearest = nearestName(to: usage, among: pstnUsages).map { "; did you mean \($0)?" } ?? ""
            throw .notFound(
                "OnlinePstnUsages",
                "there is no PSTN usage \(usage)\(nearest.isEmpty ? "; add it first with Set-CsOnlinePstnUsage" : nearest)")
        }
    }
}
