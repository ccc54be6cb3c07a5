import CSQLite
import CWriteAheadLog
import GRDB
import Service
import Synchronization

/// The open file: one writer whose commits are synced, readers of snapshots, and a connection that checkpoints.
///
/// GRDB sets `synchronous = NORMAL` on the writer when it turns on the write-ahead log, whatever was set before. So what durability rests
/// on is set after it and read back on every connection.
final class StoreFile: Sendable {
    let pool: DatabasePool
    private let checkpointer: DatabaseQueue
    private let files: OpenFiles
    private let log = LogLength()
    /// How many checkpoints were asked for and have not begun, or are under way.
    private let askedCheckpoints = Atomic(0)

    /// Bytes of a page of a file that is made new. A dial-out writes a row of two hundred bytes into each of some twenty pages, and each goes to the
    /// log whole (docs/decisions/pages-of-two-kilobytes.md).
    static let pageSize = 2_048
    /// Frames (pages) in the log from which on it is copied into the file beside the commits.
    static let checkpointFrames = 1_000
    /// Frames from which on the writer does so between two commits, whatever is copied beside them.
    static let writerCheckpointFrames = 16_000
    /// Whether the log was copied beside the commits, all but what was committed meanwhile.
    private let hasRemainder = Atomic(false)

    init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 2
        configuration.label = "dialout"
        configuration.prepareDatabase { database in
            try Self.set(database)
            if database.configuration.readonly { try Self.readBack(database) }
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        checkpointer = try DatabaseQueue(path: path, configuration: configuration)
        try checkpointer.inDatabase { try Self.readBack($0) }
        try pool.writeWithoutTransaction { [log] database in
            try Self.set(database)
            log.follow(database)
            try Self.readBack(database)
            try Self.gatherWrites(database)
        }
        files = try OpenFiles(of: path)
        try DurableFile.syncFolder(of: path)
    }

    /// Throws where its names do not lead to it any more, so that nobody is told that something is kept which no start would find.
    func requireInPlace() throws(StoreFailure) { try files.requireInPlace() }

    private static func set(_ database: Database) throws {
        try database.execute(sql: "PRAGMA page_size = \(pageSize); PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON")
        guard dialout_keep_log_on_close(database.sqliteConnection) == SQLITE_OK else {
            throw StoreFailure("SQLite cannot be told to keep its log when it closes")
        }
    }

    /// SQLite writes each page in two calls, and a group has some ten (docs/decisions/pages-of-two-kilobytes.md).
    private static func gatherWrites(_ database: Database) throws {
        guard let connection = database.sqliteConnection, log_gather_writes(UnsafeMutableRawPointer(connection)) == SQLITE_OK else {
            throw StoreFailure("SQLite's log cannot gather what is written to it")
        }
    }

    /// What a kept group rests on, as SQLite shows it: the log, a sync of it with each commit, and no checkpoint within one; and that what is
    /// deleted is overwritten.
    private static let pragmas = [("journal_mode", "wal"), ("synchronous", "2"), ("wal_autocheckpoint", "0"), ("secure_delete", "1")]

    /// Throws when a setting is not in force.
    static func readBack(_ database: Database) throws {
        for (name, wanted) in pragmas {
            let found = try String.fetchOne(database, sql: "PRAGMA \(name)") ?? "not there"
            guard found == wanted else { throw StoreFailure("SQLite's \(name) is \(found), and must be \(wanted)") }
        }
    }

    /// Copies the log into the file, beside the commits; once at a time, and once more where it was asked for meanwhile: the one under way
    /// copies what was there when it began.
    func checkpoint() {
        guard askedCheckpoints.add(1, ordering: .acquiringAndReleasing).oldValue == 0 else { return }
        checkpointer.asyncWriteWithoutTransaction { [self] database in
            var asked: Int
            repeat {
                asked = askedCheckpoints.load(ordering: .acquiring)
                // A checkpoint that fails leaves the log as it is, and the next one writes the same pages anew.
                if (try? database.checkpoint(.passive)) != nil { hasRemainder.store(true, ordering: .relaxed) }
            } while askedCheckpoints.subtract(asked, ordering: .acquiringAndReleasing).newValue > 0
        }
    }

    /// Called after each commit, when its group has been told of. After a change of the configuration the file alone holds it, for who copies
    /// it.
    ///
    /// The log begins anew once all of it is copied, which a copy beside a stream of commits never comes to. So the writer copies what such a
    /// one left, a few pages, where it `mayFinish`, and this then returns true: the longer the log, the longer SQLite looks for a page in it, and each commit
    /// that makes it longer makes the disk note its length.
    func committed(configuration: Bool, mayFinish: Bool) throws -> Bool {
        let isFinishing = mayFinish && hasRemainder.exchange(false, ordering: .relaxed)
        if isFinishing || log.isDue(every: Self.writerCheckpointFrames) {
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        } else if configuration || log.isDue(every: Self.checkpointFrames) {
            checkpoint()
        }
        return isFinishing
    }

    /// Copies the whole log into the file and empties it; for who is the last to use it. Reads that go on are broken off, and a checkpoint
    /// under way is waited for: beside another one SQLite refuses, whatever the time that it may wait (`sqlite3_wal_checkpoint_v2`).
    func emptyLog() throws {
        pool.interrupt()
        checkpointer.inDatabase { _ in }
        try pool.writeWithoutTransaction { database in
            // The writer was idle and would heed the interruption with what it does next (`sqlite3_interrupt`).
            _ = try? Int.fetchOne(database, sql: "SELECT 1")
            _ = try database.checkpoint(.truncate)
        }
    }

    /// Closes every connection; the log stays as it is.
    func close() throws {
        try checkpointer.close()
        try pool.close()
    }
}

/// How many frames the log has, as the writer's connection tells after each commit.
private final class LogLength: Sendable {
    private let frames = Atomic(0)
    /// The length at which something was last done about it, by how often that is due.
    private let done = Mutex<[Int: Int]>([:])

    func follow(_ database: Database) {
        sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, frames in
                Unmanaged<LogLength>.fromOpaque(context!).takeUnretainedValue().frames.store(Int(frames), ordering: .relaxed)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Whether the log has grown by so many frames since this was last so; a log that began anew counts from its beginning.
    func isDue(every step: Int) -> Bool {
        let length = frames.load(ordering: .relaxed)
        return done.withLock { done in
            let last = min(done[step] ?? 0, length)
            done[step] = length - last >= step ? length : last
            return length - last >= step
        }
    }
}
