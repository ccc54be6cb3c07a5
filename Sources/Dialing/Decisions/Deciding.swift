import Basis
package import Patterns

extension Directory {
    /// What the rules say of an inquiry, gate by gate in the order of the contract; entirely from this version, and without effects.
    ///
    /// `pool` is what the tenant has used this month. The time does not depend on the number of tenants, users or policies.
    package func decide(
        _ inquiry: Inquiry, tenant: String, using scratch: borrowing Pattern.Scratch, pool: MinutePool = MinutePool()
    ) -> Decision {
        var decision = Decision(organizer: inquiry.organizer, dialled: inquiry.dialled, configVersion: version)
        decision.findings.reserveCapacity(12)
        guard let entry = entry(tenant) else {
            decision.findings.append(.tenantUnknown(tenant))
            decision.refuse(Refusal(.organizer, .unknownOrganizer))
            return decision
        }
        let deciding = Deciding(
            operators: standings, holders: holders, tenant: entry.compiled, users: entry.users,
            organizerIndex: entry.users.index(of: inquiry.organizer),
            inquiry: inquiry, pool: pool, gatewayAddresses: gatewayAddresses, carriers: operatorsByID, trunkRules: translations)
        do throws(Refusal) {
            try deciding.run(&decision, using: scratch)
        } catch {
            decision.refuse(error)
        }
        return decision
    }
}

/// The gate that said no, and why.
struct Refusal: Error {
    let gate: Gate
    let reason: RefusalReason

    init(_ gate: Gate, _ reason: RefusalReason) {
        self.gate = gate
        self.reason = reason
    }
}

extension Decision {
    /// Refuses what the rules allowed but the service cannot try, and says why.
    package mutating func refuse(_ gate: Gate, _ reason: RefusalReason, because finding: Finding) {
        findings.append(finding)
        refuse(Refusal(gate, reason))
    }

    fileprivate mutating func refuse(_ refusal: Refusal) {
        verdict = .refuse
        gate = refusal.gate
        reason = refusal.reason
    }
}

/// The pipeline of domain reference §3.2 on one tenant.
struct Deciding {
    let operators: OperatorStandings
    let holders: NumberHolders
    let tenant: CompiledTenant
    let users: UserTable
    let organizerIndex: Int?
    let inquiry: Inquiry
    let pool: MinutePool
    let gatewayAddresses: AddressRule
    let carriers: [String: Operator]
    /// Of operators whose trunks have number rules, by trunk.
    let trunkRules: [String: [String: NumberTranslation]]

    /// The organizer, as far as the gates ask.
    struct Organizer {
        let person: String
        let profile: UserProfile
        let licence: Licence
        let home: Country
    }

    func run(_ decision: inout Decision, using scratch: borrowing Pattern.Scratch) throws(Refusal) {
        let requester = try admitRequester(&decision)
        let organizer = try admitOrganizer(&decision)
        let number = try readNumber(requester, home: organizer.home, &decision, using: scratch)
        try checkDestination(number, &decision)
        let destination = Destination(number, in: decision.country)
        try checkDialOutPolicy(organizer, destination, &decision)
        guard try chooseRoute(number, organizer, &decision, using: scratch) else {
            return try chooseCarrier(organizer, destination, &decision)
        }
        addCarrier(organizer, destination, &decision)
    }

    private func admitOrganizer(_ decision: inout Decision) throws(Refusal) -> Organizer {
        guard let index = organizerIndex else {
            decision.findings.append(.organizerUnknown(inquiry.organizer, tenant: tenant.document.displayName))
            throw Refusal(.organizer, .unknownOrganizer)
        }
        let profile = users.profile(at: index)
        let name = users.displayName(at: index)
        let person = name.isEmpty ? inquiry.organizer : name
        guard tenant.document.settings.audioConferencingEnabled else {
            decision.findings.append(.conferencingOff(tenant: tenant.document.displayName))
            throw Refusal(.organizer, .audioConferencingDisabled)
        }
        guard let licence = profile.licence else {
            decision.findings.append(.noLicence(person, hasCredits: profile.key.licences.contains(.communicationsCredits)))
            throw Refusal(.licence, .noLicence)
        }
        decision.licence = licence
        guard profile.key.audioConferencingEnabled else {
            decision.findings.append(.conferencingOffFor(person))
            throw Refusal(.licence, .audioConferencingDisabled)
        }
        decision.findings.append(.licence(person, licence))
        return Organizer(
            person: person, profile: profile, licence: licence, home: profile.key.usageLocation ?? tenant.document.country)
    }

    private func checkDialOutPolicy(_ organizer: Organizer, _ destination: Destination, _ decision: inout Decision) throws(Refusal) {
        let direct = organizer.profile.dialOutPolicy
        let policy = direct ?? tenant.document.globalDialOutPolicy
        func conclude(_ test: Finding.DialOutTest, _ refusal: RefusalReason?) throws(Refusal) {
            decision.findings.append(.dialOutPolicy(name: policy.name, isDirect: direct != nil, policy.conferencing, test))
            if let refusal { throw Refusal(.dialOutPolicy, refusal) }
        }
        switch policy.conferencing {
        case .internationalAndDomestic: try conclude(.passed, nil)
        case .disabled: try conclude(.disabled, .dialOutDisabled)
        case .domesticOnly:
            let isHome = decision.country == organizer.home
            try conclude(.domestic(home: organizer.home, destination: decision.country), isHome ? nil : .domesticOnly)
        case .zoneA:
            let country = destination.country, isPremium = destination.premiumNumber != nil
            try conclude(
                isPremium ? .zoneAPremium(destination: country) : .zoneA(destination: country),
                country?.isZoneA == true && !isPremium ? nil : .zoneAOnly)
        }
    }
}
