import Basis
import Testing

@testable import SIP

/// Whoever ends a leg that another endpoint dialled says what ends it where, and as, that one would have.
@Suite("The way of a leg that was taken up")
struct TakenUpWayTests {
    private static func invitation(_ change: (inout Invitation) -> Void) -> Invitation {
        var invitation = Driver.invitation()
        invitation.sdp = Array(Bench.offer.utf8)
        change(&invitation)
        return invitation
    }

    private static func bench(keepsAtOnce: Bool = true, _ change: (inout Invitation) -> Void) -> (Bench, StandingLeg) {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.keepsAtOnce = keepsAtOnce
        let standing = bench.endpoint.standing(invitation(change))
        bench.invite(change)
        return (bench, standing)
    }

    private static func long(_ invitation: inout Invitation) {
        (invitation.sdp, invitation.takesTCP) = (Array(Bench.longOffer.utf8), true)
    }

    private static func restarted(_ standing: StandingLeg) -> Bench {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.turn { $0.takeUp(standing, credentials: nil, reason: .temporaryFailure, at: $1) }
        return bench
    }

    @Test("the INVITE went by TCP for its length: so does its CANCEL, or as a datagram where nobody takes it any more")
    func long() throws {
        let (first, standing) = Self.bench { Self.long(&$0) }
        let invite = try #require(first.invites.first)
        #expect(invite.transport == .tcp)
        var second = Self.restarted(standing)
        let cancel = try #require(second.sent.first)
        #expect(second.sent.map(\.line) == ["0 CANCEL 192.0.2.2:5060 tcp"] && cancel.via == invite.via)
        second.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        #expect(second.sent.dropFirst().map(\.line) == ["0 CANCEL 192.0.2.2:5060 udp"])
        second.answer(try #require(second.last("CANCEL")), "200 OK")
        second.answer(invite, "487 Request Terminated")
        #expect(second.last("ACK")?.via == invite.via && second.story == ["failed cancelled 487"])
    }

    @Test("a CANCEL that overtook its INVITE is said again the moment that the phone rings")
    func overtaken() throws {
        let (first, standing) = Self.bench { _ in }
        var second = Self.restarted(standing)
        second.answer(try #require(second.last("CANCEL")), "481 Call/Transaction Does Not Exist")
        second.run(until: .seconds(1))
        second.answer(try #require(first.invites.first), "180 Ringing")
        #expect(second.sent.map(\.line) == ["0", "1000"].map { "\($0) CANCEL 192.0.2.2:5060 udp" })
    }

    @Test("the far end's own BYE is answered by whoever took the call up: its tag is that of the From that was kept")
    func hungUp() throws {
        var (first, _) = Self.bench { _ in }
        first.answer(try #require(first.invites.first), "200 OK", ["Contact: <sip:far@192.0.2.2:5060>"], sdp: Bench.offer)
        var second = Self.restarted(try #require(first.kept.last))
        let ack = try #require(second.last("ACK"))
        second.request("BYE", after: ack, cSeq: 5, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKfar")
        #expect(second.sent.last?.text.hasPrefix("SIP/2.0 200 OK\r\n") == true, "\(second.sent.last?.text ?? "")")
    }

    @Test("an INVITE that goes as a datagram after all leaves once that is kept, and is cancelled by datagram")
    func fallenBack() throws {
        var (first, _) = Self.bench(keepsAtOnce: false) { Self.long(&$0) }
        first.run(until: .seconds(1))
        first.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        #expect(first.sent.map(\.line) == ["0 INVITE 192.0.2.2:5060 tcp"])
        first.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        let invite = try #require(first.invites.last)
        #expect(invite.line == "1000 INVITE 192.0.2.2:5060 udp" && first.kept.count == 1)
        let second = Self.restarted(try #require(first.kept.last))
        #expect(second.sent.map(\.line) == ["0 CANCEL 192.0.2.2:5060 udp"] && second.sent.first?.via == invite.via)
    }

    @Test("given up before it has left as a datagram, there is nothing to cancel")
    func letGo() {
        var (bench, _) = Self.bench(keepsAtOnce: false) { Self.long(&$0) }
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        bench.turn { $0.cancel(Driver.leg, at: $1) }
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(bench.sent.count == 1 && bench.story == ["failed cancelled"])
    }

    @Test("a challenged INVITE that grows too long is kept with the way it will take")
    func grown() throws {
        let filler = "a=" + String(repeating: "y", count: 250) + "\r\n"
        var (bench, standing) = Self.bench { invitation in
            invitation.takesTCP = true
            invitation.credentials = Account(username: "dialout", password: "secret")
            invitation.sdp = Array((Bench.offer + filler).utf8)
        }
        let first = try #require(bench.invites.first)
        #expect(first.transport == .udp && Self.restarted(standing).sent.map(\.line) == ["0 CANCEL 192.0.2.2:5060 udp"])
        let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"\(String(repeating: "n", count: 200))\", qop=\"auth\""
        bench.answer(first, "401 Unauthorized", [challenge])
        let second = try #require(bench.invites.last)
        let taken = Self.restarted(try #require(bench.kept.last))
        #expect(second.transport == .tcp && taken.sent.map(\.line) == ["0 CANCEL 192.0.2.2:5060 tcp"])
        #expect(taken.sent.first?.via == second.via && taken.sent.first?.header("CSeq") == "2 CANCEL")
    }

    @Test("a dialog whose next hop is a name is hung up where the name leads")
    func named() throws {
        var (first, _) = Self.bench { _ in }
        let contact = "Contact: <sip:callee@far.example:5070>"
        first.answer(try #require(first.invites.first), "200 OK", [contact], sdp: Bench.offer)
        var second = Self.restarted(try #require(first.kept.last))
        #expect(second.sent.isEmpty && second.names.map(\.uri) == ["sip:far.example:5070"])
        let address = try #require(SocketAddress("192.0.2.77:5070"))
        second.turn { $0.resolved(HostName(host: "far.example", port: 5070, transport: nil), [Hop(address, .udp)], at: $1) }
        #expect(second.sent.map(\.line) == ["0 ACK 192.0.2.77:5070 udp", "0 BYE 192.0.2.77:5070 udp"])
        #expect(second.sent.map(\.uri) == ["sip:callee@far.example:5070", "sip:callee@far.example:5070"])
    }

    @Test("an answer in vain is kept before its ACK too, and told after it")
    func inVain() throws {
        var (bench, _) = Self.bench(keepsAtOnce: false) { _ in }
        bench.answer(try #require(bench.invites.first), "200 OK")
        #expect(bench.sent.count == 1 && bench.story.isEmpty && bench.kept.count == 1)
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(bench.sent.dropFirst().map(\.method) == ["ACK", "BYE"] && bench.story == ["answered in vain"])
        bench.answer(try #require(bench.last("BYE")), "200 OK")
        #expect(bench.story == ["answered in vain", "failed answeredInVain 200"])
    }
}
