import Basis
import Foundation
import Patterns
import Testing

/// A table must answer as PCRE2 does when it is asked pattern by pattern. `PATTERN_COMPARISONS` says how many answers to compare.
struct AgreementTests: ~Copyable {
    private static let comparisons = ProcessInfo.processInfo.environment["PATTERN_COMPARISONS"].flatMap(Int.init) ?? 200_000
    /// Two thousand times the service's steps: where that gives up, the reference nearly always finds the answer.
    private let patient = Pattern.Scratch(steps: 10_000_000)

    @Test func everyRealPatternAlone() throws {
        var random = SeededRandom(seed: 7), outside = 0
        for source in RealPatterns.all {
            guard let pattern = try? Pattern(source, machineCode: .always) else {
                #expect(source == #"^\+(\d{*})"# || source.hasPrefix("^+"), "does not compile: \(source)")
                continue
            }
            let table = RouteTable([.init(pattern: pattern, group: 0)])
            if table.shape.asked > 0 { outside += 1 }
            for _ in 0..<Self.comparisons / 2 / RealPatterns.all.count {
                try compare(table, [pattern], DialledNumbers.random(near: [source], &random))
            }
        }
        #expect(outside == RealPatterns.all.count { $0.contains("(?!") || $0.contains("(?=") || $0.contains("(?<=") })
    }

    @Test func generatedPatternsInTables() throws {
        var random = SeededRandom(seed: 8), compared = 0, undecided = 0, inside = 0, made = 0
        while compared < Self.comparisons / 2 {
            var sources: [String] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let isReal = Int.random(in: 0..<6, using: &random) == 0
                sources.append(isReal ? RealPatterns.all.randomElement(using: &random)! : GeneratedPatterns.random(&random))
            }
            let patterns = sources.compactMap { try? Pattern($0, machineCode: .always) }
            if patterns.isEmpty { continue }
            var group = 0
            let entries = patterns.map { pattern in
                group += Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0
                return RouteTable.Entry(pattern: pattern, group: group)
            }
            let steps = [20_000_000, 20_000_000, 2_000, 100].randomElement(using: &random)!
            let table = RouteTable(entries, limits: .init(steps: steps))
            made += patterns.count
            inside += patterns.count - table.shape.asked
            do throws(Pattern.Undecided) {
                for _ in 0..<200 {
                    try compare(table, entries, DialledNumbers.random(near: sources, &random))
                    compared += patterns.count
                }
            } catch {
                undecided += patterns.count
            }
        }
        #expect(undecided < made / 10, "too few tables were compared to the end")
        #expect(inside > made / 2 && inside < made)
    }

    private func compare(_ table: RouteTable, _ patterns: [Pattern], _ number: E164Digits) throws(Pattern.Undecided) {
        try compare(table, patterns.map { RouteTable.Entry(pattern: $0, group: 0) }, number)
    }

    private func compare(_ table: RouteTable, _ entries: [RouteTable.Entry], _ number: E164Digits) throws(Pattern.Undecided) {
        var expected: [Int] = [], all: [Int] = []
        for (index, entry) in entries.enumerated() where try entry.pattern.matches(number, using: patient) { all.append(index) }
        if let first = all.first { expected = all.filter { entries[$0].group == entries[first].group } }
        guard let matches = try? table.matches(number, using: patient) else {
            Issue.record("\(number): no answer, not \(expected), of \(entries.map(\.pattern.source))")
            return
        }
        let answer = table.entries(of: matches, in: patient)
        if answer != expected || matches.group != expected.first.map({ entries[$0].group }) {
            Issue.record("\(number): \(answer), not \(expected), of \(entries.map { ($0.group, $0.pattern.source) }), \(table.shape)")
        }
    }
}

enum DialledNumbers {
    /// A number that begins like something in one of the sources, or any number.
    static func random(near sources: [String], _ random: inout SeededRandom) -> E164Digits {
        let digits = Array(sources.randomElement(using: &random)!.utf8.filter { $0 >= 48 && $0 <= 57 })
        let length = Int.random(in: 1...E164Digits.lengthLimit, using: &random)
        let from = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 0...digits.count, using: &random) : 0
        let kept = Int.random(in: 0..<8, using: &random) == 0 ? 0 : Int.random(in: 0...length, using: &random)
        var text: [UInt8] = [43] + digits.dropFirst(from).prefix(kept)
        while text.count <= length { text.append(48 + UInt8.random(in: 0..<10, using: &random)) }
        return E164Digits(text)!
    }
}

/// Patterns with every construct of the subset, and some beyond it.
enum GeneratedPatterns {
    static func random(_ random: inout SeededRandom) -> String {
        var source = ["^\\+", "^\\+", "^", "\\A\\+", "", "", "\\+", "^\\+?"].randomElement(using: &random)!
        source += branches(3, &random)
        return source + ["$", "$", "", "", "\\z", "\\Z"].randomElement(using: &random)!
    }

    private static func branches(_ depth: Int, _ random: inout SeededRandom) -> String {
        let count = [1, 1, 1, 2, 3].randomElement(using: &random)!
        return (0..<count).map { _ in sequence(depth, &random) }.joined(separator: "|")
    }

    private static func sequence(_ depth: Int, _ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in item(depth, &random) }.joined()
    }

    private static func item(_ depth: Int, _ random: inout SeededRandom) -> String {
        let quantifiers = [
            "", "", "", "", "?", "*", "+", "{2}", "{1,3}", "{2,}", "{0}", "??", "*?", "+?", "{1,3}?", "{0,20}", "{17}", "*+", "{3}{2}",
        ]
        let atom = atom(depth, &random)
        return atom + (["^", "$"].contains(atom) ? "" : quantifiers.randomElement(using: &random)!)
    }

    private static func atom(_ depth: Int, _ random: inout SeededRandom) -> String {
        let odd = [
            "^", "$", "\\b", "(?!1)", "(?=\\d2)", "(?<=1)", "(?>1|12)", "(1|2)\\1", "[[:digit:]]", "\\x31", "(?i)", "\\K", "(?#c)",
            "\\Q1\\E", "-", " ", "é",
            "\\B", "(?|1|2)", "[^é1]", "\\d\\Z", "\\h", "\\R", "\\N", "]", "}", "{", "{1", "\\.", "\\-",
        ]
        let plain = [
            "1", "2", "3", "12", "\\d", "\\d", ".", "[12]", "[1-3]", "[^1]", "[^+2]", "[+1]", "\\+", "\\D", "\\w", "\\W", "\\s", "\\S",
            "[\\d]", "[^\\d]",
            "[]1]", "[^]1]", "[1-]", "[-1]", "[--3]", "[0-9-[5]", "[\\-1]", "[a-z]", "[0-9a-f]", "[1-39]", "[[1]",
        ]
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return odd.randomElement(using: &random)!
        case 1 where depth > 0: return "(" + branches(depth - 1, &random) + ")"
        case 2 where depth > 0: return "(?:" + branches(depth - 1, &random) + ")"
        case 3 where depth > 0: return "(?<n\(UInt32.random(in: 0..<100_000, using: &random))>" + branches(depth - 1, &random) + ")"
        default: return plain.randomElement(using: &random)!
        }
    }
}
