import Basis

extension Directory {
    /// Makes the next version: all of the changes, in order, or none of them.
    ///
    /// What the asker may not change, or the rules of money and identity do not allow, is refused; what comes from the store is taken as it
    /// is, and what breaks a rule there is out of use.
    package mutating func apply(
        _ changes: [DirectoryChange], by asker: Asker = .store, version: Int64, tables: TableCompilation = .now
    ) throws(InvalidChange) {
        if asker != .store { try judge(changes, by: asker) }
        for step in try check(changes, tables) { take(step) }
        self.version = version
    }

    /// Takes users as they were stored; the tenant is there.
    package mutating func load(_ users: [User], of tenant: String) throws(InvalidChange) {
        for user in users { try user.validate() }
        put(users, in: tenant)
    }

    private func judge(_ changes: [DirectoryChange], by asker: Asker) throws(InvalidChange) {
        var licences = LicenceGuard(self)
        for change in changes {
            switch change {
            case .putTenant(let tenant): try TenantGuard(self, asker, after: tenant).judge()
            case .putOperator(let carrier):
                try carrier.judgeSettings(before: operatorsByID[carrier.id], by: asker)
                try carrier.judgeForm(before: operatorsByID[carrier.id], in: self)
            case .putUser(let tenant, let user):
                try judge(user, before: self.user(user.upn, of: tenant))
                try judgeTenant(tenant, of: user, by: asker)
            case .removeTenant, .removeUser, .removeOperator: break
            }
            licences.note(change)
        }
        try licences.judge()
        let total = ChangeTotal(changes)
        try InviteGuard(self, total).judge()
        try GrantGuard(self, total).judge()
        try AssignmentGuard(self, total).judge()
    }

    /// A place that a user did not have before is a country, and new groups have names.
    private func judge(_ user: User, before: @autoclosure () -> User?) throws(InvalidChange) {
        func invalid(_ field: String, _ rule: String) -> InvalidChange {
            InvalidChange(document: "user \(user.upn)", field: field, rule: rule)
        }
        if let place = user.usageLocation, !place.isAssigned, place != before()?.usageLocation {
            throw invalid("usageLocation", "\(place) is no country of ISO 3166-1")
        }
        guard !user.groups.allSatisfy(\.isName) || user.groups.namedTwice != nil, user.groups != before()?.groups else { return }
        if let twice = user.groups.namedTwice { throw invalid("groups", "has \(twice) twice") }
        throw invalid("groups", "a group's name \(String.nameRule)")
    }

    /// No tenant's administrator takes an organizer that another tenant has: requests that name no tenant go by it.
    private func judgeTenant(_ tenant: String, of user: User, by asker: Asker) throws(InvalidChange) {
        guard asker != .platform, self.user(user.upn, of: tenant) == nil, !tenants(ofOrganizer: user.upn).isEmpty else { return }
        throw InvalidChange(
            document: "user \(user.upn)", field: "upn", rule: "is a user of another tenant, and the platform's to give to a second one",
            kind: .conflict)
    }

    /// A change that nothing can be said against any more.
    private enum Step {
        case putTenant(CompiledTenant)
        case removeTenant(String)
        case putUser(tenant: String, User)
        case removeUser(tenant: String, upn: String)
        case putOperator(Operator)
        case removeOperator(String)
    }

    /// All that can fail, with nothing changed but what tenants share, and that given back on failure.
    private mutating func check(_ changes: [DirectoryChange], _ tables: TableCompilation) throws(InvalidChange) -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(changes.count)
        var exists: [String: Bool] = [:]
        do throws(InvalidChange) {
            for change in changes { steps.append(try check(change, tables, &exists)) }
        } catch {
            for case .putTenant(let compiled) in steps { compiler.release(compiled) }
            throw error
        }
        return steps
    }

    private mutating func check(
        _ change: DirectoryChange, _ tables: TableCompilation, _ exists: inout [String: Bool]
    ) throws(InvalidChange) -> Step {
        switch change {
        case .putTenant(let tenant):
            exists[tenant.id] = true
            return .putTenant(try compiler.compile(tenant, tables))
        case .removeTenant(let id):
            exists[id] = false
            return .removeTenant(id)
        case .putUser(let tenant, let user):
            try user.validate()
            guard exists[tenant] ?? hasTenant(tenant) else {
                throw InvalidChange(document: "user \(user.upn)", field: "tenant", rule: "there is no tenant \(tenant)")
            }
            return .putUser(tenant: tenant, user)
        case .removeUser(let tenant, let upn): return .removeUser(tenant: tenant, upn: upn)
        case .putOperator(let `operator`):
            try `operator`.validate()
            return .putOperator(`operator`)
        case .removeOperator(let id): return .removeOperator(id)
        }
    }

    private mutating func take(_ step: Step) {
        switch step {
        case .putTenant(let compiled): put(compiled)
        case .removeTenant(let id): removeTenant(id)
        case .putUser(let tenant, let user): put([user], in: tenant)
        case .removeUser(let tenant, let upn): removeUser(upn, of: tenant)
        case .putOperator(let `operator`):
            operatorsByID[`operator`.id] = `operator`
            let rules = `operator`.trunks.compactMap { trunk in trunk.translation.map { (trunk.name, $0) } }
            translations[`operator`.id] = rules.isEmpty ? nil : Dictionary(rules, uniquingKeysWith: { first, _ in first })
            standings.put(`operator`)
        case .removeOperator(let id):
            operatorsByID[id] = nil
            translations[id] = nil
            standings.remove(id)
        }
    }

    private mutating func put(_ compiled: CompiledTenant) {
        let id = compiled.document.id
        let old = tenants.update(id) { entry in
            let old = entry.compiled
            entry.compiled = compiled
            return old
        }
        if let old { compiler.release(old) } else { tenants[id] = Entry(compiled: compiled) }
        holders.change(from: old?.document.numbers ?? [], to: compiled.document.numbers, of: id)
        byOperator.change(from: old?.document, to: compiled.document, of: id)
    }

    private mutating func removeTenant(_ id: String) {
        guard let entry = tenants[id] else { return }
        compiler.release(entry.compiled)
        holders.change(from: entry.compiled.document.numbers, to: [], of: id)
        byOperator.change(from: entry.compiled.document, to: nil, of: id)
        userCount -= entry.users.count
        var left: Set<String> = []
        for index in 0..<entry.users.count {
            profiles.release(entry.users.profile(at: index).key)
            if let domain = Self.domain(of: entry.users.upn(at: index)) { left.insert(domain) }
        }
        for domain in left {
            let others = domains[domain]?.filter { $0 != id } ?? []
            domains[domain] = others.isEmpty ? nil : others
        }
        tenants[id] = nil
    }

    private mutating func put(_ users: [User], in tenant: String) {
        let profiles = acquireProfiles(of: users)
        var replaced: [UserProfile] = [], domains: [String] = []
        tenants.update(tenant) { entry in
            if users.count > 1 { entry.users.reserve(users.count) }
            for (user, profile) in zip(users, profiles) {
                let upn = user.upn.asciiLowercased
                let isDomainKnown = entry.users.lastIsInDomain(of: upn)
                let old = entry.users.put(upn: upn, displayName: user.displayName, profile: profile)
                entry.assigned.change(from: old?.key.licences ?? [], to: user.licences)
                if let old { replaced.append(old) } else if !isDomainKnown { domains.append(Self.domain(of: upn)!) }
            }
        }
        for old in replaced { self.profiles.release(old.key) }
        userCount += users.count - replaced.count
        for domain in domains {
            let listed: Void? = self.domains.update(domain) { tenants in
                if !tenants.contains(tenant) { tenants.append(tenant) }
            }
            if listed == nil { self.domains[domain] = [tenant] }
        }
    }

    /// One for each; users that stand together often have the same.
    private mutating func acquireProfiles(of users: [User]) -> [UserProfile] {
        var acquired: [UserProfile] = []
        acquired.reserveCapacity(users.count)
        var start = 0
        while start < users.count {
            let key = UserProfile.Key(users[start])
            let end = users[start...].dropFirst().firstIndex { UserProfile.Key($0) != key } ?? users.count
            let profile = profiles.acquire(key, uses: end - start) { UserProfile(key) }
            acquired.append(contentsOf: repeatElement(profile, count: end - start))
            start = end
        }
        return acquired
    }

    private mutating func removeUser(_ upn: String, of tenant: String) {
        let removed = tenants.update(tenant) { entry in
            let removed = entry.users.remove(upn)
            entry.assigned.change(from: removed?.key.licences ?? [], to: [])
            return removed
        }
        guard let removed = removed ?? nil else { return }
        profiles.release(removed.key)
        userCount -= 1
    }
}

extension Directory {
    /// Marks numbers of a tenant that no order is known to have brought: they are out of use until their operator uploads them.
    package mutating func doubt(_ numbers: Set<E164>, of tenant: String) { holders.doubt(numbers, of: tenant) }
}
