import Basis
import Dialing
import Service
import Simulation
import Testing
import Web

/// What takes long is done beside the loop, on which calls keep their time meanwhile.
@Suite("Long bodies")
struct LongBodyTests {
    private static let blanks = String(repeating: " ", count: 70_000)
    private static let json = [("Content-Type", "application/json")]
    private static let text = [("Content-Type", "text/plain")]

    /// How often something was done beside the loop for a request.
    private static func asides(
        _ fixture: Fixture, _ method: String, _ path: String, _ body: String, _ headers: [(String, String)] = json
    ) -> (status: Int, count: Int) {
        let before = fixture.world.asides
        let answer = fixture.client.ask(method == "PUT" ? .put : method == "GET" ? .get : .post, path, body, headers: headers)
        return (answer.status, fixture.world.asides - before)
    }

    @Test("a long one is read beside the loop on every way in, and a short one on it")
    func reading() throws {
        let fixture = try Fixture(), tenant = "/v1/tenants/contoso"
        let document = fixture.client.must(.get, tenant + "/document"), whole = String(decoding: JSON.encode(document), as: UTF8.self)
        let candidate = String(decoding: JSON.encode(document["tenant"]), as: UTF8.self)
        let test = #"{"organizer":"alice@contoso.example","number":"+12065550100"}"#
        let ways: [(method: String, path: String, body: String, headers: [(String, String)], short: Int)] = [
            ("PUT", "/document", whole, Self.json, 2),
            ("POST", "/commands", "Get-CsTenant", Self.text, 1),
            ("POST", "/commands", #"{"script":"Get-CsTenant"}"#, Self.json, 1),
            ("POST", "/rehearsals", "Get-CsTenant", Self.text, 2),
            ("POST", "/route-tests", test, Self.json, 0),
            ("POST", "/replays", #"{"candidate":\#(candidate)}"#, Self.json, 2),
        ]
        for (method, path, body, headers, short) in ways {
            let brief = Self.asides(fixture, method, tenant + path, body, headers)
            #expect(brief.status == 200 && brief.count == short, "\(path): \(brief)")
            let long = Self.asides(fixture, method, tenant + path, body + Self.blanks, headers)
            #expect(long.status == 200 && long.count == short + 1, "\(path): \(long)")
        }
        let wrong = fixture.client.ask(.put, tenant + "/document", #"{"tenant":1}"# + Self.blanks, headers: Self.json)
        #expect(wrong.status == 400 && wrong.body["field"].string == "tenant")
    }

    @Test("while one is read, what comes after it is answered")
    func order() throws {
        let fixture = try Fixture()
        var answered: [String] = []
        fixture.client.send(.post, "/v1/tenants/contoso/commands", "Get-CsTenant" + Self.blanks, headers: Self.text) { _ in
            answered.append("long")
        }
        fixture.client.send(.get, "/v1/tenants/contoso", "") { _ in answered.append("short") }
        _ = fixture.world.run(until: fixture.world.now + .seconds(1)) { answered.count == 2 }
        #expect(answered == ["short", "long"])
    }

    @Test("a change of many objects is made beside the loop, and an order of many numbers filled there")
    func changes() throws {
        let fixture = try Fixture()
        let numbers = (1_000..<1_150).map { "\"+1425555\($0)\"" }.joined(separator: ",")
        let order = #"{"tenant":"contoso","numbers":[\#(numbers)]}"#
        let long = Self.asides(fixture, "POST", "/v1/operators/acme/number-orders", order)
        #expect(long.status == 202 && long.count == 1)
        let again = Self.asides(fixture, "POST", "/v1/operators/acme/number-orders", order.replacing("+1425555", with: "+1206555"))
        #expect(again.status == 202 && again.count == 2)
        let one = Self.asides(fixture, "POST", "/v1/operators/other/number-orders", #"{"tenant":"fabrikam","numbers":["+442079460123"]}"#)
        #expect(one.count == 0)
        for path in ["/document", "/lint"] { #expect(Self.asides(fixture, "GET", "/v1/tenants/contoso" + path, "", []).count == 1) }
        let stored = fixture.client.must(.get, "/v1/operators/acme/numbers?tenant=contoso")["numbers"].array
        #expect(stored.count >= 300)
        let routes =
            "Set-CsOnlinePstnUsage -Usage US; foreach ($i in 1..201) { New-CsOnlineVoiceRoute \"R$i\" -OnlinePstnUsages US -NumberPattern \"^\\+1$i\" }"
        #expect(fixture.client.must(.post, "/v1/tenants/fabrikam/commands", routes)["applied"] == .bool(true))
        #expect(Self.asides(fixture, "PUT", "/v1/tenants/fabrikam", #"{"displayName":"F","country":"GB"}"#).count == 1)
        let policies =
            "Set-CsOnlinePstnUsage -Usage A; 1..20 | % { New-CsOnlineVoiceRoute \"R$_\" -OnlinePstnUsages A -NumberPattern \"^\\+44$_\" }; 1..20 | % { New-CsOnlineAudioConferencingRoutingPolicy \"P$_\" -OnlinePstnUsages A }"
        fixture.client.must(.put, "/v1/tenants/northwind", #"{"displayName":"N","country":"GB"}"#)
        #expect(fixture.client.must(.post, "/v1/tenants/northwind/commands", policies)["applied"] == .bool(true))
        let renamed = Self.asides(fixture, "PUT", "/v1/tenants/northwind", #"{"displayName":"NW","country":"GB"}"#)
        #expect(renamed.status == 200 && renamed.count == 1, "20 policies of 20 routes each are as many as 400 routes")
        let change = fixture.client.must(.get, "/v1/tenants/northwind/changes")["changes"].array[0]["id"].string ?? ""
        let undone = Self.asides(fixture, "POST", "/v1/tenants/northwind/changes/\(change)/undo", "")
        #expect(undone.status == 200 && undone.count == 2, "what it puts back, and the change")
        let before = fixture.world.asides
        fixture.client.must(.delete, "/v1/tenants/contoso")
        #expect(fixture.world.asides == before + 1)
    }
}
