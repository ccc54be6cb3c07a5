import Basis
import Simulation
import Testing
import Web
import Webhooks

@testable import Service

@Suite("Webhooks")
struct WebhookTests {
    private static let url = "https://hooks.example/calls"

    @Test("an endpoint is told each event of a call, in order, signed, with its place in the log")
    func story() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        let (id, secret) = fixture.webhook(Self.url)
        #expect(secret.revealed.hasPrefix("whsec_") && secret.isWebhookSecret)
        let call = fixture.dial("+14255550200")
        fixture.pass(.seconds(30))
        #expect(receivers.names(at: Self.url) == ["accepted 1", "dialling 2", "ringing 3", "connected 4", "ended 5"])
        let events = fixture.client.must(.get, "/v1/dial-outs/\(call)/events")["events"].array
        for (taken, event) in zip(receivers.taken, events) {
            let sequence = try #require(event["sequence"].integer), time = taken.header("webhook-timestamp")
            #expect(taken.header("webhook-id") == "\(call)-\(sequence)")
            #expect(taken.header("Content-Type") == "application/json")
            var told = event
            told["place"] = taken.body["place"]
            #expect(taken.body == told)
            let signed = Array("\(call)-\(sequence).\(time).".utf8) + taken.request.body
            #expect(taken.header("webhook-signature") == "v1," + secret.webhookSignature(of: signed))
            let seconds = try #require(Int64(time))
            #expect(abs(seconds * 1000 - fixture.world.wallTime.milliseconds) < 31_000)
        }
        let places = receivers.taken.compactMap { $0.body["place"].integer }
        #expect(places == places.sorted() && Set(places).count == 5)
        #expect(fixture.showWebhook(id)["place"].integer == places.last)
    }

    @Test("the signature is what the specification's own example says")
    func vector() {
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signed = #"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#
        #expect(secret.webhookSignature(of: Array(signed.utf8)) == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(!Secret("whsec_c2hvcnQ=").isWebhookSecret && !Secret("sec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").isWebhookSecret)
    }

    @Test("a secret is shown once, and no listing, document or change shows it again")
    func once() throws {
        let fixture = try Fixture(), (id, secret) = fixture.webhook(Self.url)
        for path in ["/v1/tenants/contoso/webhooks", "/v1/tenants/contoso/webhooks/\(id)", "/v1/tenants/contoso/document"] {
            #expect(!"\(fixture.client.must(.get, path))".contains(secret.revealed))
        }
        let changed = fixture.client.must(.patch, "/v1/tenants/contoso/webhooks/\(id)", #"{"kinds":["ended"]}"#)
        #expect(changed["secret"] == .null && changed["kinds"] == ["ended"])
        let kept = try #require(fixture.store.documents["webhook/\(id)"])
        #expect(kept.isSecret)
    }

    @Test("kinds and meetings choose")
    func filters() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        fixture.webhook("https://a.example/", #","kinds":["ringing","ended"]"#)
        fixture.webhook("https://b.example/", #","meetings":["m2"]"#)
        fixture.webhook("https://c.example/", #","kinds":["connected"],"meetings":["m1"]"#)
        fixture.dial("+14255550200")
        fixture.dial("+14255550486")
        fixture.pass(.seconds(30))
        #expect(receivers.names(at: "https://a.example/").sorted() == ["ended 4", "ended 5", "ringing 3"])
        #expect(receivers.names(at: "https://b.example/") == ["accepted 1", "dialling 2", "attemptFailed 3", "ended 4"])
        #expect(receivers.names(at: "https://c.example/") == ["connected 4"])
    }

    @Test("a rotated secret signs for a day more, then it does not; three may, a fourth is refused")
    func rotation() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, old) = fixture.webhook(Self.url)
        let path = "/v1/tenants/contoso/webhooks/\(id)/rotate"
        let answer = fixture.client.must(.post, path), new = Secret(answer["secret"].string!)
        #expect(new != old && answer["earlierSecretsUntil"].string != nil)
        fixture.dial("+14255550486")
        fixture.pass(.seconds(1))
        func signatures(_ taken: Receivers.Taken, _ secrets: [Secret]) -> String {
            let signed = Array("\(taken.header("webhook-id")).\(taken.header("webhook-timestamp")).".utf8) + taken.request.body
            return secrets.map { "v1," + $0.webhookSignature(of: signed) }.joined(separator: " ")
        }
        let first = try #require(receivers.taken.last)
        #expect(first.header("webhook-signature") == signatures(first, [new, old]))
        fixture.pass(.seconds(86_400))
        fixture.dial("+14255550486")
        fixture.pass(.seconds(1))
        let second = try #require(receivers.taken.last)
        #expect(second.header("webhook-signature") == signatures(second, [new]))
        for _ in 0..<3 { fixture.client.must(.post, path) }
        let fourth = fixture.client.ask(.post, path)
        #expect(fourth.status == 409)
        #expect(fourth.body["detail"].string?.hasPrefix("3 replaced secrets sign already; the first of them does so until 20") == true)
        fixture.pass(.seconds(86_401))
        fixture.client.must(.post, path)
    }

    @Test("at the end of its day a replaced secret signs no more, and makes room for another")
    func rotationEnds() throws {
        let begun = WallTime(milliseconds: 1_764_000_000_000), end = WallTime(milliseconds: begun.milliseconds + 86_400_000)
        var endpoint = WebhookEndpoint(
            id: SortableID(high: 1, low: 1), tenant: "contoso", url: Self.url, kinds: [], meetings: [], secret: Secret("whsec_0"),
            earlier: [], createdAt: begun)
        for number in 1...3 { try endpoint.rotate(to: Secret("whsec_\(number)"), at: begun) }
        let before = WallTime(milliseconds: end.milliseconds - 1)
        #expect(endpoint.secrets(at: before).count == 4 && endpoint.secrets(at: end) == [Secret("whsec_3")])
        #expect(throws: WebhookEndpoint.TooManyRotations.self) { try endpoint.rotate(to: Secret("whsec_4"), at: before) }
        try endpoint.rotate(to: Secret("whsec_4"), at: end)
        #expect(endpoint.secrets(at: end) == [Secret("whsec_4"), Secret("whsec_3")])
    }

    @Test("a call that cannot be told waits, and its events go in order when it can; another call's go on")
    func retry() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, _) = fixture.webhook(Self.url)
        receivers.behaviour = { request in
            let isBad = String(decoding: request.body, as: UTF8.self).contains("+14255550200") && fixture.world.now < .zero + .seconds(60)
            return isBad ? (.answered(status: 500), .milliseconds(2)) : (.answered(status: 204), .milliseconds(2))
        }
        let bad = fixture.dial("+14255550200")
        fixture.dial("+14255550486")
        fixture.pass(.seconds(20))
        let failed = fixture.client.must(.get, "/v1/tenants/contoso/webhooks/\(id)/deliveries?state=failed")
        #expect(failed["cursor"] == .null && failed["deliveries"].array.count == 1)
        let row = failed["deliveries"].array[0]
        #expect(row["id"].string == bad && row["dialOutId"].string == bad && row["eventId"].string == "\(bad)-1")
        #expect(row["sequence"] == 1 && row["state"] == "failed" && row["deadLetter"] == false && row["error"] == "answered 500")
        #expect(row["failures"].integer ?? 0 >= 1 && row["nextAttemptAt"].string != nil)
        #expect(receivers.taken.count == 4 && !receivers.taken.contains { $0.body["dialOutId"].string == bad })
        fixture.pass(.seconds(120))
        let told = receivers.taken.filter { $0.body["dialOutId"].string == bad }.map(\.name)
        #expect(told == ["accepted 1", "dialling 2", "ringing 3", "connected 4", "ended 5"])
        #expect(fixture.client.must(.get, "/v1/tenants/contoso/webhooks/\(id)/deliveries")["deliveries"].array.isEmpty)
        #expect(fixture.client.ask(.post, "/v1/tenants/contoso/webhooks/\(id)/deliveries/\(bad)/redeliver").status == 404)
    }

    @Test("redelivered by hand, it does not wait")
    func redeliver() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, _) = fixture.webhook(Self.url)
        receivers.behaviour = { _ in (.failed(.connectTimeout), .seconds(5)) }
        let call = fixture.dial("+14255550486")
        fixture.pass(.seconds(100))
        receivers.behaviour = { _ in (.answered(status: 200), .milliseconds(1)) }
        let asked = fixture.client.ask(.post, "/v1/tenants/contoso/webhooks/\(id)/deliveries/\(call)/redeliver")
        #expect(asked.status == 202 && asked.body["error"] == "no connection within 5 seconds")
        fixture.pass(.milliseconds(100))
        #expect(receivers.taken.map(\.name) == ["accepted 1", "dialling 2", "attemptFailed 3", "ended 4"])
    }

    @Test("an endpoint that hangs delays no other, and is paused: told in the log, counted, probed once a minute")
    func pause() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        let (id, _) = fixture.webhook("https://hangs.example/")
        fixture.webhook(Self.url)
        var probes: [Instant] = []
        receivers.behaviour = { request in
            guard request.url.contains("hangs") else { return (.answered(status: 200), .milliseconds(2)) }
            probes.append(fixture.world.now)
            return (.failed(.timeout), .seconds(15))
        }
        for _ in 0..<6 { fixture.dial("+14255550486") }
        fixture.pass(.seconds(14))
        #expect(receivers.names(at: Self.url).count == 24)
        fixture.pass(.seconds(2))
        let shown = fixture.showWebhook(id)
        #expect(shown["status"] == "paused" && shown["pausedBecause"] == "failing")
        #expect(fixture.metrics.contains("dialout_webhook_endpoints{state=\"paused\"} 1\n"))
        let notice = try #require(receivers.taken.last)
        #expect(notice.body["type"] == "webhookPaused" && notice.body["webhookId"].string == id && notice.body["reason"] == "failing")
        #expect(notice.body["url"] == "https://hangs.example/" && notice.body["tenant"] == "contoso")
        probes = []
        fixture.pass(.seconds(299))
        let gaps = zip(probes, probes.dropFirst()).map { $1 - $0 }
        #expect(gaps.count >= 3 && gaps.allSatisfy { $0 >= .milliseconds(59_900) && $0 <= .seconds(61) }, "\(gaps)")
        receivers.behaviour = { _ in (.answered(status: 200), .milliseconds(2)) }
        fixture.pass(.seconds(61))
        #expect(fixture.showWebhook(id)["status"] == "active" && fixture.showWebhook(id)["pausedBecause"] == .null)
        #expect(receivers.names(at: "https://hangs.example/").count == 26, "six calls' four events, paused and resumed")
        #expect(fixture.metrics.contains("dialout_webhook_endpoints{state=\"paused\"} 0\n"))
    }

    @Test("after a kill -9 what was not delivered is, in order; what was may come again")
    func killed() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        fixture.webhook(Self.url)
        receivers.behaviour = { _ in (.answered(status: 503), .milliseconds(2)) }
        let calls = (0..<3).map { _ in fixture.dial("+14255550486") }
        fixture.pass(.seconds(3))
        receivers.behaviour = { _ in (.answered(status: 200), .milliseconds(2)) }
        _ = try fixture.restart()
        fixture.pass(.seconds(30))
        for call in calls {
            let told = receivers.taken.filter { $0.body["dialOutId"].string == call }.map(\.name)
            #expect(told == ["accepted 1", "dialling 2", "attemptFailed 3", "ended 4"])
        }
    }

    @Test("a store that cannot be read is asked again")
    func unreadable() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        fixture.store.readsFail = true
        fixture.webhook(Self.url)
        fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        #expect(receivers.taken.isEmpty)
        fixture.store.readsFail = false
        fixture.pass(.seconds(2))
        #expect(receivers.taken.map(\.name) == ["accepted 1", "dialling 2", "attemptFailed 3", "ended 4"])
    }

    @Test("what an operator alone is told of a tenant goes to none of its endpoints, whether read from the log or at once")
    func operatorAlone() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        fixture.store.readsFail = true
        fixture.webhook(Self.url)
        for (size, calls) in [(12, 1), (13, 2)] {
            fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"companySize":"\#(size)"}"#)
            fixture.dial("+14255550486")
            fixture.pass(.seconds(3))
            fixture.store.readsFail = false
            fixture.pass(.seconds(3))
            let told = ["accepted 1", "dialling 2", "attemptFailed 3", "ended 4"]
            #expect(receivers.taken.map(\.name) == Array(repeating: told, count: calls).flatMap(\.self))
        }
    }

    @Test("a tenant's endpoints and what waits for them go with it, and the next of its name has none")
    func tenantRemoved() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        receivers.behaviour = { _ in (.answered(status: 500), .milliseconds(2)) }
        fixture.client.must(.post, "/v1/tenants/fabrikam/webhooks", #"{"url":"https://f.example/"}"#)
        fixture.pass(.seconds(2))
        #expect(fixture.store.documents.keys.contains { $0.hasPrefix("webhook") })
        fixture.client.must(.delete, "/v1/tenants/fabrikam")
        fixture.client.must(.put, "/v1/tenants/fabrikam", #"{"displayName":"Another","country":"GB"}"#)
        #expect(fixture.client.must(.get, "/v1/tenants/fabrikam/webhooks")["webhooks"].array.isEmpty)
        #expect(!fixture.store.documents.keys.contains { $0.hasPrefix("webhook") })
    }

    @Test("what a call of the old tenant still comes to is not told to endpoints of the next one of its name")
    func tenantRemade() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        let old = fixture.dial("+14255550488")
        fixture.pass(.seconds(2))
        let document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        fixture.client.must(.delete, "/v1/tenants/contoso")
        fixture.client.must(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(document), as: UTF8.self))
        fixture.webhook(Self.url)
        #expect(fixture.record(old)["state"].string != "ended", "its INVITE has no final answer yet")
        let new = fixture.dial("+14255550486")
        fixture.pass(.seconds(90))
        #expect(fixture.record(old)["state"].string == "ended")
        #expect(Set(receivers.taken.map { $0.body["dialOutId"].string }) == [new], "\(receivers.taken.map(\.name))")
    }

    @Test("removed, an endpoint and what waits for it are gone from the store")
    func removed() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world), (id, _) = fixture.webhook(Self.url)
        receivers.behaviour = { _ in (.answered(status: 500), .milliseconds(2)) }
        fixture.dial("+14255550486")
        fixture.pass(.seconds(2))
        #expect(fixture.store.documents.keys.filter { $0.hasPrefix("webhook") }.count == 3)
        #expect(fixture.client.ask(.delete, "/v1/tenants/contoso/webhooks/\(id)").status == 204)
        #expect(!fixture.store.documents.keys.contains { $0.hasPrefix("webhook") })
        #expect(fixture.client.ask(.get, "/v1/tenants/contoso/webhooks/\(id)").status == 404)
        let posts = receivers.taken.count
        fixture.pass(.seconds(60))
        #expect(receivers.taken.count == posts)
    }
}

extension Fixture {
    var metrics: String { service.assumeIsolated { String(decoding: $0.metricsText().bytes ?? [], as: UTF8.self) } }
}
