import Basis
import Dialing
import Service

/// A store in memory that commits after a while, can refuse for a time, and keeps what it has when the service dies.
///
/// `@unchecked Sendable`: used on the world's thread only.
package final class SimStore: Store, @unchecked Sendable {
    private let world: SimWorld
    private var random: SeededRandom
    private var facts: [StoredFact] = []
    private var factsOf: [SortableID: [StoredFact]] = [:]
    /// What was told of the facts, in the order of the log.
    package private(set) var events: [SimEvent] = []
    package private(set) var dialOuts: [SortableID: DialOutRow] = [:]
    /// By kind and key, with a slash between.
    package private(set) var documents: [String: StoredDocument] = [:]
    private var keys: [String: UsedKey] = [:]
    private var uses: [StoredUse] = []
    /// Facts before this place are told of no more.
    private var oldest: Int64 = 1
    private var version: Int64 = 0
    private var life = 0
    /// While true every commit is refused, as by a full disk.
    package var isFull = false
    /// The group that is being written, and commits so far.
    private var inFlight: [StoreEntry]?
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

    package func load(usesSince month: Month) throws(StoreFailure) -> StoreContents {
        var contents = StoreContents()
        contents.documents = documents.filter { !$0.value.kind.isReadOnDemand }.sorted { $0.key < $1.key }.map(\.value)
        contents.lastPlace = Int64(facts.count)
        contents.version = version
        contents.openDialOuts = dialOuts.values.filter(\.isOpen).sorted { $0.id < $1.id }.map { stored($0) }
        contents.uses = uses.filter { $0.month >= month }
        return contents
    }

    /// Puts a document there, as a version of the service may have left it.
    package func put(_ document: StoredDocument) {
        documents["\(document.kind.rawValue)/\(document.key)"] = document.body == nil ? nil : document
        version = max(version, document.version)
    }

    package func commit(_ entries: [StoreEntry], _ done: @escaping @Sendable (CommitOutcome) -> Void) {
        precondition(unsettled == nil, "a group came before the last one was settled")
        guard !isClosed else { return }
        inFlight = entries
        afterAWhile { [self] in
            commits += 1
            if let crash = crashes[commits - 1] {
                crash()
                if isClosed { return }
            }
            inFlight = nil
            guard !isFull else { return done(.refused(StoreFailure("the disk is full"))) }
            guard syncsFail else { return done(.kept(firstPlace: apply(entries))) }
            let fault = StoreFailure("a sync failed")
            unsettled = keepsUnsynced ?? Bool.random(using: &random) ? .kept(firstPlace: apply(entries)) : .refused(fault)
            done(.unknown(fault))
        }
    }

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

    /// The place of the first fact, or 0 when there is none.
    private func apply(_ entries: [StoreEntry]) -> Int64 {
        var first: Int64 = 0
        for entry in entries {
            switch entry {
            case .fact(let row, let told):
                let stored = StoredFact(place: Int64(facts.count) + 1, row: row)
                if first == 0 { first = stored.place }
                facts.append(stored)
                factsOf[row.dialOut, default: []].append(stored)
                if let told, !told.isForOperatorAlone { events.append(SimEvent(told, at: stored)) }
            case .dialOut(let row): dialOuts[row.id] = row
            case .document(let document): put(document)
            case .key(let use): keys["\(use.tenant)/\(use.key)"] = use
            case .keyReleased(let tenant, let key): keys["\(tenant)/\(key)"] = nil
            case .use(let use): uses.append(use)
            }
        }
        return first
    }

    /// The whole log as one page, and all dial-outs.
    package var everything: (FactPage, [StoredDialOut]) {
        (FactPage(facts: facts, earlier: [:], through: Int64(facts.count)), dialOuts.values.sorted { $0.id < $1.id }.map { stored($0) })
    }

    private func stored(_ row: DialOutRow) -> StoredDialOut {
        StoredDialOut(id: row.id, tenant: row.tenant, facts: factsOf[row.id] ?? [], outcome: row.outcome)
    }

    /// The process dies: what was being written is there whole, or not at all. Nil leaves that to chance.
    package func close(keepingInFlight isKept: Bool? = nil) {
        isClosed = true
        life += 1
        let chance = Bool.random(using: &random)
        if let entries = inFlight, !isFull, isKept ?? chance { _ = apply(entries) }
        (inFlight, unsettled) = (nil, nil)
    }

    /// Another process uses it.
    package func reopen() { isClosed = false }

    /// Dialogs and legs that are kept for the next start.
    package var standing: [String] { documents.values.filter { $0.kind == .dialog }.map(\.key).sorted() }

    package func facts(_ query: FactQuery) async throws(StoreFailure) -> FactPage {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        let matching = facts.dropFirst(Int(query.scope.isOfDialOut ? query.after : max(query.after, oldest - 1))).lazy.filter { fact in
            switch query.scope {
            case .all: true
            case .tenant(let tenant): fact.row.tenant == tenant
            case .operator(let id): fact.row.operatorID == id
            case .dialOut(let id): fact.row.dialOut == id && self.factsOf[id] != nil
            }
        }
        let found = Array(matching.prefix(query.limit))
        var earlier: [SortableID: [StoredFact]] = [:]
        for fact in found where earlier[fact.row.dialOut] == nil {
            earlier[fact.row.dialOut] = factsOf[fact.row.dialOut]?.filter { $0.place < fact.place }
        }
        return FactPage(
            facts: found, earlier: earlier, through: found.count < query.limit ? Int64(facts.count) : found.last?.place ?? query.after)
    }

    package func notices(_ query: NoticeQuery) async throws(StoreFailure) -> [StoredFact] {
        await pause()
        let matching = facts.lazy.reversed().filter {
            $0.row.dialOut == FactRow.noDialOut && $0.row.tenant == query.tenant && $0.place < query.before
        }
        return Array(matching.prefix(query.limit))
    }

    package func documents(_ query: DocumentQuery) async throws(StoreFailure) -> [StoredDocument] {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        return try documentsAtStart(query)
    }

    package func documentsAtStart(_ query: DocumentQuery) throws(StoreFailure) -> [StoredDocument] {
        let matching = documents.values.filter { document in
            document.kind == query.kind && document.key.hasPrefix(query.prefix)
                && (query.after.map { query.lastFirst ? document.key < $0 : document.key > $0 } ?? true)
        }
        return Array(matching.sorted { query.lastFirst ? $0.key > $1.key : $0.key < $1.key }.prefix(query.limit))
    }

    package func use(ofKey key: String, tenant: String) async throws(StoreFailure) -> UsedKey? {
        await pause()
        return keys["\(tenant)/\(key)"]
    }

    package func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        let matching = dialOuts.values.filter { row in
            (query.id == nil || query.id == row.id) && (query.tenant == nil || query.tenant == row.tenant)
                && (query.meetingID == nil || query.meetingID == row.meetingID)
                && (query.organizer == nil || query.organizer == row.organizer)
                && (query.operatorID == nil || query.operatorID == row.operatorID || row.formerOperatorIDs.contains(query.operatorID!))
                && (query.number == nil || query.number == row.number) && (query.callerID == nil || query.callerID == row.callerID)
                && (query.outcome == nil || query.outcome == row.outcome) && (query.isOpen == nil || query.isOpen == row.isOpen)
                && query.before.map { row.id < $0 } ?? true && query.after.map { row.id > $0 } ?? true
                && query.from.map { row.id >= $0 } ?? true
        }
        return matching.sorted { query.comesFirst($0.id, $1.id) }.prefix(query.limit).map { stored($0) }
    }

    package func forget(_ bounds: RetentionBounds) async throws(StoreFailure) -> Forgotten {
        await pause()
        guard !isFull, !syncsFail else { throw StoreFailure("the disk is full") }
        func first(_ id: SortableID) -> Int64 { facts.first { $0.row.dialOut >= id }?.place ?? Int64(facts.count) }
        let held = bounds.held.map { max($0.place + 1, first($0.since)) } ?? Int64.max
        func hasFacts(before id: SortableID) -> Bool { facts.contains { $0.row.dialOut < id && $0.row.dialOut != FactRow.noDialOut } }
        if let events = bounds.events, hasFacts(before: events) { oldest = max(oldest, min(first(events), held)) }
        let old = dialOuts.values.filter { row in bounds.records.map { row.id < $0 } ?? false && !row.isOpen }.sorted { $0.id < $1.id }
        let gone = old.prefix(bounds.limit).filter { factsOf[$0.id]?.last?.place ?? 0 < oldest }
        for row in gone { (dialOuts[row.id], factsOf[row.id]) = (nil, nil) }
        keys = keys.filter { $0.value.at > bounds.keys }
        put(StoredDocument(kind: .setting, key: StoredDocument.oldestPlaceKey, version: 0, body: OldestPlace(place: oldest).written))
        return Forgotten(oldestPlace: oldest, dialOuts: gone.count, isMore: gone.count == bounds.limit)
    }

    package func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) async throws(StoreFailure) {
        await pause()
        guard !isFull, !syncsFail else { throw StoreFailure("the disk is full") }
        for dialOut in dialOuts {
            for fact in dialOut.facts { facts[Int(fact.place) - 1] = fact }
            (factsOf[dialOut.row.id], self.dialOuts[dialOut.row.id]) = (dialOut.facts, dialOut.row)
        }
        for notice in notices { facts[Int(notice.place) - 1] = notice }
    }

    package func copy() async throws(StoreFailure) -> any StoreCopy { throw StoreFailure("it is in memory and has no file") }

    /// A read takes a moment, in which other things happen.
    private func pause() async {
        let delay = Duration.microseconds(Int64.random(in: 50...3_000, using: &random))
        await withCheckedContinuation { waiter in world.schedule(after: delay) { waiter.resume() } }
    }
}

/// An event as those who watch see it, with its place in the log.
package struct SimEvent: Sendable {
    package struct Row: Sendable {
        package let dialOut: SortableID
        package let sequence: Int
        package let tenant: String
        package let operatorID: String?
        /// The event as JSON.
        package let body: [UInt8]
    }
    package let place: Int64
    package let row: Row

    fileprivate init(_ told: Told, at fact: StoredFact) {
        place = fact.place
        row = Row(
            dialOut: fact.row.dialOut, sequence: fact.row.sequence, tenant: fact.row.tenant, operatorID: fact.row.operatorID,
            body: told.written)
    }
}
