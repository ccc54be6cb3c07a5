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

    @Test("a sealed body is marked, and opens as the document that it was sealed as: of its kind and of its key")
    func places() throws {
        let key = try #require(StoreKey(StoreKey.makeFile())), body = try DocumentBody.stored(secret.body ?? [], of: secret, key)
        #expect(body.starts(with: DocumentBody.mark) && secret.place == "operator acme")
        let opened = try DocumentBody(stored: body, at: secret.place, key)
        #expect(opened.isSecret && opened.text == secret.body)
        for (kind, name) in [(StoredDocument.Kind.tenant, "acme"), (.operator, "other")] {
            let place = StoredDocument(kind: kind, key: name, version: 1, body: nil).place
            #expect(throws: StoreFailure("\(place) does not open with the key")) { _ = try DocumentBody(stored: body, at: place, key) }
        }
        let open = StoredDocument(kind: .tenant, key: "t", version: 1, body: [1])
        let plain = try DocumentBody(stored: DocumentBody.stored([1], of: open, key), at: open.place, key)
        #expect(!plain.isSecret && plain.text == [1])
    }

    private enum KeptKey { case none, own, other, folder }

    private static let keyFiles: [(file: KeptKey, isGiven: Bool, isKnown: Bool, sealed: Int, starts: String, requires: String)] = [
        (.none, false, false, 0, "made", ""), (.none, false, true, 0, "made", ""),
        (.none, false, true, 2, "sealed documents", "is not there"),
        (.none, true, false, 0, "is not there", "is not there"), (.none, true, true, 2, "is not there", "is not there"),
        (.own, false, true, 2, "own", ""), (.own, true, true, 2, "own", ""),
        (.other, false, false, 0, "other", "is not the one"), (.other, true, false, 0, "other", "is not the one"),
        (.other, false, true, 0, "other", "is not the one"), (.other, true, true, 0, "is not the one", "is not the one"),
        (.other, false, true, 2, "is not the one", "is not the one"), (.folder, false, false, 0, "cannot be read", "cannot be read"),
    ]

    @Test("which key a store begins with, and which one a copy of it needs", arguments: keyFiles.indices)
    func begins(index: Int) throws {
        let row = Self.keyFiles[index], path = fixture.folder + "/row.key"
        let own = StoreKey.makeFile(), other = StoreKey.makeFile(), check = try #require(StoreKey(own)).check
        switch row.file {
        case .none: break
        case .own: try own.write(to: URL(fileURLWithPath: path))
        case .other: try other.write(to: URL(fileURLWithPath: path))
        case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let file = KeyFile(path: path, isGiven: row.isGiven)
        func words(_ body: () throws -> String) -> String {
            do { return try body() } catch { return (error as? StoreFailure)?.message ?? "\(error)" }
        }
        let required = words {
            try file.require(check, sealed: row.sealed)
            return ""
        }
        #expect(required == row.requires || !row.requires.isEmpty && required.contains(row.requires), "\(row): \(required)")
        let started = words {
            let found = try file.key(for: row.isKnown ? check : [], sealed: Int64(row.sealed)).check
            return found == check ? "own" : found == StoreKey(other)?.check ? "other" : "made"
        }
        #expect(started.contains(row.starts), "\(row): \(started)")
        #expect((row.starts == "made") == (row.file == .none && FileManager.default.fileExists(atPath: path)))
    }

    @Test("a key that is made is drawn, each of its digits")
    func drawn() throws {
        let files = (0..<64).map { _ in String(decoding: StoreKey.makeFile(), as: UTF8.self) }
        for place in 0..<2 {
            let digits = files.flatMap { file in file.utf8.dropLast().enumerated().filter { $0.offset % 2 == place }.map(\.element) }
            #expect(Set(digits) == Set("0123456789abcdef".utf8))
        }
        #expect(files.allSatisfy { $0.utf8.count == 65 && $0.last == "\n" } && Set(files).count == 64)
    }

    /// HMAC-SHA-256 of `dialout store` under the bytes from 0 to 31, cut to 16 as the store of earlier versions has it.
    private static let checkOfCountedBytes: [UInt8] = [
        0x91, 0x51, 0xF2, 0x83, 0xCA, 0x11, 0x19, 0xE9, 0xCB, 0x83, 0xD0, 0xEE, 0x68, 0xCA, 0x19, 0x0F,
    ]

    @Test("a key is 32 bytes or 64 hexadecimal digits, and prints nothing")
    func keys() throws {
        let raw = Data((0..<32).map { UInt8($0) }), hex = Data(raw.map { String(format: "%02X", $0) }.joined().utf8)
        let key = try #require(StoreKey(raw)), same = try #require(StoreKey(hex + Data("\n".utf8)))
        #expect(key.check == same.check && key.check == Self.checkOfCountedBytes)
        for none in [raw + raw, Data(), hex.dropLast(), hex + Data("00".utf8), hex.dropLast(2) + Data("+f".utf8)] {
            #expect(StoreKey(none) == nil)
        }
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
