import Basis
import Foundation
import GRDB
import Service
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
            entries += [
                StoreFixture.event(number), StoreFixture.event(number, 2), StoreFixture.dialOut(number, number % 7 == 0 ? .queued : .ended),
            ]
            let body = Array(#"{"user":\#(number)}"#.utf8)
            entries.append(.document(StoredDocument(kind: .user, key: "contoso/\(number)", version: 1, body: body, isSecret: number == 9)))
        }
        entries.append(
            .answer(
                StoredAnswer(
                    tenant: "contoso", key: "k", bodyHash: [1], status: 202, location: nil, body: [2], at: WallTime(milliseconds: 1))))
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
        for page in 0..<file.count / 4096 {
            let found = try await read(file, "page-\(page)") {
                $0.replaceSubrange(page * 4096..<(page + 1) * 4096, with: Data(count: 4096))
            }
            if case .success(let found) = found { #expect(found == content, "page \(page)") }
        }
    }

    @Test(
        "a row that was changed, moved or taken away is named",
        arguments: [
            ("UPDATE event SET tenant = 'fabrikam' WHERE place = 5", "row 5, "),
            ("UPDATE event SET body = X'00' WHERE place = 5", "row 5, "),
            ("UPDATE event SET body = 17 WHERE place = 5", "row 5, "),
            ("UPDATE event SET dialOut = 'text' WHERE place = 5", "row 5, text of table event"),
            ("UPDATE event SET place = 500 WHERE place = 120", "the last row of table event is 500, and must be 120"),
            ("DELETE FROM event WHERE place = 120", "the last row of table event is 119, and must be 120"),
            ("DELETE FROM event WHERE place = 60", "rows of table event are missing after 0"),
            ("UPDATE dialOut SET state = 'ended' WHERE state = 'queued'", "0 dial-outs without an end are found, and 8 were written"),
            ("UPDATE dialOut SET body = NULL || X'' WHERE rowid = 1", "NOT NULL"),
            ("UPDATE dialOut SET organizer = 'x' WHERE rowid = 1", "of table dialOut is damaged: its columns do not match its sum"),
            ("UPDATE document SET body = X'7B' WHERE key = 'contoso/4'", "row user, contoso/4 of table document is damaged"),
            ("UPDATE document SET kind = 'nonsense' WHERE key = 'contoso/4'", "nonsense is no kind of document"),
            ("DELETE FROM document WHERE key = 'contoso/4'", "59 documents are found, and 60 were written"),
            ("UPDATE state SET version = 77", "table state is damaged"),
            ("UPDATE answer SET status = 200", "of table answer is damaged"),
            ("DELETE FROM state", "the table state has no row"),
            ("DROP INDEX openDialOut", "its tables are not those of version 3"),
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
            _ = try await store.answer(tenant: "contoso", key: "k")
            Issue.record("\(sql) was not seen")
        } catch let failure as StoreFailure {
            #expect(failure.message.contains(fixture.path) && failure.message.contains(wanted), "\(failure.message)")
        }
    }

    @Test("the whole file is looked through after a stop that was not clean, and only then")
    func lookedThrough() async throws {
        _ = try await filled()
        let clean = try GroupWriter(path: fixture.path, keyFile: KeyFile(path: fixture.keyPath, isGiven: false)) { _ in }
        #expect(clean.wasClean)
        let after = try GroupWriter(path: fixture.path, keyFile: KeyFile(path: fixture.keyPath, isGiven: false)) { _ in }
        #expect(!after.wasClean)
    }
}
