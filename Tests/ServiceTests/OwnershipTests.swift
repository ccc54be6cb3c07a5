import Dialing
import Service
import Simulation
import Testing
import Web

/// Numbers, money and licences over HTTP: what a document, an order, a cmdlet and a store may bring.
@Suite("Whose numbers and whose money")
struct OwnershipTests {
    private static let path = "/v1/tenants/contoso/document"

    private static func text(_ value: JSONValue) -> String { String(decoding: JSON.encode(value), as: UTF8.self) }

    private static func change(_ value: inout JSONValue, _ path: [String], to new: JSONValue) {
        guard let first = path.first else { return value = new }
        if let index = Int(first), case .array(var elements) = value {
            change(&elements[index], Array(path.dropFirst()), to: new)
            value = .array(elements)
        } else {
            change(&value[first], Array(path.dropFirst()), to: new)
        }
    }

    @Test("GET, edit, PUT works for an administrator, and what is not an administrator's is refused with its field")
    func administratorsDocument() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso")
        fixture.client.must(.put, "/v1/tenants/contoso/licences", #"{"OperatorConnectConferencing":7}"#)
        let document = admin.must(.get, Self.path)
        let contact: JSONValue = ["fullName": "A", "email": "a@b.example"]
        let forged: JSONValue = [
            "telephoneNumber": "+14255550166", "operatorID": "acme", "country": "US", "isTollFree": false, "usage": "conference",
            "status": "ConferenceAssigned", "secondaryLanguages": [],
        ]
        let numbers = document["tenant"]["numbers"].array, operators = document["tenant"]["operators"].array
        let relation: JSONValue = [
            "operatorID": "other", "status": "active", "countries": ["US"], "contact": contact, "companySize": "1",
        ]
        let cases: [([String], JSONValue, Int, String)] = [
            (["numbers"], .array(numbers + [forged]), 403, "numbers[+14255550166]"),
            (["numbers"], .array([]), 403, "numbers[+14255550100]"),
            (["numbers", "0", "status"], "Unassigned", 403, "numbers[+14255550100].status"),
            (["numbers", "0", "operatorID"], "other", 403, "numbers[+14255550100].operatorID"),
            (["operators"], .array(operators + [relation]), 403, "operators[other]"), (["operators"], .array([]), 403, "operators[acme]"),
            (["settings", "purchasedStandardLicences"], .integer(900), 403, "settings.purchasedStandardLicences"),
            (["settings", "communicationsCreditsBalance"], .integer(900), 403, "settings.communicationsCreditsBalance"),
            (["settings", "limits"], ["duplicateSeconds": .integer(0)], 403, "settings.limits"),
            (["settings", "licences"], ["OperatorConnectConferencing": .integer(8)], 403, "settings.licences"),
            (["settings", "licences"], .null, 403, "settings.licences"),
            (["voiceRoutes", "0", "bridgeSourcePhoneNumber"], "+14255550166", 422, "voiceRoutes[US].bridgeSourcePhoneNumber"),
            (["bridge", "defaultServiceNumber"], "+14255550100", 422, "bridge.defaultServiceNumber"),
        ]
        for (member, value, status, field) in cases {
            var changed = document
            Self.change(&changed, ["tenant"] + member, to: value)
            let answer = admin.ask(.put, Self.path, Self.text(changed))
            #expect(answer.status == status && answer.body["field"].string == field, "\(member): \(answer.body)")
            #expect(admin.must(.get, Self.path) == document, "\(member)")
        }
        var edited = document
        Self.change(&edited, ["tenant", "displayName"], to: "Contoso Ltd")
        #expect(admin.must(.put, Self.path, Self.text(edited)) == edited)
    }

    @Test("the platform's document brings numbers under the guards of an order, and each gets one")
    func platformsDocument() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/operators/service-carrier/number-orders", #"{"tenant":"fabrikam","numbers":["+442079460188"]}"#)
        let document = fixture.client.must(.get, Self.path), numbers = document["tenant"]["numbers"].array
        func put(_ number: String, _ operatorID: String, _ country: String) -> SimClient.Answer {
            var changed = document
            let entry: JSONValue = [
                "telephoneNumber": .string(number), "operatorID": .string(operatorID), "country": .string(country), "isTollFree": false,
                "usage": "conference", "status": "Unassigned", "secondaryLanguages": [],
            ]
            Self.change(&changed, ["tenant", "numbers"], to: .array(numbers + [entry]))
            return fixture.client.ask(.put, Self.path, Self.text(changed))
        }
        for (number, operatorID, country, status, words) in [
            (
                "+14255550166", "other", "US", 409,
                "Other is not an operator of the tenant contoso: add operators[other], or leave its numbers out"
            ),
            (
                "+14255550166", "nobody", "US", 409,
                "there is no operator nobody: make it by PUT /v1/operators/nobody, or leave its numbers out"
            ),
            ("+442079460188", "service-carrier", "GB", 422, "is a number of another tenant"),
            ("+442079460166", "acme", "GB", 422, "GB is not enabled for Acme in this tenant"),
            ("+14255550166", "acme", "CA", 422, "is US by its numbering plan"),
        ] {
            let answer = put(number, operatorID, country)
            #expect(answer.status == status && answer.body["detail"].string?.hasSuffix(words) == true, "\(answer.body)")
        }
        let taken = put("+14255550166", "acme", "US")
        #expect(taken.status == 200, "\(taken.body)")
        let brought = try #require(taken.body["tenant"]["numbers"].array.first { $0["telephoneNumber"].string == "+14255550166" })
        let order = fixture.client.must(.get, "/v1/operators/acme/number-orders/\(brought["order"].string ?? "none")")
        #expect(order["tenant"].string == "contoso" && order["status"].string == "success")
        #expect(order["numbers"].array.map { $0["number"].string } == ["+14255550166"])
        let (_, restarted) = try fixture.restart()
        #expect(
            restarted.must(.get, "/v1/tenants/contoso/lint")["findings"].array.allSatisfy {
                $0["object"].string?.hasPrefix("number ") != true
            })
    }

    @Test("a document with a suspended operator's numbers is refused with what mends it, and taken when that is done")
    func suspendedInDocument() throws {
        let fixture = try Fixture()
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"status":"suspended"}"#)
        var document = fixture.client.must(.get, Self.path)
        Self.change(&document, ["tenant", "voiceRoutes"], to: [])
        Self.change(&document, ["tenant", "bridge", "defaultServiceNumber"], to: .null)
        fixture.client.must(.delete, "/v1/tenants/contoso")
        for state in ["suspended", "active"] {
            Self.change(&document, ["tenant", "operators", "0", "status"], to: .string(state))
            let answer = fixture.client.ask(.put, Self.path, Self.text(document))
            guard state == "suspended" else {
                #expect(answer.status == 200, "\(answer.body)")
                continue
            }
            #expect(answer.status == 409 && answer.body["field"] == "numbers[+14255550100].operatorID", "\(answer.body)")
            let mend = "set operators[acme].status to active, and suspend it when the numbers are there, or leave its numbers out"
            let rule = "Acme is suspended in the tenant contoso: \(mend)"
            #expect(answer.body["detail"].string?.hasSuffix(rule) == true, "\(answer.body)")
        }
    }

    private static let platforms: [([String], JSONValue, Int, String)] = [
        (["numbers", "0", "shared"], true, 422, "numbers[+14255550100].shared"),
        (["numbers", "0", "order"], "zzz", 422, "numbers[+14255550100].order"),
        (["numbers", "0", "assignedTo"], "alice@contoso.example", 422, "numbers[+14255550100].assignedTo"),
        (["numbers", "0", "provision"], ["callingProfile": ""], 422, "numbers[+14255550100].provision.callingProfile"),
        (["operators", "0", "agreement"], ["status": "declined", "at": .integer(1)], 422, "operators[acme].agreement.reason"),
        (
            ["operators", "0", "agreement"], ["status": "declined", "reason": "no", "at": .integer(1)], 422, "operators[acme].status"
        ),
        (
            ["groupAssignments"],
            [["group": "g", "policyType": "TeamsMeetingPolicy", "policyName": "Global", "rank": .integer(1)]], 422,
            "groupAssignments[g].policyName"
        ),
    ]

    @Test("what is refused on another way in is refused in the platform's document, and changes nothing", arguments: platforms.indices)
    func formsOfThePlatform(row: Int) throws {
        let (member, value, status, field) = Self.platforms[row]
        let fixture = try Fixture(), document = fixture.client.must(.get, Self.path)
        var changed = document
        Self.change(&changed, ["tenant"] + member, to: value)
        let answer = fixture.client.ask(.put, Self.path, Self.text(changed))
        #expect(answer.status == status && answer.body["field"].string == field, "\(answer.body)")
        #expect(fixture.client.must(.get, Self.path) == document)
    }

    @Test("the service's own carrier is nobody's own operator; a store that says so starts, and the relation goes without its numbers")
    func ownCarrier() throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/operators/service-carrier"
        let refused = fixture.client.ask(.post, path, Fixture.consent)
        #expect(refused.status == 422 && refused.body["field"].string == "operators[service-carrier]", "\(refused.body)")
        var stored = try JSON.decode(JSONValue.self, try #require(fixture.store.documents["tenant/contoso"]?.body))
        var relation = stored["operators"].array[0]
        relation["operatorID"] = "service-carrier"
        stored["operators"] = .array(stored["operators"].array + [relation])
        fixture.store.put(StoredDocument(kind: .tenant, key: "contoso", version: 99, body: JSON.encode(stored)))
        let (_, restarted) = try fixture.restart()
        let numbers = restarted.must(.get, Self.path)["tenant"]["numbers"]
        #expect(restarted.ask(.patch, path, #"{"status":"suspended"}"#).status == 422)
        #expect(restarted.ask(.delete, path).status == 204)
        #expect(restarted.must(.get, Self.path)["tenant"]["numbers"] == numbers)
    }

    @Test("an order says of each number why it is not taken: another tenant's, another operator's, no number, already there")
    func orders() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
        fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"fabrikam","numbers":["+14255550188"]}"#)
        let order = fixture.client.must(
            .post, "/v1/operators/other/number-orders",
            #"{"tenant":"contoso","numbers":["+14255550188","+14255550100","+14255550177","14255550177","+1425555","+442079460100","x"]}"#)
        #expect(order["status"].string == "partialSuccess")
        #expect(
            order["numbers"].array.map { "\($0["number"].string ?? ""): \($0["message"].string ?? "taken")" } == [
                "+14255550188: is a number of another tenant", "+14255550100: was provided by the operator acme already",
                "+14255550177: taken", "14255550177: is in the inventory already",
                "+1425555: is no number that can be dialled: tooShort", "+442079460100: GB is not enabled for Other in this tenant",
                "x: is not an E.164 number",
            ])
        fixture.client.must(.delete, "/v1/tenants/fabrikam/operators/acme")
        let again = fixture.client.must(.post, "/v1/operators/other/number-orders", #"{"tenant":"contoso","numbers":["+14255550188"]}"#)
        #expect(again["status"].string == "success", "released by the one, it is free for the other")
    }

    @Test("an operator that is suspended in a tenant, or is not its operator, uploads nothing")
    func suspended() throws {
        let fixture = try Fixture()
        let acme = fixture.token("operator", operator: "acme")
        let body = #"{"tenant":"contoso","numbers":["+14255550177"]}"#
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"status":"suspended"}"#)
        let refused = acme.ask(.post, "/v1/operators/acme/number-orders", body)
        #expect(refused.status == 409 && refused.body["detail"].string == "Acme is suspended in the tenant contoso", "\(refused.body)")
        #expect(fixture.client.must(.get, Self.path)["tenant"]["numbers"].array.count == 2)
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"status":"active"}"#)
        #expect(acme.ask(.post, "/v1/operators/acme/number-orders", body).status == 202)
        let stranger = acme.ask(.post, "/v1/operators/acme/number-orders", #"{"tenant":"fabrikam","numbers":["+14255550178"]}"#)
        #expect(stranger.status == 409 && stranger.body["detail"].string == "Acme is not an operator of the tenant fabrikam")
    }

    @Test("an operator's word is about its own consent, whatever others the tenant has")
    func consents() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        let word = #"{"status":"declined","reason":"no"}"#
        fixture.token("operator", operator: "other").must(.patch, "/v1/operators/other/consents/contoso", word)
        let found = ["acme", "other"].map { fixture.client.must(.get, "/v1/operators/\($0)/consents/contoso") }
        #expect(found.map { $0["agreement"]["status"].string } == [nil, "declined"])
        #expect(found.map { $0["status"].string } == ["active", "suspended"])
    }

    @Test("a relation's contact and size are changed, and what is left out stays")
    func contact() throws {
        let fixture = try Fixture()
        let path = "/v1/tenants/contoso/operators/acme"
        let changed = fixture.client.must(.patch, path, #"{"contact":{"email":"adele@contoso.example"},"companySize":200}"#)
        #expect(changed["contact"]["email"].string == "adele@contoso.example" && changed["contact"]["fullName"].string == "Ann")
        #expect(changed["companySize"].string == "200" && changed["status"].string == "active")
        let refused = fixture.client.ask(.patch, path, #"{"contact":{"email":"nobody"}}"#)
        #expect(refused.status == 400 && refused.body["field"].string == "contact.email", "\(refused.body)")
        let abroad = fixture.client.ask(.patch, path, #"{"countries":["US","GB"]}"#)
        #expect(abroad.status == 422 && abroad.body["field"].string == "operators[acme].countries", "\(abroad.body)")
    }

    @Test("a store that holds a number twice, or one that no order brought, starts and dials with neither")
    func brokenStore() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
        let stored = try #require(fixture.store.documents["tenant/fabrikam"]?.body)
        var fabrikam = try JSON.decode(JSONValue.self, stored)
        fabrikam["numbers"] = .array([
            try JSON.decode(JSONValue.self, try #require(fixture.store.documents["tenant/contoso"]?.body))["numbers"].array[0]
        ])
        fixture.store.put(StoredDocument(kind: .tenant, key: "fabrikam", version: 99, body: JSON.encode(fabrikam)))
        let (_, restarted) = try fixture.restart()
        let findings = restarted.must(.get, "/v1/tenants/contoso/lint")["findings"].array
        #expect(findings.contains { $0["reason"].string == "It stands in more than one tenant, so nothing dials with it." }, "\(findings)")
        let refused = restarted.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"))
        #expect(refused.status == 503 && refused.body["reason"].string == "routeUnusable", "\(refused.body)")
        fabrikam["numbers"] = .array([])
        fixture.store.put(StoredDocument(kind: .tenant, key: "fabrikam", version: 100, body: JSON.encode(fabrikam)))
        let order = try #require(fixture.store.orderIDs("contoso", "acme").first)
        fixture.store.put(StoredDocument(kind: .orderHead, key: order, version: 101, body: nil))
        let (_, again) = try fixture.restart()
        let doubts = again.must(.get, "/v1/tenants/contoso/lint")["findings"].array
        #expect(doubts.contains { $0["reason"].string == "No order brought it, so nothing dials with it." }, "\(doubts)")
        let doubted = again.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"))
        #expect(
            doubted.status == 503 && doubted.body["decision"]["because"].array.description.contains("was brought by no order"),
            "\(doubted.body)")
        #expect(fixture.trunks.allSatisfy { $0.calls.isEmpty })
    }

    @Test("licences are assigned as far as they were bought, by PUT and by a document; the platform says how many")
    func licences() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso"), path = "/v1/tenants/contoso/licences"
        #expect(fixture.client.must(.get, path) == .object([:]))
        #expect(admin.ask(.put, path, #"{"OperatorConnectConferencing":9}"#).status == 403)
        #expect(fixture.client.must(.put, path, #"{"OperatorConnectConferencing":1}"#) == ["OperatorConnectConferencing": .integer(1)])
        #expect(admin.must(.get, path) == ["OperatorConnectConferencing": .integer(1)])
        let user = "/v1/tenants/contoso/users/sam@contoso.example"
        for client in [admin, fixture.client] {
            let refused = client.ask(.put, user, #"{"licences":["OperatorConnectConferencing"]}"#)
            #expect(refused.status == 409 && refused.body["detail"].string?.contains("bought 1 times") == true, "\(refused.body)")
            var document = client.must(.get, Self.path)
            Self.change(&document, ["users", "1", "licences"], to: ["OperatorConnectConferencing"])
            #expect(client.ask(.put, Self.path, Self.text(document)).status == 409)
        }
        #expect(admin.ask(.put, user, #"{"licences":["AudioConferencingStandard","CommunicationsCredits"]}"#).status == 200)
        let wrong = fixture.client.ask(.put, path, #"{"OperatorConnectConferencing":-1}"#)
        #expect(wrong.status == 400 && wrong.body["field"].string == "OperatorConnectConferencing", "\(wrong.body)")
        let (_, restarted) = try fixture.restart()
        #expect(restarted.must(.get, path) == ["OperatorConnectConferencing": .integer(1)])
        #expect(restarted.must(.put, path, "{}") == .object([:]))
        #expect(restarted.ask(.put, user, #"{"licences":["OperatorConnectConferencing"]}"#).status == 200)
    }
}

extension SimStore {
    /// Identifiers of an operator's orders to a tenant.
    fileprivate func orderIDs(_ tenant: String, _ operatorID: String) -> [String] {
        documents.values.filter { $0.kind == .orderHead && $0.key.hasPrefix(operatorID) }.compactMap { document in
            let order = document.body.flatMap { try? JSON.decode(JSONValue.self, $0) }
            return order?["tenant"].string == tenant ? document.key : nil
        }
    }
}
