import Service
import Testing

@Suite("Early media of a far end of plain sockets", .aFewAtATime)
struct EarlyMediaTests {
    @Test("a description that comes with a later 183 is told, once, and is in the record") func later() async throws {
        let service = try await RunningService(), trunk = try BareTrunk(.udp)
        try await service.configure(trunkPort: trunk.port)
        let id = try await service.dial("+14255550123")
        let invite = try await trunk.next("INVITE")
        trunk.answer(invite, "183 Session Progress")
        #expect(try await service.record(id, once: "ringing")["sdpAnswer"] == .null)
        for _ in 1...3 { trunk.answer(invite, "183 Session Progress", sdp: true) }
        trunk.answer(invite, "180 Ringing")
        var told: [Int64] = []
        #expect(
            await eventually(seconds: 20) {
                let events = try? await service.must("GET", "/v1/dial-outs/\(id)/events")["events"].array
                told = (events ?? []).compactMap { ["ringing", "progress"].contains($0["type"].string) ? $0["sip"].integer : nil }
                return told.last == 180
            })
        #expect(told == [183, 183, 180])
        #expect(try await service.record(id)["sdpAnswer"].string?.contains("m=audio 40000 RTP/AVP 8") == true)
    }
}
