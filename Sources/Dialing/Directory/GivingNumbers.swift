extension Directory {
    /// The changes, with the toll number that each user is given for whom conferencing is switched on by them (domain reference §7.5).
    package func givingNumbers(_ changes: [DirectoryChange]) -> [DirectoryChange] {
        var tenants: [String: Tenant] = [:], defaults: [String: InviteDefaults] = [:]
        for case .putTenant(let tenant) in changes { tenants[tenant.id] = tenant }
        return changes.map { change in
            guard case .putUser(let id, var user) = change else { return change }
            let was = self.user(user.upn, of: id)?.isEnabledForConferencing ?? false
            guard user.isEnabledForConferencing != was else { return change }
            var conferencing = user.conferencing ?? UserConferencing()
            if was {
                conferencing.givenServiceNumber = nil
            } else if conferencing.givenServiceNumber == nil, let tenant = tenants[id] ?? self.tenant(id) {
                let bridge = defaults[id] ?? InviteDefaults(tenant)
                defaults[id] = bridge
                conferencing.givenServiceNumber = bridge.tollNumberToGive(to: user)
            }
            user.conferencing = conferencing == UserConferencing() ? nil : conferencing
            return .putUser(tenant: id, user)
        }
    }
}
