import Basis
import Foundation
import Service
import Simulation
import Testing

@testable import Store

@Suite("Secrets at rest")
struct SealTests {
    private let fixture: StoreFixture
    private let secret = StoredDocument(
        kind: .operator, key: "acme", version: 1, body: Array(EarlierVersion.carrier.utf8), isSecret: true)

    init() throws { fixture = try StoreFixture() }

    private var holdsPassword: Bool {
        ["", "-wal"].contains { suffix in
            guard let bytes = FileManager.default.contents(atPath: fixture.path + suffix) else { return false }
            return bytes.range(of: Data(EarlierVersion.password.utf8)) != nil
        }
    }

    private func documents(key: String? = nil) throws -> [StoredDocument] {
        try fixture.open(key: key).documentsOfStart()
    }

    private func refusal(key: String? = nil) throws -> String {
        do {
            _ = try documents(key: key)
            return ""
        } catch let failure as StoreFailure { return failure.message }
    }

    @Test("a secret document is never in the file as it is, and comes back whole")
    func sealed() async throws {
        let store = try fixture.open()
        #expect(await fixture.commit([.document(secret)], to: store) == .kept(firstPlace: 0))
        #expect(!holdsPassword)
        try store.close()
        #expect(!holdsPassword)
        #expect(try documents() == [secret])
        var found = stat()
        #expect(stat(fixture.keyPath, &found) == 0 && found.st_mode & 0o777 == 0o600)
    }

    @Test("another key, a missing one and one that is none refuse the start, each by name")
    func refused() async throws {
        let store = try fixture.open()
        _ = await fixture.commit([.document(secret)], to: store)
        try store.close()
        let other = fixture.folder + ".other"
        try StoreKey.makeFile().write(to: URL(fileURLWithPath: other))
        #expect(try refusal(key: other) == "\(fixture.path): the key in \(other) is not the one that the store was sealed with")
        try Data("no key".utf8).write(to: URL(fileURLWithPath: other))
        #expect(try refusal(key: other) == "\(fixture.path): the key file \(other) has neither 32 bytes nor 64 hexadecimal digits")
        try FileManager.default.removeItem(atPath: other)
        #expect(try refusal(key: other) == "\(fixture.path): the key file \(other) is not there")
        try FileManager.default.removeItem(atPath: fixture.keyPath)
        #expect(try refusal().contains("the store has 1 sealed documents, and the key file \(fixture.keyPath) is not there"))
    }

    @Test("what is sealed opens at its own place only, and a changed byte is seen")
    func authenticated() throws {
        let key = try #require(StoreKey(StoreKey.makeFile()))
        var sealed = try key.seal([1, 2, 3], at: "operator acme")
        #expect(try key.open(sealed, at: "operator acme") == [1, 2, 3])
        #expect(throws: StoreFailure("operator other does not open with the key")) { try key.open(sealed, at: "operator other") }
        sealed[sealed.count / 2] ^= 1
        #expect(throws: StoreFailure("operator acme does not open with the key")) { try key.open(sealed, at: "operator acme") }
        #expect(try key.seal([1], at: "x") != key.seal([1], at: "x"), "a nonce is used once")
    }

    @Test("a key is 32 bytes or 64 hexadecimal digits, and prints nothing")
    func keys() throws {
        let raw = Data((0..<32).map { UInt8($0) }), hex = Data(raw.map { String(format: "%02X", $0) }.joined().utf8)
        let key = try #require(StoreKey(raw)), same = try #require(StoreKey(hex + Data("\n".utf8)))
        #expect(key.check == same.check && key.check.count == 16)
        #expect(StoreKey(raw + raw) == nil && StoreKey(Data()) == nil && StoreKey(hex.dropLast()) == nil)
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "a key" && dumped == "- a key\n")
    }

    @Test(
        "a store of an earlier version is taken over once: rows, counts and answers are there, and no password is left in clear",
        arguments: [1, 2])
    func earlier(version: Int) async throws {
        try EarlierVersion.write(version, to: fixture.path)
        #expect(holdsPassword)
        let store = try fixture.open()
        #expect(!holdsPassword)
        let contents = try store.load(usesSince: Month(index: 0))
        #expect(contents.lastPlace == 2 && contents.version == 5)
        let documents = try store.documentsOfStart()
        #expect(documents.map(\.key) == ["acme", "contoso"] && documents.map(\.isSecret) == [true, false])
        #expect(documents[0].body == Array(EarlierVersion.carrier.utf8))
        #expect(contents.openDialOuts.map(\.id) == [StoreFixture.id(2)] && contents.openDialOuts[0].facts.count == 1)
        let use = try #require(try await store.use(ofKey: "k", tenant: "contoso"))
        #expect(use.dialOut == StoreFixture.id(1) && use.bodyHash == [1, 2] && use.at.milliseconds == 99)
        var query = DialOutQuery(limit: 10)
        query.operatorID = "other"
        #expect(try await store.dialOuts(query).map(\.id) == (version == 2 ? [StoreFixture.id(1)] : []))
        var next = SampleDialOut(3)
        #expect(await fixture.commit(next.accept(), to: store) == .kept(firstPlace: 3))
        try store.close()
        #expect(try fixture.open().load(usesSince: Month(index: 0)).lastPlace == 3)
    }
}
