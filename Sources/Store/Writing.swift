import Basis
import CSQLite
import Crypto
import Dialing
import GRDB
import Service

/// What the writer knows beside the file.
struct WriterState {
    var state: StoreState
    var names = Names()
    var words = Words()
    /// Admissions of the last group that were left out, by their index.
    var conflicts: [Int: StoreConflict] = [:]
}

/// One group of entries as statements, each prepared once and kept.
enum Writing {
    /// Commits all entries or none, but for admissions whose key is taken, and leaves in `writer` what the group made of it; how long its pages took to
    /// be synced, and when they were. Throws ``UnknownCommit`` when nobody knows.
    static func commit(
        _ entries: [StoreEntry], admissions: [Range<Int>], _ writer: inout WriterState, _ key: StoreKey, to database: Database,
        clock: () -> Instant
    ) throws -> (syncing: Duration, at: Instant) {
        writer.state.group += 1
        writer.state.firstPlace = 0
        writer.conflicts = [:]
        try database.prepared("BEGIN IMMEDIATE").run()
        do {
            try takeKeys(of: entries, admissions, &writer, database)
            for entry in entries.leavingOut(writer.conflicts, of: admissions) { try write(entry, &writer, key, to: database) }
            try writer.state.write(to: database)
        } catch {
            if database.isInsideTransaction { try database.prepared("ROLLBACK").run() }
            throw error
        }
        let began = clock()
        try commit(database)
        let now = clock()
        return (now - began, now)
    }

    /// A commit that found no room, or the file taken, has written no commit. What else goes wrong may come after the last page was.
    static func commit(_ database: Database) throws {
        let statement = try database.prepared("COMMIT")
        do throws(SQLiteFault) {
            try statement.run()
        } catch {
            if database.isInsideTransaction { try? database.prepared("ROLLBACK").run() }
            let isRefused = error.primaryCode == SQLITE_FULL || error.primaryCode == SQLITE_BUSY
            throw isRefused ? error : UnknownCommit(failure: StoreFailure(error.message))
        }
    }

    private static func write(_ entry: StoreEntry, _ writer: inout WriterState, _ key: StoreKey, to database: Database) throws {
        switch entry {
        case .fact(let row, _):
            writer.state.lastPlace += 1
            if writer.state.firstPlace == 0 { writer.state.firstPlace = writer.state.lastPlace }
            try insert(row, at: writer.state.lastPlace, &writer.names, database)
        case .dialOut(let row): try upsert(row, &writer, database)
        case .document(let document): try put(document, &writer.state, key, database)
        case .key, .keyReleased: break  // Before anything else.
        case .use(let use): try add(use, &writer.names, database)
        }
    }

    static func insert(_ row: FactRow, at place: Int64, _ names: inout Names, _ database: Database) throws {
        var statement = try database.prepared(
            "INSERT INTO fact (place, dialOut, sequence, tenant, operator, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?)", summing: "fact")
        let tenant = try names.number(of: row.tenant, database)
        let operatorID = try row.operatorID.map { try names.number(of: $0, database) }
        statement.bind(place)
        statement.bind(row.dialOut.rowID)
        statement.bind(Int64(row.sequence))
        statement.bind(tenant)
        statement.bind(operatorID)
        statement.bind(row.body)
        statement.bindSum()
        try statement.run()
    }

    static func upsert(_ row: DialOutRow, _ writer: inout WriterState, _ database: Database) throws {
        var before = try database.prepared("SELECT outcome IS NULL FROM dialOut WHERE id = ?")
        before.bind(row.id.rowID)
        let wasOpen = try before.integer()
        if wasOpen == 1 { writer.state.openDialOuts.remove(row.id.openSum) }
        if row.isOpen { writer.state.openDialOuts.add(row.id.openSum) }
        let tenant = try writer.names.number(of: row.tenant, database)
        let operatorID = try row.operatorID.map { try writer.names.number(of: $0, database) }
        let isUpdated = try wasOpen != nil && run(updatingOutcome, of: row, tenant, operatorID, &writer.words, database)
        if !isUpdated { try run(replacing, of: row, tenant, operatorID, &writer.words, database) }
        for former in row.formerOperatorIDs {
            var statement = try database.prepared(
                "INSERT OR IGNORE INTO formerOperator (operator, dialOut, sum) VALUES (?, ?, ?)", summing: "formerOperator")
            statement.bind(try writer.names.number(of: former, database))
            statement.bind(row.id.rowID)
            statement.bindSum()
            try statement.run()
        }
    }

    private static let replacing = """
        INSERT INTO dialOut (id, low, tenant, meeting, organizer, number, callerID, operator, outcome, sum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET low = excluded.low, tenant = excluded.tenant, meeting = excluded.meeting,
            organizer = excluded.organizer, number = excluded.number, callerID = excluded.callerID, operator = excluded.operator,
            outcome = excluded.outcome, sum = excluded.sum
        """

    /// Of a row that is there and is searched by the same: no index but that of the open ones is written again, whose pages lie anywhere.
    private static let updatingOutcome = """
        UPDATE dialOut SET outcome = ?9, sum = ?10
        WHERE id = ?1 AND low = ?2 AND tenant = ?3 AND meeting = ?4 AND organizer = ?5 AND number IS ?6 AND callerID IS ?7 AND operator IS ?8
        """

    /// Whether there was such a row, or is now.
    @discardableResult
    private static func run(
        _ sql: String, of row: DialOutRow, _ tenant: Int64, _ operatorID: Int64?, _ words: inout Words, _ database: Database
    ) throws -> Bool {
        var statement = try database.prepared(sql, summing: "dialOut")
        statement.bind(row.id.rowID)
        statement.bind(Int64(bitPattern: row.id.low))
        statement.bind(tenant)
        for text in [row.meetingID, row.organizer] { statement.bind(words.word(of: text)) }
        for number in [row.number, row.callerID] { statement.bind(number.map { Int64($0.value) }) }
        statement.bind(operatorID)
        statement.bind(row.outcome?.column)
        statement.bindSum()
        try statement.run()
        return statement.changes > 0
    }

    static func put(_ document: StoredDocument, _ state: inout StoreState, _ key: StoreKey, _ database: Database) throws {
        let isTallied = !document.kind.isReadOnDemand
        if isTallied {
            var before = try database.prepared("SELECT sum FROM document WHERE kind = ? AND key = ?")
            before.bind(document.kind.rawValue)
            before.bind(document.key)
            if let sum = try before.integer() { state.documents.remove(sum) }
        }
        state.version = max(state.version, document.version)
        guard let body = document.body else {
            var statement = try database.prepared("DELETE FROM document WHERE kind = ? AND key = ?")
            statement.bind(document.kind.rawValue)
            statement.bind(document.key)
            return try statement.run()
        }
        var statement = try database.prepared(
            "INSERT OR REPLACE INTO document (kind, key, version, body, sum) VALUES (?, ?, ?, ?, ?)", summing: "document")
        statement.bind(document.kind.rawValue)
        statement.bind(document.key)
        statement.bind(document.version)
        statement.bind(try DocumentBody.stored(body, of: document, key))
        let sum = statement.bindSum()
        if isTallied { state.documents.add(sum) }
        try statement.run()
    }

    /// Takes and releases keys before anything else, and notes the admissions whose key is in use.
    private static func takeKeys(
        of entries: [StoreEntry], _ admissions: [Range<Int>], _ writer: inout WriterState, _ database: Database
    ) throws {
        var taken: [UsedKey] = []
        for (position, entry) in entries.enumerated() {
            switch entry {
            case .key(let use):
                try forgetKeys(before: use.at.milliseconds - UsedKey.keptFor, database)
                let row = KeyRow(
                    tenant: try writer.names.number(of: use.tenant, database), hash: hash(use.key), bodyHash: use.bodyHash,
                    dialOut: use.dialOut.rowID, at: use.at.milliseconds)
                if try row.take(database) {
                    taken.append(use)
                } else if let admission = admissions.firstIndex(where: { $0.contains(position) }) {
                    let own = taken.last { $0.tenant == use.tenant && $0.key == use.key }
                    let holder = try own ?? Reading(database).use(ofKey: use.key, tenant: use.tenant)
                    writer.conflicts[admission] = holder.map { .key($0) }
                }
            case .keyReleased(let tenant, let key):
                var statement = try database.prepared("DELETE FROM usedKey WHERE tenant = ? AND hash = ?")
                statement.bind(try writer.names.number(of: tenant, database))
                statement.bind(hash(key))
                try statement.run()
            case .fact, .dialOut, .document, .use: continue
            }
        }
    }

    private static func forgetKeys(before time: Int64, _ database: Database) throws {
        var expiry = try database.prepared(
            "DELETE FROM usedKey WHERE (tenant, hash) IN (SELECT tenant, hash FROM usedKey WHERE at <= ? ORDER BY at LIMIT 4)")
        expiry.bind(time)
        try expiry.run()
    }

    static func add(_ use: StoredUse, _ names: inout Names, _ database: Database) throws {
        let tenant = try names.number(of: use.tenant, database), month = Int64(use.month.index)
        func figure(_ column: String) throws -> Int64 {
            var statement = try database.prepared("SELECT \(column) FROM monthlyUse WHERE tenant = ? AND month = ?")
            statement.bind(tenant)
            statement.bind(month)
            return try statement.integer() ?? 0
        }
        let minutes = try figure("minutes"), credits = try figure("credits")
        var statement = try database.prepared(
            "INSERT OR REPLACE INTO monthlyUse (tenant, month, minutes, credits, sum) VALUES (?, ?, ?, ?, ?)", summing: "monthlyUse")
        for figure in [tenant, month, minutes + Int64(use.pool.minutesUsed), credits + Int64(use.pool.creditsSpent)] {
            statement.bind(figure)
        }
        statement.bindSum()
        try statement.run()
    }

    /// Keys of any length make rows of one length: 128 bits of SHA-256.
    static func hash(_ key: String) -> [UInt8] { Array(SHA256.hash(data: Array(key.utf8)).prefix(16)) }

    /// What stands for a text that is searched by.
    static func word(of text: String) -> Int64 {
        SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { Int64(bitPattern: $0.loadUnaligned(as: UInt64.self)) }
    }
}

/// A used key as it stands in its table.
struct KeyRow {
    let tenant: Int64
    let hash: [UInt8]
    let bodyHash: [UInt8]
    let dialOut: Int64
    let at: Int64

    func insert(_ database: Database) throws {
        try run("INSERT OR REPLACE INTO usedKey (tenant, hash, bodyHash, dialOut, at, sum) VALUES (?, ?, ?, ?, ?, ?)", database)
    }

    /// False where the key is in use.
    func take(_ database: Database) throws -> Bool { try run(Self.taking, database) }

    private static let taking = """
        INSERT INTO usedKey (tenant, hash, bodyHash, dialOut, at, sum) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tenant, hash) DO UPDATE
        SET bodyHash = excluded.bodyHash, dialOut = excluded.dialOut, at = excluded.at, sum = excluded.sum
        WHERE usedKey.at <= excluded.at - \(UsedKey.keptFor)
        """

    /// Whether a row was written.
    @discardableResult
    private func run(_ sql: String, _ database: Database) throws -> Bool {
        var statement = try database.prepared(sql, summing: "usedKey")
        statement.bind(tenant)
        statement.bind(hash)
        statement.bind(bodyHash)
        statement.bind(dialOut)
        statement.bind(at)
        statement.bindSum()
        try statement.run()
        return statement.changes > 0
    }
}

extension SortableID {
    /// The half by which it stands in tables: it rises with each identifier that one store's service makes.
    var rowID: Int64 { Int64(bitPattern: high) }
}

extension Outcome {
    /// Its number in a column.
    var column: Int64 { Int64(Self.allCases.firstIndex(of: self)!) }
}

/// A group of which nobody knows whether it is on disk.
struct UnknownCommit: Error {
    let failure: StoreFailure
}
