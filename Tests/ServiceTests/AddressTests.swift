import Basis
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

@Suite("A trunk of several addresses (RFC 3263 §4.3)")
struct AddressTests {
    /// What the first address does, and whether the trunk's second one is asked then.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var refuses = false
        var change: @Sendable (inout Behaviour) -> Void = { _ in }
        /// Counted from the request.
        var takenBackAfter: Duration?
        /// `trunk address code` of each attempt, a dash where no code came.
        let attempts: [String]
        let outcome: String

        static let first = "t1 10.1.0.9:5060", second = "t1 10.1.0.1:5060 200"

        static func answering(_ code: Int) -> @Sendable (inout Behaviour) -> Void {
            { behaviour in (behaviour.ringAfter, behaviour.finalCode) = (nil, code) }
        }
    }

    static let cases: [Case] = [
        .init(testDescription: "transport error", refuses: true, attempts: ["\(Case.first) -", Case.second], outcome: "completed"),
        .init(
            testDescription: "silence", change: { $0.isSilent = true }, attempts: ["\(Case.first) -", Case.second], outcome: "completed"),
        .init(testDescription: "503", change: Case.answering(503), attempts: ["\(Case.first) 503", Case.second], outcome: "completed"),
        .init(testDescription: "486", change: Case.answering(486), attempts: ["\(Case.first) 486"], outcome: "busy"),
        .init(testDescription: "404", change: Case.answering(404), attempts: ["\(Case.first) 404"], outcome: "unreachable"),
        .init(testDescription: "500", change: Case.answering(500), attempts: ["\(Case.first) 500"], outcome: "failed"),
        .init(
            testDescription: "504", change: Case.answering(504), attempts: ["\(Case.first) 504", "t2 10.1.0.2:5060 200"],
            outcome: "completed"),
        .init(testDescription: "603", change: Case.answering(603), attempts: ["\(Case.first) 603"], outcome: "declined"),
        .init(
            testDescription: "180, then silence", change: { $0.answerAfter = nil }, attempts: ["\(Case.first) 487"], outcome: "noAnswer"),
        .init(
            testDescription: "180, then 503",
            change: {
                ($0.finalCode, $0.finalAfter) = (503, .seconds(2))
            }, attempts: ["\(Case.first) 503"], outcome: "failed"),
        .init(
            testDescription: "taken back in the silence", change: { $0.isSilent = true }, takenBackAfter: .seconds(2),
            attempts: ["\(Case.first) -"], outcome: "cancelled"),
    ]

    private func attempts(_ record: JSONValue) -> [String] {
        record["attempts"].array.map { attempt in
            let code: Int64? = attempt["sip"].integer
            return "\(attempt["trunk"].string ?? "") \(attempt["address"].string ?? "") \(code.map { "\($0)" } ?? "-")"
        }
    }

    @Test(
        "the next address is tried after a transport error, silence or 503, and not once the phone or its owner was reached",
        arguments: cases)
    func next(row: Case) throws {
        let fixture = try Fixture()
        let first = fixture.addAddress("10.1.0.9:5060") { _ in
            var behaviour = Behaviour()
            row.change(&behaviour)
            return behaviour
        }
        if row.refuses { fixture.network.refusing = [first.address] }
        let id = fixture.dial("+14255550200")
        if let after = row.takenBackAfter {
            fixture.pass(after)
            fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        }
        fixture.pass(.seconds(150))
        let record = fixture.record(id)
        #expect(attempts(record) == row.attempts)
        #expect(record["outcome"].string == row.outcome)
        #expect(Set(fixture.network.invites.map(\.callID)).count == row.attempts.count)
        #expect(fixture.isQuiet && first.isQuiet)
    }

    @Test("an address that failed is asked last by the calls after, until one call has found it well; the trunk itself is not in doubt")
    func remembered() throws {
        let fixture = try Fixture()
        let first = fixture.addAddress("10.1.0.9:5060") { Behaviour.magic($0) }
        first.isDeaf = true
        let ids = (0..<6).map { _ in fixture.dial("+14255551234") }
        fixture.pass(.seconds(10))
        #expect(ids.allSatisfy { attempts(fixture.record($0)).last == Case.second })
        #expect(fixture.client.ask(.get, "/v1/operators/acme/trunks/t1").body["state"].string == "inService")
        let after = fixture.dial("+14255551234")
        fixture.pass(.seconds(1))
        #expect(attempts(fixture.record(after)) == ["t1 10.1.0.1:5060 180"])
        first.isDeaf = false
        fixture.pass(.seconds(40))
        let trial = fixture.dial("+14255551234"), beside = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(attempts(fixture.record(trial)) == ["\(Case.first) 200"] && attempts(fixture.record(beside)) == [Case.second])
        let later = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(attempts(fixture.record(later)) == ["\(Case.first) 200"])
    }

    @Test("the next address needs a channel of its own, waits for it, and can be taken back while it waits")
    func channels() throws {
        let fixture = try Fixture()
        _ = fixture.addAddress("10.1.0.9:5060") { _ in Behaviour.magic("0408") }
        let limited = #"{"name":"Acme","failoverSeconds":4,"trunks":[{"name":"t1","uri":"sip:t1.example","maxConcurrentCalls":1}]}"#
        fixture.client.must(.put, "/v1/operators/acme", limited)
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(5))
        #expect(fixture.record(id)["position"].integer == 1 && fixture.trunks[0].calls.isEmpty)
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        fixture.pass(.seconds(60))
        #expect(fixture.record(id)["outcome"].string == "cancelled" && fixture.record(id)["attempts"].array.count == 1)
        let patient = fixture.dial("+14255551234")
        fixture.pass(.seconds(40))
        #expect(fixture.record(patient)["state"].string == "connected")
        #expect(attempts(fixture.record(patient)) == ["\(Case.first) -", Case.second])
    }

    @Test("of many addresses one dial-out tries four, and all of them failing speaks against the trunk")
    func limit() throws {
        let fixture = try Fixture()
        for last in 11...16 { fixture.network.refusing.insert(fixture.addAddress("10.1.0.\(last):5060") { _ in Behaviour() }.address) }
        for count in 1...5 {
            let id = fixture.dial("+14255551234")
            fixture.pass(.seconds(3))
            let trunks = fixture.record(id)["attempts"].array.map { $0["trunk"].string }
            #expect(trunks.count <= TrunkAddress.limit + 1 && (count > 1 || trunks == ["t1", "t1", "t1", "t1", "t2"]))
        }
    }

    @Test("OPTIONS goes to the next address when the first is silent, so that the trunk stays in service")
    func probes() throws {
        let fixture = try Fixture()
        let first = fixture.addAddress("10.1.0.9:5060") { Behaviour.magic($0) }
        first.isDeaf = true
        let probed =
            #"{"name":"Acme","failoverSeconds":4,"trunks":[{"name":"t1","uri":"sip:t1.example","options":{"seconds":10,"downAfter":1}}]}"#
        fixture.client.must(.put, "/v1/operators/acme", probed)
        fixture.pass(.seconds(50))
        let trunk = fixture.client.ask(.get, "/v1/operators/acme/trunks/t1").body
        #expect(trunk["state"].string == "inService" && trunk["health"]["state"].string == "up")
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(attempts(fixture.record(id)) == [Case.second])
        fixture.trunks[0].isDeaf = true
        fixture.pass(.seconds(120))
        #expect(fixture.client.ask(.get, "/v1/operators/acme/trunks/t1").body["health"]["state"].string == "down")
    }

    @Test("an address that answers OPTIONS with 503 and a time is asked last for that time, and then first again")
    func toldToWait() throws {
        let fixture = try Fixture(), deliver = fixture.network.toService
        let first = fixture.addAddress("10.1.0.9:5060") { Behaviour.magic($0) }.address
        var isAsked = false
        fixture.network.toService = { bytes, source, transport in
            let text = String(decoding: bytes, as: UTF8.self), isFirst = !isAsked && source == first && text.contains(" OPTIONS\r\n")
            isAsked = isAsked || isFirst
            let refusal = text.replacing("SIP/2.0 200 OK", with: "SIP/2.0 503 Service Unavailable\r\nRetry-After: 60")
            deliver(isFirst ? Array(refusal.utf8) : bytes, source, transport)
        }
        let probed = #"{"name":"Acme","trunks":[{"name":"t1","uri":"sip:t1.example","options":{"seconds":60,"downAfter":1}}]}"#
        fixture.client.must(.put, "/v1/operators/acme", probed)
        for _ in 0..<120 where !isAsked { fixture.pass(.seconds(1)) }
        try #require(isAsked)
        for (pause, attempt) in [(40, Case.second), (40, "\(Case.first) 200")] as [(Int64, String)] {
            fixture.pass(.seconds(pause))
            let id = fixture.dial("+14255551234")
            fixture.pass(.seconds(3))
            #expect(attempts(fixture.record(id)) == [attempt])
        }
    }

    @Test("past the limit failures of further addresses are not remembered until the pauses of others are over")
    func table() throws {
        var circuits = AddressCircuits()
        func address(_ number: Int) -> TrunkAddress {
            TrunkAddress(SocketAddress(host: "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)", port: 5060)!, .udp)
        }
        for number in 0..<AddressCircuits.limit + 2 { circuits.note(.failed(.timeout), of: address(number), at: .zero) }
        #expect(circuits.count == AddressCircuits.limit)
        let latest = AddressCircuits.limit + 1, now = Instant.zero + Circuit.firstPause
        #expect(circuits.ordered([address(0), address(latest)], at: .zero) == [address(latest), address(0)])
        circuits.note(.failed(.timeout), of: address(latest), at: now)
        #expect(circuits.count == 1)
        #expect(circuits.ordered([address(latest), address(0)], at: now) == [address(0), address(latest)])
    }
}
