import Basis
import Testing

@testable import SIP

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

    @Test("a report that nothing gets there ends what is unanswered by that way, and touches nobody else")
    func reports() {
        var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1)), sent: [UInt64: [UInt8]] = [:]
        let now = Instant.zero, other = SocketAddress(host: "192.0.2.9", port: 5060)!
        func id(_ number: UInt64) -> LegID { LegID(dialOut: SortableID(high: 0x7000, low: 1 << 63 | number), attempt: 1) }
        func drained() -> (failed: [UInt64], sent: [[UInt8]]) {
            var failed: [UInt64] = [], sent: [[UInt8]] = []
            while let output = endpoint.nextOutput() {
                if case .failed(let id, _) = output { failed.append(id.dialOut.low & 0xFF) }
                if case .transmit(let bytes, _, _) = output { sent.append(bytes) }
            }
            return (failed.sorted(), sent)
        }
        for number in 1...6 as ClosedRange<UInt64> {
            var invitation = Driver.invitation(id: id(number))
            if number > 4 { invitation = Driver.invitation(id: id(number), to: other) }
            endpoint.invite(invitation, at: now)
            sent[number] = drained().sent[0]
        }
        func answer(_ number: UInt64, _ code: Int) {
            endpoint.received(LegTableTests.response(code, to: sent[number]!), from: Driver.trunk, at: now)
        }
        answer(2, 180)
        answer(3, 180)
        endpoint.cancel(id(3), at: now)
        _ = drained()
        #expect(endpoint.layer.atStake.legs(by: Hop(Driver.trunk, .udp)).count == 2)
        #expect(endpoint.layer.atStake.requests(by: Hop(Driver.trunk, .udp)).count == 1, "the CANCEL")
        #expect(endpoint.layer.atStake.legs(by: Hop(other, .udp)).count == 2)
        endpoint.transportFailed(to: Driver.trunk, over: .tcp, at: now)
        #expect(drained().failed.isEmpty, "another transport is another way")
        endpoint.transportFailed(to: Driver.trunk, over: .udp, at: now)
        #expect(drained().failed == [1, 4])
        #expect(endpoint.layer.atStake.legs(by: Hop(Driver.trunk, .udp)).isEmpty)
        #expect(endpoint.layer.atStake.requests(by: Hop(Driver.trunk, .udp)).isEmpty)
        endpoint.transportFailed(to: other, over: .udp, at: now)
        #expect(drained().failed == [5, 6] && endpoint.layer.atStake.isEmpty)
    }

    private static func response(_ code: Int, to invite: [UInt8]) -> [UInt8] {
        let message = try! Message(parsing: invite)
        func line(_ name: HeaderName, _ label: String, _ more: String = "") -> String { "\(label): \(message.text(name) ?? "")\(more)\r\n" }
        return Array(
            ("SIP/2.0 \(code) Any\r\n" + line(.via, "Via") + line(.from, "From") + line(.to, "To", ";tag=8f3a") + line(.callID, "Call-ID")
                + line(.cSeq, "CSeq") + "Contact: <sip:a@192.0.2.2:5060>\r\nContent-Length: 0\r\n\r\n").utf8)
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
