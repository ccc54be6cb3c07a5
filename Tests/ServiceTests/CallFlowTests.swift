import Basis
import Dialing
import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

@Suite("From the request to the end of the call")
struct CallFlowTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let number: String
        let outcome: String
        let code: Int64
        var attempts = 1
        var endedBy = "callee"
        var state: String { "ended" }
        var testDescription: String { number }
    }

    static let cases: [Case] = [
        .init(number: "+14255550200", outcome: "completed", code: 0),
        .init(number: "+14255550183", outcome: "completed", code: 0, endedBy: "service"),
        .init(number: "+14255550262", outcome: "completed", code: 0, endedBy: "service"),
        .init(number: "+14255550202", outcome: "completed", code: 0, endedBy: "service"),
        .init(number: "+14255550486", outcome: "busy", code: 486),
        .init(number: "+14255550603", outcome: "declined", code: 603),
        .init(number: "+14255550480", outcome: "noAnswer", code: 480),
        .init(number: "+14255550404", outcome: "unreachable", code: 404, endedBy: "operator"),
        .init(number: "+14255550503", outcome: "failed", code: 503, attempts: 2, endedBy: "operator"),
        .init(number: "+14255550408", outcome: "unreachable", code: 408, attempts: 2, endedBy: "operator"),
        .init(number: "+14255550302", outcome: "failed", code: 302, endedBy: "operator"),
        .init(number: "+14255550999", outcome: "noAnswer", code: 408, endedBy: "service"),
        .init(number: "+14255550487", outcome: "noAnswer", code: 408, endedBy: "service"),
        .init(number: "+14255550488", outcome: "noAnswer", code: 408, endedBy: "service"),
    ]

    @Test("a call that another 2xx than 200 answers is told with its code and words: in the record, in events and after a start")
    func otherSuccess() throws {
        let fixture = try Fixture()
        var behaviour = Behaviour()
        (behaviour.answerCode, behaviour.answerPhrase) = (202, "Accepted")
        (behaviour.answerAfter, behaviour.hangUpAfter) = (.milliseconds(100), .seconds(5))
        _ = fixture.addAddress("10.1.0.9:5060") { [behaviour] _ in behaviour }
        let id = fixture.dial("+14255550123")
        fixture.pass(.seconds(2))
        let event = fixture.client.must(.get, "/v1/dial-outs/\(id)/events")["events"].array.first { $0["type"] == "connected" }
        #expect(event?["sip"] == 202 && event?["phrase"] == "Accepted")
        fixture.pass(.seconds(10))
        let told = fixture.record(id), (service, client) = try fixture.restart()
        for record in [told, client.ask(.get, "/v1/dial-outs/\(id)").body] {
            #expect(record["outcome"] == "completed" && record["attempts"].array[0]["sip"] == 202)
            #expect(record["attempts"].array[0]["phrase"] == "Accepted")
        }
        withExtendedLifetime(service) {}
    }

    @Test("a call of the service's own carrier is that carrier's from its acceptance on")
    func ownCarrier() throws {
        let fixture = try Fixture()
        let accepted = fixture.client.must(
            .post, "/v1/meetings/m/dial-outs", Fixture.order("+442079460000", organizer: "sam@contoso.example"))
        #expect(accepted["state"].string == "queued" && accepted["attempts"].array.isEmpty)
        #expect(accepted["operator"].string == Operator.serviceCarrier && accepted["callerId"].string == "+12065550199")
    }

    @Test(
        "after matched routes that failed the service's own carrier is asked where the tenant wants it and the licence leaves it to it",
        arguments: [("alice", false), ("alice", true), ("sam", false), ("sam", true)])
    func carrierAfterMatchedRoutes(organizer: String, isWanted: Bool) throws {
        let fixture = try Fixture()
        fixture.client.must(.patch, "/v1/tenants/contoso/settings", #"{"serviceCarrierAfterMatchedRoute":\#(isWanted)}"#)
        let id = fixture.dial("+14255550503", organizer: organizer + "@contoso.example")
        fixture.pass(.seconds(30))
        let tried = fixture.record(id)["attempts"].array.compactMap { attempt in
            attempt["trunk"].string.map { "\($0) \(attempt["callerId"].string ?? "")" }
        }
        let own = ["t1 +14255550100", "t2 +14255550100"]
        #expect(tried == (isWanted && organizer == "sam" ? own + ["c1 +12065550199"] : own))
    }

    @Test("each behaviour of a far end comes to its outcome and code, and nothing is left up", arguments: cases)
    func outcomes(row: Case) throws {
        let fixture = try Fixture()
        let order = #"{"kind":"inviteNumber","organizer":"alice@contoso.example","number":"\#(row.number)","maxDurationSeconds":20}"#
        let id = fixture.client.must(.post, "/v1/meetings/m/dial-outs", order)["id"].string!
        fixture.pass(.seconds(150))
        let record = fixture.record(id)
        #expect(record["state"].string == row.state)
        #expect(record["outcome"].string == row.outcome)
        #expect(record["code"].integer == row.code)
        #expect(record["endedBy"].string == row.endedBy)
        #expect(record["attempts"].array.count == row.attempts)
        #expect(fixture.isQuiet)
    }

    @Test("the INVITE carries the route's number, the tenant and the dial-out's id; kinds differ in nothing")
    func invite() throws {
        let fixture = try Fixture()
        for kind in ["callMeAt", "inviteNumber"] {
            let id = fixture.client.must(
                .post, "/v1/meetings/m/dial-outs", #"{"kind":"\#(kind)","organizer":"ALICE@contoso.example","number":"+1 (425) 555-0200"}"#)[
                    "id"
                ].string!
            fixture.pass(.seconds(20))
            let call = try #require(fixture.trunks[0].calls.values.first { $0.sessionID?.hasPrefix(id) == true })
            #expect(call.callee == "+14255550200")
            #expect(call.from == "+14255550100")
            #expect(call.assertedIdentity == "+14255550100")
            #expect(call.privacy == "none")
            #expect(call.tenant == "contoso")
            #expect(call.isAcknowledged)
        }
    }

    @Test("unmatched, an OCC licence is refused and a Standard licence goes to the service's own carrier as the bridge's default")
    func unmatched() throws {
        let fixture = try Fixture()
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+442079460123"))
        #expect(refused.status == 403)
        #expect(refused.body["reason"].string == "noRoute")
        #expect(refused.body["decision"]["because"].array.count > 3)
        let kept = fixture.record(refused.body["id"].string!)
        #expect(kept["outcome"].string == "refused")
        #expect(kept["code"].integer == 403)
        let id = fixture.dial("+442079460200", organizer: "sam@contoso.example")
        fixture.pass(.seconds(20))
        #expect(fixture.record(id)["operator"].string == Operator.serviceCarrier)
        #expect(fixture.trunks[3].calls.values.first?.from == "+12065550199")
    }

    @Test("DELETE cancels what rings, hangs up what is connected, and may be repeated")
    func takenBack() throws {
        let fixture = try Fixture()
        let ringing = fixture.dial("+14255550999")
        fixture.pass(.seconds(2))
        #expect(fixture.record(ringing)["state"].string == "ringing")
        #expect(fixture.client.ask(.delete, "/v1/dial-outs/\(ringing)").status == 202)
        fixture.pass(.seconds(2))
        #expect(fixture.record(ringing)["outcome"].string == "cancelled")
        #expect(fixture.record(ringing)["endedBy"].string == "meeting")
        #expect(fixture.client.ask(.delete, "/v1/dial-outs/\(ringing)").status == 202)
        let connected = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(fixture.record(connected)["state"].string == "connected")
        fixture.client.must(.delete, "/v1/dial-outs/\(connected)")
        fixture.pass(.seconds(1))
        #expect(fixture.record(connected)["outcome"].string == "completed")
        #expect(fixture.record(connected)["endedBy"].string == "meeting")
        #expect(fixture.isQuiet)
    }

    /// What ends a call that rings, or talks, and how its far end is told.
    struct Stop: Sendable, CustomTestStringConvertible {
        enum By: Sendable { case delete, trunkDrain, time }
        let testDescription: String
        let number: String
        var by = By.time
        let cause: Int
        let text: String

        static let ringing = "+14255550999", talking = "+14255551234"
    }

    @Test(
        "CANCEL and BYE carry the reason why we end the call",
        arguments: [
            Stop(testDescription: "taken back", number: Stop.ringing, by: .delete, cause: 16, text: "Normal call clearing"),
            Stop(testDescription: "hung up", number: Stop.talking, by: .delete, cause: 16, text: "Normal call clearing"),
            Stop(testDescription: "rang out", number: Stop.ringing, cause: 19, text: "No answer from user"),
            Stop(testDescription: "too long", number: Stop.talking, cause: 16, text: "Maximum duration reached"),
            Stop(testDescription: "drained, ringing", number: Stop.ringing, by: .trunkDrain, cause: 41, text: "Temporary failure"),
            Stop(testDescription: "drained, talking", number: Stop.talking, by: .trunkDrain, cause: 41, text: "Temporary failure"),
        ])
    func reasons(row: Stop) throws {
        let fixture = try Fixture()
        let order =
            #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"\#(row.number)","ringTimeoutSeconds":10,"maxDurationSeconds":20}"#
        let id = fixture.client.must(.post, "/v1/meetings/m/dial-outs", order)["id"].string!
        fixture.pass(.seconds(5))
        switch row.by {
        case .delete: fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        case .trunkDrain: fixture.client.must(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":0}"#)
        case .time: break
        }
        fixture.pass(.seconds(40))
        #expect(fixture.trunks[0].calls.values.first?.reasons == [Reason(protocol: "Q.850", cause: row.cause, text: row.text)])
        #expect(fixture.record(id)["cause"].integer == Int64(row.cause))
    }

    @Test("a 200 that crosses the CANCEL is ACKed and hung up, and the call counts as cancelled")
    func crossing() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255550487")
        fixture.pass(.seconds(2))
        fixture.client.must(.delete, "/v1/dial-outs/\(id)")
        fixture.pass(.seconds(5))
        #expect(fixture.record(id)["outcome"].string == "cancelled")
        let call = try #require(fixture.trunks[0].calls.values.first)
        #expect(call.answeredAt != nil && call.isAcknowledged && !call.isUp && call.byes >= 1)
    }

    @Test("a 200 without a session description is hung up and told as a failure, and no other trunk is dialled")
    func withoutMedia() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255550606")
        fixture.pass(.seconds(20))
        let record = fixture.record(id)
        #expect(record["outcome"].string == "failed" && record["endedBy"].string == "operator" && record["connectedAt"] == .null)
        #expect(record["code"].integer == 488 && record["subcode"].integer == 560_488 && record["cause"].integer == 88)
        #expect(record["attempts"].array.map { $0["sip"].integer } == [200])
        #expect(record["attempts"].array.first?["phrase"].string == "OK (no usable session description)")
        #expect(fixture.trunks[1].calls.isEmpty && fixture.isQuiet)
        let told = fixture.client.ask(.get, "/v1/dial-outs/\(id)/events").body["events"].array.map { $0["type"].string }
        #expect(told == ["accepted", "dialling", "ringing", "attemptFailed", "ended"])
    }

    @Test("a call that is held and taken back shows the callee's session description as it then is")
    func held() throws {
        let fixture = try Fixture()
        let id = fixture.dial("+14255550283")
        var shown: [String?] = []
        for _ in 0..<3 {
            fixture.pass(.seconds(2))
            shown.append(fixture.record(id)["sdpAnswer"].string?.split(separator: "\r\n").last.map(String.init))
        }
        #expect(shown == ["a=inactive", "a=sendonly", "a=sendrecv"])
        let told = fixture.client.ask(.get, "/v1/dial-outs/\(id)/events").body
        #expect(fixture.record(id)["state"].string == "connected" && !"\(told)".contains("sendonly"))
        let types = told["events"].array.map { $0["type"].string }
        #expect(types == ["accepted", "dialling", "ringing", "connected", "sessionChanged", "sessionChanged"])
        #expect(told["events"].array.last?["state"].string == "connected" && told["events"].array.last?["sip"].integer == 200)
    }

    @Test("a full trunk is passed over; with all of them full the dial-out waits, and ends as tooManyCalls when that takes too long")
    func channels() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/operators/acme", Fixture.operatorBody.replacing("\"priority\":", with: "\"maxConcurrentCalls\":1,\"priority\":"))
        let ids = (0..<3).map { _ in fixture.dial("+14255550999") }
        fixture.pass(.seconds(1))
        #expect(ids.map { fixture.record($0)["attempts"].array.last?["trunk"].string } == ["t1", "t2", nil])
        #expect(fixture.record(ids[2])["state"].string == "queued" && fixture.record(ids[2])["position"].integer == 1)
        fixture.pass(.seconds(30))
        #expect(fixture.record(ids[2])["reason"].string == "tooManyCalls" && fixture.record(ids[2])["position"] == .null)
    }

    @Test("a draining service refuses what is new, lets calls end, and then hangs up")
    func drain() throws {
        let fixture = try Fixture()
        let talking = fixture.dial("+14255551234"), ringing = fixture.dial("+14255550999")
        fixture.pass(.seconds(3))
        let service = fixture.service
        Task(executorPreference: fixture.service.world.tasks) { await service.drain() }
        fixture.pass(.seconds(1))
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550123"))
        #expect(refused.status == 503 && refused.body["reason"].string == "draining" && refused.header("Retry-After") == "30")
        #expect(fixture.client.ask(.get, "/readyz").status == 503)
        #expect(fixture.record(talking)["state"].string == "connected")
        fixture.pass(.seconds(40))
        #expect(fixture.record(talking)["endedBy"].string == "service")
        #expect(fixture.record(ringing)["outcome"].string == "cancelled")
        #expect(fixture.isQuiet)
    }
}
