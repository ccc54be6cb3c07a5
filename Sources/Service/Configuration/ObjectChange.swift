import Dialing

/// One object of a tenant's configuration before and after a change.
struct ObjectChange: Encodable, Equatable, Sendable {
    /// `route International`, `policy Global`, `number +14255550100`, `user alice@contoso.example`.
    let object: String
    /// Null where it is new.
    let before: JSONValue
    /// Null where it is gone.
    let after: JSONValue

    init(_ object: String, before: (some Encodable)?, after: (some Encodable)?) {
        self.object = object
        self.before = before.map { JSONValue(showing: $0) } ?? .null
        self.after = after.map { JSONValue(showing: $0) } ?? .null
    }
}

extension [ObjectChange] {
    /// All in which two documents of a tenant differ, in the order of the document; then the users that were changed.
    init(from old: Tenant, to new: Tenant, users: [(before: User?, after: User)]) {
        self.init()
        note("tenant", Naming(old), Naming(new))
        note("usages", old.pstnUsages, new.pstnUsages)
        note("route", old.voiceRoutes.elements, new.voiceRoutes.elements, \.name)
        note("policy", old.routingPolicies.elements, new.routingPolicies.elements, \.name)
        note("grant to group", old.groupAssignments, new.groupAssignments) { "\($0.group) (\($0.policyType.rawValue))" }
        note("dial-out policy Global", Naming(policy: old), Naming(policy: new))
        note("dial plan", old.dialPlans.elements, new.dialPlans.elements, \.name)
        note("bridge", old.bridge, new.bridge)
        note("number", old.numbers, new.numbers, \.telephoneNumber.description)
        note("operator", old.operators, new.operators, \.operatorID)
        note("settings", old.settings, new.settings)
        for user in users where user.before != user.after {
            append(ObjectChange("user \(user.after.upn)", before: user.before, after: user.after))
        }
    }

    /// What of a tenant is no object of its own.
    private struct Naming: Codable, Equatable {
        var displayName: String?
        var country: Country?
        var policy: DialOutPolicy?

        init(_ tenant: Tenant) { (displayName, country) = (tenant.displayName, tenant.country) }
        init(policy tenant: Tenant) { policy = tenant.globalDialOutPolicy }
    }

    private mutating func note(_ object: String, _ old: some Encodable & Equatable, _ new: some Encodable & Equatable) {
        append(ObjectChange(object, before: old, after: new))
        if self[count - 1].before == self[count - 1].after { removeLast() }
    }

    private mutating func note<Part: Encodable & Equatable>(
        _ kind: String, _ old: [Part], _ new: [Part], _ name: (Part) -> String
    ) {
        guard old != new else { return }
        let before = Dictionary(old.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(new.map(name))
        for element in new where before[name(element)] != element {
            append(ObjectChange("\(kind) \(name(element))", before: before[name(element)], after: element))
        }
        for element in old where !kept.contains(name(element)) {
            append(ObjectChange("\(kind) \(name(element))", before: element, after: Part?.none))
        }
    }
}
