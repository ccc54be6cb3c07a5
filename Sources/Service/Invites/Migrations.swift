import Basis
import Dialing

/// Which users' invites were rewritten last, are being rewritten or are to be: one for each user (domain reference §7.5).
///
/// The owner of invites: those of users that moved are rewritten beside everything else, one batch of users after the other.
final class Migrations {
    let world: any World
    let store: any Store
    let ledger: Ledger
    let administration: Administration
    private var byTenant: [String: [String: MeetingMigration]] = [:]
    private var unfinished: [String: Set<String>] = [:]
    /// How often each is being asked for anew, by the key of its document: what is known of the earlier one is not written over that.
    private var asking: [String: Int] = [:]
    private var isRunning = false
    private var isDraining = false
    /// When invites that the store would not take are rewritten anew.
    private var alarm: (any WorldAlarm)?
    private var loop: Loop<Migrations>?

    init(
        _ documents: StoredDocuments, world: any World, store: any Store, ledger: Ledger, administration: Administration
    ) throws(StoreFailure) {
        (self.world, self.store, self.ledger, self.administration) = (world, store, ledger, administration)
        for document in documents[.migration] {
            guard let slash = document.key.firstIndex(of: "/") else { continue }
            note(try document.decoded(MeetingMigration.self), of: String(document.key[..<slash]))
        }
    }

    func start(_ loop: Loop<Migrations>) {
        self.loop = loop
        work()
    }

    /// Nothing is begun any more.
    func drain() {
        isDraining = true
        alarm?.set(at: nil)
    }

    /// Of each tenant, whose invites are not rewritten yet.
    var rewriting: [String: Set<String>] { unfinished }

    /// By user principal name.
    subscript(tenant: String) -> [String: MeetingMigration] { byTenant[tenant] ?? [:] }

    /// Those are being asked for: from before that is written until it is on disk and has begun, or will never be.
    func ask(_ asked: [MeetingMigration], of tenant: String) {
        for migration in asked { asking[Self.key(migration.upn, tenant), default: 0] += 1 }
    }

    func asked(_ asked: [MeetingMigration], of tenant: String) {
        for migration in asked {
            let key = Self.key(migration.upn, tenant), left = asking[key, default: 1] - 1
            asking[key] = left > 0 ? left : nil
        }
    }

    func isAsked(_ upn: String, of tenant: String) -> Bool { asking[Self.key(upn, tenant)] != nil }

    /// Invites of those are to be rewritten, and that is on disk.
    func begin(_ asked: [MeetingMigration], of tenant: String) {
        for migration in asked { note(migration, of: tenant) }
        work()
    }

    /// How far one is, which is on disk.
    func note(_ migration: MeetingMigration, of tenant: String) {
        byTenant[tenant, default: [:]][migration.upn] = migration
        if migration.state.isUnfinished {
            unfinished[tenant, default: []].insert(migration.upn)
        } else if var left = unfinished[tenant] {
            left.remove(migration.upn)
            unfinished[tenant] = left.isEmpty ? nil : left
        }
    }

    /// A person's is over, which is on disk.
    func forget(_ upn: String, of tenant: String) {
        byTenant[tenant]?[upn] = nil
        unfinished[tenant]?.remove(upn)
        if unfinished[tenant]?.isEmpty == true { unfinished[tenant] = nil }
    }

    private func forget(tenant: String) { (byTenant[tenant], unfinished[tenant]) = (nil, nil) }

    /// Rewrites invites as long as there are some to be rewritten.
    private func work() {
        guard !isRunning, !unfinished.isEmpty else { return }
        isRunning = true
        loop?.detach { await $0.workThrough() }
    }

    private func workThrough() async {
        while !isDraining, let (tenant, batch) = next() {
            do { try await migrate(batch, of: tenant) } catch {
                alarm = loop?.makeAlarm { migrations in
                    migrations.isRunning = false
                    migrations.work()
                }
                alarm?.set(at: world.now + Self.retry)
                return
            }
        }
        isRunning = false
    }

    /// Until a rewriting that the store refused is tried again.
    private static let retry = Duration.seconds(1)

    /// Users whose invites are rewritten together.
    private static let batch = 100

    /// Some of one tenant's that are to be done.
    private func next() -> (tenant: String, migrations: [MeetingMigration])? {
        guard let tenant = unfinished.keys.min(), let users = unfinished[tenant] else { return nil }
        let own = byTenant[tenant] ?? [:]
        return (tenant, users.sorted().prefix(Self.batch).compactMap { own[$0] })
    }

    private static func key(_ upn: String, _ tenant: String) -> String { "\(tenant)/\(upn)" }

    static func document(_ migration: MeetingMigration, of tenant: String) -> StoreEntry {
        .document(StoredDocument(kind: .migration, key: key(migration.upn, tenant), version: 0, body: JSON.encode(migration)))
    }

    static func removal(of upn: String, _ tenant: String) -> StoreEntry {
        .document(StoredDocument(kind: .migration, key: key(upn, tenant), version: 0, body: nil))
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

    func take(_ changes: [DirectoryChange]) {
        for change in changes {
            switch change {
            case .removeUser(let tenant, let upn): forget(upn, of: tenant)
            case .removeTenant(let tenant): forget(tenant: tenant)
            case .putTenant, .putUser, .putOperator, .removeOperator: break
            }
        }
    }
}
