import Basis
import FarEnd
import SIP
import Simulation
import Testing
import Web

@testable import Service

@Suite("The meeting's media move within a call")
struct SessionChangeTests {
    private static let sdp = #"v=0\r\no=- 9 9 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0\r\n"#
    private static let body = #"{"sdp":"\#(sdp)"}"#

    @Test("the far end gets the new description, and its answer is in the record")
    func accepted() throws {
        let fixture = try Fixture(), id = fixture.dial("+14255550200")
        fixture.pass(.seconds(3))
        let changed = fixture.client.ask(.patch, "/v1/dial-outs/\(id)", Self.body)
        #expect(changed.status == 200 && changed.body["state"] == "connected")
        #expect(changed.body["sdpAnswer"].string?.hasPrefix("v=0") == true && changed.body["id"].string == id)
        let heard = String(decoding: fixture.trunks[0].liveCalls.first?.callerSDP ?? [], as: UTF8.self)
        #expect(heard.contains("c=IN IP4 192.0.2.9\r\n") && heard.contains("m=audio 40000"))
        fixture.pass(.milliseconds(100))
        let told = fixture.client.must(.get, "/v1/dial-outs/\(id)/events")["events"].array.map { $0["type"].string }
        #expect(told.filter { $0 == "sessionChanged" }.count == 1, "also where the far end's own description stays: \(told)")
        fixture.pass(.seconds(20))
        #expect(fixture.record(id)["outcome"] == "completed" && fixture.isQuiet)
    }

    @Test(
        "a description without a line that RFC 8866 wants is refused by its name, with the line to add, in a request and within a call",
        arguments: [
            ("o=- 9 9 IN IP4 192.0.2.9", "", "o=", "o=- 1 1 IN IP4 192.0.2.10"),
            ("o=- 9 9 IN IP4 192.0.2.9", "o=- 9 9 IN IP4", "o=", "o=- 1 1 IN IP4 192.0.2.10"),
            ("o=- 9 9 IN IP4 192.0.2.9", "o=- x 9 IN IP4 192.0.2.9", "o=", "o=- 1 1 IN IP4 192.0.2.10"),
            ("s=-", "", "s=", "s=-"), ("s=-", "s=", "s=", "s=-"), ("t=0 0", "", "t=", "t=0 0"), ("t=0 0", "t=0", "t=", "t=0 0"),
            ("c=IN IP4 192.0.2.9", "", "c=", "c=IN IP4 192.0.2.10"),
        ])
    func missingLines(line: String, other: String, type: String, sample: String) throws {
        let fixture = try Fixture(), id = fixture.dial("+14255551234"), broken = Self.sdp.replacing(line, with: other)
        fixture.pass(.seconds(3))
        let order = Fixture.order("+14255550200").dropLast() + #","sdp":"\#(broken)"}"#
        for answer in [
            fixture.client.ask(.post, "/v1/meetings/m/dial-outs", String(order)),
            fixture.client.ask(.patch, "/v1/dial-outs/\(id)", #"{"sdp":"\#(broken)"}"#),
        ] {
            #expect(answer.status == 400 && answer.body["field"] == "sdp", "\(answer.body)")
            let detail = "sdp has a line \(type) as RFC 8866 §5 wants it, such as \(sample): add it"
            #expect(answer.body["detail"].string == detail, "\(answer.body)")
        }
    }

    @Test("each of the media may have a c= line of its own")
    func connections() throws {
        let fixture = try Fixture(), c = #"c=IN IP4 192.0.2.9\r\n"#
        let sdp = Self.sdp.replacing(c, with: "") + c + #"a=sendrecv\r\nm=video 0 RTP/AVP 99\r\n"#
        let order = Fixture.order("+14255550200").dropLast() + #","sdp":"\#(sdp)"}"#
        #expect(fixture.client.ask(.post, "/v1/meetings/m/dial-outs", String(order)).status == 202)
    }

    @Test("only a connected call's session can be changed, and only by its tenant; what is wrong is named")
    func refused() throws {
        let fixture = try Fixture(), id = fixture.dial("+14255550999")
        fixture.pass(.seconds(1))
        let path = "/v1/dial-outs/\(id)"
        let ringing = fixture.client.ask(.patch, path, Self.body)
        #expect(ringing.status == 409 && ringing.body["detail"] == "the dial-out is ringing: only a connected one's session can be changed")
        #expect(fixture.client.ask(.patch, path, "{}").body["detail"] == "sdp is required")
        #expect(fixture.client.ask(.patch, path, #"{"sdp":"x"}"#).body["detail"] == "sdp is a session description that starts with v=0")
        let muted = fixture.client.ask(.patch, path, Self.body.replacing("40000", with: "0"))
        #expect(muted.body["detail"] == "sdp offers audio: a line such as m=audio 49152 RTP/AVP 8, with a port and a codec")
        #expect(fixture.client.ask(.patch, path, #"{"sdq":"v=0"}"#).body["detail"] == "sdq is not known; did you mean sdp?")
        #expect(fixture.token("meeting", tenant: "fabrikam").ask(.patch, path, Self.body).status == 404)
        #expect(fixture.token("operator", operator: "acme").ask(.patch, path, Self.body).status == 403)
        _ = fixture.client.ask(.delete, path)
        fixture.pass(.seconds(5))
        #expect(
            fixture.client.ask(.patch, path, Self.body).body["detail"]
                == "the dial-out is ended: only a connected one's session can be changed")
    }

    @Test(
        "a far end that holds and resumes each second is answered each time, and told 32 times and then once a minute; the last is kept",
        arguments: [201, 155])
    func endlessChanges(last: Int) throws {
        let fixture = try Fixture()
        var behaviour = Behaviour()
        (behaviour.answerAfter, behaviour.hangUpAfter) = (.milliseconds(100), .seconds(250))
        behaviour.changes = (1...last).map { .init($0 % 2 == 1 ? .hold : .retrieve, after: .seconds($0)) }
        let trunk = fixture.addAddress("10.1.0.9:5060") { [behaviour] _ in behaviour }
        let id = fixture.dial("+14255550123")
        func told() -> Int {
            fixture.client.must(.get, "/v1/dial-outs/\(id)/events")["events"].array.count { $0["type"] == "sessionChanged" }
        }
        fixture.pass(.seconds(92))
        #expect(told() == LiveDialOuts.changesLimit)
        // What is told once a minute is told where it is another than the last that was told: the 32nd.
        fixture.pass(.seconds(143))
        #expect((1...3).contains(told() - LiveDialOuts.changesLimit) && trunk.calls.values.first?.changes == last)
        #expect(fixture.record(id)["sdpAnswer"].string?.contains("a=sendonly") == true)
        fixture.pass(.seconds(30))
        let record = fixture.record(id)
        #expect(record["outcome"] == "completed" && record["sdpAnswer"].string?.contains("a=sendonly") == true)
        #expect(told() <= LiveDialOuts.changesLimit + 4)
    }

    @Test("what a far end said last before it hung up is in the record, though it was not told yet")
    func lastChange() throws {
        let fixture = try Fixture()
        var behaviour = Behaviour()
        (behaviour.answerAfter, behaviour.hangUpAfter) = (.milliseconds(100), .seconds(45))
        behaviour.changes = (1...41).map { .init($0 % 2 == 1 ? .hold : .retrieve, after: .seconds($0)) }
        _ = fixture.addAddress("10.1.0.9:5060") { [behaviour] _ in behaviour }
        let id = fixture.dial("+14255550123")
        fixture.pass(.seconds(43))
        #expect(fixture.record(id)["sdpAnswer"].string?.contains("a=sendrecv") == true, "the 32nd")
        fixture.pass(.seconds(10))
        let record = fixture.record(id)
        #expect(record["outcome"] == "completed" && record["sdpAnswer"].string?.contains("a=sendonly") == true, "the 41st")
    }

    @Test("a far end that refuses is told of, and the call goes on as it was")
    func farEndRefuses() throws {
        let fixture = try Fixture()
        var behaviour = Behaviour()
        (behaviour.answerAfter, behaviour.hangUpAfter, behaviour.refreshRefusals) = (.milliseconds(100), .seconds(20), [488])
        let trunk = fixture.addAddress("10.1.0.9:5060") { [behaviour] _ in behaviour }
        let id = fixture.dial("+14255550123")
        fixture.pass(.seconds(2))
        let before = fixture.record(id)
        #expect(before["state"] == "connected")
        let refused = fixture.client.ask(.patch, "/v1/dial-outs/\(id)", Self.body)
        #expect(refused.status == 502 && refused.body["reason"] == "sessionRefused" && refused.body["code"] == 488, "\(refused)")
        #expect(fixture.record(id) == before && !trunk.isQuiet)
        fixture.pass(.seconds(30))
        #expect(fixture.record(id)["outcome"] == "completed")
    }

    @Test("a change while another is under way is 409, without asking; silence of the far end is told as that, and ends the call")
    func overlapping() throws {
        let fixture = try Fixture()
        var behaviour = Behaviour()
        (behaviour.answerAfter, behaviour.hangUpAfter) = (.milliseconds(100), .seconds(200))
        _ = fixture.addAddress("10.1.0.9:5060") { [behaviour] _ in behaviour }
        let path = "/v1/dial-outs/\(fixture.dial("+14255550123"))"
        fixture.pass(.seconds(2))
        fixture.network.toService = { _, _, _ in }
        var first: SimClient.Answer?
        fixture.client.send(.patch, path, Self.body) { first = $0 }
        fixture.pass(.seconds(1))
        let second = fixture.client.ask(.patch, path, Self.body)
        #expect(second.status == 409 && second.body["reason"] == "conflict")
        #expect(second.body["detail"] == "another change of the session is under way; ask again when it is answered")
        fixture.pass(.seconds(40))
        #expect(
            first?.status == 502 && first?.body["reason"] == "sessionRefused" && first?.body["code"] == .null,
            "\(String(describing: first))")
        #expect(first?.body["detail"] == "the far end answered nothing; the call is hung up")
    }
}
