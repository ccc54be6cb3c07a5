import Simulation

// simulate SEED          prints the ladder of one seed and what was wrong
// simulate FIRST LAST    runs a range of seeds, each twice, and prints those that failed
let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard let first = arguments.first, arguments.count == CommandLine.arguments.count - 1 else { fatalError("usage: simulate SEED [LAST]") }

if arguments.count == 1 {
    let result = try Replay.once(seed: first)
    for line in result.trace { print(line) }
    for violation in result.violations { print("WRONG \(violation)") }
} else {
    var failures = 0
    for seed in first...arguments[1] {
        for violation in try Replay.twice(seed: seed) {
            failures += 1
            print("seed \(seed): \(violation)")
        }
    }
    print("\(arguments[1] - first + 1 - UInt64(min(failures, Int.max))) seeds passed, \(failures) violations")
}
