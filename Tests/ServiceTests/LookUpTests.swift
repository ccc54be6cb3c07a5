import Basis
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

/// What a dial-out does while names are looked up for it.
@Suite("Names that are looked up before a call")
struct LookUpTests {
    private func put(_ trunk: String, in fixture: Fixture) {
        fixture.client.must(.put, "/v1/operators/acme", #"{"name":"Acme","trunks":[\#(trunk)]}"#)
    }

    @Test("hosts of redirections are asked for side by side, two seconds at most, and a silent one not again within a minute")
    func redirectHosts() throws {
        let fixture = try Fixture(), hosts = ["a.example", "b.example", "c.example"]
        for host in hosts { fixture.world.lookUps[host] = .seconds(20) }
        put(#"{"name":"t1","uri":"sip:10.1.0.1:5060","redirectHosts":["a.example","b.example","c.example"]}"#, in: fixture)
        func dialled(_ number: String) -> String? {
            let id = fixture.dial(number)
            fixture.pass(.milliseconds(1_900))
            let before = fixture.record(id)["dialledAt"].string
            fixture.pass(.milliseconds(200))
            return before == nil ? fixture.record(id)["dialledAt"].string.map { _ in "after two seconds" } : "at once"
        }
        #expect(dialled("+14255550999") == "after two seconds")
        #expect(dialled("+14255551999") == "at once")
        fixture.pass(.seconds(70))
        #expect(dialled("+14255552999") == "after two seconds")
    }

    @Test("a dial-out that waits for its trunk's name ends at once when it is taken back", arguments: [true, false])
    func takenBack(isOfTrunk: Bool) throws {
        let fixture = try Fixture()
        fixture.world.lookUps["slow.example"] = .seconds(10)
        fixture.world.names["slow.example"] = [fixture.trunks[0].address]
        put(
            isOfTrunk
                ? #"{"name":"t1","uri":"sip:slow.example"}"#
                : #"{"name":"t1","uri":"sip:10.1.0.1:5060","redirectHosts":["slow.example"]}"#, in: fixture)
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(1))
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        fixture.pass(.milliseconds(100))
        #expect(fixture.record(id)["state"] == "ended" && fixture.record(id)["outcome"] == "cancelled")
        #expect(fixture.client.must(.get, "/v1/operators/acme/trunks/t1")["channelsInUse"].integer == 0)
        fixture.pass(.seconds(20))
        #expect(fixture.trunks[0].calls.isEmpty && fixture.isQuiet)
    }

    @Test("a trunk that is drained meanwhile is not dialled: the next one is, where there is one", arguments: [true, false])
    func drained(hasOther: Bool) throws {
        let fixture = try Fixture()
        fixture.world.lookUps["slow.example"] = .seconds(5)
        fixture.world.names["slow.example"] = [fixture.trunks[0].address]
        let other = hasOther ? #",{"name":"t2","uri":"sip:10.1.0.2:5060","priority":2}"# : ""
        put(#"{"name":"t1","uri":"sip:slow.example","priority":1}"# + other, in: fixture)
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(1))
        fixture.client.must(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":0}"#)
        fixture.pass(.seconds(10))
        #expect(fixture.trunks[0].calls.isEmpty && fixture.trunks[1].calls.count == (hasOther ? 1 : 0))
        #expect(fixture.record(id)["state"] == (hasOther ? "connected" : "ended"))
        #expect(fixture.client.must(.get, "/v1/operators/acme/trunks/t1")["channelsInUse"].integer == 0)
    }

    @Test("the drain of a trunk whose leg is only taken back leaves the call on the next trunk alone")
    func silentLeg() throws {
        let fixture = try Fixture()
        fixture.trunks[0].isDeaf = true
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(8))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == ["t1", "t2"])
        fixture.client.must(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":0}"#)
        fixture.pass(.seconds(5))
        #expect(fixture.record(id)["state"] == "connected")
        fixture.client.must(.post, "/v1/operators/acme/trunks/t2/drain", #"{"seconds":0}"#)
        fixture.pass(.seconds(5))
        #expect(fixture.record(id)["state"] == "ended")
    }
}
