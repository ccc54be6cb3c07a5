/// Runs of seeds: once, to read its ladder, or twice, to be sure that everything follows from the seed.
package enum Replay {
    package struct Result: Sendable {
        package let trace: [String]
        package let violations: [String]
        /// How often each kind of event was told, and each status and reason answered.
        package let tally: [String: Int]
    }

    package static func once(seed: UInt64) throws -> Result {
        let run = try SimRun(seed: seed)
        let violations = run.run()
        return Result(trace: run.world.trace, violations: violations, tally: run.tally)
    }

    /// What was wrong in either run, or that the two differ.
    package static func twice(seed: UInt64) throws -> [String] {
        let first = try once(seed: seed), again = try once(seed: seed)
        guard first.trace != again.trace else { return first.violations }
        let differing = zip(first.trace, again.trace).first { $0 != $1 }
        return first.violations + ["does not replay: \(differing.map { "\($0.0) / \($0.1)" } ?? "one trace is longer")"]
    }
}
