import Basis
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

/// What is kept and told of why a call ended, and who a call is from, as far as the far ends see and say it.
@Suite("Causes, and who calls")
struct CauseTests {
    private func events(_ id: String, _ fixture: Fixture) -> [JSONValue] {
        fixture.client.ask(.get, "/v1/dial-outs/\(id)/events").body["events"].array
    }

    private func event(_ type: String, _ id: String, _ fixture: Fixture) -> JSONValue {
        events(id, fixture).first { $0["type"].string == type } ?? .null
    }

    /// A dial-out by a trunk that does as `change` says, twenty seconds later.
    private func call(_ change: @escaping @Sendable (inout Behaviour) -> Void) throws -> (Fixture, String) {
        let fixture = try Fixture()
        let trunk = SimTrunk(fixture.world, operatorID: "acme", name: "t9", address: SocketAddress("10.1.0.9:5060")!) { _ in
            var behaviour = Behaviour()
            change(&behaviour)
            return behaviour
        }
        fixture.network.add(trunk)
        fixture.client.must(.put, "/v1/operators/acme", #"{"name":"Acme","trunks":[{"name":"t9","uri":"sip:10.1.0.9:5060"}]}"#)
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(20))
        return (fixture, id)
    }

    struct Said: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(ringing ?? "nothing") while it rings, \(code) with \(final ?? "nothing")" }
        var ringing: String?
        let code: Int
        var final: String?
        let cause: Int64
        var text: String?
        var told: (cause: Int64?, text: String?) = (nil, nil)
    }

    static let said = [
        Said(code: 486, cause: 17), Said(code: 486, final: "Q.850;cause=34;text=\"No circuit\"", cause: 34, text: "No circuit"),
        Said(code: 480, final: "Q.850;cause=999999;text=\"odd\"", cause: 19, text: "odd"),
        Said(code: 480, final: "SIP;cause=480;text=\"gone\", Q.850;cause=20", cause: 20, text: "gone"),
        Said(code: 480, final: "Q.850;cause=18;text=\"a \\\"b\\\"\"", cause: 18, text: "a \"b\""),
        Said(ringing: "Q.850;cause=1;text=\"Unallocated\"", code: 480, final: "", cause: 1, text: "Unallocated", told: (1, "Unallocated")),
        Said(ringing: "Q.850;cause=1;text=\"Unallocated\"", code: 480, final: "Q.850;cause=20", cause: 20, told: (1, "Unallocated")),
        Said(ringing: "Q.850;cause=127", code: 503, final: "Q.850;cause=41;text=\"later\"", cause: 41, text: "later", told: (127, nil)),
    ]

    @Test("the words of a Reason and the cause of a provisional answer are in the attempt, the record and the events", arguments: said)
    func reasons(row: Said) throws {
        let (fixture, id) = try call { behaviour in
            (behaviour.finalCode, behaviour.finalAfter) = (row.code, .seconds(3))
            (behaviour.ringingReason, behaviour.finalReason) = (row.ringing, row.final)
        }
        let record = fixture.record(id), attempt = try #require(record["attempts"].array.first)
        for shown in [record, attempt, event("attemptFailed", id, fixture), event("ended", id, fixture)] {
            #expect(shown["cause"].integer == row.cause && shown["causeText"].string == row.text)
        }
        let ringing = event("ringing", id, fixture)
        #expect(ringing["cause"].integer == row.told.cause && ringing["causeText"].string == row.told.text)
        let masked = fixture.token("operator", operator: "acme").ask(.get, "/v1/operators/acme/calls").body["calls"].array.first ?? .null
        #expect(masked["cause"].integer == row.cause && masked["causeText"].string == row.text)
    }

    @Test("while it rings the attempt shows the provisional answer's cause, which is the record's where nobody answers")
    func announcement() throws {
        let (fixture, id) = try call { ($0.answerAfter, $0.ringingReason) = (nil, "Q.850;cause=22;text=\"Number changed\"") }
        let ringing = try #require(fixture.record(id)["attempts"].array.first)
        #expect(ringing["cause"].integer == 22 && ringing["causeText"].string == "Number changed" && ringing["outcome"] == .null)
        #expect(fixture.record(id)["cause"] == .null)
        fixture.pass(.seconds(60))
        #expect(fixture.record(id)["outcome"].string == "noAnswer" && fixture.record(id)["cause"].integer == 22)
        #expect(fixture.record(id)["causeText"].string == "Number changed")
    }

    @Test(
        "who blocked a call is told",
        arguments: [
            (608, "Rejected", "", "operator", "callBlocked"), (607, "Unwanted", "", "callee", "callUnwanted"),
            (603, "Decline", "", "callee", nil), (603, "Network Blocked", "", "operator", "callBlocked"),
            (603, "Decline", "Q.850;cause=21;location=LN", "operator", "callBlocked"),
            (603, "Decline", "Q.850;cause=21;text=\"v=analytics1;url=https://a.example\"", "operator", "callBlocked"),
            (603, "Decline", "Q.850;cause=21;location=U", "callee", nil),
        ] as [(Int, String, String, String, String?)])
    func blocked(code: Int, phrase: String, reason: String, endedBy: String, told: String?) throws {
        let (fixture, id) = try call { behaviour in
            (behaviour.finalCode, behaviour.finalPhrase, behaviour.finalReason) = (code, phrase, reason)
        }
        let record = fixture.record(id)
        #expect(record["outcome"].string == "declined" && record["endedBy"].string == endedBy && record["reason"].string == told)
        #expect(record["subcode"].integer == Int64(560_000 + code) && record["cause"].integer == 21)
        #expect(event("ended", id, fixture)["reason"].string == told)
    }

    @Test("an attempt that is given up while it rings, and never gets its 487, keeps what it was told last")
    func lastStatus() throws {
        let fixture = try Fixture()
        let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550488","ringTimeoutSeconds":5}"#
        let id = fixture.client.must(.post, "/v1/meetings/m/dial-outs", order)["id"].string!
        fixture.pass(.seconds(60))
        let attempt = try #require(fixture.record(id)["attempts"].array.first)
        #expect(attempt["sip"].integer == 180 && attempt["phrase"].string == "Ringing" && attempt["outcome"].string == "noAnswer")
        #expect(event("attemptFailed", id, fixture)["sip"].integer == 180)
    }

    @Test("a phone rings as long as was asked from its first ring on, and where nobody answers anything the next trunk is asked by then")
    func ringing() throws {
        let fixture = try Fixture()
        let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"NUMBER","ringTimeoutSeconds":6}"#
        func outcome(_ number: String) -> (record: JSONValue, seconds: [Double]) {
            let id = fixture.client.must(.post, "/v1/meetings/m/dial-outs", order.replacing("NUMBER", with: number))["id"].string!
            fixture.pass(.seconds(60))
            let record = fixture.record(id), attempts = record["attempts"].array
            return (record, attempts.map { WallTime.seconds(from: $0["startedAt"].string, to: $0["endedAt"].string) })
        }
        let patient = Fixture.operatorBody.replacing(#""failoverSeconds":4"#, with: #""failoverSeconds":20"#)
        fixture.client.must(.put, "/v1/operators/acme", patient)
        let silent = outcome("+14255550408")
        #expect(silent.record["outcome"].string == "unreachable" && silent.seconds.map { $0.rounded() } == [6, 6], "\(silent)")
        _ = fixture.addAddress("10.1.0.9:5060") { number in
            var late = Behaviour.magic(number)
            late.ringAfter = .seconds(4)
            return late
        }
        fixture.client.must(.put, "/v1/operators/acme", patient.replacing("sip:10.1.0.1:5060", with: "sip:t1.example"))
        let late = outcome("+14255550999")
        #expect(late.record["outcome"].string == "noAnswer" && late.record["attempts"].array.count == 1, "\(late)")
        #expect((10..<10.2).contains(late.seconds[0]), "\(late)")
    }

    @Test("when the next trunk is dialled the first one's INVITE is not sent again")
    func notRepeated() throws {
        let fixture = try Fixture()
        fixture.trunks[0].isDeaf = true
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(30))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == ["t1", "t2"])
        let sent = fixture.world.trace.filter { $0.hasSuffix("-> 10.1.0.1:5060 INVITE") }
        #expect(sent.count == 4, "at 0, 0.5, 1.5 and 3.5 s: \(sent)")
    }

    /// One whose second route is by another operator.
    private func routed() throws -> Fixture {
        let fixture = try Fixture()
        fixture.client.must(.post, "/v1/tenants/contoso/operators/other", Fixture.consent)
        fixture.client.must(.post, "/v1/operators/other/number-orders", #"{"tenant":"contoso","numbers":["+12065550111"]}"#)
        let ran = fixture.client.must(
            .post, "/v1/tenants/contoso/commands",
            """
            Register-CsOnlineDialInConferencingServiceNumber -Identity +12065550111 -BridgeName "Conference Bridge"
            New-CsOnlineVoiceRoute -Identity "US 2" -NumberPattern "^\\+1\\d{10}$" -OnlinePstnUsages "US" -BridgeSourcePhoneNumber +12065550111
            """)
        #expect(ran["applied"] == .bool(true))
        return fixture
    }

    @Test("a second route is dialled with its own caller ID, by its own operator")
    func secondRoute() throws {
        let fixture = try routed(), id = fixture.dial("+14255550503")
        fixture.pass(.seconds(20))
        let attempts = fixture.record(id)["attempts"].array
        #expect(attempts.map { $0["trunk"].string } == ["t1", "t2", "o1"])
        #expect(attempts.map { $0["callerId"].string } == ["+14255550100", "+14255550100", "+12065550111"])
        let seen = fixture.trunks.prefix(3).flatMap(\.calls.values).map { "\($0.from) \($0.assertedIdentity ?? "")" }
        #expect(seen == ["+14255550100 +14255550100", "+14255550100 +14255550100", "+12065550111 +12065550111"])
        #expect(event("failedOver", id, fixture)["operator"].string == "acme")
    }

    @Test("a tenant that withholds its caller ID asks for privacy, and the operator alone is told who calls", arguments: [true, false])
    func withheld(isWithheld: Bool) throws {
        let fixture = try Fixture(), path = "/v1/tenants/contoso/document"
        let document = String(decoding: JSON.encode(fixture.client.ask(.get, path).body), as: UTF8.self)
        let changed = document.replacing("\"withholdCallerID\":false", with: "\"withholdCallerID\":\(isWithheld)")
        #expect((changed != document) == isWithheld)
        fixture.client.must(.put, path, changed)
        _ = fixture.dial("+14255551234")
        fixture.pass(.seconds(5))
        let seen = try #require(fixture.trunks[0].calls.values.first)
        #expect(seen.privacy == (isWithheld ? "id" : "none") && seen.from == (isWithheld ? "anonymous" : "+14255550100"))
        #expect(seen.assertedIdentity == "+14255550100" && seen.displayName == (isWithheld ? "Anonymous" : nil))
    }

    private func many(_ count: Int, _ members: String = "", in fixture: Fixture) {
        let trunks = (1...count).map { #"{"name":"x\#($0)","uri":"sip:10.1.0.1:5060","priority":\#($0)\#(members)}"# }
        fixture.client.must(.put, "/v1/operators/acme", #"{"name":"Acme","trunks":[\#(trunks.joined(separator: ","))]}"#)
    }

    @Test("a hunt ends after eight attempts") func attemptLimit() throws {
        let fixture = try Fixture()
        many(10, in: fixture)
        let id = fixture.dial("+14255550503")
        fixture.pass(.seconds(20))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == (1...8).map { "x\($0)" })
        #expect(fixture.trunks[0].calls.count == 8)
    }

    @Test("however many trunks of an operator refuse, the next route has its chance") func nextRoute() throws {
        let fixture = try routed()
        many(10, in: fixture)
        let id = fixture.dial("+14255550503")
        fixture.pass(.seconds(20))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == (1...7).map { "x\($0)" } + ["o1"])
    }

    @Test("all of an operator's channels are used, on however many trunks") func allTrunks() throws {
        let fixture = try Fixture()
        many(20, #","maxConcurrentCalls":1"#, in: fixture)
        let ids = (0..<20).map { fixture.dial("+142555\(51000 + $0)") }
        fixture.pass(.seconds(3))
        #expect(Set(ids.map { fixture.record($0)["attempts"].array.first?["trunk"].string ?? "" }).count == 20)
    }
}

extension WallTime {
    /// Between two moments of a record.
    fileprivate static func seconds(from start: String?, to end: String?) -> Double {
        let moments = [start, end].map { $0.flatMap { WallTime(rfc3339: $0) }?.milliseconds ?? 0 }
        return Double(moments[1] - moments[0]) / 1_000
    }
}
