import Basis
import Simulation
import Testing
import Web

@testable import Service

/// More is asked for beside the loop, of the store or of the orders' queue than has room: it is refused with a time, and nothing of it is done.
@Suite("What has no room is refused for now")
struct BusyTests {
    @Test("scripts, documents, lists and long bodies, while nothing more is taken beside the loop; small ones and exports go on")
    func aside() throws {
        let fixture = try Fixture(), document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        _ = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        let whole = String(decoding: JSON.encode(document), as: UTF8.self), long = String(repeating: " ", count: Service.readOnLoop)
        fixture.world.refusesAsides = true
        let scripts = "too many scripts wait to be run", bodies = "too many long bodies, documents and lists wait"
        for (method, path, body, detail) in [
            (.post, "/v1/tenants/contoso/commands", "Get-CsOnlinePstnUsage", scripts),
            (.post, "/v1/tenants/contoso/rehearsals", "Get-CsOnlinePstnUsage", scripts),
            (.put, "/v1/tenants/contoso/document", whole, bodies), (.get, "/v1/operators/acme/numbers", "", bodies),
            (.get, "/v1/tenants/contoso/numbers", "", bodies),
            (.get, "/v1/tenants/contoso/users", "", bodies), (.get, "/v1/tenants", "", bodies),
            (.post, "/v1/tenants/contoso/route-tests", #"{"organizer":"a"\#(long)}"#, bodies),
        ] as [(Web.Method, String, String, String)] {
            let answer = fixture.client.ask(method, path, body)
            #expect(answer.status == 503 && answer.body["reason"] == "busy", "\(path): \(answer.body)")
            #expect(answer.header("Retry-After") == "2" && answer.body["detail"].string == detail, "\(path): \(answer.body)")
        }
        #expect(fixture.client.ask(.get, "/v1/dial-outs", headers: [("Accept", "text/csv")]).isWhole)
        #expect(fixture.client.ask(.put, "/v1/tenants/contoso/users/new@contoso.example", #"{"displayName":"New"}"#).status == 201)
        #expect(
            fixture.client.ask(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#).status == 202
        )
        fixture.world.refusesAsides = false
        #expect(fixture.client.ask(.post, "/v1/tenants/contoso/commands", "Get-CsOnlinePstnUsage").status == 200)
    }

    @Test("scripts of one tenant run one after the other, and keep another's waiting for no more than one; past the limit they are refused")
    func scripts() throws {
        let fixture = try Fixture()
        var ended: [String] = []
        func send(_ kind: String, _ tenant: String, _ count: Int) {
            for _ in 0..<count {
                fixture.client.send(.post, "/v1/tenants/\(tenant)/\(kind)", "Get-CsOnlinePstnUsage") {
                    ended.append("\(tenant) \($0.status)")
                }
            }
        }
        send("commands", "contoso", 2)
        send("rehearsals", "contoso", 1)
        send("commands", "fabrikam", 1)
        fixture.pass(.seconds(1))
        #expect(ended == ["contoso 200", "fabrikam 200", "contoso 200", "contoso 200"])
        ended = []
        send("commands", "contoso", Service.scriptsWaiting)
        send("rehearsals", "contoso", 3)
        send("commands", "fabrikam", 1)
        fixture.pass(.seconds(1))
        #expect(ended.prefix(4) == ["contoso 503", "contoso 503", "contoso 200", "fabrikam 200"])
        #expect(ended.count { $0 == "contoso 200" } == Service.scriptsWaiting + 1)
        #expect(fixture.client.ask(.post, "/v1/tenants/contoso/commands", "Get-CsOnlinePstnUsage").status == 200)
    }

    @Test("dial-outs, while as many entries wait for the store as may")
    func entries() throws {
        let fixture = try Fixture()
        fixture.store.isFull = true
        var sample = SampleDialOut(1, operator: nil)
        let first = sample.accept()[0], warning = sample.note(.queued(position: 1))
        fixture.service.assumeIsolated { $0.ledger.note([first] + Array(repeating: warning, count: Ledger.pendingLimit - 2)) }
        func failure() -> String? {
            fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999")).body["detail"].string
        }
        #expect(fixture.service.assumeIsolated { $0.ledger.pending } == Ledger.pendingLimit - 1)
        #expect(failure()?.contains("behind") != true)
        fixture.service.assumeIsolated { $0.ledger.note([warning]) }
        fixture.store.isFull = false
        #expect(failure()?.contains("the store") == true)
        #expect(fixture.trunks[0].calls.isEmpty)
    }
}
