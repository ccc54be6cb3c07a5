import Basis
import Service
import Simulation
import Testing
import Web

extension InviteTests {
    @Test("what a restart finds undone is done then, and a number stays on the bridge until it is")
    func resumed() throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/meetings/a/invite", Self.post)
        register(fixture, ["+14255550101"])
        fixture.store.readsFail = true
        _ = run(
            fixture,
            """
            Set-CsOnlineDialInConferencingUser alice@contoso.example -ServiceNumber +14255550101
            Start-CsExMeetingMigration alice@contoso.example
            """)
        fixture.pass(.seconds(3))
        let waiting = run(fixture, "Get-CsMeetingMigrationStatus").array
        #expect(waiting.map { $0["State"].string } == ["InProgress"])
        let held = fixture.client.ask(
            .post, "/v1/tenants/contoso/commands",
            "Unregister-CsOnlineDialInConferencingServiceNumber +12065550199 -RemoveDefaultServiceNumber")
        #expect(held.body["applied"] == .bool(false))
        let detail = held.body["results"].array.last?["error"]["message"].string ?? ""
        #expect(detail.contains("while the invites of alice@contoso.example are rewritten"), "\(held.body)")
        let holders = fixture.client.ask(.delete, "/v1/operators/acme/numbers/14255550100").body["holders"].array
        #expect(holders.map { $0["kind"].string } == ["migration", "route", "bridge"])
        fixture.store.readsFail = false
        let (_, restarted) = try fixture.restart()
        fixture.pass(.seconds(2))
        #expect(restarted.must(.get, "/v1/meetings/a/invite")["tollNumber"].string == "+14255550101")
        let done = restarted.must(.post, "/v1/tenants/contoso/commands", "Get-CsMeetingMigrationStatus")
        #expect(done["results"].array[0]["output"].array[0]["State"].string == "Succeeded")
    }

    @Test(
        "what is asked for anew while invites are rewritten is done anew, at each moment of it",
        arguments: Array(stride(from: 0, to: 60, by: 3)))
    func askedAnew(milliseconds: Int) throws {
        let fixture = try Fixture()
        for meeting in ["a", "b"] { fixture.client.must(.post, "/v1/meetings/\(meeting)/invite", Self.post) }
        register(fixture, ["+14255550101", "+14255550102"])
        func ask(_ number: String) {
            _ = run(
                fixture,
                """
                Set-CsOnlineDialInConferencingUser alice@contoso.example -ServiceNumber \(number)
                Start-CsExMeetingMigration alice@contoso.example
                """)
        }
        ask("+14255550101")
        fixture.pass(.milliseconds(milliseconds))
        ask("+14255550102")
        settle(fixture)
        for meeting in ["a", "b"] {
            #expect(fixture.client.must(.get, "/v1/meetings/\(meeting)/invite")["tollNumber"].string == "+14255550102")
        }
        let status = run(fixture, "Get-CsMeetingMigrationStatus").array
        #expect(status.map { $0["State"].string } == ["Succeeded"] && status[0]["TotalMeeting"] == .integer(2))
    }

    @Test(
        "what is asked for anew while invites are rewritten outlives a kill, at each moment of it",
        arguments: Array(1...20))
    func askedAnewBeforeAKill(milliseconds: Int) throws {
        for later in 0..<8 {
            let fixture = try Fixture()
            fixture.client.must(.post, "/v1/meetings/a/invite", Self.post)
            _ = run(fixture, "Start-CsExMeetingMigration alice@contoso.example")
            fixture.pass(.milliseconds(milliseconds))
            let time = Int64(fixture.world.wallTime.milliseconds)
            _ = run(fixture, "Start-CsExMeetingMigration alice@contoso.example")
            fixture.pass(.milliseconds(later))
            _ = try fixture.restart()
            let kept = try #require(fixture.store.documents.values.first { $0.kind == .migration }?.body)
            let asked = try JSON.decode(JSONValue.self, kept)["createdAt"].integer ?? 0
            #expect(asked >= time, "\(milliseconds) ms, then \(later)")
        }
    }

    @Test(
        "of many invites each is rewritten once, a page of them after the other, up to a last page that is full or empty",
        arguments: [1, 499, 500, 501, 999, 1_000, 1_001])
    func many(count: Int) throws {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/meetings/m10000/invite", Self.post)
        for meeting in ["l", "n"] {
            fixture.client.must(.post, "/v1/meetings/\(meeting)/invite", #"{"organizer":"sam@contoso.example"}"#)
        }
        let kept = try #require(fixture.store.documents.values.first { $0.kind == .invite && $0.key.hasSuffix("m10000") })
        let body = String(decoding: try #require(kept.body), as: UTF8.self)
        for name in (1..<count).map({ "m\(10_000 + $0)" }) {
            let own = Array(body.replacing("m10000", with: name).utf8)
            fixture.store.put(StoredDocument(kind: .invite, key: kept.key.dropLast(6) + name, version: 0, body: own))
        }
        register(fixture, ["+14255550101"])
        _ = run(
            fixture,
            """
            Set-CsOnlineDialInConferencingUser alice@contoso.example -ServiceNumber +14255550101
            Start-CsExMeetingMigration alice@contoso.example
            """)
        settle(fixture)
        let status = run(fixture, "Get-CsMeetingMigrationStatus").array
        #expect(status.map { $0["TotalMeeting"].integer } == [Int64(count)] && status[0]["SucceededMeeting"].integer == Int64(count))
        var rewritten: [String] = []
        for document in fixture.store.documents.values where document.kind == .invite {
            let invite = try JSON.decode(JSONValue.self, try #require(document.body)), name = invite["meetingID"].string ?? ""
            if invite["rewrittenAt"] != .null { rewritten.append(name) }
            #expect(document.key.hasSuffix("\n" + name) && (invite["rewrittenAt"] != .null) == name.hasPrefix("m"), "\(name)")
            #expect(invite["numbers"]["toll"].array.contains("+14255550101") == name.hasPrefix("m"), "\(name)")
        }
        #expect(rewritten.sorted() == (0..<count).map { "m\(10_000 + $0)" })
    }

    @Test("a user who goes before the invites are rewritten leaves nothing to be done, and others' are rewritten")
    func goneBefore() throws {
        let fixture = try Fixture(), number = "/v1/operators/acme/numbers/14255550100"
        fixture.client.must(.post, "/v1/meetings/a/invite", Self.post)
        fixture.store.readsFail = true
        _ = run(fixture, "Start-CsExMeetingMigration alice@contoso.example")
        fixture.pass(.seconds(3))
        func holders() -> [String?] { fixture.client.ask(.delete, number).body["holders"].array.map { $0["kind"].string } }
        #expect(holders().contains("migration"))
        #expect(fixture.client.ask(.delete, "/v1/tenants/contoso/users/alice@contoso.example").status == 204)
        #expect(!holders().contains("migration"))
        fixture.store.readsFail = false
        _ = run(fixture, "Start-CsExMeetingMigration sam@contoso.example")
        settle(fixture)
        let status = run(fixture, "Get-CsMeetingMigrationStatus").array
        #expect(status.map { $0["UserPrincipalName"].string } == ["sam@contoso.example"])
        #expect(status.map { $0["State"].string } == ["Succeeded"])
    }
}
