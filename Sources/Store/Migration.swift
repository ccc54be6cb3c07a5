import Crypto
import Dialing
import Foundation
import GRDB
import Service

/// From a file of version 1 or 2 to this version, in one transaction: what is interrupted begins anew.
///
/// Every row gets its sum, secrets are sealed, and answers are kept by their key's hash. The place where secrets stood before is overwritten
/// after that (``StoreState/holdsRemains``).
enum Migration {
    static func run(from version: Int64, _ key: StoreKey, _ database: Database) throws {
        database.add(function: RowSum.function)
        database.add(function: hash)
        defer { database.remove(function: RowSum.function) }
        defer { database.remove(function: hash) }
        for table in earlierTables where version > 1 || table != "formerOperator" {
            try database.execute(sql: "ALTER TABLE \(table) RENAME TO earlier_\(table)")
        }
        for index in ["eventOfDialOut", "dialOutOfTenant", "dialOutOfOperator", "dialOutOfMeeting", "openDialOut"] {
            try database.execute(sql: "DROP INDEX \(index)")
        }
        try database.execute(sql: Schema.tables)
        try database.execute(
            sql: """
                INSERT INTO event SELECT place, dialOut, sequence, tenant, operator, body,
                    rowSum('event', place, dialOut, sequence, tenant, operator, body) FROM earlier_event;
                INSERT INTO dialOut SELECT id, tenant, meeting, organizer, operator, state, body,
                    rowSum('dialOut', id, tenant, meeting, organizer, operator, state, body) FROM earlier_dialOut;
                INSERT INTO answer SELECT tenant, keyHash, bodyHash, status, location, body, at,
                    rowSum('answer', tenant, keyHash, bodyHash, status, location, body, at)
                    FROM (SELECT *, sha256(key) AS keyHash FROM earlier_answer);
                """)
        if version > 1 { try database.execute(sql: "INSERT INTO formerOperator SELECT operator, dialOut FROM earlier_formerOperator") }
        var state = StoreState(holdsRemains: true, keyCheck: key.check)
        try takeDocuments(&state, key, database)
        try count(&state, database)
        try state.write(to: database)
        for table in earlierTables where version > 1 || table != "formerOperator" {
            try database.execute(sql: "DROP TABLE earlier_\(table)")
        }
        try Schema.stamp(database)
    }

    private static let earlierTables = ["event", "dialOut", "formerOperator", "document", "configuration", "answer"]

    private static let hash = DatabaseFunction("sha256", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).map { Data(SHA256.hash(data: Array($0.utf8))) }
    }

    private static func takeDocuments(_ state: inout StoreState, _ key: StoreKey, _ database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT kind, key, version, body FROM earlier_document") {
            var stored = StoredRow(row, of: "document")
            let word = try stored.text()
            guard let kind = StoredDocument.Kind(rawValue: word) else { throw stored.damage("\(word) is no kind of document") }
            let name = try stored.text(), version = try stored.integer(), body = try stored.blob()
            let document = StoredDocument(kind: kind, key: name, version: version, body: body, isSecret: kind.isSecret(body))
            try Writing.put(document, &state, key, database)
        }
    }

    private static func count(_ state: inout StoreState, _ database: Database) throws {
        let lastPlace = try database.prepared("SELECT max(place) FROM event").integer() ?? 0
        let version = try database.prepared("SELECT max(version) FROM earlier_configuration").integer() ?? 0
        (state.lastPlace, state.version) = (lastPlace, max(state.version, version))
        for row in try Row.fetchAll(database, sql: "SELECT id FROM dialOut WHERE state <> 'ended'") {
            var stored = StoredRow(row, of: "dialOut")
            state.openDialOuts.add(try stored.identifier().openSum)
        }
    }
}

extension StoredDocument.Kind {
    /// Whether a document that was written without a seal gets one.
    fileprivate func isSecret(_ body: [UInt8]) -> Bool {
        guard self == .operator else { return false }
        return (try? JSON.decode(Operator.self, body))?.hasPassword ?? true
    }
}
