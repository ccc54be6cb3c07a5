import Basis
import FarEnd
import Testing

@testable import SIP

/// Challenges to each request that a trunk may challenge, and when one is not answered any more (RFC 3261 §22.2, §22.3).
@Suite struct ChallengeTests {
    private static let account = Account(username: "dialout", password: "secret")

    private static func digest(_ nonce: String, realm: String = "r", more: String = "") -> String {
        "Digest realm=\"\(realm)\", nonce=\"\(nonce)\", qop=\"auth\"\(more)"
    }

    /// Answers the last message that was sent.
    private static func answer(_ driver: inout Driver, _ code: Int, _ lines: [(String, String)] = [], tag: UInt64? = 0xA1) throws {
        var response = ResponseDraft(code, "Said", tag: tag)
        for (name, value) in lines { response.add(name, value) }
        let request = try Message(parsing: driver.lastSent)
        driver.inject(try #require(response.written(for: request, from: Driver.us, agent: [])))
    }

    private static func sdp(_ driver: inout Driver, tag: UInt64 = 0xA1) throws {
        var response = ResponseDraft(200, "OK", tag: tag)
        response.sdp = FarEnd.silence
        let request = try Message(parsing: try #require(driver.lastInvite).bytes)
        driver.inject(try #require(response.written(for: request, from: Driver.us, agent: [])))
    }

    private static func lines(_ driver: Driver, _ name: String) -> [String] {
        String(decoding: driver.lastSent, as: UTF8.self).split(separator: "\r\n").filter { $0.hasPrefix(name + ": ") }.map(String.init)
    }

    private static func alone() -> Driver {
        var driver = Driver()
        driver.network = { _, _, _ in [] }
        return driver
    }

    /// A far end that challenges every request, each nonce being good for one, without a word that the old one was stale.
    private static func strict(_ change: (inout Behaviour) -> Void) -> Driver {
        var behaviour = Behaviour.magic("0407")
        change(&behaviour)
        return Driver { [behaviour] _ in behaviour }
    }

    @Test(
        "each request that is challenged goes out again with credentials", arguments: ["PRACK", "UPDATE", "INVITE", "BYE"], [false, true])
    func everyRequest(method: String, asProxy: Bool) throws {
        var driver = Self.strict { behaviour in
            (behaviour.reliableProvisional, behaviour.allowsUpdate) = (method == "PRACK", method != "INVITE")
            behaviour.asksAsProxy = asProxy
        }
        driver.invite { ($0.credentials, $0.sessionExpires) = (Self.account, 600) }
        driver.run(until: .seconds(302))
        driver.hangUp()
        driver.run(until: .seconds(310))
        let code = asProxy ? 407 : 401
        let expected = ["-> \(method)", "<- \(code) \(method)"] + (method == "INVITE" ? ["-> ACK"] : [])
        let again = driver.titles.firstRange(of: expected + ["-> \(method)", "<- \(method == "INVITE" ? 100 : 200) \(method)"])
        #expect(again != nil, "\(driver.titles)")
        #expect(driver.fate == ["answered", "ended"])
        let record = try #require(driver.farEnd.records.first)
        #expect(record.ending == .callerHungUp && record.refreshes == 1)
        #expect(record.reusedCounts == 0 && record.strangeAcks == 0)
    }

    @Test("the BYE of a losing fork goes out again with credentials, in its own numbers") func losingFork() throws {
        var driver = Self.strict { $0.forks = true }
        driver.invite { $0.credentials = Self.account }
        driver.run(until: .seconds(5))
        #expect(driver.titles.suffix(4).sorted() == ["-> BYE", "-> BYE", "<- 200 BYE", "<- 401 BYE"])
        let record = try #require(driver.farEnd.records.first)
        #expect(record.challenges == 1 && !record.isForkUp && record.isUp)
        #expect(record.strangeAcks == 0 && record.reusedCounts == 0)
        #expect(Self.lines(driver, "CSeq") == ["CSeq: 4 BYE"], "the INVITEs were 1 and 2")
    }

    @Test("nc rises with each request under one nonce, and the ACK repeats what the INVITE showed") func nonceCount() throws {
        var driver = Self.strict { ($0.nonceUses, $0.reliableProvisional) = (nil, true) }
        var counts: [String] = []
        driver.network = { _, direction, bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if direction == .out, let nc = text.firstRange(of: ", nc=") {
                counts.append("\(Driver.title(bytes)) \(text[nc.upperBound...].prefix(8))")
            }
            return [Driver.latency]
        }
        driver.invite { ($0.credentials, $0.sessionExpires) = (Self.account, 90) }
        driver.run(until: .seconds(60))
        driver.hangUp()
        driver.run(until: .seconds(61))
        #expect(
            counts == ["INVITE 00000001", "PRACK 00000002", "ACK 00000001", "UPDATE 00000003", "BYE 00000004"])
        let record = try #require(driver.farEnd.records.first)
        #expect(record.challenges == 0 && record.reusedCounts == 0 && record.strangeAcks == 0)
    }

    /// How often each request is sent at most, whatever nonces come: once, and twice more for its realm.
    @Test("always new nonces come to an end in each request", arguments: [false, true], ["", ", stale=true"])
    func endless(isBye: Bool, stale: String) throws {
        var driver = Self.alone()
        driver.invite { $0.credentials = Self.account }
        var sent = 0
        if isBye {
            try Self.sdp(&driver)
            driver.hangUp()
        }
        let title = isBye ? "-> BYE" : "-> INVITE"
        while driver.titles.count(where: { $0 == title }) > sent, sent < 20 {
            sent += 1
            try Self.answer(&driver, 401, [("WWW-Authenticate", Self.digest("n\(sent)", more: stale))], tag: isBye ? nil : 0xA1)
        }
        #expect(sent == 3)
        #expect(driver.fate == (isBye ? ["answered", "ended"] : ["failed"]))
    }

    @Test("the nonce that a request went out with is not answered twice") func refusedCredentials() throws {
        var driver = Self.alone()
        driver.invite { $0.credentials = Self.account }
        for _ in 0..<2 { try Self.answer(&driver, 407, [("Proxy-Authenticate", Self.digest("n1"))]) }
        #expect(
            driver.titles == ["-> INVITE", "<- 407 INVITE", "-> ACK", "-> INVITE", "<- 407 INVITE", "-> ACK"].filter { $0.hasPrefix("->") })
        #expect(driver.story == ["failed rejected 407"])
    }

    @Test("each request has chances of its own: new nonces for the INVITE, the refresh and the BYE") func chancesOfEach() throws {
        var driver = Self.alone()
        driver.invite { ($0.credentials, $0.sessionExpires) = (Self.account, 90) }
        for nonce in ["n1", "n2"] { try Self.answer(&driver, 401, [("WWW-Authenticate", Self.digest(nonce))]) }
        var answer = ResponseDraft(200, "OK", tag: 0xA1)
        answer.sdp = FarEnd.silence
        answer.add("Allow", "UPDATE")
        answer.add("Session-Expires", "90;refresher=uac")
        driver.inject(try #require(answer.written(for: Message(parsing: driver.lastSent), from: Driver.us, agent: [])))
        driver.run(until: .seconds(46))
        for nonce in ["n3", "n4"] { try Self.answer(&driver, 401, [("WWW-Authenticate", Self.digest(nonce))], tag: nil) }
        #expect(driver.titles.suffix(3) == ["-> UPDATE", "-> UPDATE", "-> UPDATE"])
        try Self.answer(&driver, 200, [("Session-Expires", "90;refresher=uac")], tag: nil)
        driver.hangUp()
        for nonce in ["n5", "n6"] { try Self.answer(&driver, 401, [("WWW-Authenticate", Self.digest(nonce))], tag: nil) }
        #expect(driver.titles.suffix(3) == ["-> BYE", "-> BYE", "-> BYE"])
        #expect(Self.lines(driver, "Authorization").first?.contains("nonce=\"n6\"") == true)
        try Self.answer(&driver, 200, tag: nil)
        #expect(driver.story == ["answered sdp", "ended us"])
    }

    @Test("a server and a proxy, and two proxies, are all shown credentials at once") func realms() throws {
        var driver = Self.alone()
        driver.invite { $0.credentials = Self.account }
        try Self.answer(&driver, 407, [("Proxy-Authenticate", Self.digest("p", realm: "edge"))])
        try Self.answer(
            &driver, 401, [("WWW-Authenticate", Self.digest("s", realm: "edge")), ("Proxy-Authenticate", Self.digest("q", realm: "core"))])
        let proxies = Self.lines(driver, "Proxy-Authorization"), servers = Self.lines(driver, "Authorization")
        #expect(
            proxies.count == 2 && proxies[0].contains("realm=\"edge\", nonce=\"p\"") && proxies[1].contains("realm=\"core\", nonce=\"q\""))
        #expect(servers.count == 1 && servers[0].contains("realm=\"edge\", nonce=\"s\""))
        try Self.sdp(&driver)
        #expect(Self.lines(driver, "Proxy-Authorization") == proxies && Self.lines(driver, "Authorization") == servers, "the ACK's")
    }

    @Test("the BYE of a leg of an earlier endpoint, of a late answer, and OPTIONS are shown credentials") func outsideLegs() throws {
        var driver = Self.alone()
        driver.invite { $0.credentials = Self.account }
        try Self.sdp(&driver)
        let standing = try #require(driver.kept.last)
        var restarted = Self.alone()
        restarted.turn { $0.takeUp(standing, credentials: Self.account, reason: .temporaryFailure, at: $1) }
        #expect(Self.lines(restarted, "Proxy-Authorization").isEmpty)
        let first = restarted.lastSent
        try Self.answer(&restarted, 407, [("Proxy-Authenticate", Self.digest("n1"))], tag: nil)
        try checkAgain(first, restarted, "10002 BYE")
        try Self.answer(&restarted, 200, tag: nil)
        restarted.run(until: .seconds(100))
        #expect(restarted.titles == ["-> ACK", "-> BYE", "-> BYE"])

        var late = Self.alone()
        late.invite { $0.credentials = Self.account }
        late.run(until: .seconds(100))
        #expect(late.endpoint.legCount == 0)
        try Self.sdp(&late)
        #expect(late.titles.suffix(2) == ["-> ACK", "-> BYE"])
        let bye = late.lastSent
        try Self.answer(&late, 401, [("WWW-Authenticate", Self.digest("n1"))], tag: nil)
        try checkAgain(bye, late, "10002 BYE")

        var asking = Self.alone()
        asking.endpoint.probe(ProbeID(1), host: "192.0.2.2", at: Driver.trunk, credentials: Self.account, at: asking.now)
        asking.inject("\r\n")
        let options = asking.lastSent
        try Self.answer(&asking, 401, [("WWW-Authenticate", Self.digest("n1"))])
        try checkAgain(options, asking, "2 OPTIONS")
        #expect(asking.story.isEmpty)
        try Self.answer(&asking, 503, [("Retry-After", "7")])
        #expect(asking.story == ["probed answered(code: 503, retryAfter: Optional(7))"])
    }

    /// The same request but for its branch, its number and its credentials.
    private func checkAgain(_ before: [UInt8], _ driver: Driver, _ cSeq: String) throws {
        func kept(_ bytes: [UInt8]) -> [Substring] {
            String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false).filter { line in
                !["Via", "CSeq", "Authorization", "Proxy-Authorization"].contains { line.hasPrefix($0 + ":") }
            }
        }
        #expect(kept(before) == kept(driver.lastSent))
        let first = try Message(parsing: before), again = try Message(parsing: driver.lastSent)
        #expect(first.ownBranch != again.ownBranch && again.ownBranch != nil)
        #expect(Self.lines(driver, "CSeq") == ["CSeq: \(cSeq)"])
        #expect((Self.lines(driver, "Authorization") + Self.lines(driver, "Proxy-Authorization")).count == 1)
    }
}
