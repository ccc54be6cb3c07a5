import Basis
import Service
import Simulation
import Testing
import Web
import Webhooks

@Suite("Webhook endpoints and a request's own webhook")
struct WebhookEndpointTests {
    private static let path = "/v1/tenants/contoso/webhooks"

    @Test(
        "what is no endpoint is refused, naming the member and the rule",
        arguments: [
            ("{}", "url", "url is required"),
            (#"{"url":"hooks.example"}"#, "url", "url begins with https:// or http://"),
            (#"{"url":"https://u:p@hooks.example"}"#, "url", "url has no user and no password"),
            (
                #"{"url":"https://10.0.0.1/"}"#, "url",
                "url is no private, local or reserved address unless the platform allows those by --webhook-private-addresses"
            ),
            (
                #"{"url":"https://[::ffff:169.254.169.254]/"}"#, "url",
                "url is no private, local or reserved address unless the platform allows those by --webhook-private-addresses"
            ),
            (
                #"{"url":"https://h.example","kinds":["rining"]}"#, "kinds",
                "kinds are of accepted, refused, warning, queued, dialling, progress, ringing, connected, sessionChanged, attemptFailed, failedOver, ended, webhookPaused, webhookResumed, minutesUsed, creditsUsed, creditsRecharged, not rining; did you mean ringing?"
            ),
            (#"{"url":"https://h.example","kinds":["ended","ended"]}"#, "kinds", "kinds has each kind once"),
            (
                #"{"url":"https://h.example","meetings":[""]}"#, "meetings",
                "meetings are meetings' ids: 1 to 128 bytes without control characters"
            ),
            (
                #"{"url":"https://h.example","meetings":[\#((0...100).map { "\"m\($0)\"" }.joined(separator: ","))]}"#, "meetings",
                "meetings has at most 100"
            ),
        ])
    func refused(body: String, field: String, detail: String) throws {
        let fixture = try Fixture(), answer = fixture.client.ask(.post, Self.path, body)
        #expect(answer.status == 400 && answer.body["field"].string == field && answer.body["detail"].string == detail, "\(answer)")
        #expect(fixture.client.must(.get, Self.path)["webhooks"].array.isEmpty)
    }

    @Test("only the tenant's administrators and the platform see and change them")
    func roles() throws {
        let fixture = try Fixture(), (id, _) = fixture.webhook("https://h.example/")
        let admin = fixture.token("admin", tenant: "contoso"), other = fixture.token("admin", tenant: "fabrikam")
        #expect(admin.ask(.get, "\(Self.path)/\(id)").status == 200)
        #expect(other.ask(.get, "\(Self.path)/\(id)").status == 403)
        #expect(other.ask(.get, "/v1/tenants/fabrikam/webhooks/\(id)").status == 404)
        #expect(other.ask(.delete, "/v1/tenants/fabrikam/webhooks/\(id)").status == 404)
        for client in [fixture.token("meeting", tenant: "contoso"), fixture.token("operator", operator: "acme")] {
            #expect(client.ask(.get, Self.path).status == 403)
            #expect(client.ask(.post, Self.path, #"{"url":"https://h.example/"}"#).status == 403)
        }
    }

    @Test("a change leaves what it leaves out; what GET shows may be sent back")
    func change() throws {
        let fixture = try Fixture(), (id, _) = fixture.webhook("https://h.example/", #","kinds":["ended"],"meetings":["m1"]"#)
        let one = "\(Self.path)/\(id)"
        /// What it answers; its place in the log goes on with every entry.
        func change(_ body: String) -> JSONValue {
            var answer = fixture.client.must(.patch, one, body)
            answer["place"] = .null
            return answer
        }
        let shown = fixture.showWebhook(id)
        #expect(shown["kinds"] == ["ended"] && shown["meetings"] == ["m1"] && shown["status"] == "active" && shown["waiting"] == 0)
        var wanted = shown
        wanted["place"] = .null
        #expect(change(String(decoding: JSON.encode(shown), as: UTF8.self)) == wanted)
        wanted["url"] = "https://other.example/x"
        #expect(change(#"{"url":"https://other.example/x"}"#) == wanted)
        wanted["kinds"] = .array([])
        #expect(change(#"{"kinds":[]}"#) == wanted)
        #expect(fixture.client.ask(.patch, one, #"{"status":"off"}"#).body["detail"] == "status is active or paused, not off")
        #expect(fixture.client.ask(.patch, one, #"{"waiting":5}"#).status == 400)
        wanted["status"] = "paused"
        wanted["pausedBecause"] = "byHand"
        #expect(change(#"{"status":"paused"}"#) == wanted)
        wanted["status"] = "active"
        wanted["pausedBecause"] = .null
        #expect(change(#"{"status":"active"}"#) == wanted)
    }

    @Test("paused by hand, it gets nothing; resumed, it gets what it missed")
    func byHand() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, _) = fixture.webhook("https://h.example/")
        fixture.client.must(.patch, "\(Self.path)/\(id)", #"{"status":"paused"}"#)
        fixture.dial("+14255550486")
        fixture.pass(.seconds(200))
        #expect(receivers.taken.isEmpty)
        for _ in 0..<2 {
            fixture.client.must(.patch, "\(Self.path)/\(id)", #"{"status":"active"}"#)
            fixture.pass(.seconds(1))
        }
        #expect(
            receivers.taken.map(\.body["type"]) == ["webhookPaused", "accepted", "dialling", "attemptFailed", "ended", "webhookResumed"])
    }

    @Test("one that failures paused is paused by hand when that is asked, and not when what GET shows is sent back")
    func failingByHand() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, _) = fixture.webhook("https://h.example/")
        receivers.behaviour = { _ in (.answered(status: 500), .milliseconds(2)) }
        for _ in 0..<5 { fixture.dial("+14255550486") }
        fixture.pass(.seconds(2))
        let path = "\(Self.path)/\(id)", shown = fixture.showWebhook(id)
        #expect(shown["pausedBecause"] == "failing")
        let back = fixture.client.must(.patch, path, String(decoding: JSON.encode(shown), as: UTF8.self))
        #expect(back["pausedBecause"] == "failing")
        for _ in 0..<2 {
            #expect(fixture.client.must(.patch, path, #"{"status":"paused"}"#)["pausedBecause"] == "byHand")
        }
        let changes = fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array.flatMap { $0["objects"].array }
        let reasons = changes.filter { $0["after"]["pausedBecause"] == "byHand" }.map { $0["before"]["pausedBecause"] }
        #expect(reasons == ["failing"])
        receivers.behaviour = { _ in (.answered(status: 200), .milliseconds(2)) }
        let before = receivers.taken.count
        fixture.pass(.seconds(200))
        #expect(receivers.taken.count == before && fixture.showWebhook(id)["pausedBecause"] == "byHand")
    }

    @Test("a pause by hand, and its end, is on disk when it is answered")
    func pausedAndKilled() throws {
        let fixture = try Fixture(), path = "\(Self.path)/\(fixture.webhook("https://h.example/").id)"
        var client = fixture.client
        for (status, reason) in [("paused", JSONValue.string("byHand")), ("active", .null)] {
            client.must(.patch, path, #"{"status":"\#(status)"}"#)
            client = try fixture.restart().1
            let shown = client.must(.get, path)
            #expect(shown["status"].string == status && shown["pausedBecause"] == reason, "\(shown)")
        }
    }

    @Test("a test says what came of it, and disturbs nothing")
    func test() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world),
            (id, _) = fixture.webhook("https://h.example/", #","kinds":["ended"]"#)
        let path = "\(Self.path)/\(id)/test"
        let good: JSONValue = ["delivered": true, "status": 200, "error": .null, "milliseconds": 3]
        #expect(fixture.client.must(.post, path) == good)
        #expect(
            receivers.taken.count == 1 && receivers.taken[0].body["type"] == "test" && receivers.taken[0].body["webhookId"].string == id)
        #expect(receivers.taken[0].header("webhook-id").hasPrefix("test-"))
        receivers.behaviour = { _ in (.answered(status: 302), .milliseconds(7)) }
        let bad: JSONValue = ["delivered": false, "status": 302, "error": "answered 302; redirections are not followed", "milliseconds": 7]
        #expect(fixture.client.must(.post, path) == bad)
        receivers.behaviour = { _ in (.failed(.refusedAddress), .milliseconds(1)) }
        #expect(fixture.client.must(.post, path)["error"] == "its host is a private, local or reserved address")
        #expect(fixture.showWebhook(id)["waiting"] == 0)
    }

    @Test("no endpoint, no webhook in a request; then one that begins with its URL, and no other")
    func requests() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        func post(_ webhook: String, meeting: String = "w") -> SimClient.Answer {
            fixture.client.ask(
                .post, "/v1/meetings/\(meeting)/dial-outs",
                #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550486","webhook":"\#(webhook)"}"#)
        }
        let none = post("https://h.example/hooks/1")
        #expect(none.status == 400 && none.body["field"] == "webhook")
        #expect(
            none.body["detail"]
                == "webhook is taken once the tenant has a webhook endpoint whose URL it begins with: POST /v1/tenants/contoso/webhooks")
        let secret = fixture.webhook("https://h.example/hooks", #","kinds":["ended"]"#).secret
        for wrong in [
            "https://h.example/hooks-evil", "https://h.example.evil.example/hooks", "http://h.example/hooks",
            "https://h.example:8443/hooks",
        ] {
            #expect(
                post(wrong).body["detail"]
                    == "webhook begins with the URL of one of the tenant's webhook endpoints: scheme, host and port the same, its path by whole segments"
            )
        }
        #expect(
            post("https://h.example/hooks/../x").body["detail"] == "webhook has no segments . and .. and no encoded slashes in its path")
        let own = "https://h.example/hooks/calls?room=1"
        #expect(post(own).status == 202)
        fixture.pass(.seconds(5))
        #expect(receivers.names(at: own) == ["accepted 1", "dialling 2", "attemptFailed 3", "ended 4"])
        #expect(receivers.names(at: "https://h.example/hooks") == ["ended 4"])
        let taken = try #require(receivers.taken.first)
        #expect(taken.body["webhook"].string == own)
        let signed = Array("\(taken.header("webhook-id")).\(taken.header("webhook-timestamp")).".utf8) + taken.request.body
        #expect(taken.header("webhook-signature") == "v1," + secret.webhookSignature(of: signed))
        #expect(post("https://h.example/hooks", meeting: "same").status == 202)
        fixture.pass(.seconds(5))
        #expect(receivers.names(at: "https://h.example/hooks") == ["ended 4", "accepted 1", "dialling 2", "attemptFailed 3", "ended 4"])
    }

    @Test("the request's URL is another tenant's endpoint's: refused")
    func otherTenants() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/tenants/fabrikam/webhooks", #"{"url":"https://f.example/"}"#)
        let asked = fixture.client.ask(
            .post, "/v1/meetings/m/dial-outs",
            #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550486","webhook":"https://f.example/x"}"#)
        #expect(asked.status == 400 && asked.body["field"] == "webhook")
    }

    @Test("an operator's stream does not show where a tenant's webhook is")
    func masked() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        fixture.webhook("https://h.example/hooks")
        let reader = EventReader()
        #expect(fixture.client.watch("/v1/operators/acme/events", into: reader).status == 200)
        fixture.client.must(
            .post, "/v1/meetings/m/dial-outs",
            #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550486","webhook":"https://h.example/hooks/1"}"#)
        fixture.pass(.seconds(5))
        #expect(receivers.taken.count == 8 && !reader.text.contains("h.example") && reader.text.contains("ended"))
    }

    @Test("deliveries come in pages, oldest first")
    func pages() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, _) = fixture.webhook("https://h.example/")
        receivers.behaviour = { _ in (.answered(status: 500), .milliseconds(2)) }
        let calls = (0..<4).map { _ in fixture.dial("+14255550486") }
        fixture.pass(.seconds(1))
        let path = "\(Self.path)/\(id)/deliveries?limit=3"
        let first = fixture.client.must(.get, path)
        #expect(first["deliveries"].array.map(\.["id"].string) == calls.prefix(3).map { $0 } && first["cursor"].string == calls[2])
        let second = fixture.client.must(.get, path + "&cursor=\(calls[2])")
        #expect(second["deliveries"].array.map(\.["id"].string) == [calls[3]] && second["cursor"] == .null)
        #expect(fixture.client.ask(.get, path + "&cursor=x").body["field"] == "cursor")
        #expect(fixture.client.ask(.get, path + "&state=lost").body["field"] == "state")
    }
}
