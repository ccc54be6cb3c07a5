import Basis
import FarEnd
import Testing

@testable import SIP

/// What counts as the answer to our offer (RFC 3261 §13.2.1, RFC 3262 §5, RFC 6337), and what becomes of a call without one.
@Suite struct AnswerTests {
    static let offer = SessionDescriptionTests.bytes(SessionDescriptionTests.known)

    private static func sdp(_ media: [String]) -> [UInt8] { SessionDescriptionTests.offer(media) }

    @Test(
        "an answer takes offered audio in an offered codec",
        arguments: [
            (["m=audio 5000 RTP/AVP 8"], true), (["m=audio 5000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000"], true),
            (["m=audio 5000 RTP/AVP 111", "a=rtpmap:111 OPUS/48000/2"], true), (["m=audio 5000 RTP/AVP 96"], true),
            (["m=audio 5000 RTP/AVP 97", "a=rtpmap:97 PCMA/8000/1"], true), (["m=audio 5000 RTP/AVP 8", "a=inactive"], true),
            (["m=audio 5000/2 RTP/AVP 8"], true), (["m=audio 5000 RTP/SAVP 8"], false),
            (["m=audio 0 RTP/AVP 8"], false), (["m=audio 0/2 RTP/AVP 8"], false), (["m=audio 5000 RTP/AVP 18"], false),
            (["m=audio 00000 RTP/AVP 8"], false), (["m=audio 00/2 RTP/AVP 8"], false), (["m=audio +5000 RTP/AVP 8"], false),
            (["m=audio 5000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"], false), (["m=audio 5000 RTP/AVP 101"], false),
            (["m=audio 5000 RTP/AVP 13"], false), (["m=audio 5000 RTP/AVP 99", "a=rtpmap:99 CN/16000"], false),
            (["m=audio 5000 RTP/AVP 97"], false), (["m=audio 5000 RTP/AVP 96", "a=rtpmap:96 speex/8000"], false),
            (["m=video 5000 RTP/AVP 8"], false), (["m=image 5000 udptl t38"], false), ([], false),
            (["m=audio 0 RTP/AVP 8", "m=audio 5000 RTP/AVP 8"], false),
        ])
    func usable(media: [String], isUsable: Bool) throws {
        let ours = try #require(SessionDescription(Self.offer)), theirs = try #require(SessionDescription(Self.sdp(media)))
        #expect(ours.isAnswered(by: theirs) == isUsable)
    }

    private static let key = "inline:" + String(repeating: "k", count: 40), print = "a=fingerprint:sha-256 AB:CD"
    private static let sdes = [
        "m=audio 4000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \(key)", "a=crypto:2 AES_CM_128_HMAC_SHA1_32 \(key)",
    ]
    private static let dtls = ["m=audio 4000 UDP/TLS/RTP/SAVP 8", "a=setup:actpass", print]

    @Test(
        "an answer to SRTP is SRTP by keys that were offered",
        arguments: [
            (sdes, ["m=audio 5000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \(key)"], true),
            (sdes, ["m=audio 5000 RTP/SAVP 8", "a=crypto:2 AES_CM_128_HMAC_SHA1_32 \(key)|2^20"], true),
            (sdes, ["m=audio 5000 RTP/AVP 8"], false), (sdes, ["m=audio 5000 RTP/SAVP 8"], false),
            (sdes, ["m=audio 5000 RTP/AVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \(key)"], false),
            (sdes, ["m=audio 5000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 \(key)"], false),
            (sdes, ["m=audio 5000 RTP/SAVP 8", "a=crypto:3 AES_CM_128_HMAC_SHA1_80 \(key)"], false),
            (sdes, ["m=audio 5000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80"], false),
            (sdes, ["m=audio 5000 RTP/SAVP 8"] + Array(sdes.dropFirst()), false),
            (sdes, ["m=audio 5000 RTP/SAVP 8", print], false),
            (dtls, ["m=audio 5000 UDP/TLS/RTP/SAVP 8", "a=setup:active", print], true),
            (dtls, ["m=audio 5000 UDP/TLS/RTP/SAVP 8", "a=setup:active"], false),
            (dtls, ["m=audio 5000 RTP/AVP 8", print], false),
            (["m=audio 4000 RTP/SAVP 8", "a=key-mgmt:mikey AQAF"], ["m=audio 5000 RTP/SAVP 8"], true),
        ])
    func secured(offered: [String], answered: [String], isUsable: Bool) throws {
        let ours = try #require(SessionDescription(Self.sdp(offered))), theirs = try #require(SessionDescription(Self.sdp(answered)))
        #expect(ours.isAnswered(by: theirs) == isUsable)
    }

    @Test("a fingerprint may stand for the session as a whole") func sessionFingerprint() throws {
        let ours = try #require(SessionDescription(Self.sdp(Self.dtls)))
        let theirs = SessionDescriptionTests.offer(["m=audio 5000 UDP/TLS/RTP/SAVP 8", "a=setup:active"], session: [Self.print])
        #expect(ours.isAnswered(by: try #require(SessionDescription(theirs))))
    }

    @Test("an offer of SRTP within the call is answered by a key of ours under its tag, or a handshake that we begin, or not at all")
    func securedReinvite() throws {
        func answer(_ offered: [String], by ours: [String]) throws -> [String]? {
            let known = try #require(SessionDescription(Self.sdp(ours))), offer = try #require(SessionDescription(Self.sdp(offered)))
            return known.answer(to: offer).map { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\r\n").map(String.init) }
        }
        let taken = try #require(
            try answer(
                ["m=audio 9 RTP/SAVP 8", "a=crypto:7 F8_128_HMAC_SHA1_80 \(Self.key)", "a=crypto:9 AES_CM_128_HMAC_SHA1_32 x"],
                by: Self.sdes))
        #expect(taken.filter { $0.hasPrefix("a=crypto") } == ["a=crypto:9 AES_CM_128_HMAC_SHA1_32 \(Self.key)"])
        #expect(try answer(["m=audio 9 RTP/SAVP 8", "a=crypto:7 F8_128_HMAC_SHA1_80 \(Self.key)"], by: Self.sdes) == nil)
        #expect(try answer(["m=audio 9 RTP/SAVP 8"], by: Self.sdes) == nil)
        #expect(try answer(["m=audio 9 RTP/AVP 8"], by: Self.sdes) == nil)
        let shaken = try #require(try answer(["m=audio 9 UDP/TLS/RTP/SAVP 8", "a=setup:actpass", Self.print], by: Self.dtls))
        #expect(shaken.contains("a=setup:active") && shaken.contains(Self.print) && !shaken.contains("a=setup:actpass"))
    }

    @Test(
        "where no audio was offered whatever is taken counts", arguments: [("m=video 1 RTP/AVP 31", true), ("m=video 0 RTP/AVP 31", false)])
    func otherMedia(media: String, isUsable: Bool) throws {
        let ours = try #require(SessionDescription(Self.sdp(["m=video 9 RTP/AVP 31"])))
        #expect(ours.isAnswered(by: try #require(SessionDescription(Self.sdp([media])))) == isUsable)
        #expect(try #require(SessionDescription(Self.sdp([]))).isAnswered(by: try #require(SessionDescription(Self.sdp([])))))
    }

    @Test("a 200 that answers nothing is acknowledged and hung up with a reason", arguments: Behaviour.Answer.allCases)
    func inVain(answer: Behaviour.Answer) throws {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            behaviour.answer = answer
            return behaviour
        }
        driver.invite()
        driver.run(until: .seconds(5))
        guard !answer.isUsable else { return #expect(driver.story.last == "answered sdp") }
        #expect(driver.titles.suffix(4) == ["<- 200 INVITE", "-> ACK", "-> BYE", "<- 200 BYE"])
        #expect(driver.story == ["progress 100", "progress 180", "answered in vain", "failed answeredInVain 200"])
        let record = try #require(driver.farEnd.records.first)
        #expect(record.isAcknowledged && record.ending == .callerHungUp)
        #expect(record.reasons == [Reason(protocol: "Q.850", cause: 88, text: "Incompatible destination")])
        driver.run()
        #expect(driver.endpoint.legCount == 0)
    }

    @Test("it is over when the BYE is, also by silence, and only then") func unansweredBye() {
        var driver = Driver()
        driver.network = { _, direction, bytes in direction == .out && Driver.title(bytes) == "BYE" ? [] : [Driver.latency] }
        driver.invite("+14255550606")
        driver.run(until: .seconds(33))
        #expect(driver.fate.isEmpty && driver.story.last == "answered in vain")
        driver.run(until: .seconds(34))
        #expect(driver.fate == ["failed"])
    }

    @Test("one that is given up as it is answered in vain is a cancelled one") func givenUp() {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            (behaviour.answer, behaviour.answerAfter, behaviour.onCancel) = (.none, nil, .answer)
            return behaviour
        }
        driver.invite()
        driver.run(until: .seconds(1))
        driver.cancel()
        driver.run(until: .seconds(5))
        #expect(driver.story.last == "failed cancelled 200 answered")
    }

    /// One provisional response and a 200, each with a tag and a body.
    private struct Course: Sendable, CustomTestStringConvertible {
        let name: String
        var isReliable = false
        let ringing: (tag: UInt64, sdp: [UInt8])
        let answer: (tag: UInt64, sdp: [UInt8])
        let outcome: [UInt8]?
        var testDescription: String { name }
    }

    private static let pcma = sdp(["m=audio 5000 RTP/AVP 8"]), pcmu = sdp(["m=audio 6000 RTP/AVP 0"])
    private static let refused = sdp(["m=audio 0 RTP/AVP 8"]), rubbish = Array("rubbish".utf8)
    private static let courses = [
        Course(name: "the 200 alone", ringing: (1, []), answer: (1, pcma), outcome: pcma),
        Course(name: "a preview, and none in the 200", ringing: (1, pcma), answer: (1, []), outcome: pcma),
        Course(name: "a preview, and another in the 200", ringing: (1, pcma), answer: (1, pcmu), outcome: pcmu),
        Course(name: "a preview, and rubbish in the 200", ringing: (1, pcma), answer: (1, rubbish), outcome: nil),
        Course(name: "a preview, and a refusal in the 200", ringing: (1, pcma), answer: (1, refused), outcome: nil),
        Course(name: "an answer, and none in the 200", isReliable: true, ringing: (1, pcma), answer: (1, []), outcome: pcma),
        Course(name: "an answer, and another in the 200", isReliable: true, ringing: (1, pcma), answer: (1, pcmu), outcome: pcma),
        Course(name: "an answer, and rubbish in the 200", isReliable: true, ringing: (1, pcma), answer: (1, rubbish), outcome: pcma),
        Course(name: "a refusal, and another in the 200", isReliable: true, ringing: (1, refused), answer: (1, pcma), outcome: nil),
        Course(name: "reliable without a body", isReliable: true, ringing: (1, []), answer: (1, pcma), outcome: pcma),
        Course(name: "another fork's preview", ringing: (1, pcma), answer: (2, []), outcome: nil),
        Course(name: "another fork's answer", isReliable: true, ringing: (1, pcma), answer: (2, []), outcome: nil),
        Course(name: "another fork's answer, and one of its own", isReliable: true, ringing: (1, pcma), answer: (2, pcmu), outcome: pcmu),
    ]

    @Test("the answer of a dialog", arguments: courses) private func course(_ course: Course) throws {
        var driver = Driver()
        driver.network = { _, _, _ in [] }
        driver.invite { $0.sdp = Self.offer }
        let invite = try Message(parsing: driver.lastSent)
        func say(_ code: Int, _ said: (tag: UInt64, sdp: [UInt8]), isReliable: Bool = false) throws {
            var response = ResponseDraft(code, "Said", tag: said.tag)
            response.sdp = said.sdp
            if isReliable {
                response.add("Require", "100rel")
                response.add("RSeq", "5")
            }
            driver.inject(try #require(response.written(for: invite, from: Driver.us, agent: [])))
        }
        try say(183, course.ringing, isReliable: course.isReliable)
        try say(200, course.answer)
        guard let outcome = course.outcome else {
            #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"])
            return #expect(driver.story.last == "answered in vain")
        }
        guard case .answered(_, _, _, let sdp) = driver.outputs.last else {
            Issue.record("\(driver.story)")
            return
        }
        #expect(sdp == outcome)
        #expect(driver.titles.last == "-> ACK")
    }
}
