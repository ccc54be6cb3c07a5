import Basis
import Foundation
import Service
import Simulation
import Store
import Synchronization
import Testing

@Suite("The SQLite store")
struct SQLiteStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-store-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private var path: String { folder + "/dialout.db" }
    private func open() throws -> SQLiteStore {
        try SQLiteStore(path: path, keyFile: KeyFile(path: folder + ".key", isGiven: false), clock: { .zero }) { $0() }
    }

    private func commit(_ entries: [StoreEntry], to store: SQLiteStore) async -> CommitOutcome {
        await withCheckedContinuation { done in store.commit(entries, admissions: []) { done.resume(returning: $0) } }
    }

    @Test("how long a sync took is told from COMMIT to its return, of the last group that was kept")
    func syncing() async throws {
        let times = Mutex<[Int64]>([10, 13, 20, 25]), fixture = try StoreFixture()
        let store = try fixture.open(clock: { Instant(nanoseconds: times.withLock { $0.removeFirst() }) })
        #expect(store.syncing == .zero)
        var sample = SampleDialOut(1)
        _ = await fixture.commit(sample.accept(), to: store)
        #expect(store.syncing == .nanoseconds(3))
        _ = await fixture.commit([sample.dial("acme")], to: store)
        #expect(store.syncing == .nanoseconds(5))
    }

    @Test("a group is kept whole or not at all")
    func atomic() async throws {
        let store = try open()
        var sample = SampleDialOut(1)
        let tooLarge = FactRow(
            dialOut: sample.dialOut.id, sequence: 3, tenant: "t", operatorID: nil, body: Array(repeating: 65, count: 1_000_000_001))
        _ = await commit(sample.accept(), to: store)
        let next = sample.dial("acme")
        guard case .refused = await commit([next, .fact(tooLarge, nil)], to: store) else {
            Issue.record("a row beyond SQLite's limit was taken")
            return
        }
        #expect(try await store.facts(FactQuery(scope: .all, after: 0, limit: 10)).facts.map(\.place) == [1])
        #expect(await commit([next], to: store) == .kept(firstPlace: 2))
    }

    @Test(
        "what is not a store of this version is refused, naming file and cause",
        arguments: ["text", "empty", "foreign", "newer", "damaged"])
    func refused(kind: String) async throws {
        switch kind {
        case "text": try Data("this is no database, and long enough to be looked at as one".utf8).write(to: URL(fileURLWithPath: path))
        case "empty": try Data().write(to: URL(fileURLWithPath: path))
        default:
            let store = try open()
            _ = await commit(
                (1...200 as ClosedRange<UInt64>).flatMap { number in
                    var sample = SampleDialOut(number)
                    return sample.accept()
                }, to: store)
            try store.close()
            try await Task { try sqlite(kind) }.value
        }
        let expected = [
            "text": "not a database", "empty": "empty", "foreign": "another program", "newer": "schema version 9", "damaged": "malformed",
        ]
        do {
            let store = try open()
            _ = try store.load(usesSince: Month(index: 0))
            Issue.record("\(kind) was taken")
        } catch {
            let failure = try #require(error as? StoreFailure)
            let words = try #require(expected[kind])
            #expect(failure.message.contains(path) && failure.message.contains(words), "\(failure.message)")
        }
    }

    /// Spoils the file in one way.
    private func sqlite(_ kind: String) throws {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        switch kind {
        case "foreign":
            try handle.seek(toOffset: 68)
            try handle.write(contentsOf: Data([1, 2, 3, 4]))
        case "newer":
            try handle.seek(toOffset: 60)
            try handle.write(contentsOf: Data([0, 0, 0, 9]))
        default:
            try handle.seek(toOffset: 100)
            try handle.write(contentsOf: Data(repeating: 0xEE, count: 8_000))
        }
    }
}
