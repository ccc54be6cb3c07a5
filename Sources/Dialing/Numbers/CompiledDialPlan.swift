package import Patterns

/// A tenant dial plan, ready to be applied (domain reference §5.1).
package final class CompiledDialPlan: Sendable {
    package let name: String
    package let rules: [Rule]

    package struct Rule: Sendable {
        package let name: String
        package let pattern: Pattern
        package let replacement: Replacement

        package init(name: String, pattern: Pattern, replacement: Replacement) {
            self.name = name
            self.pattern = pattern
            self.replacement = replacement
        }
    }

    package init(name: String, rules: [Rule]) {
        self.name = name
        self.rules = rules
    }

    package enum Translation: Equatable, Sendable {
        case none
        case translated(String, rule: String)
        /// The rule's pattern ran out of steps on this text.
        case undecided(rule: String)
    }

    /// The first rule that matches is applied, and no other is looked at.
    package func translate(_ text: String, using scratch: borrowing Pattern.Scratch) -> Translation {
        for rule in rules {
            do throws(Pattern.Undecided) {
                guard let result = try rule.pattern.replace(text, with: rule.replacement, using: scratch) else { continue }
                return .translated(result, rule: rule.name)
            } catch {
                return .undecided(rule: rule.name)
            }
        }
        return .none
    }
}
