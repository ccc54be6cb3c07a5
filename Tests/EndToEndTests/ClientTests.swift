import Foundation
import Service
import Testing

/// What the commands print and how they end, against a running service.
@Suite("The client commands", .aFewAtATime)
struct ClientTests {
    private func run(_ service: RunningService, _ arguments: [String]) async throws -> (status: Int32, text: String) {
        let child = try Child(Running.executable.path, arguments, in: service.folder, environment: service.environment)
        return (await child.exitStatus(), child.text)
    }

    /// A line for the shell, in which `dialout` is the executable.
    private func shell(_ service: RunningService, _ line: String) throws -> Child {
        let settings = service.environment.merging(["DIALOUT": Running.executable.path, "TERM": "xterm"]) { $1 }
        return try Child("/bin/sh", ["-c", line.replacing("dialout ", with: "\"$DIALOUT\" ")], in: service.folder, environment: settings)
    }

    @Test(
        "wrong arguments and settings end with 2, and say which",
        arguments: [
            (["--nonsense"], "nonsense"), (["admin", "--nonsense"], "nonsense"), (["call", "--meeting", "m", "+14255550123"], "organizer"),
            (["call", "--meeting", "m", "--organizer", "a@b.example", "--ring-timeout", "long", "+14255550123"], "ring-timeout"),
            (["explain"], "organizer"), (["operator-stub", "--listen", "here", "--operator", "A"], "listen"),
            (["import", "/no/such"], "cannot be read"),
            (["serve", "--http", "here"], "--http"), (["demo", "--http", "here"], "--http"),
            (["demo", "--sip", "127.0.0.1:65535"], "65533"), (["listen", "--receive", "here"], "--receive is an address and a port"),
            (["listen", "--receive", "127.0.0.1:1", "--tenant", "t"], "--tenant and --after choose from the service's stream"),
            (["listen", "--receive", "127.0.0.1:1", "--after", "0"], "--tenant and --after choose from the service's stream"),
            (["listen", "--receive", "127.0.0.1:1", "--secret", "x"], "--secret is whsec_"),
            (["listen", "--secret", "x"], "--secret checks what comes to --receive"), (["listen", "--after=-1"], "0 or more"),
        ])
    func usage(arguments: [String], words: String) async throws {
        let folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let child = try Child(Running.executable.path, arguments, in: folder, environment: ["DIALOUT_TOKEN": "any"])
        let status = await child.exitStatus()
        #expect(status == 2 && child.text.contains(words), "\(arguments) ended with \(status): \(child.text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { $0.hasPrefix("output-") })
    }

    @Test("help ends with 0, a service that is not there with 1")
    func others() async throws {
        let service = try await RunningService()
        for arguments in [["--help"], ["help", "call"], ["admin", "--help"]] { #expect(try await run(service, arguments).status == 0) }
        let (status, text) = try await run(service, ["calls", "--server", "http://127.0.0.1:1"])
        #expect(status == 1 && text.contains("127.0.0.1:1"), "\(text)")
    }

    @Test("admin on a pipe: 0 all ran, 1 when one failed or was left open, and what came after it still ran")
    func piped() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        for (script, status, words) in [
            (#"Get-CsOnlinePstnUsage\nexit\nGet-Nonsense\n"#, 0, "International"),
            (#"Get-Nonsense\nGet-CsOnlinePstnUsage\n"#, 1, "International"),
            (#"Set-CsOnlinePstnUsage -Identity Global -Usage @{\n"#, 1, "line:1"),
        ] as [(String, Int32, String)] {
            let child = try shell(service, "printf '\(script)' | dialout admin --tenant contoso")
            let got = await child.exitStatus()
            #expect(got == status && child.text.contains(words), "\(script) ended with \(got): \(child.text)")
        }
    }

    @Test("lint: 0 nothing found, 1 with each finding's object, reason and mend")
    func lint() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let clean = try await run(
            service, ["admin", "--tenant", "contoso", "-c", #"Set-CsOnlineVoiceRoute -Identity International -NumberPattern "^\+\d+$""#])
        #expect(clean.status == 0, "\(clean.text)")
        let nothing = try await run(service, ["lint", "--tenant", "contoso"])
        #expect(nothing == (0, ""))
        let shadowed = """
            New-CsOnlineVoiceRoute -Identity Shadowed -NumberPattern "^\\+1(425|206)\\d{7}$" -OnlinePstnUsages International \
            -BridgeSourcePhoneNumber +14255550100 -Priority 2
            """
        _ = try await run(service, ["admin", "--tenant", "contoso", "-c", shadowed])
        let (status, text) = try await run(service, ["lint", "--tenant", "contoso"])
        #expect(status == 1 && text.contains("route Shadowed: ") && text.contains("International"), "\(text)")
        let json = try await run(service, ["lint", "--tenant", "contoso", "--json"])
        let finding = try JSON.decode(JSONValue.self, Array(json.text.utf8))["findings"].array.first {
            $0["object"].string == "route Shadowed"
        }
        #expect(
            json.status == 1 && finding?["reason"].string?.isEmpty == false && finding?["mend"].string?.isEmpty == false, "\(json.text)")
    }

    @Test("replay tells what a candidate would have made of the calls on record, and dials nothing")
    func replay() async throws {
        let service = try await RunningService()
        let peer = try Sipp("early-media-callee-bye", in: service.folder, calls: 2)
        try await service.configure(trunkPort: peer.port)
        for number in ["+14255550123", "+442079460123"] { _ = try await service.ended(try await service.dial(number)) }
        await peer.finish()
        let (_, document) = try await run(service, ["export", "--tenant", "contoso"])
        let file = service.folder + "/candidate.json"
        try document.write(toFile: file, atomically: true, encoding: .utf8)
        let same = try await run(service, ["replay", file])
        #expect(same.status == 0 && same.text.contains("2 dial-outs: 2 unchanged"), "\(same.text)")
        try document.replacing(#"\\d+"#, with: #"^\\+1\\d+$"#).write(toFile: file, atomically: true, encoding: .utf8)
        let (status, text) = try await run(service, ["replay", file])
        #expect(status == 0 && text.contains("2 dial-outs: 1 unchanged") && text.contains("1 become unroutable"), "\(text)")
        #expect(text.contains("alice@contoso.example to +442079460123: acme as +14255550100 → refused"), "\(text)")
        #expect(try await run(service, ["export", "--tenant", "contoso"]).text == document)
    }

    @Test("a document is changed only as it was read: If-Match, and 412 when somebody else was faster")
    func entityTags() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let path = "/v1/tenants/contoso/document", head = service.folder + "/head.txt", file = service.folder + "/document.json"
        _ = try await service.curl("GET", path, nil, ["-D", head])
        let headers = try String(contentsOfFile: head, encoding: .utf8)
        let line = headers.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("etag: ") }
        let tag = try #require(line, "\(headers)").dropFirst("etag: ".count)
        let (_, document) = try await run(service, ["export", "--tenant", "contoso"])
        try document.write(toFile: file, atomically: true, encoding: .utf8)
        _ = try await run(service, ["admin", "--tenant", "contoso", "-c", "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Local'}"])
        let late = try await service.curl("PUT", path, "@" + file, ["-H", "If-Match: \(tag)"])
        #expect(late.status == 412, "\(late)")
        let usages = try await run(service, ["admin", "--tenant", "contoso", "-c", "Get-CsOnlinePstnUsage"])
        #expect(usages.text.contains("Local"))
        let wanted = try await run(service, ["import", file])
        #expect(wanted.status == 0, "\(wanted.text)")
        let again = try await service.curl("PUT", path, "@" + file, ["-H", "If-Match: \(tag)"])
        #expect(again.status == 200, "the document is as it was read: \(again.status)")
        try document.replacing(#""country""#, with: #""land""#).write(toFile: file, atomically: true, encoding: .utf8)
        let broken = try await run(service, ["import", file])
        #expect(broken.status == 1 && broken.text.contains("country"), "\(broken.text)")
        #expect(try await run(service, ["export", "--tenant", "contoso"]).text == document)
    }

    @Test("calls --follow: a line per change on a pipe, a table that redraws itself at a terminal")
    func follow() async throws {
        let service = try await RunningService()
        let peer = try Sipp("refusal", in: service.folder, keys: ["code": "486", "phrase": "Busy Here", "more": "Server: sipp"])
        try await service.configure(trunkPort: peer.port)
        let lines = try Child(
            Running.executable.path, ["calls", "--follow", "--operator", "acme"], in: service.folder, environment: service.environment)
        let table = try shell(service, "exec script -qefc 'dialout calls --follow' /dev/null")
        #expect(await table.waits(for: "caller ID"), "\(table.text)")
        let record = try await service.ended(try await service.dial("+14255550123"))
        #expect(record["outcome"].string == "busy")
        for child in [lines, table] { #expect(await child.waits(for: "busy"), "\(child.text)") }
        let row = try #require(lines.text.split(separator: "\n").last { $0.contains("busy") })
        for words in ["+14255550123", "+14255550100", "acme", "ended", "486"] { #expect(row.contains(words), "\(row)") }
        #expect(!lines.text.contains("\u{1B}") && !lines.text.contains("caller ID"))
        let last = try #require(table.text.components(separatedBy: "\u{1B}[H\u{1B}[2J").last)
        #expect(last.contains("accepted") && last.contains("busy") && last.components(separatedBy: "+14255550123").count == 2, "\(last)")
        for child in [lines, table] { _ = await child.end() }
        await peer.finish()
    }
}
