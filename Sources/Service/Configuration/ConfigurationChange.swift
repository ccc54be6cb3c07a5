import Basis
import Dialing
import Web

extension Service {
    /// Puts changes in force: validated whole, on disk, then used by the next decision. One at a time, each on what the one before left.
    ///
    /// `make` sees the configuration that the changes will apply to; what it throws leaves everything as it was, and so does a change that is
    /// not the asker's. What `more` names is committed with the changes or not at all.
    @discardableResult
    func reconfigure(
        for author: Author, undoing: SortableID? = nil, _ make: (Directory) throws -> [DirectoryChange],
        with more: (Int64) -> [StoreEntry] = { _ in [] }
    ) async throws -> Int64 {
        await changeLock.acquire()
        defer { changeLock.release() }
        directory.migrating = migrations.migrating
        let since = ids.next(at: world.wallTime, using: &random)
        let made = try make(directory)
        // What is taken back says itself which numbers were given, as a document does.
        let changes = undoing != nil ? made : directory.givingNumbers(made)
        guard !changes.isEmpty else { return directory.version }
        return try await putInForce(try await prepared(changes, by: author.asker), for: author, undoing: undoing, since, with: more)
    }

    /// Puts in force what was made beside the loop; nil, and nothing of it, where the configuration is another one by now. Whatever begins by it
    /// begins `since` then; without it, now.
    func commit(
        _ change: PreparedChange, for author: Author, since: SortableID? = nil, with more: (Int64) -> [StoreEntry] = { _ in [] }
    ) async throws -> Int64? {
        await changeLock.acquire()
        defer { changeLock.release() }
        guard directory.version + 1 == change.next.version else { return nil }
        return try await putInForce(
            change, for: author, undoing: nil, since ?? ids.next(at: world.wallTime, using: &random), with: more)
    }

    /// Changes up to which they are made ready on the loop.
    private static let madeOnLoop = 200

    private func size(of changes: [DirectoryChange]) -> Int {
        changes.reduce(0) { sum, change in
            switch change {
            case .putTenant(let tenant): sum + tenant.numbers.count
            case .removeTenant(let id): sum + (directory.tenant(id)?.numbers.count ?? 0) + directory.users(of: id).count
            case .putUser, .removeUser, .putOperator, .removeOperator: sum + 1
            }
        }
    }

    private func prepared(_ changes: [DirectoryChange], by asker: Asker) async throws -> PreparedChange {
        let old = directory
        guard size(of: changes) > Self.madeOnLoop else { return try PreparedChange(changes, in: old, by: asker) }
        let made = await world.aside { Result { () throws(InvalidChange) in try PreparedChange(changes, in: old, by: asker) } }
        guard let made else { throw Problem.tooManyBodies }
        return try made.get()
    }

    private func putInForce(
        _ change: PreparedChange, for author: Author, undoing: SortableID?, _ since: SortableID, with more: (Int64) -> [StoreEntry]
    ) async throws -> Int64 {
        let old = directory, version = change.next.version, (begun, ended) = old.turnover(change.changes)
        let beginnings: [StoreEntry] = begun.map { .document(Identities.document($0, since, version: version)) }
        let priceLists = ended.flatMap { prices.farewell(of: $0, version: version) }
        let identity = legacy(of: ended, version: version) + priceLists + beginnings + migrations.farewell(change.changes)
        let audit = change.objects.map { tenant, objects in
            ChangeSet(
                id: ids.next(at: world.wallTime, using: &random), at: world.wallTime, author: author, version: version, undoes: undoing,
                objects: objects
            ).entry(of: tenant)
        }
        let told = change.objects.flatMap { notices(of: $0.objects, in: $0.tenant) }
        try await ledger.admit(change.documents + identity + more(version) + audit + told)
        directory = change.next
        for subject in ended { bury(subject) }
        migrations.take(change.changes)
        for subject in begun { begin(subject, since) }
        configureTrunks(change.changes, before: old)
        log(
            .info, "configuration", "changed",
            [
                "version": "\(version)", "by": author.by, "role": author.role, "source": author.source, "request": author.requestID,
                "objects": "\(change.objects.reduce(0) { $0 + $1.objects.count })",
            ])
        return version
    }
}

/// Changes of a configuration made and checked on a copy, with all that takes long: for beside the loop where they are many.
struct PreparedChange: Sendable {
    let changes: [DirectoryChange]
    /// The configuration as it will be, one version on.
    let next: Directory
    let documents: [StoreEntry]
    let objects: [(tenant: String, objects: [ObjectChange])]

    init(_ changes: [DirectoryChange], in old: Directory, by asker: Asker) throws(InvalidChange) {
        var next = old
        try next.apply(changes, by: asker, version: old.version + 1)
        (self.changes, self.next) = (changes, next)
        documents = changes.map { .document($0.document(next.version)) }
        objects = next.objects(of: changes, before: old)
    }
}

/// Lets one piece of work in after the other, in the order they came.
final class TurnLock {
    private var isHeld = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func acquire() async {
        guard isHeld else {
            isHeld = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func release() {
        if waiting.isEmpty { isHeld = false } else { waiting.removeFirst().resume() }
    }
}

extension DirectoryChange {
    fileprivate func document(_ version: Int64) -> StoredDocument {
        func document(_ kind: StoredDocument.Kind, _ key: String, _ body: [UInt8]?) -> StoredDocument {
            StoredDocument(kind: kind, key: key, version: version, body: body)
        }
        return switch self {
        case .putTenant(let tenant): document(.tenant, tenant.id, JSON.encode(tenant))
        case .removeTenant(let id): document(.tenant, id, nil)
        case .putUser(let tenant, let user): document(.user, tenant + "/" + user.upn.lowercased(), JSON.encode(user))
        case .removeUser(let tenant, let upn): document(.user, tenant + "/" + upn.lowercased(), nil)
        case .putOperator(let carrier):
            StoredDocument(
                kind: .operator, key: carrier.id, version: version, body: JSON.encodeRevealing(carrier), isSecret: carrier.hasPassword)
        case .removeOperator(let id): document(.operator, id, nil)
        }
    }
}

extension Directory {
    /// The configuration as it was stored: operators and tenants before the users that need them.
    init(_ contents: StoreContents) throws(StoreFailure) {
        self.init()
        var tenants: [DirectoryChange] = [], users: [DirectoryChange] = [], operators: [DirectoryChange] = []
        var owners: Set<String> = []
        for document in contents.documents {
            guard let body = document.body else { continue }
            do {
                switch document.kind {
                case .tenant:
                    owners.insert(document.key)
                    tenants.append(.putTenant(try JSON.decode(Tenant.self, body)))
                case .user:
                    let tenant = String(document.key[..<(document.key.firstIndex(of: "/") ?? document.key.startIndex)])
                    users.append(.putUser(tenant: tenant, try JSON.decode(User.self, body)))
                case .operator: operators.append(.putOperator(try JSON.decode(Operator.self, body)))
                case .token, .numberOrder, .setting, .dialog, .webhook, .webhookPlace, .webhookWait, .migration, .priceList, .invite,
                    .inviteOrganizer, .orderHead, .orderNumbers, .orderKey:
                    continue
                }
            } catch {
                throw StoreFailure("the stored \(document.kind.rawValue) \(document.key) cannot be read: \(error)")
            }
        }
        users.removeAll { change in
            guard case .putUser(let tenant, _) = change else { return false }
            return !owners.contains(tenant)
        }
        do { try apply(operators + tenants + users, version: contents.version, tables: .onFirstUse) } catch {
            throw StoreFailure("stored configuration: \(error)")
        }
    }
}

extension Tokens {
    init(_ documents: [StoredDocument], bootstrap: Secret?, at time: WallTime) throws(StoreFailure) {
        self.init(try documents.decoded(.token), bootstrap: bootstrap, at: time)
    }
}

extension [StoredDocument] {
    /// All documents of a kind, read.
    func decoded<Value: Decodable>(_ kind: StoredDocument.Kind) throws(StoreFailure) -> [Value] {
        var values: [Value] = []
        for document in self where document.kind == kind {
            guard let body = document.body else { continue }
            do { values.append(try JSON.decode(Value.self, body)) } catch {
                throw StoreFailure("the stored \(kind.rawValue) \(document.key) cannot be read: \(error)")
            }
        }
        return values
    }
}
