import Foundation
import Service
import Testing

@testable import dialout

@Suite("The data folder", .aFewAtATime)
struct DataFolderTests {
    private func mode(_ path: String) -> mode_t {
        var found = stat()
        return stat(path, &found) == 0 ? found.st_mode & 0o777 : 0
    }

    @Test(
        "a second process on the same folder or the same store is refused, with the first one's id, and without it where somebody removed that"
    )
    func locked() async throws {
        let service = try await RunningService()
        for arguments in [
            ["--data", service.folder], ["--data", service.folder + "/other", "--store", "sqlite:\(service.folder)/dialout.db"],
        ] {
            let second = try Child(
                Running.executable.path,
                ["serve", "--http", "127.0.0.1:\(Running.freePort())", "--sip", "127.0.0.1:\(Running.freePort())"] + arguments,
                in: service.folder)
            #expect(await second.exitStatus() == 1)
            #expect(second.text.contains("is held by the process \(service.child.pid)"), "\(second.text)")
        }
        for name in ["lock", "dialout.db.lock"] { try FileManager.default.removeItem(atPath: service.folder + "/" + name) }
        let third = try Child(
            Running.executable.path,
            [
                "serve", "--http", "127.0.0.1:\(Running.freePort())", "--sip", "127.0.0.1:\(Running.freePort())", "--data",
                service.folder,
            ], in: service.folder)
        #expect(await third.exitStatus() == 1)
        #expect(third.text.contains("\(service.folder) is held by the process that serves from it"), "\(third.text)")
        #expect(try await service.curl("GET", "/readyz").status == 200)
        #expect(await service.child.end(SIGKILL) == SIGKILL)
        try await service.restart()
    }

    @Test("a second process on another name of the store's file is refused by that name, before and after the first one was started again")
    func linked() async throws {
        let service = try await RunningService(), other = service.folder + ".linked"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try FileManager.default.linkItem(atPath: service.folder + "/dialout.db", toPath: other + "/dialout.db")
        for isAgain in [false, true] {
            if isAgain {
                #expect(await service.child.end() == 0)
                try await service.restart()
            }
            let second = try Child(
                Running.executable.path,
                [
                    "serve", "--http", "127.0.0.1:\(Running.freePort())", "--sip", "127.0.0.1:\(Running.freePort())", "--data", other,
                    "--key-file", service.folder + ".key",
                ], in: service.folder)
            #expect(await second.exitStatus() == 1)
            #expect(second.text.contains("\(other)/dialout.db is held by a process that serves from the same file"), "\(second.text)")
            #expect(try await service.curl("GET", "/readyz").status == 200)
        }
        _ = try await service.must("PUT", "/v1/tenants/contoso", #"{"displayName":"C","country":"US"}"#)
        #expect(await service.child.end(SIGKILL) == SIGKILL)
        try await service.restart()
        #expect(try await service.curl("GET", "/v1/tenants/contoso").status == 200)
    }

    @Test("the folder is its owner's alone, with all that is in it, also what was there before; so is the key, which is elsewhere")
    func modes() async throws {
        let service = try await RunningService([:]) { folder in
            chmod(folder, 0o755)
            try Data("dialout_0123456789abcdef\n".utf8).write(to: URL(fileURLWithPath: folder + "/bootstrap-token"))
            chmod(folder + "/bootstrap-token", 0o644)
        }
        #expect(mode(service.folder) == 0o700)
        for name in ["dialout.db", "dialout.db-wal", "dialout.db-shm", "bootstrap-token", "lock"] {
            #expect(mode(service.folder + "/" + name) == 0o600, "\(name)")
        }
        #expect(mode(service.folder + ".key") == 0o600)
        #expect(await service.child.end() == 0)
        chmod(service.folder + "/dialout.db", 0o644)
        try await service.restart()
        #expect(mode(service.folder + "/dialout.db") == 0o600)
    }

    @Test("the bootstrap token that the service makes is its owner's alone, and the same at the next start")
    func bootstrapToken() throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let token = try BootstrapToken.inFolder(folder)
        #expect(token.hasPrefix("dialout_") && token.utf8.count == 72)
        #expect(mode(folder + "/bootstrap-token") == 0o600)
        #expect(try BootstrapToken.inFolder(folder) == token)
    }

    @Test("a trunk's password is not in the folder; another key refuses the start by its name, a key in the folder as well")
    func sealed() async throws {
        let service = try await RunningService()
        let word = "a-password-of-a-trunk"
        _ = try await service.must(
            "PUT", "/v1/operators/acme", #"{"name":"A","trunks":[{"name":"t","uri":"sip:127.0.0.1","username":"u","password":"\#(word)"}]}"#
        )
        #expect(await service.child.end() == 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: service.folder) {
            let bytes = FileManager.default.contents(atPath: service.folder + "/" + name) ?? Data()
            #expect(bytes.range(of: Data(word.utf8)) == nil, "\(name)")
        }
        let other = service.folder + ".other"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: other))
        for (key, words) in [
            (other, "the key in \(other) is not the one"), (service.folder + "/key", "keyFile is outside the data folder"),
        ] {
            let child = try Child(
                Running.executable.path,
                ["serve", "--data", service.folder, "--http", "127.0.0.1:\(service.http)", "--sip", "127.0.0.1:\(service.sip)"],
                in: service.folder, environment: ["DIALOUT_KEY_FILE": key])
            #expect(await child.exitStatus() != 0)
            #expect(child.text.contains(words), "\(child.text)")
        }
    }

    @Test("lines of the log that nobody reads are dropped and counted, and nobody waits for them")
    func log() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let writer = LogWriter(descriptor: ends[1])
        for number in 0..<5_000 { writer.append("line \(number) " + String(repeating: ".", count: 100) + "\n") }
        let dropped = writer.dropped
        #expect((2_000...4_300).contains(dropped), "\(dropped)")
        let reader = FileHandle(fileDescriptor: ends[0])
        var text = ""
        while !text.contains("the end\n") {
            writer.append("the end\n")
            text += String(decoding: reader.availableData, as: UTF8.self)
        }
        let told = text.split(separator: "\n").filter { $0.hasSuffix(" lines of the log were dropped: nobody read them") }
        #expect(told.reduce(0) { $0 + (Int($1.prefix { $0 != " " }) ?? 0) } >= dropped)
        #expect(text.hasPrefix("line 0 "))
        close(ends[0])
    }
}
