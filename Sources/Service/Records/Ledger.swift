import Basis

/// The one way into the store: what happened in a turn is committed together, one group at a time, and told on only once it is synced.
///
/// A commit costs the same for one entry and for fifty, so groups are let grow: what nobody waits for is kept back for `patience`, and an
/// admission for what is left of `interval` since the last commit began (docs/decisions/commits-keep-a-distance.md).
///
/// While the store refuses, admissions fail at once and what has already happened waits in memory and is tried again.
final class Ledger {
    private struct Group {
        var entries: [StoreEntry] = []
        var admissions: [Admission] = []
        var committed: [() -> Void] = []
        /// Somebody waits for it.
        var isAwaited = false
    }
    private struct Admission {
        let range: Range<Int>
        let settled: CheckedContinuation<StoreFailure?, Never>
    }

    /// Entries that may wait for the store; past it admissions are refused.
    static let pendingLimit = 100_000
    static let retryInterval = Duration.seconds(1)
    static let interval = Duration.milliseconds(2)
    static let patience = Duration.milliseconds(10)

    private let store: any Store
    private let world: any World
    private var waiting = Group()
    private var inFlight: Group?
    private var alarm: (any WorldAlarm)?
    private var lastSent = Instant.zero
    /// Nil while the store works; else what it said.
    private(set) var failure: StoreFailure?
    /// Told of each committed event, in the order of the log.
    private var published: (StoredEvent) -> Void = { _ in }
    private var onWorld: @Sendable (@escaping @Sendable (Ledger) -> Void) -> Void = { _ in }

    init(store: any Store, world: any World) {
        self.store = store
        self.world = world
    }

    /// `onWorld` gives a closure the ledger on the world's thread.
    func start(
        onWorld: @escaping @Sendable (@escaping @Sendable (Ledger) -> Void) -> Void, published: @escaping (StoredEvent) -> Void
    ) {
        self.onWorld = onWorld
        self.published = published
    }

    /// Whether everything handed over so far is on disk.
    var isIdle: Bool { inFlight == nil && waiting.entries.isEmpty }

    /// Notes what has already happened: it is written sooner or later, and never refused; as soon as an admission where it `isAwaited`.
    func note(_ entries: [StoreEntry], isAwaited: Bool = false) {
        waiting.entries += entries
        if isAwaited { waiting.isAwaited = true }
        flush()
    }

    /// Calls `done` once everything handed over so far is on disk.
    func whenCommitted(_ done: @escaping () -> Void) {
        if waiting.entries.isEmpty, inFlight == nil { return done() }
        if waiting.entries.isEmpty { inFlight!.committed.append(done) } else { waiting.committed.append(done) }
    }

    /// Commits what may still be refused; returns once it is synced, or throws and nothing is kept.
    func admit(_ entries: [StoreEntry]) async throws(StoreFailure) {
        if let failure { throw failure }
        guard waiting.entries.count < Self.pendingLimit else {
            throw StoreFailure("the store is behind by \(waiting.entries.count) entries")
        }
        let refused = await withCheckedContinuation { settled in
            let start = waiting.entries.count
            waiting.entries += entries
            waiting.isAwaited = true
            waiting.admissions.append(Admission(range: start..<start + entries.count, settled: settled))
            flush()
        }
        if let refused { throw refused }
    }

    private func flush() {
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
        guard inFlight == nil, !waiting.entries.isEmpty else { return }
        lastSent = world.now
        let group = waiting
        waiting = Group()
        inFlight = group
        let onWorld = onWorld
        store.commit(group.entries) { result in onWorld { $0.settled(result) } }
    }

    private func settled(_ result: Result<Int64, StoreFailure>) {
        guard let group = inFlight else { return }
        inFlight = nil
        switch result {
        case .success(var place):
            failure = nil
            for case .event(let row) in group.entries {
                published(StoredEvent(place: place, row: row))
                place += 1
            }
            for admission in group.admissions { admission.settled.resume(returning: nil) }
            for done in group.committed { done() }
            flush()
        case .failure(let refusal):
            failure = refusal
            keep(group, refusal)
        }
    }

    /// Gives up the admissions of a group that failed and puts the rest back to the front.
    private func keep(_ group: Group, _ refusal: StoreFailure) {
        let refused = group.admissions + waiting.admissions
        waiting.entries =
            group.entries.leaving(out: group.admissions.map(\.range)) + waiting.entries.leaving(out: waiting.admissions.map(\.range))
        waiting.admissions = []
        waiting.committed = group.committed + waiting.committed
        for admission in refused { admission.settled.resume(returning: refusal) }
        wake(at: world.now + Self.retryInterval)
    }

    /// With nothing that waits, a write of no meaning finds out whether the store takes writes again.
    private func tryAgain() {
        if waiting.entries.isEmpty {
            waiting.entries = [.document(StoredDocument(kind: .setting, key: "storeProbe", version: 0, body: Array("{}".utf8)))]
        }
        send()
    }
}

extension Array {
    /// What stays when ranges that rise and do not overlap are taken out.
    fileprivate func leaving(out ranges: [Range<Int>]) -> [Element] {
        var kept: [Element] = []
        var position = 0
        for range in ranges {
            kept += self[position..<range.lowerBound]
            position = range.upperBound
        }
        return kept + self[position...]
    }
}
