import Basis
import Dialing
import Service

/// A store in memory that commits after a while, can refuse for a time, and keeps what it has when the service dies.
///
/// `@unchecked Sendable`: used on the world's thread only.
package final class SimStore: Store, @unchecked Sendable {
    private let world: SimWorld
    private var random: SeededRandom
    package private(set) var events: [StoredEvent] = []
    package private(set) var dialOuts: [SortableID: StoredDialOut] = [:]
    /// By kind and key, with a slash between.
    package private(set) var documents: [String: StoredDocument] = [:]
    private var answers: [String: StoredAnswer] = [:]
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

    package func load(carrierCallsSince: SortableID) throws(StoreFailure) -> StoreContents {
        var contents = StoreContents()
        contents.documents = documents.sorted { $0.key < $1.key }.map(\.value)
        contents.carrierCalls = dialOuts.values.filter {
            $0.operatorID == Operator.serviceCarrier && $0.id >= carrierCallsSince && $0.state == .ended
        }
        contents.lastPlace = events.last?.place ?? 0
        contents.version = version
        for row in dialOuts.values.filter({ $0.state != .ended }).sorted(by: { $0.id < $1.id }) {
            contents.openDialOuts.append(LostDialOut(row: row, events: events.filter { $0.row.dialOut == row.id }.map(\.row.body)))
        }
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

    /// The place of the first event, or 0 when there is none.
    private func apply(_ entries: [StoreEntry]) -> Int64 {
        var first: Int64 = 0
        for entry in entries {
            switch entry {
            case .event(let row):
                let place = (events.last?.place ?? 0) + 1
                if first == 0 { first = place }
                events.append(StoredEvent(place: place, row: row))
            case .dialOut(let row): dialOuts[row.id] = row
            case .document(let document): put(document)
            case .answer(let answer): answers["\(answer.tenant)/\(answer.key)"] = answer
            case .answerWithdrawn(let tenant, let key): answers["\(tenant)/\(key)"] = nil
            }
        }
        return first
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

    package func events(_ query: EventQuery) async throws(StoreFailure) -> [StoredEvent] {
        await pause()
        if readsFail { throw StoreFailure("the file cannot be read") }
        let matching = events.lazy.filter { event in
            guard event.place > query.after else { return false }
            return switch query.scope {
            case .all: true
            case .tenant(let tenant): event.row.tenant == tenant
            case .operator(let id): event.row.operatorID == id
            case .dialOut(let id): event.row.dialOut == id
            }
        }
        return Array(matching.prefix(query.limit))
    }

    package func answer(tenant: String, key: String) async throws(StoreFailure) -> StoredAnswer? {
        await pause()
        return answers["\(tenant)/\(key)"]
    }

    package func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] {
        await pause()
        let matching = dialOuts.values.filter { row in
            (query.id == nil || query.id == row.id) && (query.tenant == nil || query.tenant == row.tenant)
                && (query.meetingID == nil || query.meetingID == row.meetingID)
                && (query.organizer == nil || query.organizer == row.organizer)
                && (query.operatorID == nil || query.operatorID == row.operatorID || row.formerOperatorIDs.contains(query.operatorID!))
                && (query.state == nil || query.state == row.state)
                && query.before.map { row.id < $0 } ?? true && query.from.map { row.id >= $0 } ?? true
        }
        return Array(matching.sorted { $0.id > $1.id }.prefix(query.limit))
    }

    /// A read takes a moment, in which other things happen.
    private func pause() async {
        let delay = Duration.microseconds(Int64.random(in: 50...3_000, using: &random))
        await withCheckedContinuation { waiter in world.schedule(after: delay) { waiter.resume() } }
    }
}
