import Basis
import Service
import Simulation
import Testing
import Web

@Suite("What is not honoured is refused")
struct StrictJSONTests {
    /// A put of the fixture's user; the answer's status, field and detail.
    private func put(_ body: String, _ fixture: Fixture) -> (status: Int, field: String?, detail: String?) {
        let answer = fixture.client.ask(.put, "/v1/tenants/contoso/users/alice@contoso.example", body)
        return (answer.status, answer.body["field"].string, answer.body["detail"].string)
    }

    static let faults: [(String, String)] = [
        ("", "is missing"), (" ", "it ends where a value should stand, at byte 1"), ("{", "a member's name should stand here, at byte 1"),
        (#"{"displayName":"A",}"#, "a member's name should stand here, at byte 19"),
        (#"{"groups":["a",]}"#, "a value should stand here, at byte 15"),
        (#"{"groups":["a" "b"]}"#, "a comma or the array's end should stand here, at byte 15"),
        (#"{"displayName":"A"} x"#, "something follows the value, at byte 20"),
        (#"{"displayName":"A"}{}"#, "something follows the value, at byte 19"),
        (#"{"displayName":"A","displayName":"B"}"#, #"the member "displayName" stands twice, at byte 19"#),
        (#"{"displayName":"A","display\u004eame":"B"}"#, #"the member "displayName" stands twice, at byte 19"#),
        (#"{'displayName':"A"}"#, "a member's name should stand here, at byte 1"),
        ("{displayName:1}", "a member's name should stand here, at byte 1"),
        (#"{"displayName" "A"}"#, #"a colon should stand after the name "displayName", at byte 15"#),
        (#"{"displayName":NaN}"#, "a value should stand here, at byte 15"),
        (#"{"displayName":tru}"#, "a value should stand here, at byte 15"),
        (#"{"displayName":01}"#, "a number has no zero before its digits, at byte 16"),
        (#"{"displayName":1.}"#, "a digit should stand here, at byte 17"),
        (#"{"displayName":+1}"#, "a value should stand here, at byte 15"),
        (#"{"displayName":1e999}"#, "the number is too large, at byte 15"),
        ("{\"displayName\":\"a\nb\"}", "a control character stands in a text; it is written as an escape, at byte 17"),
        (#"{"displayName":"\x"}"#, "there is no such escape, at byte 17"),
        (#"{"displayName":"\ud800"}"#, "half of a surrogate pair stands alone, at byte 22"),
        (#"{"displayName":"\ud800\u0041"}"#, "half of a surrogate pair stands alone, at byte 28"),
        (#"{"displayName":"\udc00\udc00"}"#, "half of a surrogate pair stands alone, at byte 22"),
        (#"{"displayName":"\ud800"#, "half of a surrogate pair stands alone, at byte 22"),
        (#"{"displayName":"\ud800\"#, "half of a surrogate pair stands alone, at byte 22"),
        (#"{"displayName":"\u00g0"}"#, "four hexadecimal digits should stand here, at byte 18"),
        (#"{"displayName":"a"#, "a text does not end, at byte 17"),
        ("\u{FEFF}{}", "a value should stand here, at byte 0"), ("// x\n{}", "a value should stand here, at byte 0"),
        (String(repeating: "[", count: 65), "arrays and objects stand more than 64 deep, at byte 64"),
    ]

    @Test("what is not JSON is refused with its place")
    func notJSON() throws {
        let fixture = try Fixture()
        let before = fixture.client.must(.get, "/v1/tenants/contoso/users/alice@contoso.example")
        for (body, words) in Self.faults {
            let answer = put(body, fixture)
            #expect(answer.status == 400 && answer.field == "body", "\(body): \(answer)")
            #expect(answer.detail == (body.isEmpty ? "body is missing" : "body is not JSON: \(words)"), "\(body): \(answer)")
        }
        #expect(fixture.client.must(.get, "/v1/tenants/contoso/users/alice@contoso.example") == before)
        #expect(put(" \t{ \"displayName\" :\r\n\"A\" , \"groups\" : [ ] } ", fixture).status == 200)
    }

    @Test("text is what was written, with every escape")
    func texts() throws {
        let fixture = try Fixture()
        #expect(put(#"{"displayName":"\u00e9 é \ud83d\ude00 \"\\\/","groups":["a\u0020\/b"]}"#, fixture).status == 200)
        let user = fixture.client.must(.get, "/v1/tenants/contoso/users/alice@contoso.example")
        #expect(user["displayName"].string == "é é 😀 \"\\/" && user["groups"].array == ["a /b"])
    }

    struct Row: Sendable {
        let method: Web.Method, path: String, body: String, field: String, detail: String
        init(_ method: Web.Method, _ path: String, _ body: String, _ field: String, _ detail: String) {
            (self.method, self.path, self.body, self.field, self.detail) = (method, path, body, field, detail)
        }
    }
    private static let user = "/v1/tenants/contoso/users/alice@contoso.example", acme = "/v1/operators/acme"

    static let rows: [Row] = [
        Row(
            .put, "/v1/tenants/contoso/limits", #"{"tenantCallsPerMinut":{"block":1}}"#, "tenantCallsPerMinut",
            "is not known; did you mean tenantCallsPerMinute?"),
        Row(
            .put, "/v1/tenants/contoso/limits", #"{"tenantCallsPerMinute":{"blok":1}}"#, "tenantCallsPerMinute.blok",
            "is not known; did you mean block?"),
        Row(.put, "/v1/limits", #"{"duplicateSecond":1}"#, "duplicateSecond", "is not known; did you mean duplicateSeconds?"),
        Row(
            .post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","expires":"2030-01-01T00:00:00Z"}"#, "expires",
            "is not known; did you mean expiresAt?"),
        Row(.patch, "/v1/tenants/contoso/operators/acme", #"{"contract":{}}"#, "contract", "is not known; did you mean contact?"),
        Row(
            .patch, "/v1/tenants/contoso/operators/acme", #"{"contact":{"mail":"a@b.example"}}"#, "contact.mail",
            "is not known; did you mean email?"),
        Row(.put, user, #"{"licenses":[]}"#, "licenses", "is not known; did you mean licences?"),
        Row(
            .put, user, #"{"colour":1}"#, "colour",
            "is not known; there are audioConferencingEnabled, city, displayName, groups, licences, state, usageLocation"),
        Row(
            .put, user, #"{"grants":{"dialOutPolicy":"DialoutCPCDisabledPSTNInternational"}}"#, "grants",
            "is only shown and cannot be set here; leave it as it is, or out"),
        Row(
            .put, user, #"{"licences":["OperatorConnect"]}"#, "licences[0]",
            #"is one of AudioConferencingStandard, AudioConferencingSelectDialOut, AudioConferencingPayPerMinute, OperatorConnectConferencing, CommunicationsCredits, not "OperatorConnect""#
        ),
        Row(
            .put, user, #"{"licences":"OperatorConnectConferencing"}"#, "licences",
            #"is a list, not the text "OperatorConnectConferencing""#),
        Row(
            .put, user, #"{"licences":[7]}"#, "licences[0]",
            "is one of AudioConferencingStandard, AudioConferencingSelectDialOut, AudioConferencingPayPerMinute, OperatorConnectConferencing, CommunicationsCredits, not the number 7"
        ),
        Row(.put, user, #"{"displayName":7}"#, "displayName", "is a text, not the number 7"),
        Row(.put, user, #"{"audioConferencingEnabled":"yes"}"#, "audioConferencingEnabled", #"is true or false, not the text "yes""#),
        Row(.put, user, #"{"usageLocation":"USA"}"#, "usageLocation", "USA is not a country of two letters (ISO 3166-1)"),
        Row(.put, user, "[]", "body", "is an object, not a list"), Row(.put, user, "7", "body", "is an object, not the number 7"),
        Row(.put, "/v1/tenants/contoso", #"{"displayname":"C","country":"US"}"#, "displayname", "is not known; did you mean displayName?"),
        Row(
            .put, "/v1/tenants/contoso", #"{"displayName":"C","country":"US","users":9}"#, "users",
            "is only shown and cannot be set here; leave it as it is, or out"),
        Row(.put, "/v1/tenants/contoso", #"{"country":"US"}"#, "displayName", "is required"),
        Row(.put, "/v1/tenants/contoso", #"{"displayName":null,"country":"US"}"#, "displayName", "must not be null"),
        Row(
            .put, acme, #"{"name":"A","trunks":[{"name":"t","uri":"sip:10.1.0.1","maxCalls":3}]}"#, "trunks[0].maxCalls",
            "is not known; there are calledNumberRules, callerIDRules, enabled, maxCallsPerSecond, maxConcurrentCalls, maxQueueSeconds, maxQueuedCalls, name, options, ownLimits, password, priority, redirectHosts, uri, username, weight"
        ),
        Row(
            .put, acme, #"{"name":"A","trunks":[{"name":"t","uri":"sip:10.1.0.1","options":{"second":5}}]}"#, "trunks[0].options.second",
            "is not known; did you mean seconds?"),
        Row(.put, acme, #"{"name":"A","trunks":[{"name":"t","url":"sip:10.1.0.1"}]}"#, "trunks[0].url", "is not known; did you mean uri?"),
        Row(
            .put, acme, #"{"name":"A","failoverCodes":[408.5]}"#, "failoverCodes[0]",
            "is a whole number from -9223372036854775808 to 9223372036854775807"),
        Row(
            .put, acme, #"{"name":"A","products":["conferencing"]}"#, "products[0]", #"is one of Calling, Conferencing, not "conferencing""#
        ),
        Row(.patch, "/v1/operators/acme/trunks/t1", #"{"enable":true}"#, "enable", "is not known; did you mean enabled?"),
        Row(
            .patch, "/v1/operators/acme/trunks/t1", #"{"enabled":true,"channelsInUse":5}"#, "channelsInUse",
            "is only shown and cannot be set here; leave it as it is, or out"),
        Row(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":"5"}"#, "seconds", #"is a whole number, not the text "5""#),
        Row(
            .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+1"],"use":"conference"}"#, "use",
            "is not known; did you mean usage?"),
        Row(
            .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+1"],"usage":"meeting"}"#, "usage",
            #"is one of user, application, conference, not "meeting""#),
        Row(
            .post, "/v1/meetings/m/dial-outs", #"{"kind":"callMeAt","organiser":"alice@contoso.example","number":"+14255550123"}"#,
            "organiser", "is not known; did you mean organizer?"),
        Row(
            .post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550123").replacing("}", with: #","kindness":1}"#), "kindness",
            "is not known; there are displayName, items, kind, maxDurationSeconds, number, organizer, priority, requestedBy, ringTimeoutSeconds, sdp, webhook"
        ),
        Row(
            .post, "/v1/tenants/contoso/route-tests", #"{"organizer":"alice@contoso.example","numbers":"+1"}"#, "numbers",
            "is not known; did you mean number?"),
        Row(
            .put, "/v1/tenants/contoso/licences", #"{"OperatorConnect":1}"#, "OperatorConnect",
            "is not known; there are AudioConferencingPayPerMinute, AudioConferencingSelectDialOut, AudioConferencingStandard, CommunicationsCredits, OperatorConnectConferencing"
        ),
    ]

    @Test("an unknown member, a wrong type and a word that is none are told in words, with the nearest that exists")
    func members() throws {
        let fixture = try Fixture()
        let before = fixture.store.documents
        for row in Self.rows {
            let answer = fixture.client.ask(row.method, row.path, row.body)
            #expect(answer.status == 400 && answer.body["reason"].string == "malformedRequest", "\(row.path) \(row.body): \(answer.body)")
            #expect(answer.body["field"].string == row.field, "\(row.path) \(row.body): \(answer.body)")
            #expect(answer.body["detail"].string == "\(row.field) \(row.detail)", "\(row.path) \(row.body)")
        }
        #expect(fixture.store.documents == before)
        #expect(fixture.trunks.allSatisfy { $0.calls.isEmpty })
    }

    @Test("GET, edit, PUT works: what GET shows and PUT does not set is taken while it is the same")
    func roundTrips() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerConcurrentCalls":{"block":9}}"#)
        for (method, path, member, value) in [
            (.put, "/v1/tenants/contoso", "displayName", "Contoso Ltd"), (.put, Self.user, "displayName", "Al"),
            (.put, Self.acme, "name", "Acme Ltd"),
            (.put, "/v1/tenants/contoso/limits", "own", ["tenantCallsPerMinute": ["block": 7]]),
            (.put, "/v1/limits", "duplicateSeconds", 9),
            (.patch, "/v1/operators/acme/trunks/t1", "enabled", false), (.put, "/v1/tenants/contoso/licences", "CommunicationsCredits", 3),
        ] as [(Web.Method, String, String, JSONValue)] {
            var document = fixture.client.must(.get, path)
            document[member] = value
            let answer = fixture.client.ask(method, path, String(decoding: JSON.encode(document), as: UTF8.self))
            #expect(answer.status == 200, "\(path): \(answer.body)")
            #expect(fixture.client.must(.get, path)[member] == value, "\(path)")
        }
    }

    @Test("a body of another type, charset or coding is refused with 415, and one where none is taken with 400")
    func types() throws {
        let fixture = try Fixture()
        let json = #"{"displayName":"A"}"#, script = "Get-CsOnlinePstnUsage", commands = "/v1/tenants/contoso/commands"
        let cases: [(Web.Method, String, String, [(String, String)], Int, String?)] = [
            (.put, Self.user, json, [("Content-Type", "application/json")], 200, nil),
            (.put, Self.user, json, [("Content-Type", "Application/JSON ; charset=\"UTF-8\"")], 200, nil),
            (.put, Self.user, json, [], 200, nil),
            (.put, Self.user, json, [("Content-Encoding", "identity")], 200, nil),
            (.put, Self.user, json, [("Content-Type", "text/plain")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/x-www-form-urlencoded")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/jsonx")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/json; charset=iso-8859-1")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/json; q=1")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/json; charset=\"utf-8")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/json; charset=utf-8\"")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/json; charset=\"")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "application/json; charset=utf-8; q=1")], 415, "Accept: application/json"),
            (.put, Self.user, json, [("Content-Type", "json")], 415, "Accept: application/json"),
            (
                .put, Self.user, json, [("Content-Type", "application/json"), ("Content-Type", "text/plain")], 415,
                "Accept: application/json"
            ),
            (.put, Self.user, json, [("Content-Encoding", "Identity, identity")], 200, nil),
            (.put, Self.user, json, [("Content-Encoding", "identity, br")], 415, "Accept-Encoding: identity"),
            (.put, Self.user, json, [("Content-Encoding", "gzip")], 415, "Accept-Encoding: identity"),
            (.post, commands, script, [("Content-Type", "text/plain; charset=utf-8")], 200, nil), (.post, commands, script, [], 200, nil),
            (.post, commands, script, [("Content-Type", "text/html")], 415, "Accept: text/plain, application/json"),
            (.get, Self.user, json, [("Content-Type", "application/json")], 400, nil),
            (.delete, "/v1/dial-outs/0", "{}", [("Content-Type", "application/json")], 400, nil),
        ]
        for (method, path, body, headers, status, header) in cases {
            let answer = fixture.client.ask(method, path, body, headers: headers)
            #expect(answer.status == status, "\(method) \(path) \(headers): \(answer.body)")
            if let header {
                #expect(answer.headers.contains { "\($0.name): \($0.value)" == header }, "\(headers): \(answer.headers)")
                #expect(answer.body["reason"].string == "unsupportedMediaType")
            }
        }
    }

    @Test("unknown and repeated parameters of a query are refused with the nearest that exists")
    func queries() throws {
        let fixture = try Fixture()
        for (path, field, detail) in [
            ("/v1/dial-outs?stat=ended", "stat", "is not known; did you mean state?"),
            ("/v1/dial-outs?organiser=a", "organiser", "is not known; did you mean organizer?"),
            (
                "/v1/dial-outs?colour=a", "colour",
                "is not known; there are tenant, operator, meeting, organizer, from, to, number, callerId, outcome, state, callId, cursor, limit, order"
            ),
            ("/v1/dial-outs?state=ended&state=queued", "state", "stands twice in the query"),
            ("/v1/dial-outs?state=over", "state", #"is one of queued, dialling, ringing, connected, ended, not "over""#),
            ("/v1/tenants/contoso?full=1", "full", "is not known; no parameter is taken here"),
            ("/v1/events?tenants=x", "tenants", "is not known; did you mean tenant?"),
            ("/v1/operators?produkt=Calling", "produkt", "is not known; did you mean product?"),
            ("/v1/operators?product=Fax", "product", #"is one of Calling, Conferencing, not "Fax""#),
            ("/v1/operators?country=USA", "country", #"is a country of two letters (ISO 3166-1), not "USA""#),
        ] {
            let answer = fixture.client.ask(.get, path)
            #expect(answer.status == 400 && answer.body["field"].string == field, "\(path): \(answer.body)")
            #expect(answer.body["detail"].string == "\(field) \(detail)", "\(path)")
        }
        let admin = fixture.token("admin", tenant: "contoso")
        #expect(admin.ask(.get, "/v1/dial-outs?tenant=fabrikam").status == 403)
        #expect(admin.ask(.get, "/v1/dial-outs?tenant=contoso").status == 200)
    }

    @Test("operators are listed by country and product")
    func filters() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/operators/british", #"{"name":"British","countries":["GB"],"products":["Calling"]}"#)
        func ids(_ query: String) -> [String?] {
            fixture.client.must(.get, "/v1/operators" + query)["operators"].array.map { $0["id"].string }
        }
        #expect(ids("") == ["acme", "british", "other", "service-carrier"])
        #expect(ids("?country=gb") == ["british", "other", "service-carrier"], "an operator without countries serves all")
        #expect(ids("?product=Calling") == ["british"])
        #expect(ids("?country=US&product=Conferencing") == ["acme", "other", "service-carrier"])
    }
}
