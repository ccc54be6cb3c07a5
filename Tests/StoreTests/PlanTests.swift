import Basis
import Foundation
import GRDB
import Service
import Testing

@testable import Store

/// No statement may cost more the longer the service runs: each is looked up by an index.
@Suite("Plans of statements")
struct PlanTests {
    private final class Heard: @unchecked Sendable {
        var statements: Set<String> = []
    }

    @Test("none looks through a table that grows, or sorts it")
    func plans() throws {
        let fixture = try StoreFixture(), heard = Heard()
        let key = try #require(StoreKey(StoreKey.makeFile()))
        let queue = try DatabaseQueue(path: fixture.path)
        try queue.inDatabase { try Schema.create(key, $0) }
        try queue.inDatabase { database in
            var state = try StoreState.read(database)
            database.trace { event in if case .statement(let statement) = event { heard.statements.insert(statement.sql) } }
            let answer = StoredAnswer(
                tenant: "t", key: "k", bodyHash: [], status: 202, location: nil, body: [], at: WallTime(milliseconds: 9))
            let removed = StoredDocument(kind: .tenant, key: "k", version: 1, body: nil)
            try Writing.commit(
                [
                    StoreFixture.event(1), StoreFixture.dialOut(1, .queued, former: ["other"]), .answer(answer),
                    .document(StoredDocument(kind: .tenant, key: "k", version: 1, body: [1])), .document(removed),
                    .answerWithdrawn(tenant: "t", key: "k"),
                ], &state, key, to: database)
            _ = try Reading.contents(database, carrierCallsSince: StoreFixture.beginning, key)
            _ = try Reading.answer(tenant: "t", key: "k", database)
            for scope in [.all, .tenant("t"), .operator("o"), .dialOut(StoreFixture.id(1))] as [EventQuery.Scope] {
                _ = try Reading.events(EventQuery(scope: scope, after: 0, limit: 5), database)
            }
            for query in Self.queries { _ = try Reading.dialOuts(query, database) }
            database.trace(options: .statement)
        }
        let looked = try queue.inDatabase { database in
            try heard.statements.filter { $0.first != "P" && !$0.hasPrefix("BEGIN") && !$0.hasPrefix("COMMIT") }.flatMap { sql in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: Self.arguments(sql)).map {
                    "\($0["detail"] as String) | \(sql)"
                }
            }
        }
        #expect(heard.statements.count > 60 && looked.count > 60, "\(heard.statements.count) statements")
        for plan in looked {
            let detail = plan.prefix { $0 != "|" }
            // All documents are read at a start; without any condition a page of dial-outs is read from the key's end.
            let isWanted = [
                "SCAN document ", "SCAN state ", "SCAN dialOut USING INDEX sqlite_autoindex_dialOut_1 ",
                "SCAN dialOut USING INDEX openDialOut ",
            ]
            .contains(String(detail))
            #expect(isWanted || !detail.hasPrefix("SCAN"), "\(plan)")
            #expect(!detail.contains("TEMP B-TREE"), "\(plan)")
        }
    }

    private static func arguments(_ sql: String) -> StatementArguments { StatementArguments(sql.filter { $0 == "?" }.map { _ in 0 }) }

    /// Every combination of what may be asked.
    private static var queries: [DialOutQuery] {
        (0..<256).map { bits in
            var query = DialOutQuery(limit: 5)
            if bits & 1 > 0 { query.tenant = "t" }
            if bits & 2 > 0 { query.meetingID = "m" }
            if bits & 4 > 0 { query.organizer = "o" }
            if bits & 8 > 0 { query.operatorID = "a" }
            if bits & 16 > 0 { query.state = .ended }
            if bits & 32 > 0 { query.before = StoreFixture.id(9) }
            if bits & 64 > 0 { query.from = StoreFixture.id(1) }
            if bits & 128 > 0 { query.id = StoreFixture.id(1) }
            return query
        }
    }
}
