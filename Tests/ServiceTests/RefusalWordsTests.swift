import Service
import Simulation
import Testing
import Web

@Suite("What a refusal says")
struct RefusalWordsTests {
    @Test("names the field and the rule, and nothing is changed", arguments: RefusedRequest.all)
    func words(_ request: RefusedRequest) throws {
        let fixture = try Fixture(), before = fixture.store.documents.mapValues(\.body)
        let answer = fixture.client.ask(request.method, request.path, request.body, headers: request.headers)
        #expect(answer.status == request.status && answer.body["detail"].string?.contains(request.words) == true, "\(answer)")
        if request.status == 400 { #expect(answer.body["reason"].string == "malformedRequest" && answer.body["field"] != .null) }
        #expect(fixture.store.documents.mapValues(\.body) == before && fixture.store.dialOuts.isEmpty)
    }

    @Test("each user of a document stands in it once, and the document is of the tenant in the path")
    func documents() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/document"
        var document = fixture.client.must(.get, path)
        let users = document["users"].array
        document["users"] = .array(users + [users[0]])
        let twice = fixture.client.ask(.put, path, String(decoding: JSON.encode(document), as: UTF8.self))
        #expect(twice.status == 400 && twice.body["detail"].string == "users has each user once")
        document["users"] = .array(users)
        let other = fixture.client.ask(.put, "/v1/tenants/fabrikam/document", String(decoding: JSON.encode(document), as: UTF8.self))
        #expect(other.status == 400 && other.body["detail"].string == "tenant.id is the tenant in the path, fabrikam")
        let stale = fixture.client.ask(
            .put, path, String(decoding: JSON.encode(document), as: UTF8.self), headers: [("If-Match", "\"another\"")])
        #expect(stale.status == 412)
    }

    @Test("a tenant has so many webhooks, and a token opens its own tenant or operator alone")
    func bounds() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/webhooks"
        var made = 0
        while made < 1_000, fixture.client.ask(.post, path, #"{"url":"https://h.example/\#(made)"}"#).status == 201 { made += 1 }
        let refused = fixture.client.ask(.post, path, #"{"url":"https://h.example/more"}"#)
        #expect(refused.status == 409 && refused.body["detail"].string == "a tenant has at most \(made) webhook endpoints" && made > 9)
        #expect(fixture.client.must(.get, path)["webhooks"].array.count == made)
        let admin = fixture.token("admin", tenant: "contoso"), carrier = fixture.token("operator", operator: "acme")
        #expect(admin.ask(.get, "/v1/tenants/fabrikam").body["detail"].string == "the token is for the tenant contoso")
        #expect(carrier.ask(.get, "/v1/operators/other").body["detail"].string == "the token is for the operator acme")
        let forbidden = admin.ask(.post, "/v1/tokens", #"{"role":"operator","operator":"acme"}"#)
        #expect(forbidden.status == 403)
        #expect(forbidden.body["detail"].string?.hasPrefix("a token of the tenant contoso makes tokens for meetings") == true)
    }
}
