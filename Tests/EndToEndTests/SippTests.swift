import Foundation
import Service
import Testing

/// The operator's side is sipp: a SIP stack that is not ours.
@Suite("A real SIP peer", .serialized)
struct SippTests {
    private static let scenarios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios").path

    private func sipp(_ service: RunningService, port: UInt16, _ scenario: [String], calls: Int = 1) throws -> Child {
        try Child(
            "/usr/bin/env",
            ["sipp"] + scenario + [
                "-i", "127.0.0.1", "-p", "\(port)", "-m", "\(calls)", "-nostdin", "-trace_msg", "-message_file",
                service.folder + "/messages.log",
                "-timeout", "30s", "-timeout_error",
            ], in: service.folder, environment: ["TERM": "dumb"])
    }

    private func messages(_ service: RunningService) -> String {
        (try? String(contentsOfFile: service.folder + "/messages.log", encoding: .utf8)) ?? ""
    }

    @Test("sipp's own uas scenario rings, answers, and is hung up when the meeting takes the call back")
    func builtIn() throws {
        let service = try RunningService(), port = Running.freePort(SOCK_DGRAM)
        try service.configure(trunkPort: port)
        let peer = try sipp(service, port: port, ["-sn", "uas"])
        let id = try service.dial("+1 (425) 555-0123")
        #expect(try eventually { try service.record(id)["state"].string == "connected" })
        #expect(try service.curl("DELETE", "/v1/dial-outs/\(id)").status == 202)
        let record = try service.ended(id)
        #expect(record["outcome"].string == "completed" && record["endedBy"].string == "meeting")
        #expect(peer.exitStatus() == 0, "\(peer.text)")
        let invite = messages(service)
        for line in [
            "INVITE sip:+14255550123@127.0.0.1:\(port);user=phone SIP/2.0", "P-Asserted-Identity: <sip:+14255550100@", "Privacy: none",
            "X-Tenant-ID: contoso", "Session-ID: \(id);remote=00000000000000000000000000000000", "Max-Forwards: 70",
        ] {
            #expect(invite.contains(line), "\(line) is not in\n\(invite.prefix(2_000))")
        }
    }

    @Test("our own scenario: early media, a late answer, and the callee hangs up with a cause")
    func calleeHangsUp() throws {
        let service = try RunningService(), port = Running.freePort(SOCK_DGRAM)
        try service.configure(trunkPort: port)
        let peer = try sipp(service, port: port, ["-sf", Self.scenarios + "/early-media-callee-bye.xml"])
        let record = try service.ended(try service.dial("+14255550123"))
        #expect(peer.exitStatus() == 0, "\(peer.text)")
        #expect(record["outcome"].string == "completed" && record["endedBy"].string == "callee")
        #expect(record["cause"].integer == 31)
        #expect(record["sdpAnswer"].string?.contains("m=audio 6000") == true)
        #expect(record["attempts"].array.first?["sip"].integer == 200)
    }

    @Test("a busy phone ends the dial-out at once")
    func busy() throws {
        let service = try RunningService(), port = Running.freePort(SOCK_DGRAM)
        try service.configure(trunkPort: port)
        let peer = try sipp(service, port: port, ["-sf", Self.scenarios + "/busy.xml"])
        let record = try service.ended(try service.dial("+14255550123"))
        #expect(peer.exitStatus() == 0, "\(peer.text)")
        #expect(record["outcome"].string == "busy" && record["code"].integer == 486 && record["subcode"].integer == 560_486)
    }

    @Test("a 200 that crosses our CANCEL is acknowledged and hung up")
    func crossing() throws {
        let service = try RunningService(), port = Running.freePort(SOCK_DGRAM)
        try service.configure(trunkPort: port)
        let peer = try sipp(service, port: port, ["-sf", Self.scenarios + "/answer-crosses-cancel.xml"])
        let id = try service.dial("+14255550123")
        #expect(try eventually { try service.record(id)["state"].string == "ringing" })
        _ = try service.curl("DELETE", "/v1/dial-outs/\(id)")
        let record = try service.ended(id)
        #expect(record["outcome"].string == "cancelled")
        #expect(peer.exitStatus() == 0, "\(peer.text)")
    }

    @Test("a hundred calls at once to sipp all complete, and nothing is left over")
    func hundred() throws {
        let service = try RunningService(), port = Running.freePort(SOCK_DGRAM)
        try service.configure(trunkPort: port)
        let peer = try sipp(service, port: port, ["-sf", Self.scenarios + "/early-media-callee-bye.xml"], calls: 100)
        let ids = try (0..<100).map { try service.dial("+1425555" + String(1_000 + $0)) }
        for id in ids { #expect(try service.ended(id)["outcome"].string == "completed") }
        #expect(peer.exitStatus() == 0, "\(peer.text.suffix(800))")
    }
}
