import Foundation
import Service
import Testing

@Suite("kill -9 of the process, and what the next one does about its calls", .aFewAtATime)
struct KilledTests {
    /// A service, a far end that has its INVITE, and the dial-out.
    private func dialled(_ wire: BareTrunk.Wire) async throws -> (RunningService, BareTrunk, String, BareTrunk.Message) {
        let service = try await RunningService(), trunk = try BareTrunk(wire)
        let uri = "sip:127.0.0.1:\(trunk.port);transport=\(wire.rawValue)"
        try await service.configure(trunk: #"{"name":"t1","uri":"\#(uri)","options":{"seconds":0,"downAfter":3,"upAfter":2}}"#)
        let id = try await service.dial("+14255550123")
        return (service, trunk, id, try await trunk.next("INVITE"))
    }

    private func kill(_ service: RunningService) async throws -> Date {
        #expect(await service.child.end(SIGKILL) == SIGKILL)
        let start = Date()
        try await service.restart()
        return start
    }

    private func check(_ cancel: BareTrunk.Message, of invite: BareTrunk.Message, after start: Date) {
        #expect(cancel.at.timeIntervalSince(start) < 5)
        for name in ["Via", "From", "To", "Call-ID"] { #expect(cancel.value(name) == invite.value(name)) }
        #expect(cancel.value("CSeq") == "1 CANCEL" && cancel.lines[0] == invite.lines[0].replacingOccurrences(of: "INVITE", with: "CANCEL"))
    }

    private func settled(_ service: RunningService, _ trunk: BareTrunk, _ id: String) async throws {
        #expect(try await service.record(id)["outcome"].string == "indeterminate")
        #expect(Set(trunk.received.filter { $0.title == "INVITE" }.map { $0.value("Via") }).count == 1, "nothing is dialled again")
    }

    @Test("a phone that rings is cancelled, and its 487 acknowledged", arguments: BareTrunk.Wire.allCases)
    func ringing(wire: BareTrunk.Wire) async throws {
        let (service, trunk, id, invite) = try await dialled(wire)
        trunk.answer(invite, "180 Ringing")
        _ = try await service.record(id, once: "ringing")
        let start = try await kill(service)
        let cancel = try await trunk.next("CANCEL")
        check(cancel, of: invite, after: start)
        trunk.answer(cancel, "200 OK")
        trunk.answer(invite, "487 Request Terminated", by: cancel)
        let ack = try await trunk.next("ACK")
        #expect(ack.value("Via") == invite.value("Via") && ack.value("CSeq") == "1 ACK")
        try await settled(service, trunk, id)
    }

    @Test("one that was only dialled and is answered late gets ACK and BYE within a second", arguments: BareTrunk.Wire.allCases)
    func answeredLate(wire: BareTrunk.Wire) async throws {
        let (service, trunk, id, invite) = try await dialled(wire)
        let start = try await kill(service)
        let cancel = try await trunk.next("CANCEL")
        check(cancel, of: invite, after: start)
        trunk.answer(cancel, "481 Call/Transaction Does Not Exist")
        trunk.answer(invite, "200 OK", sdp: true, by: cancel)
        let answered = Date()
        let ack = try await trunk.next("ACK"), bye = try await trunk.next("BYE")
        #expect(bye.at.timeIntervalSince(answered) < 1 && ack.value("CSeq") == "1 ACK" && bye.value("To").hasSuffix(";tag=callee"))
        try await settled(service, trunk, id)
        #expect(await service.child.end(SIGKILL) == SIGKILL)
        try await service.restart()
        let again = try await trunk.next("BYE")
        #expect(again.value("To") == bye.value("To"), "a BYE without an answer is said again by the next start")
        trunk.answer(again, "200 OK")
    }
}
