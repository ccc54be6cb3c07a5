import Service
import Simulation
import Testing
import Web

/// Two tenants and two operators that share the service, each with its own token: what one has is not there for the other.
@Suite("Tenants apart")
struct TenantsApartTests {
    private final class Two {
        let fixture: Fixture
        let contoso: SimClient, fabrikam: SimClient
        /// An ended and a live dial-out of each.
        let contosoIDs: [String], fabrikamIDs: [String]

        init() throws {
            let fixture = try Fixture()
            self.fixture = fixture
            fixture.client.must(.post, "/v1/tenants/fabrikam/operators/acme", Fixture.consent)
            fixture.client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"fabrikam","numbers":["+14255550188"]}"#)
            fixture.client.must(
                .put, "/v1/tenants/fabrikam/users/fay@fabrikam.example",
                #"{"displayName":"Fay","licences":["OperatorConnectConferencing"]}"#)
            let ran = fixture.client.must(
                .post, "/v1/tenants/fabrikam/commands",
                """
                Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550188 -BridgeName "Conference Bridge"
                Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="US"}
                New-CsOnlineVoiceRoute -Identity "US" -NumberPattern "^\\+1\\d{10}$" -OnlinePstnUsages "US" -BridgeSourcePhoneNumber +14255550188
                New-CsOnlineAudioConferencingRoutingPolicy "US Policy" -OnlinePstnUsages "US"
                Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName "US Policy"
                """)
            #expect(ran["applied"] == true, "\(ran)")
            (contoso, fabrikam) = (fixture.token("admin", tenant: "contoso"), fixture.token("admin", tenant: "fabrikam"))
            func dial(_ organizer: String) -> [String] {
                let ended = fixture.dial("+14255550486", organizer: organizer)
                fixture.pass(.seconds(3))
                return [ended, fixture.dial("+14255550999", organizer: organizer)]
            }
            contosoIDs = dial("alice@contoso.example")
            fabrikamIDs = dial("fay@fabrikam.example")
            fixture.pass(.seconds(1))
        }
    }

    @Test("an organizer whom the platform gave to two tenants is neither's by chance: the request names the tenant, or is refused")
    func givenTwice() throws {
        let fixture = try Fixture()
        fixture.client.must(.put, "/v1/tenants/fabrikam/users/alice@contoso.example", #"{"displayName":"Alice"}"#)
        let open = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"))
        #expect(open.status == 400 && open.body["field"].string == "tenant", "\(open.body)")
        #expect(open.body["detail"].string?.contains("contoso and fabrikam have a user alice@contoso.example") == true)
        let named = fixture.client.must(.post, "/v1/meetings/m/dial-outs?tenant=contoso", Fixture.order("+14255550200"))
        #expect(named["tenant"].string == "contoso")
    }

    @Test("a meeting out of which a tenant has dialled is no other one's, before a restart as after it")
    func meetings() throws {
        let two = try Two()
        func dial(_ client: SimClient) -> [Int] {
            ["alice@contoso.example", "fay@fabrikam.example"].map { organizer in
                client.ask(.post, "/v1/meetings/shared/dial-outs", Fixture.order("+14255550486", organizer: organizer)).status
            }
        }
        #expect(dial(two.fixture.client) == [202, 403])
        two.fixture.pass(.seconds(10))
        let (_, restarted) = try two.fixture.restart()
        two.fixture.pass(.seconds(1))
        let invite = restarted.ask(.post, "/v1/meetings/shared/invite", #"{"organizer":"fay@fabrikam.example"}"#)
        #expect(invite.status == 403 && dial(restarted) == [202, 403])
    }

    @Test("GET /v1/dial-outs lists a tenant's own, ended and live, and nobody else's by any filter")
    func lists() throws {
        let two = try Two()
        func ids(_ client: SimClient, _ query: String) -> [String] {
            client.must(.get, "/v1/dial-outs" + query)["dialOuts"].array.compactMap { $0["id"].string }
        }
        for (client, own) in [(two.contoso, two.contosoIDs), (two.fabrikam, two.fabrikamIDs)] {
            #expect(ids(client, "") == [own[1], own[0]])
            #expect(ids(client, "?state=ended") == [own[0]])
            #expect(ids(client, "?state=ringing") == [own[1]])
        }
        #expect(ids(two.contoso, "?organizer=fay@fabrikam.example") == [])
        #expect(ids(two.contoso, "?meeting=m3") == [] && ids(two.fabrikam, "?meeting=m3") == [two.fabrikamIDs[0]])
        #expect(ids(two.fixture.client, "") == [two.fabrikamIDs[1], two.fabrikamIDs[0], two.contosoIDs[1], two.contosoIDs[0]])
        #expect(ids(two.fixture.client, "?tenant=fabrikam") == [two.fabrikamIDs[1], two.fabrikamIDs[0]])
    }

    @Test("a record, ended or live, its events and its end are another tenant's no more than if it were not there")
    func records() throws {
        let two = try Two()
        for (own, stranger, ids) in [(two.contoso, two.fabrikam, two.contosoIDs), (two.fabrikam, two.contoso, two.fabrikamIDs)] {
            for id in ids {
                #expect(own.must(.get, "/v1/dial-outs/\(id)")["id"].string == id)
                #expect(own.must(.get, "/v1/dial-outs/\(id)/events")["events"].array.first?["type"].string == "accepted")
                for (method, path) in [(.get, ""), (.get, "/events"), (.delete, "")] as [(Web.Method, String)] {
                    let answer = stranger.ask(method, "/v1/dial-outs/\(id)\(path)")
                    #expect(answer.status == 404 && answer.body["detail"].string == "there is no dial-out \(id)", "\(answer.body)")
                }
                #expect(stranger.watch("/v1/dial-outs/\(id)/events", into: EventReader()).status == 404)
            }
        }
        #expect(two.fixture.record(two.contosoIDs[1])["state"].string == "ringing", "nobody but its own tenant ends it")
    }

    @Test("GET /v1/events tells each tenant its own, replayed and live")
    func events() throws {
        let two = try Two()
        let readers = [EventReader(), EventReader(), EventReader()]
        #expect(two.contoso.watch("/v1/events?lastEventId=0", into: readers[0]).status == 200)
        #expect(two.fabrikam.watch("/v1/events", into: readers[1], headers: [("Last-Event-ID", "0")]).status == 200)
        #expect(two.fixture.client.watch("/v1/events?lastEventId=0&tenant=fabrikam", into: readers[2]).status == 200)
        #expect(two.contoso.watch("/v1/events?tenant=fabrikam", into: EventReader()).status == 403)
        two.fixture.pass(.seconds(1))
        two.fixture.client.must(.delete, "/v1/dial-outs/\(two.contosoIDs[1])")
        two.fixture.client.must(.delete, "/v1/dial-outs/\(two.fabrikamIDs[1])")
        two.fixture.pass(.seconds(3))
        for (reader, own) in [(readers[0], two.contosoIDs), (readers[1], two.fabrikamIDs), (readers[2], two.fabrikamIDs)] {
            #expect(Set(reader.events.map(\.id)) == Set(own), "\(reader.text)")
            for id in own { #expect(reader.events.last { $0.id == id }?.type == "ended", "\(reader.text)") }
        }
    }

    @Test("tokens of another tenant, of operators and of the platform are neither listed nor deleted")
    func tokens() throws {
        let two = try Two()
        let acme = two.fixture.token("operator", operator: "acme")
        let all = two.fixture.client.must(.get, "/v1/tokens")["tokens"].array
        #expect(all.count == 3)
        let own = two.contoso.must(.get, "/v1/tokens")["tokens"].array
        #expect(own.map { $0["tenant"].string } == ["contoso"])
        for token in all where token["tenant"].string != "contoso" {
            let id = token["id"].string ?? ""
            let refused = two.contoso.ask(.delete, "/v1/tokens/\(id)")
            #expect(refused.status == 404 && refused.body["detail"].string == "there is no token \(id)", "\(refused.body)")
        }
        #expect(two.fabrikam.ask(.get, "/v1/dial-outs").status == 200 && acme.ask(.get, "/v1/operators/acme/calls").status == 200)
        let bootstrap = two.fixture.client.ask(.delete, "/v1/tokens/00000000000000000000000000000000")
        #expect(bootstrap.status == 404)
        for body in [#"{"role":"admin","tenant":"fabrikam"}"#, #"{"role":"operator","operator":"acme"}"#, #"{"role":"platform"}"#] {
            #expect(two.contoso.ask(.post, "/v1/tokens", body).status == 403, "\(body)")
        }
        #expect(two.fixture.client.must(.get, "/v1/tokens")["tokens"].array.count == 3)
        #expect(acme.ask(.get, "/v1/tokens").status == 403)
    }

    @Test("a number order is its operator's, and nobody else's")
    func numberOrders() throws {
        let two = try Two()
        let acme = two.fixture.token("operator", operator: "acme"), other = two.fixture.token("operator", operator: "other")
        let order = acme.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        let id = order["id"].string ?? ""
        #expect(acme.must(.get, "/v1/operators/acme/number-orders/\(id)") == order)
        #expect(other.ask(.get, "/v1/operators/acme/number-orders/\(id)").status == 403)
        #expect(other.ask(.get, "/v1/operators/other/number-orders/\(id)").status == 404)
        #expect(two.fixture.client.ask(.get, "/v1/operators/other/number-orders/\(id)").status == 404)
        for client in [two.contoso, two.fabrikam] { #expect(client.ask(.get, "/v1/operators/acme/number-orders/\(id)").status == 403) }
        #expect(other.ask(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550178"]}"#).status == 403)
    }

    @Test("whether there is a tenant that is not one's own is told to nobody")
    func existence() throws {
        let two = try Two(), other = two.fixture.token("operator", operator: "other")
        func order(_ tenant: String) -> SimClient.Answer {
            other.ask(.post, "/v1/operators/other/number-orders", #"{"tenant":"\#(tenant)","numbers":["+14255550178"]}"#)
        }
        let there = order("contoso"), nowhere = order("nowhere")
        #expect(there.status == 409 && nowhere.status == 409)
        #expect(there.body["detail"].string?.replacing("contoso", with: "nowhere") == nowhere.body["detail"].string)
        let path = "/v1/meetings/m9/conferencing?organizer="
        for organizer in ["alice@contoso.example", "nobody@contoso.example"] {
            let answer = two.fabrikam.ask(.get, path + organizer)
            #expect(answer.status == 404 && answer.body["detail"].string == "the tenant fabrikam has no user \(organizer)")
        }
    }

    @Test("what is another tenant's is refused on every path of a tenant, whatever the method")
    func paths() throws {
        let two = try Two()
        for operation in try OpenAPITests.operations() where operation.path.contains("{tenant}") {
            let names = OpenAPITests.names.merging(["tenant": "fabrikam"]) { $1 }
            let answer = two.contoso.ask(operation.method, operation.filled(names), operation.hasBody ? "{}" : "")
            #expect(answer.status == 403, "\(operation.id): \(answer.body)")
        }
        let acme = two.fixture.token("operator", operator: "acme")
        for operation in try OpenAPITests.operations() where operation.path.contains("{operator}") {
            let names = OpenAPITests.names.merging(["operator": "other"]) { $1 }
            let answer = acme.ask(operation.method, operation.filled(names), operation.hasBody ? "{}" : "")
            #expect(answer.status == 403, "\(operation.id): \(answer.body)")
        }
    }
}
