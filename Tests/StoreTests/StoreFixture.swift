import Basis
import Foundation
import Service
import Store
import Testing

/// A folder with a store of its own, and its key beside it.
struct StoreFixture {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    var path: String { folder + "/dialout.db" }
    var keyPath: String { folder + ".key" }
    static let beginning = SortableID(high: 0, low: 0)

    func open(_ path: String? = nil, key: String? = nil) throws -> SQLiteStore {
        try SQLiteStore(path: path ?? self.path, keyFile: KeyFile(path: key ?? keyPath, isGiven: key != nil)) { $0() }
    }

    func commit(_ entries: [StoreEntry], to store: SQLiteStore) async -> CommitOutcome {
        await withCheckedContinuation { done in store.commit(entries) { done.resume(returning: $0) } }
    }

    static func id(_ number: UInt64) -> SortableID { SortableID(high: number, low: 7) }

    static func event(_ number: UInt64, _ sequence: Int = 1, tenant: String = "contoso") -> StoreEntry {
        .event(
            EventRow(
                dialOut: id(number), sequence: sequence, tenant: tenant, operatorID: "acme",
                body: Array("{\"event\":\(number),\"sequence\":\(sequence)}".utf8)))
    }

    static func dialOut(_ number: UInt64, _ state: CallState, former: [String] = []) -> StoreEntry {
        .dialOut(
            StoredDialOut(
                id: id(number), tenant: "contoso", meetingID: "m\(number % 3)", organizer: "a\(number % 4)@b.example", operatorID: "acme",
                formerOperatorIDs: former, state: state, body: Array("{\"dialOut\":\(number)}".utf8)))
    }

    /// The configuration, what is open, the log and the records, as one text.
    static func content(_ store: SQLiteStore) async throws -> String {
        let contents = try store.load(carrierCallsSince: beginning)
        let events = try await store.events(EventQuery(scope: .all, after: 0, limit: 10_000))
        let dialOuts = try await store.dialOuts(DialOutQuery(limit: 10_000))
        return "\(contents)\(events)\(dialOuts)"
    }
}
