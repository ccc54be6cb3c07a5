import Basis
import Dialing
import Simulation
import Testing
import Web

@testable import Service

/// What a key, a token and a secret are good for, and until when.
@Suite("Keys and their time")
struct KeptKeyTests {
    private static let day: Int64 = 24 * 3_600_000

    @Test("a key is kept for 24 hours, and free with the last millisecond of them") func kept() {
        let use = UsedKey(tenant: "t", key: "k", bodyHash: [], dialOut: SortableID(high: 0, low: 1), at: WallTime(milliseconds: 1_000))
        #expect(use.isKept(at: WallTime(milliseconds: 1_000 + Self.day - 1)) && !use.isKept(at: WallTime(milliseconds: 1_000 + Self.day)))
        let order = OrderKey(order: SortableID(high: 0, low: 1), bodyHash: "", at: WallTime(milliseconds: 1_000))
        #expect(order.isKept(WallTime(milliseconds: 1_000 + Self.day - 1)) && !order.isKept(WallTime(milliseconds: 1_000 + Self.day)))
    }

    @Test("a token opens nothing from the moment at which it expires") func expired() {
        let token = Token(
            id: SortableID(high: 0, low: 1), role: .platform, tenant: nil, operator: nil, name: "", secretHash: "",
            createdAt: WallTime(milliseconds: 0), expiresAt: WallTime(milliseconds: 1_000))
        #expect(token.isValid(at: WallTime(milliseconds: 999)) && !token.isValid(at: WallTime(milliseconds: 1_000)))
    }

    private static let members = [
        #""displayName":"Bob""#, #""requestedBy":"sam@contoso.example""#, #""ringTimeoutSeconds":50"#, #""maxDurationSeconds":600"#,
        #""priority":"high""#, #""webhook":"https://hooks.example/x/1""#,
        #""sdp":"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n""#,
    ]

    @Test("a key that was used is refused for a request that differs in any member, and out of another meeting", arguments: members)
    func otherRequest(member: String) throws {
        let fixture = try Fixture(), key = [("Idempotency-Key", "k"), ("Content-Type", "application/json")]
        fixture.client.must(.post, "/v1/tenants/contoso/webhooks", #"{"url":"https://hooks.example/x"}"#)
        let body = Fixture.order("+14255550486"), other = String(body.dropLast()) + ",\(member)}"
        let first = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", body, headers: key)
        #expect(first.status == 202)
        for (meeting, text) in [("m", other), ("n", body)] {
            let refused = fixture.client.ask(.post, "/v1/meetings/\(meeting)/dial-outs", text, headers: key)
            #expect(refused.status == 409 && refused.body["reason"].string == "idempotencyKeyReused", "\(meeting): \(refused)")
        }
        let again = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", body, headers: key)
        #expect(again.header("Idempotent-Replayed") == "true" && again.body["id"] == first.body["id"])
    }

    @Test("a day later the key of a number order is free, whether or not it was cleared away") func orderKey() throws {
        let fixture = try Fixture(), headers = AdministrationTests.json + [("Idempotency-Key", "k")]
        let path = "/v1/operators/acme/number-orders", body = #"{"tenant":"contoso","numbers":["+14255550177"]}"#
        let first = fixture.client.ask(.post, path, body, headers: headers)
        fixture.world.wallOffset += Self.day
        let later = fixture.client.ask(.post, path, body, headers: headers)
        #expect(later.status == 202 && later.header("Idempotent-Replayed") == nil && later.body["id"] != first.body["id"])
    }

    @Test("a fourth rotation within a day is refused until the first secret signs no more") func rotations() throws {
        func at(_ hour: Int64) -> WallTime { WallTime(milliseconds: hour * 3_600_000) }
        var endpoint = WebhookEndpoint(
            id: SortableID(high: 0, low: 1), tenant: "t", url: "https://a.example", kinds: [], meetings: [], secret: Secret("s0"),
            earlier: [], createdAt: at(0))
        for hour in 1...3 { try endpoint.rotate(to: Secret("s\(hour)"), at: at(Int64(hour))) }
        let refused = #expect(throws: WebhookEndpoint.TooManyRotations.self) { try endpoint.rotate(to: Secret("s4"), at: at(24)) }
        #expect(refused?.until == at(25) && endpoint.secrets(at: at(24)).map(\.revealed) == ["s3", "s2", "s1", "s0"])
        #expect(endpoint.secrets(at: at(25)).map(\.revealed) == ["s3", "s2", "s1"])
        try endpoint.rotate(to: Secret("s4"), at: at(25))
        #expect(endpoint.secrets(at: at(25)).map(\.revealed) == ["s4", "s3", "s2", "s1"])
    }

    @Test("an endpoint shows until when an earlier secret signs, as long as it does") func shown() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/webhooks"
        let id = try #require(fixture.client.must(.post, path, #"{"url":"https://hooks.example/x"}"#)["id"].string)
        fixture.client.must(.post, "\(path)/\(id)/rotate", "")
        #expect(fixture.client.must(.get, "\(path)/\(id)")["earlierSecretsUntil"].string != nil)
        fixture.world.wallOffset += Self.day
        #expect(fixture.client.must(.get, "\(path)/\(id)")["earlierSecretsUntil"] == .null)
        for meetings in [#"["a\u0007"]"#, #"[""]"#] {
            let refused = fixture.client.ask(.post, path, #"{"url":"https://hooks.example/x","meetings":\#(meetings)}"#)
            #expect(refused.status == 400 && refused.body["field"].string == "meetings", "\(meetings)")
        }
    }

    @Test("the list of tokens goes on behind its cursor") func cursor() throws {
        let fixture = try Fixture()
        let ids = (0..<3).map { _ in fixture.client.must(.post, "/v1/tokens", #"{"role":"platform"}"#)["id"].string! }
        let rest = fixture.client.must(.get, "/v1/tokens?cursor=\(ids[0])")["tokens"].array
        #expect(rest.compactMap { $0["id"].string } == Array(ids[1...]))
    }
}
