import Basis
import Testing

@testable import SIP

/// Where requests go and by what: all of a transaction as its INVITE went (RFC 3261 §9.1, §17.1.1.3, §18.1.1).
@Suite("The way of a request")
struct WayTests {
    private static func bench(_ change: (inout Invitation) -> Void = { _ in }) -> Bench {
        var bench = Bench()
        bench.invite { invitation in
            (invitation.sdp, invitation.takesTCP) = (Array(Bench.longOffer.utf8), true)
            change(&invitation)
        }
        return bench
    }

    @Test("an INVITE too long for a datagram goes by TCP, and its CANCEL and the ACK of its failure with it, under the same Via")
    func longInvite() throws {
        var bench = Self.bench()
        let invite = try #require(bench.invites.first)
        #expect(invite.line == "0 INVITE 192.0.2.2:5060 tcp" && invite.via.hasPrefix("SIP/2.0/TCP 192.0.2.1:5060;rport;branch=z9hG4bK"))
        bench.run(until: .seconds(3))
        bench.answer(invite, "180 Ringing")
        bench.turn { $0.cancel(Driver.leg, at: $1) }
        bench.run(until: .seconds(10))
        let cancel = try #require(bench.last("CANCEL"))
        bench.answer(cancel, "200 OK")
        bench.answer(invite, "487 Request Terminated")
        bench.answer(invite, "487 Request Terminated")
        #expect(
            bench.sent.map(\.line) == [
                "0 INVITE 192.0.2.2:5060 tcp", "3000 CANCEL 192.0.2.2:5060 tcp", "10000 ACK 192.0.2.2:5060 tcp",
            ])
        #expect(bench.sent.allSatisfy { $0.via == invite.via })
        #expect(bench.story == ["progress 180", "failed cancelled 487"])
    }

    @Test("a peer that is silent by TCP gets the INVITE once; it fails with timer B")
    func silent() {
        var bench = Self.bench()
        bench.run(until: .seconds(31))
        #expect(bench.sent.count == 1 && bench.story.isEmpty)
        bench.run(until: .seconds(32))
        #expect(bench.sent.count == 1 && bench.story == ["failed timedOut"])
    }

    @Test("where nobody takes it by TCP it goes as a datagram, and all that belongs to it")
    func fallBack() throws {
        var bench = Self.bench()
        let first = try #require(bench.invites.first)
        bench.run(until: .seconds(1))
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .udp, at: $1) }
        #expect(bench.sent.count == 1)
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        bench.run(until: .milliseconds(2_600))
        let second = try #require(bench.invites.last)
        #expect(second.text == first.text.replacing("SIP/2.0/TCP", with: "SIP/2.0/UDP"))
        bench.answer(second, "180 Ringing")
        bench.turn { $0.cancel(Driver.leg, at: $1) }
        bench.answer(second, "487 Request Terminated")
        #expect(
            bench.sent.dropFirst().map(\.line) == [
                "1000 INVITE 192.0.2.2:5060 udp", "1500 INVITE 192.0.2.2:5060 udp", "2500 INVITE 192.0.2.2:5060 udp",
                "2600 CANCEL 192.0.2.2:5060 udp", "2600 ACK 192.0.2.2:5060 udp",
            ])
        #expect(bench.sent.dropFirst().allSatisfy { $0.via == second.via })
    }

    @Test("a trunk that takes neither has failed; one that already answered has not")
    func fallsTwice() throws {
        var bench = Self.bench()
        for transport in [Transport.tcp, .udp] { bench.turn { $0.transportFailed(to: Driver.trunk, over: transport, at: $1) } }
        #expect(bench.story == ["failed unreachable"])
        var ringing = Self.bench()
        ringing.answer(try #require(ringing.invites.first), "180 Ringing")
        ringing.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        #expect(ringing.story == ["progress 180"] && ringing.sent.count == 1)
    }

    @Test(
        "an INVITE goes as the trunk says when it is short, or the trunk insists",
        arguments: [(1300, true, Transport.udp), (1301, true, .tcp), (1301, false, .udp)])
    func lengths(length: Int, takesTCP: Bool, way: Transport) throws {
        let frame = try #require(Self.bench { ($0.sdp, $0.takesTCP) = (Array(repeating: 65, count: 500), false) }.invites.first).text.utf8
            .count
        let bench = Self.bench { ($0.sdp, $0.takesTCP) = (Array(repeating: 65, count: 500 + length - frame), takesTCP) }
        let invite = try #require(bench.invites.first)
        #expect(invite.text.utf8.count == length && invite.transport == way)
    }

    @Test("over each transport a CANCEL, an ACK, and the INVITE of a challenge go as the first INVITE did", arguments: Transport.allCases)
    func each(transport: Transport) throws {
        var bench = Self.bench {
            ($0.transport, $0.takesTCP, $0.credentials) = (transport, transport == .udp, Account(username: "dialout", password: "secret"))
        }
        let way = transport == .udp ? Transport.tcp : transport
        let challenge = #"Proxy-Authenticate: Digest realm="a", nonce="n", qop="auth""#
        bench.answer(try #require(bench.invites.first), "407 Proxy Authentication Required", [challenge])
        let second = try #require(bench.invites.last)
        bench.answer(try #require(bench.invites.first), "407 Proxy Authentication Required", [challenge])
        bench.answer(second, "180 Ringing")
        bench.turn { $0.cancel(Driver.leg, at: $1) }
        bench.answer(second, "487 Request Terminated")
        #expect(bench.sent.map(\.method) == ["INVITE", "ACK", "INVITE", "ACK", "CANCEL", "ACK"])
        #expect(bench.sent.allSatisfy { $0.transport == way && $0.via.hasPrefix("SIP/2.0/\(way.rawValue) ") })
        #expect(bench.sent.map(\.via) == [0, 0, 2, 0, 2, 2].map { bench.sent[$0].via })
    }

    @Test("in the dialog each request goes by its own length: a long re-INVITE by TCP, a BYE as a datagram")
    func inDialog() throws {
        var bench = Self.bench { $0.sessionExpires = 90 }
        bench.answer(
            try #require(bench.invites.first), "200 OK",
            ["Contact: <sip:far@192.0.2.2:5060>", "Require: timer", "Session-Expires: 90;refresher=uac"], sdp: Bench.offer)
        bench.run(until: .seconds(60))
        let refresh = try #require(bench.invites.last)
        #expect(bench.invites.count == 2 && refresh.transport == .tcp && refresh.via.hasPrefix("SIP/2.0/TCP "))
        bench.answer(refresh, "491 Request Pending")
        let ack = try #require(bench.last("ACK"))
        #expect(ack.transport == .tcp && ack.via == refresh.via)
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        #expect(bench.last("BYE")?.transport == .udp && bench.last("BYE")?.via.hasPrefix("SIP/2.0/UDP ") == true)
    }

    @Test("a BYE or CANCEL whose connection breaks is said again each T2 on another one, until its time is over; others are not")
    func brokenConnections() throws {
        for method in ["BYE", "CANCEL"] {
            var bench = Bench()
            bench.invite { $0.transport = .tcp }
            let invite = try #require(bench.invites.first)
            bench.answer(invite, "180 Ringing")
            if method == "BYE" {
                bench.answer(invite, "200 OK", ["Contact: <sip:far@192.0.2.2:5060;transport=tcp>"], sdp: Bench.offer)
                bench.turn { $0.hangUp(Driver.leg, at: $1) }
            } else {
                bench.turn { $0.cancel(Driver.leg, at: $1) }
            }
            for second in [0, 4] {
                bench.run(until: .seconds(second))
                bench.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
            }
            bench.run(until: .seconds(20))
            let all = bench.sent.filter { $0.method == method }
            #expect(all.map(\.at) == [0, 4_000, 8_000] && Set(all.map(\.text)).count == 1)
            #expect(!bench.story.contains { $0.hasPrefix("ended") || $0.hasPrefix("failed") })
            bench.answer(all[2], "200 OK")
            bench.run(until: .seconds(40))
            #expect(bench.story.last == (method == "BYE" ? "ended us" : "failed cancelled"))
        }
        var deaf = Bench()
        deaf.invite { $0.transport = .tcp }
        deaf.answer(try #require(deaf.invites.first), "200 OK", ["Contact: <sip:far@192.0.2.2;transport=tcp>"], sdp: Bench.offer)
        deaf.turn { $0.hangUp(Driver.leg, at: $1) }
        for second in stride(from: 0, through: 28, by: 4) {
            deaf.run(until: .seconds(second))
            deaf.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        }
        #expect(deaf.sent.count { $0.method == "BYE" } == 8 && deaf.story == ["answered"])
        deaf.run(until: .seconds(32))
        #expect(deaf.story == ["answered", "ended us"])
    }

    // MARK: answers

    @Test("an answer with our branch is taken from whatever address and by whatever transport it comes", arguments: Transport.allCases)
    func sources(transport: Transport) throws {
        var bench = Bench()
        bench.invite()
        let invite = try #require(bench.invites.first)
        let elsewhere = SocketAddress("198.51.100.7:40000")!
        bench.answer(invite, "180 Ringing", from: elsewhere, over: transport)
        bench.answer(
            invite, "200 OK", ["Contact: <sip:far@192.0.2.2:5060>"], sdp: Bench.offer, from: elsewhere, over: transport)
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.answer(try #require(bench.last("BYE")), "200 OK", from: elsewhere, over: transport)
        #expect(bench.sent.map(\.line) == ["INVITE", "ACK", "BYE"].map { "0 \($0) 192.0.2.2:5060 udp" })
        #expect(bench.story == ["progress 180", "answered", "ended us"])
    }

    @Test("whatever comes with our Call-ID or branch and is no answer says that the INVITE got there; another's of both does not")
    func unreadable() throws {
        let far = { (bench: Bench, old: String, new: String) -> String in
            let invite = bench.invites[0]
            return
                ("SIP/2.0 180 Ringing\r\nVia: \(invite.via)\r\nFrom: \(invite.header("From"))\r\nTo: \(invite.header("To"));tag=1\r\n"
                + "Call-ID: \(invite.header("Call-ID"))\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n").replacing(old, with: new)
        }
        for (old, new, isOurs) in [
            ("Content-Length: 0", "Content-Length: 900", true), ("CSeq: 1 INVITE\r\n", "", true), ("From:", "From\u{1}:", true),
            ("Call-ID: ", "Content-Length: 7\r\nCall-ID: 0", true), ("Call-ID: ", "X-Call-ID: ", true),
            ("Call-ID: ", "Call-ID: 0", true), ("\r\nCall-ID: ", ", ", true),
            ("Via: ", "Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKx\r\nVia: ", true),
            ("branch=z9hG4bK", "branch=z9hG4bK0", true), ("branch=z9hG4bK", "branch=Z9HG4BK", true), ("SIP/2.0 180", "SIP/3.0 180", true),
            ("SIP/2.0 180", "SIP/2.0\t180", true), ("CSeq: 1 INVITE", "CSeq: 1 Invite", true), ("CSeq: 1 INVITE", "CSeq: 1 OPTIONS", true),
            ("SIP/2.0 180", "HTTP/1.1 200", true), ("SIP/2.0 180", "\0SIP/2.0 180", true), ("SIP/2.0 180 Ringing\r\n", "", true),
            ("Via: ", String(repeating: "X: y\r\n", count: 200) + "Via: ", true), ("Content-Length: 0\r\n\r\n", "", true),
        ] {
            var bench = Bench()
            bench.invite()
            bench.receive(far(bench, old, new))
            #expect(bench.story.contains("unreadable") == isOurs, "\(old) \(bench.story)")
            bench.run(until: .seconds(5))
            #expect(bench.invites.count == (isOurs ? 1 : 4), "\(old)")
            bench.turn { $0.cancel(Driver.leg, at: $1) }
            #expect((bench.last("CANCEL") != nil) == isOurs)
        }
    }

    @Test("a connection that breaks over what nobody can read leads to no other way, whatever the transport says of it afterwards")
    func heard() throws {
        for isHeard in [true, false] {
            var bench = Bench()
            bench.invite()
            let hop = Driver.trunk
            if isHeard { bench.turn { $0.transportFailed(to: hop, over: .udp, isHeard: true, at: $1) } }
            bench.turn { $0.transportFailed(to: hop, over: .udp, at: $1) }
            #expect(bench.story == (isHeard ? ["unreadable"] : ["failed unreachable"]), "\(bench.story)")
            bench.turn { $0.cancel(Driver.leg, at: $1) }
            #expect((bench.last("CANCEL") != nil) == isHeard)
        }
    }

    @Test("what else was asked waits for its own timer where the peer was heard")
    func heardBye() throws {
        var bench = Bench()
        bench.invite()
        bench.answer(bench.invites[0], "200 OK", ["Contact: <sip:far@\(Driver.trunk)>"], sdp: Bench.offer)
        bench.turn { $0.hangUp(Driver.leg, at: $1) }
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .udp, isHeard: true, at: $1) }
        #expect(!bench.story.contains("ended us"), "\(bench.story)")
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .udp, at: $1) }
        #expect(bench.story.last == "ended us", "\(bench.story)")
    }

    /// Of a 180 with our branch: the Call-ID, and whatever else is other.
    @Test(
        "a branch of ours counts whatever Call-ID stands beside it, and no other does",
        arguments: [
            ([:], true), (["SIP/2.0 180": "SIP/2.0 200"], true), (["SIP/2.0 180": "SIP/2.0 486"], true), (["CSeq: 1": "CSeq: x"], true),
            (["From:": "Form:"], true), (["To:": "T:"], true), (["branch=z9hG4bK": "branch=z9hG4bK0"], false),
            (["branch=z9hG4bK": "branch=z9hG4bK0", "SIP/2.0 180": "SIP/3.0 180"], false),
        ])
    func branchAlone(changes: [String: String], isOurs: Bool) throws {
        for callID in ["x", String(repeating: "0", count: 32), "other"] {
            var bench = Bench()
            for number in 1...2 {
                let id = LegID(dialOut: SortableID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001), attempt: number)
                bench.invite { $0.id = id }
            }
            let invite = bench.invites[1], other = callID == "other" ? bench.invites[0].header("Call-ID") : callID
            var text = "SIP/2.0 180 Ringing\r\nVia: \(invite.via)\r\nFrom: \(invite.header("From"))\r\nTo: <sip:x@y>;tag=1\r\n"
            text += "Call-ID: \(other)\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
            bench.receive(changes.reduce(text) { $0.replacing($1.key, with: $1.value) })
            bench.run(until: .seconds(5))
            let times = bench.invites.reduce(into: [:]) { $0[$1.via, default: 0] += 1 }
            #expect(times[invite.via] == (isOurs ? 1 : 4), "\(callID) \(bench.story)")
            #expect((times[bench.invites[0].via] == 1) == (!isOurs && callID == "other"), "\(callID): the other call's")
        }
    }

    @Test("what cannot be read says nothing of an INVITE that has not left yet, nor of one that rings")
    func notSilent() throws {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.keepsAtOnce = false
        bench.invite { $0.credentials = Account(username: "u", password: "p") }
        let first = bench.invites[0], unreadable = "SIP/2.0 180 Ringing\r\nCall-ID: \(first.header("Call-ID"))\r\n\r\n"
        bench.answer(first, "407 Proxy Authentication Required", ["Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""])
        bench.receive(unreadable)
        #expect(bench.story == ["dropped malformed"] && bench.invites.count == 1)
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        let second = try #require(bench.invites.last)
        #expect(bench.invites.count == 2 && second.header("Proxy-Authorization").hasPrefix("Digest "), "it leaves whole")
        bench.answer(second, "180 Ringing")
        for text in [unreadable, "SIP/2.0 180 Ringing\r\nVia: \(second.via)\r\n\r\n"] { bench.receive(text) }
        #expect(bench.story == ["dropped malformed", "progress 180", "dropped malformed", "dropped malformed"])
    }

    private static let challenge = "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""

    @Test(
        "a CANCEL that is refused, or challenged, is not said again by whoever sent the INVITE",
        arguments: ["481 Call/Transaction Does Not Exist", "407 Proxy Authentication Required", "503 Service Unavailable"])
    func cancelOnce(answer: String) throws {
        var bench = Bench()
        bench.invite { $0.credentials = Account(username: "u", password: "p") }
        bench.answer(bench.invites[0], "180 Ringing")
        bench.turn { $0.cancel(Driver.leg, at: $1) }
        bench.answer(try #require(bench.last("CANCEL")), answer, [Self.challenge])
        bench.run(until: .seconds(40))
        #expect(bench.sent.count { $0.method == "CANCEL" } == 1 && bench.story == ["progress 180", "failed cancelled"])
    }

    @Test("what is challenged once its call is over does not go out again")
    func challengedLate() throws {
        var bench = Bench()
        bench.invite { $0.credentials = Account(username: "u", password: "p") }
        bench.answer(bench.invites[0], "180 Ringing", ["Require: 100rel", "RSeq: 1", "Contact: <sip:far@192.0.2.2:5060>"])
        let prack = try #require(bench.last("PRACK"))
        bench.answer(bench.invites[0], "486 Busy Here")
        bench.answer(prack, "407 Proxy Authentication Required", [Self.challenge])
        #expect(bench.sent.map(\.method) == ["INVITE", "PRACK", "ACK"])
    }

    @Test("a 100 makes no dialog, whatever tag it has: what cannot be read after it counts")
    func trying() throws {
        var bench = Bench()
        bench.invite()
        bench.answer(bench.invites[0], "100 Trying", tag: "far")
        bench.receive("SIP/2.0 180 Ringing\r\nVia: \(bench.invites[0].via)\r\n\r\n")
        #expect(bench.story == ["progress 100", "unreadable", "dropped malformed"])
    }

    @Test("what cannot be read says nothing of a re-INVITE, which is said again until it is answered")
    func reinvite() throws {
        var bench = Bench()
        bench.invite()
        bench.answer(bench.invites[0], "200 OK", ["Contact: <sip:far@192.0.2.2:5060>"], sdp: Bench.offer)
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.utf8), at: $1) }
        let again = bench.invites[1]
        bench.receive("SIP/2.0 180 Ringing\r\nVia: \(again.via)\r\nCall-ID: \(again.header("Call-ID"))\r\n\r\n")
        bench.run(until: .seconds(1))
        #expect(bench.invites.count == 3 && bench.invites[2].via == again.via && !bench.story.contains("unreadable"))
    }

    @Test("a phone that takes a call after another INVITE went out is hung up where its answer came from, unless that names a place")
    func lateElsewhere() throws {
        for (contact, place) in [([], "198.51.100.7:40000"), (["Contact: <sip:far@192.0.2.9:5070>"], "192.0.2.9:5070")] {
            var bench = Bench()
            bench.invite { $0.credentials = Account(username: "u", password: "p") }
            let first = bench.invites[0]
            bench.answer(first, "407 Proxy Authentication Required", ["Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""])
            bench.answer(first, "200 OK", tag: "late", contact, sdp: Bench.offer, from: SocketAddress("198.51.100.7:40000")!)
            #expect(bench.last("BYE")?.to == SocketAddress(place), "\(bench.sent.map(\.line))")
        }
    }

    @Test("an INVITE whose connections broke is over; the phone that rings for it yet is cancelled, and hung up when it answers")
    func lateRinging() throws {
        var bench = Bench()
        bench.invite { $0.transport = .tcp }
        let invite = try #require(bench.invites.first)
        bench.turn { $0.transportFailed(to: Driver.trunk, over: .tcp, at: $1) }
        #expect(bench.story == ["failed unreachable"])
        bench.answer(invite, "180 Ringing")
        #expect(bench.last("CANCEL")?.via == invite.via)
        bench.answer(invite, "200 OK", ["Contact: <sip:far@192.0.2.2;transport=tcp>"], sdp: Bench.offer)
        #expect(bench.sent.map(\.method) == ["INVITE", "CANCEL", "ACK", "BYE"] && bench.story == ["failed unreachable"])
    }

    @Test(
        "upper-case digits and a host behind them are our Call-ID; empty lines before an answer are passed over; one to a replaced INVITE says nothing"
    )
    func unreadableForms() throws {
        for change: (String) -> String in [{ $0.uppercased() }, { $0 + "@192.0.2.2" }] {
            var bench = Bench()
            bench.invite()
            bench.receive("SIP/2.0 180 Ringing\r\nCall-ID: \(change(bench.invites[0].header("Call-ID")))\r\n\r\n")
            #expect(bench.story == ["unreadable", "dropped malformed"])
        }
        var bench = Bench()
        bench.invite { $0.credentials = Account(username: "u", password: "p") }
        let first = try #require(bench.invites.first)
        bench.answer(first, "407 Proxy Authentication Required", ["Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""])
        bench.receive("SIP/2.0 180 Ringing\r\nVia: \(first.via)\r\nCall-ID: \(first.header("Call-ID"))\r\n\r\n")
        #expect(bench.story == ["dropped malformed"] && bench.invites.count == 2)
        bench.run(until: .seconds(1))
        #expect(bench.invites.count == 3, "the second one is said again")
        let second = try #require(bench.invites.last)
        bench.receive(
            "\r\n\r\nSIP/2.0 180 Ringing\r\nVia: \(second.via)\r\nFrom: \(second.header("From"))\r\nTo: <sip:x@y>;tag=1\r\n"
                + "Call-ID: \(second.header("Call-ID"))\r\nCSeq: 2 INVITE\r\n\r\n")
        #expect(bench.story.last == "progress 180")
    }
}
