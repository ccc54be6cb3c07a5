import Basis
import Dialing
import Service

/// A store in memory that commits after a while, can refuse for a time, and keeps what it has when the service dies.
///
/// `@unchecked Sendable`: used on the world's thread only.
package final class SimStore: Store, @unchecked Sendable {
    private let world: SimWorld
    private var random: SeededRandom
    private var tables = SimTables()
    /// What was told of the facts, in the order of the log.
    package var events: [SimEvent] { tables.events }
    package var dialOuts: [SortableID: DialOutRow] { tables.dialOuts }
    /// By kind and key, with a slash between.
    package var documents: [String: StoredDocument] { tables.documents }
    private var life = 0
    /// While true every commit is refused, as by a full disk.
    package var isFull = false
    /// The group that is being written, and commits so far.
    private var inFlight: (entries: [StoreEntry], admissions: [Range<Int>])?
    private(set) var commits = 0
    /// Whether the process that used it is dead: nothing more comes from it.
    private var isClosed = false
    /// The process dies when the group of that number, from 0 on, is being written.
    var crashes: [Int: () -> Void] = [:]
    /// While true nothing can be read.
    package var readsFail = false
    /// While true every sync fails: what a group became is not known until it is over.
    package var syncsFail = false
    /// Whether a group whose sync failed is there afterwards; nil: it is drawn.
    package var keepsUnsynced: Bool?
    /// What became of the group whose sync failed.
    private var unsettled: CommitOutcome?

    package init(_ world: SimWorld) { (self.world, random) = (world, world.random.fork()) }

    package func load(
        usesSince month: Month, _ take: (StoredDocument) throws(StoreFailure) -> Void
    ) throws(StoreFailure) -> StoreContents {
        let found = tables.contents(for: .first, usesSince: month)
        for document in found.documents { try take(document) }
        return found.rest
    }

    /// Puts a document there, as a version of the service may have left it.
    package func put(_ document: StoredDocument) { tables.put(document) }

    package func commit(_ entries: [StoreEntry], admissions: [Range<Int>], _ done: @escaping @Sendable (CommitOutcome) -> Void) {
        precondition(unsettled == nil, "a group came before the last one was settled")
        guard !isClosed else { return }
        inFlight = (entries, admissions)
        afterAWhile { [self] in
            commits += 1
            if let crash = crashes[commits - 1] {
                crash()
                if isClosed { return }
            }
            inFlight = nil
            guard !isFull else { return done(.refused(StoreFailure("the disk is full"))) }
            guard syncsFail else { return done(apply(entries, admissions)) }
            let fault = StoreFailure("a sync failed")
            unsettled = keepsUnsynced ?? Bool.random(using: &random) ? apply(entries, admissions) : .refused(fault)
            done(.unknown(fault))
        }
    }

    package var syncing: Duration { .microseconds(100) }

    package func settle(_ done: @escaping @Sendable (CommitOutcome) -> Void) {
        afterAWhile { [self] in
            guard !syncsFail, let outcome = unsettled else { return done(.unknown(StoreFailure("a sync failed"))) }
            unsettled = nil
            done(outcome)
        }
    }

    /// What the writer does in its time, as long as its process lives.
    private func afterAWhile(_ work: @escaping @Sendable () -> Void) {
        let life = life
        world.schedule(after: .microseconds(Int64.random(in: 200...8_000, using: &random))) { [self] in
            if life == self.life, !isClosed { work() }
        }
    }

    private func apply(_ entries: [StoreEntry], _ admissions: [Range<Int>]) -> CommitOutcome {
        let conflicts = tables.conflicts(entries, admissions)
        return .kept(firstPlace: tables.append(entries.leavingOut(conflicts, of: admissions), to: .first), conflicts: conflicts)
    }

    /// The whole log as one page, and all dial-outs.
    package var everything: (FactPage, [StoredDialOut]) {
        let facts = tables.logs[.first] ?? []
        return (
            FactPage(facts: facts, earlier: [:], through: tables.last(of: .first)),
            dialOuts.values.sorted { $0.id < $1.id }.map { tables.stored($0) }
        )
    }

    /// The process dies: what was being written is there whole, or not at all. Nil leaves that to chance.
    package func close(keepingInFlight isKept: Bool? = nil) {
        isClosed = true
        life += 1
        let chance = Bool.random(using: &random)
        if let (entries, admissions) = inFlight, !isFull, isKept ?? chance { _ = apply(entries, admissions) }
        (inFlight, unsettled) = (nil, nil)
    }

    /// Another process uses it.
    package func reopen() { isClosed = false }

    /// Dialogs and legs that are kept for the next start.
    package var standing: [String] { documents.values.filter { $0.kind == .dialog }.map(\.key).sorted() }

    package func facts(_ query: FactQuery) async throws(StoreFailure) -> FactPage {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        if let log = query.log, log != .first { throw StoreFailure("there is one log, and no log \(log)") }
        return tables.facts(query, in: .first)
    }

    package func notices(_ query: NoticeQuery) async throws(StoreFailure) -> [StoredFact] {
        await pause()
        return tables.notices(query, in: .first)
    }

    package func documents(_ query: DocumentQuery) async throws(StoreFailure) -> [StoredDocument] {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        return tables.documents(query)
    }

    package func documentsAtStart(_ query: DocumentQuery) throws(StoreFailure) -> [StoredDocument] { tables.documents(query) }

    package func use(ofKey key: String, tenant: String) async throws(StoreFailure) -> UsedKey? {
        await pause()
        return tables.use(ofKey: key, tenant: tenant)
    }

    package func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        return tables.dialOuts(query)
    }

    package func forget(_ bounds: RetentionBounds) async throws(StoreFailure) -> Forgotten {
        await pause()
        guard !isFull, !syncsFail else { throw StoreFailure("the disk is full") }
        return tables.forget(bounds)
    }

    package func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) async throws(StoreFailure) {
        await pause()
        guard !isFull, !syncsFail else { throw StoreFailure("the disk is full") }
        tables.rewrite(dialOuts, notices)
    }

    package func copy() async throws(StoreFailure) -> any StoreCopy { throw StoreFailure("it is in memory and has no file") }

    /// A read takes a moment, in which other things happen.
    private func pause() async {
        let delay = Duration.microseconds(Int64.random(in: 50...3_000, using: &random))
        await withCheckedContinuation { waiter in world.schedule(after: delay) { waiter.resume() } }
    }
}
