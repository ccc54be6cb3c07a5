/// Runs of seeds with several nodes: once, with or without flaws, or twice, to be sure that everything follows from the seed.
package enum NodesReplay {
    package static func once(seed: UInt64, flaws: Set<Flaw> = []) -> Replay.Result {
        let run = NodesRun(seed: seed, flaws: flaws)
        let violations = run.run()
        return Replay.Result(trace: run.world.trace, violations: violations, tally: run.tally)
    }

    /// The first seed whose run finds something wrong when the rule is left out.
    package static func first(of seeds: ClosedRange<UInt64>, with flaw: Flaw) -> (seed: UInt64, violations: [String])? {
        for seed in seeds {
            let violations = once(seed: seed, flaws: [flaw]).violations
            if !violations.isEmpty { return (seed, violations) }
        }
        return nil
    }

    /// What was wrong in either run, or that the two differ.
    package static func twice(seed: UInt64) -> [String] {
        let first = once(seed: seed), again = once(seed: seed)
        return first.violations + (first.trace == again.trace ? [] : ["does not replay"])
    }
}
