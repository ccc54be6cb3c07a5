import Basis
import SIP
import Testing

/// What an endpoint keeps of its legs, and for how long.
@Suite struct LegTableTests {
    @Test("places that legs have left serve other legs") func places() {
        var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1)), now = Instant.zero
        func id(_ attempt: Int) -> LegID { LegID(dialOut: Driver.leg.dialOut, attempt: attempt) }
        func failed(_ endpoint: inout Endpoint) -> [LegID] {
            var ids: [LegID] = []
            while let output = endpoint.nextOutput() { if case .failed(let id, _) = output { ids.append(id) } }
            return ids
        }
        for round in 0..<3 {
            let ids = (0..<150).map { id(round * 1000 + $0) }
            for id in ids { endpoint.invite(Driver.invitation(id: id), at: now) }
            #expect(endpoint.liveLegs == ids)
            endpoint.invite(Driver.invitation(id: ids[0]), at: now)
            #expect(endpoint.legCount == 150, "a leg is dialled once")
            #expect(failed(&endpoint).isEmpty)
            endpoint.transportFailed(to: Driver.trunk, over: .udp, at: now)
            #expect(failed(&endpoint).sorted() == ids)
            now = now + .seconds(32)
            endpoint.tick(at: now)
            #expect(endpoint.legCount == 0)
            endpoint.cancel(ids[0], at: now)
            #expect(endpoint.nextOutput() == nil)
        }
    }

    @Test("a 200 that comes again after its transaction is acknowledged all the same") func lateAnswer() {
        var driver = Driver(), answer: [UInt8] = []
        driver.network = { _, direction, bytes in
            if direction == .back, Driver.title(bytes) == "200 INVITE" { answer = bytes }
            return [Driver.latency]
        }
        driver.invite()
        driver.run(until: .seconds(5))
        let first = Self.lines(driver.lastSent)
        driver.run(until: .seconds(60))
        driver.inject(answer)
        #expect(driver.titles.last == "-> ACK")
        #expect(Self.lines(driver.lastSent).filter { !$0.hasPrefix("Via") } == first.filter { !$0.hasPrefix("Via") })
        #expect(driver.fate == ["answered"])
    }

    @Test("a later endpoint hangs up as the one that dialled would have, under a higher number") func standingDialog() throws {
        var driver = Driver()
        driver.invite()
        driver.run(until: .seconds(5))
        let dialog = try #require(driver.endpoint.standingDialog(of: Driver.leg))
        driver.hangUp()
        let own = Self.lines(driver.lastSent)
        var later = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 9))
        later.hangUp(dialog, at: .zero)
        guard case .transmit(let bytes, Driver.trunk, .udp) = later.nextOutput() else {
            Issue.record("nothing is sent to the trunk")
            return
        }
        let others = Self.lines(bytes)
        for part in ["BYE ", "From: ", "To: ", "Call-ID: ", "Max-Forwards: "] {
            #expect(own.first { $0.hasPrefix(part) } == others.first { $0.hasPrefix(part) })
        }
        #expect(own.contains("CSeq: 2 BYE"))
        #expect(others.contains("CSeq: 10001 BYE"))
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] { String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") }
}
