import Basis
import Foundation
import GRDB
import Service

/// One group of entries as statements, each prepared once and kept.
enum Writing {
    /// Answers older than a day are taken out while new ones are put in.
    private static let answersKeptFor: Int64 = 24 * 3600 * 1000

    /// The place of the first event written, or 0 when there was none.
    static func write(_ entries: [StoreEntry], to database: Database) throws -> Int64 {
        var first: Int64 = 0
        for entry in entries {
            switch entry {
            case .event(let row):
                try insert(row, database)
                if first == 0 { first = database.lastInsertedRowID }
            case .dialOut(let row): try upsert(row, database)
            case .document(let document): try put(document, database)
            case .answer(let answer): try put(answer, database)
            }
        }
        return first
    }

    private static func insert(_ row: EventRow, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO event (dialOut, sequence, tenant, operator, body) VALUES (?, ?, ?, ?, ?)")
        try statement.execute(arguments: [row.dialOut.data, row.sequence, row.tenant, row.operatorID, Data(row.body)])
    }

    private static func upsert(_ row: StoredDialOut, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO dialOut (id, tenant, meeting, organizer, operator, state, body) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET operator = excluded.operator, state = excluded.state, body = excluded.body
                """)
        try statement.execute(arguments: [
            row.id.data, row.tenant, row.meetingID, row.organizer, row.operatorID, row.state.rawValue, Data(row.body),
        ])
        for former in row.formerOperatorIDs {
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO formerOperator (operator, dialOut) VALUES (?, ?)")
                .execute(arguments: [former, row.id.data])
        }
    }

    private static func put(_ document: StoredDocument, _ database: Database) throws {
        if let body = document.body {
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO document (kind, key, version, body) VALUES (?, ?, ?, ?)
                    ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, body = excluded.body
                    """)
            try statement.execute(arguments: [document.kind.rawValue, document.key, document.version, Data(body)])
        } else {
            let statement = try database.cachedStatement(sql: "DELETE FROM document WHERE kind = ? AND key = ?")
            try statement.execute(arguments: [document.kind.rawValue, document.key])
        }
        try database.cachedStatement(sql: "UPDATE configuration SET version = max(version, ?)").execute(arguments: [document.version])
    }

    private static func put(_ answer: StoredAnswer, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM answer WHERE rowid IN (SELECT rowid FROM answer WHERE at < ? LIMIT 4)")
            .execute(arguments: [answer.at.milliseconds - answersKeptFor])
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO answer (tenant, key, bodyHash, status, location, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            answer.tenant, answer.key, Data(answer.bodyHash), answer.status, answer.location, Data(answer.body), answer.at.milliseconds,
        ])
    }
}

extension SortableID {
    /// Big-endian, so that blobs sort as the identifiers do.
    var data: Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }

    init?(data: Data) {
        guard data.count == 16 else { return nil }
        let words = data.withUnsafeBytes { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }
}
