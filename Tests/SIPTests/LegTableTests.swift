import Basis
import SIP
import Testing

/// What an endpoint keeps of its legs, and for how long.
@Suite struct LegTableTests {
    @Test("places that legs have left serve other legs") func places() {
        var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1)), now = Instant.zero
        func id(_ number: Int) -> LegID { LegID(dialOut: SortableID(high: 0x7000, low: 1 << 63 | UInt64(number)), attempt: 1) }
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

    @Test("a leg's identifiers are those that every version makes of it: SipHash-2-4 in four rounds, reckoned by another program")
    func identifiers() {
        var driver = Driver()
        driver.invite()
        let lines = Self.lines(driver.lastSent)
        #expect(lines.contains("Call-ID: ca46fabf8469915a9161dd3c6ff8aab4"))
        #expect(lines.contains { $0.hasPrefix("From: ") && $0.hasSuffix(";tag=d52671c50b2ec3c8") })
        #expect(lines.contains { $0.hasPrefix("Via: ") && $0.contains(";branch=z9hG4bK520efb9dd9b01399") })
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

    private static func lines(_ bytes: [UInt8]) -> [Substring] { String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") }
}
