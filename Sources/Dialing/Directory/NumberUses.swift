/// Something that still holds a number, so that it cannot go (domain reference §7.6).
package struct NumberUse: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// It is on the conference bridge.
        case bridge
        /// It is the bridge's default.
        case bridgeDefault
        /// A voice route shows it.
        case route
        /// It is a user's default on invites.
        case userDefault
        /// A Teams audio conferencing policy lists it.
        case policy
        /// It is assigned to a user or an application.
        case assignment
        /// It is on the bridge while invites are rewritten.
        case migration
    }
    package let number: E164
    package let kind: Kind
    /// What holds it: a bridge, a route, a user, a policy.
    package let name: String

    /// As it stands in sentences.
    package var words: String {
        switch kind {
        case .bridge: "on the bridge \(name)"
        case .bridgeDefault: "the default of the bridge \(name)"
        case .route: "the caller ID of the route \(name)"
        case .userDefault: "the default number of \(name)"
        case .policy: "a number of the policy \(name)"
        case .assignment: "assigned to \(name)"
        case .migration: "on the bridge while the invites of \(name) are rewritten"
        }
    }
}

extension Tenant {
    /// Everything that holds a number; `users` are those whose invites show it by default, `migrating` those whose invites are being rewritten.
    package func uses(of telephoneNumber: E164, defaultOf users: [String], migrating: [String]) -> [NumberUse] {
        guard let number = number(telephoneNumber) else { return [] }
        func use(_ kind: NumberUse.Kind, _ name: String) -> NumberUse { NumberUse(number: telephoneNumber, kind: kind, name: name) }
        var uses = users.map { use(.userDefault, $0) }
        if number.status == .conferenceAssigned { uses += migrating.map { use(.migration, $0) } }
        uses += policies.audioConferencing.elements.filter { $0.meetingInvitePhoneNumbers.contains(telephoneNumber) }.map {
            use(.policy, $0.name)
        }
        uses += voiceRoutes.elements.filter { $0.bridgeSourcePhoneNumber == telephoneNumber }.map { use(.route, $0.name) }
        if bridge.defaultServiceNumber == telephoneNumber { uses.append(use(.bridgeDefault, bridge.name)) }
        switch number.status {
        case .unassigned: break
        case .conferenceAssigned: uses.append(use(.bridge, bridge.name))
        case .userAssigned, .voiceApplicationAssigned: uses.append(use(.assignment, number.assignedTo ?? number.status.rawValue))
        }
        return uses
    }
}

extension Directory {
    /// Everything that holds a number of a tenant.
    package func uses(of number: E164, in tenant: String) -> [NumberUse] {
        let users = users(of: tenant).principals(whoseConferencing: { $0?.serviceNumber == number || $0?.tollFreeServiceNumber == number })
        let migrating = (self.migrating[tenant] ?? []).sorted()
        return self.tenant(tenant)?.uses(of: number, defaultOf: users, migrating: migrating) ?? []
    }

    /// The tenant that has the number from an operator.
    package func holder(of number: E164) -> String? { holders[number] }

    /// Whether tenants have the number from the service's own carrier, which may give it to many.
    package func isShared(_ number: E164) -> Bool { holders.isShared(number) }

    /// Whether a number that the operator gives is one that it gives to many, and more than `count` have already.
    package func isShared(_ number: E164, from operatorID: String, byMoreThan count: Int = 0) -> Bool {
        guard operatorID == Operator.serviceCarrier else { return false }
        let isListed = `operator`(operatorID)?.sharedNumbers?.contains { $0.number == number } == true
        return isListed || holders.isShared(number, byMoreThan: count)
    }
}
