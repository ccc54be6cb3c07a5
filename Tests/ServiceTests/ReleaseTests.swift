import Basis
import Service
import Simulation
import Testing
import Web

/// How numbers go back, shared numbers, and what an operator is told.
@Suite("Releases, shared numbers and relations")
struct ReleaseTests {
    private static let number = "/v1/operators/acme/numbers/+14255550177"

    private func uploaded() throws -> Fixture {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        return fixture
    }

    private func run(_ fixture: Fixture, _ script: String) -> JSONValue {
        fixture.client.must(.post, "/v1/tenants/contoso/commands", script)
    }

    @Test("a release goes in the documented order, each step once, and is taken back; the number is of no use meanwhile")
    func steps() throws {
        let fixture = try uploaded(), carrier = fixture.token("operator", operator: "acme")
        func move(_ state: String) -> Int {
            carrier.ask(.patch, Self.number, #"{"state":"\#(state)"}"#, headers: AdministrationTests.json).status
        }
        #expect(move("MarkedForRemoval") == 409 && move("ReadyForRemoval") == 409)
        #expect(run(fixture, "New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550177")["applied"] == .bool(true))
        #expect(carrier.must(.get, Self.number)["state"].string == "ReleaseRequested")
        #expect(move("ReadyForRemoval") == 409 && move("MarkedForRemoval") == 200)
        let register = run(fixture, "Register-CsOnlineDialInConferencingServiceNumber +14255550177")
        #expect(register["applied"] == .bool(false))
        #expect(move("ReadyForRemoval") == 200 && move("MarkedForRemoval") == 409)
        #expect(move("Active") == 200 && carrier.must(.get, Self.number)["state"].string == "Active")
        #expect(run(fixture, "Register-CsOnlineDialInConferencingServiceNumber +14255550177")["applied"] == .bool(true))
        let held = carrier.ask(.patch, Self.number, #"{"state":"ReleaseRequested"}"#, headers: AdministrationTests.json)
        #expect(held.status == 409 && held.body["holders"].array.map { $0["kind"].string } == ["bridge"], "\(held.body)")
        #expect(move("Active") == 200, "it is")
        #expect(carrier.must(.patch, Self.number, #"{"city":"Redmond"}"#)["city"].string == "Redmond")
    }

    @Test("taking back goes by all states, each in the log of changes, and another operator may upload the number then")
    func gone() throws {
        let fixture = try uploaded(), carrier = fixture.token("operator", operator: "acme")
        #expect(carrier.ask(.delete, Self.number).status == 204 && carrier.ask(.get, Self.number).status == 404)
        let changes = fixture.client.must(.get, "/v1/tenants/contoso/changes?limit=5")["changes"].array
        let states = changes.compactMap { $0["objects"].array.first { $0["object"].string == "number +14255550177" } }.map {
            "\($0["before"]["release"].string ?? "-") \($0["after"] == .null ? "gone" : $0["after"]["release"].string ?? "-")"
        }
        #expect(
            states == [
                "ReadyForRemoval gone", "MarkedForRemoval ReadyForRemoval", "ReleaseRequested MarkedForRemoval", "- ReleaseRequested",
                "- -",
            ])
        fixture.client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        let ported = fixture.client.must(.post, "/v1/operators/other/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        #expect(ported["status"].string == "success")
    }

    @Test("five hundred numbers are shared, each with five languages, and not one more")
    func sharedBounds() throws {
        let fixture = try Fixture()
        func put(_ count: Int, languages: Int = 1) -> SimClient.Answer {
            let spoken = ["en-US", "de-DE", "fr-FR", "it-IT", "es-ES", "sv-SE"].prefix(languages).map { "\"\($0)\"" }.joined(separator: ",")
            let numbers = (0..<count).map { #"{"number":"+1425\#(5_000_000 + $0)","languages":[\#(spoken)]}"# }.joined(separator: ",")
            return fixture.client.ask(
                .put, "/v1/operators/service-carrier",
                #"{"name":"Own","trunks":[{"name":"c1","uri":"sip:10.3.0.1:5060"}],"sharedNumbers":[\#(numbers)]}"#)
        }
        #expect(put(500).status == 200 && put(1, languages: 5).status == 200)
        for answer in [put(501), put(1, languages: 6)] {
            #expect(answer.status == 422 && answer.body["field"].string == "sharedNumbers", "\(answer)")
        }
    }

    @Test("of two that take a number back at once one has, and the other finds it gone")
    func twice() throws {
        let fixture = try uploaded(), carrier = fixture.token("operator", operator: "acme")
        var statuses: [Int] = []
        for _ in 0..<2 { carrier.send(.delete, Self.number, "") { statuses.append($0.status) } }
        _ = fixture.world.run(until: fixture.world.now + .seconds(60)) { statuses.count == 2 }
        #expect(statuses.sorted() == [204, 404])
    }

    @Test("a number that another operator has by the time it is taken back stays with that one")
    func ported() throws {
        let fixture = try uploaded(), carrier = fixture.token("operator", operator: "acme")
        fixture.client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        for state in ["ReleaseRequested", "MarkedForRemoval", "ReadyForRemoval"] {
            carrier.must(.patch, Self.number, #"{"state":"\#(state)"}"#)
        }
        var statuses: [String: Int] = [:]
        carrier.send(.delete, Self.number, "") { statuses["first"] = $0.status }
        fixture.client.send(.post, "/v1/operators/other/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#) {
            statuses["order"] = $0.status
        }
        carrier.send(.delete, Self.number, "") { statuses["second"] = $0.status }
        carrier.send(.patch, Self.number, #"{"city":"Rome"}"#) { statuses["change"] = $0.status }
        _ = fixture.world.run(until: fixture.world.now + .seconds(60)) { statuses.count == 4 }
        #expect(statuses == ["first": 204, "order": 202, "second": 404, "change": 404])
        #expect(fixture.client.must(.get, "/v1/operators/other/numbers/+14255550177")["city"] == .null)
    }

    @Test("a number that is ready to go is taken back as it was seen, and not as it is by then")
    func tagged() throws {
        let fixture = try uploaded(), carrier = fixture.token("operator", operator: "acme")
        for state in ["ReleaseRequested", "MarkedForRemoval", "ReadyForRemoval"] {
            carrier.must(.patch, Self.number, #"{"state":"\#(state)"}"#)
        }
        let seen = try #require(carrier.ask(.get, Self.number).header("ETag"))
        carrier.must(.patch, Self.number, #"{"city":"Redmond"}"#)
        #expect(carrier.ask(.delete, Self.number, headers: [("If-Match", seen)]).status == 412)
        let current = try #require(carrier.ask(.get, Self.number).header("ETag"))
        #expect(carrier.ask(.delete, Self.number, headers: [("If-Match", current)]).status == 204)
    }

    @Test("shared numbers: each new tenant's bridge has them, the one of its country is the default, and none is ever released")
    func shared() throws {
        let fixture = try Fixture(), path = "/v1/operators/service-carrier"
        let body =
            #"{"name":"Own","trunks":[{"name":"c1","uri":"sip:10.3.0.1:5060"}],"sharedNumbers":[{"number":"+12065550111","city":"Seattle","languages":["en-US","es-MX"]},{"number":"+442079460111"}]}"#
        #expect(fixture.client.must(.put, path, body)["sharedNumbers"].array.count == 2)
        fixture.client.must(.put, "/v1/tenants/northwind", #"{"displayName":"Northwind","country":"GB"}"#)
        fixture.client.must(.put, "/v1/tenants/adatum", #"{"displayName":"Adatum","country":"DE"}"#)
        fixture.client.must(.put, "/v1/tenants/gulf", #"{"displayName":"Gulf","country":"AE"}"#)
        func bridge(_ tenant: String) -> JSONValue {
            fixture.client.must(.post, "/v1/tenants/\(tenant)/commands", "Get-CsOnlineDialInConferencingBridge")["results"].array[0][
                "output"
            ].array[0]
        }
        #expect(bridge("northwind")["DefaultServiceNumber"].string == "442079460111")
        #expect(bridge("northwind")["ServiceNumbers"] == ["12065550111", "442079460111"])
        #expect(bridge("adatum")["DefaultServiceNumber"].string == "12065550111", "the first where the country has none")
        #expect(bridge("gulf")["ServiceNumbers"] == .array([]))
        #expect(fixture.client.ask(.delete, path + "/numbers/12065550111").status == 409)
        let order = fixture.client.must(
            .post, "/v1/tenants/adatum/commands",
            "$o = New-CsOnlineTelephoneNumberReleaseOrder +12065550111; (Get-CsOnlineTelephoneNumberOrder $o).AdditionalDetails[0].Message"
        )
        #expect(order["results"].array.last?["output"].array[0]["Value"].string?.contains("shared number") == true, "\(order)")
        for method in [Method.get, .delete] {
            let others = fixture.client.ask(method, "/v1/operators/acme/numbers/12065550111")
            #expect(others.status == 404 && others.body["reason"].string == "notFound", "it is another operator's")
        }
        let rows = fixture.client.must(.get, path + "/numbers?limit=3")
        #expect(
            rows["numbers"].array.map { "\($0["number"].string!) \($0["tenant"].string!)" } == [
                "+12065550111 adatum", "+12065550111 northwind", "+12065550199 contoso",
            ])
        let next = fixture.client.must(.get, path + "/numbers?cursor=%2B12065550199/contoso")["numbers"].array
        #expect(next.map { $0["tenant"].string } == ["adatum", "northwind"])
        fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
        let upload = fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"fabrikam","numbers":["+12065550111"]}"#)
        #expect(upload["numbers"].array[0]["code"].string == "sharedNumber")
        let (_, restarted) = try fixture.restart()
        let lint = restarted.must(.get, "/v1/tenants/northwind/lint")["findings"].array
        #expect(
            !lint.contains {
                $0["reason"].string?.contains("No order brought") == true || $0["reason"].string?.contains("more than one") == true
            }, "\(lint)")
        let wrong = restarted.ask(.put, "/v1/operators/other", #"{"name":"Other","sharedNumbers":[]}"#, headers: AdministrationTests.json)
        #expect(wrong.status == 422 && wrong.body["field"].string == "sharedNumbers")
        let twice = restarted.ask(
            .put, path, body.replacing("+442079460111", with: "+12065550111"), headers: AdministrationTests.json)
        #expect(twice.status == 422 && twice.body["field"].string == "sharedNumbers", "\(twice.body)")
        #expect(twice.body["detail"].string?.contains("no number stands twice") == true, "\(twice.body)")
    }

    @Test(
        "one relation: its tag guards each change, its services are chosen, and what the operator does not serve is refused on edit as on add"
    )
    func relation() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/operators/acme"
        let shown = fixture.client.ask(.get, path), tag = try #require(shown.header("ETag"))
        #expect(shown.body["operatorID"].string == "acme" && shown.body["companySize"].string == "10")
        func patch(_ body: String, _ tag: String) -> SimClient.Answer {
            fixture.client.ask(.patch, path, body, headers: AdministrationTests.json + [("If-Match", tag)])
        }
        let changed = patch(#"{"companySize":"51-200"}"#, tag)
        #expect(changed.status == 200 && changed.header("ETag") != tag && patch(#"{"companySize":"1"}"#, tag).status == 412)
        #expect(fixture.client.ask(.delete, path, headers: [("If-Match", tag)]).status == 412)
        #expect(patch(#"{"products":["Calling"]}"#, "*").status == 422, "acme offers Conferencing alone")
        #expect(patch(#"{"products":[]}"#, "*").body["field"].string == "products")
        #expect(patch(#"{"products":["Conferencing"]}"#, "*").body["products"] == ["Conferencing"])
        #expect(patch(#"{"countries":["US","SE"]}"#, "*").status == 422)
        let dropped = fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody.replacing(#"["US"]"#, with: #"["US","SE"]"#))
        #expect(dropped["countries"] == ["US", "SE"])
        let held = patch(#"{"countries":["SE"]}"#, "*")
        #expect(held.status == 409 && held.body["holders"].array.map { $0["kind"].string } == ["route", "bridge"], "\(held.body)")
        fixture.client.must(
            .put, "/v1/operators/acme",
            Fixture.operatorBody.replacing(#""countries":["US"]"#, with: #""countries":["US"],"products":["Conferencing","Calling"]"#))
        let service = patch(#"{"products":["Calling"]}"#, "*")
        #expect(service.status == 409 && service.body["holders"].array.count == 2, "\(service.body)")
        #expect(fixture.client.ask(.get, "/v1/tenants/contoso/operators/other").status == 404)
    }

    @Test("a country is dropped where no number of it is assigned: of this operator, of that country, and in use")
    func droppedCountry() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/operators/acme", carrier = "/v1/operators/acme"
        fixture.client.must(.put, carrier, Fixture.operatorBody.replacing(#"["US"]"#, with: #"["US","SE","GB","CA"]"#))
        func countries(_ list: String) -> SimClient.Answer {
            fixture.client.ask(.patch, path, #"{"countries":[\#(list)]}"#, headers: AdministrationTests.json + [("If-Match", "*")])
        }
        func run(_ script: String) {
            #expect(fixture.client.must(.post, "/v1/tenants/contoso/commands", script)["applied"] == .bool(true))
        }
        #expect(countries(#""US","SE","GB""#).status == 200)
        fixture.client.must(
            .post, carrier + "/number-orders", #"{"tenant":"contoso","numbers":["+442079460101","+442079460102","+46812345601"]}"#)
        run("Register-CsOnlineDialInConferencingServiceNumber +442079460101")
        let held = countries(#""US","SE""#)
        #expect(held.status == 409 && held.body["holders"].array.map { $0["number"].string } == ["+442079460101"], "\(held.body)")
        #expect(held.body["detail"].string?.hasPrefix("1 numbers of acme are still assigned") == true)
        let both = countries(#""SE""#)
        #expect(both.status == 409 && both.body["detail"].string?.hasPrefix("2 numbers of acme are still assigned") == true)
        #expect(countries(#""US","GB""#).status == 200, "the number of Sweden is not in use")
        #expect(countries(#""US","GB","CA""#).status == 200 && countries(#""US","GB""#).status == 200)
        run("Unregister-CsOnlineDialInConferencingServiceNumber +442079460101")
        let left = countries(#""US""#)
        #expect(left.status == 200 && left.body["countries"] == ["US"])
        #expect(countries(#""GB""#).status == 409, "nor does a country that comes let another go")
    }

    @Test("an operator that is left takes its own numbers along, and no other's")
    func left() throws {
        let fixture = try Fixture(), path = "/v1/tenants/fabrikam"
        for (carrier, number) in [("acme", "+14255550161"), ("other", "+14255550162")] {
            fixture.client.must(.post, "\(path)/operators/\(carrier)", Fixture.consent)
            fixture.client.must(.post, "/v1/operators/\(carrier)/number-orders", #"{"tenant":"fabrikam","numbers":["\#(number)"]}"#)
        }
        fixture.client.must(.delete, "\(path)/operators/acme")
        let numbers = fixture.client.must(.get, "\(path)/document")["tenant"]["numbers"].array
        #expect(numbers.map { $0["telephoneNumber"].string } == ["+14255550162"])
    }

    @Test("what the tenant sees of its operator has times like every other, a telephone number goes by null, and nothing else does")
    func shownToTenant() throws {
        let fixture = try uploaded(), path = "/v1/tenants/fabrikam/operators/acme"
        let carrier = fixture.token("operator", operator: "acme"), admin = fixture.token("admin", tenant: "fabrikam")
        func word(_ status: String, _ reason: String = "") {
            carrier.must(.patch, "/v1/operators/acme/consents/fabrikam", #"{"status":"\#(status)"\#(reason)}"#)
        }
        let made = fixture.client.must(.post, path, Fixture.consent)
        #expect(made["since"].string.flatMap(WallTime.init(rfc3339:)) != nil && admin.must(.get, path) == made)
        #expect(admin.must(.patch, path, #"{"contact":{"phone":"+442079460100"}}"#)["contact"]["phone"].string == "+442079460100")
        #expect(admin.must(.patch, path, #"{"contact":{"phone":null}}"#)["contact"]["phone"] == .null)
        for (member, rule) in [
            (#""status":null"#, "status cannot be taken away by null; leave it out where it is to stay"),
            (#""contact":{"fullName":" "}"#, "contact.fullName is required, of at most 256 bytes"),
            (#""contact":{"phone":"soon"}"#, "contact.phone is a telephone number, of at most 256 bytes"),
        ] {
            let refused = admin.ask(.patch, path, "{\(member)}")
            #expect(refused.status == 400 && refused.body["detail"].string == rule, "\(refused)")
        }
        word("declined", #","reason":"no coverage""#)
        #expect(admin.must(.get, path)["agreement"]["at"].string.flatMap(WallTime.init(rfc3339:)) != nil)
        word("accepted")
        #expect(admin.must(.get, path)["status"].string == "active")
        admin.must(.patch, path, #"{"status":"suspended"}"#)
        word("declined", #","reason":"no coverage""#)
        word("terminated", #","reason":"for good""#)
        word("accepted")
        #expect(admin.must(.get, path)["status"].string == "suspended", "as the tenant had it by itself")
    }

    @Test("the operator, and nobody else, is told when a tenant adds it, edits the contact, asks for a release or leaves")
    func told() throws {
        let fixture = try uploaded(), operatorsReader = EventReader(), tenantsReader = EventReader()
        let carrier = fixture.token("operator", operator: "acme"), admin = fixture.token("admin", tenant: "fabrikam")
        _ = carrier.watch("/v1/operators/acme/events", into: operatorsReader)
        _ = admin.watch("/v1/events", into: tenantsReader)
        fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
        fixture.client.must(.patch, "/v1/tenants/fabrikam/operators/acme", #"{"contact":{"phone":"+442079460100"}}"#)
        carrier.must(.patch, "/v1/operators/acme/consents/fabrikam", #"{"status":"declined","reason":"no coverage"}"#)
        fixture.client.must(.delete, "/v1/tenants/fabrikam/operators/acme")
        _ = run(fixture, "New-CsOnlineTelephoneNumberReleaseOrder +14255550177")
        let types = ["consentAdded", "consentChanged", "consentRemoved"]
        #expect(operatorsReader.notices.map { $0["type"].string } == types + ["releaseRequested"])
        #expect(operatorsReader.notices[1]["consent"]["contact"]["phone"].string == "+442079460100")
        #expect(operatorsReader.notices.map { $0["tenant"].string } == Array(repeating: "fabrikam", count: 3) + ["contoso"])
        for notice in operatorsReader.notices { #expect(notice["at"].string.flatMap(WallTime.init(rfc3339:)) != nil, "\(notice)") }
        for notice in operatorsReader.notices.dropLast() {
            #expect(notice["consent"]["since"].string.flatMap(WallTime.init(rfc3339:)) != nil, "\(notice)")
        }
        #expect(operatorsReader.notices.last?["number"].string == "+14255550177")
        #expect(tenantsReader.text == "")
        fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
        fixture.client.must(.delete, "/v1/tenants/fabrikam")
        let last = operatorsReader.notices.suffix(2).map { $0["type"].string }
        #expect(last == ["consentAdded", "consentRemoved"], "with its tenant")
        #expect(operatorsReader.notices.last?["tenant"].string == "fabrikam")
        let again = EventReader()
        _ = carrier.watch("/v1/operators/acme/events?lastEventId=0", into: again)
        fixture.pass(.seconds(1))
        #expect(again.notices.map { $0["type"].string } == ["consentAdded"] + types + ["releaseRequested"] + last)
    }
}
