import Basis
import FarEnd
import Service
import Simulation
import Testing
import Web

/// Lists and figures: whose rows are in them, however many there are.
@Suite("Rows of lists")
struct ListedTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("orders are listed by their tenant") func orders() {
        let path = "/v1/operators/acme/number-orders"
        fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody.replacing(#"["US"]"#, with: #"["US","GB"]"#))
        fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
        func order(_ tenant: String, _ number: String) -> String? {
            fixture.client.must(.post, path, #"{"tenant":"\#(tenant)","numbers":["\#(number)"]}"#)["id"].string
        }
        let theirs = order("fabrikam", "+14255550177"), ours = order("contoso", "+14255550178")
        func listed(_ query: String) -> [String?] { fixture.client.must(.get, path + query)["orders"].array.map { $0["id"].string } }
        #expect(listed("?tenant=fabrikam") == [theirs] && listed("?tenant=contoso").first == ours)
        #expect(!listed("?tenant=contoso").contains(theirs) && listed("?tenant=nobody").isEmpty)
    }

    @Test("the plus of a time may have come as a blank") func times() {
        fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        for query in ["from=2001-01-01T00:00:00+02:00", "from=2001-01-01T00:00:00%2B02:00", "to=2099-01-01T00:00:00+02:00"] {
            #expect(fixture.client.must(.get, "/v1/dial-outs?\(query)")["dialOuts"].array.count == 1, "\(query)")
        }
    }

    @Test("a summary reads more dial-outs than one page has") func summary() {
        for place in 0..<251 { _ = fixture.client.ask(.post, "/v1/meetings/m\(place)/dial-outs", Fixture.order("911")) }
        let rows = fixture.client.must(.get, "/v1/dial-outs/summary?by=outcome")
        #expect(rows["rows"].array.map { $0["count"].integer } == [251] && rows["truncated"] == .bool(false))
    }

    @Test("after a restart the first dial-outs of the last hour count as the latest do") func restarted() throws {
        fixture.client.must(.put, "/v1/limits", #"{"sameNumberPerHour":{"block":2}}"#)
        for _ in 0..<2 { fixture.dial("+14255550486") }
        for number in 0..<120 { fixture.dial("+1425\(5_560_486 + number * 10_000)") }
        fixture.pass(.seconds(30))
        let (_, client) = try fixture.restart()
        fixture.pass(.seconds(5))
        let refused = client.ask(.post, "/v1/meetings/again/dial-outs", Fixture.order("+14255550486"))
        #expect(refused.status == 429 && refused.body["reason"].string == "tooManyRequests", "\(refused)")
    }

    @Test("a call that was not answered and is reported with no seconds is no mismatch") func unanswered() {
        let busy = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        let answer = fixture.client.ask(
            .post, "/v1/operators/acme/durations", #"{"durations":[{"dialOut":"\#(busy)","seconds":0}]}"#
        ).body
        #expect(answer["matched"] == .integer(1) && answer["mismatches"] == .array([]))
    }

    @Test("a ticket has up to 64 bytes", arguments: [(0, 400), (1, 202), (64, 202), (65, 400)])
    func ticket(count: Int, status: Int) {
        let body = #"{"tenant":"contoso","numbers":["+14255550177"],"ticket":"\#(String(repeating: "t", count: count))"}"#
        let answer = fixture.client.ask(.post, "/v1/operators/acme/number-orders", body)
        #expect(answer.status == status && answer.body["field"].string == (status == 400 ? "ticket" : nil))
    }

    @Test("a weight that is taken away is 1") func weight() {
        let path = "/v1/operators/acme/trunks/t1"
        func weight() -> Int64? { fixture.client.must(.get, "/v1/operators/acme")["trunks"].array[0]["weight"].integer }
        fixture.client.must(.patch, path, #"{"weight":5}"#)
        #expect(weight() == 5)
        fixture.client.must(.patch, path, #"{"weight":null}"#)
        #expect(weight() == 1)
    }

    @Test("an agreement that is taken up again is as it was before the operator's first refusal", arguments: [true, false])
    func agreement(wasSuspended: Bool) {
        let own = "/v1/tenants/contoso/operators/acme"
        if wasSuspended { fixture.client.must(.patch, own, #"{"status":"suspended"}"#) }
        for word in ["declined", "terminated", "accepted"] {
            fixture.client.must(.patch, "/v1/operators/acme/consents/contoso", #"{"status":"\#(word)","reason":"bills"}"#)
        }
        #expect(fixture.client.must(.get, own)["status"].string == (wasSuspended ? "suspended" : "active"))
    }

    @Test("what a tenant suspends while its operator has declined stays suspended when that accepts again")
    func suspendedMeanwhile() {
        let own = "/v1/tenants/contoso/operators/acme", admin = fixture.token("admin", tenant: "contoso")
        fixture.client.must(.patch, "/v1/operators/acme/consents/contoso", #"{"status":"declined","reason":"bills"}"#)
        #expect(admin.ask(.patch, own, #"{"status":"active"}"#).status == 409)
        admin.must(.patch, own, #"{"status":"suspended"}"#)
        fixture.client.must(.patch, "/v1/operators/acme/consents/contoso", #"{"status":"accepted"}"#)
        #expect(fixture.client.must(.get, own)["status"].string == "suspended")
        admin.must(.patch, own, #"{"status":"active"}"#)
        #expect(fixture.client.must(.get, own)["status"].string == "active")
    }

    @Test("records of an earlier tenant or operator of the name are not found by their time either") func earlierOnes() {
        fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        for path in ["/v1/tenants/contoso", "/v1/operators/acme"] { fixture.client.must(.delete, path) }
        fixture.pass(.seconds(1))
        fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody)
        fixture.client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Another","country":"US"}"#)
        let admin = fixture.token("admin", tenant: "contoso"), acme = fixture.token("operator", operator: "acme")
        #expect(admin.must(.get, "/v1/dial-outs?from=2001-01-01T00:00:00Z")["dialOuts"] == .array([]))
        #expect(acme.must(.get, "/v1/operators/acme/calls?from=2001-01-01T00:00:00Z")["calls"] == .array([]))
    }

    @Test("what an earlier attempt lasted is not what the call talked") func earlierAttempt() {
        let first = fixture.addAddress("10.1.0.9:5060") { _ in Behaviour.magic("+14255550503") }
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        let attempts = fixture.record(id)["attempts"].array, callID = attempts[0]["callId"].string ?? ""
        #expect(attempts.count == 2 && first.isQuiet && fixture.record(id)["outcome"].string == "completed")
        let answer = fixture.client.ask(
            .post, "/v1/operators/acme/durations", #"{"durations":[{"callId":"\#(callID)","seconds":0}]}"#
        ).body
        #expect(answer["matched"] == .integer(1) && answer["mismatches"] == .array([]), "\(answer)")
    }

    @Test("an operator's stream does not show of which trace a call is part") func trace() {
        let trace = "0af7651916cd43dd8448eb211c80319c", readers = [EventReader(), EventReader()]
        for (path, reader) in zip(["/v1/operators/acme/events", "/v1/events"], readers) {
            #expect(fixture.client.watch(path, into: reader).status == 200)
        }
        let headers = AdministrationTests.json + [("traceparent", "00-\(trace)-b7ad6b7169203331-01")]
        fixture.client.must(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550486"), headers: headers)
        fixture.pass(.seconds(5))
        #expect(readers[0].text.contains("ended") && !readers[0].text.contains(trace) && readers[1].text.contains(trace))
    }

    @Test("a refusal is counted with the outcomes") func refusedCount() {
        _ = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("911"))
        #expect(fixture.client.ask(.get, "/metrics").text.contains("outcome=\"refused\"} 1\n"))
    }

    @Test("a stream goes on behind the header's event, whatever the address says") func resumed() {
        fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        let reader = EventReader()
        let opened = fixture.client.watch("/v1/events?lastEventId=999999", into: reader, headers: [("Last-Event-ID", "0")])
        fixture.pass(.seconds(1))
        #expect(opened.status == 200 && reader.text.contains("\"type\":\"accepted\"") && !reader.text.contains("event: reset"))
    }

    @Test("a trunk whose name leads nowhere is tried last after five calls") func nowhere() {
        let path = "/v1/operators/acme"
        fixture.client.must(.put, path, Fixture.operatorBody.replacing("sip:10.1.0.1:5060", with: "sip:nowhere.example"))
        func circuit() -> JSONValue { fixture.client.must(.get, path + "/trunks/t1")["circuit"] }
        for call in 1...5 {
            #expect(circuit()["state"] == .string("closed"), "\(call)")
            fixture.dial("+14255550486")
            fixture.pass(.seconds(2))
        }
        #expect(circuit()["state"] == .string("open") && circuit()["reason"] == .string("transport"))
    }
}
