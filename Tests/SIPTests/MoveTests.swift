import Basis
import FarEnd
import Testing

@testable import SIP

/// An offer of ours within a connected call: the meeting's media server has moved (RFC 3261 §14.1, RFC 3264 §8).
@Suite struct MoveTests {
    private static let moved = "v=0\r\no=mixer 77 5 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0\r\n"

    private static func call(_ change: (inout Behaviour) -> Void = { _ in }) -> Driver {
        var behaviour = Behaviour()
        change(&behaviour)
        var driver = Driver { [behaviour] _ in behaviour }
        driver.invite { $0.sessionExpires = 600 }
        driver.run(until: .seconds(5))
        return driver
    }

    private static func offer(_ driver: inout Driver, _ sdp: String = moved) {
        driver.turn { endpoint, now in endpoint.offer(Driver.leg, Array(sdp.utf8), at: now) }
    }

    @Test("it goes by re-INVITE under the session's origin, a version on, and its answer is told") func accepted() throws {
        var driver = Self.call()
        Self.offer(&driver)
        driver.run(until: .seconds(6))
        #expect(driver.titles.suffix(3) == ["-> INVITE", "<- 200 INVITE", "-> ACK"])
        let invite = String(decoding: try #require(driver.sent("INVITE")), as: UTF8.self)
        #expect(
            invite.hasSuffix(
                "\r\n\r\nv=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0\r\n"))
        #expect(invite.contains("\r\nSession-Expires: 600;refresher=uac\r\n") && invite.contains("\r\nCSeq: 2 INVITE\r\n"))
        #expect(driver.story.suffix(2).first?.hasPrefix("session ") == true && driver.story.last == "moved accepted")
        driver.run(until: .seconds(400))
        #expect(driver.fate == ["answered"], "refreshes go on")
    }

    @Test("what the far end offers later is answered from the new description") func later() throws {
        var driver = Self.call { $0.changes = [.init(.offerless, after: .seconds(8))] }
        Self.offer(&driver)
        driver.run(until: .seconds(15))
        let sdp = String(decoding: try #require(driver.farEnd.records.first?.callerSDP), as: UTF8.self)
        #expect(sdp.contains("c=IN IP4 192.0.2.9\r\n") && sdp.contains("m=audio 40000"))
    }

    @Test("refused, the session is as it was, and another offer may follow", arguments: [400, 403, 415, 488, 500, 503, 603])
    func refused(code: Int) {
        var driver = Self.call { $0.refreshRefusals = [code] }
        Self.offer(&driver)
        driver.run(until: .seconds(6))
        #expect(driver.titles.suffix(3) == ["-> INVITE", "<- \(code) INVITE", "-> ACK"])
        #expect(driver.story.last?.hasPrefix("moved refused(code: \(code), phrase: ") == true && driver.fate == ["answered"])
        Self.offer(&driver)
        driver.run(until: .seconds(8))
        #expect(driver.story.last == "moved accepted")
        let invite = String(decoding: driver.sent("INVITE") ?? [], as: UTF8.self)
        #expect(invite.contains("o=- 1 2 IN IP4 192.0.2.1"), "the refused version was never in force")
    }

    @Test(
        "an answer by which nobody can talk is no answer to it",
        arguments: ["audio 0 RTP/AVP 0", "audio 4000 RTP/AVP 101", "audio 99999 RTP/AVP 0", "image 4 udptl t38"])
    func inVain(media: String) throws {
        var bench = Bench()
        bench.invite()
        let contact = ["Contact: <sip:far@192.0.2.2>"]
        bench.answer(try #require(bench.invites.first), "200 OK", contact, sdp: Bench.offer)
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.replacing("4000", with: "4002").utf8), at: $1) }
        let answer = Bench.offer.replacing("audio 4000 RTP/AVP 0", with: media)
        bench.answer(try #require(bench.invites.last), "200 OK", contact, sdp: answer)
        #expect(bench.story == ["answered", #"moved refused(code: 200, phrase: "no media in common")"#])
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.utf8), at: $1) }
        #expect(bench.invites.count == 3 && bench.last("ACK")?.header("CSeq") == "2 ACK")
    }

    @Test("media that the new description names no more are switched off: there are never fewer than before (RFC 3264 §8.2)")
    func fewer() throws {
        var bench = Bench()
        let both = Bench.offer + "m=video 4004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        bench.invite { $0.sdp = Array(both.utf8) }
        bench.answer(try #require(bench.invites.first), "200 OK", ["Contact: <sip:far@192.0.2.2>"], sdp: both)
        bench.turn { $0.offer(Driver.leg, Array(Bench.offer.utf8), at: $1) }
        #expect(bench.invites.last?.text.hasSuffix("m=audio 4000 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n") == true)
    }

    @Test("491 waits from 2.1 to 4 seconds and comes again", arguments: 1...10 as ClosedRange<UInt64>) func glare(seed: UInt64) {
        var behaviour = Behaviour()
        behaviour.refreshRefusals = [491]
        var driver = Driver(seed: seed) { [behaviour] _ in behaviour }
        driver.invite { $0.sessionExpires = 600 }
        driver.run(until: .seconds(5))
        Self.offer(&driver)
        driver.run(until: .seconds(12))
        let sent = driver.ladder.filter { $0.hasSuffix(" -> INVITE") }.compactMap { Int($0.prefix { $0 != " " }) }
        #expect(sent.count == 3 && (2_140..<4_041).contains(sent[2] - sent[1]) && driver.story.last == "moved accepted")
    }

    @Test("silence ends the call, since its dialog is gone") func silence() {
        var driver = Self.call()
        driver.network = { _, _, bytes in Driver.title(bytes).hasSuffix("INVITE") ? [] : [Driver.latency] }
        Self.offer(&driver)
        driver.run(until: .seconds(60))
        #expect(driver.story.contains("moved lost(code: nil)") && driver.fate == ["answered", "ended"])
    }

    @Test("one at a time, only in a connected call, and only what is a session description") func notNow() {
        var driver = Self.call()
        Self.offer(&driver, "v=0\r\nnonsense\r\n")
        #expect(driver.story.last == #"moved refused(code: 488, phrase: "Not Acceptable Here")"#)
        Self.offer(&driver)
        Self.offer(&driver)
        #expect(driver.story.last == "moved untimely")
        driver.run(until: .seconds(6))
        #expect(driver.story.last == "moved accepted")
        driver.hangUp()
        Self.offer(&driver)
        #expect(driver.story.last == "moved untimely")
    }

    @Test("an offer of the far end that is under way goes first", arguments: [0, 10, 30, 60])
    func crossing(milliseconds: Int64) {
        var driver = Self.call { $0.changes = [.init(.hold, after: .seconds(5))] }
        driver.run(until: .milliseconds(6_160 + milliseconds))
        Self.offer(&driver)
        driver.run(until: .seconds(30))
        #expect(driver.story.last == "moved accepted" || driver.story.suffix(3).contains("moved accepted"))
        #expect(driver.fate == ["answered"] && driver.farEnd.records.first?.changes == 1)
    }
}
