import Foundation
import NameServing
import Service
import Testing

/// Several trunks, each a sipp of its own: who is tried next, as whom, and when nobody is.
@Suite("Failover between real trunks", .aFewAtATime)
struct FailoverTests {
    /// The first two trunks are Acme's; the third is Beta's, on the next route of the same usage.
    private func configure(_ service: RunningService, acme: [UInt16], beta: UInt16? = nil) async throws {
        try await service.configure(trunkPort: acme[0])
        let trunks = acme.enumerated().map { #"{"name":"t\#($0 + 1)","uri":"sip:127.0.0.1:\#($1)","priority":\#($0 + 1)}"# }
        _ = try await service.must(
            "PUT", "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"failoverSeconds":1,"trunks":[\#(trunks.joined(separator: ","))]}"#)
        guard let beta else { return }
        _ = try await service.must(
            "PUT", "/v1/operators/beta",
            #"{"name":"Beta","countries":["US"],"trunks":[{"name":"b1","uri":"sip:127.0.0.1:\#(beta)"}]}"#)
        try await service.register("beta", number: "+12065550100")
        let route = """
            New-CsOnlineVoiceRoute -Identity "Second" -NumberPattern "\\d+" -OnlinePstnUsages "International" \
            -BridgeSourcePhoneNumber "+12065550100" -Priority 2
            """
        let admin = try Child(
            Running.executable.path, ["admin", "--tenant", "contoso", "-c", route], in: service.folder, environment: service.environment)
        let status = await admin.exitStatus()
        #expect(status == 0, "\(admin.text)")
    }

    @Test("silence, then 503, then the next route of the usage with its own caller ID; each attempt is on record")
    func wholeChain() async throws {
        let service = try await RunningService()
        let silent = try Sipp("silent", in: service.folder)
        let full = try Sipp(
            "refusal", in: service.folder, keys: ["code": "503", "phrase": "Service Unavailable", "more": "Retry-After: 5"])
        let good = try Sipp("early-media-callee-bye", in: service.folder)
        try await configure(service, acme: [silent.port, full.port], beta: good.port)
        let record = try await service.ended(try await service.dial("+14255550123"))
        for peer in [silent, full, good] { await peer.finish() }
        #expect(record["outcome"].string == "completed" && record["operator"].string == "beta")
        #expect(record.attempts == ["t1 -", "t2 503", "b1 200"], "\(record)")
        #expect(record["attempts"].array.map { $0["callerId"].string } == ["+14255550100", "+14255550100", "+12065550100"])
        #expect(record["callerId"].string == "+12065550100")
        #expect(good.messages.contains("P-Asserted-Identity: <sip:+12065550100@"))
        #expect(Sipp.callIDs([silent, full, good].flatMap { $0.received("INVITE") }).count == 3)
    }

    @Test("where the first SRV target refuses, the call goes to the second, on the same trunk and with a Call-ID of its own")
    func nextAddress() async throws {
        let nobody = Running.freePort(), folder = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let peer = try Sipp("early-media-callee-bye", in: folder)
        let names = try NameServer([
            "SRV _sip._udp.trunk.example": .records(
                [
                    .service(priority: 10, weight: 1, port: nobody, target: "sbc.example"),
                    .service(priority: 20, weight: 1, port: peer.port, target: "sbc.example"),
                ], seconds: 60), "A sbc.example": .records([.address("127.0.0.1")], seconds: 60),
        ])
        defer { names.stop() }
        let service = try await RunningService(["DIALOUT_NAME_SERVERS": "\(names.address)"])
        try await service.configure(trunk: #"{"name":"t1","uri":"sip:trunk.example"}"#)
        let record = try await service.ended(try await service.dial("+14255550123"))
        await peer.finish()
        #expect(record["outcome"].string == "completed" && record.attempts == ["t1 -", "t1 200"], "\(record)")
        #expect(record["attempts"].array.map { $0["address"].string } == ["127.0.0.1:\(nobody)", "127.0.0.1:\(peer.port)"])
        #expect(peer.messages.contains("INVITE sip:+14255550123@trunk.example"))
    }

    /// What must end the hunt although another trunk stands ready.
    struct Final: Sendable, CustomTestStringConvertible {
        let scenario: String, code: Int, phrase: String
        let outcome: String, endedBy: String

        var testDescription: String { "\(scenario) \(code)" }

        static let all = [
            Final(scenario: "rings-then-refuses", code: 503, phrase: "Service Unavailable", outcome: "failed", endedBy: "operator"),
            Final(scenario: "rings-then-refuses", code: 480, phrase: "Temporarily Unavailable", outcome: "noAnswer", endedBy: "callee"),
            Final(scenario: "refusal", code: 600, phrase: "Busy Everywhere", outcome: "busy", endedBy: "callee"),
            Final(scenario: "refusal", code: 603, phrase: "Decline", outcome: "declined", endedBy: "callee"),
            Final(scenario: "refusal", code: 404, phrase: "Not Found", outcome: "unreachable", endedBy: "operator"),
        ]
    }

    @Test("after a phone has rung, after 6xx and after other codes nobody else is asked", arguments: Final.all)
    func nobodyElse(_ final: Final) async throws {
        let service = try await RunningService()
        let first = try Sipp(
            final.scenario, in: service.folder, keys: ["code": "\(final.code)", "phrase": final.phrase, "more": "Server: sipp"])
        let second = try Sipp("answer", in: service.folder)
        try await configure(service, acme: [first.port, second.port])
        let record = try await service.ended(try await service.dial("+14255550123"))
        await first.finish()
        #expect(record["outcome"].string == final.outcome && record["endedBy"].string == final.endedBy, "\(record)")
        #expect(record.attempts == ["t1 \(final.code)"])
        #expect(!second.messages.contains("INVITE"))
        _ = await second.child.end(SIGKILL)
    }

    @Test("a redirect is a failure; the number elsewhere is not dialled, and its contact is on record")
    func redirect() async throws {
        let service = try await RunningService()
        let first = try Sipp("redirect", in: service.folder), second = try Sipp("answer", in: service.folder)
        try await configure(service, acme: [first.port, second.port])
        let record = try await service.ended(try await service.dial("+14255550123"))
        await first.finish()
        #expect(record["outcome"].string == "failed" && record["code"].integer == 302 && record["subcode"].integer == 560_302, "\(record)")
        #expect(record.attempts == ["t1 302"])
        #expect(record["attempts"].array.first?["phrase"].string == "Moved Temporarily (sip:+19005550100@elsewhere.invalid)")
        #expect(!second.messages.contains("INVITE"))
        _ = await second.child.end(SIGKILL)
    }

    @Test("nobody else is tried once huntSeconds are over")
    func budget() async throws {
        let service = try await RunningService(["DIALOUT_HUNT_SECONDS": "1"])
        let first = try Sipp("silent", in: service.folder), second = try Sipp("answer", in: service.folder)
        try await service.configure(trunkPort: first.port)
        let trunks = [first, second].enumerated().map { #"{"name":"t\#($0 + 1)","uri":"sip:127.0.0.1:\#($1.port)","priority":\#($0 + 1)}"# }
        _ = try await service.must(
            "PUT", "/v1/operators/acme", #"{"name":"Acme","failoverSeconds":30,"trunks":[\#(trunks.joined(separator: ","))]}"#)
        let record = try await service.ended(try await service.dial("+14255550123"))
        #expect(record["outcome"].string == "unreachable" && record.attempts == ["t1 -"], "\(record)")
        await first.finish()
        #expect(!second.messages.contains("INVITE"))
        _ = await second.child.end(SIGKILL)
    }

    @Test("when every trunk is silent the operator is unavailable, and the record names each attempt")
    func allSilent() async throws {
        let service = try await RunningService()
        let peers = try (0..<2).map { _ in try Sipp("silent", in: service.folder) }
        try await configure(service, acme: peers.map(\.port))
        let record = try await service.ended(try await service.dial("+14255550123"))
        for peer in peers { await peer.finish() }
        #expect(record["outcome"].string == "unreachable" && record["reason"].string == "operatorUnavailable", "\(record)")
        #expect(record["code"].integer == 408 && record["subcode"].integer == 500_001)
        #expect(record.attempts == ["t1 -", "t2 -"])
    }
}
