import Foundation
import Service
import Testing

/// Trunks over something else than a datagram each way, or over nothing at all.
@Suite("Trunks over TCP", .serialized)
struct TransportTests {
    private func sipp(_ service: RunningService, port: UInt16, _ more: [String]) throws -> Child {
        try Child(
            "/usr/bin/env",
            ["sipp", "-i", "127.0.0.1", "-p", "\(port)", "-m", "1", "-nostdin", "-timeout", "30s", "-timeout_error"] + more,
            in: service.folder, environment: ["TERM": "dumb"])
    }

    private func putTrunks(_ service: RunningService, _ uris: [String]) throws {
        let trunks = uris.enumerated().map { #"{"name":"t\#($0 + 1)","uri":"\#($1)","priority":\#($0 + 1)}"# }
        _ = try service.must(
            "PUT", "/v1/operators/acme", #"{"name":"Acme","countries":["US"],"trunks":[\#(trunks.joined(separator: ","))]}"#)
    }

    @Test("sipp over TCP rings, answers, and is hung up by a BYE on the same connection")
    func tcp() throws {
        let service = try RunningService(), port = Running.freePort()
        try service.configure(trunkPort: port)
        try putTrunks(service, ["sip:127.0.0.1:\(port);transport=tcp"])
        let peer = try sipp(service, port: port, ["-sn", "uas", "-t", "t1"])
        let id = try service.dial("+14255550123")
        #expect(try eventually { try service.record(id)["state"].string == "connected" })
        #expect(try service.curl("DELETE", "/v1/dial-outs/\(id)").status == 202)
        #expect(try service.ended(id)["outcome"].string == "completed")
        #expect(peer.exitStatus() == 0, "\(peer.text.suffix(800))")
    }

    @Test("trunks that refuse, by TCP or by ICMP, are passed over at once for the one that answers")
    func refused() throws {
        let service = try RunningService(), port = Running.freePort(SOCK_DGRAM)
        try service.configure(trunkPort: port)
        let nobody = Running.freePort(), silent = Running.freePort(SOCK_DGRAM)
        try putTrunks(service, ["sip:127.0.0.1:\(nobody);transport=tcp", "sip:127.0.0.1:\(silent)", "sip:127.0.0.1:\(port)"])
        let scenario = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios/busy.xml").path
        let peer = try sipp(service, port: port, ["-sf", scenario])
        let record = try service.ended(try service.dial("+14255550123"))
        #expect(record["outcome"].string == "busy")
        #expect(record["attempts"].array.map { $0["trunk"].string } == ["t1", "t2", "t3"])
        #expect(peer.exitStatus() == 0, "\(peer.text.suffix(800))")
        #expect(service.child.text.contains("ECONNREFUSED"))
    }
}
