import Basis
import Dialing
import Foundation
import GRDB
import Service
import Simulation
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
            var writer = WriterState(state: try StoreState.read(database)), sample = SampleDialOut(1)
            database.trace { event in if case .statement(let statement) = event { heard.statements.insert(statement.sql) } }
            let use = UsedKey(tenant: "contoso", key: "k", bodyHash: [], dialOut: StoreFixture.id(1), at: WallTime(milliseconds: 9))
            let removed = StoredDocument(kind: .tenant, key: "k", version: 1, body: nil)
            _ = try Writing.commit(
                sample.accept() + [sample.dial("acme"), sample.dial("other")] + sample.end() + [
                    .key(use), .document(StoredDocument(kind: .tenant, key: "k", version: 1, body: [1])), .document(removed),
                    .keyReleased(tenant: "contoso", key: "k"),
                    .use(StoredUse(tenant: "contoso", month: Month(index: 1), pool: MinutePool(minutesUsed: 1))),
                ], admissions: [], &writer, key, to: database, clock: { .zero })
            _ = try Reading.contents(database, usesSince: Month(index: 0), key) { _ in }
            var reading = Reading(database)
            _ = try reading.use(ofKey: "k", tenant: "contoso")
            for scope in [.all, .tenant("contoso"), .operator("acme"), .dialOut(StoreFixture.id(1))] as [FactQuery.Scope] {
                _ = try reading.facts(FactQuery(scope: scope, after: 0, limit: 5))
                _ = try reading.facts(FactQuery(scope: scope, after: 1, limit: 5))
            }
            _ = try reading.notices(NoticeQuery(tenant: "contoso", before: 9, limit: 5))
            for lastFirst in [false, true] {
                for after in [nil, "a"] {
                    var query = DocumentQuery(.invite, prefix: "a", after: after, limit: 5)
                    query.lastFirst = lastFirst
                    _ = try Reading.documents(query, database, key)
                }
            }
            for query in Self.queries { _ = try reading.dialOuts(query) }
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
            // All documents and the last months' sums are read at a start; without any condition a page of dial-outs is read from the key's end.
            let isWanted = [
                "SCAN document ", "SCAN state ", "SCAN dialOut ", "SCAN dialOut USING INDEX openDialOut ", "SCAN monthlyUse ",
            ]
            .contains(String(detail))
            #expect(isWanted || !detail.hasPrefix("SCAN"), "\(plan)")
            #expect(!detail.contains("TEMP B-TREE"), "\(plan)")
        }
    }

    private static func arguments(_ sql: String) -> StatementArguments { StatementArguments(sql.filter { $0 == "?" }.map { _ in 0 }) }

    /// Every combination of what may be asked.
    private static var queries: [DialOutQuery] {
        (0..<1024).map { bits in
            var query = DialOutQuery(limit: 5)
            if bits & 1 > 0 { query.tenant = "contoso" }
            if bits & 2 > 0 { query.meetingID = "m" }
            if bits & 4 > 0 { query.organizer = "o" }
            if bits & 8 > 0 { query.operatorID = "acme" }
            if bits & 16 > 0 { query.isOpen = false }
            if bits & 32 > 0 { query.before = StoreFixture.id(9) }
            if bits & 64 > 0 { query.from = StoreFixture.id(1) }
            if bits & 128 > 0 { query.id = StoreFixture.id(1) }
            if bits & 256 > 0 { query.number = try? E164("+14255550200") }
            if bits & 512 > 0 { (query.callerID, query.outcome) = (try? E164("+14255550100"), .cancelled) }
            return query
        }
    }
}
