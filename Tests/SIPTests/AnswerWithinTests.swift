import Testing

@testable import SIP

/// Descriptions within a call are held to what was offered, as the first answer is (RFC 3264 §6, §8, docs/decisions/srtp-in-the-offer.md).
@Suite("Answers within a call")
struct AnswerWithinTests {
    private static let offer =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n"
        + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(String(repeating: "A", count: 40))\r\n"
    private static let clear = offer.replacing("SAVP", with: "AVP").replacing(/a=crypto.*\r\n/, with: "")
    private static let via = "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK-"
    private static let contact = ["Contact: <sip:far@192.0.2.2>"]
    /// What answers nothing: media in the clear, none, no description, a key that was not offered.
    static let bad = [
        clear, offer.replacing("4000", with: "0"), "hello", offer.replacing("crypto:1", with: "crypto:2"),
    ]

    /// A call over SRTP that is up, and the ACK that made it so.
    private static func call(_ more: [String] = []) throws -> (Bench, Bench.Sent) {
        var bench = Bench()
        bench.invite { $0.sdp = Array(offer.utf8) }
        bench.answer(try #require(bench.invites.first), "200 OK", contact + more, sdp: offer)
        return (bench, try #require(bench.last("ACK")))
    }

    private static func expectHungUp(_ bench: inout Bench, after story: [String] = ["answered"]) throws {
        let bye = try #require(bench.last("BYE"))
        #expect(bye.header("Reason").contains("cause=88") && bench.story == story, "\(bench.story)")
        #expect(bench.sent.last?.method == "BYE", "the ACK goes before it")
        bench.answer(bye, "200 OK")
        #expect(bench.story.last == "ended incompatible")
    }

    @Test("the ACK of a re-INVITE without an offer has to answer ours", arguments: bad)
    func inAck(answer: String) throws {
        for (answer, isGood) in [(Self.offer, true), (answer, false)] {
            var (bench, ack) = try Self.call()
            bench.request("INVITE", after: ack, cSeq: 1, via: Self.via + "1", Self.contact)
            #expect(bench.sent.last?.text.contains("RTP/SAVP") == true)
            bench.request("ACK", after: ack, cSeq: 1, via: Self.via + "2", sdp: answer)
            if isGood { #expect(bench.story == ["answered", "session"]) } else { try Self.expectHungUp(&bench) }
        }
    }

    @Test("so has the answer to a refresh by re-INVITE", arguments: bad)
    func inRefresh(answer: String) throws {
        for (answer, isGood) in [(Self.offer, true), (answer, false)] {
            var (bench, _) = try Self.call(["Require: timer", "Session-Expires: 90;refresher=uac"])
            bench.run(until: .milliseconds(45_100))
            bench.answer(try #require(bench.invites.last), "200 OK", Self.contact, sdp: answer)
            #expect(bench.invites.count == 2 && bench.last("ACK")?.header("CSeq") == "2 ACK")
            if isGood { #expect(bench.story == ["answered", "session"]) } else { try Self.expectHungUp(&bench) }
        }
    }

    @Test("a description in the response to an UPDATE that offered nothing is no answer, and changes nothing", arguments: bad)
    func inUpdate(answer: String) throws {
        let timer = ["Allow: INVITE, UPDATE", "Require: timer", "Session-Expires: 90;refresher=uac"]
        var (bench, _) = try Self.call(timer)
        bench.run(until: .seconds(46))
        bench.answer(try #require(bench.last("UPDATE")), "200 OK", Self.contact + [timer[2]], sdp: answer)
        #expect(bench.story == ["answered"] && bench.last("BYE") == nil)
    }

    @Test("what was before is answered as it was offered again, or nobody can talk any more", arguments: bad.map { $0 } + ["", "488"])
    func restored(answer: String) throws {
        for isGood in [true, false] {
            var (bench, _) = try Self.call()
            bench.turn { $0.offer(Driver.leg, Array(Self.offer.replacing("4000", with: "4002").utf8), at: $1) }
            bench.answer(try #require(bench.invites.last), "200 OK", Self.contact, sdp: Self.clear)
            bench.run(until: .milliseconds(600))
            let again = try #require(bench.invites.last), moved = #"moved refused(code: 200, phrase: "no media in common")"#
            #expect(bench.invites.count == 3 && again.text.contains("m=audio 4000 RTP/SAVP"))
            if isGood {
                bench.answer(again, "200 OK", Self.contact, sdp: Self.offer)
                #expect(bench.story == ["answered", moved, "session"] && bench.last("BYE") == nil)
            } else {
                if answer == "488" {
                    bench.answer(again, "488 Not Acceptable Here")
                } else {
                    bench.answer(again, "200 OK", Self.contact, sdp: answer)
                }
                try Self.expectHungUp(&bench, after: ["answered", moved])
            }
        }
    }
}
