import Basis
import Testing

@testable import SIP

/// Requests in a dialog go where the first Route or the target says (RFC 3261 §8.1.2, §12.2.1.1, RFC 3263).
@Suite("The next hop of a dialog")
struct NextHopTests {
    /// A call that is up, by a trunk of that transport, whose 200 had these headers.
    private static func connected(_ headers: [String], by transport: Transport = .udp, _ change: (inout Invitation) -> Void = { _ in })
        throws
        -> Bench
    {
        var bench = Bench()
        bench.invite {
            ($0.transport, $0.takesTCP) = (transport, transport == .udp)
            change(&$0)
        }
        bench.answer(try #require(bench.invites.first), "200 OK", headers, sdp: Bench.offer)
        return bench
    }

    private static func contact(_ uri: String) -> [String] { ["Contact: <\(uri)>"] }
    private static func routed(_ routes: String...) -> [String] { contact("sip:far@192.0.2.9") + routes.map { "Record-Route: <\($0)>" } }

    @Test(
        "an address is gone to as the URI says: port, transport, maddr, sips; what it leaves open is as on the trunk",
        arguments: [
            ("sip:far@192.0.2.7", Transport.udp, "192.0.2.7:5060 udp"), ("sip:far@192.0.2.7:5071", .udp, "192.0.2.7:5071 udp"),
            ("sip:far@192.0.2.7:5071;transport=tcp", .udp, "192.0.2.7:5071 tcp"),
            ("sip:far@192.0.2.7;transport=TCP", .udp, "192.0.2.7:5060 tcp"),
            ("sip:far@192.0.2.7;transport=tls", .udp, "192.0.2.7:5061 tls"), ("sips:far@192.0.2.7", .udp, "192.0.2.7:5061 tls"),
            ("sips:far@192.0.2.7:5081;transport=tcp", .udp, "192.0.2.7:5081 tls"),
            ("sip:far@192.0.2.7:5071;transport=udp", .tcp, "192.0.2.7:5071 udp"), ("sip:far@192.0.2.7", .tcp, "192.0.2.7:5060 tcp"),
            ("sip:far@192.0.2.7", .tls, "192.0.2.7:5061 tls"), ("sip:far@192.0.2.7;transport=sctp", .udp, "192.0.2.7:5060 udp"),
            ("sip:far@sbc.example:5071;maddr=192.0.2.8", .udp, "192.0.2.8:5071 udp"),
            ("sip:far@192.0.2.7;maddr=192.0.2.8;transport=tcp", .udp, "192.0.2.8:5060 tcp"),
            ("sip:far@[2001:db8::7]:5071", .udp, "[2001:db8::7]:5071 udp"),
            ("sip:far@192.0.2.7;maddr=[2001:db8::8]", .udp, "[2001:db8::8]:5060 udp"),
            ("sip:far@192.0.2.7?transport=tcp", .udp, "192.0.2.7:5060 udp"),
        ])
    func addresses(uri: String, trunk: Transport, hop: String) throws {
        var bench = try Self.connected(Self.contact(uri), by: trunk)
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        for method in ["ACK", "BYE"] {
            let request = try #require(bench.last(method))
            #expect("\(request.to) \(request.transport)" == hop && request.uri == uri.prefix { $0 != "?" })
            #expect(request.via.hasPrefix("SIP/2.0/\(request.transport.rawValue) "))
        }
        #expect(bench.names.isEmpty)
    }

    @Test(
        "from a public address nobody is followed into a private network, by contact, route or name; within one, and outside, everybody is",
        arguments: [
            ("9.9.9.9:5060", "sip:far@10.0.0.7:5070", "9.9.9.9:5060 udp"), ("9.9.9.9:5060", "sip:far@127.0.0.1", "9.9.9.9:5060 udp"),
            ("9.9.9.9:5060", "sip:far@[fe80::1]:5070;transport=tcp", "9.9.9.9:5060 udp"),
            ("9.9.9.9:5060", "sip:far@169.254.169.254:80;transport=tcp", "9.9.9.9:5060 udp"),
            ("9.9.9.9:5060", "sip:far@sbc.example;maddr=192.168.1.1", "9.9.9.9:5060 udp"),
            ("9.9.9.9:5060", "sip:far@8.8.4.4:5070;transport=tcp", "8.8.4.4:5070 tcp"),
            ("10.0.0.1:5060", "sip:far@10.0.0.7:5070", "10.0.0.7:5070 udp"), ("10.0.0.1:5060", "sip:far@8.8.4.4", "8.8.4.4:5060 udp"),
        ])
    func inside(trunk: String, uri: String, hop: String) throws {
        for headers in [Self.contact(uri), Self.contact("sip:far@9.9.9.8") + ["Record-Route: <\(uri);lr>"]] {
            var bench = try Self.connected(headers) { $0.destination = SocketAddress(trunk)! }
            bench.turn { $0.hangUp(Driver.leg, at: $1) }
            for method in ["ACK", "BYE"] {
                let request = try #require(bench.last(method))
                #expect("\(request.to) \(request.transport)" == hop, "\(method) \(headers)")
            }
        }
        var named = try Self.connected(Self.contact("sip:far@sbc.example")) { $0.destination = SocketAddress(trunk)! }
        let name = try #require(named.names.first), found = ["10.0.0.7:5060", "8.8.4.4:5060"].map { Hop(SocketAddress($0)!, .udp) }
        named.turn { $0.resolved(name, found, at: $1) }
        let isOutside = trunk.hasPrefix("9")
        #expect(named.last("ACK").map { "\($0.to)" } == (isOutside ? "8.8.4.4:5060" : "10.0.0.7:5060"))
        var lost = try Self.connected(Self.contact("sip:far@sbc.example")) { $0.destination = SocketAddress(trunk)! }
        lost.turn { $0.resolved(name, Array(found.prefix(1)), at: $1) }
        #expect(lost.last("ACK").map { "\($0.to)" } == (isOutside ? trunk : "10.0.0.7:5060"))
    }

    @Test(
        "where a target of the other address family brings nothing, requests go by the way of the INVITE",
        arguments: [
            ("192.0.2.2:5060", "sip:far@[2001:db8::7]"), ("[2001:db8::2]:5060", "sip:far@192.0.2.7"),
            ("192.0.2.2:5060", "sip:far@sbc.example"),
        ])
    func otherFamily(trunk: String, uri: String) throws {
        var bench = try Self.connected(Self.contact(uri)) { $0.destination = SocketAddress(trunk)! }
        if let name = bench.names.first { bench.turn { $0.resolved(name, [Hop(SocketAddress("[2001:db8::7]:5060")!, .udp)], at: $1) } }
        bench.answer(bench.invites[0], "200 OK", Self.contact(uri), sdp: Bench.offer)
        let acks = bench.sent.filter { $0.method == "ACK" }.map { "\($0.to)" }
        #expect(acks.count == 2 && acks[0] != trunk && acks[1] == trunk, "\(acks)")
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        #expect(bench.last("BYE").map { "\($0.to)" } == acks[0])
        bench.run(until: .seconds(10))
        let bye = try #require(bench.last("BYE"))
        #expect("\(bye.to)" == trunk && bye.uri == uri)
        bench.answer(bye, "200 OK")
        #expect(bench.story == ["answered", "ended us"])
    }

    @Test("the first route goes before the target, loose or strict, and two Record-Routes are reversed")
    func routes() throws {
        var loose = try Self.connected(Self.routed("sip:192.0.2.20;lr", "sip:192.0.2.30:5070;transport=tcp;lr"))
        loose.turn { $0.hangUp(Driver.leg, at: $1) }
        for method in ["ACK", "BYE"] {
            let request = try #require(loose.last(method))
            #expect(request.line == "0 \(method) 192.0.2.30:5070 tcp" && request.uri == "sip:far@192.0.2.9")
            #expect(request.headers("Route") == ["<sip:192.0.2.30:5070;transport=tcp;lr>", "<sip:192.0.2.20;lr>"])
        }
        let strict = try #require(Self.connected(Self.routed("sip:192.0.2.20;lr", "sip:192.0.2.30:5070")).last("ACK"))
        #expect(strict.line == "0 ACK 192.0.2.30:5070 udp" && strict.uri == "sip:192.0.2.30:5070")
        #expect(strict.headers("Route") == ["<sip:192.0.2.20;lr>", "<sip:far@192.0.2.9>"])
    }

    @Test("a route set is kept whole, however long, also when one field holds several", arguments: [17, 70])
    func longRouteSet(count: Int) throws {
        let hops = (1...count).map { "<sip:192.0.2.\($0);lr>" }
        let ack = try #require(
            Self.connected(["Contact: <sip:far@192.0.2.9>", "Record-Route: \(hops.joined(separator: ", "))"]).last("ACK"))
        #expect(ack.headers("Route") == hops.reversed() && ack.to == SocketAddress("192.0.2.\(count):5060"))
    }

    @Test(
        "a name is looked up with what the URI says of it, in Contact or Route; the request waits, once asked for, and goes where it leads",
        arguments: [
            (["Contact: <sip:far@SBC.example:5071>"], Transport.udp, "sip:sbc.example:5071"),
            (["Contact: <sip:far@sbc.example;transport=tcp>"], .udp, "sip:sbc.example;transport=tcp"),
            (["Contact: <sips:far@sbc.example>"], .udp, "sip:sbc.example;transport=tls"),
            (["Contact: <sip:far@sbc.example>"], .tcp, "sip:sbc.example;transport=tcp"),
            (["Contact: <sip:far@192.0.2.7;maddr=sbc.example>"], .udp, "sip:sbc.example"),
            (["Contact: <sip:far@192.0.2.7>", "Record-Route: <sip:sbc.example:5071;lr>"], .udp, "sip:sbc.example:5071"),
        ])
    func names(headers: [String], trunk: Transport, asked: String) throws {
        var bench = try Self.connected(headers, by: trunk)
        bench.answer(bench.invites[0], "200 OK", headers, sdp: Bench.offer)
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.run(until: .milliseconds(600))
        #expect(bench.sent.count == 1 && bench.names.map(\.uri) == [asked])
        let name = bench.names[0], found = Hop(SocketAddress("192.0.2.40:5071")!, name.transport ?? .tcp)
        bench.turn { $0.resolved(name, [found, Hop(Driver.trunk, .udp)], at: $1) }
        #expect(bench.sent.dropFirst().map(\.line) == ["ACK", "BYE"].map { "600 \($0) 192.0.2.40:5071 \(found.transport)" })
        #expect(bench.sent.dropFirst().allSatisfy { $0.via.hasPrefix("SIP/2.0/\(found.transport.rawValue) ") })
        bench.answer(bench.invites[0], "200 OK", headers, sdp: Bench.offer)
        #expect(bench.last("ACK")?.to == found.address && bench.names.count == 1)
        bench.answer(try #require(bench.last("BYE")), "200 OK")
        #expect(bench.story == ["answered", "ended us"])
    }

    @Test("what was found holds for a while, then the name is asked for again; a datagram is repeated from when it left")
    func remembered() throws {
        var bench = try Self.connected(Self.contact("sip:far@sbc.example"))
        let name = try #require(bench.names.first), hop = Hop(SocketAddress("192.0.2.40:5060")!, .udp)
        bench.turn { $0.resolved(name, [hop], at: $1) }
        bench.run(until: .seconds(31))
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        #expect(bench.names == [name, name] && bench.last("BYE") == nil)
        bench.run(until: .milliseconds(32_900))
        bench.turn { $0.resolved(name, [hop], at: $1) }
        bench.run(until: .milliseconds(34_500))
        #expect(bench.sent.filter { $0.method == "BYE" }.map(\.at) == [32_900, 33_400, 34_400])
    }

    @Test("a name that leads nowhere is told, and its requests go by the way of the INVITE: at once, where it did lately")
    func nowhere() throws {
        var bench = try Self.connected(Self.contact("sip:far@sbc.invalid:5071"))
        let name = try #require(bench.names.first)
        bench.turn { $0.resolved(name, [], at: $1) }
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        #expect(bench.names == [name])
        #expect(bench.sent.map(\.line) == ["INVITE", "ACK", "BYE"].map { "0 \($0) 192.0.2.2:5060 udp" })
        #expect(bench.story == ["answered", "dropped unresolvedName"])
        bench.run(until: .seconds(31))
        bench.answer(bench.invites[0], "200 OK", Self.contact("sip:far@sbc.invalid:5071"), sdp: Bench.offer)
        #expect(bench.names == [name, name], "then it is asked for again")
    }

    @Test("a look-up that takes longer than two seconds is not waited for; what it finds then holds for what follows")
    func neverAnswered() throws {
        var bench = try Self.connected(Self.contact("sip:far@sbc.example"))
        bench.run(until: .seconds(1))
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.run(until: .milliseconds(1_999))
        #expect(bench.sent.count == 1)
        bench.run(until: .milliseconds(2_000))
        #expect(bench.sent.dropFirst().map(\.line) == ["ACK", "BYE"].map { "2000 \($0) 192.0.2.2:5060 udp" })
        bench.answer(bench.invites[0], "200 OK", Self.contact("sip:far@sbc.example"), sdp: Bench.offer)
        #expect(bench.last("ACK")?.to == Driver.trunk && bench.names.count == 1, "silent lately")
        let name = bench.names[0], hop = Hop(SocketAddress("192.0.2.40:5071")!, .udp)
        bench.turn { $0.resolved(name, [hop], at: $1) }
        bench.answer(bench.invites[0], "200 OK", Self.contact("sip:far@sbc.example"), sdp: Bench.offer)
        #expect(bench.last("ACK").map { "\($0.to)" } == "192.0.2.40:5071")
        bench.answer(try #require(bench.last("BYE")), "200 OK")
        #expect(bench.story == ["answered", "dropped unresolvedName", "ended us"])
    }

    @Test("a re-INVITE waits for its name, and its failure's ACK goes with it; a target that moves is followed")
    func reinvite() throws {
        let timer = ["Require: timer", "Session-Expires: 90;refresher=uac"]
        var bench = try Self.connected(Self.contact("sip:far@192.0.2.7") + timer) { $0.sessionExpires = 90 }
        let ack = try #require(bench.last("ACK"))
        bench.receive(
            "UPDATE sip:dialout@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1;rport\r\nFrom: \(ack.header("To"))\r\n"
                + "To: \(ack.header("From"))\r\nCall-ID: \(ack.header("Call-ID"))\r\nCSeq: 1 UPDATE\r\n"
                + "Contact: <sip:far@sbc.example:5071;transport=tcp>\r\nContent-Length: 0\r\n\r\n")
        bench.run(until: .seconds(46))
        #expect(bench.invites.count == 1 && bench.names.map(\.uri) == ["sip:sbc.example:5071;transport=tcp"])
        let name = try #require(bench.names.first)
        bench.turn { $0.resolved(name, [Hop(SocketAddress("192.0.2.40:5071")!, .tcp)], at: $1) }
        let refresh = try #require(bench.invites.last)
        #expect(bench.invites.count == 2 && "\(refresh.to) \(refresh.transport)" == "192.0.2.40:5071 tcp")
        #expect(refresh.uri == "sip:far@sbc.example:5071;transport=tcp" && refresh.via.hasPrefix("SIP/2.0/TCP "))
        bench.answer(refresh, "491 Request Pending")
        #expect(bench.last("ACK")?.via == refresh.via && bench.last("ACK")?.to == refresh.to)
    }

    @Test("a late answer is hung up where its Contact says, and one with a Call-ID that was never ours gets nothing")
    func late() throws {
        var bench = Bench()
        bench.invite()
        let invite = try #require(bench.invites.first)
        bench.run(until: .seconds(100))
        #expect(bench.endpoint.legCount == 0)
        let before = bench.sent.count, contact = Self.contact("sip:far@192.0.2.7:5071;transport=tcp")
        for callID in [String(repeating: "0123456789abcdef", count: 2), "a@b", invite.header("Call-ID").uppercased()] {
            let foreign = Bench.Sent(
                at: 0, text: invite.text.replacing(invite.header("Call-ID"), with: callID), to: invite.to, transport: .udp)
            bench.answer(foreign, "200 OK", contact, sdp: Bench.offer)
        }
        #expect(bench.sent.count == before && bench.story.suffix(3) == Array(repeating: "dropped strayResponse", count: 3)[...])
        bench.answer(invite, "200 OK", contact, sdp: Bench.offer)
        #expect(bench.sent.dropFirst(before).map(\.line) == ["ACK", "BYE"].map { "100000 \($0) 192.0.2.7:5071 tcp" })
    }

    // MARK: requests of the far end

    @Test(
        "a request without a branch, or with one that is no branch, is answered, its repetition alike, and the next is another",
        arguments: [
            "SIP/2.0/UDP 192.0.2.2:5060", "SIP/2.0/UDP 192.0.2.2:5060;branch=1", "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKsame-\(0)",
        ])
    func branchless(via: String) throws {
        var bench = try Self.connected(Self.contact("sip:far@192.0.2.2"))
        let ack = try #require(bench.last("ACK")), isBranch = via.contains("z9hG4bK")
        let before = bench.sent.count
        for cSeq in [1, 1, 2] { bench.request("INFO", after: ack, cSeq: cSeq, via: isBranch ? "\(via)\(cSeq)" : via) }
        bench.request("BYE", after: ack, cSeq: 3, via: via)
        bench.request("BYE", after: ack, cSeq: 3, via: via)
        #expect(bench.sent.dropFirst(before).map { String($0.text.prefix(11)) } == Array(repeating: "SIP/2.0 200", count: 5))
        let numbers = bench.sent.dropFirst(before).map { $0.header("CSeq") }
        #expect(numbers == ["1 INFO", "1 INFO", "2 INFO", "3 BYE", "3 BYE"] && bench.story == ["answered", "ended farEnd"])
    }

    @Test("requests sent one behind the other are each repeated alike, for as long as they may be")
    func pipelined() throws {
        var bench = try Self.connected(Self.contact("sip:far@192.0.2.2"))
        let ack = try #require(bench.last("ACK")), all = 1...20
        func answers() -> [String] {
            bench.sent.filter { $0.text.hasPrefix("SIP/2.0") }.map { "\($0.text.prefix(11)) \($0.header("CSeq"))" }
        }
        for _ in 1...2 {
            for cSeq in all { bench.request("INFO", after: ack, cSeq: cSeq, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK\(cSeq)") }
        }
        let once = all.map { "SIP/2.0 200 \($0) INFO" }
        #expect(answers() == once + once)
        bench.run(until: .seconds(33))
        bench.request("INFO", after: ack, cSeq: 21, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK21")
        bench.request("INFO", after: ack, cSeq: 20, via: "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK20")
        #expect(answers().suffix(2) == ["SIP/2.0 200 21 INFO", "SIP/2.0 500 20 INFO"])
    }
}
