import Basis
internal import Patterns

/// Everything decisions are made from, at one version. A value: applying changes makes the next version and recompiles only what changed;
/// a copy that somebody keeps stays as it was.
package struct Directory: Sendable {
    package internal(set) var version: Int64 = 0
    var tenants = Sharded<String, Entry>()
    var operatorsByID: [String: Operator] = [:]
    var standings = OperatorStandings()
    /// Which tenants have, or had, users under a domain.
    var domains = Sharded<String, [String]>()
    var compiler = Compiler()
    var profiles = Interned<UserProfile.Key, UserProfile>()
    /// Which tenant has each number.
    var holders = NumberHolders()
    var byOperator = OperatorIndex()
    package internal(set) var userCount = 0
    /// Of each tenant, whose invites are being rewritten, or are to be: the service says so before each change.
    package var migrating: [String: Set<String>] = [:]
    /// Where tenants' gateways may be.
    package var gatewayAddresses = AddressRule()
    /// How numbers are written for trunks that have rules, by operator and trunk.
    var translations: [String: [String: NumberTranslation]] = [:]

    /// A tenant with its users.
    struct Entry: Sendable {
        var compiled: CompiledTenant
        var users = UserTable()
        /// How many users hold each licence.
        var assigned = LicenceCounts()
    }

    package init() {}
}

extension Directory {
    /// What there is of a tenant. An identifier is of ASCII: another text that `String` takes for the same is no tenant's.
    func entry(_ id: String) -> Entry? { id.isASCII ? tenants[id] : nil }

    package func tenant(_ id: String) -> Tenant? { entry(id)?.compiled.document }
    package func hasTenant(_ id: String) -> Bool { id.isASCII && tenants.contains(id) }
    package var tenantIDs: [String] { tenants.keys.sorted() }
    /// The first of them, in order behind `after`, whose id or name has the text in it, in either case. Goes through all: it is for beside
    /// the loop.
    package func tenantIDs(holding text: String, after: String?, limit: Int) -> [String] {
        let text = text.lowercased()
        let found = tenants.keys.filter { id in
            (after.map { id > $0 } ?? true)
                && (text.isEmpty || id.lowercased().contains(text) || tenant(id)?.displayName.lowercased().contains(text) == true)
        }
        return Array(found.sorted().prefix(limit))
    }

    /// The users of a tenant, shared with the directory; none for an unknown tenant.
    package func users(of tenant: String) -> Users { entry(tenant).map { Users(sharing: $0.users) } ?? Users() }

    package func user(_ upn: String, of tenant: String) -> User? {
        guard let table = entry(tenant)?.users else { return nil }
        return table.index(of: upn).map(table.user(at:))
    }

    /// How many users a tenant has.
    package func userCount(of tenant: String) -> Int { entry(tenant)?.users.count ?? 0 }

    /// How many of a tenant's users hold each licence.
    package func assignedLicences(of tenant: String) -> LicenceCounts { entry(tenant)?.assigned ?? LicenceCounts() }

    /// In order of their ids.
    package var operators: [Operator] { operatorsByID.values.sorted { $0.id < $1.id } }
    package func `operator`(_ id: String) -> Operator? { id.isASCII ? operatorsByID[id] : nil }

    /// How numbers are written for a gateway of a tenant, and for a trunk of an operator.
    package func translation(ofGateway name: String, of tenant: String) -> NumberTranslation {
        entry(tenant)?.compiled.gateways[name.lowercased()]?.translation ?? .none
    }
    package func translation(ofTrunk name: String, of operatorID: String) -> NumberTranslation { translations[operatorID]?[name] ?? .none }

    /// The tenants that have this user, by id: one, where the platform has given it to no other as well. By the name's domain, so that no tenant
    /// is searched in vain.
    package func tenants(ofOrganizer upn: String) -> [String] {
        guard let domain = Self.domain(of: upn) else { return [] }
        return (domains[domain] ?? []).filter { tenants[$0]?.users.index(of: upn) != nil }.sorted()
    }

    /// Where an organizer is: the usage location, or the tenant's country; nil for who is not a user of the tenant.
    package func home(ofOrganizer upn: String, of tenant: String) -> Country? {
        guard let entry = entry(tenant), let index = entry.users.index(of: upn) else { return nil }
        return entry.users.profile(at: index).key.usageLocation ?? entry.compiled.document.country
    }

    /// How many different patterns, pattern tables and user profiles there are: what equal ones share.
    package var sharing: (patterns: Int, tables: Int, profiles: Int) {
        (compiler.patternCount, compiler.tableCount, profiles.count)
    }

    /// Compiles the route tables that no decision has needed yet. A copy can do it on another thread, since tables are shared.
    package func compileTables() {
        for table in compiler.sharedTables { _ = table.compiled }
    }

    /// How the route tables answer, over all tenants; goes through them, some 10 ns each.
    package var routeTables: RouteTableCounts { RouteTableCounts(compiler.sharedTables.lazy.map(\.shape)) }

    /// What follows the last `@`, in lower case.
    static func domain(of upn: String) -> String? {
        guard let at = upn.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        return String(upn[upn.utf8.index(after: at)...]).asciiLowercased
    }
}
