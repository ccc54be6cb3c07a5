import Dialing

/// Policies of one type that are kept here for others: made, changed, shown, removed and granted alike (domain reference §8.4, §8.9).
struct PolicyFamily<Policy: Named & Equatable & Sendable>: Sendable {
    /// `CsTeamsMeetingPolicy`.
    let noun: String
    /// As it stands in sentences: `meeting policy`.
    let kind: String
    let settings: [CmdletParameter]
    let list: any WritableKeyPath<TenantPolicies, NamedList<Policy>> & Sendable
    let fresh: @Sendable (String) -> Policy
    /// Policies that are always there and never changed.
    var builtIn: [Policy] = []
    let grants: GrantedPolicy
    let change: @Sendable (inout Policy, Arguments, inout Workspace) throws(CmdletError) -> Void
    let output: @Sendable (Policy, Tenant) -> [OutputObject.Property]
    /// Global, where it is kept elsewhere in part.
    var global: (@Sendable (Tenant) -> Policy)?
    var keepGlobal: (@Sendable (Policy, inout Tenant) -> Void)?

    var cmdlets: [Cmdlet] {
        let new = Cmdlet("New-\(noun)", "Makes a \(kind)", changes: true, [.identity([.positional, .required])] + settings) {
            given, workspace throws(CmdletError) in try make(given, &workspace)
        }
        let set = Cmdlet("Set-\(noun)", "Changes a \(kind); Global if none is named", changes: true, [.identity()] + settings) {
            given, workspace throws(CmdletError) in try modify(given, &workspace)
        }
        let get = Cmdlet("Get-\(noun)", "Shows \(plural)", [.identity(), .filter]) {
            given, workspace throws(CmdletError) in try show(given, workspace.tenant)
        }
        let remove = Cmdlet(
            "Remove-\(noun)", "Removes a \(kind); Global gets its values from the start", changes: true,
            [.identity([.positional, .required, .pipeline])]
        ) { given, workspace throws(CmdletError) in try take(given, &workspace) }
        let grant = Cmdlet("Grant-\(noun)", "Gives a user, a group or everybody a \(kind)", changes: true, GrantedPolicy.parameters) {
            given, workspace throws(CmdletError) in try grants.run(given, &workspace)
        }
        return [new, set, get, remove, grant]
    }

    private var plural: String { String(kind.dropLast()) + "ies" }

    private func all(_ tenant: Tenant) -> [Policy] {
        let kept = tenant.policies[keyPath: list].elements.filter { !$0.name.isSameName(as: "Global") }
        return [globalPolicy(tenant)] + builtIn + kept
    }

    private func globalPolicy(_ tenant: Tenant) -> Policy {
        global?(tenant) ?? tenant.policies[keyPath: list]["Global"] ?? fresh("Global")
    }

    private func named(_ name: String, _ tenant: Tenant) throws(CmdletError) -> Policy {
        let all = all(tenant)
        guard let policy = all.first(where: { $0.name.isSameName(as: name) }) else {
            throw .notFound("Identity", kind, name, among: all.map(\.name))
        }
        return policy
    }

    private func checkMayChange(_ policy: Policy) throws(CmdletError) {
        guard !builtIn.contains(where: { $0.name.isSameName(as: policy.name) }) else {
            throw .refused("the \(kind) \(policy.name) is built in and stays as it is", parameter: "Identity")
        }
    }

    private func keep(_ policy: Policy, _ tenant: inout Tenant) {
        if policy.name.isSameName(as: "Global"), let keepGlobal { return keepGlobal(policy, &tenant) }
        tenant.policies[keyPath: list][policy.name] =
            policy.name.isSameName(as: "Global") && policy == fresh("Global") ? nil : policy
    }

    private func make(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let name = try given.newPolicyName(limit: TenantPolicies.nameLimit)
        guard !all(workspace.tenant).contains(where: { $0.name.isSameName(as: name) }) else {
            throw .exists("Identity", "there is already a \(kind) \(name)")
        }
        guard workspace.tenant.policies[keyPath: list].count < TenantPolicies.limit else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(TenantPolicies.limit) policies of a type")
        }
        var policy = fresh(name)
        try change(&policy, given, &workspace)
        if !given.flagIfDeclared("InMemory") { keep(policy, &workspace.tenant) }
        return [.object(object(policy, workspace.tenant))]
    }

    private func modify(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var policy = try named(try given.name(orElse: "Global"), workspace.tenant)
        try checkMayChange(policy)
        try change(&policy, given, &workspace)
        keep(policy, &workspace.tenant)
        return []
    }

    private func show(_ given: Arguments, _ tenant: Tenant) throws(CmdletError) -> [CmdletValue] {
        try given.selected(from: all(tenant), kind, identity: \.name.asIdentity).map { .object(object($0, tenant)) }
    }

    private func object(_ policy: Policy, _ tenant: Tenant) -> OutputObject {
        OutputObject(
            properties: [OutputObject.Property(name: "Identity", value: .text(policy.name.asIdentity))] + output(policy, tenant)
                + OutputObject.configuration(of: policy.name))
    }

    private func take(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let policy = try named(try given.name(), workspace.tenant)
        try checkMayChange(policy)
        if policy.name.isSameName(as: "Global") {
            keep(fresh("Global"), &workspace.tenant)
            workspace.warn("Global cannot be removed; it has its values from the start again")
        } else {
            try grants.checkUnused(policy.name, &workspace)
            workspace.tenant.policies[keyPath: list][policy.name] = nil
        }
        return []
    }
}

extension Arguments {
    /// Whether a switch is given that not every cmdlet has.
    func flagIfDeclared(_ name: String) -> Bool { cmdlet.parameters.contains { $0.name == name } && flag(name) }
}

extension OutputObject {
    /// What policies print at their end: where they are kept, in the vendor's words.
    static func configuration(of name: String) -> [Property] {
        let isGlobal = name.isSameName(as: "Global")
        return [
            Property(name: "Key", value: .text("{urn:schema:Microsoft.Rtc.Management}\(name.withoutTag)")),
            Property(name: "ConfigMetadata", value: .text("Authority=Tenant")),
            Property(name: "ConfigId", value: .text(isGlobal ? "Global" : name.withoutTag)),
        ]
    }

    func followed(by more: [Property]) -> OutputObject { OutputObject(properties: properties + more) }
}
