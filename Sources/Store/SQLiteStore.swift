import Basis
import Dispatch
import Foundation
import GRDB
import Service
import Synchronization

/// The embedded store: one SQLite file, one writer, a commit a group, synced before it is told of.
///
/// The log is the table `fact`, whose `place` rises by 1 with each row and never has a gap. Reads go through snapshots of their own
/// and never wait for the writer.
package final class SQLiteStore: Store {
    private let path: String
    private let writer: GroupWriter
    /// Where the writer works; its thread may wait for the disk.
    private let queue = DispatchQueue(label: "dialout.store")
    private let readable: Readable
    private let copying: Copying
    private let lastSync = Mutex(Duration.zero)
    /// Runs a closure on the world's thread.
    private let onWorld: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// The file that reads go to; nil while it is opened again.
    private final class Readable: Sendable {
        let file = Mutex<StoreFile?>(nil)
    }

    /// Opens or creates the file. Throws with its path and the cause when it is not a store of this version: it never starts empty
    /// over something it cannot read.
    ///
    /// `clock` tells a monotonic time on any thread. `keyFile` has the key that secrets are sealed with; another one than before is refused.
    package init(
        path: String, keyFile: KeyFile, clock: @escaping @Sendable () -> Instant,
        onWorld: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
    ) throws(StoreFailure) {
        (self.path, self.onWorld) = (path, onWorld)
        copying = Copying(of: path, onWorld: onWorld)
        let readable = Readable()
        self.readable = readable
        do {
            try Self.refuseEmptyFile(path)
            copying.removeLeftOvers()
            writer = try GroupWriter(path: path, keyFile: keyFile, clock: clock) { file in readable.file.withLock { $0 = file } }
        } catch {
            throw StoreFailure(cause: error, in: path)
        }
    }

    /// SQLite takes a file of no bytes for a new database; here it is one that has lost its content.
    private static func refuseEmptyFile(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size == 0 else { return }
        throw StoreFailure("the file is there but empty; remove it to begin anew")
    }

    package func load(
        usesSince month: Month, _ take: (StoredDocument) throws(StoreFailure) -> Void
    ) throws(StoreFailure) -> StoreContents {
        let key = writer.key, file = try file()
        return try ReadAhead.run(
            { take in try file.pool.read { try Reading.contents($0, usesSince: month, key, take) } }, take,
            else: { StoreFailure(cause: $0, in: path) })
    }

    package func commit(_ entries: [StoreEntry], admissions: [Range<Int>], _ done: @escaping @Sendable (CommitOutcome) -> Void) {
        queue.async { [self] in
            let outcome = writer.commit(entries, admissions: admissions)
            lastSync.withLock { [writer] in $0 = writer.syncing }
            onWorld { done(outcome) }
            writer.committed(entries)
        }
    }

    package var syncing: Duration { lastSync.withLock { $0 } }

    package func settle(_ done: @escaping @Sendable (CommitOutcome) -> Void) {
        queue.async { [self] in
            let outcome = writer.settle()
            onWorld { done(outcome) }
        }
    }

    package func facts(_ query: FactQuery) async throws(StoreFailure) -> FactPage {
        if let log = query.log, log != .first { throw StoreFailure("\(path) has one log, and no log \(log)") }
        return try await read { database in
            var reading = Reading(database)
            return try reading.facts(query)
        }
    }

    package func notices(_ query: NoticeQuery) async throws(StoreFailure) -> [StoredFact] {
        try await read { database in
            var reading = Reading(database)
            return try reading.notices(query)
        }
    }

    package func dialOuts(_ query: DialOutQuery) async throws(StoreFailure) -> [StoredDialOut] {
        try await read { database in
            var reading = Reading(database)
            return try reading.dialOuts(query)
        }
    }

    package func documentsAtStart(_ query: DocumentQuery) throws(StoreFailure) -> [StoredDocument] {
        let key = writer.key
        do { return try file().pool.read { try Reading.documents(query, $0, key) } } catch { throw StoreFailure(cause: error, in: path) }
    }

    package func documents(_ query: DocumentQuery) async throws(StoreFailure) -> [StoredDocument] {
        let key = writer.key
        return try await read { try Reading.documents(query, $0, key) }
    }

    package func use(ofKey key: String, tenant: String) async throws(StoreFailure) -> UsedKey? {
        try await read { try Reading($0).use(ofKey: key, tenant: tenant) }
    }

    /// Looks through the whole file beside everything else when the last stop was not clean, and says on the world's thread what is wrong.
    package func lookThrough(_ damaged: @escaping @Sendable (StoreFailure) -> Void) {
        guard !writer.wasClean, let file = try? file() else { return }
        let path = path, onWorld = onWorld
        file.pool.asyncRead { database in
            let failure: StoreFailure?
            do {
                // Not `quick_check`: that does not see a row that an index lacks, which whoever lists would never miss.
                let found = try String.fetchOne(try database.get(), sql: "PRAGMA integrity_check(1)") ?? "no answer"
                failure = found == "ok" ? nil : StoreFailure("\(path): \(found)")
            } catch {
                failure = StoreFailure(cause: error, in: path)
            }
            if let failure { onWorld { damaged(failure) } }
        }
    }

    package func forget(_ bounds: RetentionBounds) async throws(StoreFailure) -> Forgotten {
        let result: Result<Forgotten, StoreFailure> = await withCheckedContinuation { waiter in
            queue.async { [self] in
                let result = writer.forget(bounds)
                onWorld { waiter.resume(returning: result) }
            }
        }
        return try result.get()
    }

    package func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) async throws(StoreFailure) {
        let result: Result<Void, StoreFailure> = await withCheckedContinuation { waiter in
            queue.async { [self] in
                let result = writer.rewrite(dialOuts, notices)
                onWorld { waiter.resume(returning: result) }
            }
        }
        try result.get()
    }

    package func copy() async throws(StoreFailure) -> any StoreCopy {
        try file().requireInPlace()
        return try await copying.copy()
    }

    /// Waits for what is being written, empties the log into the file and closes it. What is asked later is refused.
    package func close() throws(StoreFailure) {
        copying.stop()
        do { try queue.sync { try writer.close() } } catch { throw StoreFailure(cause: error) }
    }

    private func file() throws(StoreFailure) -> StoreFile {
        guard let file = readable.file.withLock({ $0 }) else { throw StoreFailure("the store is closed, or is opened again") }
        return file
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreFailure) -> Value {
        let onWorld = onWorld, file = try file(), path = path
        let result: Result<Value, StoreFailure> = await withCheckedContinuation { waiter in
            file.pool.asyncRead { database in
                let result: Result<Value, StoreFailure>
                do { result = .success(try body(try database.get())) } catch { result = .failure(StoreFailure(cause: error, in: path)) }
                onWorld { waiter.resume(returning: result) }
            }
        }
        return try result.get()
    }
}

extension StoreFailure {
    /// The same with the file's name before it.
    init(cause: any Error, in path: String) { self.init("\(path): \(StoreFailure(cause: cause).message)") }

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
