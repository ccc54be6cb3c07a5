import Simulation
import Testing

@Suite("The whole service in the other world")
struct SimulationTests {
    @Test("every seed keeps the six invariants and replays", arguments: 0..<10)
    func seeds(block: Int) throws {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            let violations = try Replay.twice(seed: seed)
            #expect(violations.isEmpty, "seed \(seed): \(violations.joined(separator: "\n"))")
        }
    }
}
