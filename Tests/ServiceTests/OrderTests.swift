import Basis
import Service
import Simulation
import Testing
import Web

/// Number orders: done at once or later, by JSON or CSV, repeated and resumed.
@Suite("Orders of numbers")
struct OrderTests {
    private static let path = "/v1/operators/acme/number-orders"

    private static func body(_ count: Int, from first: Int = 0) -> String {
        let numbers = (first..<first + count).map { "\"+1425\(5_000_000 + $0)\"" }.joined(separator: ",")
        return #"{"tenant":"contoso","numbers":[\#(numbers)]}"#
    }

    /// Asks for an order until it is done.
    private func done(_ fixture: Fixture, _ id: String) -> JSONValue {
        for _ in 0..<200 {
            let order = fixture.client.must(.get, "\(Self.path)/\(id)")
            if !["pending", "inProgress"].contains(order["status"].string) { return order }
            fixture.pass(.milliseconds(100))
        }
        return .null
    }

    @Test("a large order is answered at once as pending, is in the list while it is done, and comes to what each number does")
    func large() throws {
        let fixture = try Fixture()
        let posted = fixture.client.ask(.post, Self.path, Self.body(1_201))
        #expect(posted.status == 202 && posted.body["status"].string == "pending")
        #expect(posted.body["numbers"].array.count == 1_201 && posted.body["numbers"].array.allSatisfy { $0["status"].string == "pending" })
        let id = try #require(posted.body["id"].string)
        #expect(posted.header("Location") == "\(Self.path)/\(id)")
        let open = fixture.client.must(.get, Self.path + "?limit=1")["orders"].array
        #expect(open.map { $0["id"].string } == [id] && ["pending", "inProgress"].contains(open[0]["status"].string))
        let filters = ["status=\(open[0]["status"].string!)", "status=success", "tenant=contoso", "tenant=fabrikam", "cursor=\(id)"]
        let listed = filters.filter { filter in
            fixture.client.must(.get, Self.path + "?" + filter)["orders"].array.contains { $0["id"].string == id }
        }
        #expect(listed == [filters[0], filters[2]], "an order that is open is found as any other")
        let order = done(fixture, id)
        #expect(order["status"].string == "success" && order["numbers"].array.count == 1_201 && order["completedAt"] != .null)
        let row = fixture.client.must(.get, Self.path + "?limit=1")["orders"].array[0]
        #expect(row["status"].string == "success" && row["total"] == .integer(1_201) && row["failed"] == .integer(0))
        #expect(fixture.client.must(.get, "/v1/tenants/contoso")["numbers"] == .integer(1_203))
        #expect(!fixture.store.documents.values.contains { $0.kind == .numberOrder }, "nothing of it is read at a start any more")
    }

    @Test(
        "a hundred orders wait, also where all come at once; one more is refused until there is room, and what the store refused takes none"
    )
    func waiting() throws {
        let fixture = try Fixture()
        let numbers = (0...500).map { "\"x\($0)\"" }.joined(separator: ","), body = #"{"tenant":"contoso","numbers":[\#(numbers)]}"#
        func post(_ count: Int) -> [SimClient.Answer] {
            var answers: [SimClient.Answer] = []
            for _ in 0..<count { fixture.client.send(.post, Self.path, body) { answers.append($0) } }
            _ = fixture.world.run(until: fixture.world.now + .seconds(60)) { answers.count == count }
            return answers
        }
        fixture.store.isFull = true
        #expect(post(3).map(\.status) == [503, 503, 503])
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        let answers = post(101), refused = answers.filter { $0.status == 503 }
        #expect(answers.count { $0.status == 202 } == 100 && refused.count == 1)
        #expect(refused.first?.body["detail"].string == "100 number orders wait to be done already")
        #expect(refused.first?.body["reason"].string == "busy" && refused.first?.header("Retry-After") == "5")
        fixture.pass(.seconds(60))
        #expect(fixture.client.ask(.post, Self.path, body).status == 202)
    }

    @Test("what a filter finds far behind the newest orders is found page by page, each row once", arguments: [1, 2, 3])
    func filtered(limit: Int) throws {
        let fixture = try Fixture()
        func order(_ number: String) -> String? {
            fixture.client.must(.post, Self.path, #"{"tenant":"contoso","numbers":["\#(number)"]}"#)["id"].string
        }
        var wanted: [String?] = []
        for place in 0..<150 {
            let id = order(place % 70 == 0 ? "x" : "+1425\(5_001_000 + place)")
            if place % 70 == 0 { wanted.insert(id, at: 0) }
        }
        let open = fixture.client.must(.post, Self.path, Self.body(1_201))["id"].string
        var found: [String?] = [], cursor: String?, pages = 0
        repeat {
            let query = "?status=error&limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
            let page = fixture.client.must(.get, Self.path + query)
            found += page["orders"].array.map { $0["id"].string }
            cursor = page["cursor"].string
            pages += 1
        } while cursor != nil && pages < 100
        #expect(found == wanted && wanted.count == 3 && pages > 1)
        #expect(fixture.client.must(.get, Self.path + "?limit=1")["orders"].array.first?["id"].string == open)
    }

    @Test("an order that was not done when the service was killed is done by the next start, each number once")
    func resumed() throws {
        let fixture = try Fixture()
        let id = try #require(fixture.client.ask(.post, Self.path, Self.body(1_600)).body["id"].string)
        _ = fixture.world.run(until: fixture.world.now + .seconds(30)) {
            fixture.store.documents["tenant/contoso"]?.body.map { $0.count > 60_000 } ?? false
        }
        let (_, restarted) = try fixture.restart()
        fixture.pass(.seconds(5))
        let order = restarted.must(.get, "\(Self.path)/\(id)")
        #expect(order["status"].string == "success", "\(order["numbers"].array.filter { $0["status"].string != "success" }.prefix(3))")
        #expect(restarted.must(.get, "/v1/tenants/contoso")["numbers"] == .integer(1_602))
        let lint = restarted.must(.get, "/v1/tenants/contoso/lint")["findings"].array
        #expect(!lint.contains { $0["reason"].string?.contains("No order brought it") == true })
        let (_, again) = try fixture.restart()
        #expect(again.must(.get, "\(Self.path)/\(id)")["numbers"].array.count == 1_600)
        let doubts = again.must(.get, "/v1/tenants/contoso/lint")["findings"].array
        #expect(!doubts.contains { $0["reason"].string?.contains("No order brought it") == true })
    }

    @Test("an operator that is suspended while its order is done: what is left is refused, with the code")
    func suspended() throws {
        let fixture = try Fixture()
        let id = try #require(fixture.client.ask(.post, Self.path, Self.body(1_000)).body["id"].string)
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"status":"suspended"}"#)
        let order = done(fixture, id), last = order["numbers"].array.last
        #expect(last?["code"].string == "operatorMayNot" && last?["message"].string == "Acme is suspended in the tenant contoso")
        #expect(order["status"].string == "partialSuccess" || order["status"].string == "error")
    }

    static let refusals: [(number: String, terms: String, code: String, message: String)] = [
        ("x", "", "notANumber", "is not an E.164 number"), ("+14255550100", "", "alreadyInInventory", "is in the inventory already"),
        ("+12065550199", "", "providedByAnotherOperator", "was provided by the operator service-carrier already"),
        ("+1425555", "", "cannotBeDialled", "is no number that can be dialled: tooShort"),
        ("+442079460100", "", "countryNotEnabled", "GB is not enabled for Acme in this tenant"),
        ("+14255550177", #","country":"CA""#, "wrongCountry", "is a number of US, not of CA"),
        ("+18885550177", #","usage":"user""#, "tollFreeForUsers", "is toll-free, which users cannot have"),
    ]

    @Test("each number that is not taken has its code and why", arguments: refusals.indices)
    func codes(index: Int) throws {
        let fixture = try Fixture(), example = Self.refusals[index]
        let order = fixture.client.must(
            .post, Self.path, #"{"tenant":"contoso","numbers":["\#(example.number)"]\#(example.terms)}"#)
        let entry = order["numbers"].array[0]
        #expect(order["status"].string == "error" && entry["code"].string == example.code && entry["message"].string == example.message)
        let kept = fixture.client.must(.get, "\(Self.path)/\(order["id"].string!)")["numbers"].array[0]
        #expect(kept["code"].string == example.code && kept["message"].string == example.message, "as it is kept")
    }

    @Test("what an order says of its numbers is in the inventory: city, calling profile, capabilities, location, country")
    func terms() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody.replacing(#"["US"]"#, with: #"["US","CA"]"#))
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"countries":["US","CA"]}"#)
        let order = fixture.client.must(
            .post, Self.path,
            #"{"tenant":"contoso","usage":"user","numbers":[{"number":"+14255550177","city":"Redmond"},"+14255550178"],"ticket":"T-1","city":"Seattle","callingProfile":"gold","capabilities":["InboundCalling"],"civicAddressId":"a1","locationId":"l1","locationUpdateSupported":true}"#
        )
        #expect(order["terms"]["ticket"].string == "T-1" && order["status"].string == "success")
        let toll = fixture.client.must(.post, Self.path, #"{"tenant":"contoso","numbers":["+18885550188"],"country":"CA"}"#)
        #expect(toll["status"].string == "success", "\(toll)")
        let ran = fixture.client.must(
            .post, "/v1/tenants/contoso/commands",
            "Get-CsPhoneNumberAssignment -CivicAddressId a1; Get-CsPhoneNumberAssignment +18885550188")
        let found = ran["results"].array[0]["output"].array
        #expect(found.map { $0["TelephoneNumber"].string } == ["+14255550177", "+14255550178"])
        #expect(found.map { $0["City"].string } == ["Redmond", "Seattle"] && found[0]["LocationId"].string == "l1")
        #expect(
            found[0]["Capability"] == ["UserAssignment", "Geographic", "InboundCalling"] && found[0]["CallingProfile"].string == "gold")
        #expect(found[0]["LocationUpdateSupported"] == .bool(true))
        #expect(ran["results"].array[1]["output"].array[0]["IsoCountryCode"].string == "CA")
        let wrong = fixture.client.ask(
            .post, Self.path, #"{"tenant":"contoso","numbers":["+14255550179"],"locationId":"l1"}"#, headers: AdministrationTests.json)
        #expect(wrong.status == 400 && wrong.body["field"].string == "locationId")
        let row = fixture.client.must(.get, Self.path)["orders"].array.first { $0["ticket"].string == "T-1" }
        #expect(row?["usage"].string == "user")
        #expect(fixture.client.must(.get, Self.path + "?status=error")["orders"] == .array([]))
    }

    @Test("CSV with a line of columns is an order like any other; what is wrong with it is said by its line")
    func csv() throws {
        let fixture = try Fixture(), query = "?tenant=contoso&ticket=9"
        let text = [("Content-Type", "text/csv")]
        let order = fixture.client.ask(
            .post, Self.path + query, "\u{FEFF}Numbers,City\r\n\"+1 425 555 0177\",\"Redmond, WA\"\r\n+14255550178,\r\n", headers: text)
        #expect(order.status == 202 && order.body["status"].string == "success", "\(order.body)")
        #expect(order.body["numbers"].array.map { $0["number"].string } == ["+14255550177", "+14255550178"])
        let number = fixture.client.must(.get, "/v1/operators/acme/numbers/+14255550177")
        #expect(number["city"].string == "Redmond, WA" && number["order"].string == order.body["id"].string)
        let cases = [
            (query, "+14255550179", "body"), (query, "Numbers,Price\n+14255550179,1", "body"),
            (query, "Numbers,City\n+14255550179", "body"),
            ("", "Numbers\n+14255550179", "tenant"), (query, "Numbers\n", "numbers"), ("?tenant=contoso&usage=x", "Numbers\n+1", "usage"),
        ]
        for (query, body, field) in cases {
            let refused = fixture.client.ask(.post, Self.path + query, body, headers: text)
            #expect(refused.status == 400 && refused.body["field"].string == field, "\(body): \(refused.body)")
        }
        #expect(
            fixture.client.ask(.post, Self.path + query, Self.body(1), headers: AdministrationTests.json).body["field"].string == "tenant")
    }

    @Test(
        "a table is read as inventories and spreadsheets write it",
        arguments: [
            "\u{FEFF}\"TelephoneNumber\";\"City\"\r\n\"+14255550177\";\"Ulm; Donau\"\r\n;\r\n",
            "city\ttelephonenumber\nUlm; Donau\t 14255550177 \n",
            "Number , City\n+14255550177,\"Ulm; Donau\"",
        ])
    func tables(text: String) throws {
        let fixture = try Fixture()
        let order = fixture.client.ask(.post, Self.path + "?tenant=contoso", text, headers: [("Content-Type", "text/csv")]).body
        #expect(order["status"].string == "success" && order["numbers"].array.count == 1, "\(order)")
        #expect(fixture.client.must(.get, "/v1/operators/acme/numbers/+14255550177")["city"].string == "Ulm; Donau")
    }

    @Test("with an Idempotency-Key the same request gives the same order, over a restart too; another one is refused")
    func key() throws {
        let fixture = try Fixture(), key = AdministrationTests.json + [("Idempotency-Key", "k1")]
        let first = fixture.client.ask(.post, Self.path, Self.body(2), headers: key)
        let again = fixture.client.ask(.post, Self.path, Self.body(2), headers: key)
        #expect(again.status == 202 && again.body == first.body && again.header("Idempotent-Replayed") == "true")
        let otherwise = #"{ "numbers": ["+14255000000", {"number": "+14255000001"}], "usage": "conference", "tenant": "contoso" }"#
        #expect(fixture.client.ask(.post, Self.path, otherwise, headers: key).body == first.body)
        let other = fixture.client.ask(.post, Self.path, Self.body(3), headers: key)
        #expect(other.status == 409 && other.body["reason"].string == "idempotencyKeyReused")
        let (_, restarted) = try fixture.restart()
        #expect(restarted.ask(.post, Self.path, Self.body(2), headers: key).body["id"] == first.body["id"])
        func keys() -> Int { fixture.store.documents.values.count { $0.kind == .orderKey } }
        fixture.pass(.seconds(601))
        #expect(keys() == 1)
        fixture.world.wallOffset += 25 * 3_600_000
        fixture.pass(.seconds(601))
        #expect(keys() == 0, "a day later it is free, and nothing of it is kept")
        let plain = restarted.must(.post, Self.path, Self.body(2))
        #expect(plain["status"].string == "error" && plain["id"] != first.body["id"])
    }

    @Test("orders of a version that kept them all in memory are put aside by a start, and stay what they were")
    func earlier() throws {
        let fixture = try Fixture()
        let order = fixture.client.must(.post, Self.path, Self.body(2)), id = order["id"].string!
        for document in fixture.store.documents.values where document.kind == .orderHead || document.kind == .orderNumbers {
            fixture.store.put(StoredDocument(kind: document.kind, key: document.key, version: 1, body: nil))
        }
        let old =
            #"{"id":"\#(id)","operator":"acme","tenant":"contoso","usage":"conference","status":"success","createdAt":"2026-11-25T08:00:00.000Z","numbers":[{"number":"+14255000000","status":"success"},{"number":"+14255000001","status":"success"}]}"#
        fixture.store.put(StoredDocument(kind: .numberOrder, key: id, version: 1, body: Array(old.utf8)))
        let (_, restarted) = try fixture.restart()
        fixture.pass(.seconds(1))
        #expect(!fixture.store.documents.values.contains { $0.kind == .numberOrder })
        #expect(fixture.store.documents.values.contains { $0.kind == .orderNumbers && $0.key.hasSuffix(id) })
        #expect(restarted.must(.get, "/v1/operators/acme/numbers/+14255000001")["state"].string == "Active")
    }
}
