import Basis
import Foundation
import Service
import Store
import Testing

@Suite("The SQLite store")
struct SQLiteStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-store-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private var path: String { folder + "/dialout.db" }
    private func open() throws -> SQLiteStore {
        try SQLiteStore(path: path, keyFile: KeyFile(path: folder + ".key", isGiven: false)) { $0() }
    }

    private func commit(_ entries: [StoreEntry], to store: SQLiteStore) async -> CommitOutcome {
        await withCheckedContinuation { done in store.commit(entries) { done.resume(returning: $0) } }
    }

    private func id(_ number: UInt64) -> SortableID { SortableID(high: number, low: 7) }

    private func event(_ number: UInt64, _ sequence: Int, operator operatorID: String? = "acme") -> StoreEntry {
        .event(
            EventRow(
                dialOut: id(number), sequence: sequence, tenant: "contoso", operatorID: operatorID, body: Array("{\"n\":\(sequence)}".utf8))
        )
    }

    private func row(
        _ number: UInt64, _ state: CallState, meeting: String = "m", operator operatorID: String? = nil, former: [String] = []
    ) -> StoredDialOut {
        StoredDialOut(
            id: id(number), tenant: "contoso", meetingID: meeting, organizer: "a@b.example", operatorID: operatorID,
            formerOperatorIDs: former, state: state, body: Array("{}".utf8))
    }

    @Test("places in the log rise by one, also over groups and restarts")
    func places() async throws {
        var store = try open()
        #expect(await commit([event(1, 1), event(2, 1)], to: store) == .kept(firstPlace: 1))
        #expect(await commit([.dialOut(row(1, .queued))], to: store) == .kept(firstPlace: 0))
        #expect(await commit([event(1, 2)], to: store) == .kept(firstPlace: 3))
        store = try open()
        #expect(await commit([event(2, 2)], to: store) == .kept(firstPlace: 4))
        let all = try await store.events(EventQuery(scope: .all, after: 0, limit: 10))
        #expect(all.map(\.place) == [1, 2, 3, 4])
        let own = try await store.events(EventQuery(scope: .dialOut(id(1)), after: 1, limit: 10))
        #expect(own.map(\.place) == [3] && own[0].row.sequence == 2 && own[0].row.body == Array("{\"n\":2}".utf8))
        #expect(try await store.events(EventQuery(scope: .operator("acme"), after: 0, limit: 2)).map(\.place) == [1, 2])
        #expect(try await store.events(EventQuery(scope: .tenant("other"), after: 0, limit: 2)).isEmpty)
        #expect(try store.load(carrierCallsSince: SortableID(high: 0, low: 0)).lastPlace == 4)
    }

    @Test("dial-outs are found by each of their keys, newest first, and replaced whole")
    func dialOuts() async throws {
        let store = try open()
        _ = await commit(
            [.dialOut(row(1, .queued)), .dialOut(row(2, .queued, meeting: "n")), .dialOut(row(3, .queued)), event(2, 1), event(2, 2)],
            to: store)
        _ = await commit(
            [.dialOut(row(1, .ended, operator: "acme")), .dialOut(row(3, .ended, operator: "other", former: ["late", "acme"]))], to: store)
        func found(_ change: (inout DialOutQuery) -> Void) async throws -> [SortableID] {
            var query = DialOutQuery(limit: 10)
            change(&query)
            return try await store.dialOuts(query).map(\.id)
        }
        #expect(try await found { _ in } == [id(3), id(2), id(1)])
        #expect(try await found { $0.before = id(3) } == [id(2), id(1)])
        #expect(try await found { $0.meetingID = "n" } == [id(2)])
        #expect(try await found { $0.operatorID = "acme" } == [id(3), id(1)], "those that were handed over stay in the first one's list")
        #expect(try await found { ($0.operatorID, $0.limit) = ("acme", 1) } == [id(3)])
        #expect(try await found { ($0.operatorID, $0.before) = ("acme", id(3)) } == [id(1)])
        #expect(try await found { $0.operatorID = "late" } == [id(3)])
        #expect(try await found { $0.state = .ended } == [id(3), id(1)])
        #expect(try await found { $0.tenant = "fabrikam" } == [])
        #expect(try await found { $0.id = id(2) } == [id(2)])
        let open = try store.load(carrierCallsSince: SortableID(high: 0, low: 0)).openDialOuts
        #expect(open.map(\.row.id) == [id(2)])
        #expect(open[0].events.map { String(decoding: $0, as: UTF8.self) } == ["{\"n\":1}", "{\"n\":2}"])
    }

    @Test("documents, their version and answers come back; a document that is taken away is gone")
    func documents() async throws {
        let store = try open()
        let answer = StoredAnswer(
            tenant: "contoso", key: "k", bodyHash: [1, 2], status: 202, location: "/x", body: [3], at: WallTime(milliseconds: 99))
        _ = await commit(
            [
                .document(StoredDocument(kind: .tenant, key: "contoso", version: 3, body: [1])),
                .document(StoredDocument(kind: .user, key: "contoso/a", version: 4, body: [2])), .answer(answer),
            ], to: store)
        _ = await commit([.document(StoredDocument(kind: .user, key: "contoso/a", version: 5, body: nil))], to: store)
        let contents = try open().load(carrierCallsSince: SortableID(high: 0, low: 0))
        #expect(contents.documents == [StoredDocument(kind: .tenant, key: "contoso", version: 3, body: [1])])
        #expect(contents.version == 5)
        #expect(try await store.answer(tenant: "contoso", key: "k") == answer)
        #expect(try await store.answer(tenant: "fabrikam", key: "k") == nil)
    }

    @Test("a group is kept whole or not at all")
    func atomic() async throws {
        let store = try open()
        _ = await commit([event(1, 1)], to: store)
        let blocker = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try blocker.close()
        let tooLarge = EventRow(dialOut: id(1), sequence: 2, tenant: "t", operatorID: nil, body: Array(repeating: 65, count: 1_000_000_001))
        guard case .refused = await commit([event(1, 2), .event(tooLarge)], to: store) else {
            Issue.record("a row beyond SQLite's limit was taken")
            return
        }
        #expect(try await store.events(EventQuery(scope: .all, after: 0, limit: 10)).map(\.place) == [1])
        #expect(await commit([event(1, 2)], to: store) == .kept(firstPlace: 2))
    }

    @Test(
        "what is not a store of this version is refused, naming file and cause",
        arguments: ["text", "empty", "foreign", "newer", "damaged"])
    func refused(kind: String) async throws {
        switch kind {
        case "text": try Data("this is no database, and long enough to be looked at as one".utf8).write(to: URL(fileURLWithPath: path))
        case "empty": try Data().write(to: URL(fileURLWithPath: path))
        default:
            let store = try open()
            _ = await commit((1...200).map { event($0, 1) }, to: store)
            try store.close()
            try await Task { try sqlite(kind) }.value
        }
        let expected = [
            "text": "not a database", "empty": "empty", "foreign": "another program", "newer": "schema version 9", "damaged": "malformed",
        ]
        do {
            let store = try open()
            _ = try store.load(carrierCallsSince: SortableID(high: 0, low: 0))
            Issue.record("\(kind) was taken")
        } catch {
            let failure = try #require(error as? StoreFailure)
            let words = try #require(expected[kind])
            #expect(failure.message.contains(path) && failure.message.contains(words), "\(failure.message)")
        }
    }

    /// Spoils the file in one way.
    private func sqlite(_ kind: String) throws {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        switch kind {
        case "foreign":
            try handle.seek(toOffset: 68)
            try handle.write(contentsOf: Data([1, 2, 3, 4]))
        case "newer":
            try handle.seek(toOffset: 60)
            try handle.write(contentsOf: Data([0, 0, 0, 9]))
        default:
            try handle.seek(toOffset: 100)
            try handle.write(contentsOf: Data(repeating: 0xEE, count: 8_000))
        }
    }
}
