import Basis
import Dialing
import SIP
import Service
import Simulation
import Testing
import Web

/// What calls cost, whose price lists these are, and what else a bill asks of a record (domain reference §10.3).
@Suite("Charges")
struct ChargeTests {
    private let fixture: Fixture
    private let acme: SimClient

    init() throws {
        fixture = try Fixture()
        acme = fixture.token("operator", operator: "acme")
    }

    private static let path = "/v1/operators/acme/price-list"

    private func list(_ perMinute: String, _ more: String = "", prefix: String = "+1425") -> String {
        """
        {"currency":"USD"\(more),"prices":[{"prefix":"+1","perMinute":"9"},{"prefix":"\(prefix)","destination":"Seattle",\
        "perMinute":"\(perMinute)","connectionCharge":"0.05","minimumSeconds":60,"incrementSeconds":6}]}
        """
    }

    /// A call that talked for some five seconds.
    private func talk() -> String {
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        return id
    }

    @Test("an answered call has the charge of the longest prefix, in the record, the tables and the summary; no other call has one")
    func charged() {
        acme.must(.put, Self.path, list("0.06"))
        let id = talk(), busy = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        let record = fixture.record(id)
        #expect(
            record["charge"] == .string("0.11") && record["connectionCharge"] == .string("0.05") && record["currency"] == .string("USD"))
        #expect(record["chargedSeconds"] == .integer(60) && record["destinationName"] == .string("Seattle"))
        #expect(record["destinationContext"] == .string("domestic"))
        for name in ["charge", "connectionCharge", "currency", "chargedSeconds", "destinationName"] {
            #expect(fixture.record(busy)[name] == .null, "\(name)")
        }
        let own = acme.must(.get, "/v1/operators/acme/calls?number=%2B14255550200")["calls"].array[0]
        #expect(own["charge"] == .string("0.11") && own["destinationContext"] == .null && own["traceId"] == .null)
        for path in ["/v1/dial-outs", "/v1/operators/acme/calls"] {
            let table = fixture.client.ask(.get, path, headers: [("Accept", "text/csv")]).text.split(separator: "\r\n")
            #expect(table.count == 3 && table.contains { $0.contains(",Seattle,60,0.11,0.05,USD,") }, "\(path)")
        }
        let rows = fixture.client.must(.get, "/v1/dial-outs/summary?by=outcome")["rows"].array
        #expect(rows.map { $0["key"].string } == ["busy", "completed"] && rows[0]["charges"].array.isEmpty)
        #expect(rows[1]["charges"] == .array([.object(["currency": .string("USD"), "amount": .string("0.11")])]))
        let table = fixture.client.ask(.get, "/v1/dial-outs/summary?by=outcome", headers: [("Accept", "text/csv")]).text
        #expect(table.hasSuffix(",0.11 USD\r\n") && table.contains("pddP95,charges\r\n"))
    }

    @Test("the charge follows the seconds that the operator reports back, and none are no call")
    func reported() {
        acme.must(.put, Self.path, list("0.06"))
        let id = talk()
        for (seconds, counted, charge) in [(61, 66, "0.116"), (0, 0, "0"), (3600, 3600, "3.65")] {
            acme.must(.post, "/v1/operators/acme/durations", #"{"durations":[{"dialOut":"\#(id)","seconds":\#(seconds)}]}"#)
            let record = fixture.record(id)
            #expect(record["charge"] == .string(charge) && record["chargedSeconds"] == .integer(Int64(counted)))
            #expect(record["connectionCharge"] == .string(seconds == 0 ? "0" : "0.05"))
        }
    }

    @Test("with its operator a price list goes, and another operator of that name has none, before a restart as after it")
    func operatorGone() throws {
        let path = Self.path.replacing("acme", with: "other"), client = fixture.client
        fixture.token("operator", operator: "other").must(.put, path, list("0.06"))
        #expect(client.must(.get, path)["inForce"] != .null)
        client.must(.delete, "/v1/operators/other")
        client.must(.put, "/v1/operators/other", #"{"name":"Other","trunks":[{"name":"o1","uri":"sip:10.2.0.1:5060"}]}"#)
        #expect(client.must(.get, path)["inForce"] == .null)
        let (service, later) = try fixture.restart()
        #expect(later.must(.get, path)["inForce"] == .null)
        withExtendedLifetime(service) {}
    }

    @Test("a list is in force from its time on, and a call keeps the price of its answer, also after a start and without any list")
    func validity() throws {
        acme.must(.put, Self.path, list("0.06"))
        let before = talk()
        let soon = WallTime(milliseconds: fixture.world.wallTime.milliseconds + 60_000).rfc3339
        let answer = acme.must(.put, Self.path, list("0.6", #","validFrom":"\#(soon)""#))
        #expect(answer["inForce"]["prices"].array[1]["perMinute"] == .string("0.06") && answer["next"]["validFrom"].string == soon)
        let between = talk()
        fixture.pass(.seconds(60))
        let after = talk()
        #expect(acme.must(.get, Self.path)["inForce"]["validFrom"].string == soon && acme.must(.get, Self.path)["next"] == .null)
        acme.must(.delete, Self.path)
        let free = talk()
        let charges = [before, between, after, free].map { fixture.record($0)["charge"] }
        #expect(charges == [.string("0.11"), .string("0.11"), .string("0.65"), .null])
        acme.must(.put, Self.path, list("0.06"))
        let (service, client) = try fixture.restart()
        #expect([before, between, after, free].map { client.must(.get, "/v1/dial-outs/\($0)")["charge"] } == charges)
        #expect(client.must(.get, Self.path)["inForce"]["currency"] == .string("USD"))
        client.must(
            .put, "/v1/tenants/contoso/users/carol@contoso.example",
            #"{"displayName":"C","licences":["OperatorConnectConferencing"],"usageLocation":"GB"}"#)
        let id = client.must(.post, "/v1/meetings/late/dial-outs", Fixture.order("+14255550200", organizer: "carol@contoso.example"))["id"]
            .string!
        fixture.pass(.seconds(20))
        let record = client.must(.get, "/v1/dial-outs/\(id)")
        #expect(record["charge"] == .string("0.11") && record["destinationContext"] == .string("international"))
        withExtendedLifetime(service) {}
    }

    @Test("a list that is in force stays so when the clock is set back to before it began", arguments: [false, true])
    func clockSetBack(begunByTime: Bool) throws {
        let now = fixture.world.wallTime.milliseconds, soon = WallTime(milliseconds: now + 1_000).rfc3339
        acme.must(.put, Self.path, list("0.06", begunByTime ? #","validFrom":"\#(soon)""# : ""))
        fixture.pass(.seconds(2))
        if begunByTime {
            let later = WallTime(milliseconds: now + 86_400_000).rfc3339
            acme.must(.put, Self.path, list("0.6", #","validFrom":"\#(later)""#))
        }
        fixture.world.wallOffset -= 3_600_000
        let record = fixture.record(talk())
        #expect(record["charge"] == .string("0.11") && record["currency"] == .string("USD"))
        #expect(acme.must(.get, Self.path)["inForce"]["prices"].array[1]["perMinute"] == .string("0.06"))
    }

    @Test("what is no list is refused by its place and its rule, and nothing changes")
    func refused() {
        let past = WallTime(milliseconds: fixture.world.wallTime.milliseconds - 1).rfc3339
        for (body, field, detail) in [
            (list("0.06", #","validFrom":"\#(past)""#), "validFrom", "is not in the past"),
            (list("0.06", prefix: "+1"), "prices[1].prefix", "+1 stands twice"),
            (list("-1"), "prices[1].perMinute", "an amount is a text of digits"),
            (#"{"currency":"USD","prices":[{"prefix":"+1","perMinute":0.1}]}"#, "prices[0].perMinute", "is a text, not the number 0.1"),
            (#"{"currency":"USD","prices":[{"prefix":"+1","perMinutes":"1"}]}"#, "prices[0].perMinutes", "did you mean perMinute"),
        ] {
            let answer = acme.ask(.put, Self.path, body)
            #expect(answer.status == 400 && answer.body["field"].string == field, "\(answer.body)")
            #expect(answer.body["detail"].string?.contains(detail) == true, "\(answer.body)")
        }
        #expect(acme.must(.get, Self.path) == .object([:]))
        let tag = acme.ask(.put, Self.path, list("1")).header("ETag") ?? ""
        acme.must(.put, Self.path, list("2"), headers: [("If-Match", tag)])
        #expect(acme.ask(.put, Self.path, list("3"), headers: [("If-Match", tag)]).status == 412)
        #expect(acme.ask(.delete, Self.path, headers: [("If-Match", tag)]).status == 412)
    }

    @Test(
        "the list is the operator's and the platform's alone: no administrator reads, writes or imports it, and its change is on the platform's list"
    )
    func owners() {
        let admin = fixture.token("admin", tenant: "contoso"), other = fixture.token("operator", operator: "other")
        for client in [admin, other, fixture.token("meeting", tenant: "contoso")] {
            #expect(client.ask(.get, Self.path).status == 403 && client.ask(.put, Self.path, list("1")).status == 403)
            #expect(client.ask(.delete, Self.path).status == 403)
        }
        var document = "\(String(decoding: JSON.encode(admin.must(.get, "/v1/tenants/contoso/document")), as: UTF8.self).dropLast())"
        document += #","priceLists":{"acme":\#(list("1"))}}"#
        let imported = admin.ask(.put, "/v1/tenants/contoso/document", document)
        #expect(imported.status == 400 && imported.body["field"].string == "priceLists", "\(imported.body)")
        acme.must(.put, Self.path, list("0.06"))
        acme.must(.put, Self.path, list("0.07"))
        let change = fixture.client.must(.get, "/v1/changes")["changes"].array[0]
        #expect(change["role"] == .string("operator") && change["objects"].array.map { $0["object"].string } == ["price list of acme"])
        let object = change["objects"].array[0]
        #expect(object["before"]["prices"].array.map { $0["perMinute"].string } == ["0.06"] && object["after"]["count"] == .integer(2))
    }

    @Test("an operator that is no more leaves no prices to another of its name")
    func gone() {
        fixture.client.must(.put, "/v1/operators/third", #"{"name":"Third","trunks":[]}"#)
        fixture.client.must(.put, "/v1/operators/third/price-list", list("1"))
        fixture.client.must(.delete, "/v1/operators/third")
        #expect(fixture.client.ask(.get, "/v1/operators/third/price-list").status == 404)
        fixture.client.must(.put, "/v1/operators/third", #"{"name":"Third","trunks":[]}"#)
        #expect(fixture.client.must(.get, "/v1/operators/third/price-list") == .object([:]))
    }

    @Test("a refusal for an operator's number or trunk is in that operator's list, without who meets; others are not")
    func refusals() {
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"status":"suspended"}"#)
        let refused = fixture.client.ask(.post, "/v1/meetings/secret-meeting/dial-outs", Fixture.order("+14255550123")).body
        let emergency = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("911")).body
        #expect(refused["reason"] == .string("routeUnusable") && emergency["reason"] == .string("emergencyNumber"))
        let calls = acme.must(.get, "/v1/operators/acme/calls")["calls"].array
        #expect(calls.map { $0["id"] } == [refused["id"]] && calls[0]["outcome"] == .string("refused"))
        #expect(calls[0]["operator"] == .string("acme") && calls[0]["reason"] == .string("routeUnusable"))
        #expect(!"\(calls)".contains("secret-meeting") && !"\(calls)".contains("alice"))
        #expect(calls[0]["decision"]["routes"].array.map { $0["operator"] } == [.string("acme")])
        #expect(acme.must(.get, "/v1/operators/acme/calls?outcome=refused")["calls"].array.count == 1)
        let other = fixture.token("operator", operator: "other")
        #expect(other.must(.get, "/v1/operators/other/calls")["calls"].array.isEmpty)
    }

    @Test("the trace of a request stands in the record and in each event, for the tenant alone; a malformed one is of no trace")
    func traces() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        func dial(_ header: String, _ meeting: String) -> String {
            fixture.client.must(
                .post, "/v1/meetings/\(meeting)/dial-outs", Fixture.order("+14255550200"), headers: [("traceparent", header)])["id"].string!
        }
        let traced = dial("00-\(trace)-00f067aa0ba902b7-01", "a"), none = dial("00-\(trace)-00f067aa0ba902b7", "b")
        #expect(fixture.record(traced)["traceId"].string == trace)
        fixture.pass(.seconds(20))
        #expect(fixture.record(traced)["traceId"].string == trace && fixture.record(none)["traceId"] == .null)
        let events = fixture.client.must(.get, "/v1/dial-outs/\(traced)/events")["events"].array
        #expect(events.count == 5 && events.allSatisfy { $0["traceId"].string == trace }, "\(events.map { $0["type"] })")
        #expect(!"\(acme.must(.get, "/v1/operators/acme/calls"))".contains(trace))
        #expect(fixture.client.ask(.get, "/v1/dial-outs", headers: [("Accept", "text/csv")]).text.contains(",domestic,\(trace),"))
    }
}
