import Basis
import Foundation
import GRDB
import Service

/// What a file of a store has in it, when all of it is as it was written.
package struct StoreCheck: Equatable, Sendable {
    /// The version that this program writes.
    package static let version = Schema.version
    package let schemaVersion: Int64
    package let dialOuts: Int
    package let entries: Int
    package let lastPlace: Int64
    /// Documents that do not open without the key.
    package let sealed: Int

    /// Reads the file whole: SQLite's own check, each row's sum, and each dial-out from its facts. Throws with what is wrong. Of an earlier
    /// version's file only SQLite's check is made; taking it over makes the others.
    ///
    /// With a `keyFile` the key in it must be the one that the secrets were sealed with.
    package init(of path: String, keyFile: KeyFile?) throws(StoreFailure) {
        do {
            guard FileManager.default.isReadableFile(atPath: path) else { throw StoreFailure("the file cannot be read") }
            var configuration = Configuration()
            configuration.readonly = true
            let file = try DatabaseQueue(path: path, configuration: configuration)
            self = try file.read { try StoreCheck($0, keyFile) }
            try file.close()
        } catch {
            throw StoreFailure(cause: error, in: path)
        }
    }

    private init(_ database: Database, _ keyFile: KeyFile?) throws {
        schemaVersion = try Schema.version(of: database)
        guard schemaVersion > 0 else { throw StoreFailure("it is empty") }
        let found = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard found == "ok" else { throw StoreFailure(found) }
        guard schemaVersion == Schema.version else {
            (dialOuts, entries, lastPlace, sealed) = (0, 0, 0, 0)
            return
        }
        try Schema.check(database)
        let state = try StoreState.read(database)
        (lastPlace, sealed) = (state.lastPlace, Int(try database.prepared(DocumentBody.sealedCount).integer() ?? 0))
        if let keyFile { try keyFile.require(state.keyCheck, sealed: sealed) }
        for (table, columns) in Self.tables where table != "fact" { _ = try Self.rows(of: table, columns, database) }
        entries = try Self.rows(of: "fact", Self.tables["fact"] ?? "", database)
        let newest = try database.prepared("SELECT max(place) FROM fact").integer() ?? 0
        guard newest == lastPlace else { throw StoreFailure("the last row of table fact is \(newest), and must be \(lastPlace)") }
        let documents = try Self.tally(database)
        guard documents == state.documents else {
            throw StoreFailure(
                "\(documents.count) documents are found, and \(state.documents.count) were written, or one stands for another")
        }
        dialOuts = try Self.foldAll(database)
    }

    static let tables = [
        "name": "id, text", "document": "kind, key, version, body", "monthlyUse": "tenant, month, minutes, credits",
        "usedKey": "tenant, hash, bodyHash, dialOut, at", "formerOperator": "operator, dialOut",
        "dialOut": "id, low, tenant, meeting, organizer, number, callerID, operator, outcome",
        "fact": "place, dialOut, sequence, tenant, operator, body",
    ]

    private static func rows(of table: String, _ columns: String, _ database: Database) throws -> Int {
        let count = columns.split(separator: ",").count
        var found = 0
        try database.eachRow(of: table, "SELECT \(columns), sum FROM \(table)") { stored in
            for _ in 0..<count { try stored.any() }
            try stored.verify()
            found += 1
            return true
        }
        return found
    }

    private static func tally(_ database: Database) throws -> StoreState.Tally {
        var found = StoreState.Tally()
        let sql = "SELECT sum FROM document WHERE kind < '\(StoredDocument.Kind.onDemand)'"
        let sums = try Int64.fetchCursor(database, sql: sql)
        while let sum = try sums.next() { found.add(sum) }
        return found
    }

    private static func foldAll(_ database: Database) throws -> Int {
        var reading = Reading(database), query = DialOutQuery(limit: 500), count = 0
        while true {
            let page = try reading.dialOuts(query)
            for stored in page { _ = try stored.folded() }
            count += page.count
            guard page.count == query.limit, let last = page.last?.id else { return count }
            query.move(behind: last)
        }
    }
}
