import Basis
import Testing
import Web

@Suite struct MessageTests {
    private enum Route: Hashable { case dialOuts, dialOut, dialOutEvents, meetingDialOuts, search, root }
    private let router = Router<Route>([
        (.get, "/", .root), (.get, "/v1/dial-outs", .dialOuts), (.get, "/v1/dial-outs/{id}", .dialOut),
        (.delete, "/v1/dial-outs/{id}", .dialOut), (.get, "/v1/dial-outs/{id}/events", .dialOutEvents),
        (.get, "/v1/dial-outs/search", .search), (.post, "/v1/meetings/{meetingId}/dial-outs", .meetingDialOuts),
    ])

    @Test(
        "routes are found by method and path",
        arguments: [
            ("GET", "/", "root"), ("GET", "/v1/dial-outs?state=ringing", "dialOuts"), ("GET", "/v1/dial-outs/7", "dialOut id=7"),
            ("HEAD", "/v1/dial-outs/7", "dialOut id=7"), ("GET", "/v1/dial-outs/search", "search"),
            ("GET", "/v1/dial-outs/search/events", "dialOutEvents id=search"),
            ("GET", "/v1/dial-outs/a%2Fb/events", "dialOutEvents id=a/b"),
            ("POST", "/v1/meetings/m%201/dial-outs", "meetingDialOuts meetingId=m 1"),
            ("GET", "/v1/meetings/m/dial-outs", "405 POST"), ("PUT", "/v1/dial-outs/7", "405 GET, HEAD, DELETE"),
            ("GET", "/v1/dial-outs/", "404"), ("GET", "/v1", "404"), ("GET", "/v1/dial-outs/7/", "404"), ("OPTIONS", "*", "404"),
            ("GET", "/v1/dial-outs/../dial-outs", "404"), ("QUERY", "/v1/dial-outs/7", "405 GET, HEAD, DELETE"), ("QUERY", "/v1", "404"),
        ])
    func routes(method: String, target: String, expected: String) throws {
        let match = router.match(try Request(Method(rawValue: method) ?? .other, target))
        switch match {
        case .route(let route, let captures):
            let name = expected.split(separator: " ", maxSplits: 1).dropFirst().first?.split(separator: "=")
            let capture = name.map { " \($0[0])=\(captures[String($0[0])])" } ?? ""
            #expect("\(route)\(capture)" == expected)
            #expect(match.refusal == nil)
        case .notFound, .methodNotAllowed:
            let refusal = try #require(match.refusal)
            let allow = refusal.headers.first { $0.name == "Allow" }.map { " \($0.value)" } ?? ""
            #expect("\(refusal.status)\(allow)" == expected)
        }
    }

    @Test(
        "a bearer token is taken from one well-formed field",
        arguments: [
            (["Bearer abc.D-_~+/9=="], "abc.D-_~+/9=="), (["bearer  x"], "x"), (["Bearer"], nil), (["Bearer "], nil), (["Basic abc"], nil),
            (["Bearer a b"], nil), (["Bearer a=b"], nil), (["Bearer =="], nil), (["Bearer a", "Bearer b"], nil), ([], nil),
        ] as [([String], String?)])
    func bearer(fields: [String], token: String?) {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields.map { "Authorization: \($0)\r\n" }.joined() + "\r\n"
        #expect(outcome(text).requests.first?.bearerToken == token)
        #expect(outcome(text).requests.first?.headers.all("AUTHORIZATION").count == fields.count)
    }

    @Test("blanks and tabs around a field's value are none of it (RFC 9110 §5.5)")
    func blanks() throws {
        let fields = "Authorization: Bearer x \r\nIdempotency-Key:\t k 1 \t\r\nX-A: \t \r\nExpect: 100-continue \r\nLast-Event-ID: 42\t\r\n"
        let (requests, statuses) = outcome("GET / HTTP/1.1\r\nHost: a \r\n\(fields)\r\n"), request = try #require(requests.first)
        #expect(statuses == [100] && request.bearerToken == "x" && request.lastEventID == "42")
        #expect(["host", "idempotency-key", "x-a"].map { request.headers[$0] } == ["a", "k 1", ""])
    }

    @Test(
        "lines of one name are one list (RFC 9110 §5.3)",
        arguments: [([], []), (["", " , "], []), (["a, b", "c;q=1 ,"], ["a", "b", "c;q=1"])] as [([String], [String])])
    func lists(lines: [String], elements: [String]) {
        #expect(Headers(lines.map { ("Accept", $0) }).list("accept").map(String.init) == elements)
    }

    @Test("the host of an absolute target counts, whatever Host says (RFC 9112 §3.2.2)")
    func absolute() throws {
        let rows = [
            ("GET http://public.example:8080/a HTTP/1.1\r\nHost: proxy.internal\r\n\r\n", "public.example:8080"),
            ("GET HTTPS://[::1] HTTP/1.1\r\nHost: a\r\n\r\n", "[::1]"), ("GET http://b?c HTTP/1.0\r\n\r\n", "b"),
            ("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "a"),
        ]
        for (text, host) in rows { #expect(outcome(text).requests.first?.headers.all("host") == [host], "\(text)") }
    }

    @Test(
        "a name is a segment of a path (RFC 3986 §3.3)",
        arguments: [("m-1._~@:;=", "m-1._~@:;="), ("x/y", "x%2Fy"), ("caf\u{E9}", "caf%C3%A9"), ("a %?#", "a%20%25%3F%23"), ("\t", "%09")])
    func segments(name: String, segment: String) throws {
        #expect(name.pathSegment == segment)
        #expect(try Request(.get, "/" + segment).path == [name])
    }

    @Test(
        "queries and forms are decoded",
        arguments: [
            ("a=1&b=x+y%26&a=2&c&=d&&e=f=g", [["a", "1"], ["b", "x y&"], ["a", "2"], ["c", ""], ["", "d"], ["e", "f=g"]]),
            ("", []), ("a=%", nil), ("%00=1", nil), ("a=%C3", nil), ("%2=1", nil),
        ] as [(String, [[String]]?)])
    func query(text: String, items: [[String]]?) {
        let query = FormQuery(parsing: text)
        #expect(query?.items.map { [$0.name, $0.value] } == items)
        #expect(query?["a"] == items?.first { $0[0] == "a" }?[1])
    }

    @Test("a problem is RFC 9457 JSON")
    func problem() {
        var problem = Problem(403, "Forbidden", detail: "a \"quoted\"\n\u{1}é\\", reason: "noRoute")
        problem.members = [("id", Array("7".utf8))]
        problem.retryAfter = 3
        let response = problem.response
        #expect(
            String(decoding: response.bytes!, as: UTF8.self)
                == #"{"type":"about:blank","title":"Forbidden","status":403,"detail":"a \"quoted\"\u000a\u0001é\\","reason":"noRoute","id":7}"#
        )
        #expect(response.headers.map(\.value) == ["application/problem+json", "3"])
    }

    @Test("events are written so that a client reads back what was said")
    func events() {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        #expect(text(ServerSentEvents.event(id: "7", event: "call", data: "{}")) == "id: 7\nevent: call\ndata: {}\n\n")
        #expect(
            text(ServerSentEvents.event(id: "7\ndata: x", data: "a\nb\r\nc\rd")) == "id: 7data: x\ndata: a\ndata: b\ndata: c\ndata: d\n\n")
        #expect(text(ServerSentEvents.event(data: "")) == "data: \n\n")
        #expect(text(ServerSentEvents.comment("alive")) == ": alive\n\n")
        #expect(text(ServerSentEvents.retry(milliseconds: 2000)) == "retry: 2000\n\n")
        #expect(outcome("GET / HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 42\r\n\r\n").requests.first?.lastEventID == "42")
    }

    @Test("files have a type, a policy and a tag that saves sending them again")
    func files() throws {
        let files = StaticFiles([("index.html", [1]), ("app/main.js", [2]), ("app/data", [3])])
        let page = try #require(files.response(to: Request(.get, "/")))
        #expect(page.status == 200 && page.bytes == [1])
        let headers = Dictionary(uniqueKeysWithValues: page.headers.map { ($0.name, $0.value) })
        #expect(headers["Content-Type"] == "text/html; charset=utf-8" && headers["X-Content-Type-Options"] == "nosniff")
        #expect(headers["Content-Security-Policy"] == StaticFiles.contentSecurityPolicy)
        let tag = try #require(headers["ETag"])
        #expect(headers["Content-Encoding"] == nil && headers["Vary"] == "Accept-Encoding")
        for (known, status) in [(tag, 304), ("W/\(tag)", 304), ("\"x\", \(tag)", 304), ("*", 304), ("\"x\"", 200)] {
            #expect(try files.response(to: Request(.get, "/index.html", headers: ["If-None-Match": known]))?.status == status)
        }
        for (wanted, status) in [(tag, 200), ("\"x\", \(tag)", 200), ("*", 200), ("W/\(tag)", 412), ("\"x\"", 412), ("x", 412)] {
            let both: [Headers] = [["If-Match": wanted], ["If-Match": wanted, "If-None-Match": tag]]
            let statuses = try both.map { headers in
                let request = try Request(.get, "/", headers: headers)
                return files.response(to: request)?.ifMatched(by: request).status
            }
            #expect(statuses == [status, status == 200 ? 304 : 412], "\(wanted)")
        }
        #expect(try files.response(to: Request(.head, "/app/main.js"))?.headers[0].value == "text/javascript; charset=utf-8")
        #expect(try files.response(to: Request(.get, "/app/data"))?.headers[0].value == "application/octet-stream")
        for target in ["/app", "/../app/main.js", "/app%2Fmain.js", "//app/main.js"] {
            #expect(try files.response(to: Request(.get, target)) == nil)
        }
        #expect(try files.response(to: Request(.post, "/")) == nil)
    }

    @Test(
        "an entity tag has any byte but a space, a quote and DEL between its quotes (RFC 9110 §8.8.3)",
        arguments: [(0x1F, false), (0x20, false), (0x21, true), (0x22, false), (0x23, true), (0x7E, true), (0x7F, false)] as [(UInt8, Bool)]
    )
    func entityTags(byte: UInt8, isTaken: Bool) {
        let text = "\"a\(Character(Unicode.Scalar(byte)))b\""
        #expect(EntityTags([text])?.name(text, .strong) ?? false == isTaken)
    }

    @Test(
        "dates are IMF-fixdate",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
        ])
    func dates(milliseconds: Int64, text: String) {
        #expect(HTTPDate.text(WallTime(milliseconds: milliseconds)) == text)
    }

    @Test("a page that is not there is sent, whatever the client says that it has") func missingPage() throws {
        let request = try Request(.get, "/x", headers: ["If-None-Match": "*"])
        #expect(Response.page(404, "gone", for: request).status == 404 && Response.page(200, "here", for: request).status == 304)
    }
}
