import Basis
import Service
import Simulation
import Testing
import Web

@Suite("Before the body, and where there is no operation")
struct ScreeningTests {
    private func connection(_ fixture: Fixture) -> Connection {
        let connection = Connection(at: .zero), service = fixture.service
        connection.screen = { request in service.assumeIsolated { $0.screen(request) } }
        return connection
    }

    private func head(_ line: String, _ token: String, _ more: String) -> [UInt8] {
        Array("\(line) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n\(more)\r\n\r\n".utf8)
    }

    private func answer(_ connection: Connection) -> String { String(decoding: connection.takeOutgoing(), as: UTF8.self) }

    @Test("a client that waits for a 100 is told no before it sends: without a token, with another tenant's, to nowhere")
    func expectations() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso")
        for (line, token, status) in [
            ("PUT /v1/tenants/contoso/users/a@b.example", "none", "401 Unauthorized"),
            ("PUT /v1/tenants/fabrikam/users/a@b.example", admin.token, "403 Forbidden"), ("PUT /v1/limits", admin.token, "403 Forbidden"),
            ("PUT /v1/nothing", admin.token, "404 Not Found"), ("PUT /healthz", admin.token, "405 Method Not Allowed"),
            ("PUT /v1/tenants/contoso?x=1", admin.token, "400 Bad Request"),
        ] {
            let connection = connection(fixture)
            #expect(connection.received(head(line, token, "Expect: 100-continue\r\nContent-Length: 2"), at: .zero).isEmpty)
            #expect(answer(connection).hasPrefix("HTTP/1.1 \(status)\r\n"), "\(line)")
            #expect(connection.phase == .finishing)
        }
        let connection = connection(fixture)
        let line = "PUT /v1/tenants/contoso/users/a@b.example"
        #expect(connection.received(head(line, admin.token, "Expect: 100-continue\r\nContent-Length: 2"), at: .zero).isEmpty)
        #expect(answer(connection) == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(connection.received(Array("{}".utf8), at: .zero).count == 1)
    }

    @Test("who may not ask is told so before more than 16 KiB of the body is taken in, however its length is said, and the connection ends")
    func beforeTheBody() throws {
        let fixture = try Fixture(), mine = "PUT /v1/tenants/contoso", admin = fixture.token("admin", tenant: "contoso").token
        for (line, token, status) in [
            (mine, "none", 401), ("PUT /v1/tenants/fabrikam/document", admin, 403), ("PUT /v1/limits", admin, 403),
            ("PUT /v1/nothing", admin, 404), ("PUT /healthz", admin, 405), (mine + "?x=1", admin, 400),
            ("GET /v1/tenants/contoso", admin, 400), ("GET /healthz", "none", 400),
        ] {
            for framing in ["Content-Length: 16385", "Transfer-Encoding: chunked"] {
                let connection = connection(fixture)
                var told: [(String, Int)] = []
                connection.makeID = { "id-1" }
                connection.screenedOut = { told.append(($0.id, $1.status)) }
                #expect(connection.received(head(line, token, framing), at: .zero).isEmpty)
                if framing.hasPrefix("T") {
                    #expect(answer(connection).isEmpty && connection.unfinished.bytes == 0)
                    #expect(connection.received(Array("4001\r\n".utf8) + Array(repeating: 32, count: 16_385), at: .zero).isEmpty)
                }
                let text = answer(connection)
                #expect(text.hasPrefix("HTTP/1.1 \(status) ") && text.contains("\r\nConnection: close\r\n"), "\(line), \(framing): \(text)")
                #expect(told.map(\.0) == ["id-1"] && told.map(\.1) == [status], "the log and the figures have it")
                #expect(connection.phase == .finishing && connection.unfinished.bytes == 0)
                #expect(connection.received(Array(repeating: 32, count: 60_000), at: .zero).isEmpty && connection.unfinished.bytes == 0)
            }
        }
        let wrongType = connection(fixture)
        let typed =
            "PUT /v1/tenants/contoso HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(admin)\r\nContent-Type: text/csv\r\nContent-Length: 16385\r\n\r\n"
        #expect(wrongType.received(Array(typed.utf8), at: .zero).isEmpty && answer(wrongType).hasPrefix("HTTP/1.1 415 "))
        let short = connection(fixture)
        #expect(short.received(head(mine, "none", "Content-Length: 16384"), at: .zero).isEmpty && answer(short).isEmpty)
        let whole = short.received(Array(repeating: 32, count: 16_384), at: .zero)
        #expect(whole.count == 1, "it is answered as any other, and the connection kept")
    }

    @Test("a body under way is counted for whose token it came with, and refused where there is no room")
    func underWay() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso").token
        func half(_ token: String) -> Connection {
            let connection = connection(fixture)
            _ = connection.received(
                head("PUT /v1/tenants/contoso/users/a@b.example", token, "Content-Length: 40000") + Array(repeating: 32, count: 30_000),
                at: .zero)
            return connection
        }
        let one = half(admin), two = half(fixture.token("admin", tenant: "contoso").token), platform = half(fixture.client.token)
        #expect(one.unfinished.bytes == 30_000 && one.unfinished.owner == two.unfinished.owner && one.unfinished.owner != nil)
        #expect(platform.unfinished.owner != one.unfinished.owner)
        one.refuseUnfinished(at: .zero)
        let text = answer(one)
        #expect(text.hasPrefix("HTTP/1.1 503 ") && text.contains("\r\nRetry-After: 5\r\n") && text.contains(#""reason":"busy""#), "\(text)")
        #expect(one.phase == .finishing && one.unfinished.bytes == 0)
        #expect(two.received(Array(repeating: 32, count: 10_000), at: .zero).count == 1)
        two.refuseUnfinished(at: .zero)
        #expect(answer(two).isEmpty && two.phase == .open, "it is whole")
    }

    @Test("a body's limit is its operation's, for who may ask, and the 413 names it")
    func limits() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso"), document = "PUT /v1/tenants/contoso/document"
        for (line, token, length, limit) in [
            (document, admin.token, 67_108_865, 67_108_864), ("PUT /v1/tenants/contoso", fixture.client.token, 262_145, 262_144),
        ] {
            let connection = connection(fixture)
            _ = connection.received(head(line, token, "Content-Length: \(length)"), at: .zero)
            let text = answer(connection)
            #expect(text.hasPrefix("HTTP/1.1 413 ") && text.hasSuffix(#","limit":\#(limit)}"#), "\(line): \(text)")
            #expect(text.contains("the body has at most \(limit) bytes here"))
        }
        for more in ["Content-Length: 3000000", "Transfer-Encoding: chunked"] {
            let connection = connection(fixture)
            _ = connection.received(head(document, admin.token, more), at: .zero)
            let body = Array(repeating: UInt8(ascii: " "), count: 3_000_000)
            let framed = more.hasPrefix("T") ? Array("2dc6c0\r\n".utf8) + body + Array("\r\n0\r\n\r\n".utf8) : body
            #expect(connection.received(framed, at: .zero).first?.request.body.count == 3_000_000, "\(more): \(answer(connection))")
        }
    }

    @Test("a document of several megabytes is exported and imported")
    func largeDocument() throws {
        let fixture = try Fixture()
        var document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        let users = document["users"].array
        document["users"] = .array(
            users
                + (0..<20_000).map {
                    [
                        "upn": .string("u\($0)@contoso.example"), "displayName": .string("User \($0)"), "licences": [],
                        "groups": ["everybody"], "audioConferencingEnabled": true, "grants": [:],
                    ]
                })
        let text = String(decoding: JSON.encode(document), as: UTF8.self)
        #expect(text.utf8.count > 2_000_000)
        fixture.client.must(.put, "/v1/tenants/contoso/document", text)
        let exported = fixture.client.must(.get, "/v1/tenants/contoso/document")
        #expect(exported["users"].array.count == users.count + 20_000)
        fixture.client.must(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(exported), as: UTF8.self))
        #expect(fixture.client.must(.get, "/v1/tenants/contoso/document") == exported)
    }

    @Test("OPTIONS and other methods are told what there is: the page's files, the operations, everything")
    func methods() throws {
        let fixture = try Fixture()
        let client = fixture.client.with(token: "")
        for (method, path, status, allow) in [
            (.delete, "/", 405, "GET, HEAD, OPTIONS"), (.post, "/", 405, "GET, HEAD, OPTIONS"), (.options, "/", 204, "GET, HEAD, OPTIONS"),
            (.options, "*", 204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
            (.options, "/v1/tenants/x", 204, "GET, HEAD, PUT, DELETE, OPTIONS"),
            (.post, "/v1/events", 405, "GET, HEAD, OPTIONS"), (.options, "/v1/nothing", 404, nil),
        ] as [(Web.Method, String, Int, String?)] {
            let answer = client.ask(method, path)
            #expect(answer.status == status && answer.header("Allow") == allow, "\(method) \(path): \(answer.status) \(answer.headers)")
        }
    }

    @Test("401 says how to prove oneself, and whether a token was shown")
    func challenge() throws {
        let fixture = try Fixture()
        #expect(fixture.client.with(token: "").ask(.get, "/v1/events").header("WWW-Authenticate") == #"Bearer realm="dialout""#)
        #expect(
            fixture.client.with(token: "wrong").ask(.get, "/v1/events").header("WWW-Authenticate")
                == #"Bearer realm="dialout", error="invalid_token""#)
    }

    @Test("no path names . or .., and neither does a document")
    func dotSegments() throws {
        let fixture = try Fixture()
        for (method, path, body, field) in [
            (.put, "/v1/tenants/..", #"{"displayName":"X","country":"US"}"#, "tenant"),
            (.put, "/v1/tenants/%2e%2e", #"{"displayName":"X","country":"US"}"#, "tenant"),
            (.put, "/v1/tenants/.", #"{"displayName":"X","country":"US"}"#, "tenant"),
            (.put, "/v1/operators/..", #"{"name":"X"}"#, "operator"),
            (.get, "/v1/operators/../calls", "", "operator"),
            (.post, "/v1/meetings/../dial-outs", Fixture.order("+14255550999"), "meetingId"),
            (.get, "/v1/operators/acme/trunks/..", "", "trunk"), (.get, "/v1/dial-outs/..", "", "id"),
            (.delete, "/v1/tokens/.", "", "token"),
            (.get, "/v1/tenants/contoso/users/..", "", "upn"), (.get, "/v1/operators/acme/number-orders/..", "", "order"),
        ] as [(Web.Method, String, String, String)] {
            let answer = fixture.client.ask(method, path, body)
            #expect(answer.status == 400 && answer.body["detail"].string == "\(field) is not . or ..", "\(path): \(answer.body)")
        }
    }

    @Test("a trunk's name breaks no line of /metrics: it is refused, and one of an earlier version is escaped")
    func trunkNames() throws {
        let fixture = try Fixture()
        for name in [#"a\"b"#, #"a\\b"#, #"a\nb"#, #"a\u007fb"#, ".."] {
            let answer = fixture.client.ask(
                .put, "/v1/operators/acme", #"{"name":"Acme","trunks":[{"name":"\#(name)","uri":"sip:10.1.0.1"}]}"#)
            #expect(answer.status == 422 && answer.body["field"].string?.hasPrefix("trunks[") == true, "\(name): \(answer.body)")
        }
        let stored =
            #"{"id":"acme","name":"Acme","products":["Conferencing"],"countries":["US"],"trunks":[{"name":"a\"b\\c\nd","uri":"sip:10.1.0.1","priority":1,"weight":1,"enabled":true}],"failoverCodes":[],"failoverSeconds":4}"#
        fixture.store.put(StoredDocument(kind: .operator, key: "acme", version: 99, body: Array(stored.utf8)))
        let (service, restarted) = try fixture.restart()
        let text = service.assumeIsolated { String(decoding: $0.metricsText().bytes ?? [], as: UTF8.self) }
        #expect(text.contains(#"dialout_trunk_channels{operator="acme",trunk="a\"b\\c\nd"} 0"# + "\n"), "\(text)")
        let kept = restarted.must(.get, "/v1/operators/acme")
        let again = restarted.ask(.put, "/v1/operators/acme", String(decoding: JSON.encode(kept), as: UTF8.self))
        #expect(again.status == 200, "what is there stays: \(again.body)")
    }
}
