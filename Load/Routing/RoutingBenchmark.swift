import Basis
import Foundation
import Patterns

/// Routing look-ups at growing table sizes. Writes the tables and numbers for the peers into the folder given, and prints one line a result:
/// routes, engine, nanoseconds a look-up, milliseconds to build, bytes, and a sum of first matches that all engines must share.
@main
struct RoutingBenchmark: ~Copyable {
    let folder: URL
    let scratch = Pattern.Scratch()

    static func main() throws {
        let benchmark = RoutingBenchmark(folder: URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? "."))
        for routes in [1, 10, 100, 1_000, 10_000, 100_000] { try benchmark.run(routes) }
    }

    func run(_ routes: Int) throws {
        let tables = RouteTables(routes: routes)
        try write(tables.patterns, "patterns-\(routes).txt")
        try write(tables.numbers, "numbers-\(routes).txt")
        let numbers = tables.numbers.map { E164Digits($0)! }
        try measureTable(tables.patterns, numbers)
        if routes <= 10_000 { try measurePatternsInOrder(tables.patterns, numbers) }
    }

    private func measureTable(_ sources: [String], _ numbers: [E164Digits]) throws {
        var patterns: [Pattern] = []
        let before = residentBytes()
        let compiling = try seconds { patterns = try sources.map { try Pattern($0) } }
        let patternBytes = residentBytes() - before
        let entries = patterns.enumerated().map { RouteTable.Entry(pattern: $1, group: $0 == sources.count - 1 ? 1 : 0) }
        var table = RouteTable([])
        let building = seconds { table = RouteTable(entries) }
        let (time, sum) = try measure(numbers, passes: 20) {
            let matches = try table.matches($0, using: scratch)
            return matches.isEmpty ? sources.count : table.entry(0, of: matches, in: scratch)
        }
        report(sources.count, "table", time, build: building, bytes: table.shape.bytes, sum: sum)
        report(sources.count, "patterns", 0, build: compiling, bytes: patternBytes, sum: sum)
    }

    private func measurePatternsInOrder(_ sources: [String], _ numbers: [E164Digits]) throws {
        var patterns: [Pattern] = []
        let compiling = try seconds { patterns = try sources.map { try Pattern($0, machineCode: .always) } }
        let (time, sum) = try measure(numbers, rounds: sources.count > 100 ? 2 : 30, passes: 1) { number in
            for (index, pattern) in patterns.enumerated() where try pattern.matches(number, using: scratch) { return index }
            return sources.count
        }
        report(sources.count, "pcre2", time, build: compiling, bytes: 0, sum: sum)
    }

    /// The best of some rounds over all numbers, in nanoseconds a number, and the sum of `answer` over them.
    private func measure(_ numbers: [E164Digits], rounds: Int = 30, passes: Int, _ answer: (E164Digits) throws -> Int) rethrows -> (
        Double, sum: Int
    ) {
        var best = Double.infinity, sum = 0
        for _ in 0..<rounds {
            let time = try seconds {
                for _ in 0..<passes {
                    sum = 0
                    for number in numbers { sum &+= try answer(number) }
                }
            }
            best = min(best, time / Double(passes * numbers.count) * 1e9)
        }
        return (best, sum)
    }

    private func report(_ routes: Int, _ engine: String, _ nanoseconds: Double, build: Double, bytes: Int, sum: Int) {
        print("\(routes)\t\(engine)\t\(String(format: "%.1f\t%.2f", nanoseconds, build * 1e3))\t\(bytes)\t\(sum)")
    }

    private func write(_ lines: [String], _ name: String) throws {
        try lines.joined(separator: "\n").write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        Double(try ContinuousClock().measure(body).nanoseconds) / 1e9
    }

    private func residentBytes() -> Int {
        let fields = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return fields.flatMap { Int($0[1]) }.map { $0 * Int(getpagesize()) } ?? 0
    }
}
