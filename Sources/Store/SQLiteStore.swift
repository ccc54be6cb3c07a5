import Basis
import Dispatch
import Foundation
import GRDB
import Service
import Synchronization

/// The embedded store: one SQLite file, one writer, a commit a group, synced before it is told of.
///
/// The event log is the table `event`, whose `place` rises by 1 with each row and never has a gap. Reads go through snapshots of their own
/// and never wait for the writer.
package final class SQLiteStore: Store {
    private let writer: GroupWriter
    /// Where the writer works; its thread may wait for the disk.
    private let queue = DispatchQueue(label: "dialout.store")
    private let readable: Readable
    /// Runs a closure on the world's thread.
    private let onWorld: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// The file that reads go to; nil while it is opened again.
    private final class Readable: Sendable {
        let file = Mutex<StoreFile?>(nil)
    }

    /// Opens or creates the file. Throws with its path and the cause when it is not a store of this version: it never starts empty
    /// over something it cannot read.
    package init(path: String, onWorld: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) throws(StoreFailure) {
        self.onWorld = onWorld
        let readable = Readable()
        self.readable = readable
        do {
            try Self.refuseEmptyFile(path)
            writer = try GroupWriter(path: path) { file in readable.file.withLock { $0 = file } }
        } catch {
            throw StoreFailure("\(path): \(StoreFailure(cause: error).message)")
        }
    }

    /// SQLite takes a file of no bytes for a new database; here it is one that has lost its content.
    private static func refuseEmptyFile(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size == 0 else { return }
        throw StoreFailure("the file is there but empty; remove it to begin anew")
    }

    package func load(carrierCallsSince: SortableID) throws(StoreFailure) -> StoreContents {
        do { return try file().pool.read { try Reading.contents($0, carrierCallsSince: carrierCallsSince) } } catch {
            throw StoreFailure(cause: error)
        }
    }

    package func commit(_ entries: [StoreEntry], _ done: @escaping @Sendable (CommitOutcome) -> Void) {
        queue.async { [self] in
            let outcome = writer.commit(entries)
            onWorld { done(outcome) }
            writer.committed(entries)
        }
    }

    package func settle(_ done: @escaping @Sendable (CommitOutcome) -> Void) {
        queue.async { [self] in
            let outcome = writer.settle()
            onWorld { done(outcome) }
        }
    }

    package func events(_ query: EventQuery) async throws(StoreFailure) -> [StoredEvent] {
        try await read { try Reading.events(query, $0) }
    }

    package func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] {
        try await read { try Reading.dialOuts(query, $0) }
    }

    /// Waits for what is being written, empties the log into the file and closes it. What is asked later is refused.
    package func close() throws(StoreFailure) {
        do { try queue.sync { try writer.close() } } catch { throw StoreFailure(cause: error) }
    }

    private func file() throws(StoreFailure) -> StoreFile {
        guard let file = readable.file.withLock({ $0 }) else { throw StoreFailure("the store is closed, or is opened again") }
        return file
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreFailure) -> Value {
        let onWorld = onWorld, file = try file()
        let result: Result<Value, StoreFailure> = await withCheckedContinuation { waiter in
            file.pool.asyncRead { database in
                let result: Result<Value, StoreFailure>
                do { result = .success(try body(try database.get())) } catch { result = .failure(StoreFailure(cause: error)) }
                onWorld { waiter.resume(returning: result) }
            }
        }
        return try result.get()
    }
}

extension StoreFailure {
    /// As the store, SQLite or GRDB says it.
    init(cause: any Error) {
        switch cause {
        case let failure as StoreFailure: self = failure
        case let fault as SQLiteFault: self.init(fault.message)
        case let fault as UnknownCommit: self = fault.failure
        default: self.init(cause.localizedDescription)
        }
    }
}
