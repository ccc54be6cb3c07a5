import Foundation
import Service
import Testing

/// The operator's side is sipp: whole calls, each asserted by what sipp saw and by what the record says.
@Suite("A real SIP peer", .aFewAtATime)
struct SippTests {
    @Test("the INVITE on the wire is the contract's")
    func wire() async throws {
        let service = try await RunningService()
        let peer = try Sipp("answer", in: service.folder)
        try await service.configure(trunkPort: peer.port)
        let id = try await service.dial("+1 (425) 555-0123")
        _ = try await service.record(id, once: "connected")
        _ = try await service.must("DELETE", "/v1/dial-outs/\(id)")
        let record = try await service.ended(id)
        #expect(record["outcome"].string == "completed" && record["endedBy"].string == "meeting")
        await peer.finish()
        for line in [
            "INVITE sip:+14255550123@127.0.0.1:\(peer.port);user=phone SIP/2.0", "P-Asserted-Identity: <sip:+14255550100@",
            "Privacy: none", "X-Tenant-ID: contoso", "Session-ID: \(id);remote=00000000000000000000000000000000", "Max-Forwards: 70",
            "Supported: timer, 100rel",
        ] {
            #expect(peer.messages.contains(line), "\(line) is not in\n\(peer.messages.prefix(2_000))")
        }
    }

    /// A final answer, and what the record makes of it (domain reference §10.1).
    struct Refusal: Sendable, CustomTestStringConvertible {
        let code: Int, phrase: String
        let outcome: String, endedBy: String
        var more = "Server: sipp"
        var cause: Int?
        /// What the record says, where it is more than the phrase.
        var account: String?

        var testDescription: String { "\(code) \(phrase)" }

        static let all = [
            Refusal(code: 403, phrase: "Forbidden", outcome: "declined", endedBy: "operator"),
            Refusal(code: 404, phrase: "Not Found", outcome: "unreachable", endedBy: "operator"),
            Refusal(code: 480, phrase: "Temporarily Unavailable", outcome: "noAnswer", endedBy: "operator"),
            Refusal(code: 484, phrase: "Address Incomplete", outcome: "unreachable", endedBy: "operator"),
            Refusal(code: 486, phrase: "Busy Here", outcome: "busy", endedBy: "callee"),
            Refusal(
                code: 486, phrase: "Busy, with a cause", outcome: "busy", endedBy: "callee", more: "Reason: Q.850;cause=34;text=\"full\"",
                cause: 34),
            Refusal(code: 488, phrase: "Not Acceptable Here", outcome: "failed", endedBy: "operator"),
            Refusal(
                code: 503, phrase: "Service Unavailable", outcome: "failed", endedBy: "operator", more: "Retry-After: 5",
                account: "Service Unavailable (Retry-After: 5)"),
            Refusal(code: 600, phrase: "Busy Everywhere", outcome: "busy", endedBy: "callee"),
            Refusal(code: 603, phrase: "Decline", outcome: "declined", endedBy: "callee"),
        ]
    }

    @Test("a final answer ends the dial-out at once, with outcome, code and cause", arguments: Refusal.all)
    func refused(_ refusal: Refusal) async throws {
        let service = try await RunningService()
        let peer = try Sipp(
            "refusal", in: service.folder, keys: ["code": "\(refusal.code)", "phrase": refusal.phrase, "more": refusal.more])
        try await service.configure(trunkPort: peer.port)
        let record = try await service.ended(try await service.dial("+14255550123"))
        await peer.finish()
        #expect(record["outcome"].string == refusal.outcome && record["endedBy"].string == refusal.endedBy)
        #expect(record["code"].integer == Int64(refusal.code) && record["subcode"].integer == Int64(560_000 + refusal.code))
        if let cause = refusal.cause { #expect(record["cause"].integer == Int64(cause)) }
        #expect(record.attempts == ["t1 \(refusal.code)"])
        #expect(record["attempts"].array.first?["phrase"].string == refusal.account ?? refusal.phrase)
        #expect(record["connectedAt"] == .null)
    }

    /// A whole call on one trunk.
    struct Call: Sendable, CustomTestStringConvertible {
        /// When the meeting takes the call back; the scenario's callee ends it otherwise.
        enum Meeting: String, Sendable { case stays, leavesRinging = "ringing", leavesConnected = "connected" }

        let title: String, scenario: String
        var meeting = Meeting.stays
        var outcome = "completed", endedBy = "callee", code = 0
        var cause: Int? = 16
        var sip: Int? = 200
        var sipp: [String] = []
        var trunk = ""

        var testDescription: String { title }

        private static let account = #","username":"dialout","password":"secret""#

        static let all = [
            Call(title: "early media, an answer, and a BYE with its cause", scenario: "early-media-callee-bye", cause: 31),
            Call(title: "401: sipp verifies the credentials", scenario: "challenge", trunk: account),
            Call(title: "407 twice, for a nonce that is stale", scenario: "stale-nonce", trunk: account),
            Call(title: "422 and a longer session interval", scenario: "session-interval"),
            Call(title: "reliable ringing: a PRACK each", scenario: "reliable-ringing"),
            Call(title: "two forks: the second is acknowledged and hung up", scenario: "two-forks"),
            Call(title: "a repeated 200 has its ACK each time", scenario: "answer-repeated", sipp: ["-nr"]),
            Call(title: "the callee holds and retrieves", scenario: "hold"),
            Call(title: "requests within the call", scenario: "in-dialog"),
            Call(title: "the session is refreshed by UPDATE", scenario: "refreshed-by-update"),
            Call(title: "the session is refreshed by re-INVITE, after a glare", scenario: "refreshed-by-invite"),
            Call(title: "the session is not refreshed", scenario: "never-refreshed", endedBy: "operator", cause: 102),
            Call(
                title: "a 200 crosses our CANCEL", scenario: "answer-crosses-cancel", meeting: .leavesRinging, outcome: "cancelled",
                endedBy: "meeting", code: 487, sip: 200),
            Call(
                title: "no 487 ever comes", scenario: "no-487", meeting: .leavesRinging, outcome: "cancelled", endedBy: "meeting",
                code: 487, sip: 180),
            Call(title: "the meeting hangs up", scenario: "answer", meeting: .leavesConnected, endedBy: "meeting"),
        ]
    }

    @Test("a call goes as sipp's scenario says, and the record agrees", arguments: Call.all)
    func call(_ call: Call) async throws {
        let service = try await RunningService()
        let peer = try Sipp(call.scenario, in: service.folder, call.sipp)
        try await service.configure(trunkPort: peer.port, call.trunk)
        let id = try await service.dial("+14255550123")
        if call.meeting != .stays {
            _ = try await service.record(id, once: call.meeting.rawValue)
            _ = try await service.must("DELETE", "/v1/dial-outs/\(id)")
        }
        let record = try await service.ended(id, seconds: 110)
        await peer.finish(call.title)
        #expect(record["outcome"].string == call.outcome && record["endedBy"].string == call.endedBy, "\(record)")
        let subcode = 560_000 + call.code
        #expect(record["code"].integer == Int64(call.code) && record["subcode"].integer == Int64(subcode), "\(record)")
        #expect(record["cause"].integer == call.cause.map { Int64($0) }, "\(record)")
        #expect(record.attempts == ["t1 \(call.sip.map(String.init) ?? "-")"])
        #expect((record["connectedAt"] == .null) == (call.outcome != "completed"))
    }

    @Test("early media is shown while it rings")
    func earlyMedia() async throws {
        let service = try await RunningService()
        let peer = try Sipp("early-media-callee-bye", in: service.folder, keys: ["ringing": "15000"])
        try await service.configure(trunkPort: peer.port)
        let id = try await service.dial("+14255550123")
        let ringing = try await service.record(id, once: "ringing")
        #expect(ringing["sdpAnswer"].string?.contains("m=audio 6000") == true && ringing["attempts"].array.first?["sip"].integer == 183)
        #expect(try await service.ended(id)["sdpAnswer"].string?.contains("m=audio 6000") == true)
        await peer.finish()
    }

    @Test("an operator's OPTIONS is answered")
    func options() async throws {
        let service = try await RunningService()
        let peer = try Sipp("options", in: service.folder, ["127.0.0.1:\(service.sip)"])
        await peer.finish()
    }

    @Test("a hundred calls at once to sipp all complete, and nothing is left over")
    func hundred() async throws {
        let service = try await RunningService()
        let peer = try Sipp("early-media-callee-bye", in: service.folder, calls: 100)
        try await service.configure(trunkPort: peer.port)
        var ids: [String] = []
        for index in 0..<100 { ids.append(try await service.dial("+1425555" + String(1_000 + index))) }
        for id in ids { #expect(try await service.ended(id)["outcome"].string == "completed") }
        await peer.finish()
    }
}
