import Basis
import FarEnd
import SIP
import Service
import Simulation
import Testing
import Web

@Suite("Trunks at their limits, in trouble and out of service")
struct TrunkFlowTests {
    @Test(
        "a redirection is followed only to the hosts that the trunk names, and is on record otherwise",
        arguments: [
            ("", "10.1.0.2:5060", false), ("10.1.0.2:5060", "10.1.0.2:5060", true), ("10.9.9.9:5060", "10.1.0.2:5060", false),
            ("10.1.0.2", "10.1.0.2:5060", true), ("10.1.0.2:5060", "10.1.0.2", true), ("10.1.0.2", "10.1.0.2", true),
            ("10.1.0.2:5070", "10.1.0.2", false), ("10.1.0.2", "10.1.0.2:5070", false),
        ])
    func redirection(host: String, contact: String, isFollowed: Bool) throws {
        let setting = host.isEmpty ? "" : #","redirectHosts":["\#(host)"]"#
        let fixture = try Fixture()
        let redirecting = SimTrunk(fixture.world, operatorID: "acme", name: "t9", address: SocketAddress("10.1.0.9:5060")!) { number in
            var behaviour = Behaviour()
            (behaviour.finalCode, behaviour.redirect) = (302, "sip:\(number)@\(contact)")
            return behaviour
        }
        fixture.network.add(redirecting)
        fixture.client.must(
            .put, "/v1/operators/acme", #"{"name":"Acme","trunks":[{"name":"t9","uri":"sip:10.1.0.9:5060"\#(setting)}]}"#)
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        let record = fixture.record(id)
        #expect(record["outcome"].string == (isFollowed ? "completed" : "failed"))
        let attempt = try #require(record["attempts"].array.first)
        #expect(attempt["sip"].integer == (isFollowed ? 200 : 302))
        #expect(attempt["phrase"].string?.contains("sip:+14255550200@\(contact)") == !isFollowed)
        #expect(fixture.trunks[1].calls.count == (isFollowed ? 1 : 0))
    }

    @Test("a trunk whose answers have another Call-ID is not passed over while its phone may ring")
    func unreadableRinging() throws {
        let fixture = try Fixture(), deliver = fixture.network.toService
        fixture.network.toService = { bytes, source, transport in
            let garbled = String(decoding: bytes, as: UTF8.self).replacing(/Call-ID: [0-9a-f]+/, with: "Call-ID: 1@sbc")
            deliver(Array(garbled.utf8), source, transport)
        }
        let id = fixture.dial("+14255550999")
        fixture.pass(.seconds(120))
        #expect(fixture.record(id)["outcome"].string == "unreachable" && fixture.isQuiet)
        #expect(fixture.trunks.map(\.calls.count) == [1, 0, 0, 0])
    }

    @Test("who says in turns that it rings and that it goes on writes no more than so much of the log")
    func progressInTurns() throws {
        let fixture = try Fixture(), deliver = fixture.network.toService
        fixture.network.toService = { bytes, source, transport in
            let text = String(decoding: bytes, as: UTF8.self), isRinging = text.hasPrefix("SIP/2.0 180 ")
            for turn in 0..<(isRinging ? 300 : 1) {
                let said = turn.isMultiple(of: 2) ? text : text.replacing("SIP/2.0 180 Ringing", with: "SIP/2.0 183 Session Progress")
                deliver(Array(said.utf8), source, transport)
            }
        }
        let id = fixture.dial("+14255550200")
        fixture.pass(.seconds(1))
        #expect((32..<40).contains(events(id, fixture).count) && fixture.record(id)["state"].string == "ringing")
        fixture.pass(.seconds(20))
        #expect(fixture.record(id)["outcome"].string == "completed")
    }

    private func limited(_ members: String, in fixture: Fixture) {
        fixture.client.must(.put, "/v1/operators/acme", Fixture.operatorBody.replacing("\"priority\":", with: members + ",\"priority\":"))
    }

    private func trunk(_ name: String, _ fixture: Fixture) -> JSONValue {
        fixture.client.ask(.get, "/v1/operators/acme/trunks/\(name)").body
    }

    private func events(_ id: String, _ fixture: Fixture) -> [JSONValue] {
        fixture.client.ask(.get, "/v1/dial-outs/\(id)/events").body["events"].array
    }

    @Test(
        "the attempt's record and its event say why it failed",
        arguments: [
            ("+14255550503", false, "Service Unavailable (Retry-After: 5)"), ("+14255550408", false, "no response"),
            ("+14255550486", false, "Busy Here"), ("+14255551234", true, "refused"),
        ])
    func accounts(number: String, refuses: Bool, account: String) throws {
        let fixture = try Fixture()
        if refuses { fixture.network.refusing = [fixture.trunks[0].address] }
        let id = fixture.dial(number)
        fixture.pass(.seconds(20))
        #expect(fixture.record(id)["attempts"].array.first?["phrase"].string == account)
        #expect(events(id, fixture).first { $0["type"].string == "attemptFailed" }?["phrase"].string == account)
    }

    @Test("who waits is shown a place, comes up when a channel is free, and can be taken back")
    func queue() throws {
        let fixture = try Fixture()
        limited(#""maxConcurrentCalls":1"#, in: fixture)
        let talking = (0..<2).map { _ in fixture.dial("+14255550200") }
        let waiting = (0..<3).map { _ in fixture.dial("+14255551234") }
        fixture.pass(.seconds(1))
        #expect(waiting.map { fixture.record($0)["position"].integer } == [1, 2, 3])
        #expect(events(waiting[1], fixture).last?["type"].string == "queued" && events(waiting[1], fixture).last?["position"].integer == 2)
        #expect(trunk("t1", fixture)["queued"].integer == 3)
        fixture.client.must(.delete, "/v1/dial-outs/\(waiting[0])")
        fixture.pass(.seconds(1))
        #expect(fixture.record(waiting[0])["outcome"].string == "cancelled")
        #expect(waiting.dropFirst().map { fixture.record($0)["position"].integer } == [1, 2])
        fixture.pass(.seconds(10))
        #expect(talking.allSatisfy { fixture.record($0)["outcome"].string == "completed" })
        #expect(waiting.dropFirst().allSatisfy { fixture.record($0)["state"].string == "connected" })
        #expect(fixture.record(waiting[2])["position"] == .null)
    }

    @Test("when the queues are full the next one is refused with 429 and Retry-After, and kept as a refusal")
    func full() throws {
        let fixture = try Fixture()
        limited(#""maxConcurrentCalls":1,"maxQueuedCalls":1"#, in: fixture)
        for _ in 0..<3 { _ = fixture.dial("+14255550999") }
        fixture.pass(.seconds(1))
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255550999"))
        #expect(refused.status == 429 && refused.body["reason"].string == "tooManyCalls" && refused.header("Retry-After") == "5")
        #expect(refused.body["decision"]["gate"].string == "capacity")
        #expect(fixture.record(refused.body["id"].string!)["outcome"].string == "refused")
    }

    @Test("one organizer's many wait while another's one goes first, and a high priority goes before the organizer's own")
    func fairness() throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/tenants/contoso/users/bea@contoso.example", #"{"displayName":"Bea","licences":["OperatorConnectConferencing"]}"#)
        limited(#""maxCallsPerSecond":1"#, in: fixture)
        let many = (0..<20).map { fixture.dial("+1425555\(2000 + $0)") }
        let one = fixture.dial("+14255553000", organizer: "bea@contoso.example")
        let urgent = fixture.client.must(
            .post, "/v1/meetings/urgent/dial-outs",
            #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255553001","priority":"high"}"#)["id"].string!
        fixture.pass(.seconds(2))
        #expect(fixture.record(one)["dialledAt"] != .null && fixture.record(urgent)["dialledAt"] != .null)
        #expect(many.count { fixture.record($0)["dialledAt"] != .null } <= 5)
        let odd = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255553001","priority":"now"}"#
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", odd).body["field"].string == "priority")
    }

    @Test("a trunk that does not answer OPTIONS is tried last, and first again once it answers")
    func probing() throws {
        let fixture = try Fixture()
        limited(#""options":{"seconds":10,"downAfter":2,"upAfter":1}"#, in: fixture)
        fixture.pass(.seconds(15))
        #expect(trunk("t1", fixture)["health"]["state"].string == "up")
        fixture.trunks[0].isDeaf = true
        fixture.pass(.seconds(90))
        #expect(trunk("t1", fixture)["state"].string == "doubtful")
        #expect(trunk("t1", fixture)["health"]["reason"].string == "timeout")
        let text = fixture.service.assumeIsolated { $0.metricsText().bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        #expect(text.contains(#"dialout_trunk_up{operator="acme",trunk="t1"} 0"#))
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == ["t2"])
        fixture.trunks[0].isDeaf = false
        fixture.pass(.seconds(60))
        #expect(trunk("t1", fixture)["state"].string == "inService")
    }

    @Test("a trunk whose call rings or is answered works: failures before it count no more", arguments: [true, false])
    func life(rings: Bool) throws {
        let fixture = try Fixture()
        fixture.client.must(
            .put, "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"failoverSeconds":4,"trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","priority":1}]}"#)
        func fail(_ times: Int) {
            for _ in 0..<times {
                fixture.dial("+14255550408")
                fixture.pass(.seconds(45))
            }
        }
        fail(4)
        #expect(trunk("t1", fixture)["circuit"]["state"].string == "closed")
        let id = fixture.dial(rings ? "+14255550999" : "+14255550606")
        fixture.pass(.seconds(3))
        if rings { fixture.client.must(.delete, "/v1/dial-outs/\(id)") }
        fixture.pass(.seconds(5))
        fail(4)
        #expect(trunk("t1", fixture)["circuit"]["state"].string == "closed")
        fail(1)
        #expect(trunk("t1", fixture)["circuit"]["state"].string != "closed")
    }

    @Test("503 with Retry-After closes the trunk for that time; when all are closed a dial-out is refused until then")
    func retryAfter() throws {
        let fixture = try Fixture()
        _ = fixture.dial("+14255550503")
        fixture.pass(.seconds(1))
        for name in ["t1", "t2"] {
            #expect(trunk(name, fixture)["state"].string == "closed")
            #expect(trunk(name, fixture)["circuit"]["reason"].string == "retryAfter")
            let until = try #require(WallTime(rfc3339: trunk(name, fixture)["circuit"]["until"].string ?? ""))
            #expect((3_900...4_999).contains(until.milliseconds - fixture.world.wallTime.milliseconds), "five seconds from the answer")
        }
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+14255551234"))
        #expect(refused.status == 503 && refused.body["reason"].string == "operatorUnavailable")
        #expect(["4", "5"].contains(refused.header("Retry-After")))
        fixture.pass(.seconds(5))
        #expect(trunk("t1", fixture)["circuit"]["state"].string == "halfOpen")
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        #expect(fixture.record(id)["attempts"].array.map { $0["trunk"].string } == ["t1"])
        #expect(trunk("t1", fixture)["circuit"]["state"].string == "closed")
    }

    @Test("a trunk that is switched by hand while it drains hangs nothing up, switched on or off", arguments: [true, false])
    func drainEnds(isEnabled: Bool) throws {
        let fixture = try Fixture(), path = "/v1/operators/acme/trunks/t1"
        let talking = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        fixture.client.must(.post, path + "/drain", #"{"seconds":10}"#)
        fixture.pass(.seconds(5))
        #expect(
            fixture.client.must(.patch, path, #"{"enabled":\#(isEnabled)}"#)["state"].string == (isEnabled ? "inService" : "draining"))
        fixture.pass(.seconds(20))
        #expect(fixture.record(talking)["state"].string == "connected")
    }

    @Test("its drain is over once it is put back with its operator, also where it is switched off again")
    func drainEndsWithOperator() throws {
        let fixture = try Fixture(), path = "/v1/operators/acme"
        let talking = fixture.dial("+14255551234")
        fixture.pass(.seconds(3))
        fixture.client.must(.post, path + "/trunks/t1/drain", #"{"seconds":10}"#)
        fixture.pass(.seconds(2))
        for isEnabled in [true, false] {
            let trunk = #"{"name":"t1","uri":"sip:10.1.0.1:5060","enabled":\#(isEnabled)}"#
            fixture.client.must(.put, path, #"{"name":"Acme","trunks":[\#(trunk)]}"#)
        }
        fixture.pass(.seconds(20))
        #expect(fixture.record(talking)["state"].string == "connected")
    }

    @Test("a trunk that is drained takes nothing new, hangs up what is left in time, and can be put back")
    func drain() throws {
        let fixture = try Fixture()
        let acme = fixture.token("operator", operator: "acme")
        let talking = fixture.dial("+14255551234"), ringing = fixture.dial("+14255550999")
        fixture.pass(.seconds(3))
        let answer = acme.ask(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":10}"#)
        #expect(answer.status == 202 && answer.body["state"].string == "draining" && answer.body["channelsInUse"].integer == 2)
        let next = fixture.dial("+14255551235")
        fixture.pass(.seconds(5))
        #expect(fixture.record(next)["attempts"].array.map { $0["trunk"].string } == ["t2"])
        #expect(fixture.record(talking)["state"].string == "connected")
        fixture.pass(.seconds(6))
        #expect(fixture.record(talking)["outcome"].string == "completed" && fixture.record(talking)["endedBy"].string == "service")
        #expect(fixture.record(ringing)["outcome"].string == "cancelled" && fixture.record(ringing)["reason"].string == "draining")
        #expect(trunk("t1", fixture)["state"].string == "disabled")
        #expect(acme.ask(.patch, "/v1/operators/acme/trunks/t1", #"{"enabled":true}"#).body["state"].string == "inService")
        #expect(acme.ask(.patch, "/v1/operators/acme/trunks/none", #"{"enabled":true}"#).status == 404)
        #expect(acme.ask(.post, "/v1/operators/acme/trunks/t1/drain", #"{"seconds":-1}"#).body["field"].string == "seconds")
    }

    @Test("no other trunk is tried once the time for all attempts is over")
    func budget() throws {
        let fixture = try Fixture()
        let trunks = (0..<8).map { #"{"name":"s\#($0)","uri":"sip:10.9.0.\#($0 + 1)","priority":\#($0)}"# }.joined(separator: ",")
        fixture.client.must(.put, "/v1/operators/acme", #"{"name":"Acme","failoverSeconds":25,"trunks":[\#(trunks)]}"#)
        let id = fixture.dial("+14255551234")
        fixture.pass(.seconds(61))
        let record = fixture.record(id)
        #expect(record["attempts"].array.count == 3 && record["outcome"].string == "unreachable")
    }

    @Test("a trunk's numbers have ranges, and what is outside is refused by name")
    func ranges() throws {
        let fixture = try Fixture()
        for (members, field) in [
            (#""weight":65536"#, "weight"), (#""weight":-1"#, "weight"), (#""maxQueueSeconds":0"#, "maxQueueSeconds"),
            (#""maxConcurrentCalls":0"#, "maxConcurrentCalls"), (#""maxCallsPerSecond":100001"#, "maxCallsPerSecond"),
            (#""options":{"seconds":1}"#, "options.seconds"), (#""options":{"downAfter":0}"#, "options.downAfter"),
        ] {
            let answer = fixture.client.ask(
                .put, "/v1/operators/acme", #"{"name":"Acme","trunks":[{"name":"t1","uri":"sip:10.1.0.1",\#(members)}]}"#)
            #expect(answer.status == 422 && answer.body["field"].string == "trunks[t1].\(field)", "\(members): \(answer.body)")
        }
        let heavy = (0..<3).map { #"{"name":"h\#($0)","uri":"sip:10.9.0.\#($0 + 1)","weight":65535}"# }.joined(separator: ",")
        fixture.client.must(.put, "/v1/operators/acme", #"{"name":"Acme","trunks":[\#(heavy)]}"#)
        _ = fixture.dial("+14255551234")
    }
}
