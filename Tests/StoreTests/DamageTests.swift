import Basis
import Dialing
import Foundation
import GRDB
import Service
import Simulation
import Testing

@testable import Store

/// Stored content that is not what was written: an error that names file and row, never a trap, never other content.
@Suite("Damage to the file")
struct DamageTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func filled() async throws -> String {
        let store = try fixture.open()
        var entries: [StoreEntry] = []
        for number in 1...60 as ClosedRange<UInt64> {
            var sample = SampleDialOut(number, meeting: "m\(number % 3)", organizer: "a\(number % 4)@b.example")
            entries += sample.accept()
            entries += number % 7 == 0 ? [sample.note(.queued(position: 1))] : sample.end()
            let body = Array(#"{"user":\#(number)}"#.utf8)
            entries.append(.document(StoredDocument(kind: .user, key: "contoso/\(number)", version: 1, body: body, isSecret: number == 9)))
        }
        entries += [
            .key(
                UsedKey(tenant: "contoso", key: "k", bodyHash: [1], dialOut: StoreFixture.id(1), at: WallTime(milliseconds: 1))),
            .use(StoredUse(tenant: "contoso", month: Month(index: 24_310), pool: MinutePool(minutesUsed: 3, creditsSpent: 4))),
        ]
        #expect(await fixture.commit(entries, to: store) == .kept(firstPlace: 1))
        let content = try await StoreFixture.content(store)
        try store.close()
        return content
    }

    /// What is read from the file with `spoil` done to its bytes: the error, or the content.
    private func read(_ file: Data, _ name: String, _ spoil: (inout Data) -> Void) async throws -> Result<String, StoreFailure> {
        var spoilt = file
        spoil(&spoilt)
        let path = fixture.folder + "/\(name).db"
        try spoilt.write(to: URL(fileURLWithPath: path))
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        do {
            let store = try fixture.open(path)
            return .success(try await StoreFixture.content(store))
        } catch let failure as StoreFailure {
            #expect(failure.message.contains(path), "\(failure.message)")
            return .failure(failure)
        }
    }

    @Test("a dial-out without an end adds to the sum of all by both halves of its identifier")
    func openSums() {
        let sums = [(1, 2), (1, 3), (3, 2), (2, 1)].map { SortableID(high: $0.0, low: $0.1).openSum }
        #expect(Set(sums).count == sums.count && SortableID(high: 1, low: 2).openSum == sums[0])
    }

    @Test("a flipped bit anywhere is an error or changes nothing", arguments: 0..<4)
    func bits(part: Int) async throws {
        let content = try await filled(), file = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        var random = SeededRandom(seed: UInt64(part)), refused = 0
        for round in 0..<60 {
            let place = Int.random(in: 0..<file.count, using: &random), bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            switch try await read(file, "bit-\(round)", { $0[place] ^= bit }) {
            case .success(let found): #expect(found == content, "bit \(bit) of byte \(place)")
            case .failure: refused += 1
            }
        }
        #expect(refused > 5, "a part of the file is content")
    }

    @Test("a page of zeroes is an error or changes nothing")
    func pages() async throws {
        let content = try await filled(), file = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        for page in 0..<file.count / StoreFile.pageSize {
            let found = try await read(file, "page-\(page)") {
                $0.replaceSubrange(page * StoreFile.pageSize..<(page + 1) * StoreFile.pageSize, with: Data(count: StoreFile.pageSize))
            }
            if case .success(let found) = found { #expect(found == content, "page \(page)") }
        }
    }

    @Test(
        "a row that was changed, moved or taken away is named",
        arguments: [
            ("UPDATE fact SET tenant = 2 WHERE place = 5", "row 5, "),
            ("UPDATE fact SET body = X'00' WHERE place = 5", "row 5, "),
            ("UPDATE fact SET body = 17 WHERE place = 5", "row 5, "),
            ("UPDATE fact SET dialOut = 'text' WHERE place = 5", "row 5, text of table fact"),
            ("UPDATE fact SET place = 500 WHERE place = 120", "the last row of table fact is 500, and must be 120"),
            ("DELETE FROM fact WHERE place = 120", "the last row of table fact is 119, and must be 120"),
            ("DELETE FROM fact WHERE place = 60", "rows of table fact are missing after 0"),
            ("UPDATE dialOut SET outcome = 5 WHERE outcome IS NULL", "0 dial-outs without an end are found, and 8 were written"),
            ("UPDATE dialOut SET low = NULL || X'' WHERE id = 1", "NOT NULL"),
            ("UPDATE dialOut SET organizer = 8 WHERE id = 1", "of table dialOut is damaged: its columns do not match its sum"),
            ("UPDATE name SET text = 'x' WHERE id = 1", "row 1, x of table name is damaged"),
            ("DELETE FROM name WHERE id = 2", "the row 2 of table name is missing"),
            ("UPDATE monthlyUse SET minutes = 0", "of table monthlyUse is damaged"),
            ("UPDATE document SET body = X'7B' WHERE key = 'contoso/4'", "row user, contoso/4 of table document is damaged"),
            ("UPDATE document SET kind = 'nonsense' WHERE key = 'contoso/4'", "nonsense is no kind of document"),
            ("DELETE FROM document WHERE key = 'contoso/4'", "59 documents are found, and 60 were written"),
            ("UPDATE state SET version = 77", "table state is damaged"),
            ("UPDATE usedKey SET dialOut = 2", "of table usedKey is damaged"),
            ("DELETE FROM state", "the table state has no row"),
            ("DROP INDEX openDialOut", "its tables are not those of version 5"),
        ])
    func rows(sql: String, wanted: String) async throws {
        _ = try await filled()
        let queue = try DatabaseQueue(path: fixture.path)
        do { try await queue.write { try $0.execute(sql: sql) } } catch {
            #expect("\(error)".contains(wanted), "\(error)")
            return
        }
        try queue.close()
        do {
            let store = try fixture.open()
            _ = try await StoreFixture.content(store)
            _ = try await store.use(ofKey: "k", tenant: "contoso")
            Issue.record("\(sql) was not seen")
        } catch let failure as StoreFailure {
            #expect(failure.message.contains(fixture.path) && failure.message.contains(wanted), "\(failure.message)")
        }
    }

    @Test(
        "a row that an index lacks is told when the file is looked through",
        arguments: [
            ("factOfDialOut", "fact WHERE dialOut <> 0"), ("noticeOfTenant", "fact WHERE dialOut = 0"), ("dialOutOfTenant", "dialOut"),
            ("dialOutOfNumber", "dialOut"), ("openDialOut", "dialOut WHERE outcome IS NULL"),
        ])
    func missingFromIndex(index: String, rows: String) async throws {
        _ = try await filled()
        let filling = try fixture.open()
        let notice = FactRow(dialOut: FactRow.noDialOut, sequence: 0, tenant: "contoso", operatorID: nil, body: [1])
        #expect(await fixture.commit([.fact(notice, nil)], to: filling) == .kept(firstPlace: 121))
        try filling.close()
        try await lack(index, rows)
        _ = try GroupWriter(path: fixture.path, keyFile: KeyFile(path: fixture.keyPath, isGiven: false), clock: { .zero }) { _ in }
        let store = try fixture.open()
        let failure = await withCheckedContinuation { told in store.lookThrough { told.resume(returning: $0) } }
        #expect(failure.message.hasPrefix("\(fixture.path): row ") && failure.message.hasSuffix(" missing from index \(index)"))
    }

    /// Makes the index anew as if its first row were none of it, and has it say what it said before.
    private func lack(_ index: String, _ rows: String) async throws {
        func say(_ change: String) async throws {
            let queue = try DatabaseQueue(path: fixture.path)
            try await queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA writable_schema = ON")
                try database.execute(sql: "UPDATE sqlite_schema SET sql = \(change) WHERE name = ?", arguments: [index])
            }
            try queue.close()
        }
        let (sql, first) = try await DatabaseQueue(path: fixture.path).read { database in
            (
                try String.fetchOne(database, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [index]) ?? "",
                try Int.fetchOne(database, sql: "SELECT min(rowid) FROM \(rows)") ?? 0
            )
        }
        let column = rows.hasPrefix("fact") ? "place" : "id"
        try await say("sql || '\(sql.contains(" WHERE ") ? " AND" : " WHERE") \(column) > \(first)'")
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { try $0.execute(sql: "REINDEX \(index)") }
        try queue.close()
        try await say("'\(sql.replacing("'", with: "''"))'")
    }

    @Test("the whole file is looked through after a stop that was not clean, and only then")
    func lookedThrough() async throws {
        _ = try await filled()
        let clean = try GroupWriter(path: fixture.path, keyFile: KeyFile(path: fixture.keyPath, isGiven: false), clock: { .zero }) { _ in }
        #expect(clean.wasClean)
        let after = try GroupWriter(path: fixture.path, keyFile: KeyFile(path: fixture.keyPath, isGiven: false), clock: { .zero }) { _ in }
        #expect(!after.wasClean)
    }

    enum Taken: CaseIterable { case removed, moved, replaced }

    @Test(
        "what would be written to a file that has lost its name is refused, until it has it again", arguments: ["", "-wal", "-shm"],
        Taken.allCases)
    func lostName(_ end: String, _ taken: Taken) async throws {
        let store = try fixture.open(), name = fixture.path + end, aside = fixture.folder + "/aside"
        var sample = SampleDialOut(1), other = SampleDialOut(2), third = SampleDialOut(3)
        #expect(await fixture.commit(sample.accept(), to: store) == .kept(firstPlace: 1))
        switch taken {
        case .removed: try FileManager.default.linkItem(atPath: name, toPath: aside)
        case .moved: break
        case .replaced: try FileManager.default.copyItem(atPath: name, toPath: aside + "-copy")
        }
        if taken == .removed {
            try FileManager.default.removeItem(atPath: name)
        } else {
            try FileManager.default.moveItem(atPath: name, toPath: aside)
        }
        if taken == .replaced { try FileManager.default.moveItem(atPath: aside + "-copy", toPath: name) }
        let failure = StoreFailure(
            "\(name) was removed, moved or replaced while it was open; nothing is kept until it is back, or until a start from another")
        #expect(await fixture.commit(other.accept(), to: store) == .refused(failure))
        await #expect(throws: failure) {
            _ = try await store.forget(RetentionBounds(events: nil, records: nil, keys: .init(milliseconds: 0), limit: 1))
        }
        await #expect(throws: failure) { try await store.rewrite([], []) }
        await #expect(throws: failure) { _ = try await store.copy() }
        #expect(rename(aside, name) == 0)
        #expect(await fixture.commit(third.accept(), to: store) == .kept(firstPlace: 2))
        try store.close()
        let found = try await fixture.open().facts(FactQuery(scope: .all, after: 0, limit: 10)).facts
        #expect(found.map(\.row.dialOut.high) == [1, 3])
    }
}
