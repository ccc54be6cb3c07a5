import Basis
import FarEnd
import Foundation
import Testing

@testable import SIP

/// Legs that one endpoint dialled and another one, under the same key, ends.
@Suite struct TakingUpTests {
    private static let credentials = Account(username: "dialout", password: "secret")

    @Test("identifiers follow from key, dial-out and attempt, and lead back to both") func identifiers() {
        var one = Identifiers(SeededRandom(seed: 1)), other = Identifiers(SeededRandom(seed: 2))
        let stranger = other
        one.adopt(Driver.key)
        other.adopt(Driver.key)
        var seen: Set<CallID> = []
        for attempt in 0...63 {
            let leg = LegID(dialOut: Driver.leg.dialOut, attempt: attempt), callID = one.callID(of: leg)
            #expect(other.callID(of: leg) == callID && other.leg(of: callID) == leg)
            #expect(other.tag(of: callID) == one.tag(of: callID) && stranger.tag(of: callID) != one.tag(of: callID))
            #expect((1...8).map { one.branch(of: callID, invite: $0) } == (1...8).map { other.branch(of: callID, invite: $0) })
            #expect(stranger.leg(of: callID) != leg)
            seen.insert(callID)
        }
        #expect(seen.count == 64)
        #expect(Set((1...8).map { one.branch(of: one.callID(of: Driver.leg), invite: $0) }).count == 8)
    }

    /// A call up to a moment, and the endpoint of the next start, to which everything goes from then on.
    private func crashed(
        _ number: String, after time: Duration, at host: String = "192.0.2.1", standing: (Driver) -> StandingLeg?
    ) throws -> (Driver, StandingLeg) {
        var driver = Driver()
        driver.invite(number) { $0.credentials = Self.credentials }
        let first = driver.endpoint.standing(Driver.invitation(number))
        driver.run(until: time)
        let kept = standing(driver) ?? first
        driver.endpoint = Endpoint(Configuration(host: host, port: 5060), random: SeededRandom(seed: 99))
        driver.endpoint.keepLegs(under: Driver.key)
        return (driver, kept)
    }

    private func ended(_ number: String, after time: Duration, at host: String = "192.0.2.1") throws -> (Driver, CallRecord) {
        var (driver, kept) = try crashed(number, after: time, at: host) { $0.kept.last }
        let invites = driver.titles.count { $0 == "-> INVITE" }
        driver.turn { $0.takeUp(kept, credentials: Self.credentials, reason: .temporaryFailure, at: $1) }
        driver.run(until: .seconds(200))
        #expect(driver.titles.count { $0 == "-> INVITE" } == invites, "nothing is dialled again")
        #expect(driver.endpoint.legCount == 0)
        return (driver, try #require(driver.farEnd.records.last ?? driver.lastRecord))
    }

    @Test("one that rings is cancelled under the INVITE's own branch, number and From; its final response is acknowledged") func ringing()
        throws
    {
        let (driver, record) = try ended("+14255550999", after: .seconds(3))
        #expect(record.ending == .cancelled && record.endedAt == .zero + .milliseconds(3020))
        #expect(driver.titles.suffix(4) == ["-> CANCEL", "<- 200 CANCEL", "<- 487 INVITE", "-> ACK"])
        #expect(driver.story.last == "failed cancelled 487")
        let invite = Self.lines(try #require(driver.lastInvite).bytes), cancel = Self.lines(try #require(driver.sent("CANCEL")))
        for part in ["Via: ", "From: ", "To: ", "Call-ID: ", "Max-Forwards: ", "Session-ID: "] {
            #expect(invite.first { $0.hasPrefix(part) } == cancel.first { $0.hasPrefix(part) })
        }
        #expect(cancel.first == "CANCEL sip:+14255550999@192.0.2.2;user=phone SIP/2.0" && cancel.contains("CSeq: 1 CANCEL"))
    }

    @Test(
        "where the next start is elsewhere, CANCEL and ACK of what rings have the INVITE's Via (RFC 3261 §9.1, §17.1.1.3), and a BYE has its own"
    )
    func elsewhere() throws {
        let (ringing, _) = try ended("+14255550999", after: .seconds(3), at: "192.0.2.77")
        let invite = Self.lines(try #require(ringing.lastInvite).bytes).first { $0.hasPrefix("Via: ") }
        #expect(invite?.contains("192.0.2.1:5060;") == true)
        for method in ["CANCEL", "ACK"] {
            #expect(Self.lines(try #require(ringing.sent(method))).first { $0.hasPrefix("Via: ") } == invite)
        }
        let (answered, _) = try ended("+14255550123", after: .seconds(3), at: "192.0.2.77")
        #expect(Self.lines(try #require(answered.sent("BYE"))).contains { $0.hasPrefix("Via: SIP/2.0/UDP 192.0.2.77:5060;") })
    }

    @Test("one that was challenged is cancelled as its second INVITE") func challenged() throws {
        let (driver, _) = try ended("+14255550407", after: .milliseconds(300))
        let invite = Self.lines(try #require(driver.lastInvite).bytes), cancel = Self.lines(try #require(driver.sent("CANCEL")))
        #expect(invite.contains("CSeq: 2 INVITE") && cancel.contains("CSeq: 2 CANCEL"))
        #expect(invite.first { $0.hasPrefix("Via: ") } == cancel.first { $0.hasPrefix("Via: ") })
    }

    @Test("a 200 that crosses the CANCEL, or comes before it, gets its ACK and a BYE") func answered() throws {
        for number in ["+14255550487", "+14255550123"] {
            var (driver, kept) = try crashed(number, after: .seconds(0.9)) { _ in nil }
            driver.network = { _, direction, bytes in
                direction == .out && Driver.title(bytes) == "CANCEL" ? [.milliseconds(400)] : [Driver.latency]
            }
            driver.turn { $0.takeUp(kept, credentials: nil, reason: .temporaryFailure, at: $1) }
            driver.run(until: .seconds(100))
            let record = try #require(driver.lastRecord)
            #expect(record.ending == .callerHungUp && record.byes == 1)
            #expect(driver.kept.last?.isAnswered == true, "the dialog is kept before the ACK")
            #expect(driver.story.last == "failed cancelled 200 answered")
            kept = try #require(driver.kept.last)
            #expect(kept.invites == 1)
        }
    }

    @Test("one whose far end has moved since it answered is hung up where it is now", arguments: ["UPDATE", "INVITE"])
    func moved(method: String) throws {
        var bench = Bench()
        bench.endpoint.keepLegs(under: Driver.key)
        bench.invite()
        bench.answer(try #require(bench.invites.first), "200 OK", ["Contact: <sip:far@192.0.2.2>"], sdp: Bench.offer)
        let ack = try #require(bench.last("ACK")), before = bench.kept.count
        for (number, target) in [(7, "sip:far@192.0.2.9:5070"), (8, "sip:far@192.0.2.9:5070")] {
            let via = "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK\(number)"
            bench.request(method, after: ack, cSeq: number, via: via, ["Contact: <\(target)>"])
            if method == "INVITE" { bench.request("ACK", after: ack, cSeq: number, via: via + "a") }
        }
        #expect(bench.kept.count == before + 1, "once where it moves, and not where it stays")
        let kept = try #require(bench.kept.last)
        bench.endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 9))
        bench.endpoint.keepLegs(under: Driver.key)
        bench.turn { $0.takeUp(kept, credentials: nil, reason: .temporaryFailure, at: $1) }
        #expect(bench.last("BYE")?.uri == "sip:far@192.0.2.9:5070" && bench.last("BYE")?.to == SocketAddress("192.0.2.9:5070"))
    }

    @Test("one that was connected gets an ACK and a BYE under a higher number; a challenge is answered") func connected() throws {
        var (driver, kept) = try crashed("+14255550123", after: .seconds(5)) { $0.kept.last }
        driver.turn { $0.takeUp(kept, credentials: Self.credentials, reason: .temporaryFailure, at: $1) }
        let bye = Self.lines(try #require(driver.sent("BYE")))
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"] && bye.contains("CSeq: 10001 BYE"))
        #expect(bye.contains("Reason: Q.850;cause=41;text=\"Temporary failure\""))
        let challenge = Self.answer(to: bye, "401 Unauthorized", "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", qop=\"auth\"\r\n")
        driver.inject(challenge)
        let again = Self.lines(try #require(driver.sent("BYE")))
        #expect(again.contains("CSeq: 10002 BYE") && again.contains { $0.hasPrefix("Authorization: Digest username=\"dialout\"") })
        kept = try #require(driver.kept.first)
        #expect(driver.endpoint.liveLegs == [Driver.leg])
        driver.run(until: .seconds(100))
        #expect(driver.story.last == "ended us" && driver.endpoint.legCount == 0)
    }

    @Test("a CANCEL that overtook its INVITE is said again, at once when it rings, until 64 T1 are over") func overtaken() throws {
        var driver = Driver()
        let kept = driver.endpoint.standing(Driver.invitation("+14255550999"))
        driver.turn { $0.takeUp(kept, credentials: nil, reason: .temporaryFailure, at: $1) }
        driver.run(until: .seconds(6))
        #expect(driver.ladder.filter { $0.hasSuffix("CANCEL") && $0.contains("->") } == ["0 -> CANCEL", "4040 -> CANCEL"])
        driver.invite("+14255550999")
        #expect(driver.titles.last == "<- 481 CANCEL", "a leg that is taken up is not dialled")
        driver.run(until: .seconds(31))
        #expect(driver.titles.count { $0 == "-> CANCEL" } == 8)
        driver.run(until: .seconds(200))
        #expect(driver.titles.count { $0 == "-> CANCEL" } == 8 && driver.endpoint.legCount == 0)
        #expect(driver.story == ["failed cancelled"])
    }

    @Test("an answer that comes when the leg is long forgotten gets ACK and BYE by the key alone") func forgotten() throws {
        var (driver, _) = try crashed("+14255550123", after: .seconds(0.9)) { _ in nil }
        driver.run(until: .seconds(40))
        let record = try #require(driver.lastRecord)
        #expect(record.ending == .callerHungUp && driver.titles.contains("-> ACK"))
        var stranger = try crashed("+14255550123", after: .seconds(0.9)) { _ in nil }.0
        stranger.endpoint.keepLegs(under: LegKey(high: 1, low: 2))
        stranger.run(until: .seconds(20))
        #expect(!stranger.titles.contains("-> BYE") && stranger.story.contains("dropped strayResponse"))
    }

    @Test("until it is kept no ACK leaves and no INVITE is replaced; a leg that is given up meanwhile dials no more") func held() throws {
        var driver = Driver()
        driver.keepsAtOnce = false
        driver.invite("+14255550123")
        driver.run(until: .seconds(1.9))
        #expect(!driver.titles.contains("-> ACK") && driver.fate.isEmpty && driver.titles.count { $0 == "<- 200 INVITE" } == 2)
        driver.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(driver.titles.last == "-> ACK" && driver.fate == ["answered"])

        var given = Driver()
        given.keepsAtOnce = false
        given.invite("+14255550407") { $0.credentials = Self.credentials }
        given.run(until: .milliseconds(100))
        #expect(given.kept.map(\.invites) == [2] && given.titles == ["-> INVITE", "<- 401 INVITE", "-> ACK"])
        given.cancel()
        #expect(given.story.last == "failed cancelled 401" && given.titles.last == "-> ACK")
        given.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(given.titles.last == "-> ACK")
    }

    @Test("what cannot be kept: the next INVITE is not sent, and an answer is hung up after two seconds, the BYE before the ACK")
    func notKept() {
        for isTold in [true, false] {
            var driver = Driver()
            driver.keepsAtOnce = false
            driver.invite("+14255550407") { $0.credentials = Self.credentials }
            driver.run(until: .milliseconds(100))
            if isTold { driver.turn { $0.notKept(KeptID(Driver.leg), at: $1) } } else { driver.run(until: .seconds(3)) }
            #expect(driver.story.last == "failed rejected 401" && driver.titles.count { $0 == "-> INVITE" } == 1)
            var answered = Driver()
            answered.keepsAtOnce = false
            answered.invite("+14255550123")
            answered.run(until: .seconds(1.1))
            if isTold { answered.turn { $0.notKept(KeptID(Driver.leg), at: $1) } }
            answered.run(until: .seconds(3.03))
            #expect(answered.fate.isEmpty && !answered.titles.contains("-> ACK") && !answered.titles.contains("-> BYE"))
            answered.run(until: .seconds(3.1))
            #expect(answered.story.last == "failed notKept 200")
            #expect(answered.titles.suffix(3) == ["-> BYE", "<- 200 BYE", "-> ACK"])
            #expect(answered.lastRecord?.ending == .callerHungUp)
        }
    }

    @Test("an answer that is kept in time is a call, whatever the store said before") func keptLate() {
        var driver = Driver()
        driver.keepsAtOnce = false
        driver.invite("+14255550123")
        driver.run(until: .seconds(1.1))
        driver.turn { $0.notKept(KeptID(Driver.leg), at: $1) }
        driver.run(until: .seconds(2.9))
        driver.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(driver.fate == ["answered"] && driver.titles.last == "-> ACK" && !driver.titles.contains("-> BYE"))
    }

    @Test("until the BYE that went first is answered no repeated 200 gets its ACK; one that wants its ACK first is hung up again after it")
    func byeFirst() {
        var driver = Driver()
        driver.keepsAtOnce = false
        var refusals = 1
        driver.network = { _, direction, bytes in
            direction == .out && Driver.title(bytes) == "BYE" && refusals > 0 ? [] : [Driver.latency]
        }
        driver.invite("+14255550123")
        driver.run(until: .seconds(4.9))
        #expect(driver.titles.count { $0 == "<- 200 INVITE" } >= 3 && !driver.titles.contains("-> ACK"))
        let bye = Self.lines(driver.sent("BYE") ?? [])
        refusals = 0
        driver.inject(Self.answer(to: bye, "500 Server Internal Error", ""))
        let again = Self.lines(driver.sent("BYE") ?? [])
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"])
        #expect(bye.contains("CSeq: 2 BYE") && again.contains("CSeq: 3 BYE"))
        driver.run(until: .seconds(100))
        #expect(driver.lastRecord?.ending == .callerHungUp && driver.story.last == "failed notKept 200")
    }

    @Test("a call that is given up while its answer is being kept is hung up, and not cancelled") func givenUpWhileHeld() throws {
        var driver = Driver()
        driver.keepsAtOnce = false
        driver.invite("+14255550123")
        driver.run(until: .seconds(1.1))
        driver.cancel()
        #expect(!driver.titles.contains("-> CANCEL"))
        driver.turn { $0.kept(KeptID(Driver.leg), at: $1) }
        #expect(driver.titles.suffix(2) == ["-> ACK", "-> BYE"])
        driver.run(until: .seconds(100))
        #expect(driver.story.last == "failed cancelled 200 answered")
    }

    @Test("a dialog that an earlier version kept is hung up where and as it would have been") func earlierForm() throws {
        var (driver, _) = try crashed("+14255550123", after: .seconds(5)) { _ in nil }
        let ack = Self.lines(try #require(driver.sent("ACK")))
        func value(_ name: String) -> String { ack.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) } ?? "" }
        let text = """
            {"callID":"\(value("Call-ID: "))","from":\(Self.quoted(value("From: "))),"to":\(Self.quoted(value("To: "))),\
            "uri":"sip:strict@192.0.2.2","routes":["<sip:p1@192.0.2.2>","<sip:callee@192.0.2.9>"],"cSeq":1,\
            "address":"192.0.2.2:5060","transport":"UDP"}
            """
        let old = try JSONDecoder().decode(StandingDialog.self, from: Data(text.utf8))
        driver.turn { $0.takeUp(old.leg(of: Driver.leg.dialOut), credentials: nil, reason: .temporaryFailure, at: $1) }
        let bye = Self.lines(try #require(driver.sent("BYE")))
        #expect(bye.first == "BYE sip:strict@192.0.2.2 SIP/2.0" && bye.contains("CSeq: 10001 BYE"))
        #expect(bye.filter { $0.hasPrefix("Route: ") } == ["Route: <sip:p1@192.0.2.2>", "Route: <sip:callee@192.0.2.9>"])
        driver.run(until: .seconds(100))
        #expect(driver.lastRecord?.ending == .callerHungUp && driver.endpoint.legCount == 0)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func answer(to request: [Substring], _ status: String, _ more: String) -> String {
        let copied = request.filter { line in ["Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: "].contains { line.hasPrefix($0) } }
        return "SIP/2.0 \(status)\r\n" + copied.map { "\($0)\r\n" }.joined() + more + "Content-Length: 0\r\n\r\n"
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] { String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") }
}
