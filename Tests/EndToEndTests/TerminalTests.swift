import Foundation
import Testing

/// A command at a pseudo-terminal of its own (script(1) of util-linux), typed at key by key.
private final class Typist {
    /// It lives as long as somebody types.
    let service: RunningService
    private let child: Child
    private let keys: Int32
    private var seen = 0

    init(_ service: RunningService, _ line: String, language: String = "C.UTF-8") throws {
        self.service = service
        let fifo = service.folder + "/keys-\(UUID().uuidString)"
        mkfifo(fifo, 0o600)
        keys = open(fifo, O_RDWR | O_CLOEXEC)
        let settings = service.environment.merging([
            "DIALOUT": Running.executable.path, "TERM": "xterm", "LANG": language, "XDG_STATE_HOME": service.folder + "/state",
        ]) { $1 }
        // In the shell's place: some shells die of the Ctrl-C that the prompt took.
        let command = line.replacing("dialout ", with: "exec \"$DIALOUT\" ")
        child = try Child(
            "/bin/sh", ["-c", "exec script -qfec '\(command)' /dev/null < \(fifo)"], in: service.folder, environment: settings)
    }

    deinit { close(keys) }

    /// A key that the terminal itself knows, Ctrl-D, counts only while the prompt reads: before it does, the terminal takes it for its own.
    func type(_ text: String) { text.withCString { _ = write(keys, $0, strlen($0)) } }

    /// What came since the last time, up to and with the words.
    func waits(for words: String, _ location: SourceLocation = #_sourceLocation) async -> String {
        let isThere = await eventually { String(child.text.dropFirst(seen)).contains(words) || !child.isRunning }
        let fresh = String(child.text.dropFirst(seen))
        guard isThere, let end = fresh.range(of: words)?.upperBound else {
            Issue.record("\(words) never came, but: \(fresh.debugDescription)", sourceLocation: location)
            return fresh
        }
        let text = String(fresh[..<end])
        seen += text.count
        return text
    }

    func exitStatus() async -> Int32 { await child.exitStatus() }
}

@Suite("The prompt at a terminal", .aFewAtATime)
struct TerminalTests {
    private func begin(language: String = "C.UTF-8") async throws -> Typist {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let typist = try Typist(service, "dialout admin --tenant contoso", language: language)
        _ = await typist.waits(for: "PS contoso> ")
        return typist
    }

    @Test("variables live between lines, what is open goes on, Ctrl-C drops the line and Ctrl-D ends")
    func lines() async throws {
        let typist = try await begin()
        typist.type("$n = 20 + 1\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("foreach ($i in 1..2) {\n")
        _ = await typist.waits(for: ">> ")
        typist.type("$n * $i }\n")
        #expect(await typist.waits(for: "42").contains("21"))
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("'nobody sees\n")
        _ = await typist.waits(for: ">> ")
        typist.type("this\u{3}")
        _ = await typist.waits(for: "^C")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("Get-CsOnlinePstnUsage; 'whole again'\n")
        #expect(await typist.waits(for: "whole again\r\n").contains("International"))
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("\u{4}")
        #expect(await typist.exitStatus() == 0)
    }

    @Test("what is typed is UTF-8 whatever the environment says of it", arguments: ["C", "POSIX", "xx_XX.ISO-8859-1"])
    func languages(language: String) async throws {
        let typist = try await begin(language: language)
        typist.type("\"<$('Zürich'.Length) $('Zürich'.ToUpper())>\"\n")
        _ = await typist.waits(for: "<6 ZÜRICH>\r\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("\u{4}")
        #expect(await typist.exitStatus() == 0)
    }

    @Test("Tab completes commands, parameters and names that the service has")
    func completion() async throws {
        let typist = try await begin()
        typist.type("Get-CsOnlineVoiceRoutei\u{7F}\t")
        _ = await typist.waits(for: "oute")
        typist.type("-Id\tIntern\t")
        _ = await typist.waits(for: "ational")
        typist.type("\n")
        #expect(await typist.waits(for: "PS contoso> ").contains("NumberPattern"))
        typist.type("Grant-CsO\t\t")
        _ = await typist.waits(for: "Grant-CsOnlineAudioConferencingRoutingPolicy")
        typist.type("\u{3}")
        _ = await typist.waits(for: "^C")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("exit\n")
        #expect(await typist.exitStatus() == 0)
    }

    @Test("earlier lines come back, also in the next session, from a file that only its owner reads; lines can be edited")
    func history() async throws {
        let typist = try await begin(), service = typist.service
        typist.type("'first  line'\n")
        _ = await typist.waits(for: "first  line\r\n")
        _ = await typist.waits(for: "PS contoso> ")
        // Two to the left, one away, and on.
        typist.type("'abXd'\u{1B}[D\u{1B}[D\u{7F}c\n")
        _ = await typist.waits(for: "abcd\r\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("\u{1B}[A\u{1B}[A\n")
        _ = await typist.waits(for: "first  line\r\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("\u{4}")
        #expect(await typist.exitStatus() == 0)
        let file = service.folder + "/state/dialout/history"
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(
            try FileManager.default.attributesOfItem(atPath: service.folder + "/state/dialout")[.posixPermissions] as? Int == 0o700)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "'first  line'\n'abcd'\n'first  line'\n")
        let next = try Typist(service, "dialout admin --tenant contoso")
        _ = await next.waits(for: "PS contoso> ")
        next.type("\u{1B}[A\n")
        _ = await next.waits(for: "first  line\r\n")
        _ = await next.waits(for: "PS contoso> ")
        next.type("\u{4}")
        #expect(await next.exitStatus() == 0)
    }

    @Test("what was copied from a console with its prompts runs")
    func copied() async throws {
        let typist = try await begin()
        typist.type("PS C:\\Users\\Ann> $list = @(1,\nPS C:\\Users\\Ann> 2)\n>> # nothing\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("PS C:\\> if ($list.Count -eq 2) {\n>> 'both are there'\n>> }\n")
        _ = await typist.waits(for: "both are there\r\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("\u{4}")
        #expect(await typist.exitStatus() == 0)
    }

    @Test("a question is asked at the terminal, and a failed line does not end the session")
    func questions() async throws {
        let typist = try await begin()
        typist.type("$who = Read-Host 'Who'\n")
        _ = await typist.waits(for: "Who: ")
        typist.type("Ann\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("Remove-CsOnlineVoiceRoute nope\n")
        #expect(await typist.waits(for: "PS contoso> ").contains("nothing was applied"))
        typist.type("\"it is $who\"\n")
        _ = await typist.waits(for: "it is Ann\r\n")
        _ = await typist.waits(for: "PS contoso> ")
        typist.type("\u{4}")
        #expect(await typist.exitStatus() == 0)
    }
}
