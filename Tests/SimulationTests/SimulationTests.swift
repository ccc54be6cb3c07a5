import Simulation
import Testing

@Suite("The whole service in the other world")
struct SimulationTests {
    @Test("every seed keeps the invariants and replays", arguments: 0..<10)
    func seeds(block: Int) async throws {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            await Task.yield()  // tests that wait for processes have their turn
            let violations = try Replay.twice(seed: seed)
            #expect(violations.isEmpty, "seed \(seed): \(violations.joined(separator: "\n"))")
        }
    }

    @Test(
        "the seeds reach what they are there for: queues, limits, double clicks, failover, closed trunks, crashes, TCP, forgeries, gateways"
    )
    func reach() throws {
        var tally: [String: Int] = [:]
        for seed in UInt64(0)..<120 { tally.merge(try Replay.once(seed: seed).tally, uniquingKeysWith: +) }
        for wanted in [
            "killed", "queued", "attemptFailed", "failedOver", "connected", "duplicate", "429 tooManyCalls", "429 tooManyRequests",
            "503 operatorUnavailable", "503 draining", "403 noRoute", "by TCP", "connection broken", "forged", "by gateway",
        ] {
            #expect(tally[wanted, default: 0] > 0, "\(wanted) never happened: \(tally)")
        }
    }
}
