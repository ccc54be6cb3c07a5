import Basis
import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

@Suite("What a service that died left on the trunks, and what a refused request left behind")
struct RecoveryTests {
    /// Another start of the service, and the calls that the first trunk had.
    private func restarted(_ fixture: Fixture) throws -> (SimClient, [CallRecord]) {
        let (_, client) = try fixture.restart()
        fixture.pass(.seconds(1))
        return (client, fixture.trunks[0].calls.values.sorted { $0.callee < $1.callee })
    }

    @Test("what rang is cancelled within a second, what was answered is hung up, nothing is dialled again, and nothing is kept of it")
    func crash() throws {
        let fixture = try Fixture()
        let ids = ["+14255550999", "+14255551234", "+14255550408"].map { fixture.dial($0) }
        fixture.pass(.milliseconds(1_500))
        #expect(fixture.store.standing == ids.map { "\($0)/1" }.sorted())
        let (client, calls) = try restarted(fixture)
        #expect(calls.map(\.callee) == ["+14255550999", "+14255551234"])
        #expect(calls.map(\.ending) == [.cancelled, .callerHungUp])
        fixture.pass(.seconds(60))
        #expect(fixture.trunks[0].calls.count == 2 && fixture.trunks[1].calls.isEmpty && fixture.store.standing.isEmpty)
        for id in ids { #expect(client.ask(.get, "/v1/dial-outs/\(id)").body["outcome"].string == "indeterminate") }
    }

    @Test(
        "a call of the own carrier that was up counts until the service was last there, a minute at least; its record says so, once",
        arguments: [(150, 120), (30, 0)] as [(Int, JSONValue)])
    func minutesOfLost(after: Int, seconds: JSONValue) throws {
        let fixture = try Fixture()
        fixture.client.must(.patch, "/v1/tenants/contoso/settings", #"{"purchasedStandardLicences":1}"#)
        let id = fixture.dial("+442079461234", organizer: "sam@contoso.example")
        fixture.pass(.seconds(after))
        #expect(fixture.record(id)["state"] == "connected" && fixture.record(id)["operator"] == "service-carrier")
        let price = #"{"currency":"USD","prices":[{"prefix":"+44","perMinute":"0.5"}]}"#
        fixture.client.must(.put, "/v1/operators/service-carrier/price-list", price)
        fixture.world.wallOffset = 7_200_000
        var (service, client) = try fixture.restart()
        fixture.pass(.seconds(2))
        for _ in 0..<2 {
            let record = client.ask(.get, "/v1/dial-outs/\(id)").body
            #expect(record["outcome"] == "indeterminate" && record["durationSource"] == "lastSeen", "\(record)")
            #expect(record["durationSeconds"] == seconds && record["billableSeconds"] == seconds, "\(record)")
            let used = client.must(.get, "/v1/tenants/contoso/usage")["minutes"]["used"]
            #expect(used == (seconds == 0 ? 1 : 2), "\(used)")
            (service, client) = try fixture.restart()
            fixture.pass(.seconds(2))
        }
        withExtendedLifetime(service) {}
    }

    @Test("calls of an earlier start count on their trunk until they are over")
    func channels() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","maxConcurrentCalls":1,"maxQueuedCalls":0}]}"#
        )
        _ = fixture.dial("+14255550488")
        fixture.pass(.seconds(1))
        let (_, client) = try fixture.restart()
        let order = Fixture.order("+14255551234")
        #expect(client.ask(.post, "/v1/meetings/z/dial-outs", order).body["reason"].string == "tooManyCalls")
        fixture.pass(.seconds(33))
        #expect(client.ask(.post, "/v1/meetings/z/dial-outs", order).status == 202)
    }

    @Test("a dialog that an earlier version kept is hung up, and goes when the BYE is answered")
    func earlierForm() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(2))
        let callID = try #require(fixture.trunks[0].calls.values.first?.callID)
        fixture.store.put(StoredDocument(kind: .dialog, key: "\(id)/1", version: 0, body: nil))
        let old = """
            {"callID":"\(callID)","from":"<sip:a@10.0.0.1>;tag=0123456789abcdef","to":"<sip:b@10.1.0.1>;tag=x","uri":"sip:b@10.1.0.1",\
            "routes":[],"cSeq":1,"address":"10.1.0.1:5060","transport":"UDP"}
            """
        fixture.store.put(StoredDocument(kind: .dialog, key: id, version: 0, body: Array(old.utf8)))
        let (_, calls) = try restarted(fixture)
        #expect(calls.map(\.ending) == [.callerHungUp] && calls[0].byes == 1 && fixture.store.standing.isEmpty)
    }

    @Test("a phone that answers, from another address, a call that an earlier start had given up is hung up by its trunk's account")
    func lateAnswer() throws {
        let fixture = try Fixture()
        let trunk = fixture.addAddress("10.4.0.1:5060") { _ in
            var behaviour = Behaviour()
            (behaviour.finalCode, behaviour.forks) = (486, true)
            (behaviour.username, behaviour.password, behaviour.challengesAll) = ("dialout", "secret", true)
            return behaviour
        }
        fixture.network.homes[trunk.address] = SocketAddress("10.5.0.1:5070")!
        fixture.client.must(
            .put, "/v1/operators/acme",
            Fixture.operatorBody.replacing(
                #""uri":"sip:10.1.0.1:5060""#, with: #""uri":"sip:t1.example","username":"dialout","password":"secret""#))
        let id = fixture.dial("+14255551234")
        while trunk.calls.values.first(where: { $0.code == 486 }) == nil { fixture.pass(.milliseconds(5)) }
        fixture.pass(.milliseconds(100))
        let (_, client) = try fixture.restart()
        fixture.pass(.seconds(6))
        let call = try #require(trunk.calls.values.first { $0.code == 486 })
        #expect(!call.isForkUp && call.forkEndedAt != nil && call.challenges >= 1)
        #expect(client.ask(.get, "/v1/dial-outs/\(id)").body["state"].string == "ended" && fixture.store.standing.isEmpty)
    }

    @Test("requests that a full disk refuses use up nothing: no level, no channel, no rate, no meeting, no double click")
    func fullDisk() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/operators/acme",
            """
            {"name":"Acme","countries":["US"],"trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","maxConcurrentCalls":1,"maxCallsPerSecond":1,\
            "maxQueuedCalls":0}]}
            """)
        fixture.client.must(
            .put, "/v1/tenants/contoso/limits",
            #"{"organizerConcurrentCalls":{"block":1},"tenantCallsPerMinute":{"block":1},"sameNumberPerHour":{"block":1}}"#)
        let order = Fixture.order("+14255550999"), key = [("Idempotency-Key", "abc")]
        fixture.store.isFull = true
        for _ in 0..<3 {
            let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", order, headers: key)
            #expect(refused.status == 503 && refused.body["reason"].string == "storeUnavailable")
        }
        fixture.store.isFull = false
        fixture.pass(.seconds(2))
        #expect(fixture.network.invites.isEmpty)
        let taken = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", order, headers: key)
        fixture.pass(.milliseconds(200))
        #expect(taken.status == 202 && taken.header("Dialout-Duplicate") == nil && fixture.network.invites.count == 1)
        let events = fixture.client.must(.get, "/v1/dial-outs/\(taken.body["id"].string!)/events")["events"].array
        #expect(events.prefix(2).map { $0["type"].string } == ["accepted", "dialling"], "it did not wait for a channel")
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550998")).status == 429)
    }

    @Test("the same phone for another organizer of the meeting is another wish; with another offer, kind or requester it is the same")
    func wishes() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/tenants/contoso/users/bob@contoso.example", #"{"displayName":"Bob","licences":["OperatorConnectConferencing"]}"#)
        func ask(_ organizer: String, _ more: String = "", kind: String = "callMeAt") -> (String?, isDuplicate: Bool) {
            let answer = fixture.client.ask(
                .post, "/v1/meetings/m/dial-outs",
                #"{"kind":"\#(kind)","organizer":"\#(organizer)@contoso.example","number":"+14255550999"\#(more)}"#)
            #expect(answer.status == 202)
            return (answer.body["id"].string, answer.header("Dialout-Duplicate") == "true")
        }
        let sdp = String(decoding: JSON.encode(JSONValue.string(Fixture.sdp)), as: UTF8.self)
        let first = ask("alice", #","sdp":\#(sdp)"#), other = ask("bob")
        #expect(!other.isDuplicate && first.0 != other.0)
        for again in [
            ask("alice"), ask("ALICE", #","sdp":\#(sdp.replacing("4000", with: "4002"))"#), ask("alice", kind: "inviteNumber"),
            ask("alice", #","requestedBy":"bob@contoso.example""#),
        ] {
            #expect(again.isDuplicate && again.0 == first.0)
        }
        #expect(ask("bob").0 == other.0)
        fixture.pass(.seconds(1))
        #expect(fixture.trunks[0].calls.count == 2)
        #expect(fixture.trunks[0].calls.values.count { String(decoding: $0.offer, as: UTF8.self).contains("m=audio 4000 ") } == 1)
    }

    @Test("another key is another wish within the double click's time; with and without a key it is the same")
    func keys() throws {
        let fixture = try Fixture()
        func ask(_ meeting: String, _ key: String?) -> (id: String?, isDuplicate: Bool) {
            let answer = fixture.client.ask(
                .post, "/v1/meetings/\(meeting)/dial-outs", Fixture.order("+14255550999"),
                headers: key.map { [("Idempotency-Key", $0)] } ?? [])
            return (answer.body["id"].string, answer.header("Dialout-Duplicate") == "true")
        }
        let one = ask("m", "one"), two = ask("m", "two"), keyless = ask("m", nil)
        #expect(one.id != two.id && !two.isDuplicate && keyless.id == two.id && keyless.isDuplicate)
        let first = ask("n", nil), named = ask("n", "three"), other = ask("n", "four")
        #expect(named.id == first.id && named.isDuplicate && other.id != first.id && !other.isDuplicate)
        #expect(ask("n", "three").id == first.id && ask("m", "one").id == one.id)
    }

    @Test("SIGTERM ends a queued call at once and undialled, and lets the one that talks go on")
    func queuedAtTheEnd() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","maxConcurrentCalls":1,"maxQueueSeconds":60}]}"#
        )
        let talking = fixture.dial("+14255550200"), queued = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(fixture.record(talking)["state"].string == "connected" && fixture.record(queued)["state"].string == "queued")
        var hasDrained = false
        fixture.drain { hasDrained = true }
        fixture.pass(.seconds(1))
        let ended = fixture.record(queued)
        #expect(ended["outcome"].string == "cancelled" && ended["reason"].string == "draining" && ended["endedBy"].string == "service")
        #expect(ended["attempts"].array.isEmpty && ended["dialledAt"].string == nil && fixture.network.invites.count == 1)
        #expect(fixture.record(talking)["state"].string == "connected" && !hasDrained)
        fixture.pass(.seconds(6))
        #expect(fixture.record(talking)["outcome"].string == "completed" && hasDrained)
    }

    @Test("when the clock jumps, a record's times rise, its durations are true, and later identifiers sort later", arguments: [-1, 1])
    func clockJumps(hours: Int64) throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(1))
        fixture.world.wallOffset = hours * 3_600_000
        fixture.pass(.seconds(3))
        fixture.world.wallOffset = 0
        fixture.pass(.seconds(10))
        let record = fixture.record(id)
        let times = try ["acceptedAt", "dialledAt", "ringingAt", "connectedAt", "endedAt"].map { name in
            try #require(record[name].string.flatMap(WallTime.init(rfc3339:)))
        }
        #expect(times == times.sorted())
        #expect(
            (4_900...5_200).contains(times[4].milliseconds - times[3].milliseconds) && times[4].milliseconds - times[0].milliseconds < 8_000
        )
        let events = fixture.client.must(.get, "/v1/dial-outs/\(id)/events")["events"].array.compactMap { $0["at"].string }
        #expect(events == events.sorted() && events.count == 5)
        let open = fixture.dial("+14255550999")
        fixture.world.wallOffset = -3_600_000
        fixture.pass(.seconds(1))
        let (_, client) = try fixture.restart()
        fixture.pass(.seconds(1))
        let lost = client.ask(.get, "/v1/dial-outs/\(open)").body
        #expect(lost["endedAt"].string! >= lost["ringingAt"].string!, "an end is not before what came before it")
        let later = client.must(.post, "/v1/meetings/later/dial-outs", Fixture.order("+14255550999"))["id"].string!
        #expect(open < later && id < open)
    }
}
