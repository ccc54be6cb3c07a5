import Basis
import Foundation
import GRDB
import Service

/// Commits one group after the other, and finds out what became of one whose sync failed.
///
/// After a failed sync nobody knows what is on disk: the system may have dropped the pages, and calls a second sync of them done. So the
/// file is closed, the log written anew as another file, opened and read back; a group that is not in it is repeated once
/// (docs/decisions/a-failed-sync.md).
///
/// `@unchecked Sendable`: used on the store's queue only.
final class GroupWriter: @unchecked Sendable {
    private let path: String
    private let clock: @Sendable () -> Instant
    /// Told of the file that is open now; nil while there is none.
    private let opened: (StoreFile?) -> Void
    private var file: StoreFile?
    private var writer: WriterState
    /// What the writer would be with the group of which nobody knows.
    private var unsettled: WriterState?
    private let mark: GroupMark
    /// When the writer last copied what a copy of the log beside it had left: a commit may wait for that, so it is seldom.
    private var finishedLog = Instant.zero
    private static let finishingInterval = Duration.seconds(1)

    /// How long the last group that was kept took from its COMMIT until it was synced.
    private(set) var syncing = Duration.zero
    /// When the last group was kept.
    private var committedAt = Instant.zero

    /// Whether the stop before this start left everything in its place.
    let wasClean: Bool
    let key: StoreKey

    init(path: String, keyFile: KeyFile, clock: @escaping @Sendable () -> Instant, opened: @escaping (StoreFile?) -> Void) throws {
        (self.path, self.clock, self.opened) = (path, clock, opened)
        try Conversion.takeOver(path, keyFile)
        if !FileManager.default.fileExists(atPath: path) { GroupMark.remove(beside: path) }
        let file = try StoreFile(path: path)
        var state = StoreState(), sealed: Int64 = 0
        let isNew = try file.pool.read { try Schema.version(of: $0) } == 0
        if !isNew {
            (state, sealed) = try file.pool.read { database in
                try Schema.check(database)
                return (try StoreState.read(database), try database.prepared(DocumentBody.sealedCount).integer() ?? 0)
            }
        }
        let key = try keyFile.key(for: state.keyCheck, sealed: sealed)
        mark = try GroupMark(of: path, group: state.group, keyCheck: key.check)
        if isNew { try file.pool.write { try Schema.create(key, $0) } }
        wasClean = state.isClean
        (state.isClean, state.keyCheck) = (false, key.check)
        try file.pool.write { [state] in try state.write(to: $0) }
        (writer, self.key, self.file) = (WriterState(state: state), key, file)
        opened(file)
    }

    func commit(_ entries: [StoreEntry], admissions: [Range<Int>]) -> CommitOutcome {
        let first = attempt(entries, admissions)
        guard case .unknown = first else { return first }
        let settled = settle()
        guard case .refused = settled else { return settled }
        let second = attempt(entries, admissions)
        guard case .unknown = second else { return second }
        return settle()
    }

    private func attempt(_ entries: [StoreEntry], _ admissions: [Range<Int>]) -> CommitOutcome {
        if unsettled != nil { _ = settle() }
        let file: StoreFile
        do throws(StoreFailure) { file = try settledFile() } catch { return .refused(error) }
        let before = writer.state
        do {
            (syncing, committedAt) = try file.pool.writeWithoutTransaction {
                try Writing.commit(entries, admissions: admissions, &writer, key, to: $0, clock: clock)
            }
            writer.names.keep()
            mark.write(writer.state.group)
            return .kept(firstPlace: writer.state.firstPlace, conflicts: writer.conflicts)
        } catch {
            writer.names.drop()
            defer { writer.state = before }
            guard let fault = error as? UnknownCommit else { return .refused(StoreFailure(cause: error)) }
            unsettled = writer
            return .unknown(fault.failure)
        }
    }

    /// The open file, of which everything is known and which a start would find.
    private func settledFile() throws(StoreFailure) -> StoreFile {
        guard let file, unsettled == nil else { throw StoreFailure("\(path) is not open") }
        try file.requireInPlace()
        return file
    }

    /// Takes away what is too old, a bounded part in a commit of its own. Nothing is known by it alone: where its sync fails the file is opened
    /// again and read back.
    func forget(_ bounds: RetentionBounds) -> Result<Forgotten, StoreFailure> {
        aside { database throws in try Forgetting.forget(bounds, &writer, key, database) }
    }

    /// Puts other bodies in place of facts. The main file has them when it returns, as far as nobody reads.
    func rewrite(_ dialOuts: [RewrittenDialOut], _ notices: [StoredFact]) -> Result<Void, StoreFailure> {
        let result = aside { database throws in try Rewriting.rewrite(dialOuts, notices, &writer, database) }
        file?.checkpoint()
        return result
    }

    private func aside<Value>(_ body: (Database) throws -> Value) -> Result<Value, StoreFailure> {
        let file: StoreFile
        do throws(StoreFailure) { file = try settledFile() } catch { return .failure(error) }
        let before = writer.state
        do {
            return .success(try file.pool.writeWithoutTransaction(body))
        } catch {
            writer.state = before
            if error is UnknownCommit { unsettled = WriterState(state: before) }
            return .failure(StoreFailure(cause: error))
        }
    }

    /// Opens the file again and looks whether the group is in it.
    func settle() -> CommitOutcome {
        guard let unsettled else { return .refused(StoreFailure("no group is unsettled")) }
        do {
            try reopen()
        } catch {
            return .unknown(StoreFailure(cause: error))
        }
        self.unsettled = nil
        guard writer.state.group == unsettled.state.group else {
            return .refused(StoreFailure("a sync failed, and the group is not on disk"))
        }
        mark.write(writer.state.group)
        return .kept(firstPlace: writer.state.firstPlace, conflicts: unsettled.conflicts)
    }

    private func reopen() throws {
        if let file { try file.requireInPlace() }
        // SQLite would make a new one.
        guard FileIdentity(path) != nil else { throw StoreFailure("\(path) is not there") }
        opened(nil)
        try file?.close()
        file = nil
        let log = path + "-wal"
        if FileManager.default.fileExists(atPath: log) {
            guard let frames = FileManager.default.contents(atPath: log) else { throw StoreFailure("\(log) cannot be read") }
            try DurableFile.replace(log, with: frames)
        }
        let file = try StoreFile(path: path)
        writer = WriterState(state: try file.pool.read { try StoreState.read($0) })
        self.file = file
        opened(file)
    }

    /// Called when the group has been told of.
    func committed(_ entries: [StoreEntry]) {
        let isConfiguration = entries.contains { if case .document(let document) = $0 { document.version > 0 } else { false } }
        // What a checkpoint says is said again by the next one; the group is in the log.
        let mayFinish = committedAt - finishedLog >= Self.finishingInterval
        if (try? file?.committed(configuration: isConfiguration, mayFinish: mayFinish)) == true { finishedLog = committedAt }
    }

    /// Leaves everything in one file, which may then be copied alone.
    func close() throws {
        opened(nil)
        guard let file else { return }
        if unsettled == nil {
            writer.state.isClean = true
            try file.pool.write { [state = writer.state] in try state.write(to: $0) }
        }
        try file.emptyLog()
        try file.close()
        self.file = nil
    }
}
