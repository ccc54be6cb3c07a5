import Basis
import Patterns

/// Routes and numbers of one size, made from a seed, so that every engine is asked the same.
struct RouteTables {
    let patterns: [String]
    let numbers: [String]

    /// Distinct prefixes with the lengths that number plans have; from ten routes on the last one takes every number.
    init(routes: Int, numbers count: Int = 4_096, seed: UInt64 = 1) {
        var random = SeededRandom(seed: seed &+ UInt64(routes))
        var prefixes: Set<String> = [], patterns = ["^\\+1(425|206)(\\d{7})$"], examples = ["+14255550100"]
        let prefixDigits = routes > 10_000 ? 5...8 : routes > 100 ? 3...6 : 2...4
        while patterns.count < (routes < 10 ? routes : routes - 1) {
            let prefix = Self.digits(Int.random(in: prefixDigits, using: &random), using: &random)
            guard prefix.first != "0", prefixes.insert(prefix).inserted else { continue }
            let (pattern, rest) = Self.pattern(prefix, using: &random)
            patterns.append(pattern)
            examples.append("+" + prefix + Self.digits(rest, using: &random))
        }
        if routes >= 10 { patterns.append("\\d+") }
        self.patterns = patterns
        numbers = (0..<count).map { _ in
            let isHit = Int.random(in: 0..<4, using: &random) > 0
            return isHit
                ? Self.varied(examples.randomElement(using: &random)!, using: &random)
                : "+" + Self.digits(Int.random(in: 7...15, using: &random), using: &random)
        }
    }

    private static func pattern(_ prefix: String, using random: inout SeededRandom) -> (source: String, rest: Int) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: ("^\\+\(prefix)\\d+$", 6)
        case 1: ("^\\+\(prefix)\\d{5,7}$", 6)
        case 2: ("^\\+\(prefix)(\\d{6})$", 6)
        default: ("^\\+\(prefix)", 5)
        }
    }

    /// The number with other last digits.
    private static func varied(_ number: String, using random: inout SeededRandom) -> String {
        number.dropLast(4) + digits(4, using: &random)
    }

    private static func digits(_ count: Int, using random: inout SeededRandom) -> String {
        String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &random))) })
    }
}
