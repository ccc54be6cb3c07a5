import Basis
import Foundation
import Service
import Simulation
import Store
import Testing

/// A folder with a store of its own, and its key beside it.
struct StoreFixture {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    var path: String { folder + "/dialout.db" }
    var keyPath: String { folder + ".key" }
    static let beginning = SortableID(high: 0, low: 0)

    func open(_ path: String? = nil, key: String? = nil, clock: @escaping @Sendable () -> Instant = { .zero }) throws -> SQLiteStore {
        try SQLiteStore(path: path ?? self.path, keyFile: KeyFile(path: key ?? keyPath, isGiven: key != nil), clock: clock) { $0() }
    }

    func commit(_ entries: [StoreEntry], to store: SQLiteStore) async -> CommitOutcome {
        await withCheckedContinuation { done in store.commit(entries, admissions: []) { done.resume(returning: $0) } }
    }

    static func id(_ number: UInt64) -> SortableID { SortableID(high: number, low: 7) }

    /// The whole log and all records, as one text.
    static func content(_ store: SQLiteStore) async throws -> String {
        let contents = try store.load(usesSince: Month(index: 0))
        let page = try await store.facts(FactQuery(scope: .all, after: 0, limit: 10_000))
        let dialOuts = try await store.dialOuts(DialOutQuery(limit: 10_000))
        return "\(try store.documentsOfStart())\(contents)\(page.facts)\(dialOuts)"
    }
}
