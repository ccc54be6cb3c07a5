import Testing
import Web

/// A request that is refused, and what the refusal says.
struct RefusedRequest: Sendable, CustomTestStringConvertible {
    let method: Method
    let path: String
    let body: String
    let headers: [(String, String)]
    let status: Int
    /// Of its `detail`.
    let words: String

    init(_ method: Method, _ path: String, _ body: String = "", _ headers: [(String, String)] = [], _ status: Int = 400, _ words: String) {
        (self.method, self.path, self.body, self.headers, self.status, self.words) = (method, path, body, headers, status, words)
    }

    var testDescription: String { "\(method.rawValue) \(path.prefix(60)): \(words)" }

    private static let long = String(repeating: "x", count: 257)
    private static let csv = [("Content-Type", "text/csv")]
    private static let orders = "/v1/operators/acme/number-orders"

    static let all = dialOuts + operators + numbers + relations + tenants + streams + tokens

    private static func order(_ more: String) -> RefusedRequest.Template {
        Template(path: "/v1/meetings/m/dial-outs", body: "{\"organizer\":\"alice@contoso.example\",\"number\":\"+14255550123\",\(more)}")
    }

    struct Template {
        let path: String
        let body: String

        func refused(_ words: String) -> RefusedRequest { RefusedRequest(.post, path, body, [], 400, words) }
    }

    private static let dialOuts = [
        order(#""kind":"phone""#).refused("kind is callMeAt or inviteNumber, not phone"),
        order(#""kind":"callMeAt","ringTimeoutSeconds":4"#).refused("ringTimeoutSeconds is 5 to 300"),
        order(#""kind":"callMeAt","ringTimeoutSeconds":301"#).refused("ringTimeoutSeconds is 5 to 300"),
        order(#""kind":"callMeAt","maxDurationSeconds":9"#).refused("maxDurationSeconds is 10 to 86400"),
        order(#""kind":"callMeAt","maxDurationSeconds":86401"#).refused("maxDurationSeconds is 10 to 86400"),
        order(#""kind":"callMeAt","priority":"urgent""#).refused("priority is normal or high, not urgent"),
        RefusedRequest(
            .post, "/v1/meetings/\(long.prefix(129))/dial-outs", Fixture.order("+14255550123"), [], 400,
            "meetingId has 1 to 128 bytes without control characters"),
        RefusedRequest(
            .post, "/v1/meetings/m/dial-outs",
            #"{"items":[{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550123"}]}"#,
            [("Idempotency-Key", "k")], 400, "Idempotency-Key is for one dial-out; in a batch each item has an idempotencyKey of its own"),
        RefusedRequest(
            .post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550123"), [("Idempotency-Key", "k"), ("Idempotency-Key", "l")], 400,
            "Idempotency-Key is given once, not 2 times"),
        RefusedRequest(
            .post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550123"), [("Idempotency-Key", long)], 400,
            "Idempotency-Key has 1 to 256 bytes without control characters"),
        RefusedRequest(
            .post, "/v1/meetings/\(long.prefix(129))/invite", #"{"organizer":"alice@contoso.example"}"#, [], 400,
            "meetingId has 1 to 128 bytes without control characters"),
        RefusedRequest(.get, "/v1/dial-outs/summary", "by is required: hour, operator, country or outcome"),
        RefusedRequest(
            .post, "/v1/operators/acme/durations", #"{"durations":[{"callId":"a","seconds":604801}]}"#, [], 400,
            "durations[0].seconds is 0 to 604800"),
        RefusedRequest(.post, "/v1/operators/acme/durations", #"{"durations":[]}"#, [], 400, "durations has 1 to"),
    ]

    private static func trunk(_ uri: String, _ words: String, _ more: String = "") -> RefusedRequest {
        RefusedRequest(
            .put, "/v1/operators/acme", "{\"name\":\"Acme\",\"trunks\":[{\"name\":\"t1\",\"uri\":\"\(uri)\"\(more)}]}", [], 400, words)
    }

    private static let operators = [
        trunk("http://a", "uri is sip:host[:port][;transport=udp|tcp|tls] or sips:host[:port], not http://a"),
        trunk("sip:a;ttl=1", "uri has no parameter but transport=udp, tcp or tls, not ttl=1"),
        trunk("sips:a;transport=udp", "uri with sips goes over TLS, not UDP"), trunk("sip:a b", "uri names a host or an address, not "),
        trunk("sip:a:0", "uri has a port from 1 to 65535, not 0"), trunk("sip:a:65536", "uri has a port from 1 to 65535, not 65536"),
        trunk("sip:a:5060:5061", "uri "), trunk("sip:a", "is host[:port], not h:99999", #","redirectHosts":["h:99999"]"#),
        RefusedRequest(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":86401}"#, [], 400, "seconds is 0 to 86400, not 86401"),
        RefusedRequest(
            .put, "/v1/operators/a!b", #"{"name":"A"}"#, [], 400, "operator has 1 to 64 letters, digits, dots, dashes and underscores"),
        RefusedRequest(.delete, "/v1/operators/acme", "", [], 409, "operator acme is still the operator of contoso"),
        RefusedRequest(
            .put, "/v1/operators/acme/price-list",
            #"{"currency":"EUR","validFrom":"2020-01-01T00:00:00.000Z","prices":[{"prefix":"+1","perMinute":"0.01"}]}"#, [], 400,
            "validFrom is not in the past, where calls have their prices"),
        RefusedRequest(
            .get, "/v1/operators", "", [("If-Match", "\"1\"")], 412,
            "what this gives has no entity tag that If-Match could name; send it without"),
        RefusedRequest(
            .post, "/v1/tokens", #"{"role":"platform"}"#, [("If-Match", "\"1\"")], 412,
            "this operation is not guarded by If-Match or If-None-Match; send it without"),
    ]

    private static let numbers = [
        RefusedRequest(.post, orders, "Numbers\r\n+14255550177", csv, 400, "tenant is required in the query"),
        RefusedRequest(
            .post, orders + "?tenant=contoso", "Phones\r\n+14255550177", csv, 400, "body is CSV whose first line has the column Numbers"),
        RefusedRequest(
            .post, orders + "?tenant=contoso", "Numbers,Street\r\n+14255550177,Main", csv, 400,
            "body has the columns Numbers and City, not street"),
        RefusedRequest(
            .post, orders + "?tenant=contoso", "Numbers,TelephoneNumber\r\n+14255550177,+14255550178", csv, 400,
            "body has a column twice in its first line"),
        RefusedRequest(
            .post, orders + "?tenant=contoso", "Numbers\r\n\"+14255550177", csv, 400, "body ends within a quote that is not closed"),
        RefusedRequest(.post, orders + "?tenant=contoso", "Numbers,City\r\n,Ulm", csv, 400, "body has no number in row 2"),
        RefusedRequest(
            .post, orders + "?tenant=contoso", "Numbers,City\r\n+14255550177", csv, 400,
            "body has 1 columns in row 2, where the first has 2"),
        RefusedRequest(
            .post, orders, #"{"tenant":"contoso","numbers":["+14255550177"],"ticket":""}"#, [], 400,
            "ticket has 1 to 64 bytes without control characters"),
        RefusedRequest(
            .post, orders, #"{"tenant":"contoso","numbers":["+14255550177"],"city":"\#(long)"}"#, [], 400,
            "city has 1 to 256 bytes without control characters"),
        RefusedRequest(.post, orders, #"{"tenant":"contoso","numbers":[]}"#, [], 400, "numbers is required"),
        RefusedRequest(
            .post, orders, #"{"tenant":"contoso","numbers":["+14255550177"]}"#, [("Idempotency-Key", long)], 400,
            "Idempotency-Key has 1 to 256 bytes without control characters"),
        RefusedRequest(
            .patch, "/v1/operators/acme/numbers/+14255550100", #"{"city":""}"#, [], 400,
            "city has 1 to 256 bytes without control characters"),
    ]

    private static let consent = "/v1/operators/acme/consents/contoso"

    private static let relations = [
        RefusedRequest(.patch, consent, #"{"reason":"x"}"#, [], 400, "status is required: accepted, declined or terminated"),
        RefusedRequest(.patch, consent, #"{"status":"declined"}"#, [], 400, "reason is required where it is declined"),
        RefusedRequest(.patch, consent, #"{"status":"terminated"}"#, [], 400, "reason is required where it is terminated"),
        RefusedRequest(
            .patch, consent, #"{"status":"declined","reason":""}"#, [], 400, "reason has 1 to 1024 bytes without control characters"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/operators/other", Fixture.consent.replacing(":true", with: ":false"), [], 400,
            "acceptDataTransfer must be true: the operator is shown the contact"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/operators/other", Fixture.consent.replacing(#":"10""#, with: ":true"), [], 400,
            "companySize is a text such as 51-200, or a number"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/operators/acme", Fixture.consent, [], 409, "Acme is an operator of this tenant already"),
    ]

    private static let tenants = [
        RefusedRequest(
            .put, "/v1/tenants/a!b", #"{"displayName":"A","country":"US"}"#, [], 400,
            "tenant has 1 to 64 letters, digits, dots, dashes and underscores"),
        RefusedRequest(
            .put, "/v1/tenants/ab", #"{"displayName":"","country":"US"}"#, [], 400,
            "displayName has 1 to 256 bytes without control characters"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/erasures", #"{"user":"bob"}"#, [], 400, "user is a principal name, such as bob@contoso.example"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/erasures", "{\"user\":\"\(String(repeating: "b", count: 250))@a.example\"}", [], 400,
            "user is a principal name, such as bob@contoso.example"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/erasures", #"{"user":"bob@a@"}"#, [], 400, "user is a principal name, such as bob@contoso.example"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/rehearsals?number=%2B14255550123", "Get-CsTenant", [("Content-Type", "text/plain")], 400,
            "organizer is required where there is a number"),
        RefusedRequest(
            .post, "/v1/tenants/contoso/rehearsals?organizer=alice@contoso.example", "Get-CsTenant", [("Content-Type", "text/plain")], 400,
            "number is required where there is an organizer"),
        RefusedRequest(.get, "/v1/tenants/contoso/changes?q=\(long)", "", [], 400, "q has at most 256 bytes"),
        RefusedRequest(.get, "/v1/tenants/contoso", "{}", [], 400, "body is not taken here"),
    ]

    private static let streams = [
        RefusedRequest(.get, "/v1/events?lastEventId=abc", "", [], 400, "lastEventId is the id of an earlier event"),
        RefusedRequest(.get, "/v1/tokens?cursor=nobody", "", [], 400, "cursor is what an earlier page gave"),
    ]

    private static let tokens = [
        RefusedRequest(.post, "/v1/tokens", #"{"role":"admin"}"#, [], 400, "tenant is required for the role admin"),
        RefusedRequest(.post, "/v1/tokens", #"{"role":"operator"}"#, [], 400, "operator is required for the role operator"),
        RefusedRequest(
            .post, "/v1/tokens", #"{"role":"platform","tenant":"contoso"}"#, [], 400, "role platform is for no tenant and no operator"),
        RefusedRequest(
            .post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","name":"\#(long)"}"#, [], 400,
            "name has at most 256 bytes without control characters"),
        RefusedRequest(
            .post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","expiresAt":"2020-01-01T00:00:00.000Z"}"#, [], 400,
            "expiresAt is a time to come, not 2020-01-01T00:00:00.000Z"),
    ]
}

extension RefusedRequest {
    /// Without a body.
    fileprivate init(_ method: Method, _ path: String, _ words: String) { self.init(method, path, "", [], 400, words) }
}
