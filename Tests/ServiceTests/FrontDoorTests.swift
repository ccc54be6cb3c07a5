import Basis
import Service
import Simulation
import Testing
import Web

@Suite("The front door")
struct FrontDoorTests {
    struct BadRequest: Sendable, CustomTestStringConvertible {
        let what: String
        var method = Method.post
        var path = "/v1/meetings/m/dial-outs"
        let body: String
        let status: Int
        let reason: String
        var field: String?
        var testDescription: String { what }
    }

    private static func order(_ changes: String) -> String {
        #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550123"\#(changes)}"#
    }

    static let badRequests: [BadRequest] = [
        .init(what: "not JSON", body: "dial!", status: 400, reason: "malformedRequest"),
        .init(what: "an empty body", body: "", status: 400, reason: "malformedRequest"),
        .init(what: "JSON that is no object", body: "[1]", status: 400, reason: "malformedRequest"),
        .init(what: "no kind", body: #"{"organizer":"a@b.example","number":"+1"}"#, status: 400, reason: "malformedRequest", field: "kind"),
        .init(
            what: "an unknown kind", body: #"{"kind":"fax","organizer":"a@b.example","number":"+1"}"#, status: 400,
            reason: "malformedRequest", field: "kind"),
        .init(
            what: "no organizer", body: #"{"kind":"callMeAt","number":"+1"}"#, status: 400, reason: "malformedRequest", field: "organizer"),
        .init(
            what: "no number", body: #"{"kind":"callMeAt","organizer":"a@b.example"}"#, status: 400, reason: "malformedRequest",
            field: "number"),
        .init(
            what: "a number of the wrong type", body: #"{"kind":"callMeAt","organizer":"a@b.example","number":14255550123}"#, status: 400,
            reason: "malformedRequest", field: "number"),
        .init(
            what: "a ring time-out that is too short", body: order(#","ringTimeoutSeconds":1"#), status: 400, reason: "malformedRequest",
            field: "ringTimeoutSeconds"),
        .init(
            what: "a duration that is too long", body: order(#","maxDurationSeconds":90000"#), status: 400, reason: "malformedRequest",
            field: "maxDurationSeconds"),
        .init(
            what: "a display name with a line break", body: order(#","displayName":"Bob\r\nX: y""#), status: 400,
            reason: "malformedRequest",
            field: "displayName"),
        .init(what: "an offer that is no SDP", body: order(#","sdp":"hello""#), status: 400, reason: "malformedRequest", field: "sdp"),
        .init(what: "an offer without media", body: order(#","sdp":"v=0""#), status: 400, reason: "malformedRequest", field: "sdp"),
        .init(
            what: "an offer whose audio is switched off", body: order(#","sdp":"v=0\r\nm=audio 0 RTP/AVP 8\r\n""#), status: 400,
            reason: "malformedRequest", field: "sdp"),
        .init(
            what: "an offer of pictures alone", body: order(#","sdp":"v=0\r\nm=video 4000 RTP/AVP 99\r\n""#), status: 400,
            reason: "malformedRequest", field: "sdp"),
        .init(
            what: "an offer with a line that is none", body: order(#","sdp":"v=0\r\nm=audio 4000 RTP/AVP 8\r\nhello\r\n""#), status: 400,
            reason: "malformedRequest", field: "sdp"),
        .init(
            what: "a webhook that is no URL", body: order(#","webhook":"gopher://x""#), status: 400, reason: "malformedRequest",
            field: "webhook"),
        .init(
            what: "a number with letters", body: #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+1 425 CALL ME"}"#,
            status: 422, reason: "invalidNumber"),
        .init(
            what: "an unknown organizer", body: #"{"kind":"callMeAt","organizer":"who@nowhere.example","number":"+14255550123"}"#,
            status: 404,
            reason: "unknownOrganizer"),
        .init(what: "a path that is not there", path: "/v1/nothing", body: "", status: 404, reason: "notFound"),
        .init(what: "a method that is nowhere", method: .other, path: "/v1/events", body: "", status: 405, reason: "methodNotAllowed"),
        .init(what: "a method that is not there", method: .delete, path: "/v1/events", body: "", status: 405, reason: "methodNotAllowed"),
        .init(what: "an id that is none", method: .get, path: "/v1/dial-outs/7", body: "", status: 404, reason: "notFound"),
        .init(
            what: "a state that is none", method: .get, path: "/v1/dial-outs?state=odd", body: "", status: 400, reason: "malformedRequest",
            field: "state"),
        .init(
            what: "a page of nothing", method: .get, path: "/v1/dial-outs?limit=0", body: "", status: 400, reason: "malformedRequest",
            field: "limit"),
        .init(what: "an unknown tenant", path: "/v1/tenants/nobody/route-tests", body: "{}", status: 404, reason: "notFound"),
        .init(
            what: "a route test of nobody", path: "/v1/tenants/contoso/route-tests",
            body: #"{"organizer":"alice@contoso.example","number":"+1","requestedBy":""}"#, status: 400, reason: "malformedRequest",
            field: "requestedBy"),
        .init(
            what: "a route test of a number of two lines", path: "/v1/tenants/contoso/route-tests",
            body: #"{"organizer":"alice@contoso.example","number":"+1\n2"}"#, status: 400, reason: "malformedRequest", field: "number"),
        .init(
            what: "a rehearsal of a long name",
            path: "/v1/tenants/contoso/rehearsals?number=%2B1&organizer=\(String(repeating: "a", count: 257))", body: "Get-CsOnlineUser",
            status: 400, reason: "malformedRequest", field: "organizer"),
        .init(
            what: "a country that is none", method: .put, path: "/v1/tenants/x", body: #"{"displayName":"X","country":"Utopia"}"#,
            status: 400,
            reason: "malformedRequest", field: "country"),
        .init(
            what: "a tenant id with a slash's worth of mischief", method: .put, path: "/v1/tenants/a%20b",
            body: #"{"displayName":"X","country":"US"}"#, status: 400, reason: "malformedRequest", field: "tenant"),
        .init(
            what: "a licence that is none", method: .put, path: "/v1/tenants/contoso/users/x@contoso.example",
            body: #"{"licences":["Gold"]}"#,
            status: 400, reason: "malformedRequest", field: "licences[0]"),
        .init(
            what: "a trunk without a host", method: .put, path: "/v1/operators/x",
            body: #"{"name":"X","trunks":[{"name":"t","uri":"tel:+1"}]}"#,
            status: 400, reason: "malformedRequest", field: "trunks[0].uri"),
        .init(
            what: "a redirect host that is none", method: .put, path: "/v1/operators/x",
            body: #"{"name":"X","trunks":[{"name":"t","uri":"sip:10.0.0.1","redirectHosts":["a","b c"]}]}"#, status: 400,
            reason: "malformedRequest", field: "trunks[0].redirectHosts[1]"),
        .init(
            what: "a transport that is not served", method: .put, path: "/v1/operators/x",
            body: #"{"name":"X","trunks":[{"name":"t","uri":"sip:10.0.0.1;transport=ws"}]}"#, status: 400, reason: "malformedRequest",
            field: "trunks[0].uri"),
        .init(
            what: "an operator without the notice accepted", path: "/v1/tenants/contoso/operators/other", body: #"{"countries":["US"]}"#,
            status: 400, reason: "malformedRequest", field: "acceptDataTransfer"),
        .init(
            what: "an order without numbers", path: "/v1/operators/acme/number-orders", body: #"{"tenant":"contoso"}"#, status: 400,
            reason: "malformedRequest", field: "numbers"),
        .init(
            what: "numbers of an operator that is not the tenant's", path: "/v1/operators/other/number-orders",
            body: #"{"tenant":"contoso","numbers":["+14255550177"]}"#, status: 409, reason: "conflict"),
        .init(
            what: "a token of no role", path: "/v1/tokens", body: #"{"role":"king"}"#, status: 400, reason: "malformedRequest",
            field: "role"),
        .init(
            what: "a token for no tenant", path: "/v1/tokens", body: #"{"role":"meeting"}"#, status: 400, reason: "malformedRequest",
            field: "tenant"),
    ]

    @Test("bad input is refused with a problem that names field and rule, and nothing is kept")
    func badInput() throws {
        let fixture = try Fixture()
        let before = fixture.store.events.count
        for row in Self.badRequests {
            let answer = fixture.client.ask(row.method, row.path, row.body)
            #expect(answer.status == row.status, "\(row.what): \(answer.body)")
            #expect(answer.body["status"].integer == Int64(row.status), "\(row.what)")
            #expect(answer.body["reason"].string == row.reason, "\(row.what): \(answer.body)")
            #expect(answer.header("Content-Type") == "application/problem+json", "\(row.what)")
            if let field = row.field { #expect(answer.body["field"].string == field, "\(row.what): \(answer.body)") }
        }
        let kept = fixture.store.events.count - before
        #expect(kept == 1, "only the refusal by the rules is kept")
        #expect(fixture.trunks.allSatisfy { $0.calls.isEmpty })
    }

    @Test("without a token in force nothing but health and the page's files answers")
    func withoutToken() throws {
        let fixture = try Fixture()
        for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/openapi.json", 200), ("/", 200), ("/app.js", 200)] {
            #expect(fixture.client.with(token: "").ask(.get, path).status == status, "\(path)")
        }
        for path in ["/metrics", "/v1/dial-outs", "/v1/events", "/v1/tenants", "/v1/operators/acme/calls"] {
            #expect(fixture.client.with(token: "").ask(.get, path).status == 401, "\(path)")
            #expect(fixture.client.with(token: "dialout_wrong").ask(.get, path).status == 401, "\(path)")
        }
    }

    @Test("each role may do its own, in its own tenant or operator, and nothing else")
    func roles() throws {
        let fixture = try Fixture()
        let meeting = fixture.token("meeting", tenant: "contoso"), admin = fixture.token("admin", tenant: "contoso")
        let acme = fixture.token("operator", operator: "acme"), stranger = fixture.token("meeting", tenant: "fabrikam")
        let id = fixture.dial("+14255550999")
        let order = Fixture.order("+14255550999")
        let cases: [(SimClient, Method, String, String, Int)] = [
            (meeting, .get, "/v1/dial-outs/\(id)", "", 200), (meeting, .post, "/v1/meetings/m/dial-outs", order, 202),
            (meeting, .post, "/v1/tenants/contoso/commands", "Get-CsOnlinePstnUsage", 403),
            (meeting, .get, "/v1/operators/acme/calls", "", 403),
            (admin, .post, "/v1/tenants/contoso/commands", "Get-CsOnlinePstnUsage", 200), (admin, .get, "/v1/tenants/fabrikam", "", 403),
            (admin, .put, "/v1/operators/acme", Fixture.operatorBody, 403), (admin, .get, "/v1/tenants", "", 403),
            (acme, .get, "/v1/operators/acme/calls", "", 200), (acme, .get, "/v1/operators/other/calls", "", 403),
            (acme, .get, "/v1/dial-outs", "", 403), (acme, .get, "/v1/events", "", 403),
            (stranger, .get, "/v1/dial-outs/\(id)", "", 404), (stranger, .delete, "/v1/dial-outs/\(id)", "", 404),
            (stranger, .post, "/v1/meetings/m/dial-outs", order, 403), (stranger, .post, "/v1/meetings/mine/dial-outs", order, 404),
            (admin, .post, "/v1/tokens", #"{"role":"platform"}"#, 403),
            (admin, .post, "/v1/tokens", #"{"role":"meeting","tenant":"contoso"}"#, 201),
        ]
        for (client, method, path, body, status) in cases {
            let answer = client.ask(method, path, body)
            #expect(answer.status == status, "\(method) \(path): \(answer.body)")
        }
    }

    @Test("a token that is taken away or has expired opens nothing")
    func tokensEnd() throws {
        let fixture = try Fixture()
        let made = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso"}"#)
        let admin = fixture.client.with(token: made["token"].string!)
        #expect(admin.ask(.get, "/v1/tenants/contoso").status == 200)
        let listed = fixture.client.ask(.get, "/v1/tokens").body["tokens"].array
        #expect(listed.map { $0["id"] } == [made["id"]] && listed[0]["token"] == .null, "the secret is shown once: \(listed)")
        fixture.client.must(.delete, "/v1/tokens/\(made["id"].string!)")
        #expect(admin.ask(.get, "/v1/tenants/contoso").status == 401)
        let soon = fixture.world.wallTime.milliseconds + 2_000
        let brief = fixture.client.must(
            .post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","expiresAt":"\#(WallTime(milliseconds: soon).rfc3339)"}"#)
        let visitor = fixture.client.with(token: brief["token"].string!)
        #expect(visitor.ask(.get, "/v1/tenants/contoso").status == 200)
        fixture.pass(.seconds(3))
        #expect(visitor.ask(.get, "/v1/tenants/contoso").status == 401)
    }

    @Test("a query names a tenant by 1 to 64 signs", arguments: [(0, false), (1, true), (64, true), (65, false)])
    func ownerNames(length: Int, isTaken: Bool) throws {
        let fixture = try Fixture(), name = String(repeating: "a", count: length)
        let answer = fixture.client.ask(.get, "/v1/dial-outs?tenant=\(name)")
        #expect((answer.status == 200) == isTaken && (answer.body["field"].string == "tenant") != isTaken, "\(answer)")
    }

    @Test("a tenant's administrator sees what an operator offers, and not how it is reached")
    func operatorsShown() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso"), acme = fixture.token("operator", operator: "acme")
        #expect(admin.ask(.get, "/v1/operators/acme").body["trunks"].array.isEmpty)
        #expect(admin.ask(.get, "/v1/operators").body["operators"].array.allSatisfy { $0["trunks"].array.isEmpty })
        #expect(admin.ask(.get, "/v1/operators/acme").body["name"].string == "Acme")
        for client in [acme, fixture.client] { #expect(client.ask(.get, "/v1/operators/acme").body["trunks"].array.count == 2) }
    }

    @Test("a relation to an operator changes only from the state that If-Match names")
    func relationPrecondition() throws {
        let fixture = try Fixture()
        let path = "/v1/tenants/contoso/operators/acme"
        let tag = try #require(fixture.client.ask(.patch, path, #"{"companySize":"12"}"#).header("ETag"))
        #expect(fixture.client.ask(.patch, path, #"{"status":"suspended"}"#, headers: [("If-Match", tag)]).status == 200)
        #expect(fixture.client.ask(.patch, path, #"{"countries":["US"]}"#, headers: [("If-Match", tag)]).status == 412)
    }

    @Test("If-Match guards a document against a change that was made on another state of it")
    func preconditions() throws {
        let fixture = try Fixture()
        let path = "/v1/tenants/contoso/users/alice@contoso.example"
        let tag = try #require(fixture.client.ask(.get, path).header("ETag"))
        #expect(fixture.client.ask(.put, path, #"{"displayName":"Al"}"#, headers: [("If-Match", tag)]).status == 200)
        let late = fixture.client.ask(.put, path, #"{"displayName":"Alice"}"#, headers: [("If-Match", tag)])
        #expect(late.status == 412)
        #expect(fixture.client.ask(.get, path).body["displayName"].string == "Al")
        #expect(fixture.client.ask(.get, path).body["licences"].array == [.string("OperatorConnectConferencing")])
    }
}
