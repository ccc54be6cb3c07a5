import Service
import Simulation
import Testing
import Web

@Suite struct TokenTests {
    @Test("a token tells whose it is, and never its secret") func owner() throws {
        let fixture = try Fixture()
        for (client, role, tenant, carrier) in [
            (fixture.client, "platform", nil, nil), (fixture.token("admin", tenant: "contoso"), "admin", "contoso", nil),
            (fixture.token("meeting", tenant: "fabrikam"), "meeting", "fabrikam", nil),
            (fixture.token("operator", operator: "acme"), "operator", nil, "acme"),
        ] as [(SimClient, String, String?, String?)] {
            let answer = client.ask(.get, "/v1/token")
            #expect(answer.status == 200)
            #expect(answer.body["role"].string == role)
            #expect(answer.body["tenant"].string == tenant)
            #expect(answer.body["operator"].string == carrier)
            #expect(answer.body["token"] == .null && answer.body["secretHash"] == .null)
        }
        #expect(fixture.client.with(token: "no").ask(.get, "/v1/token").status == 401)
    }

    @Test("a token is for whom its role is for, and for nobody else") func roles() throws {
        let fixture = try Fixture()
        for (body, field) in [
            (#"{"role":"admin"}"#, "tenant"), (#"{"role":"meeting","operator":"acme"}"#, "tenant"), (#"{"role":"operator"}"#, "operator"),
            (#"{"role":"admin","tenant":"contoso","operator":"acme"}"#, "operator"),
            (#"{"role":"operator","tenant":"contoso","operator":"acme"}"#, "tenant"), (#"{"role":"platform","tenant":"contoso"}"#, "role"),
        ] {
            let answer = fixture.client.ask(.post, "/v1/tokens", body)
            #expect(answer.status == 400 && answer.body["field"].string == field, "\(body): \(answer)")
        }
        #expect(fixture.client.must(.get, "/v1/tokens")["tokens"] == .array([]))
    }

    @Test("a token's name is a text of up to 256 bytes without control characters") func names() throws {
        let fixture = try Fixture()
        let longest = String(repeating: "a", count: 256)
        for (name, isTaken) in [("", true), (longest, true), (longest + "a", false), ("a\\n", false)] {
            let answer = fixture.client.ask(.post, "/v1/tokens", "{\"role\":\"platform\",\"name\":\"\(name)\"}")
            #expect(answer.status == (isTaken ? 201 : 400) && answer.body["field"].string == (isTaken ? nil : "name"), "\(name.count)")
        }
    }

    @Test("the list goes on behind a token that was deleted, and what is no cursor is refused") func pages() throws {
        let fixture = try Fixture()
        let ids = (0..<5).map { _ in fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso"}"#)["id"].string! }
        let first = fixture.client.must(.get, "/v1/tokens?limit=2")
        #expect(first["tokens"].array.compactMap { $0["id"].string } == Array(ids[..<2]) && first["cursor"].string == ids[1])
        fixture.client.must(.delete, "/v1/tokens/\(ids[1])")
        let rest = fixture.client.must(.get, "/v1/tokens?cursor=\(ids[1])")
        #expect(rest["tokens"].array.compactMap { $0["id"].string } == Array(ids[2...]) && rest["cursor"] == .null)
        for path in ["tokens", "tenants", "dial-outs", "tenants/contoso/users", "tenants/contoso/changes", "operators/acme/consents"] {
            let refused = fixture.client.ask(.get, "/v1/\(path)?cursor=")
            #expect(refused.status == 400 && refused.body["field"].string == "cursor", "\(path): \(refused)")
        }
    }
}
