import Basis
import Dialing
import Service
import Simulation
import Testing
import Web

/// `POST /v1/tenants/{tenant}/rehearsals` and `GET /v1/live`.
@Suite("What a change would come to, and what there is now")
struct RehearsalTests {
    private static let path = "/v1/tenants/contoso/rehearsals"

    @Test("a rehearsal tells the difference, lint, the past and one decision, and puts nothing in force")
    func rehearsal() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255551234")
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        fixture.pass(.seconds(2))
        let before = fixture.store.documents, version = fixture.client.must(.get, "/readyz")["configVersion"]
        let told = fixture.client.must(
            .post, Self.path + "?days=7&organizer=Alice@contoso.example&number=%2B14255551234", "Remove-CsOnlineVoiceRoute US")
        #expect(told["outcome"]["applied"] == .bool(true) && told["outcome"]["results"].array.count == 1)
        let route: JSONValue = .object([
            "bridgeSourcePhoneNumber": .string("+14255550100"), "description": .string(""), "name": .string("US"),
            "numberPattern": .string("^\\+1\\d{10}$"), "onlinePstnGatewayList": .array([]), "onlinePstnUsages": .array([.string("US")]),
            "priority": .integer(1),
        ])
        #expect(told["changes"] == .array([.object(["object": .string("route US"), "before": route, "after": .null])]))
        #expect(told["findings"]["appeared"].array.map { $0["object"].string }.contains("usage US"))
        #expect(told["findings"]["more"].integer == 0)
        let report = told["replay"]["report"]
        #expect(report["total"].integer == 1 && report["becameUnroutable"].integer == 1 && report["unchanged"].integer == 0)
        #expect(report["examples"].array[0]["id"].string == id)
        #expect(told["replay"]["days"].integer == 7 && told["replay"]["truncated"] == .bool(false))
        #expect(told["replay"]["from"] == fixture.record(id)["acceptedAt"])
        #expect(told["decision"]["verdict"].string == "refuse" && told["decision"]["reason"].string == "noRoute")
        #expect(fixture.store.documents == before && fixture.client.must(.get, "/readyz")["configVersion"] == version)
        let now = fixture.client.must(
            .post, "/v1/tenants/contoso/route-tests", #"{"organizer":"alice@contoso.example","number":"+14255551234"}"#)
        #expect(now["verdict"].string == "route")
    }

    @Test("users, numbers, grants and settings are told by name; without days and a number neither past nor decision is told")
    func objects() throws {
        let fixture = try Fixture()
        let script = """
            Grant-CsOnlineAudioConferencingRoutingPolicy -Identity alice@contoso.example -PolicyName "US Policy"
            New-CsGroupPolicyAssignment sales OnlineAudioConferencingRoutingPolicy "US Policy"
            Set-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -PrimaryLanguage en-US
            Set-CsTeamsMeetingPolicy -AllowAnonymousUsersToDialOut $true
            Set-CsOnlinePstnUsage -Usage @{Add="Gold"}
            """
        let told = fixture.client.must(.post, Self.path, script)
        #expect(
            told["changes"].array.map { $0["object"].string } == [
                "usages", "grant to group sales (OnlineAudioConferencingRoutingPolicy)", "number +14255550100", "settings",
                "user alice@contoso.example",
            ])
        #expect(told["changes"].array[0]["after"] == .array([.string("US"), .string("Gold")]))
        #expect(told["changes"].array[4]["after"]["grants"]["audioConferencingRoutingPolicy"].string == "US Policy")
        #expect(told["replay"] == .null && told["decision"] == .null)
        #expect(fixture.client.must(.post, Self.path, "Get-CsOnlinePstnUsage")["changes"] == .array([]))
    }

    @Test("a script that fails is told with its parameter; whoever may not change a thing may not rehearse it")
    func refusals() throws {
        let fixture = try Fixture()
        let failed = fixture.client.must(.post, Self.path + "?days=7", "Remove-CsOnlineVoiceRoute nowhere")
        #expect(failed["outcome"]["applied"] == .bool(false) && failed["changes"] == .array([]) && failed["replay"] == .null)
        #expect(failed["outcome"]["results"].array[0]["error"]["parameter"].string == "Identity")
        for (query, field) in [
            ("days=367", "days"), ("days=-1", "days"), ("days=x", "days"), ("organizer=a@b.example", "number"), ("number=911", "organizer"),
        ] {
            let refused = fixture.client.ask(.post, Self.path + "?" + query, "Get-CsOnlinePstnUsage")
            #expect(refused.status == 400 && refused.body["field"].string == field, "\(query)")
            if field == "days" { #expect(refused.body["detail"].string == "days is 0 to 366, not \(query.dropFirst(5))") }
        }
        for role in ["meeting", "operator"] {
            let other = role == "operator" ? fixture.token(role, operator: "acme") : fixture.token(role, tenant: "contoso")
            #expect(other.ask(.post, Self.path, "Get-CsOnlinePstnUsage").status == 403)
        }
        #expect(fixture.token("admin", tenant: "fabrikam").ask(.post, Self.path, "Get-CsOnlinePstnUsage").status == 403)
        fixture.client.must(.put, "/v1/tenants/contoso/licences", #"{"OperatorConnectConferencing":1}"#)
        let order = #"{"script":"Get-CsOnlinePstnUsage","files":{"a":5}}"#
        #expect(fixture.client.ask(.post, Self.path, order, headers: [("Content-Type", "application/json")]).status == 400)
    }

    @Test("the live are counted by state and operator, each reader's own")
    func live() throws {
        let fixture = try Fixture()
        let none: JSONValue = .object(["queued": .integer(0), "dialling": .integer(0), "ringing": .integer(0), "connected": .integer(0)])
        #expect(fixture.client.must(.get, "/v1/live")["states"] == none)
        _ = fixture.dial("+14255550999")
        let talking = fixture.dial("+14255551234")
        fixture.pass(.seconds(5))
        #expect(fixture.record(talking)["state"].string == "connected")
        let told: JSONValue = .object(["queued": .integer(0), "dialling": .integer(0), "ringing": .integer(1), "connected": .integer(1)])
        for reader in [
            fixture.client, fixture.token("meeting", tenant: "contoso"), fixture.token("admin", tenant: "contoso"),
            fixture.token("operator", operator: "acme"),
        ] {
            let answer = reader.must(.get, "/v1/live")
            #expect(answer["states"] == told && answer["operators"] == .object(["acme": .integer(2)]))
        }
        #expect(fixture.client.must(.get, "/v1/live?tenant=fabrikam")["states"] == none)
        #expect(fixture.token("operator", operator: "other").must(.get, "/v1/live")["states"] == none)
        #expect(fixture.token("admin", tenant: "fabrikam").ask(.get, "/v1/live?tenant=contoso").status == 403)
        let last = fixture.client.must(.get, "/v1/dial-outs")["lastEventId"]
        #expect(fixture.client.must(.get, "/v1/live")["lastEventId"] == last)
    }
}
