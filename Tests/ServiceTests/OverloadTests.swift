import Basis
import Simulation
import Testing
import Web

@testable import Service

@Suite("More is asked for than can be done")
struct OverloadTests {
    /// Answers of one window, given in milliseconds after the request came, and the limit that follows.
    private static func limit(_ congestion: inout Congestion, after times: [Int64], in window: Int64 = 200, from start: Int64) -> Int {
        for time in times { congestion.answered(after: .milliseconds(time), at: .zero + .milliseconds(start)) }
        congestion.answered(after: .zero, at: .zero + .milliseconds(start + window))
        return congestion.limit
    }

    @Test("a queue that stands is held to what is answered in 150 ms; a single quick answer says that it does not stand")
    func standing() {
        let cases: [(times: [Int64], window: Int64, limit: Int)] = [
            (Array(repeating: 101, count: 40), 200, 30), (Array(repeating: 2_000, count: 40), 200, 30),
            (Array(repeating: 101, count: 40), 400, 15), (Array(repeating: 400, count: 3), 200, 8), ([400], 2_000, 8),
            (Array(repeating: 100, count: 40), 200, 1_000), (Array(repeating: 400, count: 39) + [100], 200, 1_000),
            (Array(repeating: 101, count: 2_000), 200, 1_000), ([], 200, 1_000),
        ]
        for (times, window, limit) in cases {
            var congestion = Congestion()
            #expect(Self.limit(&congestion, after: times, in: window, from: 1_000) == limit, "\(times.count) in \(window) ms")
        }
    }

    @Test("within a window nothing changes; once it empties the limit grows by a quarter each window")
    func growth() {
        var congestion = Congestion()
        #expect(Self.limit(&congestion, after: Array(repeating: 300, count: 40), from: 1_000) == 30)
        for time in [0, 50, 199] as [Int64] { congestion.answered(after: .milliseconds(1), at: .zero + .milliseconds(1_200 + time)) }
        #expect(congestion.limit == 30)
        var seen: [Int] = []
        for window in 1...18 {
            congestion.answered(after: .milliseconds(1), at: .zero + .milliseconds(1_200 + Int64(window) * 200))
            seen.append(congestion.limit)
        }
        #expect(seen.prefix(5) == [37, 46, 57, 71, 88] && seen.last == 1_000)
    }

    /// A second of what a service does that has 20 ms of every 100, half a millisecond a call, and 12 us a refusal.
    private struct Model {
        var congestion = Congestion()
        var line: [Int] = []
        var good = 0
        var longest = 0

        mutating func run(_ rate: Double, seconds: Int) {
            var due = 0.0, work = 0.0
            for now in 0..<seconds * 1_000 {
                due += rate / 1_000
                if now % 100 < 20 { work += 1 } else { continue }
                while due >= 1, work > 0 {
                    due -= 1
                    if line.count < congestion.limit { line.append(now) } else { work -= 0.012 }
                }
                while work >= 0.5, !line.isEmpty {
                    let came = line.removeFirst(), isLate = now - came > 500
                    work -= isLate ? 0.012 : 0.5
                    if !isLate { answer(came, at: now) }
                }
                work = line.isEmpty ? min(work, 0) : work
            }
        }

        private mutating func answer(_ came: Int, at now: Int) {
            congestion.answered(after: .milliseconds(now - came), at: .zero + .milliseconds(now))
            guard now >= 4_000 else { return }
            good += 1
            longest = max(longest, now - came)
        }
    }

    @Test("under a quota nine tenths of the peak are left at twice and at five times of it, and nobody waits long")
    func goodput() {
        func good(_ rate: Double) -> (Double, Int) {
            var model = Model()
            model.run(rate, seconds: 14)
            return (Double(model.good) / 10, model.longest)
        }
        let (peak, _) = good(390)
        #expect(peak > 380)
        for times in [1.1, 2, 5, 10] {
            let (left, longest) = good(390 * times)
            #expect(left >= (times > 5 ? 0.75 : 0.9) * peak, "\(times) times: \(left) of \(peak)")
            #expect(longest <= (times > 1.1 ? 400 : 500), "\(times) times: \(longest) ms")
        }
    }

    @Test("what one turn reads counts before any of it is begun, and nothing but requests for dial-outs does")
    func reading() throws {
        let fixture = try Fixture()
        let order = try Request(.post, "/v1/meetings/m/dial-outs"), other = try Request(.get, "/healthz")
        fixture.service.assumeIsolated { service in
            for _ in 1..<Congestion.mostLimit { _ = service.arrive(order) }
            #expect(service.arrive(other) == nil && !service.isOverloaded)
            #expect(service.arrive(order) != nil && service.isOverloaded)
        }
    }

    @Test("what has arrived and entered counts as read no more")
    func entered() throws {
        let world = SimWorld(seed: 1), host = SimHost(world), intake = Intake(world: host), unsafe = Unsafe(intake)
        for _ in 0..<2 * Congestion.mostLimit {
            let arrival = Unsafe(intake.arrive())
            Task(executorPreference: host.tasks) { if let pass = await unsafe.value.enter(arrival.value) { unsafe.value.leave(pass) } }
            _ = world.run(until: world.now) { false }
            intake.turn()
        }
        #expect(!intake.isFull && intake.refused == 0)
    }

    @Test("what comes at once beyond the limit is refused at once, nothing is kept of it, and its key can be used again")
    func burst() throws {
        let fixture = try Fixture()
        var answers: [SimClient.Answer] = []
        let count = Congestion.mostLimit + 50
        for place in 0..<count {
            fixture.client.send(
                .post, "/v1/meetings/m\(place)/dial-outs", Fixture.order("+81355500\(100 + place % 800)"),
                headers: [("Idempotency-Key", "k\(place)")]
            ) { answers.append($0) }
        }
        fixture.pass(.milliseconds(1))
        #expect(answers.count == 50 && answers.allSatisfy { $0.status == 503 && $0.header("Retry-After") == "2" })
        #expect(answers.allSatisfy { $0.body["reason"].string == "overloaded" && $0.body["id"].string == nil })
        fixture.pass(.seconds(5))
        #expect(answers.count == count && answers.count { $0.status == 503 } == 50)
        #expect(fixture.store.dialOuts.count == Congestion.mostLimit)
        let again = fixture.client.ask(
            .post, "/v1/meetings/m\(count - 1)/dial-outs", Fixture.order("+81355500\(100 + (count - 1) % 800)"),
            headers: [("Idempotency-Key", "k\(count - 1)")])
        #expect(again.status == 403, "it is decided now")
        let metrics = String(decoding: fixture.service.assumeIsolated { $0.metricsText() }.bytes ?? [], as: UTF8.self)
        #expect(metrics.contains("\ndialout_overload_refusals_total 50\n"))
    }

    @Test("sixteen are begun in a turn, none in one that brought many messages, and all in the order in which they came")
    func turns() throws {
        let world = SimWorld(seed: 1), host = SimHost(world), intake = Intake(world: host)
        var order: [Int] = []
        let service = Unsafe(intake)
        for place in 0..<40 {
            let kept = Unsafe { order.append(place) }
            Task(executorPreference: host.tasks) { if await service.value.enter() != nil { kept.value() } }
        }
        _ = world.run(until: world.now) { false }
        #expect(order == Array(0..<Intake.perTurn))
        for _ in 0..<Intake.messagesPerTurn { intake.heard() }
        intake.turn()
        _ = world.run(until: world.now) { false }
        #expect(order.count == Intake.perTurn)
        intake.turn()
        _ = world.run(until: world.now) { false }
        #expect(order == Array(0..<2 * Intake.perTurn))
        world.schedule(after: Congestion.patience + .milliseconds(1)) { intake.turn() }
        _ = world.run(until: world.now + .seconds(1)) { false }
        #expect(order.count == 2 * Intake.perTurn && intake.refused == 8, "who waited too long is refused")
    }

    /// `@unchecked Sendable`: used on the world's thread.
    private struct Unsafe<Value>: @unchecked Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }
}
