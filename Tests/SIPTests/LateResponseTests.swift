import Basis
import FarEnd
import Testing

@testable import SIP

/// What comes after a call is over, or instead of what was awaited: other forks' answers, BYE before an answer, NOTIFY.
@Suite struct LateResponseTests {
    private static func alone(_ transport: Transport = .udp) -> Driver {
        var driver = Driver()
        driver.transport = transport
        driver.network = { _, _, _ in [] }
        return driver
    }

    private static func answer(_ driver: inout Driver, _ code: Int, tag: UInt64, to invite: [UInt8], _ lines: [(String, String)] = [])
        throws
    {
        var response = ResponseDraft(code, "Said", tag: tag)
        for (name, value) in lines { response.add(name, value) }
        if code == 200 { response.sdp = FarEnd.silence }
        driver.inject(try #require(response.written(for: Message(parsing: invite), from: Driver.us, agent: [])))
    }

    private static func tag(_ driver: Driver) -> Substring? {
        String(decoding: driver.lastSent, as: UTF8.self).split(separator: "\r\n").first { $0.hasPrefix("To: ") }?.split(separator: "=").last
    }

    @Test("another fork's 200 after a failure is acknowledged and hung up, at once and each time", arguments: Transport.allCases)
    func afterFailure(transport: Transport) throws {
        var driver = Self.alone(transport)
        driver.invite()
        let invite = driver.lastSent
        try Self.answer(&driver, 486, tag: 0xA, to: invite)
        #expect(driver.story == ["failed rejected 486"])
        driver.run(until: .seconds(10))
        try Self.answer(&driver, 200, tag: 0xB, to: invite)
        #expect(driver.titles == ["-> INVITE", "-> ACK", "-> ACK", "-> BYE"])
        #expect(Self.tag(driver) == "000000000000000b")
        try Self.answer(&driver, 200, tag: 0xB, to: invite)
        try Self.answer(&driver, 180, tag: 0xC, to: invite)
        #expect(driver.titles.suffix(2) == ["-> BYE", "-> ACK"])
        try Self.answer(&driver, 200, tag: 0xC, to: invite)
        #expect(driver.titles.suffix(3) == ["-> ACK", "-> ACK", "-> BYE"] && Self.tag(driver) == "000000000000000c")
        #expect(driver.story == ["failed rejected 486"])
    }

    @Test("a 200 to an INVITE that was challenged or redirected is hung up, and the call goes on") func afterChallenge() throws {
        var driver = Self.alone()
        driver.invite { $0.credentials = Account(username: "dialout", password: "secret") }
        let first = driver.lastSent
        try Self.answer(&driver, 407, tag: 0xA, to: first, [("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n\"")])
        let second = driver.lastSent
        #expect(driver.titles == ["-> INVITE", "-> ACK", "-> INVITE"])
        try Self.answer(&driver, 200, tag: 0xB, to: first)
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"] && Self.tag(driver) == "000000000000000b")
        #expect(String(decoding: driver.lastSent, as: UTF8.self).contains("\r\nCSeq: 3 BYE\r\n"), "behind the second INVITE's number")
        #expect(driver.fate.isEmpty && driver.story.isEmpty, "it is no stray one")
        try Self.answer(&driver, 200, tag: 0xC, to: second)
        #expect(driver.story.last == "answered sdp" && Self.tag(driver) == "000000000000000c")
    }

    @Test(
        "of an INVITE that was challenged nothing provisional counts, and each failure that comes yet is acknowledged",
        arguments: [100, 180, 199, 300, 302, 407, 486, 603])
    func challengedBefore(code: Int) throws {
        var driver = Self.alone()
        driver.invite { $0.credentials = Account(username: "dialout", password: "secret") }
        let first = driver.lastSent
        try Self.answer(&driver, 407, tag: 0xA, to: first, [("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n\"")])
        let before = driver.titles
        try Self.answer(&driver, code, tag: 0xB, to: first)
        #expect(Array(driver.titles.dropFirst(before.count)) == (code < 200 ? [] : ["-> ACK"]))
        #expect(driver.fate.isEmpty && driver.story == (code < 200 ? ["dropped strayResponse"] : []))
    }

    @Test(
        "an INVITE in whose place another trunk is dialled is not sent again, and what comes of it is still ended",
        arguments: [true, false])
    func replaced(isReplaced: Bool) throws {
        var driver = Self.alone()
        driver.invite()
        let invite = driver.lastSent
        driver.run(until: .seconds(10))
        #expect(driver.titles.count == 5)
        driver.endpoint.cancel(Driver.leg, isReplaced: isReplaced, at: driver.now)
        driver.run(until: .seconds(31))
        #expect(driver.titles.count == (isReplaced ? 5 : 6))
        try Self.answer(&driver, 180, tag: 0xA, to: invite)
        #expect(driver.titles.last == "-> CANCEL")
        try Self.answer(&driver, 200, tag: 0xA, to: invite)
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"])
    }

    @Test("one that is never answered ends when timer B would have ended it") func replacedSilence() {
        var driver = Self.alone()
        driver.invite()
        driver.run(until: .seconds(10))
        driver.endpoint.cancel(Driver.leg, isReplaced: true, at: driver.now)
        driver.run(until: .milliseconds(31_999))
        #expect(driver.fate.isEmpty)
        driver.run(until: .seconds(32))
        #expect(driver.story == ["failed cancelled"])
    }

    private static func bye(_ driver: Driver, tag: String, _ reason: String) -> String {
        let sent = String(decoding: driver.lastInvite?.bytes ?? [], as: UTF8.self).split(separator: "\r\n")
        func value(_ name: String) -> Substring { sent.first { $0.hasPrefix(name + ": ") }?.dropFirst(name.count + 2) ?? "" }
        let headers = "From: \(value("To"));tag=\(tag)\r\nTo: \(value("From"))\r\nCall-ID: \(value("Call-ID"))\r\n"
        return DialogTests.request("BYE", headers, branch: "z9hG4bK\(tag)", extra: reason.isEmpty ? "" : "Reason: \(reason)\r\n")
    }

    @Test("a callee that hangs up while it rings has hung up, with its reason; the INVITE is cancelled") func earlyBye() throws {
        var driver = Self.alone()
        driver.invite()
        let invite = driver.lastSent
        try Self.answer(&driver, 180, tag: 0xA, to: invite)
        driver.inject(Self.bye(driver, tag: "000000000000000a", "Q.850;cause=21;text=\"no \\\"thanks\\\"\";location=U"))
        #expect(driver.titles.suffix(2) == ["-> 200 BYE", "-> CANCEL"])
        try Self.answer(&driver, 487, tag: 0xA, to: invite)
        #expect(driver.story.last == "failed hungUp 487")
        guard case .failed(_, let failure) = driver.outputs.last else { return }
        #expect(failure.reasons == [Reason(protocol: "Q.850", cause: 21, text: "no \"thanks\"", location: "U")])
    }

    @Test("while another fork rings it goes on") func earlyByeOfOneFork() throws {
        var driver = Self.alone()
        driver.invite()
        let invite = driver.lastSent
        for tag in [0xA, 0xB] as [UInt64] { try Self.answer(&driver, 180, tag: tag, to: invite) }
        driver.inject(Self.bye(driver, tag: "000000000000000a", ""))
        #expect(driver.titles.last == "-> 200 BYE")
        driver.inject(Self.bye(driver, tag: "000000000000000b", ""))
        #expect(driver.titles.suffix(2) == ["-> 200 BYE", "-> CANCEL"])
    }

    @Test("one that was given up before is cancelled, not hung up") func givenUpBefore() throws {
        var driver = Self.alone()
        driver.invite()
        let invite = driver.lastSent
        try Self.answer(&driver, 180, tag: 0xA, to: invite)
        driver.cancel()
        driver.inject(Self.bye(driver, tag: "000000000000000a", "Q.850;cause=21"))
        try Self.answer(&driver, 487, tag: 0xA, to: invite)
        #expect(driver.story.last == "failed cancelled 487")
    }

    @Test(
        "one CANCEL is enough, and another may leave where the first found no INVITE; what is told is decided by who wanted the end first")
    func cancelOnce() {
        var ending = LegEnding()
        ending.cancelAgain(at: Instant(nanoseconds: 5))
        #expect(ending.startsCancel() && ending.cancelAgainAt == nil && !ending.startsCancel())
        ending.cancelFailed()
        #expect(ending.startsCancel() && !ending.startsCancel())
        #expect(ending.cancelled(wasAnswered: false).kind == .abandoned)
        ending.wanted(nil)
        ending.wanted(.noAnswer)
        ending.wanted(.timerExpired)
        #expect(ending.reason == .noAnswer && ending.cancelled(wasAnswered: true).kind == .cancelled)
        #expect(ending.failure.wasAnswered)
        var hungUp = LegEnding()
        hungUp.hungUp([.normalClearing], wasRinging: true)
        hungUp.wanted(nil)
        #expect(hungUp.cancelled(wasAnswered: false).kind == .hungUp && hungUp.failure.reasons == [.normalClearing])
        var takenUp = LegEnding(isTakenUp: true)
        takenUp.hungUp([.normalClearing], wasRinging: true)
        #expect(takenUp.cancelled(wasAnswered: false).kind == .cancelled && takenUp.farReasons == [.normalClearing])
    }

    @Test("a NOTIFY belongs to no subscription, within a dialog and without") func notify() {
        var (driver, headers) = DialogTests.connected()
        driver.inject(DialogTests.request("NOTIFY", headers, extra: "Event: refer\r\nSubscription-State: active\r\n"))
        #expect(String(decoding: driver.lastSent, as: UTF8.self).hasPrefix("SIP/2.0 481 Subscription Does Not Exist\r\n"))
        driver.inject(DialogTests.request("OPTIONS", headers, cSeq: 11, branch: "z9hG4bKo"))
        #expect(
            String(decoding: driver.lastSent, as: UTF8.self).contains(
                "\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO\r\n"))
        #expect(driver.fate == ["answered"])
    }

    @Test("two redirections are followed, a third is not") func redirections() throws {
        var driver = Self.alone()
        let hosts = ["192.0.2.3": SocketAddress("192.0.2.3:5060")!, "192.0.2.4": SocketAddress("192.0.2.4:5060")!]
        driver.invite { $0.ownHosts = hosts }
        var sent = 0
        while driver.titles.count(where: { $0 == "-> INVITE" }) > sent, sent < 9 {
            sent += 1
            let contacts = hosts.keys.sorted().map { "<sip:+14255550123@\($0)>" }.joined(separator: ", ")
            let invite = try #require(driver.lastInvite)
            var response = ResponseDraft(302, "Moved", tag: 0xA)
            response.add("Contact", contacts)
            driver.inject(
                try #require(response.written(for: Message(parsing: invite.bytes), from: Driver.us, agent: [])), from: invite.destination)
        }
        #expect(sent == 3 && driver.story == ["failed rejected 302"])
    }
}
