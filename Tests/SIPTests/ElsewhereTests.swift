import Basis
import Testing

@testable import SIP

/// Requests in a dialog whose next hop is a name with several addresses: where nothing comes of the first one they go to the next
/// (RFC 3263 §4.3).
@Suite("The other addresses of a dialog's next hop")
struct ElsewhereTests {
    private static let first = Hop(SocketAddress("192.0.2.40:5060")!, .udp)
    private static let second = Hop(SocketAddress("192.0.2.41:5060")!, .udp)
    private static let third = Hop(SocketAddress("192.0.2.42:5060")!, .udp)

    /// A call that is up, whose target is a name that leads to those addresses.
    private static func connected(
        _ hops: [Hop] = [first, second], _ headers: [String] = [], _ change: (inout Invitation) -> Void = { _ in }
    ) throws -> Bench {
        var bench = Bench()
        bench.invite(change)
        bench.answer(
            try #require(bench.invites.first), "200 OK", ["Contact: <sip:far@sbc.example>"] + headers, sdp: Bench.offer)
        let name = try #require(bench.names.first)
        bench.turn { $0.resolved(name, hops, at: $1) }
        return bench
    }

    /// What left after the first INVITE and its ACK.
    private static func lines(_ bench: Bench) -> [String] { bench.sent.dropFirst(2).map(\.line) }

    @Test("a BYE that nobody answers at the first address goes to the next after 8 × T1, under a new branch and number")
    func silence() throws {
        var bench = try Self.connected()
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.run(until: .milliseconds(4_100))
        let times = [0, 500, 1_500, 3_500]
        #expect(Self.lines(bench) == times.map { "\($0) BYE 192.0.2.40:5060 udp" } + ["4000 BYE 192.0.2.41:5060 udp"])
        let byes = bench.sent.filter { $0.method == "BYE" }, last = try #require(byes.last)
        #expect(byes[0].header("CSeq") == "2 BYE" && last.header("CSeq") == "3 BYE" && last.via != byes[0].via)
        #expect(last.header("To") == byes[0].header("To") && last.uri == "sip:far@sbc.example")
        bench.answer(last, "200 OK", from: Self.second.address)
        #expect(bench.story == ["answered", "ended us"])
    }

    @Test("at the last address it has its whole time; then the call is over")
    func allSilent() throws {
        var bench = try Self.connected([Self.first, Self.second, Self.third])
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.run(until: .milliseconds(39_900))
        #expect(bench.story == ["answered"])
        bench.run(until: .seconds(40))
        #expect(bench.story == ["answered", "ended us"])
        let starts = [Self.first, Self.second, Self.third].map { hop in bench.sent.first { $0.method == "BYE" && $0.to == hop.address }?.at
        }
        #expect(starts == [0, 4_000, 8_000])
    }

    @Test("a transport error and a 503 send it on at once; another answer does not")
    func errors() throws {
        for code in ["503 Service Unavailable", "481 Call/Transaction Does Not Exist", "500 Server Internal Error", ""] {
            var bench = try Self.connected()
            bench.turn { $0.hangUp(Driver.leg, at: $1) }
            let bye = try #require(bench.last("BYE"))
            if code.isEmpty {
                bench.turn { $0.transportFailed(to: Self.first.address, over: .udp, at: $1) }
            } else {
                bench.answer(bye, code, from: Self.first.address)
            }
            let goesOn = code.isEmpty || code.hasPrefix("503")
            #expect(Self.lines(bench) == ["0 BYE 192.0.2.40:5060 udp"] + (goesOn ? ["0 BYE 192.0.2.41:5060 udp"] : []), "\(code)")
            #expect(bench.story == ["answered"] + (goesOn ? [] : ["ended us"]))
        }
    }

    @Test("what failed is asked last by all that follows, for as long as the name is remembered")
    func remembered() throws {
        var bench = try Self.connected()
        bench.turn { $0.transportFailed(to: Self.first.address, over: .udp, at: $1) }
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.turn { $0.transportFailed(to: Self.second.address, over: .udp, at: $1) }
        #expect(Self.lines(bench) == ["0 BYE 192.0.2.41:5060 udp", "0 BYE 192.0.2.40:5060 udp"])
    }

    @Test("a long request that TCP does not take goes as a datagram to the same address before it goes to another")
    func datagramFirst() throws {
        let hops = [Self.first, Self.second].map { Hop($0.address, .udp, takesTCP: true) }
        var bench = try Self.connected(hops) { ($0.sdp, $0.sessionExpires, $0.takesTCP) = (Array(Bench.longOffer.utf8), nil, true) }
        bench.turn { $0.offer(Driver.leg, Array(Bench.longOffer.utf8), at: $1) }
        bench.turn { $0.transportFailed(to: Self.first.address, over: .tcp, at: $1) }
        bench.turn { $0.transportFailed(to: Self.first.address, over: .udp, at: $1) }
        #expect(
            Self.lines(bench) == [
                "0 INVITE 192.0.2.40:5060 tcp", "0 INVITE 192.0.2.40:5060 udp", "0 INVITE 192.0.2.41:5060 tcp",
            ])
        let invites = bench.invites
        #expect(invites[1].via == invites[2].via.replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP") && invites[3].via != invites[1].via)
        #expect(invites[3].header("CSeq") == "3 INVITE" && invites[3].text.hasSuffix(Bench.body(of: invites[1])))
    }

    @Test(
        "a refresh goes on to the next address, as a re-INVITE or an UPDATE",
        arguments: [("INVITE", []), ("UPDATE", ["Allow: UPDATE"])])
    func refresh(method: String, allow: [String]) throws {
        let timer = ["Require: timer", "Session-Expires: 90;refresher=uac"] + allow
        for isSilent in [true, false] {
            var bench = try Self.connected([Self.first, Self.second], timer) { $0.sessionExpires = 90 }
            bench.run(until: .seconds(45))
            let name = try #require(bench.names.last)
            bench.turn { $0.resolved(name, [Self.first, Self.second], at: $1) }
            let refresh = try #require(bench.last(method))
            #expect(refresh.to == Self.first.address)
            if isSilent {
                bench.run(until: .milliseconds(49_100))
            } else {
                bench.answer(refresh, "503 Service Unavailable", ["Retry-After: 30"], from: Self.first.address)
            }
            let next = try #require(bench.last(method)), at = isSilent ? 49_000 : 45_000
            #expect(next.line == "\(at) \(method) 192.0.2.41:5060 udp" && next.header("CSeq") == "3 \(method)")
            #expect(next.header("Session-Expires") == "90;refresher=uac" && next.via != refresh.via)
            bench.answer(
                next, "200 OK", ["Contact: <sip:far@sbc.example>"] + timer, sdp: method == "INVITE" ? Bench.offer : "",
                from: Self.second.address)
            #expect(bench.story == (method == "INVITE" ? ["answered", "session"] : ["answered"]))
            if method == "INVITE" { #expect(bench.last("ACK")?.line == "\(isSilent ? 49_100 : 45_000) ACK 192.0.2.41:5060 udp") }
            bench.turn { $0.hangUp(Driver.leg, at: $1) }
            #expect(bench.last("BYE")?.to == Self.second.address)
        }
    }

    @Test("an offer that nobody takes anywhere ends the call; one that is refused elsewhere is told so")
    func moves() throws {
        var bench = try Self.connected()
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.utf8), at: $1) }
        bench.run(until: .seconds(9))
        bench.answer(try #require(bench.invites.last), "488 Not Acceptable Here", from: Self.second.address)
        #expect(
            bench.invites.last?.to == Self.second.address
                && bench.story == ["answered", "moved refused(code: 488, phrase: \"Not Acceptable Here\")"])
        var deaf = try Self.connected()
        deaf.turn { $0.offer(Driver.leg, Array(Bench.offer.utf8), at: $1) }
        deaf.run(until: .seconds(36))
        #expect(deaf.story == ["answered", "moved lost(code: nil)"])
        #expect(deaf.names.count == 2)
        let again = try #require(deaf.names.last)
        deaf.turn { $0.resolved(again, [Self.second], at: $1) }
        #expect(deaf.last("BYE")?.line == "36000 BYE 192.0.2.41:5060 udp")
    }

    @Test("a 2xx that comes again has its ACK sent to each address in turn")
    func acks() throws {
        var bench = try Self.connected()
        for _ in 1...3 {
            bench.answer(bench.invites[0], "200 OK", ["Contact: <sip:far@sbc.example>"], sdp: Bench.offer)
        }
        #expect(bench.sent.filter { $0.method == "ACK" }.map(\.to) == [Self.first, Self.second, Self.first, Self.second].map(\.address))
    }

    @Test("PRACK goes on too, and its credentials count on; a CANCEL stays with its INVITE")
    func early() throws {
        var bench = Bench()
        bench.invite { $0.credentials = Account(username: "dialout", password: "secret") }
        let challenge = #"Proxy-Authenticate: Digest realm="a", nonce="n", qop="auth""#
        bench.answer(try #require(bench.invites.first), "407 Proxy Authentication Required", [challenge])
        let reliable = ["Require: 100rel", "RSeq: 7", "Contact: <sip:far@sbc.example>"]
        bench.answer(bench.invites[1], "180 Ringing", reliable)
        let name = try #require(bench.names.first)
        bench.turn { $0.resolved(name, [Self.first, Self.second], at: $1) }
        bench.turn { $0.transportFailed(to: Self.first.address, over: .udp, at: $1) }
        let pracks = bench.sent.filter { $0.method == "PRACK" }
        #expect(pracks.map(\.to) == [Self.first.address, Self.second.address])
        #expect(pracks.map { $0.header("RAck") } == ["7 2 INVITE", "7 2 INVITE"])
        #expect(pracks.map { $0.header("Proxy-Authorization").contains("nc=00000002") } == [true, false])
        #expect(pracks[1].header("Proxy-Authorization").contains("nc=00000003"))
        bench.turn { $0.cancel(Driver.leg, at: $1) }
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .udp, at: $1) }
        #expect(bench.sent.filter { $0.method == "CANCEL" }.map(\.to) == [Driver.trunk])
    }

    @Test("the BYE of a phone that answered too goes on to the next address of its own name")
    func fork() throws {
        var bench = try Self.connected()
        bench.answer(
            bench.invites[0], "200 OK", tag: "other", ["Contact: <sip:other@sbc2.example>"], sdp: Bench.offer)
        let name = try #require(bench.names.last)
        bench.turn { $0.resolved(name, [Self.third, Self.second], at: $1) }
        bench.run(until: .milliseconds(4_100))
        let byes = bench.sent.filter { $0.method == "BYE" }
        #expect(name.host == "sbc2.example" && byes.first?.to == Self.third.address && byes.last?.line == "4000 BYE 192.0.2.41:5060 udp")
        #expect(bench.endpoint.forkCount == 1)
        bench.answer(try #require(byes.last), "200 OK", from: Self.second.address)
        #expect(bench.endpoint.forkCount == 0)
    }
}

extension Bench {
    /// The session description that a request carries.
    fileprivate static func body(of request: Sent) -> String {
        request.text.firstRange(of: "\r\n\r\n").map { String(request.text[$0.upperBound...]) } ?? ""
    }
}
