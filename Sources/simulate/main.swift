import Glibc
import Simulation

// simulate SEED          prints the ladder of one seed and what was wrong
// simulate FIRST LAST    runs a range of seeds, each twice, and prints those that failed
// simulate --exhaustive  plays each call with every single and every pair of its messages lost, doubled or late
let words = CommandLine.arguments.dropFirst(), numbers = words.compactMap { UInt64($0) }

if words == ["--exhaustive"] {
    var played = 0, findings = 0
    for call in SystematicCall.allCases {
        let plans = try Systematic.singles(of: call) + Systematic.pairs(of: call)
        for mishaps in plans {
            guard let finding = try Systematic.play(call, mishaps) else { continue }
            findings += 1
            print("WRONG \(finding)")
        }
        played += plans.count
        print("\(call): \(plans.count) runs")
    }
    print("\(played) runs, \(findings) with violations")
    exit(findings == 0 ? 0 : 1)
} else if numbers.count == 1, words.count == 1 {
    let result = try Replay.once(seed: numbers[0])
    for line in result.trace { print(line) }
    for violation in result.violations { print("WRONG \(violation)") }
} else if numbers.count == 2, words.count == 2, numbers[0] <= numbers[1] {
    var failed = 0
    for seed in numbers[0]...numbers[1] {
        let violations = try Replay.twice(seed: seed)
        failed += violations.isEmpty ? 0 : 1
        for violation in violations { print("seed \(seed): \(violation)") }
    }
    print("\(numbers[1] - numbers[0] + 1 - UInt64(failed)) seeds passed, \(failed) failed")
    exit(failed == 0 ? 0 : 1)
} else {
    let usage = "usage: simulate SEED [LAST] | simulate --exhaustive\n"
    _ = write(STDERR_FILENO, usage, usage.utf8.count)
    exit(2)
}
