import Basis
import Foundation
import GRDB
import Service
import Simulation
import SyncFaults
import Synchronization
import Testing

@testable import Store

/// What is on disk, on a disk that forgets what was not synced.
@Suite("The store's syncs", .timeLimit(.minutes(40)))
struct SyncTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-syncs-\(UUID().uuidString)").path

    init() throws {
        sync_faults_install()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private var path: String { folder + "/dialout.db" }
    private var log: String { path + "-wal" }

    private func open(_ path: String, clock: @escaping @Sendable () -> Instant = { .zero }) throws -> SQLiteStore {
        try SQLiteStore(path: path, keyFile: KeyFile(path: folder + ".key", isGiven: false), clock: clock) { $0() }
    }

    private func commit(_ entries: [StoreEntry], to store: SQLiteStore) async -> CommitOutcome {
        await withCheckedContinuation { done in store.commit(entries, admissions: []) { done.resume(returning: $0) } }
    }

    private func settle(_ store: SQLiteStore) async -> CommitOutcome {
        await withCheckedContinuation { done in store.settle { done.resume(returning: $0) } }
    }

    /// An accepted dial-out of so many bytes.
    private func event(_ number: UInt64, size: Int = 20) -> [StoreEntry] {
        var sample = SampleDialOut(number, meeting: String(repeating: "m", count: size))
        return sample.accept()
    }

    private func numbers(_ store: SQLiteStore) async throws -> [UInt64] {
        let facts = try await store.facts(FactQuery(scope: .all, after: 0, limit: 100_000)).facts
        #expect(facts.map(\.place) == Array(1..<Int64(facts.count) + 1), "places rise by one")
        return facts.map(\.row.dialOut.high)
    }

    /// What a start finds after a power cut in this moment.
    private func afterPowerCut() async throws -> [UInt64] {
        let other = folder + "/cut-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        #expect(sync_faults_cut(path, other + "/dialout.db") == 1)
        return try await numbers(try open(other + "/dialout.db"))
    }

    @Test("a group is synced once before it is told of")
    func syncedBeforeTold() async throws {
        let store = try open(path)
        for number in 1...20 as ClosedRange<UInt64> {
            let before = sync_faults_syncs(log), log = log
            let seen: (syncs: Int, isUnsynced: Bool) = await withCheckedContinuation { told in
                store.commit(event(number) + event(number + 1_000), admissions: []) { _ in
                    told.resume(returning: (sync_faults_syncs(log) - before, sync_faults_is_unsynced(log) != 0))
                }
            }
            #expect(seen.syncs == 1 && !seen.isUnsynced, "group \(number)")
        }
    }

    @Test("a power cut takes nothing away that was told of, also while the log is copied and begins anew")
    func powerCut() async throws {
        let store = try open(path)
        for number in 1...240 as ClosedRange<UInt64> {
            let outcome = await commit(event(number, size: 400_000), to: store)
            #expect(outcome == .kept(firstPlace: Int64(number)))
            guard number % 60 == 0 else { continue }
            let found = try await afterPowerCut()
            #expect(found == Array(1...number), "\(found.count) of \(number)")
        }
        #expect(sync_faults_syncs(path) >= 2, "the log was copied into the file")
        let length = try #require(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
        #expect(length < 240 * 400_000, "the log began anew")
    }

    @Test("beside a steady stream of commits the log begins anew long before the writer alone would see to it")
    func beginsAnew() async throws {
        let seconds = Mutex<Int64>(0)
        let store = try open(path) {
            seconds.withLock {
                $0 += 1
                return Instant(nanoseconds: $0 * 1_000_000_000)
            }
        }
        /// What stands in a log's head is drawn anew with each beginning.
        func salt() throws -> Data {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: log))
            return try #require(try file.read(upToCount: 32)).subdata(in: 16..<24)
        }
        _ = await commit(event(1), to: store)
        let first = try salt()
        var number: UInt64 = 1, frames = 0
        while try salt() == first, frames < StoreFile.writerCheckpointFrames / 2 {
            number += 1
            frames += 20
            _ = await commit(event(number, size: 40_000), to: store)
        }
        #expect(try salt() != first, "\(frames) frames")
        #expect(try await afterPowerCut() == Array(1...number))
    }

    @Test("after a failed sync the group is found again or repeated, once, and lasts", arguments: [true, false], [1, 2])
    func failedSync(forgets: Bool, count: Int) async throws {
        let store = try open(path)
        #expect(await commit(event(1), to: store) == .kept(firstPlace: 1))
        sync_faults_fail(log, Int32(count), forgets ? 1 : 0)
        let outcome = await commit(event(2) + event(3), to: store)
        // The second sync is that of the repetition, which only a group needs that was not found.
        let isLost = forgets && count == 2
        #expect(outcome == (isLost ? .refused(StoreFailure("a sync failed, and the group is not on disk")) : .kept(firstPlace: 2)))
        sync_faults_fail(log, 0, 0)
        let kept: [UInt64] = isLost ? [1] : [1, 2, 3]
        #expect(try await afterPowerCut() == kept)
        #expect(await commit(event(4), to: store) == .kept(firstPlace: Int64(kept.count) + 1))
        #expect(try await numbers(store) == kept + [4])
        #expect(try await afterPowerCut() == kept + [4])
    }

    @Test("while the file cannot be opened again the group is unknown; reads say so, and later it is found")
    func unknown() async throws {
        let store = try open(path)
        #expect(await commit(event(1), to: store) == .kept(firstPlace: 1))
        let obstacle = log + ".new"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        sync_faults_fail(log, 1, 0)
        let fault = CommitOutcome.unknown(StoreFailure("\(obstacle): Is a directory"))
        #expect(await commit(event(2), to: store) == fault)
        #expect(await settle(store) == fault)
        await #expect(throws: StoreFailure("the store is closed, or is opened again")) { try await numbers(store) }
        try FileManager.default.removeItem(atPath: obstacle)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
        #expect(await settle(store) == .unknown(StoreFailure("\(path) is not there")))
        #expect(!FileManager.default.fileExists(atPath: path), "no new store is begun")
        try FileManager.default.moveItem(atPath: path + ".moved", toPath: path)
        #expect(await settle(store) == .kept(firstPlace: 2))
        #expect(try await numbers(store) == [1, 2])
        #expect(await commit(event(3), to: store) == .kept(firstPlace: 3))
        #expect(try await afterPowerCut() == [1, 2, 3])
    }

    @Test("a full disk refuses the group and keeps what was there, also one that SQLite takes back by itself", arguments: [20, 4_000_000])
    func full(size: Int) async throws {
        let store = try open(path)
        #expect(await commit(event(1), to: store) == .kept(firstPlace: 1))
        sync_faults_fill(log, 1)
        guard case .refused(let failure) = await commit(event(2, size: size), to: store) else {
            Issue.record("a group was taken that found no room")
            return
        }
        #expect(failure.message.contains("disk is full"), "\(failure.message)")
        sync_faults_fill(log, 0)
        #expect(await commit(event(3), to: store) == .kept(firstPlace: 2))
        #expect(try await afterPowerCut() == [1, 3])
    }

    @Test("the settings that durability rests on are read back", arguments: ["synchronous", "wal_autocheckpoint"])
    func readBack(name: String) throws {
        _ = try open(path)
        let queue = try DatabaseQueue(path: path)
        let message = name == "synchronous" ? "SQLite's synchronous is 1, and must be 2" : "SQLite's wal_autocheckpoint is 7, and must be 0"
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
            try StoreFile.readBack(database)
            try database.execute(sql: "PRAGMA \(name) = \(name == "synchronous" ? "NORMAL" : "7")")
            #expect(throws: StoreFailure(message)) { try StoreFile.readBack(database) }
        }
    }

    @Test("the file alone, copied, has the configuration that was changed, and all after a stop")
    func copied() async throws {
        let store = try open(path)
        let document = StoredDocument(kind: .tenant, key: "contoso", version: 3, body: [1])
        let before = sync_faults_syncs(path)
        _ = await commit(event(1) + [.document(document)], to: store)
        var copies = 0
        func copy() throws -> SQLiteStore {
            copies += 1
            let other = folder + "/copy-\(copies).db"
            try FileManager.default.copyItem(atPath: path, toPath: other)
            return try open(other)
        }
        func documents() -> [StoredDocument] { (try? copy().documentsOfStart()) ?? [] }
        while sync_faults_syncs(path) == before { await Task.yield() }
        #expect(documents() == [document])
        _ = await commit(event(2), to: store)
        try store.close()
        let whole = try copy()
        #expect(try await numbers(whole) == [1, 2])
    }
}
