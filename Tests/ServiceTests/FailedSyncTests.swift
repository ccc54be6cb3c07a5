import Basis
import Service
import Simulation
import Testing
import Web

@Suite("A sync that fails")
struct FailedSyncTests {
    private func fixture(keepsUnsynced: Bool) throws -> Fixture {
        let fixture = try Fixture()
        fixture.store.keepsUnsynced = keepsUnsynced
        fixture.store.syncsFail = true
        return fixture
    }

    private func isReady(_ fixture: Fixture) -> Bool { fixture.client.ask(.get, "/readyz").status == 200 }

    @Test("nobody is told 202 of what may not be there; what is there after all is ended, told of, and not dialled")
    func found() throws {
        let fixture = try fixture(keepsUnsynced: true)
        let answer = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"))
        #expect(answer.status == 503 && answer.body["reason"].string == "storeUnavailable")
        #expect(!isReady(fixture))
        fixture.store.syncsFail = false
        fixture.pass(.seconds(3))
        #expect(isReady(fixture))
        let dialOuts = fixture.store.dialOuts.values.map { ($0.outcome, $0.organizer) }
        #expect(dialOuts.count == 1 && dialOuts[0] == (.indeterminate, "alice@contoso.example"))
        let id = fixture.store.dialOuts.keys.first!
        #expect(fixture.record("\(id)")["outcome"].string == "indeterminate")
        #expect(fixture.store.events.map(\.row.sequence) == [1, 2])
        #expect(fixture.trunks[0].calls.isEmpty)
    }

    @Test("what is not there was refused, and a repetition of the request makes one dial-out")
    func absent() throws {
        let fixture = try fixture(keepsUnsynced: false)
        let key = [("Idempotency-Key", "k")]
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"), headers: key).status == 503)
        fixture.store.syncsFail = false
        fixture.pass(.seconds(3))
        #expect(isReady(fixture) && fixture.store.dialOuts.isEmpty && fixture.store.events.isEmpty)
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"), headers: key).status == 202)
        fixture.pass(.seconds(1))
        #expect(fixture.trunks[0].calls.count == 1)
    }

    @Test("what happened meanwhile is written once, whether the group was there or not", arguments: [true, false])
    func goesOn(keepsUnsynced: Bool) throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(4))
        fixture.store.keepsUnsynced = keepsUnsynced
        fixture.store.syncsFail = true
        fixture.pass(.seconds(30))
        fixture.store.syncsFail = false
        fixture.pass(.seconds(3))
        #expect(fixture.record(id)["outcome"].string == "completed")
        #expect(fixture.store.events.map(\.row.sequence) == Array(1...fixture.store.events.count))
    }
}
