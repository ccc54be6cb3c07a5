import Basis
import GRDB
import Service

/// Puts other bodies in place of facts that are there.
enum Rewriting {
    static func rewrite(
        _ dialOuts: [RewrittenDialOut], _ notices: [StoredFact], _ writer: inout WriterState, _ database: Database
    ) throws {
        try database.prepared("BEGIN IMMEDIATE").run()
        do {
            for dialOut in dialOuts {
                for fact in dialOut.facts { try replace(fact, &writer, database) }
                try Writing.upsert(dialOut.row, &writer, database)
            }
            for notice in notices { try replace(notice, &writer, database) }
            try writer.state.write(to: database)
        } catch {
            writer.names.drop()
            if database.isInsideTransaction { try database.prepared("ROLLBACK").run() }
            throw error
        }
        try Writing.commit(database)
        writer.names.keep()
    }

    private static func replace(_ fact: StoredFact, _ writer: inout WriterState, _ database: Database) throws {
        var statement = try database.prepared("DELETE FROM fact WHERE place = ?")
        statement.bind(fact.place)
        try statement.run()
        try Writing.insert(fact.row, at: fact.place, &writer.names, database)
    }
}
