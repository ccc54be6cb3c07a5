import Service
import Simulation
import Testing
import Web

/// Settings, consents, numbers and lists over HTTP, by who asks.
@Suite("Administration over HTTP")
struct AdministrationTests {
    static let json = [("Content-Type", "application/json")]

    @Test("of a user what is left out stays, null takes away what there need not be, and is refused for all else")
    func userChanges() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/users/una@contoso.example"
        let place = #""usageLocation":"US","state":"WA","city":"Redmond""#
        let body = #"{"displayName":"Una",\#(place),"licences":["AudioConferencingStandard"],"groups":["g"]}"#
        let whole = fixture.client.must(.put, path, body)
        #expect(fixture.client.must(.put, path, "{}") == whole)
        for member in ["displayName", "licences", "groups", "audioConferencingEnabled"] {
            let refused = fixture.client.ask(.put, path, #"{"city":"Seattle","\#(member)":null}"#)
            #expect(refused.status == 400 && refused.body["field"].string == member, "\(refused.body)")
        }
        #expect(fixture.client.must(.get, path) == whole)
        let bare = fixture.client.must(.put, path, #"{"usageLocation":null,"state":null,"city":null}"#)
        for member in ["usageLocation", "state", "city"] { #expect(bare[member] == .null && whole[member] != .null) }
        #expect(bare["displayName"] == whole["displayName"] && bare["licences"] == whole["licences"])
    }

    @Test("what no cmdlet sets: each setting is read back and acts, what is left out stays, money is the platform's")
    func settings() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/settings"
        let admin = fixture.token("admin", tenant: "contoso")
        let before = admin.must(.get, path)
        #expect(before["audioConferencingEnabled"] == .bool(true) && before["deniedPrefixes"] == .array([]))
        let changed = admin.must(.patch, path, #"{"deniedPrefixes":["+1900","+881"],"withholdCallerID":true}"#)
        #expect(changed["deniedPrefixes"] == ["+1900", "+881"] && changed["withholdCallerID"] == .bool(true))
        #expect(changed["serviceCarrierAfterMatchedRoute"] == .bool(false))
        let all = admin.must(
            .patch, path,
            #"{"allowedPrefixes":["+19005"],"serviceCarrierAfterMatchedRoute":true,"operatorRoutesForReducedLicences":true,"audioConferencingEnabled":false}"#
        )
        #expect(all["allowedPrefixes"] == ["+19005"] && all["serviceCarrierAfterMatchedRoute"] == .bool(true))
        #expect(all["operatorRoutesForReducedLicences"] == .bool(true) && all["deniedPrefixes"] == ["+1900", "+881"])
        let refused = admin.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550123"), headers: Self.json)
        #expect(refused.status == 403 && refused.body["reason"].string == "audioConferencingDisabled")
        #expect(admin.ask(.patch, path, #"{"purchasedStandardLicences":5}"#, headers: Self.json).status == 403)
        #expect(fixture.client.must(.patch, path, #"{"communicationsCreditsBalance":50}"#)["communicationsCreditsBalance"] == .integer(50))
        #expect(admin.ask(.patch, path, #"{"deniedPrefixes":["900"]}"#, headers: Self.json).status == 422)
        let stale = admin.ask(.patch, path, "{}", headers: Self.json + [("If-Match", "\"none\"")])
        #expect(stale.status == 412)
    }

    @Test("an operator sees its consents and no other, and accepts, declines and terminates them with a reason")
    func consents() throws {
        let fixture = try Fixture(), path = "/v1/operators/acme/consents"
        let carrier = fixture.token("operator", operator: "acme"), admin = fixture.token("admin", tenant: "contoso")
        let list = carrier.must(.get, path)["consents"].array
        #expect(list.map { $0["tenant"].string } == ["contoso"] && list[0]["contact"]["email"].string == "ann@contoso.example")
        #expect(list[0]["companySize"].string == "10" && list[0]["since"].string != nil && list[0]["agreement"] == .null)
        #expect(carrier.ask(.get, "/v1/operators/other/consents").status == 403)
        #expect(carrier.ask(.get, path + "/fabrikam").status == 404)
        #expect(carrier.ask(.patch, path + "/contoso", #"{"status":"declined"}"#, headers: Self.json).body["field"].string == "reason")
        let declined = carrier.must(.patch, path + "/contoso", #"{"status":"declined","reason":"no contract"}"#)
        #expect(declined["status"].string == "suspended" && declined["agreement"]["reason"].string == "no contract")
        let seen = admin.must(.get, "/v1/tenants/contoso/operators")["operators"].array[0]
        #expect(seen["agreement"]["status"].string == "declined" && seen["status"].string == "suspended")
        let again = admin.ask(.patch, "/v1/tenants/contoso/operators/acme", #"{"status":"active"}"#, headers: Self.json)
        #expect(again.status == 409 && again.body["detail"].string?.contains("no contract") == true, "\(again.body)")
        #expect(carrier.must(.patch, path + "/contoso", #"{"status":"accepted"}"#)["status"].string == "active")
        #expect(carrier.must(.patch, path + "/contoso", #"{"status":"terminated","reason":"unpaid"}"#)["status"].string == "suspended")
        let upload = carrier.ask(
            .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#, headers: Self.json)
        #expect(upload.status == 409)
    }

    @Test("a relation's countries, contact and size are changed later; what still holds a number is named when it goes")
    func relation() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/operators/acme"
        let changed = fixture.client.must(.patch, path, #"{"contact":{"phone":"+14255550111"},"companySize":"51-200"}"#)
        #expect(changed["contact"]["phone"].string == "+14255550111" && changed["contact"]["fullName"].string == "Ann")
        #expect(changed["companySize"].string == "51-200")
        let refused = fixture.client.ask(.delete, path)
        #expect(refused.status == 409)
        let holders = refused.body["holders"].array.map {
            "\($0["number"].string ?? "") \($0["kind"].string ?? "") \($0["name"].string ?? "")"
        }
        #expect(holders == ["+14255550100 route US", "+14255550100 bridge Conference Bridge"])
    }

    @Test("an operator lists its numbers and orders by tenant and state, and takes back what nothing holds")
    func numbers() throws {
        let fixture = try Fixture(), path = "/v1/operators/acme/numbers"
        let carrier = fixture.token("operator", operator: "acme")
        fixture.client.must(
            .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177","+14255550176","bad"]}"#)
        func listed(_ query: String) -> [String] { carrier.must(.get, path + query)["numbers"].array.compactMap { $0["number"].string } }
        #expect(listed("") == ["+14255550100", "+14255550176", "+14255550177"])
        #expect(listed("?tenant=fabrikam") == [] && listed("?state=ReleaseRequested") == [])
        fixture.client.must(
            .post, "/v1/tenants/contoso/commands", "New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550177")
        #expect(listed("?state=ReleaseRequested") == ["+14255550177"] && listed("?tenant=contoso&state=Active").count == 2)
        let first = carrier.must(.get, path + "?limit=2")
        #expect(first["cursor"].string == "+14255550176")
        #expect(listed("?limit=2&cursor=%2B14255550176") == ["+14255550177"])
        #expect(listed("?tenant=contoso") == ["+14255550100", "+14255550176", "+14255550177"])
        #expect(listed("?tenant=contoso&cursor=%2B14255550100") == ["+14255550176", "+14255550177"])
        let ofTenant = carrier.must(.get, path + "?tenant=contoso&limit=2")
        #expect(ofTenant["numbers"].array.count == 2 && ofTenant["cursor"].string == "+14255550176")
        #expect(carrier.must(.get, path + "?limit=3")["cursor"] == .null && listed("?limit=1&state=ReleaseRequested") == ["+14255550177"])
        #expect(carrier.ask(.get, path + "?cursor=x").body["field"].string == "cursor")
        #expect(carrier.ask(.get, path + "?limit=1001").body["field"].string == "limit")
        #expect(carrier.ask(.delete, path + "/14255550177").status == 204 && listed("").count == 2)
        let held = carrier.ask(.delete, path + "/14255550100")
        #expect(held.status == 409 && held.body["holders"].array.map { $0["kind"].string } == ["route", "bridge"], "\(held.body)")
        #expect(carrier.ask(.delete, path + "/14255550999").status == 404)
        #expect(carrier.ask(.delete, path + "/12065550199").status == 404)
        let orders = carrier.must(.get, "/v1/operators/acme/number-orders")["orders"].array
        #expect(orders.map { $0["total"].integer } == [3, 1] && orders.map { $0["failed"].integer } == [1, 0])
    }

    @Test("lists go on behind a row")
    func pages() throws {
        let fixture = try Fixture()
        #expect(fixture.client.must(.get, "/v1/tenants?limit=1")["cursor"].string == "contoso")
        let rest = fixture.client.must(.get, "/v1/tenants?cursor=contoso")
        #expect(rest["tenants"].array.map { $0["id"].string } == ["fabrikam"] && rest["cursor"] == .null)
        for (text, found) in [("ABRI", ["fabrikam"]), ("o", ["contoso"]), ("", ["contoso", "fabrikam"]), ("nobody", [])] {
            let list = fixture.client.must(.get, "/v1/tenants?search=\(text)")["tenants"].array
            #expect(list.map { $0["id"].string } == found, "\(text)")
        }
        #expect(fixture.client.must(.get, "/v1/tenants?search=o&cursor=contoso")["tenants"].array.isEmpty)
        fixture.client.must(.put, "/v1/tenants/t-1", #"{"displayName":"Northwind","country":"GB"}"#)
        for (text, found) in [("NORTH", ["t-1"]), ("t-1", ["t-1"])] {
            let list = fixture.client.must(.get, "/v1/tenants?search=\(text)")["tenants"].array
            #expect(list.map { $0["id"].string } == found, "\(text)")
        }
        let users = fixture.client.must(.get, "/v1/tenants/contoso/users?limit=1")
        #expect(users["users"].array.map { $0["upn"].string } == ["alice@contoso.example"])
        let next = fixture.client.must(.get, "/v1/tenants/contoso/users?limit=1&cursor=\(users["cursor"].string!)")
        #expect(next["users"].array.map { $0["upn"].string } == ["sam@contoso.example"] && next["cursor"] == .null)
    }

    @Test("a session's variables go with the answer and come with the next script; a text that is none is refused")
    func variables() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/commands"
        func post(_ order: JSONValue) -> JSONValue {
            fixture.client.ask(.post, path, String(decoding: JSON.encode(order), as: UTF8.self), headers: Self.json).body
        }
        let kept = try #require(post(["script": "$a = 20", "variables": ""])["variables"].string)
        let second = post(["script": "$a + 1", "variables": .string(kept)])
        #expect(second["results"].array[0]["output"].array[0]["Value"] == .integer(21))
        #expect(post(["script": "$a = 20"])["variables"] == .null)
        let forged = post(["script": "1", "variables": "x"])
        #expect(forged["applied"] == .bool(false) && forged["results"].array[0]["error"]["parameter"].string == "variables")
    }

    @Test("the organizer's meeting policy decides whether an anonymous participant dials out")
    func anonymous() throws {
        let fixture = try Fixture()
        func verdict() -> String? {
            let body = #"{"organizer":"alice@contoso.example","number":"+14255550123","requestedBy":"anonymous"}"#
            return fixture.client.must(.post, "/v1/tenants/contoso/route-tests", body)["verdict"].string
        }
        func run(_ script: String) {
            let ran = fixture.client.must(.post, "/v1/tenants/contoso/commands", script)
            #expect(ran["applied"] == .bool(true), "\(ran)")
        }
        #expect(verdict() == "refuse")
        run("New-CsTeamsMeetingPolicy Open -AllowAnonymousUsersToDialOut $true; Grant-CsTeamsMeetingPolicy alice@contoso.example Open")
        #expect(verdict() == "route")
        run(
            "Set-CsTeamsMeetingPolicy Open -AllowAnonymousUsersToDialOut $false; Set-CsTeamsMeetingPolicy -AllowAnonymousUsersToDialOut $true"
        )
        #expect(verdict() == "refuse")
        run("Grant-CsTeamsMeetingPolicy alice@contoso.example $null")
        #expect(verdict() == "route")
    }
}
