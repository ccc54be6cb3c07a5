import Basis
import Dialing
import Service
import Simulation
import Testing
import Web

@Suite("An operator sees each attempt on its trunks")
struct OperatorViewTests {
    /// Alice's calls go to acme, and when acme fails to other, with other's own number.
    private func fixture() throws -> Fixture {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        fixture.client.must(.post, "/v1/operators/other/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#)
        let ran = fixture.client.must(
            .post, "/v1/tenants/contoso/commands",
            """
            Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550177 -BridgeName "Conference Bridge"
            New-CsOnlineVoiceRoute -Identity "Second" -NumberPattern "^\\+1\\d{10}$" -OnlinePstnUsages "US" -BridgeSourcePhoneNumber +14255550177
            """)
        precondition(ran["applied"] == .bool(true), "\(ran)")
        return fixture
    }

    private func types(_ fixture: Fixture, _ operatorID: String) -> [(String, String)] {
        fixture.store.events.filter { $0.row.operatorID == operatorID }.compactMap { event in
            guard let event = try? JSON.decode(CallEvent.self, event.row.body).maskedForOperator else { return nil }
            return (event.type.rawValue, event.state.rawValue)
        }
    }

    @Test(
        "a call that another operator took stays in the first one's list, statistics and events, with its own end and nothing of the other")
    func failedOver() throws {
        let fixture = try fixture()
        for trunk in fixture.trunks.prefix(2) { trunk.isDeaf = true }
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(12))
        let whole = fixture.record(id)
        #expect(whole["attempts"].array.map { $0["operator"].string } == ["acme", "acme", "other"])
        #expect(whole["attempts"].array.map { $0["outcome"].string } == ["unreachable", "unreachable", nil])
        #expect(whole["state"].string == "connected" && whole["decision"]["routes"].array.count > 1)
        let acme = fixture.token("operator", operator: "acme"), other = fixture.token("operator", operator: "other")
        for round in 0..<2 {
            let seen = acme.ask(.get, "/v1/operators/acme/calls").body["calls"].array
            #expect(seen.count == 1 && seen[0]["id"].string == id, "\(round)")
            #expect(seen[0]["state"].string == "ended" && seen[0]["outcome"].string == "unreachable" && seen[0]["code"].integer == 408)
            #expect(seen[0]["operator"].string == "acme" && seen[0]["callerId"].string == "+14255550100")
            #expect(seen[0]["attempts"].array.map { $0["trunk"].string } == ["t1", "t2"])
            #expect(seen[0]["dialledAt"] == whole["attempts"].array[0]["startedAt"])
            #expect(seen[0]["endedAt"] == whole["attempts"].array[1]["endedAt"] && seen[0]["endedAt"] != .null)
            #expect(seen[0]["connectedAt"] == .null && !"\(seen[0])".contains("\"other\"") && !"\(seen[0])".contains("0177"))
            #expect(fixture.record(id)["decision"] == whole["decision"])
            let decision = seen[0]["decision"]
            #expect(decision["routes"].array.map { $0["operator"].string } == ["acme"] && !decision["because"].array.isEmpty)
            #expect(!"\(decision)".contains("alice") && decision["policy"] == .null)
            let theirs = other.ask(.get, "/v1/operators/other/calls").body["calls"].array
            #expect(theirs.count == 1 && theirs[0]["state"].string == (round == 0 ? "connected" : "ended"))
            #expect(theirs[0]["dialledAt"] == whole["attempts"].array[2]["startedAt"])
            #expect(theirs[0]["attempts"].array.count == 1 && !"\(theirs[0])".contains("\"acme\""))
            #expect(acme.ask(.get, "/v1/operators/acme/calls?state=ended").body["calls"].array.count == 1)
            for (client, id, key, answered) in [
                (acme, "acme", "unreachable", 0), (other, "other", round == 0 ? "connected" : "completed", 1),
            ] as [(SimClient, String, String, Int64)] {
                let row = client.must(.get, "/v1/operators/\(id)/calls/summary?by=outcome")["rows"].array[0]
                #expect(row["key"].string == key && row["count"] == 1 && row["answered"].integer == answered, "\(row)")
                #expect(row["asr"].integer == answered && (row["pddP50"] == .null) == (id == "acme"))
                let own = client.must(.get, "/v1/operators/\(id)/calls/summary?by=operator")["rows"].array.map { $0["key"].string }
                #expect(own == [id])
            }
            fixture.client.must(.delete, "/v1/dial-outs/\(id)")
            fixture.pass(.seconds(2))
        }
        #expect(acme.ask(.get, "/v1/operators/acme/statistics").body["outcomes"]["unreachable"].integer == 2)
        #expect(other.ask(.get, "/v1/operators/other/statistics").body["outcomes"]["completed"].integer == 1)
        let told = types(fixture, "acme")
        #expect(told.map(\.0) == ["accepted", "dialling", "attemptFailed", "dialling", "attemptFailed", "failedOver"])
        #expect(told.last?.1 == "ended")
        #expect(types(fixture, "other").map(\.0) == ["dialling", "ringing", "connected", "ended"])
    }

    @Test("an operator that was full and passed over is told that it is over as well")
    func passedOver() throws {
        let fixture = try fixture()
        fixture.client.must(
            .put, "/v1/operators/acme",
            #"{"name":"Acme","trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","maxConcurrentCalls":1}]}"#)
        _ = fixture.dial("+14255551234")
        fixture.pass(.seconds(2))
        let id = fixture.dial("+14255551235")
        fixture.pass(.seconds(2))
        #expect(fixture.record(id)["operator"].string == "other")
        let last = try #require(fixture.store.events.last { $0.row.operatorID == "acme" && $0.row.dialOut.description == id })
        let event = try JSON.decode(CallEvent.self, last.row.body)
        #expect(event.type == .failedOver && event.reason == "tooManyCalls")
        let acme = fixture.token("operator", operator: "acme")
        #expect(acme.must(.get, "/v1/operators/acme/calls?callerId=%2B14255550177")["calls"].array.isEmpty)
    }
}

extension OperatorViewTests {
    @Test("filters go by what the operator is shown, in its list, its exports and its summaries, and tell nothing of the other")
    func filters() throws {
        let fixture = try fixture()
        for trunk in fixture.trunks.prefix(2) { trunk.isDeaf = true }
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(12))
        let callIDs = fixture.record(id)["attempts"].array.compactMap { $0["callId"].string }
        let acme = fixture.token("operator", operator: "acme"), other = fixture.token("operator", operator: "other")
        let ofAcme: [(String, Bool)] = [
            ("outcome=unreachable", true), ("outcome=completed", false), ("callerId=%2B14255550100", true),
            ("callerId=%2B14255550177", false),
            ("callId=\(callIDs[0])", true), ("callId=\(callIDs[2])", false), ("callerId=%2B14255550100&outcome=unreachable", true),
            ("callerId=%2B14255550100&outcome=completed", false), ("number=%2B14255551234&outcome=unreachable", true),
        ]
        for isOver in [false, true] {
            let ofOther: [(String, Bool)] = [
                ("outcome=completed", isOver), ("outcome=unreachable", false), ("callerId=%2B14255550177", true),
                ("callerId=%2B14255550100", false), ("callId=\(callIDs[2])", true), ("callId=\(callIDs[0])", false),
            ]
            for (client, name, cases) in [(acme, "acme", ofAcme), (other, "other", ofOther)] {
                for (filter, isFound) in cases {
                    let path = "/v1/operators/\(name)/calls", note = "\(name) \(filter), over: \(isOver)"
                    let found = client.must(.get, "\(path)?\(filter)")
                    #expect(found["calls"].array.compactMap { $0["id"].string } == (isFound ? [id] : []), "\(note)")
                    #expect(found["cursor"] == .null, "\(note)")
                    let rows = client.must(.get, "\(path)/summary?by=outcome&\(filter)")["rows"].array
                    #expect(rows.count == (isFound ? 1 : 0), "\(note): \(rows)")
                }
            }
            fixture.client.must(.delete, "/v1/dial-outs/\(id)")
            fixture.pass(.seconds(2))
        }
    }
}
