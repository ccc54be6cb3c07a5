import Basis
import Dialing
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

/// The operator's own books beside ours.
@Suite("Durations are reported back")
struct DurationTests {
    private func report(_ client: SimClient, _ entries: String, of operatorID: String = "acme") -> SimClient.Answer {
        client.ask(.post, "/v1/operators/\(operatorID)/durations", "{\"durations\":[\(entries)]}")
    }

    @Test("a report stands on the record that its Call-ID or dial-out names, is compared, and the same again changes nothing")
    func reported() throws {
        let fixture = try Fixture(), acme = fixture.token("operator", operator: "acme")
        let talked = fixture.dial("+14255550200"), busy = fixture.dial("+14255550486"), live = fixture.dial("+14255550999")
        fixture.pass(.seconds(20))
        let before = fixture.record(talked), measured = before["durationSeconds"].integer ?? 0
        let callID = before["attempts"].array[0]["callId"].string ?? ""
        #expect(before["durationSource"] == .string("service") && before["reportedSeconds"] == .null && measured > 0)
        #expect(before["sessionId"].string == talked && before["callType"] == .string("conf_out") && before["trunk"] == .string("t1"))
        #expect(before["inventoryType"] == .string("toll") && before["licence"] == .string("OperatorConnectConferencing"))
        #expect(
            before["policy"] == before["decision"]["policy"]["name"] && before["policy"] != .null
                && before["configVersion"] == before["decision"]["configVersion"])
        let connected = try #require(before["connectedAt"].string.flatMap { WallTime(rfc3339: $0) })
        let accepted = try #require(before["acceptedAt"].string.flatMap { WallTime(rfc3339: $0) })
        #expect(before["setupMilliseconds"].integer == connected.milliseconds - accepted.milliseconds)

        let entries =
            #"{"callId":"\#(callID)","seconds":\#(measured + 2)},{"dialOut":"\#(busy)","seconds":7},{"dialOut":"\#(live)","seconds":1}"#
        let answer = report(acme, entries).body
        #expect(answer["matched"] == .integer(2) && answer["toleranceSeconds"] == .integer(2))
        #expect(answer["unknown"] == .array([.string(live)]), "what goes on has no duration yet")
        #expect(answer["mismatches"].array.map { $0["id"].string } == [busy])
        #expect(answer["mismatches"].array[0]["reportedSeconds"] == .integer(7))
        let after = fixture.record(talked)
        #expect(after["durationSource"] == .string("operator") && after["reportedSeconds"].integer == measured + 2)
        #expect(after["attempts"].array[0]["reportedSeconds"].integer == measured + 2 && after["durationSeconds"].integer == measured)
        #expect(acme.must(.get, "/v1/operators/acme/calls?callId=\(callID)")["calls"].array[0]["reportedSeconds"].integer == measured + 2)

        let facts = fixture.store.everything.0.facts.count
        #expect(report(acme, #"{"callId":"\#(callID)","seconds":\#(measured + 2)}"#).body["matched"] == .integer(1))
        #expect(fixture.store.everything.0.facts.count == facts, "nothing new was written")
        let wrong = report(acme, #"{"callId":"\#(callID)","seconds":\#(measured + 3)}"#).body["mismatches"].array
        #expect(wrong.map { $0["differenceSeconds"].integer } == [3] && wrong[0]["callId"].string == callID)
        #expect(fixture.client.must(.get, "/v1/dial-outs/\(talked)/events")["events"].array.last?["type"] == .string("ended"))
    }

    @Test("what is reported of a call again and again with other seconds has a bound; the same may be said again")
    func repeated() throws {
        let fixture = try Fixture(), acme = fixture.token("operator", operator: "acme"), talked = fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        func say(_ seconds: Int) -> SimClient.Answer { report(acme, #"{"dialOut":"\#(talked)","seconds":\#(seconds)}"#) }
        for seconds in 1...Service.durationReports { #expect(say(seconds).status == 200) }
        let facts = fixture.store.everything.0.facts.count, refused = say(1)
        #expect(refused.status == 409 && refused.body["detail"].string?.contains("was reported 32 times") == true, "\(refused.body)")
        #expect(say(Service.durationReports).status == 200 && fixture.store.everything.0.facts.count == facts)
        #expect(fixture.record(talked)["reportedSeconds"].integer == Int64(Service.durationReports))
    }

    @Test("a call lasts until it is hung up, however long the far end leaves that unanswered")
    func hungUp() throws {
        let fixture = try Fixture(), network = fixture.world.network
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(10))
        fixture.world.network = { bytes, from, to, transport in
            if !bytes.starts(with: Array("BYE ".utf8)) { network?(bytes, from, to, transport) }
        }
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        let connected = try #require(fixture.record(id)["connectedAt"].string.flatMap { WallTime(rfc3339: $0) })
        let talked = Int64(fixture.world.wallTime.milliseconds - connected.milliseconds)
        fixture.pass(.seconds(60))
        let record = fixture.record(id)
        #expect(record["state"].string == "ended" && record["durationSeconds"].integer == talked / 1_000, "\(record)")
        #expect(record["billableSeconds"].integer == (talked + 999) / 1_000)
    }

    @Test("a call that is cut at its longest lasts just as long")
    func longest() throws {
        let fixture = try Fixture()
        let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255551234","maxDurationSeconds":60}"#
        let id = try #require(fixture.client.must(.post, "/v1/meetings/long/dial-outs", order)["id"].string)
        fixture.pass(.seconds(120))
        let record = fixture.record(id)
        #expect(record["durationSeconds"].integer == 60 && record["billableSeconds"].integer == 60, "\(record)")
    }

    @Test("an end is no later than a call may last where the clock's alarm rang late, and no earlier than what was noted last")
    func bounds() throws {
        var sample = SampleDialOut(1)
        _ = (sample.accept(), sample.dial("acme"), sample.note(.answered(sdp: nil)))
        let dialOut = sample.dialOut, connected = try #require(dialOut.connectedAt).milliseconds
        func end(_ milliseconds: Int64) -> Int64 { dialOut.end(at: .zero + .milliseconds(2_000 + milliseconds)).milliseconds - connected }
        #expect(connected - dialOut.acceptedAt.milliseconds == 2_000 && dialOut.order.maxDurationSeconds == 14_400)
        for (hungUp, ended) in [(-1, 0), (0, 0), (1, 1), (14_399_999, 14_399_999), (14_400_000, 14_400_000), (14_400_004, 14_400_000)] {
            #expect(end(Int64(hungUp)) == Int64(ended), "\(hungUp)")
        }
    }

    @Test("a call that stands twice in a report with different seconds is refused, and nothing of the report is kept")
    func contradiction() throws {
        let fixture = try Fixture(), acme = fixture.token("operator", operator: "acme")
        let talked = fixture.dial("+14255550200"), busy = fixture.dial("+14255550486")
        fixture.pass(.seconds(20))
        let callID = fixture.record(talked)["attempts"].array[0]["callId"].string ?? ""
        func entries(_ seconds: Int) -> String {
            #"{"dialOut":"\#(busy)","seconds":1},{"callId":"\#(callID)","seconds":5},{"dialOut":"\#(talked)","seconds":\#(seconds)}"#
        }
        let refused = report(acme, entries(6))
        #expect(refused.status == 400 && refused.body["field"] == .string("durations[2].seconds"))
        #expect(refused.body["detail"].string?.contains("is what durations[1] says of the same call, 5") == true, "\(refused.body)")
        #expect([talked, busy].allSatisfy { fixture.record($0)["reportedSeconds"] == .null })
        #expect(report(acme, entries(5)).body["matched"] == .integer(3))
        #expect(fixture.record(talked)["reportedSeconds"] == .integer(5))
    }

    @Test("of reports of a call that come at once each goes by the one before, and the last one counts")
    func together() throws {
        let fixture = try Fixture(), acme = fixture.token("operator", operator: "acme"), id = fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        var statuses: [Int] = []
        for seconds in [4, 5, 4, 5] {
            acme.send(.post, "/v1/operators/acme/durations", #"{"durations":[{"dialOut":"\#(id)","seconds":\#(seconds)}]}"#) {
                statuses.append($0.status)
            }
        }
        #expect(fixture.world.run(until: fixture.world.now + .seconds(10)) { statuses.count == 4 } && Set(statuses) == [200])
        let rows = fixture.store.everything.0.facts.map(\.row).filter { $0.dialOut.description == id && $0.sequence > 0 }
        let numbers = rows.map(\.sequence)
        #expect(numbers == Array(1...numbers.count), "\(numbers)")
        #expect(fixture.record(id)["reportedSeconds"] == .integer(5))
    }

    @Test(
        "the set-up is from the acceptance to the answer, the delay from the first INVITE to the ringing, and neither is where that never came"
    )
    func setUp() throws {
        let fixture = try Fixture(), first = fixture.addAddress("10.1.0.9:5060") { _ in Behaviour.magic("0503") }
        let (answered, busy) = (fixture.dial("+14255550200"), fixture.dial("+14255550486"))
        fixture.pass(.seconds(30))
        func time(_ text: JSONValue) throws -> Int64 { try #require(text.string.flatMap { WallTime(rfc3339: $0) }).milliseconds }
        let record = fixture.record(answered), attempts = record["attempts"].array
        #expect(attempts.count == 2 && first.isQuiet)
        let (accepted, begun) = (try time(record["acceptedAt"]), try time(attempts[0]["startedAt"]))
        let (ringing, connected) = (try time(record["ringingAt"]), try time(record["connectedAt"]))
        #expect(accepted <= begun && begun < ringing && ringing < connected)
        #expect(record["setupMilliseconds"].integer == connected - accepted)
        #expect(record["postDialDelayMilliseconds"].integer == ringing - begun)
        let never = fixture.record(busy)
        #expect(never["outcome"].string == "busy" && never["connectedAt"] == .null)
        #expect(never["setupMilliseconds"] == .null && never["postDialDelayMilliseconds"] == .null)
    }

    @Test("another operator's calls are unknown to it, and what is no report is refused")
    func refused() throws {
        let fixture = try Fixture(), other = fixture.token("operator", operator: "other")
        let id = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        #expect(report(other, #"{"dialOut":"\#(id)","seconds":1}"#, of: "other").body["unknown"] == .array([.string(id)]))
        let callID = fixture.record(id)["attempts"].array[0]["callId"].string ?? ""
        #expect(report(other, #"{"callId":"\#(callID)","seconds":1}"#, of: "other").body["unknown"] == .array([.string(callID)]))
        #expect(fixture.record(id)["attempts"].array[0]["reportedSeconds"] == .null)
        #expect(report(other, #"{"dialOut":"\#(id)","seconds":1}"#).status == 403)
        #expect(report(fixture.client, "").body["detail"].string == "durations has 1 to 1000 entries, not 0")
        let both = report(fixture.client, #"{"dialOut":"a","callId":"b","seconds":1}"#)
        #expect(both.body["detail"].string == "durations[0] names a callId or a dialOut, and not both")
        #expect(report(fixture.client, #"{"dialOut":"a","seconds":-1}"#).body["field"].string == "durations[0].seconds")
    }
}
