import Service
import Simulation
import Testing
import Web

/// Who may not, on each way in: the table of roles is what is published.
@Suite("Who may not")
struct RoleTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    /// Of an operation, as its description says them; nil where it needs no token.
    private static func roles(_ operation: OpenAPITests.Operation) -> Set<String>? {
        guard operation.description["security"] != .null, let text = operation.description["description"].string,
            let match = text.firstMatch(of: #/Roles: ([a-z, ]+)[.;]/#)
        else { return nil }
        return Set(match.1.split(separator: ", ").map(String.init))
    }

    private func ask(_ client: SimClient, _ operation: OpenAPITests.Operation, _ names: [String: String]) -> SimClient.Answer {
        let body = OpenAPITests.bodies[operation.id].map { String(decoding: JSON.encode($0), as: UTF8.self) } ?? ""
        return client.ask(operation.method, operation.filled(names), body)
    }

    @Test("each operation is refused to each role that its description does not name, to nobody, and to other tenants and operators")
    func operations() throws {
        let own: [(role: String, client: SimClient)] = [
            ("meeting", fixture.token("meeting", tenant: "contoso")), ("admin", fixture.token("admin", tenant: "contoso")),
            ("operator", fixture.token("operator", operator: "acme")),
        ]
        let strangers: [(role: String, client: SimClient)] = [
            ("meeting", fixture.token("meeting", tenant: "fabrikam")), ("admin", fixture.token("admin", tenant: "fabrikam")),
            ("operator", fixture.token("operator", operator: "other")),
        ]
        let names = OpenAPITests.names.merging(["id": fixture.dial("+14255550999")]) { $1 }
        fixture.pass(.seconds(1))
        let before = fixture.store.documents, dialOut = fixture.record(names["id"] ?? "")
        var refused = 0, open: Set<String> = []
        for operation in try OpenAPITests.operations() {
            guard let roles = Self.roles(operation) else {
                open.insert(operation.id)
                continue
            }
            #expect(roles.contains("platform"), "\(operation.id)")
            let nobody = ask(fixture.client.with(token: ""), operation, names)
            #expect(nobody.status == 401, "\(operation.id): \(nobody.status)")
            for (role, client) in own where !roles.contains(role) {
                let answer = ask(client, operation, names)
                #expect(answer.status == 403 && answer.body["reason"].string == "forbidden", "\(role) \(operation.id): \(answer.status)")
                refused += 1
            }
            for (role, client) in strangers where roles.contains(role) {
                let owner = role == "operator" ? "{operator}" : "{tenant}"
                guard operation.path.contains(owner) else { continue }
                let answer = ask(client, operation, names)
                #expect(answer.status == 403, "a stranger's \(role) \(operation.id): \(answer.status)")
                refused += 1
            }
        }
        #expect(open == ["healthz", "readyz", "openAPI", "findANumber"] && refused > 150)
        #expect(fixture.store.documents == before && fixture.record(names["id"] ?? "") == dialOut)
    }

    @Test("none is refused to a role that it names for the role's sake")
    func allowed() throws {
        for operation in try OpenAPITests.operations() {
            for role in ["meeting", "admin", "operator"] where Self.roles(operation)?.contains(role) == true {
                let own = try RoleTests().fixture
                let client = role == "operator" ? own.token(role, operator: "acme") : own.token(role, tenant: "contoso")
                let answer = ask(client, operation, OpenAPITests.names)
                #expect(
                    answer.status != 401 && answer.body["detail"].string != "a token of the role \(role) may not do this",
                    "\(role) \(operation.id): \(answer.body)")
            }
        }
    }

    // MARK: numbers, relations and money

    private static let settings = "/v1/tenants/contoso/settings", document = "/v1/tenants/contoso/document"

    /// What the platform or an operator may change, with what does so.
    private static let owned: [(what: String, method: Web.Method, path: String, body: String)] = [
        ("minutes", .patch, settings, #"{"purchasedStandardLicences":115}"#),
        ("credits", .patch, settings, #"{"communicationsCreditsBalance":900}"#),
        (
            "a recharge", .patch, settings,
            #"{"communicationsCreditsBalance":900,"communicationsCreditsAutoRecharge":{"trigger":5,"amount":9}}"#
        ),
        ("licences bought", .put, "/v1/tenants/contoso/licences", #"{"OperatorConnectConferencing":9}"#),
        ("limits", .put, "/v1/tenants/contoso/limits", #"{"duplicateSeconds":0}"#),
        ("a number", .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#),
        ("prices", .put, "/v1/operators/acme/price-list", #"{"currency":"USD","prices":[{"prefix":"+1","perMinute":"9"}]}"#),
        ("a consent", .patch, "/v1/operators/acme/consents/contoso", #"{"status":"declined","reason":"no"}"#),
        ("a trunk", .patch, "/v1/operators/acme/trunks/t1", #"{"enabled":false}"#),
    ]

    @Test("what is not an administrator's is refused by REST, as a document, as a rehearsal of one, and by undoing the owner's change")
    func ways() throws {
        for (what, method, path, body) in Self.owned {
            let own = try RoleTests().fixture, admin = own.token("admin", tenant: "contoso")
            let first = own.client.must(.get, Self.document), kept = own.store.documents
            #expect(admin.ask(method, path, body).status == 403, "\(what) by REST")
            #expect(own.store.documents == kept, "\(what)")
            own.client.must(method, path, body)
            own.pass(.milliseconds(100))
            let changed = own.client.must(.get, Self.document), after = own.store.documents
            // Prices and trunks are in no tenant's document, nor among its changes.
            guard changed != first else {
                #expect(["prices", "a trunk"].contains(what))
                continue
            }
            let text = String(decoding: JSON.encode(first), as: UTF8.self)
            #expect(admin.ask(.put, Self.document, text).status == 403, "\(what) as a document")
            #expect(admin.ask(.put, Self.document + "?dryRun=true", text).status == 403, "\(what) as a rehearsed document")
            if what != "a consent" {
                let latest = admin.must(.get, "/v1/tenants/contoso/changes?limit=1")["changes"].array[0]["id"].string ?? ""
                #expect(admin.ask(.post, "/v1/tenants/contoso/changes/\(latest)/undo").status == 403, "\(what) undone")
            }
            #expect(own.store.documents == after, "\(what)")
        }
    }

    @Test("no script gives a number, a relation, minutes or licences, for an administrator or as a rehearsal")
    func scripts() throws {
        let admin = fixture.token("admin", tenant: "contoso"), before = fixture.store.documents
        for (script, word) in [
            ("New-CsOnlineDirectRoutingTelephoneNumberUploadOrder -InventoryType x", "operators, who upload them"),
            ("Set-CsPhoneNumberAssignment -Identity sam@contoso.example -PhoneNumber +14255550177", "not a number of this tenant"),
            ("Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550177", "not a number of this tenant"),
            ("Set-CsOnlineDialInConferencingTenantSettings -PurchasedStandardLicences 5", "no parameter -PurchasedStandardLicences"),
            ("Set-CsOnlineDialInConferencingTenantSettings -CommunicationsCreditsBalance 5", "no parameter -CommunicationsCreditsBalance"),
            ("Set-CsOnlinePstnUsage -Usage @{Add=\"Gold\"}; New-CsOperator other", "New-CsOperator is not available here"),
        ] {
            for path in ["commands", "rehearsals"] {
                let answer = admin.ask(.post, "/v1/tenants/contoso/\(path)", script, headers: [("Content-Type", "text/plain")])
                let outcome = path == "commands" ? answer.body : answer.body["outcome"]
                #expect(outcome["applied"] == .bool(false), "\(script): \(answer.body)")
                #expect(answer.text.contains(word), "\(script): \(answer.text)")
            }
        }
        #expect(fixture.store.documents == before)
    }
}
