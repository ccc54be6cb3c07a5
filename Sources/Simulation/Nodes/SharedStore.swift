import Basis
import Dialing
import Service

/// One process's way to the shared database: a connection that delays, breaks and is cut off, and is made anew.
///
/// A group whose answer did not come is sent again under its number; the database knows it when it is there. Only where nobody can be asked
/// for ``patience`` it is the service that asks again.
///
/// `@unchecked Sendable`: used on the world's thread only.
final class SharedStore: Store, OtherLogs, @unchecked Sendable {
    private struct Group {
        let append: SharedDatabase.Append
        let done: @Sendable (CommitOutcome) -> Void
    }

    /// The longest that a request or an answer is on its way.
    static let slowest = Duration.milliseconds(6)
    static let patience = Duration.seconds(1)

    private let world: SimWorld
    private let host: SimHost
    private let database: SharedDatabase
    private let log: LogID
    private let epoch: Int
    /// What a start reads in place of what is there now.
    private let early: (documents: [StoredDocument], rest: StoreContents)?
    private var random: SeededRandom
    private let faults: NodesScenario.Link
    /// What becomes of the process when its log is another's.
    private let fenced: () -> Void
    private var group: Group?
    private var hint: (@Sendable () -> Void)?
    /// Whether a hint came since the last look.
    private var isHinted = false
    /// Counts connections; nil while there is none.
    private var connection: Int? = 1
    private var lastConnection = 1
    /// Whether nothing gets through the connection any more, and nobody has noticed.
    private var isHalfOpen = false
    /// Who waits for an answer by this connection, and what is told when it breaks.
    private var pending: [Int: () -> Void] = [:]
    private var lastRequest = 0
    /// While true nothing gets to the database or back.
    var isCut = false { didSet { if isCut { breakUp() } } }
    private(set) var breaks = 0
    private(set) var unknowns = 0
    private(set) var lostHints = 0
    /// When it was without a connection.
    private(set) var gaps: [ClosedRange<Instant>] = []
    private var lostAt: Instant?

    init(
        _ world: SimWorld, _ host: SimHost, _ database: SharedDatabase, _ log: LogID, epoch: Int,
        early: (documents: [StoredDocument], rest: StoreContents)?,
        _ faults: NodesScenario.Link, fenced: @escaping () -> Void
    ) {
        (self.world, self.host, self.database, self.log, self.epoch, self.early) = (world, host, database, log, epoch, early)
        (self.faults, self.fenced, random) = (faults, fenced, world.random.fork())
        database.listen { [weak self] other in self?.told(of: other) }
    }

    var isConnected: Bool { connection != nil }

    // MARK: the connection

    private var delay: Duration { .microseconds(Int64.random(in: 100...Self.slowest.nanoseconds / 1_000, using: &random)) }

    /// Asks the database; nil where the connection broke before the answer was there, or could not be made in time.
    private func ask<Answer>(_ question: @escaping (@escaping (Answer) -> Void) -> Void, _ done: @escaping (Answer?) -> Void) {
        guard let connection, database.isUp else {
            breakUp()
            return connect(until: world.now + Self.patience) { [self] isThere in
                if isThere { ask(question, done) } else { done(nil) }
            }
        }
        lastRequest += 1
        let request = lastRequest, life = database.life
        pending[request] = { done(nil) }
        // A request that left before its connection broke may still get there.
        let arrives = !isHalfOpen && Bool.random(using: &random)
        world.schedule(after: delay) { [self] in
            let isOpen = self.connection == connection && !isHalfOpen
            guard database.life == life, database.isUp, isOpen || arrives && !isCut else { return }
            question { [self] answer in
                world.schedule(after: delay) { [self] in
                    guard self.connection == connection, !isHalfOpen, pending.removeValue(forKey: request) != nil else { return }
                    done(answer)
                }
            }
        }
        if database.isTroubled, Scenario.chance(faults.breaks, &random) {
            let noticed = Duration.milliseconds(Int64.random(in: 0...faults.silence, using: &random))
            world.schedule(after: .microseconds(Int64.random(in: 0...12_000, using: &random))) { [self] in
                if self.connection == connection { breakUp(noticedAfter: noticed) }
            }
        }
    }

    /// Nothing gets through the connection any more, which is noticed later.
    private func breakUp(noticedAfter time: Duration) {
        guard !isHalfOpen else { return }
        (isHalfOpen, lostAt) = (true, world.now)
        world.schedule(after: time) { [self, connection] in if self.connection == connection { breakUp() } }
    }

    /// The connection is gone, and whoever waits for an answer is told so.
    func breakUp() {
        guard connection != nil else { return }
        (connection, isHalfOpen, lostAt) = (nil, false, lostAt ?? world.now)
        breaks += 1
        let waiting = pending.sorted { $0.key < $1.key }.map(\.value)
        pending = [:]
        for tell in waiting { tell() }
    }

    /// The process is gone; what waits for an answer waits for nothing.
    func close() {
        hint = nil
        breakUp()
    }

    private func connect(until deadline: Instant, _ done: @escaping (Bool) -> Void) {
        guard connection == nil else { return done(true) }
        guard world.now < deadline, host.isAlive else { return done(false) }
        world.schedule(after: .milliseconds(Int64.random(in: 1...40, using: &random))) { [self] in
            if connection == nil, database.isUp, !isCut {
                lastConnection += 1
                connection = lastConnection
                if let lostAt { gaps.append(lostAt...world.now) }
                lostAt = nil
            }
            connect(until: deadline, done)
        }
    }

    // MARK: writing

    func commit(_ entries: [StoreEntry], admissions: [Range<Int>], _ done: @escaping @Sendable (CommitOutcome) -> Void) {
        let append = SharedDatabase.Append(
            log: log, epoch: epoch, group: database.newGroup(), entries: entries, admissions: admissions)
        group = Group(append: append, done: done)
        send(isAgain: false)
    }

    private func send(isAgain: Bool) {
        guard let append = group?.append else { return }
        ask { [database] answer in
            database.append(append, answer)
        } _: { [self] reply in
            host.push { [self] in
                if let reply { return settled(reply) }
                if isAgain { tell(.unknown(StoreFailure("the connection to the database broke"))) } else { send(isAgain: true) }
            }
        }
    }

    var syncing: Duration { .microseconds(100) }

    func settle(_ done: @escaping @Sendable (CommitOutcome) -> Void) {
        guard let append = group?.append else { preconditionFailure("nothing is to be settled") }
        group = Group(append: append, done: done)
        ask { [database] answer in
            database.settle(append.group, of: append.log, answer)
        } _: { [self] reply in
            host.push { [self] in
                if let reply { settled(reply) } else { tell(.unknown(StoreFailure("the database cannot be reached"))) }
            }
        }
    }

    private func settled(_ reply: SharedDatabase.Reply) {
        switch reply {
        case .kept(let place, let conflicts): tell(.kept(firstPlace: place, conflicts: conflicts))
        case .void: tell(.refused(StoreFailure("the group is not in the database")))
        case .deadlock: tell(.refused(StoreFailure("deadlock detected")))
        case .fenced:
            tell(.refused(StoreFailure("another process writes the log \(log)")))
            fenced()
        }
    }

    private func tell(_ outcome: CommitOutcome) {
        if case .unknown = outcome { unknowns += 1 }
        group?.done(outcome)
    }

    // MARK: other logs

    var others: (any OtherLogs)? { self }

    func listen(_ hint: @escaping @Sendable () -> Void) { self.hint = hint }

    private func told(of other: LogID) {
        guard other != log, hint != nil else { return }
        if database.isTroubled && Scenario.chance(faults.lostHints, &random) || connection == nil || isHalfOpen { return lostHints += 1 }
        world.schedule(after: delay) { [self] in
            isHinted = true
            if let hint { host.push(hint) }
        }
    }

    func entries(behind places: LogPlaces, limit: Int) async throws(StoreFailure) -> [LogID: FactPage] {
        if database.flaws.contains(.hintNeeded), !isHinted { return [:] }
        isHinted = false
        return try await read { $0.entries(behind: places, for: self.log, limit: limit) }
    }

    // MARK: reading

    private func read<Value>(_ body: @escaping (SharedDatabase) -> Value) async throws(StoreFailure) -> Value {
        let value: Unchecked<Value?> = await withCheckedContinuation { waiter in
            ask { [database] answer in
                answer(body(database))
            } _: {
                waiter.resume(returning: Unchecked($0))
            }
        }
        guard let value = value.value else { throw StoreFailure("the database cannot be reached") }
        return value
    }

    func load(
        usesSince month: Month, _ take: (StoredDocument) throws(StoreFailure) -> Void
    ) throws(StoreFailure) -> StoreContents {
        let found = early ?? database.tables.contents(for: log, usesSince: month)
        for document in found.documents { try take(document) }
        return found.rest
    }

    func facts(_ query: FactQuery) async throws(StoreFailure) -> FactPage {
        try await read { $0.tables.facts(query, in: query.log ?? self.log) }
    }

    func notices(_ query: NoticeQuery) async throws(StoreFailure) -> [StoredFact] {
        try await read { $0.tables.notices(query, in: self.log) }
    }

    func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] { try await read { $0.tables.dialOuts(query) } }

    func documentsAtStart(_ query: DocumentQuery) throws(StoreFailure) -> [StoredDocument] { database.tables.documents(query) }

    func documents(_ query: DocumentQuery) async throws(StoreFailure) -> [StoredDocument] { try await read { $0.tables.documents(query) } }

    func use(ofKey key: String, tenant: String) async throws(StoreFailure) -> UsedKey? {
        try await read { $0.tables.use(ofKey: key, tenant: tenant) }
    }

    func forget(_ bounds: RetentionBounds) async throws(StoreFailure) -> Forgotten {
        throw StoreFailure("what several nodes have written is not forgotten by one of them")
    }

    func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) async throws(StoreFailure) {
        throw StoreFailure("what several nodes have written is not rewritten by one of them")
    }

    func copy() async throws(StoreFailure) -> any StoreCopy { throw StoreFailure("it is in memory and has no file") }
}
