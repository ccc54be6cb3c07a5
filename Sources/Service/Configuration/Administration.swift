import Basis
import Dialing
import Web

/// The owner of the configuration in force, of who is who in it, and of the tokens. Others read it, and have changes put in force here.
final class Administration {
    /// What else there is of a tenant or an operator, and goes when it goes.
    struct Followers {
        /// Documents that are committed with the changes, of those that are no more.
        var farewell: (_ ended: [Identities.Subject], _ changes: [DirectoryChange], _ version: Int64) -> [StoreEntry] = { _, _, _ in [] }
        /// Whose invites are being rewritten, of each tenant.
        var rewriting: () -> [String: Set<String>] = { [:] }
        /// One is no more; it still has its name.
        var ended: (Identities.Subject) -> Void = { _ in }
        /// One is there, and is another than one of the same name before.
        var begun: (Identities.Subject) -> Void = { _ in }
        /// The changes are in force, over the configuration that was before.
        var inForce: (_ changes: [DirectoryChange], _ before: Directory) -> Void = { _, _ in }
        var tokenEnded: (SortableID) -> Void = { _ in }
    }

    private let world: any World
    private let ledger: Ledger
    private let log: ServiceLog
    private let identifiers: Identifiers
    private let changeLock = TurnLock()
    private(set) var directory: Directory
    private(set) var identities: Identities
    private(set) var tokens: Tokens
    /// What tenants are held to that have no limits of their own.
    private(set) var defaultLimits: DialOutLimits
    private var followers = Followers()
    private var latest = LatestChanges()

    init(
        _ contents: StoreContents, world: any World, ledger: Ledger, log: ServiceLog, identifiers: Identifiers, settings: Settings
    ) throws(StoreFailure) {
        (self.world, self.ledger, self.log, self.identifiers) = (world, ledger, log, identifiers)
        tokens = try Tokens(contents.documents, bootstrap: settings.bootstrapToken, at: world.wallTime)
        directory = try Directory(contents.documents, version: contents.version)
        directory.gatewayAddresses = settings.gatewayAddresses
        identities = try Identities(contents.documents)
        defaultLimits = try contents.documents.defaultLimits() ?? settings.limits
        try identifiers.follow(contents)
        for id in [identities.newest, tokens.newest] { identifiers.follow(id) }
    }

    /// Called once, before the first change.
    func start(_ followers: Followers) { self.followers = followers }

    /// Numbers that nobody knows the origin of are not taken for their tenant's.
    func doubt(_ numbers: Set<E164>, of tenant: String) { directory.doubt(numbers, of: tenant) }

    /// The configuration as a change is to be made on it: it knows whose invites are being rewritten. Those who only read are spared that, and so is
    /// the copy of all such users that would be made whenever one of them is done.
    var changeable: Directory {
        var directory = directory
        directory.migrating = followers.rewriting()
        return directory
    }

    // MARK: changes

    /// Puts changes in force: validated whole, on disk, then used by the next decision. One at a time, each on what the one before left.
    ///
    /// `make` sees the configuration that the changes will apply to; what it throws leaves everything as it was, and so does a change that is
    /// not the asker's. What `more` names is committed with the changes or not at all.
    @discardableResult
    func reconfigure(
        for author: Author, undoing: SortableID? = nil, _ make: (Directory) async throws -> [DirectoryChange],
        with more: (Int64) -> [StoreEntry] = { _ in [] }
    ) async throws -> Int64 {
        await changeLock.acquire()
        defer { changeLock.release() }
        let directory = changeable, since = identifiers.next(), made = try await make(directory)
        // What is taken back says itself which numbers were given, as a document does.
        let changes = undoing != nil ? made : directory.givingNumbers(made)
        guard !changes.isEmpty else { return directory.version }
        return try await putInForce(
            try await prepared(changes, in: directory, by: author.asker), for: author, undoing: undoing, since, with: more)
    }

    /// Puts in force what was made beside the loop. What was changed of other tenants meanwhile is no obstacle: the changes are checked anew over
    /// it. Nil, and nothing of them, where one of their own tenants, or an operator, is another one by now. Whatever begins by it begins `since`
    /// then; without it, now.
    func commit(
        _ change: PreparedChange, for author: Author, since: SortableID? = nil, with more: (Int64) -> [StoreEntry] = { _ in [] }
    ) async throws -> Int64? {
        await changeLock.acquire()
        defer { changeLock.release() }
        let base = change.next.version - 1
        guard !latest.concern(change.changes, after: base) else { return nil }
        let change = directory.version == base ? change : try await prepared(change.changes, in: changeable, by: author.asker)
        return try await putInForce(change, for: author, undoing: nil, since ?? identifiers.next(), with: more)
    }

    /// Does what no change of the configuration may come between.
    @discardableResult
    func undisturbed<Done>(_ work: () async throws -> Done) async rethrows -> Done {
        await changeLock.acquire()
        defer { changeLock.release() }
        return try await work()
    }

    /// Changes up to which they are made ready on the loop.
    private static let madeOnLoop = 200

    private func size(of changes: [DirectoryChange], in directory: Directory) -> Int {
        changes.reduce(0) { sum, change in
            switch change {
            case .putTenant(let tenant): sum + tenant.extent
            case .removeTenant(let id): sum + (directory.tenant(id)?.extent ?? 0) + directory.users(of: id).count
            case .putUser, .removeUser, .putOperator, .removeOperator: sum + 1
            }
        }
    }

    private func prepared(_ changes: [DirectoryChange], in old: Directory, by asker: Asker) async throws -> PreparedChange {
        guard size(of: changes, in: old) > Self.madeOnLoop else { return try PreparedChange(changes, in: old, by: asker) }
        let made = await world.aside { Result { () throws(InvalidChange) in try PreparedChange(changes, in: old, by: asker) } }
        guard let made else { throw Problem.tooManyBodies }
        return try made.get()
    }

    private func putInForce(
        _ change: PreparedChange, for author: Author, undoing: SortableID?, _ since: SortableID, with more: (Int64) -> [StoreEntry]
    ) async throws -> Int64 {
        let old = directory, version = change.next.version, (begun, ended) = old.turnover(change.changes)
        let beginnings: [StoreEntry] = begun.map { .document(Identities.document($0, since, version: version)) }
        let legacy: [StoreEntry] = ended.flatMap { self.legacy(of: $0, version) } + followers.farewell(ended, change.changes, version)
        let audit = change.objects.map { tenant, objects in
            ChangeSet(
                id: identifiers.next(), at: world.wallTime, author: author, version: version, undoes: undoing, objects: objects
            ).entry(of: tenant)
        }
        let told =
            change.objects.flatMap { tenant, objects in
                objects.compactMap { OperatorNotice($0, of: tenant, at: world.wallTime, drawing: identifiers.next)?.entry }
            } + farewells(change, from: old).map(\.entry)
        try await ledger.admit(change.documents + legacy + beginnings + more(version) + audit + told + [identifiers.mark])
        directory = change.next
        directory.migrating = [:]
        latest.note(change.changes, by: version)
        for subject in ended { bury(subject) }
        for subject in begun { identities.begin(subject, since) }
        for subject in begun { followers.begun(subject) }
        followers.inForce(change.changes, old)
        log(
            .info, "configuration", "changed",
            [
                "version": "\(version)", "by": author.by, "role": author.role, "source": author.source, "request": author.requestID,
                "objects": "\(change.objects.reduce(0) { $0 + $1.objects.count })",
            ])
        return version
    }

    /// What the operators of tenants that go are told.
    private func farewells(_ change: PreparedChange, from old: Directory) -> [OperatorNotice] {
        change.changes.flatMap { one -> [OperatorNotice] in
            guard case .removeTenant(let id) = one, !change.next.hasTenant(id), let tenant = old.tenant(id) else { return [] }
            return tenant.operators.map {
                OperatorNotice(
                    type: .consentRemoved, id: identifiers.next(), at: world.wallTime, operatorID: $0.operatorID, tenant: id,
                    content: JSONValue(showing: $0))
            }
        }
    }

    // MARK: who is who

    /// The documents that go with a subject: since when it was, and its tokens.
    private func legacy(of subject: Identities.Subject, _ version: Int64) -> [StoreEntry] {
        let own = tokens.all.filter { $0.isFor(subject) }
        return [.document(Identities.document(subject, nil, version: version))]
            + own.map { .document(StoredDocument(kind: .token, key: "\($0.id)", version: version, body: nil)) }
    }

    /// What was the subject's is gone.
    private func bury(_ subject: Identities.Subject) {
        for token in tokens.all where token.isFor(subject) { end(token.id) }
        followers.ended(subject)
        identities.end(subject)
    }

    /// Whether the token opens anything: it is in force, and whom it is for is there and was when it was made.
    func isInForce(_ token: Token) -> Bool {
        guard token.isValid(at: world.wallTime) else { return false }
        guard let subject = token.subject else { return true }
        switch subject {
        case .tenant(let id): guard directory.hasTenant(id) else { return false }
        case .operator(let id): guard directory.operator(id) != nil else { return false }
        }
        return token.id >= identities[subject]
    }

    /// The token whose secret somebody shows, if it opens anything.
    func token(for secret: String) -> Token? { tokens.token(for: secret).flatMap { isInForce($0) ? $0 : nil } }

    /// Puts a token in force that is on disk.
    func begin(_ token: Token) { tokens.insert(token) }

    /// Takes a token out of force, and ends the streams that it opened.
    func end(_ id: SortableID) {
        _ = tokens.remove(id)
        followers.tokenEnded(id)
    }

    // MARK: limits

    /// What the tenant is held to: its own levels, and the service's where it has none.
    func limits(of tenant: String) -> DialOutLimits {
        directory.tenant(tenant)?.settings.limits?.over(defaultLimits) ?? defaultLimits
    }

    /// Holds tenants that have no limits of their own to others, which are on disk once `keep` is done.
    func replaceDefaultLimits(by limits: DialOutLimits, _ keep: (_ before: DialOutLimits) async throws -> Void) async throws {
        try await undisturbed {
            try await keep(defaultLimits)
            defaultLimits = limits
        }
    }
}
