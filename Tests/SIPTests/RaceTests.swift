import Basis
import FarEnd
import Testing

@testable import SIP

/// Loss, doubling and disorder of each message, and the classic crossings (RFC 5407). However it goes: exactly one fate is
/// reported, nobody is left listening, and nothing is held for ever.
@Suite struct RaceTests {
    /// How a scenario is played: when the caller gives up or hangs up.
    enum Plan: CaseIterable {
        case basic, calleeHangsUp, cancelledRinging, cancelledAtOnce, cancelledAsAnswered, busy, forked, reliable, noFinal, challenged

        var number: String {
            switch self {
            case .basic, .cancelledAtOnce: "+14255550123"
            case .calleeHangsUp: "+14255550200"
            case .cancelledRinging: "+14255550999"
            case .cancelledAsAnswered: "+14255550487"
            case .busy: "+14255550486"
            case .forked: "+14255550202"
            case .reliable: "+14255550262"
            case .noFinal: "+14255550488"
            case .challenged: "+14255550407"
            }
        }

        var endAt: Duration {
            switch self {
            case .cancelledAtOnce: .milliseconds(1)
            case .cancelledRinging, .cancelledAsAnswered, .noFinal: .seconds(3)
            case .basic, .calleeHangsUp, .busy, .forked, .reliable, .challenged: .seconds(20)
            }
        }
    }

    private static func play(_ plan: Plan, seed: UInt64 = 1, network: Driver.Network? = nil) -> Driver {
        var driver = Driver(seed: seed)
        if let network { driver.network = network }
        driver.invite(plan.number) { $0.credentials = Account(username: "dialout", password: "secret") }
        driver.run(until: plan.endAt)
        driver.cancel()
        driver.run(until: .seconds(300))
        return driver
    }

    private static func check(_ driver: Driver, _ comment: String) {
        let ladder = driver.ladder.joined(separator: "\n")
        #expect(driver.isFateSettled, "\(comment): \(driver.story)\n\(ladder)")
        #expect(driver.farEnd.liveCalls.isEmpty, "\(comment): left up\n\(ladder)")
        #expect(driver.endpoint.legCount == 0, "\(comment): held\n\(ladder)")
        #expect(driver.endpoint.liveLegs.isEmpty)
        #expect(driver.endpoint.layer.atStake.isEmpty, "\(comment): a way is kept of what is over\n\(ladder)")
    }

    @Test("every single message is lost once", arguments: Plan.allCases) func singleLoss(plan: Plan) {
        let clean = Self.play(plan)
        Self.check(clean, "\(plan)")
        for lost in 0..<clean.sent {
            let driver = Self.play(plan) { number, _, _ in number == lost ? [] : [Driver.latency] }
            Self.check(driver, "\(plan) without \(clean.titles[lost])")
        }
    }

    @Test("every pair of messages is lost", arguments: Plan.allCases) func pairLoss(plan: Plan) {
        let count = Self.play(plan).sent + 2
        for first in 0..<count {
            for second in first + 1..<count {
                let driver = Self.play(plan) { number, _, _ in number == first || number == second ? [] : [Driver.latency] }
                Self.check(driver, "\(plan) without \(first) and \(second)")
            }
        }
    }

    @Test("every single message comes twice, or late", arguments: Plan.allCases) func disorder(plan: Plan) {
        let count = Self.play(plan).sent
        for odd in 0..<count {
            for delays in [[Driver.latency, Driver.latency * 3], [Driver.latency * 5], [.seconds(1)]] {
                let driver = Self.play(plan) { number, _, _ in number == odd ? delays : [Driver.latency] }
                Self.check(driver, "\(plan), message \(odd) after \(delays)")
            }
        }
    }

    @Test("a network that loses a third and shuffles the rest", arguments: Plan.allCases) func storm(plan: Plan) {
        for seed in 0..<120 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let driver = Self.play(plan, seed: seed) { _, _, _ in
                let copies = UInt64.random(in: 0..<100, using: &random)
                let count = copies < 30 ? 0 : copies < 40 ? 2 : 1
                return (0..<count).map { _ in .milliseconds(Int64.random(in: 5..<400, using: &random)) }
            }
            Self.check(driver, "\(plan) seed \(seed)")
        }
    }

    @Test("a CANCEL at every seventh millisecond of a call") func cancelAnywhere() {
        for millisecond in stride(from: 0 as Int64, to: 1_200, by: 7) {
            var driver = Driver()
            driver.invite()
            driver.run(until: .milliseconds(millisecond))
            driver.cancel()
            driver.run(until: .seconds(300))
            Self.check(driver, "cancelled at \(millisecond) ms")
        }
    }

    @Test("a CANCEL waits for the first provisional response") func cancelIsHeld() {
        var driver = Driver()
        driver.invite("+14255550999")
        driver.cancel()
        #expect(driver.titles == ["-> INVITE"])
        driver.run(until: .seconds(1))
        #expect(driver.titles == ["-> INVITE", "<- 100 INVITE", "-> CANCEL", "<- 200 CANCEL", "<- 487 INVITE", "-> ACK"])
        #expect(driver.story == ["progress 100", "failed cancelled 487"])
    }

    @Test("a 200 that crosses the CANCEL is acknowledged and hung up") func crossing() {
        let driver = Self.play(.cancelledAsAnswered)
        #expect(
            driver.titles.suffix(6) == ["-> CANCEL", "<- 200 CANCEL", "<- 200 INVITE", "-> ACK", "-> BYE", "<- 200 BYE"])
        #expect(driver.story.last == "failed cancelled 200 answered")
    }

    @Test("no 487 ever: ended 64 T1 after the CANCEL") func noFinal() {
        var driver = Driver()
        driver.invite(Plan.noFinal.number)
        driver.run(until: .seconds(3))
        driver.cancel()
        driver.run(until: .milliseconds(34_999))
        #expect(driver.fate.isEmpty)
        driver.run(until: .milliseconds(35_000))
        #expect(driver.story.last == "failed cancelled")
    }

    @Test("a lost ACK is sent again for every repeated 200") func lostAck() {
        var acks = 0
        let driver = Self.play(.basic) { _, _, bytes in
            if Driver.title(bytes) == "ACK" { acks += 1 }
            return Driver.title(bytes) == "ACK" && acks <= 3 ? [] : [Driver.latency]
        }
        #expect(driver.titles.filter { $0 == "<- 200 INVITE" }.count == 4)
        #expect(driver.titles.filter { $0 == "-> ACK" }.count == 4)
        Self.check(driver, "lost ACK")
    }

    @Test("the second fork's 200 is acknowledged and hung up") func fork() {
        let driver = Self.play(.forked)
        #expect(driver.titles.filter { $0 == "-> ACK" }.count == 2)
        #expect(driver.titles.filter { $0 == "-> BYE" }.count == 2)
        Self.check(driver, "fork")
    }

    @Test("an answer after we gave up is hung up", arguments: [Duration.seconds(40), .seconds(200)]) func lateAnswer(after: Duration) {
        var driver = Driver()
        driver.network = { _, direction, _ in direction == .out ? [Driver.latency] : [after] }
        driver.invite()
        driver.run(until: .seconds(600))
        #expect(driver.story.first == "failed timedOut")
        #expect(driver.fate == ["failed"])
        #expect(driver.titles.contains("-> ACK") && driver.titles.contains("-> BYE"))
        #expect(driver.farEnd.liveCalls.isEmpty)
    }

    @Test("BYEs that cross are both answered") func byeCrossing() {
        var driver = Driver()
        driver.invite("+14255550200")
        driver.run(until: .milliseconds(7_065))  // the callee's BYE is on its way
        driver.hangUp()
        driver.run(until: .seconds(300))
        #expect(driver.titles.suffix(4) == ["<- BYE", "-> BYE", "-> 200 BYE", "<- 200 BYE"])
        Self.check(driver, "crossing BYEs")
    }

    @Test("a trunk that is not there fails at once") func unreachable() {
        var driver = Driver()
        driver.network = { _, _, _ in [] }
        driver.invite()
        driver.endpoint.transportFailed(to: Driver.trunk, over: .udp, at: driver.now)
        driver.run(until: .milliseconds(1))
        #expect(driver.endpoint.liveLegs.isEmpty)
        driver.run()
        #expect(driver.story == ["failed unreachable"])
    }
}
