import Basis
import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

@Suite("What is promised is kept")
struct DurabilityTests {
    @Test("the same key and body get the first answer, another body 409, also after a restart")
    func idempotency() throws {
        let fixture = try Fixture()
        let path = "/v1/meetings/m/dial-outs", key = [("Idempotency-Key", "abc")]
        var answers: [SimClient.Answer] = []
        for _ in 0..<5 { fixture.client.send(.post, path, Fixture.order("+14255550999"), headers: key) { answers.append($0) } }
        fixture.pass(.seconds(1))
        #expect(answers.map(\.status) == [202, 202, 202, 202, 202])
        #expect(Set(answers.map { $0.body["id"].string }).count == 1)
        #expect(answers.count { $0.header("Idempotent-Replayed") == "true" } == 4)
        #expect(fixture.client.ask(.post, path, Fixture.order("+14255550998"), headers: key).status == 409)
        let (_, restarted) = try fixture.restart()
        let again = restarted.ask(.post, path, Fixture.order("+14255550999"), headers: key)
        #expect(again.status == 202 && again.body["id"] == answers[0].body["id"])
        #expect(again.header("Location") == "/v1/dial-outs/\(answers[0].body["id"].string!)")
        fixture.pass(.seconds(23 * 3600))
        let sameDay = restarted.ask(.post, path, Fixture.order("+14255550999"), headers: key)
        #expect(sameDay.status == 202 && sameDay.body["id"] == answers[0].body["id"] && sameDay.header("Idempotent-Replayed") == "true")
        fixture.pass(.seconds(2 * 3600))
        let nextDay = restarted.ask(.post, path, Fixture.order("+14255550999"), headers: key)
        #expect(nextDay.status == 202 && nextDay.body["id"] != answers[0].body["id"])
        fixture.pass(.seconds(1))
        #expect(fixture.trunks[0].calls.count == 2)
    }

    @Test("a refusal that asks to be asked again is not the answer for its key: the key succeeds once the limit lets it, and then for good")
    func transientRefusal() throws {
        let fixture = try Fixture()
        let path = "/v1/meetings/m/dial-outs", key = [("Idempotency-Key", "abc")], order = Fixture.order("+14255550999")
        let busy = fixture.dial("+14255550999")
        fixture.client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerConcurrentCalls":{"block":1}}"#)
        var answers: [SimClient.Answer] = []
        for _ in 0..<3 { fixture.client.send(.post, path, order, headers: key) { answers.append($0) } }
        fixture.pass(.seconds(1))
        #expect(answers.map(\.status) == [429, 429, 429] && answers.allSatisfy { $0.header("Retry-After") == "5" })
        #expect(answers.allSatisfy { $0.header("Idempotent-Replayed") == nil })
        fixture.client.must(.delete, "/v1/dial-outs/\(busy)")
        fixture.pass(.seconds(1))
        let first = fixture.client.ask(.post, path, order, headers: key), again = fixture.client.ask(.post, path, order, headers: key)
        #expect(first.status == 202 && again.body["id"] == first.body["id"] && again.header("Idempotent-Replayed") == "true")
        let refused = Fixture.order("+19005550100"), other = [("Idempotency-Key", "def")]
        #expect(fixture.client.ask(.post, path, refused, headers: other).status == 403)
        #expect(fixture.client.ask(.post, path, refused, headers: other).header("Idempotent-Replayed") == "true")
        let third = [("Idempotency-Key", "ghi")], elsewhere = "/v1/meetings/n/dial-outs"
        #expect(fixture.client.ask(.post, elsewhere, order, headers: third).status == 429)
        let (_, restarted) = try fixture.restart()
        #expect(restarted.ask(.post, elsewhere, order, headers: third).status == 202)
        #expect(restarted.ask(.post, path, order, headers: key).header("Idempotent-Replayed") == "true")
    }

    @Test("while the store refuses nothing is admitted, calls go on, and their ends are kept once it takes them")
    func outage() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(3))
        fixture.store.isFull = true
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"))
        #expect(refused.status == 503 && refused.body["reason"].string == "storeUnavailable")
        fixture.pass(.seconds(20))
        #expect(fixture.client.ask(.get, "/readyz").status == 503)
        #expect(fixture.store.dialOuts.count == 1)
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        #expect(fixture.client.ask(.get, "/readyz").status == 200)
        #expect(fixture.record(id)["outcome"].string == "completed")
        #expect(fixture.store.events.filter { $0.row.dialOut.description == id }.map(\.row.sequence) == Array(1...5))
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550486")).status == 202)
    }

    @Test("what is shown of a dial-out is what a start would find: at each moment, by each way, and while the store refuses")
    func shownIsKept() throws {
        let fixture = try Fixture()
        func isEnded(_ id: String) -> Bool { fixture.store.dialOuts.values.contains { "\($0.id)" == id && $0.outcome != nil } }
        let id = fixture.dial("+14255550200")
        var asked = 0, endings = 0
        while !isEnded(id) || asked < 3_000 {
            fixture.client.send(.get, "/v1/dial-outs/\(id)", "") { answer in
                guard answer.body["state"].string == "ended" else { return }
                endings += 1
                #expect(isEnded(id))
            }
            asked += 1
            fixture.pass(.milliseconds(5))
        }
        #expect(endings > 0)
        let other = fixture.dial("+14255550200")
        fixture.pass(.seconds(3))
        fixture.store.isFull = true
        fixture.pass(.seconds(20))
        #expect(fixture.trunks[0].isQuiet && fixture.record(other)["state"].string == "connected")
        #expect(fixture.client.ask(.get, "/v1/dial-outs?state=ended").body["dialOuts"].array.count == 1)
        let rows = fixture.client.ask(.get, "/v1/dial-outs/summary?by=outcome").body["rows"].array
        #expect(rows.first { $0["key"].string == "completed" }?["count"].integer == 1, "\(rows)")
        let lines = fixture.client.ask(.get, "/v1/dial-outs", headers: [("Accept", "application/x-ndjson")]).text
        #expect(lines.split(separator: "\n").count { $0.contains("\"state\":\"ended\"") } == 1, "\(lines)")
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        #expect(fixture.record(other)["outcome"].string == "completed")
    }

    @Test("a call that is answered while the store refuses is hung up after two seconds, and says so; in time, it is a call")
    func answeredMeanwhile() throws {
        let fixture = try Fixture()
        let late = fixture.dial("+14255551234")
        fixture.pass(.milliseconds(450))
        let inTime = fixture.dial("+14255550200")
        fixture.pass(.milliseconds(50))
        fixture.store.isFull = true
        fixture.pass(.milliseconds(1_800))
        let up = fixture.trunks[0].calls.values.first { $0.callee == "+14255551234" }
        #expect(up?.answeredAt != nil && up?.isAcknowledged == false && fixture.record(late)["state"].string == "ringing")
        fixture.pass(.milliseconds(900))
        let talk = fixture.trunks[0].calls.values.first { $0.callee == "+14255550200" }
        #expect(talk?.answeredAt != nil && talk?.isAcknowledged == false && talk?.endedAt == nil)
        fixture.store.isFull = false
        fixture.pass(.milliseconds(1_400))
        #expect(fixture.record(inTime)["state"].string == "connected")
        let ended = fixture.record(late)
        #expect(ended["outcome"].string == "failed" && ended["reason"].string == "storeUnavailable" && ended["endedBy"].string == "service")
        #expect(ended["code"].integer == 503 && ended["connectedAt"].string == nil && ended["attempts"].array.count == 1)
        #expect(ended["attempts"].array.first?["phrase"].string == "OK (hung up, for the store took nothing)")
        #expect(fixture.trunks[0].calls.values.first { $0.callee == "+14255551234" }?.ending == .callerHungUp)
        fixture.pass(.seconds(40))
        #expect(fixture.store.standing.isEmpty && fixture.network.acknowledged.count == 2)
    }

    @Test("a call that is answered in time rings no longer, also while its answer waits for the store")
    func answeredAtTheLastMoment() throws {
        let fixture = try Fixture()
        _ = fixture.addAddress("10.1.0.9:5060") { _ in
            var behaviour = Behaviour.magic("1234")
            behaviour.answerAfter = .milliseconds(4_500)
            return behaviour
        }
        let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255551234","ringTimeoutSeconds":5}"#
        let id = try #require(fixture.client.must(.post, "/v1/meetings/m/dial-outs", order)["id"].string)
        fixture.pass(.milliseconds(4_300))
        #expect(fixture.record(id)["state"].string == "ringing")
        fixture.store.isFull = true
        fixture.pass(.milliseconds(1_100))
        fixture.store.isFull = false
        fixture.pass(.seconds(2))
        let record = fixture.record(id)
        #expect(record["state"].string == "connected" && record["attempts"].array.count == 1, "\(record)")
    }

    @Test("what a dead service left open ends once, as indeterminate, and is not dialled again")
    func crash() throws {
        let fixture = try Fixture()
        let ids = [fixture.dial("+14255550999"), fixture.dial("+14255551234")]
        fixture.pass(.seconds(3))
        let invites = fixture.trunks.reduce(0) { $0 + $1.calls.count }
        let (_, restarted) = try fixture.restart()
        fixture.pass(.seconds(2))
        for id in ids {
            let record = restarted.ask(.get, "/v1/dial-outs/\(id)").body
            #expect(record["state"].string == "ended" && record["outcome"].string == "indeterminate")
            let attempt = try #require(record["attempts"].array.first)
            #expect(attempt["trunk"].string == "t1" && attempt["operator"].string == "acme" && attempt["endedAt"].string != nil)
            #expect(record["dialledAt"].string == attempt["startedAt"].string && record["callerId"].string == "+14255550100")
            let hasAnswered = record["connectedAt"].string != nil
            #expect(hasAnswered == (attempt["sip"].integer == 200))
            let events = restarted.ask(.get, "/v1/dial-outs/\(id)/events").body["events"].array
            #expect(events.map { $0["sequence"].integer } == (1...Int64(events.count)).map { $0 })
            #expect(events.last?["type"].string == "ended")
        }
        #expect(fixture.trunks.reduce(0) { $0 + $1.calls.count } == invites)
        let (_, thirdStart) = try fixture.restart()
        fixture.pass(.seconds(2))
        #expect(thirdStart.ask(.get, "/v1/dial-outs/\(ids[0])/events").body["events"].array.count { $0["type"].string == "ended" } == 1)
    }

    @Test("a call that was connected when the service died is hung up by the next start, once")
    func hungUpAfterACrash() throws {
        let fixture = try Fixture()
        let ids = [fixture.dial("+14255551234"), fixture.dial("+14255550999"), fixture.dial("+14255550200")]
        fixture.pass(.seconds(10))
        #expect(fixture.record(ids[2])["state"].string == "ended")
        let talking = try #require(fixture.trunks[0].calls.values.first { $0.callee == "+14255551234" })
        #expect(talking.isUp)
        let (_, restarted) = try fixture.restart()
        fixture.pass(.seconds(1))
        let ended = try #require(fixture.trunks[0].calls[talking.callID])
        #expect(!ended.isUp && ended.ending == .callerHungUp && ended.byes == 1)
        #expect(restarted.ask(.get, "/v1/dial-outs/\(ids[0])").body["outcome"].string == "indeterminate")
        _ = try fixture.restart()
        fixture.pass(.seconds(1))
        #expect(fixture.trunks[0].calls[talking.callID]?.byes == 1)
    }

    @Test("configuration, tokens and number orders are there after a restart")
    func configuration() throws {
        let fixture = try Fixture()
        let admin = fixture.token("admin", tenant: "contoso")
        let before = fixture.client.ask(.get, "/v1/tenants/contoso/document").body
        let order = fixture.client.must(
            .post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177","+1","x"]}"#)
        #expect(order["status"].string == "partialSuccess")
        let (_, restarted) = try fixture.restart()
        let after = restarted.ask(.get, "/v1/tenants/contoso/document").body
        #expect(after["tenant"]["voiceRoutes"] == before["tenant"]["voiceRoutes"])
        #expect(after["users"] == before["users"])
        #expect(restarted.ask(.get, "/v1/operators/acme/number-orders/\(order["id"].string!)").body == order)
        #expect(restarted.with(token: admin.token).ask(.get, "/v1/tenants/contoso").status == 200)
    }

    @Test("export and import are each other's reverse")
    func document() throws {
        let fixture = try Fixture()
        let exported = fixture.client.must(.get, "/v1/tenants/contoso/document")
        fixture.client.must(.delete, "/v1/tenants/contoso")
        #expect(fixture.client.ask(.get, "/v1/tenants/contoso").status == 404)
        fixture.client.must(.put, "/v1/tenants/contoso/document", String(decoding: JSON.encode(exported), as: UTF8.self))
        #expect(fixture.client.must(.get, "/v1/tenants/contoso/document") == exported)
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550200")).status == 202)
    }
}
