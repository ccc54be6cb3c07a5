/// Everything decisions are made from, at one version. A value: applying changes makes the next version and recompiles only what changed;
/// a copy that somebody keeps stays as it was.
package struct Directory: Sendable {
    package private(set) var version: Int64 = 0
    var tenants = Sharded<String, Entry>()
    var operatorsByID: [String: Operator] = [:]
    /// Which tenants have, or had, users under a domain.
    private var domains = Sharded<String, [String]>()
    var compiler = Compiler()
    private var profiles = Interned<UserProfile.Key, UserProfile>()
    package private(set) var userCount = 0

    /// A tenant with its users.
    struct Entry: Sendable {
        var compiled: CompiledTenant
        var users = UserTable()
    }

    package init() {}
}

extension Directory {
    package func tenant(_ id: String) -> Tenant? { tenants[id]?.compiled.document }
    package var tenantIDs: [String] { tenants.keys.sorted() }
    package var tenantCount: Int { tenants.count }

    /// The users of a tenant by lower-case principal name, made afresh; none for an unknown tenant.
    package func users(of tenant: String) -> Users {
        guard let table = tenants[tenant]?.users else { return [:] }
        return Users(uniqueKeysWithValues: (0..<table.count).map { (table.upn(at: $0), table.user(at: $0)) })
    }

    package func user(_ upn: String, of tenant: String) -> User? {
        guard let table = tenants[tenant]?.users else { return nil }
        return table.index(of: upn).map(table.user(at:))
    }

    /// In order of their ids.
    package var operators: [Operator] { operatorsByID.values.sorted { $0.id < $1.id } }
    package func `operator`(_ id: String) -> Operator? { operatorsByID[id] }

    /// The tenant that has this user; by the name's domain, so that no tenant is searched in vain.
    package func tenant(ofOrganizer upn: String) -> String? {
        guard let domain = Self.domain(of: upn) else { return nil }
        return domains[domain]?.first { tenants[$0]?.users.index(of: upn) != nil }
    }

    /// How many different patterns, pattern tables and user profiles there are: what equal ones share.
    package var sharing: (patterns: Int, tables: Int, profiles: Int) {
        (compiler.patternCount, compiler.tableCount, profiles.count)
    }

    /// What follows the last `@`, in lower case.
    static func domain(of upn: String) -> String? {
        guard let at = upn.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        return upn[upn.utf8.index(after: at)...].lowercased()
    }
}

extension Directory {
    /// Makes the next version: all of the changes, in order, or none of them.
    package mutating func apply(_ changes: [DirectoryChange], version: Int64) throws(InvalidChange) {
        var next = self
        for change in changes { try next.apply(change) }
        next.version = version
        self = next
    }

    private mutating func apply(_ change: DirectoryChange) throws(InvalidChange) {
        switch change {
        case .putTenant(let tenant): try put(tenant)
        case .removeTenant(let id): removeTenant(id)
        case .putUser(let tenant, let user): try put(user, in: tenant)
        case .removeUser(let tenant, let upn): removeUser(upn, of: tenant)
        case .putOperator(let `operator`):
            try `operator`.validate()
            operatorsByID[`operator`.id] = `operator`
        case .removeOperator(let id): operatorsByID[id] = nil
        }
    }

    private mutating func put(_ tenant: Tenant) throws(InvalidChange) {
        let compiled = try compiler.compile(tenant)
        let old = tenants.update(tenant.id) { entry in
            let old = entry.compiled
            entry.compiled = compiled
            return old
        }
        if let old { compiler.release(old) } else { tenants[tenant.id] = Entry(compiled: compiled) }
    }

    private mutating func removeTenant(_ id: String) {
        guard let entry = tenants[id] else { return }
        compiler.release(entry.compiled)
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

    private mutating func put(_ user: User, in tenant: String) throws(InvalidChange) {
        try user.validate()
        let key = UserProfile.Key(user)
        let profile = profiles.acquire(key) { UserProfile(key) }
        let upn = user.upn.lowercased()
        let replaced = tenants.update(tenant) { $0.users.put(upn: upn, displayName: user.displayName, profile: profile) }
        guard let replaced else {
            throw InvalidChange(document: "user \(upn)", field: "tenant", rule: "there is no tenant \(tenant)")
        }
        if let replaced {
            profiles.release(replaced.key)
            return
        }
        userCount += 1
        let domain = Self.domain(of: upn)!
        if domains[domain]?.contains(tenant) != true { domains[domain] = (domains[domain] ?? []) + [tenant] }
    }

    private mutating func removeUser(_ upn: String, of tenant: String) {
        guard let removed = tenants.update(tenant, { $0.users.remove(upn) }) ?? nil else { return }
        profiles.release(removed.key)
        userCount -= 1
    }
}
