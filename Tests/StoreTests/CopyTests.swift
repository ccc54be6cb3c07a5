import Basis
import Foundation
import Service
import Simulation
import Testing

@testable import Store

@Suite("A store is copied while it is written")
struct CopyTests {
    private let fixture: StoreFixture
    private var copyPath: String { fixture.folder + "/copy.db" }

    init() throws { fixture = try StoreFixture() }

    private func save(_ copy: any StoreCopy) async throws {
        var bytes = Data()
        while let piece = try await copy.next() { bytes += piece }
        try bytes.write(to: URL(fileURLWithPath: copyPath))
    }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: fixture.folder) } }

    @Test("beside steady commits the copy has a whole moment: each row, each dial-out from its facts, no half of a group")
    func moment() async throws {
        let store = try fixture.open()
        let secret = StoredDocument(kind: .operator, key: "acme", version: 1, body: Array("opensesame".utf8), isSecret: true)
        _ = await fixture.commit([.document(secret)], to: store)
        for number in 1...400 as ClosedRange<UInt64> {
            var sample = SampleDialOut(number)
            _ = await fixture.commit(sample.accept() + [sample.dial("acme")] + sample.end(), to: store)
        }
        async let writing: Int = {
            var count = 0
            for number in 1_001...1_300 as ClosedRange<UInt64> {
                var sample = SampleDialOut(number)
                if case .kept = await fixture.commit(sample.accept() + sample.end(), to: store) { count += 1 }
            }
            return count
        }()
        try await save(store.copy())
        #expect(await writing == 300)
        let found = try StoreCheck(of: copyPath, keyFile: KeyFile(path: fixture.keyPath, isGiven: true))
        #expect((400...700).contains(found.dialOuts) && found.sealed == 1 && found.schemaVersion == StoreCheck.version)
        #expect(found.entries == 400 * 3 + (found.dialOuts - 400) * 2 && found.lastPlace == Int64(found.entries))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: copyPath))
        #expect(bytes.range(of: Data("opensesame".utf8)) == nil)
        #expect(try names.filter { $0.contains(".copy-") } == [], "it has no name")
        try store.close()
        let restored = try fixture.open(copyPath, key: fixture.keyPath)
        #expect(try restored.documentsOfStart() == [secret])
        try restored.close()
    }

    @Test("a byte of a copy that is changed is found, wherever it is; so are another key and a file of another kind")
    func damage() async throws {
        let store = try fixture.open()
        var entries: [StoreEntry] = []
        for number in 1...50 as ClosedRange<UInt64> {
            var sample = SampleDialOut(number)
            entries += sample.accept() + sample.end()
        }
        _ = await fixture.commit(entries, to: store)
        try await save(store.copy())
        try store.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: copyPath))
        let place = try #require(whole.range(of: Data("a@b.example".utf8))?.lowerBound)
        var changed = whole
        changed[place] ^= 1
        try changed.write(to: URL(fileURLWithPath: copyPath))
        #expect(throws: StoreFailure.self) { try StoreCheck(of: copyPath, keyFile: nil) }
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: copyPath))
        #expect(throws: StoreFailure.self) { try StoreCheck(of: copyPath, keyFile: nil) }
        try Data("not a store".utf8).write(to: URL(fileURLWithPath: copyPath))
        #expect(throws: StoreFailure.self) { try StoreCheck(of: copyPath, keyFile: nil) }
        try whole.write(to: URL(fileURLWithPath: copyPath))
        let other = fixture.folder + "/other.key"
        try StoreKey.makeFile().write(to: URL(fileURLWithPath: other))
        let failure = StoreFailure("\(copyPath): the key in \(other) is not the one that it was sealed with")
        #expect(throws: failure) { try StoreCheck(of: copyPath, keyFile: KeyFile(path: other, isGiven: true)) }
        #expect(try StoreCheck(of: copyPath, keyFile: nil).dialOuts == 50)
        let absent = fixture.folder + "/absent"
        #expect(throws: StoreFailure("\(absent): the file cannot be read")) { try StoreCheck(of: absent, keyFile: nil) }
        #expect(try StoreCheck(of: copyPath, keyFile: KeyFile(path: absent, isGiven: false)).dialOuts == 50, "nothing is sealed")
        #expect(throws: StoreFailure.self) { try StoreCheck(of: copyPath, keyFile: KeyFile(path: absent, isGiven: true)) }
    }

    @Test("a copy with one sealed document is not whole without its key")
    func keyIsAbsent() async throws {
        let store = try fixture.open()
        let secret = StoredDocument(kind: .operator, key: "acme", version: 1, body: Array("opensesame".utf8), isSecret: true)
        _ = await fixture.commit([.document(secret)], to: store)
        try await save(store.copy())
        try store.close()
        let absent = fixture.folder + "/absent"
        let failure = StoreFailure("\(copyPath): it has 1 sealed documents, and the key file \(absent) is not there; name it by --key-file")
        #expect(throws: failure) { try StoreCheck(of: copyPath, keyFile: KeyFile(path: absent, isGiven: false)) }
        #expect(try StoreCheck(of: copyPath, keyFile: KeyFile(path: fixture.keyPath, isGiven: false)).sealed == 1)
    }

    @Test("what a killed process left of a copy is removed at the next start; a stop ends a copy under way")
    func leftOvers() async throws {
        let left = fixture.path + ".copy-1"
        try Data([1]).write(to: URL(fileURLWithPath: left))
        let store = try fixture.open()
        #expect(!FileManager.default.fileExists(atPath: left))
        try store.close()
        await #expect(throws: StoreFailure.self) { try await store.copy() }
    }

    @Test("a stop right behind a change of the configuration waits for the checkpoint that the change began")
    func stopped() async throws {
        for number in 1...60 as ClosedRange<UInt8> {
            let store = try fixture.open()
            let body = [UInt8](repeating: number, count: 200_000)
            _ = await fixture.commit([.document(StoredDocument(kind: .tenant, key: "contoso", version: 1, body: body))], to: store)
            #expect(throws: Never.self) { try store.close() }
        }
        let log = try FileManager.default.attributesOfItem(atPath: fixture.path + "-wal")[.size] as? Int
        #expect(log == 0, "the file alone has it all")
    }
}
