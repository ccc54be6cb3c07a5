import Simulation
import Testing

/// Two and three whole services on one database (docs/decisions/two-services-on-one-log.md). More seeds are `make sim`'s.
@Suite("Several services on one database")
struct NodesTests {
    @Test("every seed keeps the invariants, and happens what the seeds are there for")
    func seeds() async {
        var tally: [String: Int] = [:]
        for seed in UInt64(0)..<24 {
            await Task.yield()
            let result = NodesReplay.once(seed: seed)
            #expect(result.violations.isEmpty, "seed \(seed): \(result.violations.joined(separator: "\n"))")
            tally.merge(result.tally, uniquingKeysWith: +)
        }
        let never = tally.filter { $0.value == 0 }.keys.sorted()
        #expect(tally.count == 13 && never.isEmpty, "\(never) never happened: \(tally)")
    }

    @Test("a seed replays", arguments: [UInt64(3), 4])
    func replay(seed: UInt64) { #expect(NodesReplay.twice(seed: seed) == []) }

    /// Seeds in which it is seen that a rule is missing, and by what. When draws change, `simulate --nodes FLAW 0 999` finds others.
    private static let seen: [(flaw: Flaw, seed: UInt64, by: String)] = [
        (.snapshotBeforeLock, 0, "N1"), (.noLock, 0, "N1"), (.groupsForgotten, 0, "N2"), (.lookUpAlone, 101, "N2"), (.noFence, 1, "N6"),
        (.readBeforeFence, 37, "N5"), (.keysUnguarded, 0, "N3"), (.keysUnordered, 14, "N9"), (.answersEarly, 0, "N4"),
        (.hintNeeded, 0, "N7"), (.waitsForOldTransactions, 3, "N7"), (.dialsWithoutLease, 41, "N8"),
    ]

    @Test("each rule that is left out is found missing", arguments: Flaw.allCases)
    func flaws(flaw: Flaw) throws {
        let known = try #require(Self.seen.first { $0.flaw == flaw })
        let violations = NodesReplay.once(seed: known.seed, flaws: [flaw]).violations
        #expect(violations.contains { $0.hasPrefix(known.by) }, "\(violations)")
    }
}
