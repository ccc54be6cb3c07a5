import Basis
import Foundation
import GRDB
import Service
import Simulation
import Testing

@testable import Store

@Suite("A store that has lost what it had")
struct MissingLogTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// The files as a kill leaves them, in a folder of their own; the path of the store there.
    private func killed(_ name: String, without missing: [String] = []) throws -> String {
        let folder = "\(fixture.folder)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for end in ["", "-wal", "-group"] where !missing.contains(end) {
            try FileManager.default.copyItem(atPath: fixture.path + end, toPath: "\(folder)/dialout.db\(end)")
        }
        return folder + "/dialout.db"
    }

    private func filled() async throws -> SQLiteStore {
        let store = try fixture.open()
        for number in 1...3 as ClosedRange<UInt64> {
            var sample = SampleDialOut(number)
            guard case .kept = await fixture.commit(sample.accept(), to: store) else { throw StoreFailure("not kept") }
        }
        return store
    }

    private func content(_ path: String) async throws -> String {
        let store = try fixture.open(path, key: fixture.keyPath), content = try await StoreFixture.content(store)
        try store.close()
        return content
    }

    private func refusal(_ path: String) -> String {
        do {
            try fixture.open(path, key: fixture.keyPath).close()
            return "none"
        } catch { return (error as? StoreFailure)?.message ?? "\(error)" }
    }

    @Test("a log that was removed or is damaged refuses the start, which names it and what to do; once it is back the start goes on")
    func removed() async throws {
        let store = try await filled(), content = try await StoreFixture.content(store)
        #expect(try await self.content(killed("whole")) == content)
        let path = try killed("removed", without: ["-wal"])
        let refused = refusal(path)
        #expect(
            refused
                == "\(path): it has 0 groups, and 3 were kept: \(path)-wal was removed or is damaged, or an earlier copy is in its place; put back what was there, or remove \(path)-group to go on with what is left"
        )
        try? FileManager.default.removeItem(atPath: path + "-wal")
        try FileManager.default.copyItem(atPath: fixture.path + "-wal", toPath: path + "-wal")
        #expect(try await self.content(path) == content)

        let damaged = try killed("damaged")
        var log = try Data(contentsOf: URL(fileURLWithPath: damaged + "-wal"))
        log[log.count - 100] ^= 1
        try log.write(to: URL(fileURLWithPath: damaged + "-wal"))
        #expect(refusal(damaged).hasPrefix("\(damaged): it has 2 groups, and 3 were kept: "))
        try FileManager.default.removeItem(atPath: damaged + "-group")
        #expect(refusal(damaged) == "none", "who removes the mark goes on with what is left")
    }

    @Test(
        "nothing is refused that has all: emptied by SQLite, an empty log, a copy alone, a stop and its file, another store, a store begun anew"
    )
    func whole() async throws {
        let store = try await filled(), content = try await StoreFixture.content(store)
        let emptied = try killed("emptied")
        let queue = try DatabaseQueue(path: emptied)
        try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
        try? FileManager.default.removeItem(atPath: emptied + "-wal")
        #expect(try await self.content(emptied) == content)
        let earlier = try killed("earlier")
        try "nonsense".write(toFile: earlier + "-group", atomically: true, encoding: .utf8)
        #expect(try await self.content(earlier) == content, "a mark that says nothing")
        try store.close()
        #expect(try await self.content(killed("stopped", without: ["-wal"])) == content)
        #expect(try await self.content(killed("alone", without: ["-wal", "-group"])) == content)

        let other = try StoreFixture()
        try other.open().close()
        try FileManager.default.removeItem(atPath: other.path + "-group")
        try FileManager.default.copyItem(atPath: fixture.path + "-group", toPath: other.path + "-group")
        try other.open().close()
        try FileManager.default.removeItem(atPath: fixture.path)
        try? FileManager.default.removeItem(atPath: fixture.path + "-wal")
        try fixture.open().close()
    }

    @Test("a later group than the mark's is no loss: the mark is behind after a power cut")
    func behind() async throws {
        let store = try await filled(), content = try await StoreFixture.content(store)
        let path = try killed("behind")
        let mark = try String(contentsOfFile: path + "-group", encoding: .utf8)
        #expect(mark.hasSuffix(" 0000000000000000003\n"))
        try mark.replacing(" 0000000000000000003", with: " 0000000000000000001").write(
            toFile: path + "-group", atomically: true, encoding: .utf8)
        #expect(try await self.content(path) == content)
        #expect(try String(contentsOfFile: path + "-group", encoding: .utf8) == mark, "the start mends it")
    }
}
