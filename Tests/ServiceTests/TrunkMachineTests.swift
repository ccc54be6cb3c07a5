import Basis
import Dialing
import Testing

@testable import Service

@Suite("What is known of a trunk")
struct TrunkMachineTests {
    @Test("health changes only after as many probes in a row as the thresholds say")
    func health() {
        let thresholds = TrunkHealth.Thresholds(down: 3, up: 2)
        let bad = TrunkHealth.Event.failed(.timeout), worse = TrunkHealth.Event.failed(.code(503)), good = TrunkHealth.Event.answered
        let cases: [(events: [TrunkHealth.Event], effects: [TrunkHealth.Effect?], state: TrunkHealth.State)] = [
            ([good], [nil], .up(failures: 0)),
            ([bad], [nil], .up(failures: 1)),
            ([bad, bad], [nil, nil], .up(failures: 2)),
            ([bad, bad, worse], [nil, nil, .wentDown(.code(503))], .down(answers: 0, because: .code(503))),
            ([bad, bad, good, bad], [nil, nil, nil, nil], .up(failures: 1)),
            ([bad, bad, bad, good], [nil, nil, .wentDown(.timeout), nil], .down(answers: 1, because: .timeout)),
            ([bad, bad, bad, good, worse], [nil, nil, .wentDown(.timeout), nil, nil], .down(answers: 0, because: .code(503))),
            ([bad, bad, bad, good, good], [nil, nil, .wentDown(.timeout), nil, .cameUp], .up(failures: 0)),
        ]
        for row in cases {
            var health = TrunkHealth()
            #expect(row.events.map { health.handle($0, thresholds) } == row.effects, "\(row.events)")
            #expect(health.state == row.state, "\(row.events)")
        }
    }

    @Test("the circuit opens after failures in a row or when it is told to, lets one call try, and closes when that works")
    func circuit() {
        let failed = Circuit.Event.failed(.timeout), opened = Circuit.Effect.opened(.failures(.timeout))
        let five = Array(repeating: (0, failed), count: 5)
        func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
        let cases: [(events: [(Int, Circuit.Event)], last: Circuit.Effect?, state: Circuit.State)] = [
            (Array(five.prefix(4)), nil, .closed(failures: 4)),
            (five.prefix(4) + [(0, .worked), (0, failed)], nil, .closed(failures: 1)),
            (five, opened, .open(until: at(30), .failures(.timeout), strikes: 1)),
            (five + [(29, .timeout)], nil, .open(until: at(30), .failures(.timeout), strikes: 1)),
            (five + [(30, .timeout)], nil, .halfOpen(isTried: false, strikes: 1)),
            (five + [(30, .timeout), (31, .seized)], nil, .halfOpen(isTried: true, strikes: 1)),
            (five + [(30, .timeout), (31, .seized), (32, .learntNothing)], nil, .halfOpen(isTried: false, strikes: 1)),
            (five + [(30, .timeout), (31, .seized), (32, .worked)], .closed, .closed(failures: 0)),
            (five + [(30, .timeout), (31, failed)], opened, .open(until: at(91), .failures(.timeout), strikes: 2)),
            (five + [(10, .worked)], .closed, .closed(failures: 0)),
            ([(0, .toldToWait(.seconds(7)))], .opened(.retryAfter), .open(until: at(7), .retryAfter, strikes: 1)),
            ([(0, .toldToWait(.seconds(7))), (1, .worked)], nil, .open(until: at(7), .retryAfter, strikes: 1)),
            ([(0, .toldToWait(.seconds(90_000)))], .opened(.retryAfter), .open(until: at(60), .retryAfter, strikes: 1)),
            ([(0, .toldToWait(.seconds(60)))], .opened(.retryAfter), .open(until: at(60), .retryAfter, strikes: 1)),
            ([(0, .toldToWait(.zero))], .opened(.retryAfter), .open(until: at(1), .retryAfter, strikes: 1)),
            ([(0, .toldToWait(.seconds(30))), (5, .seized), (6, .worked)], .closed, .closed(failures: 0)),
            (
                [(0, .toldToWait(.seconds(30))), (5, .seized), (6, failed), (7, .worked)], nil,
                .open(until: at(30), .retryAfter, strikes: 1)
            ),
            (
                [(0, .toldToWait(.seconds(30))), (5, .seized), (6, .learntNothing), (7, .worked)], nil,
                .open(until: at(30), .retryAfter, strikes: 1)
            ),
            ([(0, .toldToWait(.seconds(30))), (28, .seized), (30, .timeout)], nil, .halfOpen(isTried: true, strikes: 1)),
        ]
        for row in cases {
            var circuit = Circuit()
            var last: Circuit.Effect?
            for (seconds, event) in row.events { last = circuit.handle(event, at: at(seconds)) }
            #expect(last == row.last, "\(row.events)")
            #expect(circuit.state == row.state, "\(row.events)")
        }
    }

    @Test("told to wait, one call each five seconds may try where nothing else is left")
    func trials() {
        func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
        var circuit = Circuit()
        #expect(circuit.nextTrial == nil)
        _ = circuit.handle(.toldToWait(.seconds(3600)), at: at(0))
        #expect(circuit.nextTrial == at(5) && circuit.deadline == at(60))
        _ = circuit.handle(.seized, at: at(7))
        #expect(circuit.nextTrial == at(12))
        _ = circuit.handle(.toldToWait(.seconds(20)), at: at(8))
        #expect(circuit.nextTrial == at(13) && circuit.deadline == at(28))
        _ = circuit.handle(.timeout, at: at(28))
        #expect(circuit.nextTrial == nil && circuit.state == .halfOpen(isTried: false, strikes: 1))
        var failing = Circuit(failureLimit: 1)
        _ = failing.handle(.failed(.timeout), at: at(0))
        #expect(failing.nextTrial == nil)
    }

    @Test("half open, each failure doubles the pause up to five minutes")
    func pauses() {
        var circuit = Circuit(), now = Instant.zero, pauses: [Duration] = []
        for _ in 0..<5 { _ = circuit.handle(.failed(.transport), at: now) }
        for _ in 0..<6 {
            pauses.append(circuit.deadline! - now)
            now = circuit.deadline!
            _ = circuit.handle(.timeout, at: now)
            _ = circuit.handle(.failed(.transport), at: now)
        }
        #expect(pauses == [30, 60, 120, 240, 300, 300].map { .seconds($0) })
    }

    @Test("only what is about the trunk itself speaks against it")
    func evidence() {
        let codes = [200, 401, 404, 405, 481, 500, 501, 502, 503, 504, 505, 513, 580, 603]
        #expect(codes.filter { TrunkFault(answer: $0) != nil } == [500, 502, 503, 504, 580])
    }

    @Test("a rate lets one second's calls through at once, then one each fraction of a second, and never more")
    func rate() {
        var trunk = Trunk(name: "t", uri: "sip:h")
        trunk.maxCallsPerSecond = 4
        var channels = Channels(), times: [Int64] = [], now = Instant.zero
        while times.count < 12 {
            if channels.claim(trunk, at: now) == nil {
                times.append(now.nanoseconds / 1_000_000)
                channels.begin(trunk, at: now)
            } else {
                let next = channels.nextCall(trunk, at: now)
                now = next ?? now
                #expect(next != nil)
            }
        }
        #expect(times == [0, 0, 0, 0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000])
        now = now + .seconds(3600)
        #expect((0..<5).map { _ in channels.claim(trunk, at: now) == nil } == [true, true, true, true, false])
        for _ in 0..<4 { channels.begin(trunk, at: now) }
        trunk.maxConcurrentCalls = 16
        #expect(channels.claim(trunk, at: now + .seconds(1)) == .concurrentCalls(16))
        channels.release()
        #expect(channels.claim(trunk, at: now + .seconds(1)) == nil)
    }

    @Test("a claim takes from the rate when its call begins, and nothing when it is given back")
    func claims() {
        func at(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }
        var trunk = Trunk(name: "t", uri: "sip:h")
        trunk.maxCallsPerSecond = 1
        var channels = Channels()
        #expect(channels.claim(trunk, at: at(0)) == nil && channels.claim(trunk, at: at(900)) == .callsPerSecond(1))
        channels.begin(trunk, at: at(900))
        #expect(channels.claim(trunk, at: at(1_800)) == .callsPerSecond(1), "a second after the call began, not after its claim")
        #expect(channels.claim(trunk, at: at(1_900)) == nil && channels.inUse == 2)
        channels.giveBack(trunk, at: at(1_950))
        #expect(channels.claim(trunk, at: at(1_950)) == nil && channels.inUse == 2)
        channels.begin(trunk, at: at(1_950))
        channels.empty(at: at(10_000))
        channels.occupy()
        #expect(channels.claim(trunk, at: at(10_999)) == .callsPerSecond(1) && channels.claim(trunk, at: at(11_000)) == nil)
        #expect(channels.inUse == 4)
    }
}
