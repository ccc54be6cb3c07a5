import GRDB
import Service

/// The one row that each group writes: by it a group is found again whose commit nobody knows of.
struct StoreState: Equatable, Sendable {
    /// The number of the last group, from 1 on.
    var group: Int64 = 0
    /// The place of its first event; 0 when it had none.
    var firstPlace: Int64 = 0
    /// The place of the last event of all.
    var lastPlace: Int64 = 0
    /// The version of the configuration.
    var version: Int64 = 0

    static func read(_ database: Database) throws -> StoreState {
        guard let row = try Row.fetchOne(database, sql: "SELECT lastGroup, firstPlace, lastPlace, version FROM state") else {
            throw StoreFailure("the table state has no row")
        }
        return StoreState(group: row[0], firstPlace: row[1], lastPlace: row[2], version: row[3])
    }

    func write(to database: Database) throws {
        var statement = try database.prepared(
            "INSERT OR REPLACE INTO state (id, lastGroup, firstPlace, lastPlace, version) VALUES (1, ?, ?, ?, ?)")
        for number in [group, firstPlace, lastPlace, version] { statement.bind(number) }
        try statement.run()
    }
}
