import Service
import Simulation
import Testing
import Web

/// What `If-Match` and `If-None-Match` guard (RFC 9110 §13.1), found by the table of operations.
@Suite("Entity tags")
struct EntityTagTests {
    private typealias Operation = OpenAPITests.Operation

    /// A body that each guarded operation takes and that changes something; those that remove take none.
    private static let bodies = [
        "changeSettings": #"{"withholdCallerID":true}"#, "putLicences": #"{"OperatorConnectConferencing":5}"#,
        "putTenant": #"{"displayName":"Contoso Ltd","country":"US"}"#, "putUser": #"{"displayName":"Al"}"#,
        "changeMyOperator": #"{"companySize":"12"}"#, "putOperator": Fixture.operatorBody.replacing("Acme", with: "Acme Ltd"),
        "changeConsent": #"{"status":"accepted"}"#, "changeTrunk": #"{"enabled":false}"#, "drainTrunk": #"{"seconds":1}"#,
        "putLimits": #"{"duplicateSeconds":9}"#, "putTenantLimits": #"{"duplicateSeconds":9}"#,
        "changeWebhook": #"{"url":"https://hooks.example/v2"}"#, "changeOperatorNumber": #"{"city":"Redmond"}"#,
        "putPriceList": #"{"currency":"USD","prices":[{"prefix":"+1","perMinute":"9"}]}"#,
    ]
    /// What is removed is free of what would hold it.
    private static let free = ["deleteTenant": ["tenant": "fabrikam"], "removeMyOperator": ["operator": "other"]]
        .merging(["deleteOperator": ["operator": "spare"], "deleteUser": ["upn": "sam@contoso.example"]]) { $1 }

    private let fixture: Fixture
    private let names: [String: String]

    init() throws {
        fixture = try Fixture()
        let client = fixture.client
        client.must(.put, "/v1/operators/spare", #"{"name":"Spare"}"#)
        client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        client.must(.put, "/v1/operators/acme/price-list", #"{"currency":"EUR","prices":[{"prefix":"+1","perMinute":"1"}]}"#)
        let webhook = client.must(.post, "/v1/tenants/contoso/webhooks", #"{"url":"https://hooks.example/"}"#)["id"].string ?? ""
        names = OpenAPITests.names.merging(["number": "14255550177", "webhook": webhook, "id": fixture.dial("+14255550999")]) { $1 }
    }

    private func ask(_ operation: Operation, _ tag: String) -> SimClient.Answer {
        let path = operation.filled(names.merging(Self.free[operation.id] ?? [:]) { $1 })
        var body = Self.bodies[operation.id] ?? ""
        if operation.id == "importTenant" {
            body = String(decoding: JSON.encode(fixture.client.must(.get, path)), as: UTF8.self).replacing("\"Sam\"", with: "\"Samuel\"")
        }
        return fixture.client.ask(operation.method, path, body, headers: [("If-Match", tag)])
    }

    private func tag(_ operation: Operation) -> String? {
        let path = operation.filled(names.merging(Self.free[operation.id] ?? [:]) { $1 })
        return fixture.client.ask(.get, path.hasSuffix("/drain") ? String(path.dropLast(6)) : path).header("ETag")
    }

    @Test("each change is refused where it was made on another state, changes nothing, and is done with the tag that GET gives")
    func guarded() throws {
        var tried = 0
        for operation in try OpenAPITests.operations() where FrontDoorTable.guarded.contains(operation.id) {
            let own = try EntityTagTests(), before = own.fixture.store.documents
            let stale = own.ask(operation, "\"other\"")
            #expect(stale.status == 412 && stale.body["reason"].string == "preconditionFailed", "\(operation.id): \(stale.body)")
            #expect(own.fixture.store.documents == before, "\(operation.id)")
            let tag = try #require(own.tag(operation), "\(operation.id)"), done = own.ask(operation, tag)
            #expect((200...204).contains(done.status), "\(operation.id): \(done.status) \(done.body)")
            #expect(own.fixture.store.documents != before, "\(operation.id)")
            #expect(own.tag(operation) != tag, "\(operation.id) leaves the tag")
            let again = own.ask(operation, tag)
            #expect([412, 404].contains(again.status), "\(operation.id): \(again.status) \(again.body)")
            tried += 1
        }
        #expect(tried == FrontDoorTable.guarded.count && tried > 20)
    }

    /// What stands in place of TAG, and what becomes of a change (RFC 9110 §8.8.3.2, §13.1.1, §13.1.2).
    private static let preconditions: [(ifMatch: String?, ifNoneMatch: String?, status: Int)] = [
        ("TAG", nil, 200), ("*", nil, 200), ("\"other\", TAG", nil, 200), ("\"other\" ,, TAG , \"more\"", nil, 200),
        ("\"with,comma\",TAG", nil, 200), ("W/TAG", nil, 412), ("W/TAG, \"other\"", nil, 412), ("W/TAG, TAG", nil, 200),
        ("\"other\"", nil, 412), ("\"\"", nil, 412), ("TAG", "\"other\"", 200), ("TAG", "TAG", 412), (nil, "TAG", 412),
        (nil, "W/TAG", 412), (nil, "*", 412), (nil, "\"other\"", 200), ("\"other\"", "\"other\"", 412), ("*", "*", 412),
    ]

    /// What can be compared with no tag.
    private static let unreadable: [(ifMatch: String?, ifNoneMatch: String?, status: Int)] = [
        ("BARE", nil, 412), ("*, TAG", nil, 412), ("TAG TAG", nil, 412), ("w/TAG", nil, 412), ("\"open", nil, 412), ("", nil, 412),
        (",", nil, 412), (nil, "other", 412), (nil, "* *", 412), (nil, "0", 412),
    ]

    @Test("lists of tags, any state and weak tags count as RFC 9110 says, and what is none of these is refused by name")
    func compared() throws {
        let path = "/v1/tenants/contoso/users/sam@contoso.example"
        for (place, (ifMatch, ifNoneMatch, status)) in (Self.preconditions + Self.unreadable).enumerated() {
            let tag = fixture.client.ask(.get, path).header("ETag") ?? "", before = fixture.store.documents
            let headers = [("If-Match", ifMatch), ("If-None-Match", ifNoneMatch)].compactMap { name, value in
                value.map { (name, $0.replacing("TAG", with: tag).replacing("BARE", with: tag.dropFirst().dropLast())) }
            }
            let answer = fixture.client.ask(.put, path, #"{"displayName":"Sam \#(tag.dropFirst(20).dropLast())"}"#, headers: headers)
            #expect(answer.status == status, "\(headers): \(answer.body)")
            #expect((fixture.store.documents == before) == (status != 200), "\(headers)")
            if place >= Self.preconditions.count { #expect(answer.body["field"].string == headers[0].0, "\(headers)") }
        }
    }

    @Test("a list of tags may stand on several lines")
    func lines() {
        let path = "/v1/tenants/contoso/users/sam@contoso.example", tag = fixture.client.ask(.get, path).header("ETag") ?? ""
        let answer = fixture.client.ask(
            .put, path, #"{"displayName":"Samuel"}"#, headers: [("If-Match", "\"a\""), ("If-Match", "W/\"b\", " + tag)])
        #expect(answer.status == 200, "\(answer.body)")
    }

    @Test(
        "what a PUT makes is made once where nothing may be there yet, and If-Match makes nothing",
        arguments: [
            ("/v1/tenants/third", #"{"displayName":"Third","country":"US"}"#),
            ("/v1/tenants/contoso/users/new@contoso.example", #"{"displayName":"New"}"#), ("/v1/operators/third", #"{"name":"Third"}"#),
        ])
    func made(path: String, body: String) {
        for wanted in ["*", "\"a\""] {
            #expect(fixture.client.ask(.put, path, body, headers: [("If-Match", wanted)]).status == 412)
            #expect(fixture.client.ask(.get, path).status == 404)
        }
        #expect(fixture.client.ask(.put, path, body, headers: [("If-None-Match", "*")]).status == 201)
        let after = fixture.store.documents
        #expect(fixture.client.ask(.put, path, body, headers: [("If-None-Match", "*")]).status == 412)
        #expect(fixture.store.documents == after)
    }

    @Test("a document that the client has is not sent again")
    func held() throws {
        var tried = 0
        for operation in try OpenAPITests.operations() where operation.method == .get && operation.id != "findANumber" {
            let path = operation.filled(names)
            guard operation.description["responses"]["304"] != .null, let tag = fixture.client.ask(.get, path).header("ETag") else {
                continue
            }
            for held in [tag, "W/" + tag, "\"other\", " + tag, "*"] {
                let answer = fixture.client.ask(.get, path, headers: [("If-None-Match", held)])
                #expect(answer.status == 304 && answer.text.isEmpty && answer.header("ETag") == tag, "\(operation.id): \(held)")
            }
            #expect(fixture.client.ask(.get, path, headers: [("If-None-Match", "\"other\"")]).status == 200, "\(operation.id)")
            tried += 1
        }
        #expect(tried >= 10)
    }

    @Test("what has a tag is read where If-Match names it, and If-Match counts before If-None-Match (RFC 9110 §13.2.2)")
    func read() throws {
        var tried = 0
        fixture.client.must(.post, "/v1/meetings/m/invite", #"{"organizer":"alice@contoso.example"}"#)
        let page = fixture.client.must(.get, "/v1/meetings/m/invite")["findANumber"].string ?? ""
        let names = names.merging(["link": String(page.split(separator: "/").last ?? "")]) { $1 }
        for operation in try OpenAPITests.operations() where FrontDoorTable.tagged.contains(operation.id) {
            let path = operation.filled(names), tag = try #require(fixture.client.ask(.get, path).header("ETag"), "\(operation.id)")
            for method in [Web.Method.get, .head] {
                let rows = [(tag, 200), ("\"other\", " + tag, 200), ("*", 200), ("W/" + tag, 412), ("\"other\"", 412), ("x", 412)]
                for (wanted, status) in rows {
                    let answer = fixture.client.ask(method, path, headers: [("If-Match", wanted)])
                    #expect(answer.status == status, "\(operation.id) \(wanted): \(answer.body)")
                }
            }
            let both = fixture.client.ask(.get, path, headers: [("If-Match", "\"other\""), ("If-None-Match", tag)])
            #expect(both.status == 412, "\(operation.id)")
            tried += 1
        }
        #expect(tried == FrontDoorTable.tagged.count && tried > 10)
        let missing = fixture.client.ask(.get, "/v1/tenants/nobody", headers: [("If-Match", "*")])
        #expect(missing.status == 404, "a condition refuses nothing that is refused without it")
        let file = fixture.client.ask(.get, "/app.js", headers: [("If-Match", "\"other\"")])
        #expect(file.status == 412 && file.body["reason"].string == "preconditionFailed")
    }

    @Test("every PUT, PATCH and DELETE is guarded, but of a dial-out, which changes by itself, and of a token, which nothing shows alone")
    func whole() throws {
        let changes = try OpenAPITests.operations().filter { [.put, .patch, .delete].contains($0.method) }.map(\.id)
        #expect(
            Set(changes).symmetricDifference(FrontDoorTable.guarded) == ["changeDialOut", "deleteDialOut", "deleteToken", "drainTrunk"])
    }

    @Test("what If-Match does not guard is refused with it, and nothing is done")
    func unguarded() throws {
        let before = fixture.store.documents
        for operation in try OpenAPITests.operations()
        where !FrontDoorTable.guarded.contains(operation.id) && !FrontDoorTable.tagged.contains(operation.id) {
            let body = (OpenAPITests.bodies[operation.id]).map { String(decoding: JSON.encode($0), as: UTF8.self) } ?? ""
            for field in operation.method == .get ? ["If-Match"] : ["If-Match", "If-None-Match"] {
                let answer = fixture.client.ask(operation.method, operation.filled(names), body, headers: [(field, "*")])
                #expect(answer.status == 412, "\(operation.id) \(field): \(answer.status) \(answer.body)")
            }
        }
        #expect(fixture.store.documents == before)
    }

    @Test("the tag of a trunk or a webhook is of its settings: a call changes neither")
    func settings() throws {
        let trunk = "/v1/operators/acme/trunks/t1", webhook = "/v1/tenants/contoso/webhooks/\(names["webhook"] ?? "")"
        let tags = [trunk, webhook].map { fixture.client.ask(.get, $0).header("ETag") }
        let before = [trunk, webhook].map { fixture.client.must(.get, $0) }
        fixture.dial("+14255550200")
        fixture.pass(.seconds(3))
        for (index, path) in [trunk, webhook].enumerated() {
            #expect(fixture.client.must(.get, path) != before[index], "\(path) shows the call")
            #expect(fixture.client.ask(.get, path).header("ETag") == tags[index], "\(path)")
            #expect(
                fixture.client.ask(.get, path, headers: [("If-None-Match", tags[index] ?? "")]).status == 200,
                "\(path) says more than its tag")
        }
    }

    @Test("the published description says what is guarded, and shows the tag where GET gives one")
    func published() throws {
        let operations = try OpenAPITests.operations(),
            guardedPaths = Set(
                operations.filter { FrontDoorTable.guarded.contains($0.id) }.map(\.path))
        for operation in operations {
            let isGuarded = FrontDoorTable.guarded.contains(operation.id)
            let named = operation.description["parameters"].array.contains { $0["$ref"].string == "#/components/parameters/ifMatch" }
            let other = operation.description["parameters"].array.contains { $0["$ref"].string == "#/components/parameters/ifNoneMatch" }
            let isTagged = FrontDoorTable.tagged.contains(operation.id)
            #expect(named == (isGuarded || isTagged) && other == isGuarded, "\(operation.id)")
            #expect((operation.description["responses"]["412"] != .null) == (isGuarded || isTagged), "\(operation.id)")
            guard operation.method == .get else { continue }
            #expect((operation.description["responses"]["200"]["headers"]["ETag"] != .null) == isTagged, "\(operation.id)")
            #expect(isTagged || !guardedPaths.contains(operation.path), "\(operation.id)")
        }
    }
}
