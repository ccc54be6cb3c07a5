import Basis
import FarEnd
import Testing

@testable import SIP

/// Session refreshes that are refused, and sessions that are short (RFC 4028, RFC 3311).
@Suite struct RefreshTests {
    @Test(
        "an interval is taken as said between 10 seconds and a day, and as these beyond",
        arguments: [(0, 10), (9, 10), (10, 10), (11, 11), (86_400, 86_400), (86_401, 86_400)])
    func intervals(said: Int, taken: Int) {
        #expect(SessionTimer(seconds: said, refresher: .us, at: .zero).seconds == taken)
    }

    private static func call(_ change: (inout Behaviour) -> Void) -> Driver {
        var behaviour = Behaviour()
        change(&behaviour)
        var driver = Driver { [behaviour] _ in behaviour }
        driver.invite { $0.sessionExpires = 600 }
        return driver
    }

    private static func count(_ title: String, _ driver: Driver) -> Int { driver.titles.count { $0 == title } }

    /// When the title was sent, in milliseconds.
    private static func times(_ title: String, _ driver: Driver) -> [Int] {
        driver.ladder.filter { $0.hasSuffix(" \(title)") }.compactMap { Int($0.prefix { $0 != " " }) }
    }

    @Test(
        "a refused UPDATE is followed by a re-INVITE at once, and by re-INVITEs from then on",
        arguments: [302, 400, 401, 403, 405, 407, 415, 420, 488, 500, 501, 503, 603])
    func fallback(code: Int) {
        var driver = Self.call { $0.refreshRefusals = [code] }
        driver.run(until: .seconds(303))
        #expect(driver.titles.suffix(5) == ["-> UPDATE", "<- \(code) UPDATE", "-> INVITE", "<- 200 INVITE", "-> ACK"])
        #expect(driver.farEnd.records.first?.refreshes == 1)
        driver.run(until: .seconds(1300))
        #expect(Self.count("-> UPDATE", driver) == 1 && driver.farEnd.records.first?.refreshes == 4)
        #expect(driver.fate == ["answered"])
    }

    @Test("a re-INVITE that is refused too comes again ten seconds later") func bothRefused() {
        var driver = Self.call { $0.refreshRefusals = [488, 488] }
        driver.run(until: .seconds(320))
        let sent = Self.times("-> INVITE", driver)
        #expect(sent.count == 3 && sent[2] - sent[1] == 10_040)
        #expect(driver.farEnd.records.first?.refreshes == 1)
    }

    @Test("near the session's end it comes again sooner, and the session goes on") func nearTheEnd() {
        var driver = Self.call { ($0.answeredInterval, $0.refreshRefusals) = (30, [488, 488]) }
        driver.run(until: .seconds(25))
        let sent = Self.times("-> INVITE", driver)
        #expect(sent.count == 3 && (2_400...2_560).contains(sent[2] - sent[1]))
        #expect(driver.farEnd.records.first?.refreshes == 1 && driver.fate == ["answered"])
    }

    @Test("one that says when to come again is asked then") func retryAfter() throws {
        var driver = Driver()
        driver.network = { _, _, _ in [] }
        driver.invite { $0.sessionExpires = 600 }
        func answer(_ code: Int, _ lines: [(String, String)], sdp: [UInt8] = [], tag: UInt64? = nil) throws {
            var response = ResponseDraft(code, "Said", tag: tag)
            for (name, value) in lines { response.add(name, value) }
            response.sdp = sdp
            driver.inject(try #require(response.written(for: Message(parsing: driver.lastSent), from: Driver.us, agent: [])))
        }
        try answer(200, [("Allow", "UPDATE"), ("Session-Expires", "600;refresher=uac")], sdp: FarEnd.silence, tag: 1)
        driver.run(until: .seconds(300))
        #expect(driver.titles.last == "-> UPDATE")
        try answer(500, [("Retry-After", "7")])
        driver.run(until: .milliseconds(306_999))
        #expect(driver.titles.last == "-> UPDATE")
        driver.run(until: .seconds(307))
        #expect(driver.titles.last == "-> INVITE")
    }

    @Test("422 raises what is asked for, once") func tooSmall() {
        var driver = Self.call { $0.refreshRefusals = [422, 422] }
        var said: [String] = []
        driver.network = { _, direction, bytes in
            if direction == .out, Driver.title(bytes) == "UPDATE" {
                let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
                said.append(lines.filter { $0.hasPrefix("Session-Expires") || $0.hasPrefix("Min-SE") }.joined(separator: ", "))
            }
            return [Driver.latency]
        }
        driver.run(until: .seconds(303))
        #expect(said == ["Session-Expires: 600;refresher=uac, Min-SE: 90", "Session-Expires: 3600;refresher=uac, Min-SE: 3600"])
        #expect(driver.titles.suffix(3) == ["-> INVITE", "<- 200 INVITE", "-> ACK"])
        #expect(driver.farEnd.records.first?.refreshes == 1)
    }

    @Test("after 491 it waits from 2.1 to 4 seconds", arguments: 1...20 as ClosedRange<UInt64>) func glare(seed: UInt64) {
        var behaviour = Behaviour()
        behaviour.refreshRefusals = [491]
        var driver = Driver(seed: seed) { [behaviour] _ in behaviour }
        driver.invite { $0.sessionExpires = 600 }
        driver.run(until: .seconds(310))
        let sent = Self.times("-> UPDATE", driver)
        #expect(sent.count == 2 && (2_140..<4_041).contains(sent[1] - sent[0]))
    }

    @Test(
        "a 2xx with a short interval is obeyed: refreshed at its half, down to ten seconds",
        arguments: [(89, 44), (60, 30), (30, 15), (11, 5), (10, 5), (3, 5), (0, 5)])
    func short(interval: Int, period: Int) {
        var driver = Self.call { $0.answeredInterval = interval }
        driver.run(until: .seconds(200))
        let sent = Self.times("-> UPDATE", driver)
        let periods = zip(sent, sent.dropFirst()).map { $1 - $0 }
        #expect(sent.count >= 4 && periods.allSatisfy { abs($0 - period * 1000) <= 550 }, "\(periods)")
        #expect(driver.fate == ["answered"])
    }

    @Test("what is asked for is never below the least") func asked() {
        var driver = Self.call { $0.answeredInterval = 60 }
        driver.run(until: .seconds(31))
        driver.run(until: .milliseconds(31_200))
        #expect(String(decoding: driver.lastSent, as: UTF8.self).contains("\r\nSession-Expires: 90;refresher=uac\r\nMin-SE: 90\r\n"))
    }

    @Test("a far end that said it refreshes and does not is hung up before its short interval is over") func theirRefresh() {
        var driver = Self.call { ($0.answeredInterval, $0.isRefresher) = (60, true) }
        driver.run(until: .seconds(41))
        #expect(driver.fate == ["answered"] && Self.count("-> UPDATE", driver) == 0)
        driver.run(until: .seconds(42))
        #expect(driver.story.last == "ended sessionExpired")
    }
}
