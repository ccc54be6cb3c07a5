import Basis
import Testing

@testable import SIP

/// Requests within a call: whose they are, in which order, and what they take over from the ones before.
@Suite struct WithinCallTests {
    private static let contact = "Contact: <sip:far@192.0.2.2>"

    /// A call that the far end has answered, and the ACK of its answer.
    private static func connected(
        _ more: [String] = [], _ change: (inout Invitation) -> Void = { _ in }
    ) throws -> (Bench, ack: Bench.Sent) {
        var bench = Bench()
        bench.invite(change)
        bench.answer(try #require(bench.invites.first), "200 OK", [contact] + more, sdp: Bench.offer)
        return (bench, try #require(bench.last("ACK")))
    }

    private static func via(_ branch: String) -> String { "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK\(branch)" }

    /// The code of the endpoint's latest response.
    private static func code(_ bench: Bench) -> String? { bench.sent.last { $0.method == "SIP/2.0" }.map { $0.uri } }

    @Test("a request counts once: another one of the same number, or of a smaller one, is out of order", arguments: [7, 6])
    func order(number: Int) throws {
        var (bench, ack) = try Self.connected()
        bench.request("INFO", after: ack, cSeq: 7, via: Self.via("a"))
        #expect(Self.code(bench) == "200")
        bench.request("INFO", after: ack, cSeq: number, via: Self.via("b"))
        #expect(Self.code(bench) == "500")
        bench.request("INFO", after: ack, cSeq: 8, via: Self.via("c"))
        #expect(Self.code(bench) == "200")
    }

    @Test("a BYE with the call's Call-ID and another tag of ours ends nothing") func otherTag() throws {
        var (bench, ack) = try Self.connected()
        let to = ack.header("From").replacing(/tag=[0-9a-f]{16}/, with: "tag=00000000000000a1")
        bench.receive(
            "BYE sip:dialout@192.0.2.1:5060 SIP/2.0\r\nVia: \(Self.via("a"))\r\nFrom: \(ack.header("To"))\r\nTo: \(to)\r\n"
                + "Call-ID: \(ack.header("Call-ID"))\r\nCSeq: 9 BYE\r\nContent-Length: 0\r\n\r\n")
        #expect(to != ack.header("From") && Self.code(bench) == "481" && bench.story.last == "answered")
        bench.request("BYE", after: ack, cSeq: 9, via: Self.via("b"))
        #expect(Self.code(bench) == "200" && bench.story.last == "ended farEnd")
    }

    @Test("a response to another method under a BYE's branch answers nothing") func otherMethod() throws {
        var (bench, _) = try Self.connected()
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        let bye = try #require(bench.last("BYE"))
        let stray =
            "SIP/2.0 200 OK\r\nVia: \(bye.via)\r\nFrom: \(bye.header("From"))\r\nTo: \(bye.header("To"))\r\n"
            + "Call-ID: \(bye.header("Call-ID"))\r\nCSeq: \(bye.header("CSeq").replacing("BYE", with: "INFO"))\r\nContent-Length: 0\r\n\r\n"
        bench.receive(stray)
        #expect(bench.story.last == "dropped strayResponse")
        bench.answer(bye, "200 OK")
        #expect(bench.story.last == "ended us")
    }

    @Test("what the far end calls the session stands in each request from then on") func sessionID() throws {
        let theirs = "0123456789abcdef0123456789abcdef", ours = "\(Driver.leg.dialOut)"
        var (bench, ack) = try Self.connected(["Session-ID: \(theirs);remote=\(ours)"])
        #expect(bench.invites.first?.header("Session-ID") == "\(ours);remote=\(String(repeating: "0", count: 32))")
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        #expect(ack.header("Session-ID") == "\(ours);remote=\(theirs)")
        #expect(bench.last("BYE")?.header("Session-ID") == "\(ours);remote=\(theirs)")
    }

    @Test("the ACK of a refusal has the credentials of the INVITE that it acknowledges") func credentials() throws {
        var bench = Bench()
        bench.invite { $0.credentials = Account(username: "dialout", password: Secret("secret")) }
        bench.answer(
            try #require(bench.invites.first), "407 Proxy Authentication Required", ["Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""])
        let invite = try #require(bench.invites.last)
        bench.answer(invite, "486 Busy Here")
        let shown = invite.header("Proxy-Authorization")
        #expect(shown.hasPrefix("Digest username=\"dialout\"") && bench.last("ACK")?.header("Proxy-Authorization") == shown)
    }

    @Test("a move that is accepted agrees on the session's interval anew") func movedInterval() throws {
        var (bench, _) = try Self.connected(["Session-Expires: 600;refresher=uac"]) { $0.sessionExpires = 600 }
        bench.run(until: .seconds(100))
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.replacing("4000", with: "4002").utf8), at: $1) }
        bench.answer(try #require(bench.invites.last), "200 OK", [Self.contact, "Session-Expires: 1800;refresher=uac"], sdp: Bench.offer)
        let moved = bench.invites.count
        bench.run(until: .seconds(999))
        #expect(bench.invites.count == moved && !bench.story.contains("ended sessionExpired"), "half of 1,800 seconds from the move on")
        bench.run(until: .milliseconds(1_000_200))
        #expect(bench.invites.count == moved + 1)
    }

    @Test("of five reasons four are read, and of nine contacts eight") func manyValues() throws {
        let reasons = (1...5).map { "Reason: Q.850;cause=\($0)\r\n" }.joined()
        let contacts = (1...9).map { "Contact: <sip:a@192.0.2.\($0)>\r\n" }.joined()
        let text =
            "SIP/2.0 302 Moved\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
            + "Call-ID: x\r\nCSeq: 1 INVITE\r\n\(reasons)\(contacts)Content-Length: 0\r\n\r\n"
        let message = try Message(parsing: Array(text.utf8))
        #expect(message.reasons.map(\.cause) == [1, 2, 3, 4] && message.contacts.last == "sip:a@192.0.2.8")
    }

    @Test("of one response sixteen challenges are looked at, and one without a nonce is none") func challenges() throws {
        func found(_ challenges: String) throws -> [String] {
            let text =
                "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
                + "Call-ID: x\r\nCSeq: 1 INVITE\r\n\(challenges)Content-Length: 0\r\n\r\n"
            return Challenge.strongest(in: try Message(parsing: Array(text.utf8))).map(\.realm.name)
        }
        let many = (1...17).map { "WWW-Authenticate: Digest realm=\"r\($0)\", nonce=\"n\"\r\n" }.joined()
        #expect(try found(many) == (1...16).map { "r\($0)" })
        #expect(try found("WWW-Authenticate: Digest realm=\"r\", nonce=\"\"\r\n") == [])
    }

    @Test("a service that drains answers OPTIONS by 503 for a minute; a number may stand in place of an address") func options() {
        func ask(_ uri: String, _ method: String = "OPTIONS", isDraining: Bool = false) -> Bench.Sent? {
            var bench = Bench()
            bench.endpoint.isDraining = isDraining
            bench.receive(
                "\(method) \(uri) SIP/2.0\r\nVia: \(Self.via("a"))\r\nFrom: <sip:far@192.0.2.2>;tag=1\r\nTo: <\(uri)>\r\n"
                    + "Call-ID: x\r\nCSeq: 1 \(method)\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
            return bench.sent.last
        }
        #expect(ask("sip:192.0.2.1")?.uri == "200" && ask("tel:+14255550100")?.uri == "200" && ask("mailto:a@b")?.uri == "416")
        let drained = ask("sip:192.0.2.1", isDraining: true)
        #expect(drained?.uri == "503" && drained?.header("Retry-After") == "60")
    }

    @Test(
        "a phone that did not answer is up unless its BYE was answered by 2xx, 408 or 481", arguments: [200, 300, 401, 408, 481, 500, 603])
    func up(code: Int) { #expect(Fork.meansUp(code) == ![200, 408, 481].contains(code)) }

    @Test("a move that is refused with a time leaves the next refresh to that time") func refusedMove() throws {
        var (bench, _) = try Self.connected(["Session-Expires: 600;refresher=uac"]) { $0.sessionExpires = 600 }
        bench.run(until: .seconds(100))
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.replacing("4000", with: "4002").utf8), at: $1) }
        bench.answer(try #require(bench.invites.last), "480 Temporarily Unavailable", ["Retry-After: 50"])
        let refused = bench.invites.count
        bench.run(until: .seconds(149))
        #expect(bench.invites.count == refused)
        bench.run(until: .milliseconds(150_200))
        #expect(bench.invites.count == refused + 1)
    }

    @Test("the ACK of a refused re-INVITE goes the call's route") func refusedRoute() throws {
        var (bench, ack) = try Self.connected(["Record-Route: <sip:192.0.2.8:5080;lr>"])
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.replacing("4000", with: "4002").utf8), at: $1) }
        bench.answer(try #require(bench.invites.last), "488 Not Acceptable Here")
        let refusalsAck = try #require(bench.last("ACK"))
        #expect(ack.header("Route") == "<sip:192.0.2.8:5080;lr>" && refusalsAck.header("Route") == ack.header("Route"))
        #expect(refusalsAck.header("CSeq") == "2 ACK" && refusalsAck.uri == "sip:far@192.0.2.2")
    }

    @Test("numbers of a phone's requests go on from those of before it answered") func earlyNumbers() throws {
        var bench = Bench()
        bench.invite()
        let invite = try #require(bench.invites.first)
        bench.answer(invite, "183 Session Progress", [Self.contact, "Require: 100rel", "RSeq: 1"], sdp: Bench.offer)
        let prack = try #require(bench.last("PRACK"))
        bench.answer(prack, "200 OK")
        bench.request("UPDATE", after: prack, cSeq: 5, via: Self.via("a"), [Self.contact])
        #expect(Self.code(bench) == "200")
        bench.answer(invite, "200 OK", [Self.contact])
        let ack = try #require(bench.last("ACK"))
        bench.request("INFO", after: ack, cSeq: 5, via: Self.via("b"))
        #expect(Self.code(bench) == "500")
        bench.request("INFO", after: ack, cSeq: 6, via: Self.via("c"))
        #expect(Self.code(bench) == "200")
    }

    @Test("who asks for privacy gets it, whether the number is asserted or not", arguments: [true, false])
    func privacy(isAsserted: Bool) throws {
        var bench = Bench()
        bench.invite { ($0.isAsserted, $0.privacy) = (isAsserted, .id) }
        let invite = try #require(bench.invites.first)
        #expect(invite.header("Privacy") == "id" && invite.header("From").hasPrefix("\"Anonymous\""))
        #expect(invite.headers("P-Asserted-Identity").count == (isAsserted ? 1 : 0))
    }

    @Test("a nonce that is named once more goes on counting") func nonceCount() throws {
        let text =
            "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
            + "Call-ID: x\r\nCSeq: 1 BYE\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\n\r\n"
        let challenge = try Message(parsing: Array(text.utf8))
        var credentials = Credentials(Account(username: "u", password: Secret("p")))
        func counted() -> String? {
            var shown = Credentials.Shown()
            guard credentials.accept(challenge, to: &shown) else { return nil }
            let lines = credentials.lines(.bye, uri: Array("sip:a@b".utf8), for: &shown, clientNonce: 7)
            return String(decoding: lines, as: UTF8.self).firstMatch(of: /nc=([0-9a-f]{8})/).map { String($0.1) }
        }
        #expect(counted() == "00000001" && counted() == "00000002")
    }
}
