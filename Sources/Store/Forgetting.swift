import Basis
import Foundation
import GRDB
import Service

/// Takes away what is too old, a few dial-outs with all that is kept of them in one transaction.
enum Forgetting {
    /// Used keys that go at once.
    private static let keyLimit = 64

    static func forget(_ bounds: RetentionBounds, _ writer: inout WriterState, _ key: StoreKey, _ database: Database) throws -> Forgotten {
        try database.prepared("BEGIN IMMEDIATE").run()
        let forgotten: Forgotten
        do {
            let oldest = try raise(bounds, &writer, key, database)
            let gone = try bounds.records.map { try forget(before: $0, bounds.limit, oldest, database) } ?? (forgotten: 0, isMore: false)
            try forgetKeys(before: bounds.keys, database)
            try writer.state.write(to: database)
            forgotten = Forgotten(oldestPlace: oldest, dialOuts: gone.forgotten, isMore: gone.isMore)
        } catch {
            if database.isInsideTransaction { try database.prepared("ROLLBACK").run() }
            throw error
        }
        try Writing.commit(database)
        return forgotten
    }

    /// The first place of the log that is kept whole.
    static func oldestPlace(_ database: Database) throws -> Int64 {
        let sql = "SELECT kind, key, version, body, sum FROM document WHERE kind = ? AND key = ?"
        let arguments: StatementArguments = [StoredDocument.Kind.setting.rawValue, StoredDocument.oldestPlaceKey]
        let oldest = try database.firstRow(of: "document", sql, arguments) { stored in
            _ = try (stored.text(), stored.text(), stored.integer())
            let body = try stored.blob()
            try stored.verify()
            return try JSON.decode(OldestPlace.self, body).place
        }
        return oldest ?? 1
    }

    /// Moves the first place that is kept whole on.
    private static func raise(
        _ bounds: RetentionBounds, _ writer: inout WriterState, _ key: StoreKey, _ database: Database
    ) throws -> Int64 {
        let current = try oldestPlace(database)
        guard let events = bounds.events, try hasFacts(before: events, database) else { return current }
        var oldest = try firstPlace(from: events, writer, database)
        if let held = bounds.held { oldest = min(oldest, max(held.place + 1, try firstPlace(from: held.since, writer, database))) }
        guard oldest > current else { return current }
        let document = StoredDocument(
            kind: .setting, key: StoredDocument.oldestPlaceKey, version: 0, body: OldestPlace(place: oldest).written)
        try Writing.put(document, &writer.state, key, database)
        return oldest
    }

    /// Whether there is anything of an older dial-out; else what stands before the first one is as young as that, and stays to be told.
    private static func hasFacts(before id: SortableID, _ database: Database) throws -> Bool {
        var statement = try database.prepared("SELECT 1 FROM fact WHERE dialOut < ? AND dialOut <> 0 LIMIT 1")
        statement.bind(max(1, id.rowID))
        return try statement.integer() != nil
    }

    /// The place of the first fact of the first dial-out from one on; the last of all, which stays in any case, where there is none.
    private static func firstPlace(from id: SortableID, _ writer: WriterState, _ database: Database) throws -> Int64 {
        var statement = try database.prepared("SELECT place FROM fact WHERE dialOut >= ? AND dialOut <> 0 ORDER BY dialOut, place LIMIT 1")
        statement.bind(max(1, id.rowID))
        return try statement.integer() ?? max(1, writer.state.lastPlace)
    }

    /// Forgets the oldest dial-outs that have ended before `id`; of one of which something is told still, nothing. How many, and whether there may
    /// be more.
    private static func forget(
        before id: SortableID, _ limit: Int, _ oldest: Int64, _ database: Database
    ) throws -> (forgotten: Int, isMore: Bool) {
        let sql = "SELECT id FROM dialOut WHERE id < ? AND +outcome IS NOT NULL ORDER BY id LIMIT ?"
        let old = try Int64.fetchAll(database, sql: sql, arguments: [id.rowID, limit])
        var forgotten = 0
        for dialOut in old {
            let facts = try Row.fetchAll(
                database, sql: "SELECT place, operator FROM fact WHERE dialOut = ? AND dialOut <> 0", arguments: [dialOut])
            guard facts.allSatisfy({ ($0[0] as Int64) < oldest }) else { continue }
            for operatorID in Set(facts.compactMap { $0[1] as Int64? }) {
                try delete("DELETE FROM formerOperator WHERE operator = ? AND dialOut = ?", [operatorID, dialOut], database)
            }
            for fact in facts { try delete("DELETE FROM fact WHERE place = ?", [fact[0]], database) }
            try delete("DELETE FROM dialOut WHERE id = ?", [dialOut], database)
            forgotten += 1
        }
        return (forgotten, forgotten > 0 && old.count == limit)
    }

    private static func delete(_ sql: String, _ keys: [Int64], _ database: Database) throws {
        var statement = try database.prepared(sql)
        for key in keys { statement.bind(key) }
        try statement.run()
    }

    private static func forgetKeys(before time: WallTime, _ database: Database) throws {
        var expiry = try database.prepared(
            "DELETE FROM usedKey WHERE (tenant, hash) IN (SELECT tenant, hash FROM usedKey WHERE at <= ? ORDER BY at LIMIT \(keyLimit))")
        expiry.bind(time.milliseconds)
        try expiry.run()
    }
}
