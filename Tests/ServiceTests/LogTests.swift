import Basis
import Service
import Simulation
import Testing
import Web

/// What the parts of the service write into its log.
@Suite("The log below the executable")
struct LogTests {
    private func lines(_ fixture: Fixture, _ label: String) -> [LogLine] { fixture.world.logLines.map(\.line).filter { $0.label == label } }

    private func field(_ line: LogLine, _ name: String) -> String? { line.fields.first { $0.name == name }?.value }

    @Test("a store that refuses is told of once, and once that it takes entries again")
    func store() throws {
        let fixture = try Fixture()
        fixture.store.isFull = true
        for place in 0..<5 {
            #expect(fixture.client.ask(.post, "/v1/meetings/\(place)/dial-outs", Fixture.order("+14255550486")).status == 503)
            fixture.pass(.seconds(2))
        }
        #expect(lines(fixture, "store").map(\.level) == [.error] && field(lines(fixture, "store")[0], "because")?.isEmpty == false)
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        #expect(lines(fixture, "store").map(\.level) == [.error, .notice])
    }

    @Test("a trunk is told of when it stops answering OPTIONS or its calls fail in a row, and when it is back; not with each call")
    func trunks() throws {
        let fixture = try Fixture()
        for trunk in fixture.trunks.prefix(2) { trunk.isDeaf = true }
        for _ in 0..<12 { fixture.dial("+14255550200") }
        fixture.pass(.seconds(40))
        fixture.pass(.seconds(240))
        let told = lines(fixture, "trunks").filter { field($0, "operator") == "acme" && field($0, "trunk") == "t1" }
        #expect(told.map(\.level).allSatisfy { $0 == .warning } && (2...12).contains(told.count), "\(told)")
        #expect(told.contains { $0.message == "does not answer OPTIONS" && field($0, "because") == "timeout" })
        #expect(told.contains { $0.message == "is tried after all others" && field($0, "because")?.contains("timeout") == true })
        for trunk in fixture.trunks.prefix(2) { trunk.isDeaf = false }
        fixture.pass(.seconds(120))
        fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        let messages = Set(lines(fixture, "trunks").suffix(4).map(\.message))
        #expect(messages.isSuperset(of: ["answers OPTIONS again", "carries calls again"]), "\(messages)")
    }

    @Test("the start behind a crash says how many calls it found")
    func crash() throws {
        let fixture = try Fixture()
        for _ in 0..<3 { fixture.dial("+14255550999") }
        fixture.pass(.seconds(2))
        #expect(lines(fixture, "calls").isEmpty)
        let (service, _) = try fixture.restart()
        let told = lines(fixture, "calls")
        #expect(told.count == 1 && told[0].level == .warning)
        #expect(field(told[0], "dialOuts") == "3" && field(told[0], "legs") == "3")
        withExtendedLifetime(service) {}
    }

    @Test("it says so too where no leg is kept, and where it is legs alone")
    func halfCrash() throws {
        for keepsLegs in [false, true] {
            let fixture = try Fixture(), id = fixture.dial("+14255550999")
            fixture.pass(.seconds(2))
            let key = "\(id)/1", leg = try #require(fixture.store.documents["dialog/" + key])
            if keepsLegs {
                fixture.client.must(.delete, "/v1/dial-outs/\(id)")
                fixture.pass(.seconds(60))
                fixture.store.put(leg)
            } else {
                fixture.store.put(StoredDocument(kind: .dialog, key: key, version: 0, body: nil))
            }
            let (service, _) = try fixture.restart()
            let told = lines(fixture, "calls")
            #expect(told.map(\.level) == [.warning])
            #expect(told.map { [field($0, "dialOuts"), field($0, "legs")] } == [keepsLegs ? ["0", "1"] : ["1", "0"]])
            withExtendedLifetime(service) {}
        }
    }

    @Test("a change of the configuration says who made it; numbers lack their middle unless they are asked for", arguments: [false, true])
    func changes(showsNumbers: Bool) throws {
        let fixture = try Fixture(settings: { $0.logsNumbers = showsNumbers })
        let token = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","name":"ops +14255550123"}"#)
        let admin = fixture.client.with(token: token["token"].string!)
        admin.must(.put, "/v1/tenants/contoso/users/new@contoso.example", #"{"displayName":"New"}"#)
        let last = try #require(lines(fixture, "configuration").last)
        #expect(last.level == .info && field(last, "role") == "admin" && field(last, "objects") == "1" && field(last, "source") == "api")
        #expect(field(last, "by") == (showsNumbers ? "ops +14255550123" : "ops +14*******23"))
    }

    @Test("a drain says what it waits for, and the readiness says the same")
    func drain() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(10))
        #expect(fixture.client.must(.get, "/readyz")["waitsFor"] == .null)
        var isDone = false
        fixture.drain { isDone = true }
        fixture.pass(.seconds(1))
        let answer = fixture.client.ask(.get, "/readyz")
        #expect(answer.status == 503 && answer.body["draining"] == .bool(true))
        #expect(answer.body["waitsFor"] == .object(["dialOuts": .integer(1), "legs": .integer(1), "entries": .integer(0)]))
        let state = fixture.service.assumeIsolated { $0.drainState }
        #expect(state.words == "1 dial-outs, 1 legs and 0 entries for the store")
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        fixture.pass(.seconds(5))
        #expect(isDone && fixture.service.assumeIsolated { $0.drainState } == DrainState(dialOuts: 0, legs: 0, entries: 0))
    }

    @Test(
        "a number in a text loses its middle, and nothing else does",
        arguments: [
            ("+14255550123", "+14*******23"), ("14255550123", "14*******23"), ("sip:+14255550123@host:5060", "sip:+14*******23@host:5060"),
            ("call +14255550123, then 4255550199.", "call +14*******23, then 42******99."), ("425555", "425555"), ("4255550", "42***50"),
            ("01970f2e8c4a7b31a6c5d4e3f2019b7c", "01970f2e8c4a7b31a6c5d4e3f2019b7c"), ("1764000000000000", "1764000000000000"),
            ("2026-11-25T08:00:00.000Z", "2026-11-25T08:00:00.000Z"), ("192.0.2.1:5060", "192.0.2.1:5060"), ("", ""),
            ("a+4255550123", "a+4255550123"),
            ("+", "+"), ("ü+14255550123ü", "ü+14*******23ü"),
        ])
    func mask(text: String, masked: String) { #expect(NumberMask.masked(text) == masked) }
}
