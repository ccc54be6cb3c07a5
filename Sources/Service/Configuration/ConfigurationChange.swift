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
        let made = try make(directory)
        // A document and what is taken back say themselves which numbers were given.
        let changes = author.source == "document" || undoing != nil ? made : directory.givingNumbers(made)
        guard !changes.isEmpty else { return directory.version }
        let version = directory.version + 1
        let (next, documents) = try await applied(changes, by: author.asker, version: version)
        let (begun, ended) = directory.turnover(changes)
        let since = ids.next(at: world.wallTime, using: &random)
        let beginnings: [StoreEntry] = begun.map { .document(Identities.document($0, since, version: version)) }
        let identity = legacy(of: ended, version: version) + beginnings + migrations.farewell(changes)
        let audit = await objects(of: changes, in: next).map { tenant, objects in
            ChangeSet(
                id: ids.next(at: world.wallTime, using: &random), at: world.wallTime, author: author, version: version, undoes: undoing,
                objects: objects
            ).entry(of: tenant)
        }
        try await ledger.admit(documents + identity + more(version) + audit)
        let old = directory
        directory = next
        for subject in ended { bury(subject) }
        migrations.take(changes)
        for subject in begun { begin(subject, since) }
        configureTrunks(changes, before: old)
        return version
    }
}

extension Service {
    /// Objects up to which a configuration is made, written and compared on the loop; more are a matter of the worker beside it, while the
    /// lock keeps the configuration as it is.
    private static let changedOnLoop = 200

    private static func size(of changes: [DirectoryChange]) -> Int {
        changes.reduce(0) { sum, change in if case .putTenant(let tenant) = change { sum + tenant.numbers.count } else { sum + 1 } }
    }

    /// The configuration with the changes in it, and what is to be kept of it.
    private func applied(
        _ changes: [DirectoryChange], by asker: Asker, version: Int64
    ) async throws -> (next: Directory, documents: [StoreEntry]) {
        let before = directory
        let apply = { @Sendable () throws(InvalidChange) -> (Directory, [StoreEntry]) in
            var next = before
            try next.apply(changes, by: asker, version: version)
            return (next, changes.map { .document($0.document(version)) })
        }
        guard Self.size(of: changes) > Self.changedOnLoop else { return try apply() }
        let applied = await world.aside { () -> Result<(Directory, [StoreEntry]), InvalidChange> in
            do throws(InvalidChange) { return .success(try apply()) } catch { return .failure(error) }
        }
        guard let applied else { throw Problem.tooManyBodies }
        return try applied.get()
    }

    /// What changes make of each tenant that they touch.
    private func objects(of changes: [DirectoryChange], in next: Directory) async -> [(tenant: String, objects: [ObjectChange])] {
        let old = directory
        guard Self.size(of: changes) > Self.changedOnLoop else { return next.objects(of: changes, before: old) }
        return await world.aside { next.objects(of: changes, before: old) } ?? next.objects(of: changes, before: old)
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
                case .token, .numberOrder, .setting, .dialog, .webhook, .webhookPlace, .webhookWait, .migration, .invite,
                    .inviteOrganizer:
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
