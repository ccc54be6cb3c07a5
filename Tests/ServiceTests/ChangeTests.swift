import Basis
import Dialing
import Simulation
import Testing
import Web

@testable import Service

/// Who changed what, and the way back.
@Suite("Changes of the configuration")
struct ChangeTests {
    private static let path = "/v1/tenants/contoso/changes"

    private func run(_ client: SimClient, _ script: String) {
        let ran = client.must(.post, "/v1/tenants/contoso/commands", script)
        precondition(ran["applied"] == .bool(true), "\(ran)")
    }

    private func changes(_ client: SimClient) -> [JSONValue] { client.must(.get, Self.path)["changes"].array }

    @Test("each change says who, by what, when, and every object before and after")
    func told() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso"), earlier = changes(admin).count
        run(admin, "Set-CsOnlinePstnUsage -Usage @{Add=\"Gold\"}")
        admin.must(.put, "/v1/tenants/contoso/users/dora@contoso.example", #"{"displayName":"Dora"}"#)
        let found = changes(admin)
        #expect(found.count == earlier + 2)
        guard case .object(let members) = found[0] else { return }
        #expect(members["undoes"] == .null, "every member is written")
        #expect(found[0]["source"].string == "api" && found[0]["request"].string == "PUT /v1/tenants/contoso/users/dora@contoso.example")
        #expect(found[0]["role"].string == "admin" && found[0]["by"].string?.isEmpty == false)
        #expect(found[0]["objects"].array.map { $0["object"].string } == ["user dora@contoso.example"])
        #expect(found[0]["objects"].array[0]["before"] == .null && found[0]["objects"].array[0]["after"]["displayName"].string == "Dora")
        #expect(found[1]["source"].string == "cmdlets" && found[1]["objects"].array.map { $0["object"].string } == ["usages"])
        #expect(found[1]["objects"].array[0]["after"].array.last?.string == "Gold")
        #expect(found[1]["configVersion"].integer! + 1 == found[0]["configVersion"].integer!)
        #expect(admin.ask(.get, "/v1/tenants/fabrikam/changes").status == 403)
    }

    @Test("operators, tokens and the service's limits are the platform's to read, each before and after, without secrets")
    func platform() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        let body = #"{"name":"New","trunks":[{"name":"t","uri":"sip:10.9.0.1:5060","username":"u","password":"sesame"}]}"#
        fixture.client.must(.put, "/v1/operators/new", body)
        fixture.client.must(.put, "/v1/operators/new", body.replacing("New", with: "Newer"))
        fixture.client.must(.put, "/v1/limits", #"{"duplicateSeconds":7}"#)
        let token = fixture.client.must(.post, "/v1/tokens", #"{"role":"operator","operator":"new","name":"NOC"}"#)
        let id = token["id"].string!, secret = token["token"].string!
        fixture.client.must(.delete, "/v1/tokens/\(id)")
        fixture.client.must(.delete, "/v1/operators/new")
        let page = fixture.client.must(.get, "/v1/changes?limit=6"), found = page["changes"].array.map { $0["objects"].array[0] }
        #expect(
            found.map { $0["object"].string } == [
                "operator new", "token \(id)", "token \(id)", "limits", "operator new", "operator new",
            ])
        #expect(found[0]["after"] == .null && found[0]["before"]["name"].string == "Newer")
        #expect(found[1]["after"] == .null && found[2]["before"] == .null && found[2]["after"]["name"].string == "NOC")
        #expect(found[3]["after"]["duplicateSeconds"].integer == 7)
        #expect(found[4]["before"]["name"].string == "New" && found[4]["after"]["name"].string == "Newer")
        #expect(found[5]["before"] == .null)
        #expect(page["changes"].array.allSatisfy { $0["role"].string == "platform" && $0["source"].string == "api" })
        #expect(page["changes"].array[3]["request"].string == "PUT /v1/limits")
        let text = String(decoding: JSON.encode(page), as: UTF8.self)
        #expect(!text.contains("sesame") && !text.contains(secret))
        #expect(page["cursor"].string != nil, "there are earlier ones")
        #expect(admin.ask(.get, "/v1/changes").status == 403)
        #expect(!changes(admin).contains { $0["objects"].array.contains { $0["object"].string == "operator new" } })
    }

    @Test("that a tenant came and went is on the platform's list, whatever its own had")
    func tenants() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/tenants/gone", #"{"displayName":"Gone","country":"US"}"#)
        fixture.client.must(.put, "/v1/tenants/gone/users/a@gone.example", #"{"displayName":"A"}"#)
        fixture.client.must(.put, "/v1/tenants/gone", #"{"displayName":"Going","country":"US"}"#)
        fixture.client.must(.delete, "/v1/tenants/gone")
        let found = fixture.client.must(.get, "/v1/changes?limit=2")["changes"].array
        #expect(found.map { $0["request"].string } == ["DELETE /v1/tenants/gone", "PUT /v1/tenants/gone"])
        let objects = found.map { $0["objects"].array[0] }
        #expect(objects.allSatisfy { $0["object"].string == "tenant gone" })
        #expect(objects[0]["after"] == .null && objects[1]["before"] == .null)
        #expect(objects[0]["before"]["displayName"].string == "Going" && objects[0]["before"]["users"].integer == 1)
        #expect(objects[1]["after"]["displayName"].string == "Gone" && objects[1]["after"]["users"].integer == 0)
        let kept = try fixture.store.everything.0.facts.compactMap { try ChangeSet(stored: $0) == nil ? nil : $0.row.tenant }
        #expect(kept.filter { $0 == "gone" }.count == 3, "what it was at its end is not kept under its name")
    }

    @Test("what is put as it was is nothing that its tenant lists, beside a change of another one; nor is the end of one")
    func asItWas() throws {
        let country = try #require(Country("US")), user = User(upn: "a@kept.example")
        let kept = Tenant(id: "kept", displayName: "Kept", country: country)
        var old = Directory(), other = Tenant(id: "other", displayName: "Other", country: country)
        try old.apply([.putTenant(kept), .putUser(tenant: "kept", user), .putTenant(other)], version: 1)
        other.displayName = "Another"
        func touched(_ changes: [DirectoryChange]) throws -> [String] {
            var next = old
            try next.apply(changes, version: 2)
            return next.objects(of: changes, before: old).map(\.tenant)
        }
        #expect(try touched([.putTenant(kept), .putUser(tenant: "kept", user), .putTenant(other)]) == ["other"])
        #expect(try touched([.putUser(tenant: "kept", user)]) == [])
        #expect(try touched([.putUser(tenant: "kept", user), .removeTenant("other")]) == [ChangeSet.platform])
    }

    @Test("changes are searched by who, what, by which request, from where and when, and paged behind what was looked at")
    func searched() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        run(admin, "Set-CsOnlinePstnUsage -Usage @{Add=\"Gold\"}")
        admin.peer = SocketAddress("198.51.100.7:40000")
        for name in ["dora", "emil"] {
            fixture.pass(.seconds(60))
            admin.must(.put, "/v1/tenants/contoso/users/\(name)@contoso.example", #"{"displayName":"\#(name)"}"#)
        }
        func objects(_ query: String) -> [String] {
            admin.must(.get, Self.path + "?" + query)["changes"].array.flatMap { $0["objects"].array }.compactMap { $0["object"].string }
        }
        #expect(objects("q=DORA@") == ["user dora@contoso.example"])
        #expect(objects("q=cmdlets").contains("usages") && !objects("q=cmdlets").contains("user emil@contoso.example"))
        #expect(objects("q=198.51.100.7") == ["user emil@contoso.example", "user dora@contoso.example"])
        #expect(objects("q=/users/emil") == ["user emil@contoso.example"])
        #expect(objects("q=nobody").isEmpty)
        #expect(objects("to=2000-01-01T00:00:00.000Z").isEmpty && objects("from=2000-01-01T00:00:00.000Z") == objects(""))
        let at = try #require(changes(admin)[0]["at"].string)
        #expect(objects("q=/users/&from=\(at)") == ["user emil@contoso.example"], "within the day that a clock may be set back")
        #expect(objects("q=/users/&to=\(at)").first == "user dora@contoso.example")
        let page = admin.must(.get, Self.path + "?q=user&limit=1"), cursor = try #require(page["cursor"].string)
        #expect(page["changes"].array.count == 1)
        #expect(objects("q=user&limit=1&cursor=\(cursor)") == ["user dora@contoso.example"])
        #expect(admin.ask(.get, Self.path + "?from=yesterday").status == 400)
        #expect(admin.ask(.get, Self.path + "?q=" + String(repeating: "x", count: 257)).status == 400)
        let newest = changes(admin)[0]
        #expect(newest["from"].string == "198.51.100.7" && changes(admin).last?["from"] == .null)
    }

    @Test("one request looks at 5,000 changes, and the next one goes on behind them")
    func searchedFar() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/tenants/contoso/users/dora@contoso.example", #"{"displayName":"Dora"}"#)
        let entries = (0..<5_000).map { number in
            ChangeSet(
                id: SortableID(high: .max, low: number), at: fixture.world.wallTime,
                author: Author(asker: .store, by: "ops", role: "admin", source: "api", request: "PUT /"), version: 1, undoes: nil,
                objects: []
            ).entry(of: "contoso")
        }
        fixture.store.commit(entries, admissions: []) { _ in }
        fixture.pass(.seconds(5))
        let (service, client) = try fixture.restart()
        let near = client.must(.get, Self.path + "?q=dora"), cursor = try #require(near["cursor"].string)
        #expect(near["changes"].array.isEmpty)
        let far = client.must(.get, Self.path + "?q=dora&cursor=\(cursor)")
        #expect(far["changes"].array.count == 1)
        withExtendedLifetime(service) {}
    }

    @Test("what a later change builds on is not taken back, and the later ones are named")
    func builtOn() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        run(admin, "Set-CsOnlinePstnUsage -Usage @{Add=\"Gold\"}")
        let first = changes(admin)[0]["id"].string!
        run(admin, "New-CsOnlineAudioConferencingRoutingPolicy Gilded -OnlinePstnUsages Gold")
        let second = changes(admin)[0]["id"].string!
        let refused = admin.ask(.post, Self.path + "/\(first)/undo")
        #expect(refused.status == 409 && refused.body["laterChanges"].array.map(\.string) == [second], "\(refused)")
        #expect(refused.body["detail"].string?.hasSuffix("there is no PSTN usage Gold; changed since by \(second)") == true)
        admin.must(.post, Self.path + "/\(second)/undo")
        admin.must(.post, Self.path + "/\(first)/undo")
    }

    @Test("who made a webhook endpoint, changed or paused it, gave it a secret or took it away is told, without secrets, not undone")
    func webhooks() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso"), path = "/v1/tenants/contoso/webhooks"
        let made = admin.must(.post, path, #"{"url":"https://hooks.example/a"}"#), id = made["id"].string!
        admin.must(.patch, path + "/\(id)", #"{"kinds":["ended"]}"#)
        admin.must(.patch, path + "/\(id)", #"{"kinds":["ended"]}"#)
        let rotated = admin.must(.post, path + "/\(id)/rotate")
        for status in ["paused", "paused", "active", "active"] { admin.must(.patch, path + "/\(id)", #"{"status":"\#(status)"}"#) }
        admin.must(.delete, path + "/\(id)")
        let found = changes(admin).prefix(6).flatMap { $0["objects"].array }
        #expect(found.map { $0["object"].string } == Array(repeating: "webhook \(id)", count: 6), "a change that changes nothing is none")
        #expect(found[5]["before"] == .null && found[5]["after"]["url"].string == "https://hooks.example/a")
        #expect(found[5]["after"]["status"].string == "active")
        #expect(found[4]["before"]["kinds"].array.isEmpty && found[4]["after"]["kinds"].array.map(\.string) == ["ended"])
        #expect(found[3]["before"]["earlierSecretsUntil"] == .null && found[3]["after"]["earlierSecretsUntil"].string != nil)
        #expect(found[2]["before"]["status"].string == "active" && found[2]["after"]["status"].string == "paused")
        #expect(found[1]["before"]["status"].string == "paused" && found[1]["after"]["status"].string == "active")
        #expect(found[0]["after"] == .null)
        for secret in [made, rotated].compactMap({ $0["secret"].string }) { #expect(!"\(changes(admin))".contains(secret)) }
        let refused = admin.ask(.post, Self.path + "/\(changes(admin)[4]["id"].string!)/undo")
        #expect(refused.status == 409 && refused.body["detail"].string?.hasPrefix("the webhook \(id) is changed by its own") == true)
    }

    @Test("what changes nothing is no change, and what is refused leaves none")
    func nothing() throws {
        let fixture = try Fixture(), before = changes(fixture.client).count
        run(fixture.client, "Get-CsOnlinePstnUsage")
        #expect(fixture.client.ask(.put, "/v1/tenants/contoso", #"{"displayName":"","country":"US"}"#).status >= 400)
        #expect(changes(fixture.client).count == before)
    }

    @Test("a change is undone, in its place, and the undoing is a change that can be undone")
    func undone() throws {
        let fixture = try Fixture(), document = "/v1/tenants/contoso/document"
        let before = fixture.client.must(.get, document)
        run(fixture.client, "Remove-CsOnlineVoiceRoute -Identity US; Set-CsOnlinePstnUsage -Usage @{Add=\"Gold\"}")
        let removed = fixture.client.must(.get, document), change = changes(fixture.client)[0]["id"].string!
        let undone = fixture.client.must(.post, "\(Self.path)/\(change)/undo")
        #expect(fixture.client.must(.get, document) == before)
        let latest = changes(fixture.client)[0]
        #expect(latest["source"].string == "undo" && latest["undoes"].string == change)
        #expect(latest["configVersion"] == undone["configVersion"])
        fixture.client.must(.post, "\(Self.path)/\(latest["id"].string!)/undo")
        #expect(fixture.client.must(.get, document) == removed)
    }

    @Test(
        "a change on which a later one builds is not taken back, and the refusal names that one",
        arguments: [
            (
                "New-CsOnlineAudioConferencingRoutingPolicy P",
                "Grant-CsOnlineAudioConferencingRoutingPolicy alice@contoso.example -PolicyName P"
            ),
            (
                "New-CsOnlineAudioConferencingRoutingPolicy P",
                "New-CsGroupPolicyAssignment -GroupId g -PolicyType OnlineAudioConferencingRoutingPolicy -PolicyName P -Rank 1"
            ),
            ("Set-CsOnlinePstnUsage -Usage @{Add='Gold'}", "New-CsOnlineVoiceRoutingPolicy V -OnlinePstnUsages Gold"),
            ("Set-CsOnlinePstnUsage -Usage @{Add='Gold'}", "New-CsOnlineAudioConferencingRoutingPolicy Q -OnlinePstnUsages Gold"),
            (
                "New-CsOnlinePSTNGateway gw.contoso.example -SipSignalingPort 5061",
                "New-CsOnlineVoiceRoute G -OnlinePstnGatewayList gw.contoso.example -OnlinePstnUsages (Get-CsOnlinePstnUsage).Usage[0]"
            ),
        ])
    func builtOn(first: String, second: String) throws {
        let fixture = try Fixture()
        run(fixture.client, first)
        let made = changes(fixture.client)[0]["id"].string!
        run(fixture.client, second)
        fixture.client.must(.put, "/v1/tenants/contoso/users/dora@contoso.example", #"{"displayName":"Dora"}"#)
        let later = changes(fixture.client)[1]["id"]
        let refused = fixture.client.ask(.post, "\(Self.path)/\(made)/undo")
        #expect(refused.status == 409 && refused.body["laterChanges"].array == [later], "\(refused)")
    }

    @Test("a user who was made is taken away again, and one who was changed gets back what was")
    func users() throws {
        let fixture = try Fixture(), user = "/v1/tenants/contoso/users/dora@contoso.example"
        fixture.client.must(.put, user, #"{"displayName":"Dora"}"#)
        let made = changes(fixture.client)[0]["id"].string!
        fixture.client.must(.put, user, #"{"displayName":"Dora B"}"#)
        let changed = changes(fixture.client)[0]["id"].string!
        let refused = fixture.client.ask(.post, "\(Self.path)/\(made)/undo")
        #expect(refused.status == 409 && refused.body["laterChanges"].array == [.string(changed)])
        #expect(refused.body["object"].string == "user dora@contoso.example")
        fixture.client.must(.post, "\(Self.path)/\(changed)/undo")
        #expect(fixture.client.must(.get, user)["displayName"].string == "Dora")
        fixture.client.must(.post, "\(Self.path)/\(made)/undo")
        #expect(fixture.client.ask(.get, user).status == 404)
    }

    @Test("a change of a user alone looks at nothing of the tenant's document, however much there is of it")
    func userAlone() throws {
        let fixture = try Fixture(), old = fixture.service.assumeIsolated { $0.directory }
        var next = old, tenant = try #require(old.tenant("contoso")), user = try #require(old.user("alice@contoso.example", of: "contoso"))
        (tenant.displayName, user.displayName) = ("Another", "Al")
        let changed = [DirectoryChange.putUser(tenant: "contoso", user)]
        try next.apply(changed + [.putTenant(tenant)], by: .platform, version: old.version + 1)
        #expect(next.objects(of: changed, before: old).flatMap(\.objects).map(\.object) == ["user alice@contoso.example"])
        let whole = next.objects(of: changed + [.putTenant(tenant)], before: old).flatMap(\.objects).map(\.object)
        #expect(whole == ["display name", "user alice@contoso.example"])
    }

    @Test("what the caller may not change is not undone for it either")
    func guarded() throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550188"]}"#)
        let change = changes(admin)[0]
        #expect(change["objects"].array.map { $0["object"].string } == ["number +14255550188"])
        #expect(admin.ask(.post, "\(Self.path)/\(change["id"].string!)/undo").status == 403)
        #expect(admin.ask(.post, "\(Self.path)/none/undo").status == 404)
        #expect(admin.ask(.post, "\(Self.path)/\(String(repeating: "0", count: 32))/undo").status == 404)
    }

    @Test("of a change of a thousand and more objects the rest is counted, and it is taken back by the document alone")
    func omitted() throws {
        let fixture = try Fixture()
        var document = fixture.client.must(.get, "/v1/tenants/contoso/document")
        let added = (0...ChangeSet.limit).map { number in
            var user = document["users"].array[0]
            user["upn"] = .string("u\(number)@contoso.example")
            return user
        }
        document["users"] = .array(document["users"].array + added)
        fixture.client.must(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(document), as: UTF8.self))
        let change = changes(fixture.client)[0]
        #expect(change["objects"].array.count == 1_000 && change["omitted"] == .integer(1))
        let undone = fixture.client.ask(.post, "\(Self.path)/\(change["id"].string!)/undo")
        let words = "the change has 1001 objects, of which 1 are not kept one by one; "
        #expect(undone.status == 409 && undone.body["detail"].string?.hasPrefix(words) == true, "\(undone)")
    }

    @Test("pages meet, a restart keeps them, and watchers are not told")
    func kept() throws {
        let fixture = try Fixture(), events = fixture.store.events.count
        for name in ["A", "B", "C"] { run(fixture.client, "Set-CsOnlinePstnUsage -Usage @{Add=\"\(name)\"}") }
        let all = changes(fixture.client)
        var paged: [JSONValue] = [], cursor: String?
        repeat {
            let page = fixture.client.must(.get, Self.path + "?limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
            paged += page["changes"].array
            cursor = page["cursor"].string
        } while cursor != nil
        #expect(paged == all && all.count >= 3)
        #expect(fixture.store.events.count == events)
        let (_, client) = try fixture.restart()
        #expect(client.must(.get, Self.path)["changes"].array == all)
    }

    @Test("a tenant sees its own changes alone, and one made anew none of those before it")
    func apart() throws {
        let fixture = try Fixture(), fabrikam = fixture.token("admin", tenant: "fabrikam")
        run(fixture.client, "Set-CsOnlinePstnUsage -Usage @{Add=\"Gold\"}")
        let theirs = changes(fixture.client).map { $0["id"].string! }
        let own = fabrikam.must(.get, "/v1/tenants/fabrikam/changes")["changes"].array
        #expect(!own.isEmpty && !own.contains { theirs.contains($0["id"].string!) })
        #expect(fabrikam.ask(.post, "/v1/tenants/fabrikam/changes/\(theirs[0])/undo").status == 404)
        fixture.client.must(.delete, "/v1/tenants/fabrikam")
        fixture.client.must(.put, "/v1/tenants/fabrikam", #"{"displayName":"Another","country":"GB"}"#)
        let after = fixture.client.must(.get, "/v1/tenants/fabrikam/changes")["changes"].array.map { $0["id"].string! }
        #expect(after.allSatisfy { id in !own.contains { $0["id"].string == id } }, "\(after)")
        #expect(fixture.client.ask(.post, "/v1/tenants/fabrikam/changes/\(own[0]["id"].string!)/undo").status == 404)
    }
}
