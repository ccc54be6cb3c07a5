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

/// Whose way of dialling counts: the requester's, where the tenant knows it (domain reference §5.2; §14, choice 10).
package struct DialingHabits: Sendable {
    /// The tenant plan; nil for guests, federated and anonymous requesters, who must dial in E.164.
    package var plan: CompiledDialPlan?
    /// The service country plan.
    package var country: Country?

    package init(plan: CompiledDialPlan? = nil, country: Country? = nil) {
        self.plan = plan
        self.country = country
    }

    package enum Reading: Equatable, Sendable { case number(E164), unreadable(Finding.Unreadable) }

    /// Tenant rules, then the country's; twice at most, until there is a plus (domain reference §5.1; §14, choice 11).
    package func read(_ dialled: String, findings: inout [Finding], using scratch: borrowing Pattern.Scratch) -> Reading {
        var text = dialled
        for _ in 0..<2 {
            if text.utf8.first == UInt8(ascii: "+") { break }
            switch plan?.translate(text, using: scratch) ?? .none {
            case .translated(let result, let rule):
                findings.append(.normalised(from: text, to: result, rule: rule, plan: plan!.name))
                text = result
            case .undecided(let rule): return .unreadable(.ruleUndecided(rule: rule, plan: plan!.name))
            case .none:
                guard let number = readByCountry(text) else { return .unreadable(.noRule(plan: plan?.name, country: country)) }
                return .number(number)
            }
        }
        do throws(E164.Malformed) { return .number(try E164(text)) } catch { return .unreadable(.notE164(text)) }
    }

    /// What the country dials before an international number, be it `0011` as in Australia or `001` as in Singapore; `00` is understood
    /// everywhere else; the rest as in the country.
    private func readByCountry(_ text: String) -> E164? {
        let isPlain = !text.contains("*") && !text.contains("#")
        if text.hasPrefix("00") {
            if let number = isPlain ? country?.reading(nationalNumber: text) : nil, NumberFacts(of: number).fault == nil { return number }
            return try? E164("+" + text.dropFirst(2))
        }
        guard let country, isPlain else { return nil }
        if country.dials011, text.hasPrefix("011") { return try? E164("+" + text.dropFirst(3)) }
        return country.reading(nationalNumber: text)
    }
}
