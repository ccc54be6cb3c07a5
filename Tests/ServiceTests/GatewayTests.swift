import Basis
import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

/// Calls through a tenant's own gateways (domain reference §4.7, §5.2, §8.11, §9.2).
@Suite("Gateways of a tenant")
struct GatewayTests {
    private static let sam = "sam@contoso.example"

    /// The fixture with gateways in place of the route's operator, each with what its far end does; `more` are further parameters.
    private func fixture(
        _ gateways: [(name: String, more: String, behaviour: @Sendable (String) -> Behaviour)], isPrivateAllowed: Bool = true
    ) throws -> (Fixture, [SimTrunk]) {
        let fixture = try Fixture(settings: { $0.gatewayAddresses = AddressRule(allowsPrivate: isPrivateAllowed) })
        var trunks: [SimTrunk] = [], script = ""
        for (index, gateway) in gateways.enumerated() {
            let address = SocketAddress("10.4.0.\(index + 1):5080")!
            let trunk = SimTrunk(fixture.world, operatorID: "", name: gateway.name, address: address, behaviour: gateway.behaviour)
            fixture.network.add(trunk)
            fixture.world.names[gateway.name] = [address]
            trunks.append(trunk)
            script += "New-CsOnlinePSTNGateway \(gateway.name) -SipSignalingPort 5080 -Enabled $true \(gateway.more) | Out-Null\n"
        }
        let names = gateways.map { "\"\($0.name)\"" }.joined(separator: ",")
        script += "Set-CsOnlineVoiceRoute US -BridgeSourcePhoneNumber $null -OnlinePstnGatewayList \(names)"
        run(script, fixture)
        return (fixture, trunks)
    }

    private static func text(_ value: JSONValue) -> String { String(decoding: JSON.encode(value), as: UTF8.self) }

    private func run(_ script: String, _ fixture: Fixture) {
        let ran = fixture.client.must(.post, "/v1/tenants/contoso/commands", script)
        #expect(ran["applied"] == .bool(true), "\(ran)")
    }

    @Test("the gateway is dialled with the bridge's default number in From alone, and stands in decision and record")
    func dialled() throws {
        let (fixture, trunks) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        let id = fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(20))
        let record = fixture.record(id), route = record["decision"]["routes"].array[0]
        #expect(record["outcome"].string == "completed" && record["operator"] == .null && record["callerId"].string == "+12065550199")
        #expect(record["attempts"].array.map { $0["trunk"].string } == ["sbc.example"])
        #expect(record["attempts"].array.map { $0["operator"] } == [.null])
        #expect(route["gateway"].string == "sbc.example" && route["operator"] == .null && route["callerId"].string == "+12065550199")
        let call = try #require(trunks[0].calls.values.first)
        #expect(call.callee == "+14255550200" && call.from == "+12065550199" && call.assertedIdentity == nil && call.privacy == nil)
        #expect(call.tenant == "contoso")
        let events = fixture.client.ask(.get, "/v1/dial-outs/\(id)/events").body["events"].array
        #expect(events.map { $0["type"].string } == ["accepted", "dialling", "ringing", "connected", "ended"])
        #expect(events.allSatisfy { $0["operator"].string == nil } && events[1]["trunk"].string == "sbc.example")
    }

    @Test("with ForwardPai the number is asserted and From is anonymous")
    func forwarded() throws {
        let (fixture, trunks) = try fixture([("sbc.example", "-ForwardPai $true", { Behaviour.magic($0) })])
        fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(20))
        let call = try #require(trunks[0].calls.values.first)
        #expect(call.from == "anonymous" && call.assertedIdentity == "+12065550199" && call.privacy == "id")
    }

    @Test("rules write both numbers for the gateway; the record has those that are meant")
    func translated() throws {
        let (fixture, trunks) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        run(
            """
            New-CsTeamsTranslationRule Off -Pattern '^\\+44(\\d+)$' -Translation '0$1' | Out-Null
            New-CsTeamsTranslationRule Long -Pattern '^\\+1(\\d{10})$' -Translation '91$1' | Out-Null
            New-CsTeamsTranslationRule Short -Pattern '^\\+1206(\\d{7})$' -Translation '$1' | Out-Null
            Set-CsOnlinePSTNGateway sbc.example -OutboundPstnNumberTranslationRules Off,Long -OutboundTeamsNumberTranslationRules Short
            """.replacing("\\\\", with: "\\"), fixture)
        let id = fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(20))
        let call = try #require(trunks[0].calls.values.first), record = fixture.record(id)
        #expect(call.callee == "914255550200" && call.from == "5550199")
        #expect(record["number"].string == "+14255550200" && record["attempts"].array[0]["callerId"].string == "+12065550199")
        let because = record["decision"]["because"].array.compactMap(\.string)
        #expect(because.contains("Rule Long of gateway sbc.example writes +14255550200 as 914255550200."))
        #expect(because.contains("Rule Short of gateway sbc.example writes +12065550199 as 5550199."))
        #expect(record["outcome"].string == "completed")
    }

    @Test("a trunk's rules write both numbers for the operator, and are checked when they are written")
    func trunkRules() throws {
        let fixture = try Fixture()
        func body(_ called: String) -> String {
            #"{"name":"Acme","trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","calledNumberRules":[{"name":"A","pattern":"\#(called)","#
                + #""translation":"00$1"}],"callerIDRules":[{"name":"B","pattern":"^\\+(\\d+)$","translation":"$1"}]}]}"#
        }
        fixture.client.must(.put, "/v1/operators/acme", body(#"^\\+(1\\d+)$"#))
        fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        let call = try #require(fixture.trunks[0].calls.values.first)
        #expect(call.callee == "0014255550200" && call.from == "14255550100" && call.assertedIdentity == "14255550100")
        let refused = fixture.client.ask(.put, "/v1/operators/acme", body("("))
        #expect(refused.status == 422, "\(refused.body)")
        #expect(
            refused.body["detail"].string?.hasPrefix("operator acme, trunks[t1].calledNumberRules[A].pattern: ( is not a pattern") == true,
            "\(refused.body)")
    }

    @Test("under Operator Connect Conferencing a gateway carries nothing, and the refusal says why")
    func licence() throws {
        let (fixture, trunks) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200"))
        #expect(refused.status == 503 && refused.body["reason"].string == "routeUnusable")
        #expect(
            refused.body["decision"]["routes"].array[0]["why"].string
                == "gateway sbc.example may not carry a call under Operator Connect Conferencing, where only an operator may")
        #expect(trunks[0].calls.isEmpty)
    }

    @Test("a gateway that refuses with one of its codes is followed by the next; another code ends the call")
    func failover() throws {
        let busy: @Sendable (String) -> Behaviour = { _ in
            var behaviour = Behaviour()
            behaviour.finalCode = 486
            return behaviour
        }
        let (fixture, _) = try fixture([
            ("a.example", "-FailoverResponseCodes 486", busy), ("b.example", "-FailoverResponseCodes 486", busy),
        ])
        let first = fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(20))
        #expect(fixture.record(first)["attempts"].array.compactMap { $0["trunk"].string }.sorted() == ["a.example", "b.example"])
        run(
            "Set-CsOnlinePSTNGateway a.example -FailoverResponseCodes 503; Set-CsOnlinePSTNGateway b.example -FailoverResponseCodes 503",
            fixture)
        let second = fixture.dial("+14255550201", organizer: Self.sam)
        fixture.pass(.seconds(20))
        #expect(fixture.record(second)["attempts"].array.map { $0["sip"].integer } == [486])
        #expect(fixture.record(second)["outcome"].string == "busy")
    }

    @Test(
        "an operator whose call goes on to a gateway is shown its own attempts, and finds nothing by the gateway's",
        arguments: [false, true])
    func afterOperator(isOver: Bool) throws {
        let (fixture, _) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        run(
            """
            Set-CsOnlineVoiceRoute US -BridgeSourcePhoneNumber +14255550100 -OnlinePstnGatewayList $null
            New-CsOnlineVoiceRoute Second -NumberPattern '^\\+1\\d{10}$' -OnlinePstnUsages US -OnlinePstnGatewayList sbc.example | Out-Null
            """, fixture)
        for trunk in fixture.trunks.prefix(2) { trunk.isDeaf = true }
        let id = fixture.dial("+14255551234", organizer: Self.sam)
        fixture.pass(.seconds(14))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == ["t1", "t2", "sbc.example"])
        #expect(fixture.record(id)["state"].string == "connected" && fixture.record(id)["callerId"].string == "+12065550199")
        if isOver {
            fixture.client.must(.delete, "/v1/dial-outs/\(id)")
            fixture.pass(.seconds(2))
        }
        let acme = fixture.token("operator", operator: "acme"), path = "/v1/operators/acme/calls"
        let seen = try #require(acme.must(.get, path)["calls"].array.first)
        #expect(seen["state"].string == "ended" && seen["outcome"].string == "unreachable" && seen["callerId"].string == "+14255550100")
        #expect(seen["connectedAt"] == .null && !Self.text(seen).contains("12065550199"), "\(seen)")
        for (filter, count) in [("outcome=unreachable", 1), ("outcome=completed", 0), ("callerId=%2B12065550199", 0), ("state=ended", 1)] {
            #expect(acme.must(.get, "\(path)?\(filter)")["calls"].array.count == count, "\(filter)")
        }
        let rows = acme.must(.get, path + "/summary?by=outcome")["rows"].array
        #expect(rows.map { $0["key"].string } == ["unreachable"])
    }

    @Test("gateways of a route are shuffled; one that does not answer OPTIONS is tried last")
    func shuffled() throws {
        let (fixture, trunks) = try fixture([("a.example", "", { Behaviour.magic($0) }), ("b.example", "", { Behaviour.magic($0) })])
        for index in 0..<20 { fixture.dial("+1425555\(1000 + index)", organizer: Self.sam) }
        fixture.pass(.seconds(20))
        #expect(trunks.allSatisfy { $0.calls.count >= 3 } && trunks.reduce(0) { $0 + $1.calls.count } == 20)
        trunks[0].isDeaf = true
        fixture.pass(.seconds(300))
        let before = trunks[1].calls.count
        for index in 0..<10 { fixture.dial("+1425555\(2000 + index)", organizer: Self.sam) }
        fixture.pass(.seconds(20))
        #expect(trunks[1].calls.count == before + 10)
    }

    @Test("a gateway that is switched off takes no new calls, and those in progress go on")
    func drained() throws {
        let (fixture, trunks) = try fixture([("a.example", "", { Behaviour.magic($0) }), ("b.example", "", { Behaviour.magic($0) })])
        let talking = fixture.dial("+14255551234", organizer: Self.sam)
        fixture.pass(.seconds(5))
        let used = fixture.record(talking)["attempts"].array[0]["trunk"].string!
        run("Set-CsOnlinePSTNGateway \(used) -Enabled $false", fixture)
        for index in 0..<10 { fixture.dial("+1425555\(3000 + index)", organizer: Self.sam) }
        fixture.pass(.seconds(5))
        #expect(fixture.record(talking)["state"].string == "connected")
        let calls = Dictionary(uniqueKeysWithValues: trunks.map { ($0.name, $0.calls.count) })
        #expect(calls[used] == 1 && calls.values.reduce(0, +) == 11)
    }

    @Test("a name that leads to a private address is not gone to unless the platform allows it")
    func privateAddress() throws {
        let (fixture, trunks) = try fixture([("sbc.example", "", { Behaviour.magic($0) })], isPrivateAllowed: false)
        let id = fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(300))
        #expect(fixture.record(id)["outcome"].string == "unreachable")
        #expect(fixture.network.invites.isEmpty && trunks[0].calls.isEmpty)
    }

    @Test(
        "an address that the platform does not allow is refused on every way in",
        arguments: ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1"])
    func refusedAddress(address: String) throws {
        let fixture = try Fixture(settings: { $0.gatewayAddresses = AddressRule() })
        let script = "New-CsOnlinePSTNGateway \(address) -SipSignalingPort 5061"
        let ran = fixture.client.ask(.post, "/v1/tenants/contoso/commands", script)
        #expect(ran.body["applied"] != .bool(true), "\(ran.body)")
        #expect("\(ran.body)".contains("--gateway-private-addresses"))
        let admin = fixture.token("admin", tenant: "contoso")
        run("New-CsOnlinePSTNGateway sbc.example -SipSignalingPort 5061 | Out-Null", fixture)
        let document = Self.text(admin.ask(.get, "/v1/tenants/contoso/document").body).replacing("sbc.example", with: address)
        let imported = admin.ask(.put, "/v1/tenants/contoso/document", document)
        #expect(imported.status == 422, "\(imported.body)")
        #expect(
            imported.body["detail"].string?.hasPrefix("tenant contoso, heldPolicies.gateways[\(address)].fqdn: is no private") == true,
            "\(imported.body)")
    }

    @Test("after kill -9 a call that a gateway has answered is hung up there")
    func restarted() throws {
        let (fixture, trunks) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        fixture.dial("+14255551234", organizer: Self.sam)
        fixture.pass(.seconds(10))
        #expect(trunks[0].liveCalls.count == 1)
        _ = try fixture.restart()
        fixture.pass(.seconds(10))
        #expect(trunks[0].liveCalls.isEmpty && trunks[0].calls.values.first?.ending == .callerHungUp)
    }

    @Test("a replay tells a gateway from an operator")
    func replayed() throws {
        let (fixture, _) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(20))
        let candidate = Self.text(fixture.client.ask(.get, "/v1/tenants/contoso/document").body["tenant"])
        func report(_ candidate: String) -> JSONValue {
            fixture.client.must(.post, "/v1/tenants/contoso/replays", #"{"candidate":\#(candidate)}"#)["report"]
        }
        #expect(report(candidate)["unchanged"].integer == 1)
        let other = candidate.replacing(
            #""onlinePstnGatewayList":["sbc.example"]"#, with: #""bridgeSourcePhoneNumber":"+14255550100","onlinePstnGatewayList":[]"#)
        let changed = report(other)
        #expect(changed["changedOperator"].integer == 1)
        #expect(changed["examples"].array[0]["before"]["gateway"].string == "sbc.example")
        #expect(changed["examples"].array[0]["after"]["operator"].string == "acme")
    }

    @Test("a gateway that does not answer is followed by the next after its own time") func ownTime() throws {
        let gateways = ["one.example", "two.example"].map { name in
            (name: name, more: "-FailoverTimeSeconds 3", behaviour: { @Sendable (_: String) in Behaviour.magic("+14255550408") })
        }
        let (fixture, _) = try fixture(gateways)
        let id = fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.milliseconds(2_900))
        #expect(fixture.record(id)["attempts"].array.count == 1)
        fixture.pass(.milliseconds(300))
        #expect(fixture.record(id)["attempts"].array.count == 2)
    }

    @Test("of a gateway's addresses those of its own version are gone to") func version() throws {
        let (fixture, _) = try fixture([("sbc.example", "", { Behaviour.magic($0) })])
        fixture.world.names["sbc.example"] = ["[fd00::1]:5080", "10.4.0.1:5080"].map { SocketAddress($0)! }
        let id = fixture.dial("+14255550200", organizer: Self.sam)
        fixture.pass(.seconds(20))
        let record = fixture.record(id)
        #expect(record["outcome"].string == "completed" && record["attempts"].array.map { $0["address"].string } == ["10.4.0.1:5080"])
    }
}
