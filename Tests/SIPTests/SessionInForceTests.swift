import Basis
import Testing

@testable import SIP

/// What is in force of a session is what both sides last agreed on, whenever that was: descriptions, parts in a handshake, intervals, paths.
@Suite struct SessionInForceTests {
    private static let via = "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK-"
    private static let contact = ["Contact: <sip:far@192.0.2.2>", "Allow: INVITE, UPDATE"]
    private static let moved = Bench.offer.replacing("4000", with: "43333")

    /// The far end's tag on our INVITE, as an ACK would have it.
    private static func confirmed(_ invite: Bench.Sent) -> Bench.Sent {
        let to = invite.header("To")
        return Bench.Sent(at: 0, text: invite.text.replacing("To: \(to)", with: "To: \(to);tag=far"), to: invite.to, transport: .udp)
    }

    private static func status(_ bench: Bench) -> String { bench.sent.last?.text.split(separator: "\r\n").first.map(String.init) ?? "" }

    /// A connected call and the ACK that made it so.
    private static func call(_ more: [String] = []) throws -> (Bench, Bench.Sent) {
        var bench = Bench()
        bench.invite()
        bench.answer(try #require(bench.invites.first), "200 OK", contact + more, sdp: Bench.offer)
        return (bench, try #require(bench.last("ACK")))
    }

    @Test("an UPDATE between the 2xx and its ACK counts: the answer is told with what it says")
    func updatedBeforeTheAck() throws {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.keepsAtOnce = false
        bench.invite()
        let invite = try #require(bench.invites.first)
        bench.answer(invite, "200 OK", Self.contact, sdp: Bench.offer)
        bench.request("UPDATE", after: Self.confirmed(invite), cSeq: 1, via: Self.via + "u", Self.contact, sdp: Self.moved)
        #expect(Self.status(bench) == "SIP/2.0 200 OK" && bench.last("ACK") == nil && bench.story.isEmpty)
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(bench.last("ACK") != nil && bench.story == ["answered"] && bench.descriptions == [Self.moved])
    }

    @Test("an UPDATE while it rings is told, and the answer has what it said")
    func updatedWhileRinging() throws {
        var bench = Bench()
        bench.invite()
        let invite = try #require(bench.invites.first)
        bench.answer(invite, "183 Session Progress", Self.contact + ["Require: 100rel", "RSeq: 9"], sdp: Bench.offer)
        bench.answer(try #require(bench.last("PRACK")), "200 OK")
        bench.request("UPDATE", after: Self.confirmed(invite), cSeq: 1, via: Self.via + "u", Self.contact, sdp: Self.moved)
        #expect(Self.status(bench) == "SIP/2.0 200 OK" && bench.descriptions == [Self.moved])
        bench.answer(invite, "200 OK", Self.contact)
        #expect(bench.descriptions == [Self.moved, Self.moved] && bench.story.last == "answered")
    }

    @Test(
        "Min-SE of a refresh holds for its response and for ours that follow",
        arguments: [
            (["Min-SE: 1800"], 1800, 1800), (["Session-Expires: 2000;refresher=uas", "Min-SE: 1800"], 2000, 2000),
            (["Session-Expires: 100;refresher=uas", "Min-SE: 95"], 100, 100), ([], 90, 90), (["Min-SE: 99999999"], 86_400, 86_400),
        ])
    func leastInterval(asked: [String], answered: Int, refreshed: Int) throws {
        var (bench, ack) = try Self.call(["Session-Expires: 90;refresher=uac"])
        bench.request("UPDATE", after: ack, cSeq: 1, via: Self.via + "u", Self.contact + ["Supported: timer"] + asked)
        let response = try #require(bench.sent.last)
        #expect(response.text.hasPrefix("SIP/2.0 200") && response.header("Session-Expires") == "\(answered);refresher=uas")
        bench.run(until: .seconds(answered / 2 + 1))
        let refresh = try #require(bench.last("UPDATE"))
        #expect(refresh.header("Session-Expires") == "\(refreshed);refresher=uac")
        let least = asked.last.flatMap { Int($0.dropFirst("Min-SE: ".count)) } ?? 90
        #expect(refresh.header("Min-SE") == "\(min(max(least, 90), 86_400))")
    }

    @Test("the ACK of a re-INVITE that fails, and its CANCEL, go where it went, wherever the target has moved meanwhile")
    func path() throws {
        var (bench, ack) = try Self.call()
        bench.turn { $0.offer(Driver.leg, Array(Self.moved.utf8), at: $1) }
        let first = try #require(bench.invites.last)
        bench.answer(first, "100 Trying")
        bench.request("UPDATE", after: ack, cSeq: 1, via: Self.via + "u", ["Contact: <sip:moved@192.0.2.2>"])
        bench.answer(first, "488 Not Acceptable Here")
        #expect(first.uri == "sip:far@192.0.2.2" && bench.last("ACK")?.uri == first.uri)
        bench.turn { $0.offer(Driver.leg, Array(Self.moved.utf8), at: $1) }
        let second = try #require(bench.invites.last)
        bench.answer(second, "100 Trying")
        bench.request("UPDATE", after: ack, cSeq: 2, via: Self.via + "v", ["Contact: <sip:far@192.0.2.2>"])
        bench.run(until: .seconds(40))
        #expect(second.uri == "sip:moved@192.0.2.2" && bench.last("CANCEL")?.uri == second.uri)
    }

    @Test("a 2xx of a re-INVITE that was given up has an ACK of its own number, and the first one's 2xx has its own again")
    func acknowledgedByNumber() throws {
        var (bench, ack) = try Self.call()
        bench.turn { $0.offer(Driver.leg, Array(Self.moved.utf8), at: $1) }
        let invite = try #require(bench.invites.last)
        bench.answer(invite, "100 Trying")
        bench.run(until: .seconds(33))
        bench.answer(try #require(bench.last("CANCEL")), "200 OK")
        bench.run(until: .seconds(66))
        bench.answer(invite, "200 OK", Self.contact, sdp: Self.moved)
        #expect(ack.header("CSeq") == "1 ACK" && bench.last("ACK")?.header("CSeq") == "2 ACK")
    }

    @Test("a call is hung up by the account that its trunk has then")
    func renewedAccount() throws {
        var bench = Bench()
        bench.invite { $0.credentials = Account(username: "dialout", password: "old") }
        let challenge = #"Proxy-Authenticate: Digest realm="r", nonce="n"#
        bench.answer(try #require(bench.invites.last), "407 Proxy Authentication Required", [challenge + #"1""#])
        #expect(bench.invites.last?.header("Proxy-Authorization").contains(#"username="dialout""#) == true)
        bench.answer(try #require(bench.invites.last), "200 OK", Self.contact, sdp: Bench.offer)
        bench.turn { endpoint, _ in endpoint.renewAccount(Account(username: "renewed", password: "new"), of: Driver.leg) }
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.answer(try #require(bench.last("BYE")), "407 Proxy Authentication Required", [challenge + #"2""#])
        let bye = try #require(bench.last("BYE"))
        #expect(bye.header("CSeq") == "4 BYE" && bye.header("Proxy-Authorization").contains(#"username="renewed""#))
    }

    @Test("who asks again outside a dialog is answered with the same tag", arguments: ["OPTIONS", "INVITE", "BYE", "MESSAGE", "CANCEL"])
    func tagOfStrangers(method: String) {
        var bench = Bench()
        func tag(_ branch: String) -> String {
            bench.receive(
                "\(method) sip:192.0.2.1 SIP/2.0\r\nVia: \(Self.via)\(branch)\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:192.0.2.1>\r\n"
                    + "Call-ID: c\r\nCSeq: 1 \(method)\r\nMax-Forwards: 70\r\nContact: <sip:a@192.0.2.2>\r\nContent-Length: 0\r\n\r\n")
            return bench.sent.last?.header("To") ?? ""
        }
        let first = tag("a")
        #expect(first.contains(";tag=") && tag("a") == first && tag("b") != first)
    }

    // MARK: handshakes

    private static func media(_ setup: String, in protocol: String = "UDP/TLS/RTP/SAVP") -> SessionDescription {
        SessionDescription(
            SessionDescriptionTests.offer(["m=audio 4000 \(`protocol`) 8", "a=setup:\(setup)", "a=fingerprint:sha-256 AB:CD"]))!
    }

    @Test(
        "who begins the handshake is who the offer leaves it to, else who did before",
        arguments: [
            ("actpass", nil, "active"), ("active", nil, "passive"), ("passive", nil, "active"), ("actpass", "active", "passive"),
            ("actpass", "passive", "active"), ("active", "passive", "passive"), ("passive", "active", "active"),
        ] as [(String, String?, String)])
    func setup(offered: String, farAnswer: String?, answer: String) throws {
        var own = OwnDescription(offered: Self.media("actpass").bytes)
        if let farAnswer { own.settle(by: Self.media(farAnswer).bytes) }
        let said = try #require(own.answer(to: Self.media(offered).bytes).flatMap { SessionDescription($0) })
        #expect(said.media[0].setup?.rawValue == answer)
        let again = try #require(own.answer(to: Self.media("actpass").bytes).flatMap { SessionDescription($0) })
        #expect(again.media[0].setup?.rawValue == answer, "its part stays")
        var whole = Self.media("actpass")
        whole.session += whole.media[0].lines
        whole.media[0].lines = []
        var other = OwnDescription(offered: whole.bytes)
        if let farAnswer { other.settle(by: Self.media(farAnswer).bytes) }
        let saidOfAll = try #require(other.answer(to: Self.media(offered).bytes).flatMap { SessionDescription($0) })
        #expect(saidOfAll.setup(at: 0)?.rawValue == answer, "also where it is said for all media")
    }

    @Test("what asks the other side for more than plain RTP is in an answer where the offer has it")
    func negotiated() throws {
        let extras = [
            "a=rtcp-mux", "a=rtcp-rsize", "a=mid:x", "a=ice-ufrag:u", "a=ice-pwd:p", "a=candidate:1 1 UDP 1 192.0.2.1 9 typ host",
            "a=extmap:1 urn:x", "a=rtcp-mux-only", "a=ptime:20",
        ]
        let plain = ["m=audio 5000 RTP/AVP 8"]
        var own = try #require(SessionDescription(SessionDescriptionTests.offer(plain + extras)))
        own.session += ["a=group:BUNDLE x", "a=ice-options:trickle"]
        let plainOffer = try #require(SessionDescription(SessionDescriptionTests.offer(plain)))
        let bare = try #require(own.answer(to: plainOffer))
        #expect(bare.media[0].lines == ["a=ptime:20", "a=sendrecv"] && !bare.session.contains { $0.hasPrefix("a=") })
        var offer = try #require(SessionDescription(SessionDescriptionTests.offer(plain + ["a=rtcp-mux", "a=mid:0", "a=ice-ufrag:v"])))
        offer.session.append("a=group:BUNDLE 0 1")
        let full = try #require(own.answer(to: offer))
        #expect(full.media[0].lines.contains("a=rtcp-mux") && full.media[0].lines.contains("a=mid:0"))
        #expect(full.media[0].lines.contains("a=ice-pwd:p") && !full.media[0].lines.contains { $0.hasPrefix("a=extmap") })
        #expect(full.session.contains("a=group:BUNDLE 0") && full.session.contains("a=ice-options:trickle"))
    }
}
