import Foundation
import Service
import Testing

/// What the commands do when the reader, the person or the file is not as they would like.
@Suite("The client commands in trouble", .aFewAtATime)
struct ClientFaultTests {
    private func run(_ service: RunningService, _ arguments: [String], token: String? = nil) async throws -> (status: Int32, text: String) {
        let settings = token.map { ["DIALOUT_TOKEN": $0] } ?? [:]
        let child = try Child(
            Running.executable.path, arguments, in: service.folder, environment: service.environment.merging(settings) { $1 })
        return (await child.exitStatus(), child.text)
    }

    /// A line for the shell, in which `dialout` is the executable.
    private func shell(_ service: RunningService, _ line: String) async throws -> (status: Int32, text: String) {
        let settings = service.environment.merging(["DIALOUT": Running.executable.path]) { $1 }
        let child = try Child(
            "/bin/sh", ["-c", line.replacing("dialout ", with: "\"$DIALOUT\" ")], in: service.folder, environment: settings)
        return (await child.exitStatus(), child.text)
    }

    private func stub(_ service: RunningService, _ behaviour: String) throws -> (port: UInt16, child: Child) {
        let port = Running.freePort()
        let arguments = ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--behaviour", behaviour]
        return (port, try Child(Running.executable.path, arguments, in: service.folder))
    }

    private static let call = ["call", "--meeting", "m", "--organizer", "alice@contoso.example"]

    @Test("what cannot be written is an error: a full disk, a closed output, a reader that has gone")
    func output() async throws {
        let service = try await RunningService()
        let (port, stub) = try stub(service, "busy")
        try await service.configure(trunkPort: port)
        _ = try await service.ended(try await service.dial("+14255550123"))
        let dialled = "call --meeting m --organizer alice@contoso.example"
        let commands = [
            "export", "explain --organizer alice@contoso.example +14255550123", "explain --organizer alice@contoso.example --json +1",
            "lint --json", "calls", "calls --follow", "admin -c Get-CsOnlineVoiceRoute", "\(dialled) +14255550124",
            "\(dialled) --wait +14255550125", "\(dialled) +4", "--help", "help call", "--version", "--generate-completion-script bash",
        ]
        for command in commands {
            let (status, text) = try await shell(service, "dialout \(command) > /dev/full")
            #expect(status == 1, "\(command): \(text)")
            #expect(text.contains("standard output cannot be written: No space left on device"), "\(command): \(text)")
        }
        let (status, text) = try await shell(service, "dialout export >&-")
        #expect(status == 1 && text.contains("standard output cannot be written: Bad file descriptor"), "\(text)")
        for command in ["calls --csv", "calls --json", "numbers --tenant contoso"] {
            let (status, text) = try await shell(service, "dialout \(command) >&- <&-")
            #expect(status == 1 && text.contains("standard output cannot be written: Bad file descriptor"), "\(command): \(text)")
        }
        let gone = "mkfifo pipe; (exec 3<pipe) & exec 4>pipe; wait; dialout export >&4"
        let (left, words) = try await shell(service, gone)
        #expect(left == 1 && words.contains("standard output cannot be written: Broken pipe"), "\(words)")
        #expect(await stub.end() == 0)
    }

    @Test("the stub ends when the lines of its calls cannot be written")
    func stubOutput() async throws {
        let service = try await RunningService()
        let port = Running.freePort(), settings = service.environment.merging(["DIALOUT": Running.executable.path]) { $1 }
        let line = "exec \"$DIALOUT\" operator-stub --listen 127.0.0.1:\(port) --operator A --behaviour busy --record /dev/full"
        let stub = try Child("/bin/sh", ["-c", line], in: service.folder, environment: settings)
        try await service.configure(trunkPort: port)
        _ = try await service.dial("+14255550123")
        #expect(await stub.exitStatus() == 1)
        #expect(stub.text.contains("--record /dev/full cannot be written: No space left on device"), "\(stub.text)")
    }

    @Test("call --wait tells what the call came to, not what its first attempt did")
    func failover() async throws {
        let service = try await RunningService()
        let (first, down) = try stub(service, "unavailable"), (second, up) = try stub(service, "answer-after=0.1,hang-up-after=0.2")
        try await service.configure(
            trunk: """
                {"name":"t1","uri":"sip:127.0.0.1:\(first)","priority":1},{"name":"t2","uri":"sip:127.0.0.1:\(second)","priority":2}
                """)
        let (status, text) = try await run(service, Self.call + ["--wait", "+14255550123"])
        #expect(status == 0, "\(text)")
        for words in ["503", "acme/t2", "ended     completed by callee"] { #expect(text.contains(words), "\(words): \(text)") }
        #expect(await down.end() == 0)
        #expect(await up.end() == 0)
    }

    @Test("Ctrl-C cancels the dial-out and tells the end; SIGTERM does the same", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) async throws {
        let service = try await RunningService()
        let (port, stub) = try stub(service, "answer-after=1")
        try await service.configure(trunkPort: port)
        let child = try Child(
            Running.executable.path, Self.call + ["--wait", "+14255550999"], in: service.folder, environment: service.environment)
        #expect(await child.waits(for: "180 Ringing"), "\(child.text)")
        #expect(await child.end(signal) == 7, "\(child.text)")
        let id = try #require(child.text.firstMatch(of: /dial-out ([0-9a-f]+) is accepted/)).1
        #expect(child.text.contains("cancelling dial-out \(id)") && child.text.contains("ended     cancelled by meeting"), "\(child.text)")
        #expect(!child.text.contains("could not be cancelled"), "\(child.text)")
        #expect(try await service.record(String(id))["outcome"].string == "cancelled")
        #expect(await stub.end() == 0)
    }

    @Test("a second Ctrl-C leaves, and says which dial-out goes on")
    func left() async throws {
        let service = try await RunningService()
        let (port, stub) = try stub(service, "answer-after=1")
        try await service.configure(trunkPort: port)
        let child = try Child(
            Running.executable.path, Self.call + ["--wait", "+14255550488"], in: service.folder, environment: service.environment)
        #expect(await child.waits(for: "180 Ringing"), "\(child.text)")
        kill(child.pid, SIGINT)
        #expect(await child.waits(for: "cancelling dial-out"), "\(child.text)")
        #expect(await child.end(SIGINT) == 130, "\(child.text)")
        let id = try #require(child.text.firstMatch(of: /dial-out ([0-9a-f]+) is accepted/)).1
        #expect(child.text.contains("left; dial-out \(id) may go on"), "\(child.text)")
        _ = await stub.end()
    }

    @Test("a script in UTF-16 with its mark is read, one in no Unicode refused with line and byte, and nothing of it is applied")
    func scripts() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        func run(_ bytes: [UInt8]) async throws -> (status: Int32, text: String) {
            try Data(bytes).write(to: URL(fileURLWithPath: service.folder + "/script.ps1"))
            return try await self.run(service, ["admin", "-f", "script.ps1"])
        }
        func usage(_ name: String) -> String { "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='\(name)'}\r\n" }
        let latin1 = Array("# a script\n".utf8) + usage("Caf\u{E9}").unicodeScalars.map { UInt8($0.value) }
        let refused = try await run(latin1)
        #expect(refused.status == 2 && refused.text.contains("script.ps1:2: byte 57 of the line, 0xE9, is not UTF-8"), "\(refused.text)")
        let little = try await run([0xFF, 0xFE] + usage("Zürich").utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(little.status == 0, "\(little.text)")
        let big = try await run([0xFE, 0xFF] + usage("Genève").utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        #expect(big.status == 0, "\(big.text)")
        let marked = try await run([0xEF, 0xBB, 0xBF] + Array(usage("Malmö").utf8))
        #expect(marked.status == 0, "\(marked.text)")
        let half = try await run([0xFF, 0xFE, 0x41, 0x00, 0x0A, 0x00, 0x00, 0xD8, 0x42, 0x00])
        #expect(half.status == 2 && half.text.contains("script.ps1:2: byte 7 of the file is not UTF-16"), "\(half.text)")
        let piped = try await shell(service, #"printf 'Get-CsOnlinePstnUsage\n# caf\351\n' | dialout admin"#)
        #expect(piped.status == 1 && piped.text.contains("standard input:2: byte 6 of the line, 0xE9, is not UTF-8"), "\(piped.text)")
        let argument = try await shell(service, #"dialout admin -c "$(printf 'caf\351')""#)
        #expect(argument.status == 2 && argument.text.contains("argument 3 is not UTF-8"), "\(argument.text)")
        let usages = try await self.run(service, ["admin", "-c", "Get-CsOnlinePstnUsage"]).text
        for name in ["Zürich", "Genève", "Malmö"] { #expect(usages.contains(name), "\(usages)") }
        #expect(!usages.contains("Caf"), "\(usages)")
    }

    @Test("the tenant and the operator are the token's own; a wrong token is told as one")
    func tokens() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        _ = try await service.must("PUT", "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"GB"}"#)
        func token(_ owner: String) async throws -> String {
            try #require(try await service.must("POST", "/v1/tokens", "{\(owner)}")["token"].string)
        }
        let admin = try await token(#""role":"admin","tenant":"fabrikam""#)
        let export = try await run(service, ["export"], token: admin)
        #expect(export.status == 0 && export.text.contains(#""displayName":"Fabrikam""#), "\(export.text)")
        let platform = try await run(service, ["lint"])
        #expect(platform.status == 2 && platform.text.contains("--tenant is needed: there are contoso, fabrikam"), "\(platform.text)")
        let wrong = try await run(service, ["lint"], token: "dialout_no")
        #expect(wrong.status == 1, "\(wrong.text)")
        #expect(wrong.text.contains("401 a bearer token in force is needed; the one in DIALOUT_TOKEN is not"), "\(wrong.text)")
        let carrier = try await token(#""role":"operator","operator":"acme""#)
        #expect(try await run(service, ["calls"], token: carrier) == (0, ""))
        let foreign = try await run(service, ["lint"], token: carrier)
        #expect(foreign.status == 2 && foreign.text.contains("the token is the operator acme's and for no tenant"), "\(foreign.text)")
        let broken = try await run(service, ["lint"], token: "a\r\nX-Evil: 1")
        #expect(broken.status == 2 && broken.text.contains("DIALOUT_TOKEN is no token"), "\(broken.text)")
    }

    @Test("--version is the published description's")
    func version() async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let child = try Child(Running.executable.path, ["--version"], in: folder)
        #expect(await child.exitStatus() == 0)
        #expect(child.text == Version.current + "\n")
    }

    @Test("the demo works in a folder that it made, and in no other")
    func demoFolder() async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        try "theirs".write(toFile: folder + "/data/dialout.db", atomically: true, encoding: .utf8)
        let refused = try Child(Running.executable.path, ["demo", "--data", "data"], in: folder)
        #expect(await refused.exitStatus() == 2)
        #expect(refused.text.contains("--data data is not empty and was not made by the demo"), "\(refused.text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/data") == ["dialout.db"])
        #expect(try String(contentsOfFile: folder + "/data/dialout.db", encoding: .utf8) == "theirs")
        for _ in 1...2 {
            let demo = try Child(
                Running.executable.path,
                ["demo", "--http", "127.0.0.1:\(Running.freePort())", "--sip", "127.0.0.1:\(Running.freePort())"], in: folder)
            #expect(await demo.waits(for: "Ctrl-C stops it"), "\(demo.text)")
            #expect(await demo.end(SIGINT) == 0)
        }
        #expect(FileManager.default.fileExists(atPath: folder + "/demo-data/dialout.db"))
    }
}
