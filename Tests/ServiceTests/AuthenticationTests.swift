import Basis
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

/// A trunk that challenges each request with a new nonce, and says by no word that the old one was stale.
@Suite("Trunks that ask who calls")
struct AuthenticationTests {
    private func fixture() throws -> Fixture {
        let fixture = try Fixture()
        let members = #""username":"dialout","password":"secret","priority":"#
        fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody.replacing("\"priority\":", with: members))
        return fixture
    }

    @Test("a call is hung up with credentials") func hungUp() throws {
        let fixture = try fixture()
        let id = fixture.dial("+14255550407")
        fixture.pass(.seconds(5))
        #expect(fixture.record(id)["state"].string == "connected")
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        fixture.pass(.seconds(1))
        let call = try #require(fixture.trunks[0].calls.values.first)
        #expect(call.ending == .callerHungUp && call.byes == 2 && call.challenges == 1 && call.reusedCounts == 0)
        #expect(fixture.record(id)["outcome"].string == "completed")
    }

    @Test("a call of an earlier start is hung up with credentials") func hungUpAfterACrash() throws {
        let fixture = try fixture()
        _ = fixture.dial("+14255550407")
        fixture.pass(.seconds(5))
        #expect(!fixture.isQuiet)
        _ = try fixture.restart()
        fixture.pass(.seconds(1))
        let call = try #require(fixture.trunks[0].calls.values.first)
        #expect(fixture.isQuiet && call.ending == .callerHungUp && call.byes == 2)
    }
}
