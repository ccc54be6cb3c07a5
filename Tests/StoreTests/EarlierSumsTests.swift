import Basis
import Foundation
import GRDB
import Service
import Simulation
import Testing

@testable import Store

/// Rows of version 4 had the same columns and other sums. They stay as they are, and stand beside those that are written since.
@Suite("A store of version 4 is taken over in its place")
struct EarlierSumsTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private static let formerSum = DatabaseFunction("formerSum", pure: true) { values in
        guard let table = values.first.flatMap({ String.fromDatabaseValue($0) }) else { return nil }
        var sum = FormerRowSum(table: table)
        for value in values.dropFirst() {
            switch value.storage {
            case .null: sum.addNull()
            case .int64(let number): sum.add(number)
            case .string(var text): text.withUTF8 { sum.add(text: $0) }
            case .blob(let data): data.withUnsafeBytes { sum.add($0) }
            case .double: return nil
            }
        }
        return sum.value
    }

    /// A store with an ended and an open dial-out, and what was in it, with the sums of version 4.
    private func writeEarlier() async throws -> String {
        let store = try fixture.open()
        var ended = SampleDialOut(1), open = SampleDialOut(2)
        var entries = ended.accept() + ended.end() + open.accept()
        for user in ["a", "b"] {
            let body = Array(#"{"user":"\#(user)"}"#.utf8)
            entries.append(.document(StoredDocument(kind: .user, key: "contoso/\(user)", version: 1, body: body)))
        }
        entries.append(
            .key(UsedKey(tenant: "contoso", key: "k", bodyHash: [1], dialOut: StoreFixture.id(1), at: WallTime(milliseconds: 1))))
        #expect(await fixture.commit(entries, to: store) == .kept(firstPlace: 1))
        let content = try await StoreFixture.content(store)
        try store.close()
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { database in
            database.add(function: Self.formerSum)
            for (table, columns) in StoreCheck.tables {
                try database.execute(sql: "UPDATE \(table) SET sum = formerSum('\(table)', \(columns))")
            }
            var state = try StoreState.read(database)
            (state.documents, state.openDialOuts) = (StoreState.Tally(), StoreState.Tally())
            for sum in try Int64.fetchAll(database, sql: "SELECT sum FROM document") { state.documents.add(sum) }
            state.openDialOuts.add(StoreFixture.id(2).formerOpenSum)
            try state.write(to: database)
            try database.execute(sql: "UPDATE state SET sum = formerSum('state', \(StoreState.columns)); PRAGMA user_version = 4")
        }
        try queue.close()
        return content
    }

    @Test("everything is there, and what is written since stands beside it, at this start and the next")
    func taken() async throws {
        let content = try await writeEarlier()
        let store = try fixture.open()
        #expect(try await StoreFixture.content(store) == content)
        var open = SampleDialOut(2), another = SampleDialOut(3)
        _ = open.accept()
        #expect(await fixture.commit(open.end() + another.accept(), to: store) == .kept(firstPlace: 4))
        try store.close()
        let again = try fixture.open()
        #expect(try again.load(usesSince: Month(index: 0)).openDialOuts.map(\.id) == [StoreFixture.id(3)])
        #expect(try again.documentsOfStart().count == 2)
        try again.close()
        let check = try StoreCheck(of: fixture.path, keyFile: nil)
        #expect(check.schemaVersion == 5 && check.dialOuts == 3 && check.lastPlace == 5)
    }

    @Test(
        "a row that was changed since is named",
        arguments: [
            ("UPDATE fact SET tenant = 2 WHERE place = 2", "row 2, "), ("UPDATE state SET lastGroup = 9", "row 1, "),
            ("UPDATE dialOut SET meeting = meeting + 1 WHERE id = 2", "row 2, "),
            ("UPDATE document SET body = X'7B7D' WHERE key = 'contoso/a'", "contoso/a"),
        ])
    func damaged(sql: String, named: String) async throws {
        _ = try await writeEarlier()
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
        let failure = try #require(await #expect(throws: StoreFailure.self) { _ = try await StoreFixture.content(fixture.open()) })
        #expect(failure.message.contains(named) && failure.message.contains("is damaged"), "\(failure.message)")
    }

    @Test("a dial-out without an end that is missing is no less missed than before")
    func missing() async throws {
        _ = try await writeEarlier()
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { try $0.execute(sql: "DELETE FROM dialOut WHERE id = 2") }
        try queue.close()
        let failure = try #require(throws: StoreFailure.self) { try fixture.open() }
        #expect(failure.message.contains("0 dial-outs without an end are found, and 1 were written"), "\(failure.message)")
    }
}
