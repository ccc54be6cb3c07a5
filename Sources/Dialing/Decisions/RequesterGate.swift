extension Deciding {
    /// A request that names nobody is the meeting service's own word for the organizer; `anonymous`, or an empty name, is a participant without.
    ///
    /// A user of the tenant, or of the organizer's own domain, is a member; `#EXT#` in the name marks a guest; anybody else is federated.
    func admitRequester(_ decision: inout Decision) throws(Refusal) -> Finding.Requester {
        let requester = classify()
        switch requester {
        case .organizer, .member, .guest: break
        case .federated(let name, let kind):
            let isSelf = kind == .callMeAt
            let value = isSelf ? tenant.document.settings.federatedUsersToSelf : tenant.document.settings.federatedUsersToThirdParty
            if !admits(value, name) {
                let setting = isSelf ? "AllowFederatedUsersToDialOutToSelf" : "AllowFederatedUsersToDialOutToThirdParty"
                decision.findings.append(.requesterRefused(requester, setting: setting, value: value.rawValue))
                throw Refusal(.requester, .requesterNotAllowed)
            }
        case .anonymous:
            if !anonymousMayDialOut {
                decision.findings.append(.requesterRefused(requester, setting: "AllowAnonymousUsersToDialOut", value: "False"))
                throw Refusal(.requester, .requesterNotAllowed)
            }
        }
        decision.findings.append(.requester(requester))
        return requester
    }

    /// As the organizer's meeting policy says: the organizer's own, that of a group, or Global.
    private var anonymousMayDialOut: Bool {
        if let profile = organizerIndex.map(users.profile(at:)) {
            if let name = profile.meetingGrant, let allowed = tenant.anonymousDialOut[name] { return allowed }
            if let grant = tenant.meetingGrants.first(where: { profile.groups.contains($0.group) }) { return grant.policy }
        }
        return tenant.document.settings.anonymousUsersMayDialOut
    }

    private func classify() -> Finding.Requester {
        guard let name = inquiry.requestedBy else { return .organizer }
        if name.isEmpty || name.lowercased() == "anonymous" { return .anonymous }
        if name.lowercased().contains("#ext#") { return .guest(name) }
        if users.index(of: name) != nil { return .member(name) }
        let domain = Directory.domain(of: name)
        if domain != nil, domain == Directory.domain(of: inquiry.organizer) { return .member(name) }
        return .federated(name, kind: inquiry.kind)
    }

    /// With a list of external domains, only those; the same enterprise is the organizer's domain, one above it or one below it.
    private func admits(_ value: ConferencingSettings.FederatedDialOut, _ name: String) -> Bool {
        guard value != .no, let domain = Directory.domain(of: name) else { return false }
        let listed = tenant.document.settings.allowedDialOutExternalDomains
        guard listed.isEmpty || listed.contains(where: { $0.lowercased() == domain }) else { return false }
        guard value == .requireSameEnterpriseUser else { return true }
        guard let home = Directory.domain(of: inquiry.organizer) else { return false }
        return domain.hasSuffix("." + home) || home.hasSuffix("." + domain)
    }

    func habits(of requester: Finding.Requester) -> DialingHabits {
        let index: Int?
        switch requester {
        case .organizer: index = organizerIndex
        case .member(let name): index = users.index(of: name)
        case .guest, .federated, .anonymous: return DialingHabits(plan: nil, country: nil)
        }
        let profile = index.map(users.profile(at:))
        return DialingHabits(plan: dialPlan(of: profile), country: profile?.key.usageLocation ?? tenant.document.country)
    }

    private func dialPlan(of profile: UserProfile?) -> CompiledDialPlan? {
        if let name = profile?.dialPlanGrant, let plan = tenant.dialPlans[name] { return plan }
        if let profile, let grant = tenant.dialPlanGrants.first(where: { profile.groups.contains($0.group) }) { return grant.policy }
        return tenant.globalDialPlan
    }
}
