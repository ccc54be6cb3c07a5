import Glibc
import Simulation

// simulate SEED          prints the ladder of one seed and what was wrong
// simulate FIRST LAST    runs a range of seeds, each twice, and prints those that failed
// simulate --exhaustive  plays each call with every single and every pair of its messages lost, doubled or late
// simulate --nodes SEED [LAST]        the same of two or three services on one database
// simulate --nodes FLAW FIRST LAST    of a range of seeds the first that finds that a rule of the shared store is left out
let words = CommandLine.arguments.dropFirst(), numbers = words.compactMap { UInt64($0) }
let areNodes = words.first == "--nodes", flaw = areNodes ? words.dropFirst().first.flatMap { Flaw(rawValue: $0) } : nil
let seeds = words.dropFirst((areNodes ? 1 : 0) + (flaw == nil ? 0 : 1))

func printOnce(_ result: Replay.Result) {
    for line in result.trace { print(line) }
    for violation in result.violations { print("WRONG \(violation)") }
}

func runEach(_ seeds: ClosedRange<UInt64>, _ play: (UInt64) throws -> [String]) rethrows -> Never {
    var failed = 0
    for seed in seeds {
        let violations = try play(seed)
        failed += violations.isEmpty ? 0 : 1
        for violation in violations { print("seed \(seed): \(violation)") }
    }
    print("\(seeds.upperBound - seeds.lowerBound + 1 - UInt64(failed)) seeds passed, \(failed) failed")
    exit(failed == 0 ? 0 : 1)
}

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
} else if let flaw, numbers.count == 2, seeds.count == 2, numbers[0] <= numbers[1] {
    let found = NodesReplay.first(of: numbers[0]...numbers[1], with: flaw)
    for violation in found?.violations ?? [] { print("seed \(found?.seed ?? 0): \(violation)") }
    print("\(flaw) is \(found == nil ? "not found" : "found")")
    exit(found == nil ? 1 : 0)
} else if flaw == nil, numbers.count == 1, seeds.count == 1 {
    printOnce(areNodes ? NodesReplay.once(seed: numbers[0]) : try Replay.once(seed: numbers[0]))
} else if flaw == nil, numbers.count == 2, seeds.count == 2, numbers[0] <= numbers[1] {
    try runEach(numbers[0]...numbers[1]) { areNodes ? NodesReplay.twice(seed: $0) : try Replay.twice(seed: $0) }
} else {
    let usage = "usage: simulate [--nodes] SEED [LAST] | simulate --nodes FLAW FIRST LAST | simulate --exhaustive\n"
    _ = write(STDERR_FILENO, usage, usage.utf8.count)
    exit(2)
}
