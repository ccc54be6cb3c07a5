import Basis
import Testing

@testable import SIP

/// What comes between the first provisional response and the ACK of the 2xx.
@Suite struct EarlyDialogTests {
    private static let contact = "Contact: <sip:far@192.0.2.2>"

    /// Phones that ring reliably, each with its PRACK.
    private static func ringing(_ tags: [String], keepsAtOnce: Bool = true) throws -> (Bench, invite: Bench.Sent) {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.keepsAtOnce = keepsAtOnce
        bench.invite()
        let invite = try #require(bench.invites.first)
        for tag in tags {
            bench.answer(invite, "183 Session Progress", tag: tag, [contact, "Require: 100rel", "RSeq: 1"])
            bench.answer(try #require(bench.last("PRACK")), "200 OK")
        }
        return (bench, invite)
    }

    @Test("a phone that rang reliably and answers too is hung up under a number above that of its PRACK") func forkNumbers() throws {
        var (bench, invite) = try Self.ringing(["a", "b", "c"])
        #expect(bench.sent.filter { $0.method == "PRACK" }.map { $0.header("CSeq") } == ["2 PRACK", "3 PRACK", "4 PRACK"])
        bench.answer(invite, "200 OK", tag: "a", [Self.contact], sdp: Bench.offer)
        bench.answer(invite, "200 OK", tag: "c", [Self.contact], sdp: Bench.offer)
        let bye = try #require(bench.last("BYE"))
        #expect(bye.header("CSeq") == "5 BYE" && bye.header("To").hasSuffix(";tag=c") && bench.story.last == "answered")
        bench.answer(bye, "200 OK")
        bench.run(until: .seconds(200))
        bench.answer(invite, "200 OK", tag: "b", [Self.contact], sdp: Bench.offer)
        #expect(bench.last("BYE")?.header("CSeq") == "5 BYE" && bench.last("BYE")?.header("To").hasSuffix(";tag=b") == true)
    }

    @Test("so is one that answers when its leg is forgotten, or was dialled by an endpoint that is gone", arguments: [true, false])
    func laterNumbers(isForgotten: Bool) throws {
        var (bench, invite) = try Self.ringing(["a", "b"])
        if isForgotten {
            bench.answer(invite, "486 Busy", tag: "p")
            bench.run(until: .seconds(100))
            #expect(bench.endpoint.legCount == 0)
        } else {
            let kept = bench.endpoint.standing(Driver.invitation())
            bench.endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 9))
            bench.endpoint.keepLegs(under: Driver.key)
            bench.turn { $0.takeUp(kept, credentials: nil, reason: .temporaryFailure, at: $1) }
            #expect(bench.last("CANCEL")?.header("CSeq") == "1 CANCEL")
        }
        bench.answer(invite, "200 OK", tag: "b", [Self.contact], sdp: Bench.offer)
        #expect(bench.last("ACK")?.header("CSeq") == "1 ACK" && bench.last("BYE")?.header("CSeq") == "10001 BYE")
    }

    @Test("PRACK goes where its reliable response says, whatever one before it said", arguments: [[contact], []])
    func target(first: [String]) throws {
        var bench = Bench()
        bench.invite()
        let invite = try #require(bench.invites.first)
        bench.answer(invite, "180 Ringing", tag: "a", first)
        bench.answer(invite, "183 Session Progress", tag: "a", ["Contact: <sip:a@192.0.2.9:5070>", "Require: 100rel", "RSeq: 1"])
        let prack = try #require(bench.last("PRACK"))
        #expect(prack.uri == "sip:a@192.0.2.9:5070" && prack.to == SocketAddress("192.0.2.9:5070"))
        bench.answer(prack, "200 OK")
        bench.answer(invite, "180 Ringing", tag: "b", first)
        let proxied = ["Contact: <sip:b@192.0.2.9:5070>", "Record-Route: <sip:192.0.2.8:5080;lr>", "Require: 100rel", "RSeq: 1"]
        bench.answer(invite, "183 Session Progress", tag: "b", proxied)
        let routed = try #require(bench.last("PRACK"))
        #expect(routed.uri == "sip:b@192.0.2.9:5070" && routed.header("Route") == "<sip:192.0.2.8:5080;lr>")
        #expect(routed.to == SocketAddress("192.0.2.8:5080"))
        bench.answer(routed, "200 OK")
        bench.answer(invite, "183 Session Progress", tag: "b", ["Contact: <sip:b@192.0.2.7>", "Require: 100rel", "RSeq: 2"])
        #expect(bench.last("PRACK")?.uri == "sip:b@192.0.2.9:5070", "a later one moves nothing")
    }

    @Test("what one phone makes of the session before it answers is not what another is offered", arguments: ["a", "b"])
    func ownSides(answers: String) throws {
        var bench = Bench()
        bench.invite()
        let invite = try #require(bench.invites.first)
        bench.answer(invite, "183 Session Progress", tag: "a", [Self.contact, "Require: 100rel", "RSeq: 1"], sdp: Bench.offer)
        let prack = try #require(bench.last("PRACK")), held = Bench.offer + "a=sendonly\r\n"
        bench.answer(prack, "200 OK")
        bench.receive(
            "UPDATE sip:dialout@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK7\r\nFrom: \(prack.header("To"))\r\n"
                + "To: \(prack.header("From"))\r\nCall-ID: \(prack.header("Call-ID"))\r\nCSeq: 7 UPDATE\r\n\(Self.contact)\r\n"
                + "Content-Type: application/sdp\r\nContent-Length: \(held.utf8.count)\r\n\r\n\(held)")
        #expect(bench.sent.last?.uri == "200" && bench.sent.last?.text.contains("a=recvonly") == true)
        let timed = [Self.contact, "Session-Expires: 90;refresher=uac", "Require: timer"]
        bench.answer(invite, "200 OK", tag: answers, timed, sdp: Bench.offer)
        bench.run(until: .seconds(45.2))
        #expect(bench.invites.count == 2 && bench.invites[1].header("To").hasSuffix("tag=\(answers)"))
        #expect(bench.invites[1].text.contains("a=recvonly") == (answers == "a"))
    }

    @Test("a re-INVITE before the call is up is 491, as long as ours is not over (RFC 3261 §14.2)") func reinvite() throws {
        var (bench, invite) = try Self.ringing(["a"], keepsAtOnce: false)
        let early = try #require(bench.last("PRACK"))
        bench.request("INVITE", after: early, cSeq: 7, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1")
        #expect(bench.sent.last?.uri == "491" && bench.story == ["progress 183"])
        bench.answer(invite, "200 OK", tag: "a", [Self.contact], sdp: Bench.offer)
        bench.request("INVITE", after: early, cSeq: 8, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2")
        #expect(bench.sent.last?.uri == "491" && bench.last("ACK") == nil, "its ACK waits for being kept")
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(bench.story == ["progress 183", "answered"] && bench.last("ACK") != nil)
        bench.request("INVITE", after: early, cSeq: 9, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK3")
        #expect(bench.sent.last?.uri == "200")
    }

    @Test("a phone that answers and hangs up before its ACK is acknowledged, and the call was one", arguments: [true, false])
    func byeBeforeAck(isCancelled: Bool) throws {
        var (bench, invite) = try Self.ringing(["a"], keepsAtOnce: false)
        bench.answer(invite, "200 OK", tag: "a", [Self.contact], sdp: Bench.offer)
        bench.request("BYE", after: try #require(bench.last("PRACK")), cSeq: 7, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1")
        #expect(bench.sent.last?.uri == "200" && bench.story == ["progress 183"])
        if isCancelled { bench.turn { $0.cancel(Driver.leg, at: $1) } }
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(bench.last("ACK") != nil && bench.last("CANCEL") == nil && (bench.last("BYE") != nil) == isCancelled)
        #expect(bench.story == ["progress 183"] + (isCancelled ? ["failed cancelled 200"] : ["answered", "ended farEnd"]))
        bench.answer(invite, "200 OK", tag: "a", [Self.contact], sdp: Bench.offer)
        #expect(bench.sent.last?.method == "ACK", "which may be lost")
        bench.run(until: .seconds(100))
        #expect(bench.endpoint.legCount == 0)
    }
}
