import Basis
import CSQLite
import Crypto
import GRDB
import Service

/// One group of entries as statements, each prepared once and kept.
enum Writing {
    /// Commits all entries or none, and leaves in `state` what the group made of it. Throws ``UnknownCommit`` when nobody knows.
    static func commit(_ entries: [StoreEntry], _ state: inout StoreState, _ key: StoreKey, to database: Database) throws {
        state.group += 1
        state.firstPlace = 0
        try database.prepared("BEGIN IMMEDIATE").run()
        do {
            for entry in entries { try write(entry, &state, key, to: database) }
            try state.write(to: database)
        } catch {
            if database.isInsideTransaction { try database.prepared("ROLLBACK").run() }
            throw error
        }
        try commit(database)
    }

    /// A commit that found no room, or the file taken, has written no commit. What else goes wrong may come after the last page was.
    private static func commit(_ database: Database) throws {
        let statement = try database.prepared("COMMIT")
        do throws(SQLiteFault) {
            try statement.run()
        } catch {
            if database.isInsideTransaction { try? database.prepared("ROLLBACK").run() }
            let isRefused = error.primaryCode == SQLITE_FULL || error.primaryCode == SQLITE_BUSY
            throw isRefused ? error : UnknownCommit(failure: StoreFailure(error.message))
        }
    }

    private static func write(_ entry: StoreEntry, _ state: inout StoreState, _ key: StoreKey, to database: Database) throws {
        switch entry {
        case .event(let row):
            state.lastPlace += 1
            if state.firstPlace == 0 { state.firstPlace = state.lastPlace }
            try insert(row, at: state.lastPlace, database)
        case .dialOut(let row): try upsert(row, &state, database)
        case .document(let document): try put(document, &state, key, database)
        case .answer(let answer): try put(answer, database)
        case .answerWithdrawn(let tenant, let key):
            var statement = try database.prepared("DELETE FROM answer WHERE tenant = ? AND keyHash = ?")
            statement.bind(tenant)
            statement.bind(hash(key))
            try statement.run()
        }
    }

    private static func insert(_ row: EventRow, at place: Int64, _ database: Database) throws {
        var statement = try database.prepared(
            "INSERT INTO event (place, dialOut, sequence, tenant, operator, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?)", summing: "event")
        statement.bind(place)
        statement.bind(row.dialOut)
        statement.bind(Int64(row.sequence))
        statement.bind(row.tenant)
        statement.bind(row.operatorID)
        statement.bind(row.body)
        statement.bindSum()
        try statement.run()
    }

    private static func upsert(_ row: StoredDialOut, _ state: inout StoreState, _ database: Database) throws {
        var before = try database.prepared("SELECT state <> 'ended' FROM dialOut WHERE id = ?")
        before.bind(row.id)
        if try before.integer() == 1 { state.openDialOuts.remove(row.id.openSum) }
        if row.state != .ended { state.openDialOuts.add(row.id.openSum) }
        var statement = try database.prepared(
            """
            INSERT INTO dialOut (id, tenant, meeting, organizer, operator, state, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, meeting = excluded.meeting, organizer = excluded.organizer,
                operator = excluded.operator, state = excluded.state, body = excluded.body, sum = excluded.sum
            """, summing: "dialOut")
        statement.bind(row.id)
        for text in [row.tenant, row.meetingID, row.organizer, row.operatorID, row.state.rawValue] { statement.bind(text) }
        statement.bind(row.body)
        statement.bindSum()
        try statement.run()
        for former in row.formerOperatorIDs {
            var statement = try database.prepared("INSERT OR IGNORE INTO formerOperator (operator, dialOut) VALUES (?, ?)")
            statement.bind(former)
            statement.bind(row.id)
            try statement.run()
        }
    }

    static func put(_ document: StoredDocument, _ state: inout StoreState, _ key: StoreKey, _ database: Database) throws {
        var before = try database.prepared("SELECT sum FROM document WHERE kind = ? AND key = ?")
        before.bind(document.kind.rawValue)
        before.bind(document.key)
        if let sum = try before.integer() { state.documents.remove(sum) }
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
        state.documents.add(statement.bindSum())
        try statement.run()
    }

    private static func put(_ answer: StoredAnswer, _ database: Database) throws {
        var expiry = try database.prepared(
            "DELETE FROM answer WHERE (tenant, keyHash) IN (SELECT tenant, keyHash FROM answer WHERE at <= ? ORDER BY at LIMIT 4)")
        expiry.bind(answer.at.milliseconds - StoredAnswer.keptFor)
        try expiry.run()
        var statement = try database.prepared(
            "INSERT OR REPLACE INTO answer (tenant, keyHash, bodyHash, status, location, body, at, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            summing: "answer")
        statement.bind(answer.tenant)
        statement.bind(hash(answer.key))
        statement.bind(answer.bodyHash)
        statement.bind(Int64(answer.status))
        statement.bind(answer.location)
        statement.bind(answer.body)
        statement.bind(answer.at.milliseconds)
        statement.bindSum()
        try statement.run()
    }

    /// Keys of any length make rows of one length.
    static func hash(_ key: String) -> [UInt8] { Array(SHA256.hash(data: Array(key.utf8))) }
}

/// A group of which nobody knows whether it is on disk.
struct UnknownCommit: Error {
    let failure: StoreFailure
}
