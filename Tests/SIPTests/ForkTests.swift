import Basis
import FarEnd
import Testing

@testable import SIP

/// Further phones that take a call: each is kept, acknowledged, hung up and let go of.
@Suite struct ForkTests {
    private static let account = Account(username: "dialout", password: "secret")

    /// A call that two phones have taken, of which none is kept yet.
    private static func taken(limit: Int? = nil, hears: @escaping @Sendable (String) -> Bool = { _ in true }) -> Driver {
        var driver = Driver()
        if let limit {
            var configuration = Configuration(host: "192.0.2.1", port: 5060)
            configuration.forkLimit = limit
            driver.endpoint = Endpoint(configuration, random: SeededRandom(seed: 1))
            driver.endpoint.keepLegs(under: Driver.key)
        }
        driver.keepsAtOnce = false
        driver.network = { _, direction, bytes in
            direction == .out && !hears(Driver.title(bytes)) ? [] : [Driver.latency]
        }
        driver.invite("+14255550202") { $0.credentials = account }
        driver.run(until: .seconds(1.1))
        driver.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        driver.run(until: .seconds(1.6))
        return driver
    }

    private static func fork(of driver: Driver) throws -> (id: KeptID, standing: StandingLeg) {
        let standing = try #require(driver.kept.last { $0.fork != nil })
        return (try #require(standing.keptID), standing)
    }

    private static func header(_ name: String, _ bytes: [UInt8]?) -> String? {
        let lines = String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\r\n")
        return lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    @Test("it is acknowledged and hung up once it is kept, and let go of when the BYE is answered") func kept() throws {
        var driver = Self.taken()
        let (id, standing) = try Self.fork(of: driver)
        #expect(driver.titles.filter { $0.hasPrefix("-> ") } == ["-> INVITE", "-> ACK"], "the first phone's ACK alone")
        #expect(id.leg == Driver.leg && id.fork != nil && standing.isAnswered && driver.endpoint.forkCount == 1)
        #expect(driver.kept.count { $0.fork != nil } == 1, "a 200 that comes again is the same phone")
        driver.turn { $0.kept(id, at: $1) }
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"] && driver.released.isEmpty)
        #expect(Self.header("CSeq", driver.sent("BYE")) == "2 BYE")
        driver.run(until: .seconds(2))
        #expect(driver.released == [id] && driver.endpoint.forkCount == 0 && driver.lastRecord?.isForkUp == false)
        #expect(driver.lastRecord?.endedAt == nil && driver.fate == ["answered"], "the first phone talks on")
    }

    @Test("what is said of it a second time, or too late, makes no second ACK and no second BYE", arguments: [true, false], [true, false])
    func settledOnce(isKept: Bool, isSecondKept: Bool) throws {
        var driver = Self.taken()
        let (id, _) = try Self.fork(of: driver)
        func settle(_ isKept: Bool) { driver.turn { isKept ? $0.kept(id, at: $1) : $0.notKept(id, at: $1) } }
        settle(isKept)
        let sent = driver.titles
        settle(isSecondKept)
        #expect(driver.titles == sent)
        driver.run(until: .seconds(2))
        let done = driver.titles
        settle(isSecondKept)
        #expect(driver.titles == done && driver.released == [id] && driver.endpoint.forkCount == 0)
    }

    @Test("killed between its ACK and the BYE's answer: the next start acknowledges and hangs up, under a higher number")
    func killed() throws {
        var driver = Self.taken { $0 != "BYE" }
        let (id, standing) = try Self.fork(of: driver)
        driver.turn { $0.kept(id, at: $1) }
        driver.run(until: .seconds(1.7))
        driver.endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 9))
        driver.endpoint.keepLegs(under: Driver.key)
        driver.network = { _, _, _ in [Driver.latency] }
        driver.turn { $0.takeUp(standing, credentials: Self.account, reason: .temporaryFailure, at: $1) }
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"])
        #expect(Self.header("CSeq", driver.sent("ACK")) == "1 ACK" && Self.header("CSeq", driver.sent("BYE")) == "10001 BYE")
        #expect(Self.header("To", driver.sent("BYE")) == standing.dialog?.to)
        #expect(driver.endpoint.liveLegs.isEmpty && driver.endpoint.forkCount == 1)
        driver.run(until: .seconds(2))
        #expect(driver.released == [id] && driver.endpoint.forkCount == 0 && driver.lastRecord?.isForkUp == false)
    }

    @Test("one whose BYE the next start sends is asked for credentials, and gives them") func challenged() throws {
        var driver = Self.taken { $0 != "BYE" }
        let (id, standing) = try Self.fork(of: driver)
        driver.endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 9))
        driver.endpoint.keepLegs(under: Driver.key)
        driver.turn { $0.takeUp(standing, credentials: Self.account, reason: .temporaryFailure, at: $1) }
        driver.challenge(try #require(driver.sent("BYE")))
        #expect(Self.header("CSeq", driver.sent("BYE")) == "10002 BYE")
        #expect(Self.header("Authorization", driver.sent("BYE"))?.hasPrefix("Digest username=\"dialout\"") == true)
        #expect(driver.released.isEmpty && driver.endpoint.forkCount == 1)
        driver.run(until: .seconds(100))
        #expect(driver.released == [id], "nobody answers for 64 T1")
    }

    @Test("one that cannot be kept gets its BYE first, and the ACK when that is answered", arguments: [true, false])
    func notKept(isTold: Bool) throws {
        var driver = Self.taken()
        let (id, _) = try Self.fork(of: driver)
        if isTold { driver.turn { $0.notKept(id, at: $1) } } else { driver.run(until: .seconds(3.07)) }
        #expect(driver.titles.last { $0.hasPrefix("-> ") } == "-> BYE" && driver.titles.count { $0 == "-> ACK" } == 1)
        driver.run(until: .seconds(3.8))
        #expect(driver.titles.suffix(3) == ["-> BYE", "<- 200 BYE", "-> ACK"] || isTold)
        #expect(driver.titles.count { $0 == "-> ACK" } == 2 && driver.released == [id] && driver.lastRecord?.isForkUp == false)
    }

    @Test("one that refuses a BYE before its ACK is hung up again after it; 481 says that it is over", arguments: [(500, 2), (481, 1)])
    func refused(code: Int, byes: Int) throws {
        var driver = Self.taken { $0 != "BYE" }
        let (id, _) = try Self.fork(of: driver)
        driver.turn { $0.notKept(id, at: $1) }
        driver.answer(try #require(driver.sent("BYE")), "\(code) No")
        #expect(driver.titles.count { $0 == "-> BYE" } == byes && driver.titles.count { $0 == "-> ACK" } == 2)
        #expect(driver.released == (byes == 1 ? [id] : []))
        if byes == 2 {
            #expect(Self.header("CSeq", driver.sent("BYE")) == "3 BYE")
            driver.answer(try #require(driver.sent("BYE")), "500 No")
            #expect(driver.released == [id] && driver.titles.count { $0 == "-> BYE" } == 2)
        }
    }

    @Test("past the limit a 200 is not answered, for it comes again") func limit() throws {
        var driver = Self.taken(limit: 0)
        #expect(driver.kept.allSatisfy { $0.fork == nil } && driver.titles.count { $0 == "-> ACK" } == 1)
        driver.run(until: .seconds(20))
        #expect(driver.titles.count { $0 == "<- 200 INVITE" } > 4 && !driver.titles.contains("-> BYE"))
        var roomy = Self.taken(limit: 1)
        let (id, _) = try Self.fork(of: roomy)
        roomy.turn { $0.kept(id, at: $1) }
        #expect(roomy.titles.contains("-> BYE"))
    }

    @Test("a phone that answers from another address when the call is long forgotten is hung up by its trunk's account")
    func forgotten() throws {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            (behaviour.answerAfter, behaviour.onCancel) = (.seconds(1), .ignore)
            return behaviour
        }
        driver.keepsAtOnce = false
        driver.invite("+14255550123")
        driver.run(until: .seconds(0.5))
        driver.endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 9))
        driver.endpoint.keepLegs(under: Driver.key)
        driver.run(until: .seconds(1.5))
        let (id, standing) = try Self.fork(of: driver)
        #expect(standing.id == Driver.leg && !driver.titles.contains("-> ACK"))
        driver.network = { _, direction, bytes in direction == .out && Driver.title(bytes) == "BYE" ? [] : [Driver.latency] }
        driver.turn { $0.kept(id, account: Self.account, at: $1) }
        driver.challenge(try #require(driver.sent("BYE")))
        #expect(Self.header("Authorization", driver.sent("BYE"))?.hasPrefix("Digest username=\"dialout\"") == true)
    }

    @Test("a second phone that takes the call while the first one's dialog is not kept yet is hung up at once, not when it says so again")
    func bothAtOnce() throws {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.keepsAtOnce = false
        bench.invite()
        let invite = try #require(bench.invites.first)
        for tag in ["one", "two"] {
            bench.answer(invite, "200 OK", tag: tag, ["Contact: <sip:\(tag)@192.0.2.2:5060>"], sdp: Bench.offer)
        }
        let fork = try #require(bench.kept.last?.keptID)
        #expect(bench.kept.count == 2 && fork.fork != nil && bench.endpoint.forkCount == 1)
        bench.turn { $0.kept(fork, at: $1) }
        #expect(bench.sent.map(\.method) == ["INVITE", "ACK", "BYE"] && bench.last("BYE")?.header("To").hasSuffix("tag=two") == true)
        bench.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(bench.last("ACK")?.header("To").hasSuffix("tag=one") == true && bench.story.last == "answered")
    }

    @Test("a phone whose answer came by a connection of the peer's own is hung up by the way of the INVITE, not at that connection's port")
    func byConnection() throws {
        var bench = Bench()
        bench.invite {
            $0.sdp = Array(Bench.longOffer.utf8)
            $0.takesTCP = true
        }
        let invite = try #require(bench.invites.first), connection = try #require(SocketAddress("192.0.2.2:40001"))
        #expect(invite.transport == .tcp)
        bench.answer(invite, "200 OK", tag: "one", ["Contact: <sip:one@192.0.2.2:5060>"], sdp: Bench.offer)
        bench.answer(invite, "200 OK", tag: "two", sdp: Bench.offer, from: connection, over: .tcp)
        let bye = try #require(bench.last("BYE"))
        #expect(bye.header("To").hasSuffix("tag=two") && bye.to == Driver.trunk)
    }
}

extension Driver {
    /// The far side's answer to a request.
    mutating func answer(_ request: [UInt8], _ status: String, _ more: String = "") {
        let copied = String(decoding: request, as: UTF8.self).split(separator: "\r\n").filter { line in
            ["Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: "].contains { line.hasPrefix($0) }
        }
        inject("SIP/2.0 \(status)\r\n" + copied.map { "\($0)\r\n" }.joined() + more + "Content-Length: 0\r\n\r\n")
    }

    mutating func challenge(_ request: [UInt8]) {
        answer(request, "401 Unauthorized", "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", qop=\"auth\"\r\n")
    }
}
