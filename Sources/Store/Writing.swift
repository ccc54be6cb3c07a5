import Basis
import CSQLite
import GRDB
import Service

/// One group of entries as statements, each prepared once and kept.
enum Writing {
    /// Answers older than a day are taken out while new ones are put in.
    private static let answersKeptFor: Int64 = 24 * 3600 * 1000

    /// Commits all entries or none, and leaves in `state` what the group made of it. Throws ``UnknownCommit`` when nobody knows.
    static func commit(_ entries: [StoreEntry], _ state: inout StoreState, to database: Database) throws {
        state.group += 1
        state.firstPlace = 0
        try database.prepared("BEGIN IMMEDIATE").run()
        do {
            for entry in entries { try write(entry, &state, to: database) }
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

    private static func write(_ entry: StoreEntry, _ state: inout StoreState, to database: Database) throws {
        switch entry {
        case .event(let row):
            state.lastPlace += 1
            if state.firstPlace == 0 { state.firstPlace = state.lastPlace }
            try insert(row, at: state.lastPlace, database)
        case .dialOut(let row): try upsert(row, database)
        case .document(let document):
            try put(document, database)
            state.version = max(state.version, document.version)
        case .answer(let answer): try put(answer, database)
        }
    }

    private static func insert(_ row: EventRow, at place: Int64, _ database: Database) throws {
        var statement = try database.prepared(
            "INSERT INTO event (place, dialOut, sequence, tenant, operator, body) VALUES (?, ?, ?, ?, ?, ?)")
        statement.bind(place)
        statement.bind(row.dialOut)
        statement.bind(Int64(row.sequence))
        statement.bind(row.tenant)
        statement.bind(row.operatorID)
        statement.bind(row.body)
        try statement.run()
    }

    private static func upsert(_ row: StoredDialOut, _ database: Database) throws {
        var statement = try database.prepared(
            """
            INSERT INTO dialOut (id, tenant, meeting, organizer, operator, state, body) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET operator = excluded.operator, state = excluded.state, body = excluded.body
            """)
        statement.bind(row.id)
        for text in [row.tenant, row.meetingID, row.organizer, row.operatorID, row.state.rawValue] { statement.bind(text) }
        statement.bind(row.body)
        try statement.run()
        for former in row.formerOperatorIDs {
            var statement = try database.prepared("INSERT OR IGNORE INTO formerOperator (operator, dialOut) VALUES (?, ?)")
            statement.bind(former)
            statement.bind(row.id)
            try statement.run()
        }
    }

    private static func put(_ document: StoredDocument, _ database: Database) throws {
        if let body = document.body {
            var statement = try database.prepared(
                """
                INSERT INTO document (kind, key, version, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, body = excluded.body
                """)
            statement.bind(document.kind.rawValue)
            statement.bind(document.key)
            statement.bind(document.version)
            statement.bind(body)
            try statement.run()
        } else {
            var statement = try database.prepared("DELETE FROM document WHERE kind = ? AND key = ?")
            statement.bind(document.kind.rawValue)
            statement.bind(document.key)
            try statement.run()
        }
    }

    private static func put(_ answer: StoredAnswer, _ database: Database) throws {
        var expiry = try database.prepared("DELETE FROM answer WHERE rowid IN (SELECT rowid FROM answer WHERE at < ? LIMIT 4)")
        expiry.bind(answer.at.milliseconds - answersKeptFor)
        try expiry.run()
        var statement = try database.prepared(
            "INSERT OR REPLACE INTO answer (tenant, key, bodyHash, status, location, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)")
        statement.bind(answer.tenant)
        statement.bind(answer.key)
        statement.bind(answer.bodyHash)
        statement.bind(Int64(answer.status))
        statement.bind(answer.location)
        statement.bind(answer.body)
        statement.bind(answer.at.milliseconds)
        try statement.run()
    }
}

/// A group of which nobody knows whether it is on disk.
struct UnknownCommit: Error {
    let failure: StoreFailure
}
