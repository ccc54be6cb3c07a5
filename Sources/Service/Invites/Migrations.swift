import Basis
import Dialing

/// Which users' invites were rewritten last, are being rewritten or are to be: one for each user (domain reference §7.5).
struct Migrations {
    private var byTenant: [String: [String: MeetingMigration]] = [:]
    private var unfinished: [String: Set<String>] = [:]
    private(set) var isRunning = false

    init() {}

    init(_ documents: [StoredDocument]) throws(StoreFailure) {
        for document in documents where document.kind == .migration {
            guard let slash = document.key.firstIndex(of: "/") else { continue }
            note(try document.decoded(MeetingMigration.self), of: String(document.key[..<slash]))
        }
    }

    /// By user principal name.
    subscript(tenant: String) -> [String: MeetingMigration] { byTenant[tenant] ?? [:] }

    /// Of each tenant, whose invites are not rewritten yet.
    var migrating: [String: Set<String>] { unfinished }

    mutating func note(_ migration: MeetingMigration, of tenant: String) {
        byTenant[tenant, default: [:]][migration.upn] = migration
        if migration.state.isUnfinished {
            unfinished[tenant, default: []].insert(migration.upn)
        } else if var left = unfinished[tenant] {
            left.remove(migration.upn)
            unfinished[tenant] = left.isEmpty ? nil : left
        }
    }

    mutating func forget(_ upn: String, of tenant: String) {
        byTenant[tenant]?[upn] = nil
        unfinished[tenant]?.remove(upn)
        if unfinished[tenant]?.isEmpty == true { unfinished[tenant] = nil }
    }

    mutating func forget(tenant: String) { (byTenant[tenant], unfinished[tenant]) = (nil, nil) }

    /// Nobody does them for now.
    mutating func pause() { isRunning = false }

    /// Users whose invites are rewritten together.
    private static let batch = 100

    /// Some of one tenant's that are to be done; nil where none is left, and then nobody does them any more.
    mutating func next() -> (tenant: String, migrations: [MeetingMigration])? {
        guard let tenant = unfinished.keys.min(), let users = unfinished[tenant] else {
            isRunning = false
            return nil
        }
        isRunning = true
        let own = byTenant[tenant] ?? [:]
        return (tenant, users.sorted().prefix(Self.batch).compactMap { own[$0] })
    }

    static func document(_ migration: MeetingMigration, of tenant: String) -> StoreEntry {
        .document(StoredDocument(kind: .migration, key: "\(tenant)/\(migration.upn)", version: 0, body: JSON.encode(migration)))
    }

    static func removal(of upn: String, _ tenant: String) -> StoreEntry {
        .document(StoredDocument(kind: .migration, key: "\(tenant)/\(upn)", version: 0, body: nil))
    }

    /// What goes with users and tenants that go.
    func farewell(_ changes: [DirectoryChange]) -> [StoreEntry] {
        changes.flatMap { change -> [StoreEntry] in
            switch change {
            case .removeUser(let tenant, let upn): byTenant[tenant]?[upn].map { [Self.removal(of: $0.upn, tenant)] } ?? []
            case .removeTenant(let tenant): self[tenant].keys.map { Self.removal(of: $0, tenant) }
            case .putTenant, .putUser, .putOperator, .removeOperator: []
            }
        }
    }

    mutating func take(_ changes: [DirectoryChange]) {
        for change in changes {
            switch change {
            case .removeUser(let tenant, let upn): forget(upn, of: tenant)
            case .removeTenant(let tenant): forget(tenant: tenant)
            case .putTenant, .putUser, .putOperator, .removeOperator: break
            }
        }
    }
}
