import Basis
import Foundation
import GRDB
import Service

/// The embedded store: one SQLite file, one writer, a commit a group, synced before it is told of.
///
/// The event log is the table `event`, whose `place` rises by 1 with each row and never has a gap. Reads go through snapshots of their own
/// and never wait for the writer.
package final class SQLiteStore: Store {
    private let pool: DatabasePool
    /// Runs a closure on the world's thread.
    private let onWorld: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Opens or creates the file. Throws with its path and the cause when it is not a store of this version: it never starts empty
    /// over something it cannot read.
    package init(path: String, onWorld: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) throws(StoreFailure) {
        self.onWorld = onWorld
        do {
            try Self.refuseEmptyFile(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 2
            configuration.label = "dialout"
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.write { try Schema.prepare($0) }
        } catch let failure as StoreFailure {
            throw StoreFailure("\(path): \(failure.message)")
        } catch {
            throw StoreFailure("\(path): \(error.localizedDescription)")
        }
    }

    /// SQLite takes a file of no bytes for a new database; here it is one that has lost its content.
    private static func refuseEmptyFile(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size == 0 else { return }
        throw StoreFailure("the file is there but empty; remove it to begin anew")
    }

    package func load(carrierCallsSince: SortableID) throws(StoreFailure) -> StoreContents {
        try Self.mapped { try pool.read { try Reading.contents($0, carrierCallsSince: carrierCallsSince) } }
    }

    package func commit(_ entries: [StoreEntry], _ done: @escaping @Sendable (Result<Int64, StoreFailure>) -> Void) {
        let onWorld = onWorld
        pool.asyncWriteWithoutTransaction { database in
            let result: Result<Int64, StoreFailure>
            do {
                result = .success(try Writing.commit(entries, to: database))
            } catch {
                result = .failure(error as? StoreFailure ?? StoreFailure("\(error)"))
            }
            onWorld { done(result) }
        }
    }

    package func events(_ query: EventQuery) async throws(StoreFailure) -> [StoredEvent] {
        try await read { try Reading.events(query, $0) }
    }

    package func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] {
        try await read { try Reading.dialOuts(query, $0) }
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreFailure) -> Value {
        let onWorld = onWorld
        let result: Result<Value, StoreFailure> = await withCheckedContinuation { waiter in
            pool.asyncRead { database in
                let result: Result<Value, StoreFailure>
                do { result = .success(try body(try database.get())) } catch { result = .failure(StoreFailure("\(error)")) }
                onWorld { waiter.resume(returning: result) }
            }
        }
        return try result.get()
    }

    private static func mapped<Value>(_ body: () throws -> Value) throws(StoreFailure) -> Value {
        do { return try body() } catch let failure as StoreFailure { throw failure } catch { throw StoreFailure("\(error)") }
    }
}
