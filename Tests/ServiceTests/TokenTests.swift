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
}
