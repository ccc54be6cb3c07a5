import Basis
import Testing

@testable import SIP

/// Offers and refreshes that come to no end, or whose call ends before: nothing waits for them for ever, and nothing is done again and again.
@Suite struct UnfinishedOfferTests {
    private static let via = "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK-"
    private static let contact = ["Contact: <sip:far@192.0.2.2>", "Allow: INVITE, UPDATE"]
    private static let moved = Bench.offer.replacing("4000", with: "4002")

    /// A connected call and the ACK that made it so.
    private static func call(_ more: [String] = []) throws -> (Bench, Bench.Sent) {
        var bench = Bench()
        bench.invite()
        bench.answer(try #require(bench.invites.first), "200 OK", contact + more, sdp: Bench.offer)
        return (bench, try #require(bench.last("ACK")))
    }

    private static func offer(_ bench: inout Bench) { bench.turn { $0.offer(Driver.leg, Array(moved.utf8), at: $1) } }

    /// How often something was due until then.
    private static func turns(_ bench: inout Bench, until limit: Duration) -> Int {
        var count = 0
        while let next = bench.endpoint.nextDeadline, next <= Instant.zero + limit, count < 1_000 {
            bench.run(until: next - Instant.zero)
            count += 1
        }
        return count
    }

    enum End: CaseIterable { case far, us }

    private static func end(_ end: End, _ bench: inout Bench, after ack: Bench.Sent) throws {
        switch end {
        case .far: bench.request("BYE", after: ack, cSeq: 9, via: via + "bye")
        case .us:
            bench.turn { $0.hangUp(Driver.leg, at: $1) }
            bench.answer(try #require(bench.last("BYE")), "200 OK")
        }
    }

    @Test("a call that ends while an offer waits for its turn is over, whoever ends it", arguments: End.allCases, [true, false])
    func endedBefore(end: End, isCrossed: Bool) throws {
        var (bench, ack) = try Self.call()
        if isCrossed {
            Self.offer(&bench)
            bench.answer(try #require(bench.invites.last), "491 Request Pending")
        } else {
            bench.request("INVITE", after: ack, cSeq: 1, via: Self.via + "reinvite", Self.contact)
            Self.offer(&bench)
        }
        try Self.end(end, &bench, after: ack)
        #expect(bench.story.last == "ended \(end == .far ? "farEnd" : "us")")
        #expect(Self.turns(&bench, until: .seconds(120)) < 60)
        #expect(bench.endpoint.nextDeadline == nil, "it is forgotten")
    }

    @Test("a timer that the far end sets while our refresh is out has nothing due until that has ended", arguments: [true, false])
    func refreshOut(isAnswered: Bool) throws {
        var (bench, ack) = try Self.call(["Session-Expires: 10;refresher=uac", "Require: timer"])
        bench.run(until: .milliseconds(5_100))
        let update = try #require(bench.last("UPDATE"))
        bench.request(
            "UPDATE", after: ack, cSeq: 1, via: Self.via + "update",
            Self.contact + ["Session-Expires: 90;refresher=uas", "Supported: timer"])
        if isAnswered { bench.answer(update, "200 OK", Self.contact + ["Session-Expires: 90;refresher=uac"]) }
        #expect(Self.turns(&bench, until: .seconds(60)) < 60)
        #expect(bench.story.contains("ended sessionExpired") != isAnswered || bench.last("BYE") != nil, "\(bench.story)")
    }

    @Test("a re-INVITE that gets a provisional response and nothing more is cancelled within its dialog, and its offer refused")
    func provisionalOnly() throws {
        var (bench, _) = try Self.call()
        Self.offer(&bench)
        let invite = try #require(bench.invites.last)
        bench.answer(invite, "100 Trying")
        bench.run(until: .seconds(31))
        #expect(bench.last("CANCEL") == nil)
        bench.run(until: .seconds(33))
        let cancel = try #require(bench.last("CANCEL"))
        #expect(cancel.via == invite.via && cancel.uri == invite.uri && cancel.header("To") == invite.header("To"))
        #expect(cancel.header("CSeq") == "2 CANCEL" && cancel.header("Call-ID") == invite.header("Call-ID"))
        bench.answer(cancel, "200 OK")
        bench.answer(invite, "487 Request Terminated")
        #expect(bench.story == ["answered", #"moved refused(code: 487, phrase: "Request Terminated")"#])
        Self.offer(&bench)
        #expect(bench.invites.count == 3)
    }

    @Test("who says again and again that a re-INVITE goes on holds it no longer than who says it once")
    func provisionalForEver() throws {
        var (bench, _) = try Self.call()
        Self.offer(&bench)
        let invite = try #require(bench.invites.last)
        for second in 1...40 where bench.last("CANCEL") == nil {
            bench.answer(invite, "183 Session Progress")
            bench.run(until: .seconds(second))
        }
        #expect(bench.last("CANCEL") != nil)
    }

    @Test("a 2xx of an earlier INVITE that comes again is acknowledged by its number, another phone's is hung up, a refusal has its ACK")
    func earlierAgain() throws {
        var (bench, ack) = try Self.call()
        let first = try #require(bench.invites.first)
        Self.offer(&bench)
        let second = try #require(bench.invites.last)
        bench.answer(first, "200 OK", Self.contact, sdp: Bench.offer)
        #expect(bench.last("ACK")?.header("CSeq") == "1 ACK" && bench.last("ACK")?.to == ack.to)
        bench.answer(second, "491 Request Pending")
        Self.offer(&bench)
        bench.run(until: .seconds(5))
        let acks = bench.sent.count { $0.method == "ACK" }
        bench.answer(second, "491 Request Pending")
        #expect(bench.sent.count { $0.method == "ACK" } == acks + 1 && bench.last("ACK")?.via == second.via)
        bench.answer(first, "200 OK", Self.contact, sdp: Bench.offer)
        #expect(bench.last("ACK")?.header("CSeq") == "1 ACK" && bench.last("BYE") == nil)
        bench.answer(first, "200 OK", tag: "other", Self.contact, sdp: Bench.offer)
        #expect(bench.last("BYE")?.header("To").hasSuffix(";tag=other") == true)
        bench.answer(try #require(bench.invites.last), "200 OK", Self.contact, sdp: Self.moved)
        #expect(bench.invites.last?.header("CSeq") == "3 INVITE" && bench.last("ACK")?.header("CSeq") == "3 ACK")
        #expect(!bench.story.contains { $0.hasPrefix("ended") || $0.hasPrefix("dropped") }, "\(bench.story)")
    }

    @Test("and where that brings nothing either, the call is hung up")
    func cancelledInVain() throws {
        var (bench, _) = try Self.call()
        Self.offer(&bench)
        bench.answer(try #require(bench.invites.last), "183 Session Progress")
        #expect(Self.turns(&bench, until: .seconds(70)) < 60)
        #expect(bench.story.dropFirst().first == "moved lost(code: nil)" && bench.last("BYE") != nil, "\(bench.story)")
    }

    @Test("an offer that another one crosses each time is given up")
    func glareForEver() throws {
        var (bench, _) = try Self.call()
        Self.offer(&bench)
        for round in 1...4 {
            let end = bench.now + .seconds(5)
            while bench.invites.count < 1 + round, bench.now < end { bench.run(until: bench.now - Instant.zero + .milliseconds(10)) }
            #expect(bench.invites.count == 1 + round)
            bench.answer(try #require(bench.invites.last), "491 Request Pending")
        }
        bench.run(until: bench.now - Instant.zero + .seconds(5))
        #expect(bench.invites.count == 5)
        #expect(bench.story == ["answered", #"moved refused(code: 491, phrase: "Request Pending")"#])
    }

    @Test("where the far end took an offer without an answer to talk by, what was before is offered again under a later version")
    func takenInVain() throws {
        var (bench, _) = try Self.call()
        Self.offer(&bench)
        bench.answer(try #require(bench.invites.last), "200 OK", Self.contact)
        #expect(bench.story == ["answered", #"moved refused(code: 200, phrase: "no session description")"#])
        bench.run(until: .milliseconds(600))
        let again = try #require(bench.invites.last)
        #expect(bench.invites.count == 3 && again.header("CSeq") == "3 INVITE" && again.text.contains("m=audio 4000 "))
        #expect(bench.invites[1].text.contains("o=- 1 2 ") && again.text.contains("o=- 1 3 "))
        bench.answer(again, "200 OK", Self.contact, sdp: Bench.offer)
        Self.offer(&bench)
        #expect(bench.invites.last?.text.contains("o=- 1 4 ") == true, "\(bench.invites.last?.text ?? "")")
        #expect(bench.story.count { $0.hasPrefix("moved") } == 1)
    }

    @Test("within the dialog no reliable provisional response is asked for")
    func unreliable() throws {
        var (bench, _) = try Self.call()
        Self.offer(&bench)
        #expect(bench.invites.map { $0.header("Supported") } == ["timer, 100rel", "timer"])
    }
}
