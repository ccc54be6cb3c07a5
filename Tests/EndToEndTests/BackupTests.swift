import Foundation
import Service
import Testing

/// A store is backed up while calls run, and put into another folder.
@Suite("Backups", .aFewAtATime)
struct BackupTests {
    private func run(_ service: RunningService, _ arguments: [String]) async throws -> (status: Int32, text: String) {
        let child = try Child(Running.executable.path, arguments, in: service.folder, environment: service.environment)
        return (await child.exitStatus(), child.text)
    }

    private func mode(_ path: String) -> mode_t {
        var found = stat()
        return stat(path, &found) == 0 ? found.st_mode & 0o777 : 0
    }

    @Test("what backup writes while calls go on, restore puts into an empty folder, and another service serves it; no secret is in it")
    func whole() async throws {
        let service = try await RunningService(), port = Running.freePort()
        let stub = try Child(
            Running.executable.path,
            [
                "operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--behaviour",
                "ring-after=0.01,answer-after=0.02,hang-up-after=0.05",
            ], in: service.folder)
        try await service.configure(trunkPort: port, #","username":"u","password":"opensesame""#)
        var ids: [String] = []
        for number in 0..<20 { ids.append(try await service.dial("+1425555\(1000 + number)")) }
        let file = service.folder + "-backup.db", folder = service.folder + "-restored"
        defer { for path in [file, folder] { try? FileManager.default.removeItem(atPath: path) } }
        let backup = try Child(Running.executable.path, ["backup", file], in: service.folder, environment: service.environment)
        for number in 0..<20 { ids.append(try await service.dial("+1425555\(2000 + number)")) }
        let made = (status: await backup.exitStatus(), text: backup.text)
        #expect(made.status == 0 && made.text.contains("every row is whole"), "\(made.text)")
        #expect(mode(file) == 0o600 && !FileManager.default.fileExists(atPath: file + ".part"))
        for id in ids { _ = try await service.ended(id) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)).range(of: Data("opensesame".utf8)) == nil)
        let again = try await run(service, ["backup", file])
        #expect(again.status == 1 && again.text.contains("is there already"), "\(again.text)")

        let taken = try await run(service, ["restore", file, "--data", service.folder])
        #expect(taken.status == 1 && taken.text.contains("is not empty: it has "), "\(taken.text)")
        let keyless = try await run(service, ["restore", file, "--data", folder])
        #expect(keyless.status == 1 && keyless.text.contains("sealed documents, and the key file"), "\(keyless.text)")
        let restored = try await run(service, ["restore", file, "--data", folder, "--key-file", service.folder + ".key"])
        #expect(restored.status == 0 && mode(folder + "/dialout.db") == 0o600, "\(restored.text)")
        let settings = ["DIALOUT_DATA": folder, "DIALOUT_KEY_FILE": service.folder + ".key"]
        let other = try Child(
            Running.executable.path,
            ["serve", "--data", folder, "--http", "127.0.0.1:\(Running.freePort())", "--sip", "127.0.0.1:\(Running.freePort())"],
            in: service.folder, environment: settings.merging(["DIALOUT_BOOTSTRAP_TOKEN": RunningService.token]) { $1 })
        #expect(await other.waits(for: "serving"), "\(other.text)")
        let http = try #require(other.text.firstMatch(of: /http[=:" ]+127\.0\.0\.1:(\d+)/)?.1)
        let listed = try Child(
            Running.executable.path, ["calls", "--json", "--order", "oldest"], in: service.folder,
            environment: ["DIALOUT_SERVER": "http://127.0.0.1:\(http)", "DIALOUT_TOKEN": RunningService.token])
        #expect(await listed.exitStatus() == 0)
        let found = try JSON.decode(JSONValue.self, Array(listed.text.utf8)).array.compactMap { $0["id"].string }
        #expect(found.prefix(20) == ids.prefix(20), "\(listed.text)")
        #expect(await other.end() == 0)
        #expect(await stub.end() == 0)
    }

    @Test("where the service dies on the way there is no backup, and nothing of it is left at its next start; only the platform may")
    func killed() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let file = service.folder + "-backup.db"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let admin = try await service.must("POST", "/v1/tokens", #"{"role":"admin","tenant":"contoso"}"#)["token"].string ?? ""
        #expect(try await run(service, ["backup", file, "--token", admin]).text.contains("403"))
        for _ in 0..<3 {
            let backup = try Child(Running.executable.path, ["backup", file], in: service.folder, environment: service.environment)
            #expect(await service.child.end(SIGKILL) == SIGKILL)
            let status = await backup.exitStatus()
            #expect((status == 0) == FileManager.default.fileExists(atPath: file), "\(backup.text)")
            #expect(!FileManager.default.fileExists(atPath: file + ".part"))
            try? FileManager.default.removeItem(atPath: file)
            try await service.restart()
            let names = try FileManager.default.contentsOfDirectory(atPath: service.folder)
            #expect(names.filter { $0.contains(".copy-") } == [])
        }
        #expect(try await run(service, ["backup", file]).status == 0)
    }
}
