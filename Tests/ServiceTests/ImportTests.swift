import Basis
import Service
import Simulation
import Testing
import Web

/// Documents of a whole tenant: compared, checked beside the loop, put in force or not at all.
@Suite("A tenant's document")
struct ImportTests {
    private static let path = "/v1/tenants/contoso/document"
    private static func text(_ value: JSONValue) -> String { String(decoding: JSON.encode(value), as: UTF8.self) }

    @Test("a dry run tells the difference object by object, and changes nothing")
    func dryRun() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        var document = admin.must(.get, Self.path)
        let before = document
        document["tenant"]["pstnUsages"] = .array([.string("US"), .string("EU")])
        document["tenant"]["voiceRoutes"] = .array([])
        document["users"] = .array(
            [document["users"].array[0].with("upn", "New@contoso.example")] + document["users"].array.dropFirst())
        let told = admin.must(.put, Self.path + "?dryRun=true", Self.text(document))
        #expect(
            told["changes"].array.map { "\($0["change"].string ?? "") \($0["object"].string ?? "")" } == [
                "changed usages", "removed route US", "removed user alice@contoso.example", "added user new@contoso.example",
            ])
        #expect(["added", "changed", "removed", "omitted"].map { told[$0].integer } == [1, 1, 2, 0])
        #expect(told["changes"].array[0]["after"] == .array([.string("US"), .string("EU")]))
        #expect(admin.must(.get, Self.path) == before)
        let after = admin.must(.put, Self.path, Self.text(document))
        #expect(after["users"].array.map { $0["upn"].string } == ["new@contoso.example", "sam@contoso.example"])
        #expect(admin.must(.put, Self.path + "?dryRun=true", Self.text(after))["changes"].array.isEmpty)
        #expect(admin.ask(.put, Self.path + "?dryRun=perhaps", Self.text(after)).body["field"].string == "dryRun")
    }

    @Test("of a thousand and more changes a dry run lists a thousand and counts the rest", arguments: [1_000, 1_001])
    func many(count: Int) throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        var document = admin.must(.get, Self.path)
        let example = document["users"].array[0]
        document["users"] = .array(document["users"].array + (0..<count).map { example.with("upn", "u\($0)@contoso.example") })
        let told = admin.must(.put, Self.path + "?dryRun=true", Self.text(document))
        #expect(told["changes"].array.count == 1_000 && told["omitted"].integer == Int64(count - 1_000))
        #expect(["added", "changed", "removed"].map { told[$0].integer } == [Int64(count), 0, 0])
    }

    @Test("a dry run is refused as the import would be")
    func refused() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso"), before = admin.must(.get, Self.path)
        var document = before
        document["tenant"]["numbers"] = .array([])
        for path in [Self.path, Self.path + "?dryRun=true"] {
            #expect(admin.ask(.put, path, Self.text(document)).status == 403)
            #expect(admin.ask(.put, path, Self.text(before), headers: [("If-Match", "\"other\"")]).status == 412)
        }
        var twice = before
        twice["users"] = .array(before["users"].array + [before["users"].array[0]])
        #expect(admin.ask(.put, Self.path, Self.text(twice)).body["field"].string == "users")
        #expect(admin.must(.get, Self.path) == before)
    }

    @Test("what is not there is granted by no way in, and what is granted is not taken away by one")
    func grantedPolicies() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso"),
            user = "/v1/tenants/contoso/users/alice@contoso.example"
        var gone = admin.must(.get, user)
        gone["grants"]["tenantDialPlan"] = .string("Gone")
        var document = admin.must(.get, Self.path)
        document["users"] = .array([gone] + document["users"].array.dropFirst())
        #expect(admin.ask(.put, user, Self.text(gone)).body["field"].string == "grants")
        for path in [Self.path, Self.path + "?dryRun=true"] {
            let answer = admin.ask(.put, path, Self.text(document))
            #expect(answer.status == 422 && answer.body["field"].string == "grants.tenantDialPlan", "\(path)")
            #expect(answer.body["detail"].string?.contains("there is no dial plan Gone") == true)
        }
        let script = """
            New-CsTenantDialPlan -Identity Held
            Grant-CsTenantDialPlan -Identity alice@contoso.example -PolicyName Held
            """
        #expect(admin.ask(.post, "/v1/tenants/contoso/commands", script).status == 200)
        var without = admin.must(.get, Self.path)
        without["tenant"]["dialPlans"] = .array(without["tenant"]["dialPlans"].array.filter { $0["name"].string != "Held" })
        let refused = admin.ask(.put, Self.path, Self.text(without))
        #expect(refused.status == 409 && refused.body["detail"].string?.contains("alice@contoso.example") == true)
    }

    @Test("a document that changes nothing makes no version and no change")
    func same() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso"), document = admin.must(.get, Self.path)
        let changes = admin.must(.get, "/v1/tenants/contoso/changes")["changes"].array.count
        #expect(admin.must(.put, Self.path, Self.text(document)) == document)
        #expect(admin.must(.get, "/v1/tenants/contoso/changes")["changes"].array.count == changes)
    }

    @Test("of a document and a script at the same time one comes after the other, and none is lost")
    func together() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        var document = admin.must(.get, Self.path)
        document["tenant"]["displayName"] = .string("Renamed")
        var statuses: [Int] = []
        admin.send(.put, Self.path, Self.text(document)) { statuses.append($0.status) }
        admin.send(.put, "/v1/tenants/contoso/users/zoe@contoso.example", #"{"displayName":"Zoe"}"#) { statuses.append($0.status) }
        #expect(fixture.world.run(until: fixture.world.now + .seconds(10)) { statuses.count == 2 })
        let after = admin.must(.get, Self.path)
        #expect(statuses.sorted() == [200, 201] && after["tenant"]["displayName"].string == "Renamed")
    }

    @Test("a grant to a group says who made it, by cmdlet and by document")
    func grants() throws {
        let fixture = try Fixture(), made = fixture.client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","name":"Ann"}"#)
        let ann = fixture.client.with(token: made["token"].string!),
            script = "New-CsGroupPolicyAssignment -PolicyName 'US Policy' -PolicyType "
        ann.must(.post, "/v1/tenants/contoso/commands", script + "OnlineAudioConferencingRoutingPolicy -GroupId sales")
        var document = ann.must(.get, Self.path), grant = document["tenant"]["groupAssignments"].array[0]
        #expect(grant["createdBy"].string == "Ann" && grant["createdAt"].integer! > 0)
        (grant["group"], grant["createdBy"], grant["rank"]) = (.string("board"), .string("Somebody"), .integer(2))
        document["tenant"]["groupAssignments"] = .array(document["tenant"]["groupAssignments"].array + [grant])
        let after = fixture.client.must(.put, Self.path, Self.text(document))["tenant"]["groupAssignments"].array
        #expect(after.map { $0["createdBy"].string == "Ann" } == [true, false] && after[1]["createdBy"].string != "Somebody")
        let shown = ann.must(.post, "/v1/tenants/contoso/commands", "(Get-CsGroupPolicyAssignment -GroupId sales).CreatedBy")
        #expect(String(decoding: JSON.encode(shown), as: UTF8.self).contains("Ann"))
    }

    @Test("a user's default numbers stay when the user is put without them")
    func kept() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        let ran = admin.must(
            .post, "/v1/tenants/contoso/commands", "Set-CsOnlineDialInConferencingUser sam@contoso.example -ServiceNumber +12065550199")
        #expect(ran["applied"] == .bool(true), "\(ran)")
        admin.must(.put, "/v1/tenants/contoso/users/sam@contoso.example", #"{"displayName":"Samuel"}"#)
        let sam = admin.must(.get, Self.path)["users"].array.first { $0["upn"].string == "sam@contoso.example" }
        #expect(sam?["conferencing"]["serviceNumber"].string == "+12065550199" && sam?["displayName"].string == "Samuel")
    }
}

extension JSONValue {
    fileprivate func with(_ member: String, _ text: String) -> JSONValue {
        var value = self
        value[member] = .string(text)
        return value
    }
}
