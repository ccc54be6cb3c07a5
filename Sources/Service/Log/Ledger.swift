import Basis

/// The one way into the store: what happened in a turn is committed together, one group at a time, and told on only once it is synced.
///
/// A commit costs the same for one entry and for fifty, so groups are let grow: what nobody waits for is kept back for `patience`, and an
/// admission for what is left of `interval` since the last commit began (docs/decisions/commits-keep-a-distance.md).
///
/// While the store refuses, admissions fail at once and what has already happened waits in memory and is tried again. So it is while
/// nobody knows what became of a group (docs/decisions/a-failed-sync.md); an admission of it that is found on disk later is `orphaned`.
final class Ledger {
    private struct Group {
        var entries: [StoreEntry] = []
        var admissions: [Awaited] = []
        var committed: [() -> Void] = []
        /// Somebody waits for it.
        var isAwaited = false
        /// When the first of it came.
        var began: Instant?
        /// Rises from group to group; what a refused group leaves goes with a later one.
        var number = 1
    }
    /// Entries that somebody waits for, who may still be refused.
    private struct Awaited {
        let range: Range<Int>
        let settled: CheckedContinuation<Answer, Never>
    }
    private enum Answer { case kept, taken(StoreConflict), refused(StoreFailure) }

    /// Entries that may wait for the store; past it admissions are refused.
    static let pendingLimit = 100_000
    static let retryInterval = Duration.seconds(1)
    static let interval = Duration.milliseconds(2)
    static let patience = Duration.milliseconds(10)

    private let store: any Store
    private let world: any World
    private let log: ServiceLog
    private var waiting = Group()
    private var inFlight: Group?
    /// Whether the store does not know what became of the group in flight.
    private var isUnsettled = false
    /// The newest group that is on disk.
    private var written = 0
    /// Who waits for a group, and is told whether it is on disk.
    private var readers: [(group: Int, answer: CheckedContinuation<Bool, Never>)] = []
    private var alarm: (any WorldAlarm)?
    private var lastSent = Instant.zero
    private(set) var times = CommitTimes()
    /// Nil while the store works; else what it said.
    private(set) var failure: StoreFailure? { didSet { tellOfFailure(before: oldValue) } }
    /// Told of each committed fact with its place, in the order of the log, and what is told of it.
    private var published: (FactRow, Int64, Told?) -> Void = { _, _, _ in }
    /// Told of the entries of an admission that was refused and is on disk all the same.
    private var orphaned: ([StoreEntry]) -> Void = { _ in }
    private var onWorld: @Sendable (@escaping @Sendable (Ledger) -> Void) -> Void = { _ in }

    init(store: any Store, world: any World, log: ServiceLog) {
        self.store = store
        self.world = world
        self.log = log
    }

    /// `onWorld` gives a closure the ledger on the world's thread.
    func start(
        onWorld: @escaping @Sendable (@escaping @Sendable (Ledger) -> Void) -> Void,
        published: @escaping (FactRow, Int64, Told?) -> Void,
        orphaned: @escaping ([StoreEntry]) -> Void
    ) {
        self.onWorld = onWorld
        self.published = published
        self.orphaned = orphaned
    }

    /// Whether everything handed over so far is on disk.
    var isIdle: Bool { inFlight == nil && waiting.entries.isEmpty }

    /// Entries that are not on disk.
    var pending: Int { waiting.entries.count + (inFlight?.entries.count ?? 0) }

    /// Notes what has already happened: it is written sooner or later, and never refused; as soon as an admission where it `isAwaited`.
    func note(_ entries: [StoreEntry], isAwaited: Bool = false) {
        waiting.entries += entries
        if isAwaited { waiting.isAwaited = true }
        flush()
    }

    /// The group of what is handed over next.
    var nextGroup: Int { waiting.number }

    /// Returns once a group is on disk, true; or false where the store refuses meanwhile.
    func isWritten(_ group: Int) async -> Bool {
        if group <= written { return true }
        guard failure == nil else { return false }
        return await withCheckedContinuation { readers.append((group, $0)) }
    }

    private func tellReaders() {
        let asked = readers
        readers = failure == nil ? asked.filter { $0.group > written } : []
        for reader in asked where failure != nil || reader.group <= written { reader.answer.resume(returning: reader.group <= written) }
    }

    /// Calls `done` once everything handed over so far is on disk.
    func whenCommitted(_ done: @escaping () -> Void) {
        if waiting.entries.isEmpty, inFlight == nil { return done() }
        if waiting.entries.isEmpty { inFlight!.committed.append(done) } else { waiting.committed.append(done) }
    }

    /// Commits what may still be refused; returns once it is synced, or throws and nothing is kept.
    func admit(_ entries: [StoreEntry]) async throws(StoreFailure) {
        if case .taken(let conflict) = try await settle(entries) { throw StoreFailure(conflict.description) }
    }

    /// The same for entries that take a key: what it was used for where another node's request was first, and then nothing of them is kept.
    func admitNamed(_ entries: [StoreEntry]) async throws(StoreFailure) -> UsedKey? {
        switch try await settle(entries) {
        case .taken(.key(let use)): return use
        case .taken(let conflict): throw StoreFailure(conflict.description)
        case .kept, .refused: return nil
        }
    }

    private func settle(_ entries: [StoreEntry]) async throws(StoreFailure) -> Answer {
        if let failure { throw failure }
        guard waiting.entries.count < Self.pendingLimit else {
            throw StoreFailure("the store is behind by \(waiting.entries.count) entries")
        }
        let answer = await withCheckedContinuation { settled in
            let start = waiting.entries.count
            waiting.entries += entries
            waiting.isAwaited = true
            waiting.admissions.append(Awaited(range: start..<start + entries.count, settled: settled))
            flush()
        }
        if case .refused(let failure) = answer { throw failure }
        return answer
    }

    private func flush() {
        if waiting.began == nil { waiting.began = world.now }
        guard failure == nil, inFlight == nil, !waiting.entries.isEmpty else { return }
        let due = lastSent + (waiting.isAwaited ? Self.interval : Self.patience)
        if due <= world.now { send() } else { wake(at: due) }
    }

    private func wake(at instant: Instant) {
        let onWorld = onWorld
        let alarm = alarm ?? world.makeAlarm { onWorld { $0.failure == nil ? $0.flush() : $0.tryAgain() } }
        self.alarm = alarm
        alarm.set(at: instant)
    }

    private func send() {
        guard inFlight == nil else { return }
        lastSent = world.now
        let group = waiting
        waiting = Group(number: group.number + 1)
        inFlight = group
        let onWorld = onWorld
        store.commit(group.entries, admissions: group.admissions.map(\.range)) { result in onWorld { $0.settled(result) } }
    }

    private func settled(_ outcome: CommitOutcome) {
        guard let group = inFlight else { return }
        switch outcome {
        case .kept(let place, let conflicts):
            let wasUnsettled = isUnsettled
            (inFlight, isUnsettled, failure, written) = (nil, false, nil, group.number)
            times.note(began: group.began, sent: lastSent, syncing: store.syncing, at: world.now)
            publish(group.entries.leavingOut(conflicts, of: group.admissions.map(\.range)), from: place)
            for (index, admission) in group.admissions.enumerated() {
                if !wasUnsettled {
                    admission.settled.resume(returning: conflicts[index].map { .taken($0) } ?? .kept)
                } else if conflicts[index] == nil {
                    orphaned(Array(group.entries[admission.range]))
                }
            }
            for done in group.committed { done() }
            tellReaders()
            flush()
        case .refused(let refusal):
            let answered = isUnsettled
            (inFlight, isUnsettled, failure) = (nil, false, refusal)
            keep(group, refusal, admissionsAreAnswered: answered)
        case .unknown(let fault):
            if !isUnsettled {
                for admission in group.admissions { admission.settled.resume(returning: .refused(fault)) }
                refuseWaiting(fault)
            }
            (isUnsettled, failure) = (true, fault)
            wake(at: world.now + Self.retryInterval)
        }
    }

    private func publish(_ entries: [StoreEntry], from first: Int64) {
        var place = first
        for case .fact(let row, let told) in entries {
            published(row, place, told)
            place += 1
        }
    }

    /// Gives up the admissions of a group that failed and puts the rest back to the front.
    private func keep(_ group: Group, _ refusal: StoreFailure, admissionsAreAnswered: Bool) {
        refuseWaiting(refusal)
        waiting.entries = group.entries.leaving(out: group.admissions.map(\.range)) + waiting.entries
        waiting.committed = group.committed + waiting.committed
        for admission in group.admissions where !admissionsAreAnswered { admission.settled.resume(returning: .refused(refusal)) }
        wake(at: world.now + Self.retryInterval)
    }

    /// Gives up the admissions that no group has yet.
    private func refuseWaiting(_ refusal: StoreFailure) {
        let refused = waiting.admissions
        waiting.entries = waiting.entries.leaving(out: refused.map(\.range))
        waiting.admissions = []
        for admission in refused { admission.settled.resume(returning: .refused(refusal)) }
    }

    private func tellOfFailure(before: StoreFailure?) {
        if failure != nil { tellReaders() }
        if let failure, before == nil {
            log(.error, "store", "refuses; new dial-outs are answered with 503", ["because": failure.message])
        } else if failure == nil, before != nil {
            log(.notice, "store", "takes entries again", ["waiting": "\(pending)"])
        }
    }

    /// With nothing that waits, a write of no meaning finds out whether the store takes writes again.
    private func tryAgain() {
        if isUnsettled {
            let onWorld = onWorld
            return store.settle { outcome in onWorld { $0.settled(outcome) } }
        }
        if waiting.entries.isEmpty {
            waiting.entries = [.document(StoredDocument(kind: .setting, key: "storeProbe", version: 0, body: Array("{}".utf8)))]
        }
        send()
    }
}
