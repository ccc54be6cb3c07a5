import Foundation
import Service
import Testing

@Suite("The commands", .aFewAtATime)
struct CommandTests {
    private func stub(_ service: RunningService, _ more: [String] = []) throws -> (port: UInt16, child: Child) {
        let port = Running.freePort()
        let child = try Child(
            Running.executable.path,
            ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--record", service.folder + "/calls.jsonl"] + more,
            in: service.folder)
        return (port, child)
    }

    private func run(_ service: RunningService, _ arguments: [String]) async throws -> (status: Int32, text: String) {
        let child = try Child(Running.executable.path, arguments, in: service.folder, environment: service.environment)
        return (await child.exitStatus(), child.text)
    }

    @Test("call --wait follows the outcome, explain decides without dialling, calls lists, the stub writes a line per call")
    func clients() async throws {
        let service = try await RunningService()
        let (port, stub) = try stub(service, ["--behaviour", "ring-after=0.05,answer-after=0.2,hang-up-after=0.2"])
        try await service.configure(trunkPort: port)
        let call = ["call", "--meeting", "m", "--organizer", "alice@contoso.example", "--wait"]
        for (number, status) in [("+14255550123", 0), ("+14255550486", 4), ("+14255550603", 5), ("+14255550404", 8), ("+4", 3)]
            as [(String, Int32)]
        {
            let (got, text) = try await run(service, call + [number])
            #expect(got == status, "\(number): \(text)")
        }
        let (explained, words) = try await run(
            service, ["explain", "--tenant", "contoso", "--organizer", "alice@contoso.example", "+44 20 7946 0123"])
        #expect(explained == 0 && words.contains("goes to acme by route International, as +14255550100"), "\(words)")
        let (listed, table) = try await run(service, ["calls", "--operator", "acme"])
        #expect(listed == 0 && table.contains("+14255550486") && table.contains("busy"), "\(table)")
        #expect(
            try await eventually {
                try String(contentsOfFile: service.folder + "/calls.jsonl", encoding: .utf8).components(separatedBy: "\n").count == 5
            })
        #expect(await stub.end() == 0)
    }

    @Test("admin: exit 0 all ran, 1 a cmdlet failed and nothing was applied, with file, line and rule")
    func admin() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let (good, listing) = try await run(service, ["admin", "--tenant", "contoso", "-c", "Get-CsOnlineVoiceRoute"])
        #expect(good == 0 && listing.contains("BridgeSourcePhoneNumber"), "\(listing)")
        let script = service.folder + "/wrong.ps1"
        try
            "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Local'}\nNew-CsOnlineVoiceRoute -Identity R -NumberPattern '^+1' -OnlinePstnUsages Local"
            .write(toFile: script, atomically: true, encoding: .utf8)
        let (bad, complaint) = try await run(service, ["admin", "--tenant", "contoso", "-f", script])
        #expect(bad == 1 && complaint.contains("wrong.ps1:2") && complaint.contains(#"\+"#), "\(complaint)")
        #expect(complaint.hasSuffix("dialout: nothing was applied\n"), "\(complaint)")
        let (_, usages) = try await run(service, ["admin", "--tenant", "contoso", "-c", "Get-CsOnlinePstnUsage"])
        #expect(!usages.contains("Local"))
    }

    @Test("export and import carry a tenant to another service")
    func documents() async throws {
        let service = try await RunningService(), other = try await RunningService()
        try await service.configure(trunkPort: 5)
        let (_, document) = try await run(service, ["export", "--tenant", "contoso"])
        let file = other.folder + "/contoso.json"
        try document.write(toFile: file, atomically: true, encoding: .utf8)
        let unknown = try await run(other, ["import", file])
        #expect(unknown.status == 1 && unknown.text.contains("there is no operator acme"), "\(unknown.text)")
        _ = try await other.must("PUT", "/v1/operators/acme", #"{"name":"Acme","countries":["US"]}"#)
        #expect(try await run(other, ["import", file]).status == 0)
        #expect(try await run(other, ["export", "--tenant", "contoso"]).text == document)
    }

    @Test("settings that are wrong are refused naming place and rule, and nothing starts")
    func settings() async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "{\n \"http\": \"127.0.0.1:0\",\n \"colour\": \"red\"\n}".write(toFile: folder + "/a.json", atomically: true, encoding: .utf8)
        let cases = [
            (["--config", folder + "/a.json"], "a.json, line 3: colour"), (["--http", "here"], "--http is an address and a port"),
            (["--store", "postgres://x"], "store is sqlite:PATH"), (["--loops", "4"], "--loops is 1"),
            (["--config", "/no/such"], "/no/such cannot be read"),
            (["--data", "/proc/none"], "data is a folder, and /proc/none cannot be made: No such file or directory"),
            (["--data", folder + "/a.json"], "data is a folder, and \(folder)/a.json is not"),
        ]
        for (arguments, words) in cases {
            let child = try Child(Running.executable.path, ["serve", "--data", folder + "/data"] + arguments, in: folder)
            #expect(await child.exitStatus() == 2)
            #expect(child.text.contains(words), "\(child.text)")
        }
    }

    @Test("a port that is taken is named with its setting")
    func ports() async throws {
        let folder = try Running.folder(), service = try await RunningService(), taken = "127.0.0.1:\(service.http)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (http, sip, words) in [(taken, "127.0.0.1:0", "http \(taken) cannot"), ("127.0.0.1:0", taken, "sip \(taken) cannot")] {
            let child = try Child(
                Running.executable.path, ["serve", "--data", folder + "/data", "--http", http, "--sip", sip], in: folder)
            #expect(await child.exitStatus() == 1)
            #expect(child.text.contains(words + " be listened at: EADDRINUSE: address already in use"), "\(child.text)")
        }
    }

    @Test("the demo shows three dial-outs, goes on serving, and ends by SIGINT with 0")
    func demo() async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let http = Running.freePort(), sip = Running.freePort()
        let demo = try Child(
            Running.executable.path, ["demo", "--data", folder + "/data", "--http", "127.0.0.1:\(http)", "--sip", "127.0.0.1:\(sip)"],
            in: folder)
        #expect(await demo.waits(for: "Ctrl-C stops it"), "\(demo.text)")
        for words in [
            "INVITE +14255550123 as +14255550100", "INVITE +442079460123 as +442079460100", "refused: noRoute", "contoso-telecom/sbc1",
            "fabrikam-voice/sbc1", "holds Operator Connect Conferencing",
        ] {
            #expect(demo.text.contains(words), "\(words) is not in\n\(demo.text)")
        }
        #expect(await demo.end(SIGINT) == 0)
    }
}

extension CommandTests {
    @Test("calls puts all out as CSV or as one JSON array, filtered and in order; what contradicts itself is refused")
    func exports() async throws {
        let service = try await RunningService()
        let (port, stub) = try stub(service, ["--behaviour", "ring-after=0.05,answer-after=0.2,hang-up-after=0.2"])
        try await service.configure(trunkPort: port)
        for number in ["+14255550486", "+14255550404"] {
            let call = ["call", "--meeting", "m", "--organizer", "alice@contoso.example", "--wait", number]
            _ = try await run(service, call)
        }
        let csv = try await run(service, ["calls", "--csv", "--order", "oldest"])
        let rows = csv.text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(csv.status == 0 && rows.map { $0[2] } == ["number", "+14255550486", "+14255550404"], "\(csv.text)")
        let json = try await run(service, ["calls", "--json", "--outcome", "busy"])
        let records = try JSON.decode(JSONValue.self, Array(json.text.utf8)).array
        #expect(json.status == 0 && records.map { $0["number"] } == [.string("+14255550486")], "\(json.text)")
        #expect(try await run(service, ["calls", "--json", "--meeting", "none"]).text == "[]\n")
        let summary = try await run(service, ["summary"])
        let lines = summary.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines.map { $0.prefix(3) } == [["key", "count", "answered"], ["busy", "1", "0"], ["unreachable", "1", "0"]], "\(summary.text)"
        )
        #expect(lines[1].dropFirst(3).prefix(4) == ["0.0", "%", "100.0", "%"], "\(summary.text)")
        let mine = try await run(service, ["summary", "--by", "operator", "--operator", "acme", "--outcome", "busy", "--csv"])
        #expect(mine.text.split(separator: "\r\n").last?.hasPrefix("acme,1,0,0.0,1.0,") == true, "\(mine.text)")
        let wrong = try await run(service, ["summary", "--by", "day"])
        #expect(wrong.status == 1 && wrong.text.contains("by is one of hour, operator, country, outcome, not \"day\""), "\(wrong.text)")
        let refused = try await run(service, ["calls", "--csv", "--from", "yesterday"])
        #expect(refused.status == 1 && refused.text.contains("from is a time as 2026-11-25T08:00:00Z"), "\(refused.text)")
        #expect(try await run(service, ["calls", "--csv", "--follow"]).status == 2)
        #expect(try await run(service, ["calls", "--follow", "--number", "+14255550486"]).status == 2)
        #expect(await stub.end() == 0)
    }
}
