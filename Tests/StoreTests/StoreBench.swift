import Basis
import Dialing
import Foundation
import Service
import Simulation
import Store
import SyncFaults

/// A store of one kind under test, and the failures that both kinds know.
protocol StoreBench: Sendable {
    var store: any Store { get }
    /// Another process takes it over.
    func reopen() throws
    /// While true the disk is full.
    func fill(_ isFull: Bool)
    /// The sync of the next group fails; the group is there afterwards, or not.
    func failNextSync(keeping isKept: Bool)
    /// Syncs work again.
    func mend()
}

extension StoreBench {
    func commit(_ entries: [StoreEntry], admissions: [Range<Int>] = []) async -> CommitOutcome {
        await withCheckedContinuation { done in store.commit(entries, admissions: admissions) { done.resume(returning: $0) } }
    }

    /// What became of a group at last.
    func settled(_ outcome: CommitOutcome) async -> CommitOutcome {
        var outcome = outcome
        while case .unknown = outcome { outcome = await withCheckedContinuation { done in store.settle { done.resume(returning: $0) } } }
        return outcome
    }

    func places(_ scope: FactQuery.Scope, after place: Int64 = 0, limit: Int = 100) async throws -> [Int64] {
        try await store.facts(FactQuery(scope: scope, after: place, limit: limit)).facts.map(\.place)
    }
}

enum StoreKind: String, CaseIterable { case sqlite, simulated }

/// Runs a scenario on a store of the kind.
func with(_ kind: StoreKind, _ scenario: @escaping @Sendable (any StoreBench) async throws -> Void) async throws {
    switch kind {
    case .sqlite: try await scenario(try SQLiteBench())
    case .simulated: try simulate(scenario)
    }
}

/// Drives the other world until the scenario is over.
private func simulate(_ scenario: @escaping @Sendable (any StoreBench) async throws -> Void) throws {
    let world = SimWorld(seed: 5), host = SimHost(world), bench = SimulatedBench(SimStore(world))
    let outcome = Outcome()
    Task(executorPreference: host.tasks) {
        do {
            try await scenario(bench)
            outcome.result = .success(())
        } catch { outcome.result = .failure(error) }
    }
    _ = world.run(until: .zero + .seconds(600)) { outcome.result != nil }
    try outcome.result!.get()
}

private final class Outcome: @unchecked Sendable { var result: Result<Void, any Error>? }

private final class SimulatedBench: StoreBench, @unchecked Sendable {
    private let simulated: SimStore
    var store: any Store { simulated }

    init(_ store: SimStore) { simulated = store }

    func reopen() {
        simulated.close()
        simulated.reopen()
    }
    func fill(_ isFull: Bool) { simulated.isFull = isFull }
    func failNextSync(keeping isKept: Bool) { (simulated.syncsFail, simulated.keepsUnsynced) = (true, isKept) }
    func mend() { simulated.syncsFail = false }
}

private final class SQLiteBench: StoreBench, @unchecked Sendable {
    private let fixture: StoreFixture
    private var open: SQLiteStore
    var store: any Store { open }
    private var log: String { fixture.path + "-wal" }

    init() throws {
        sync_faults_install()
        fixture = try StoreFixture()
        open = try fixture.open()
    }

    func reopen() throws {
        try open.close()
        open = try fixture.open()
    }
    func fill(_ isFull: Bool) { sync_faults_fill(log, isFull ? 1 : 0) }
    /// Two syncs fail where the group is not to be kept: the second is that of its repetition.
    func failNextSync(keeping isKept: Bool) { sync_faults_fail(log, isKept ? 1 : 2, isKept ? 0 : 1) }
    func mend() { sync_faults_fail(log, 0, 0) }
}

extension Store {
    /// What a start needs but the documents.
    func load(usesSince month: Month) throws(StoreFailure) -> StoreContents { try load(usesSince: month) { _ in } }

    func documentsOfStart() throws(StoreFailure) -> [StoredDocument] {
        var documents: [StoredDocument] = []
        _ = try load(usesSince: Month(index: 0)) { documents.append($0) }
        return documents
    }
}
