package import Patterns

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

    /// Tenant rules, then the country's; twice at most, until there is a plus (domain reference §5.1; §14, choice 11). A zero in brackets
    /// is looked at in what was typed, not in what a rule made of it.
    package func read(_ dialled: DialledText, findings: inout [Finding], using scratch: borrowing Pattern.Scratch) -> Reading {
        var text = dialled.text
        var withoutZero = dialled.withoutBracketedZero
        var isMade = false
        for _ in 0..<2 {
            if text.utf8.first == UInt8(ascii: "+") { break }
            switch plan?.translate(text, using: scratch) ?? .none {
            case .translated(let result, let rule):
                findings.append(.normalised(from: text, to: result, rule: rule, plan: plan!.name))
                text = result
                withoutZero = nil
                isMade = true
            case .undecided(let rule): return .unreadable(.ruleUndecided(rule: rule, plan: plan!.name))
            case .none:
                guard let number = E164.meant(by: readings(of: text, withoutZero: withoutZero)) else {
                    return .unreadable(isMade ? .notE164(text) : .noRule(plan: plan?.name, country: country))
                }
                return .number(number)
            }
        }
        do throws(E164.Malformed) {
            guard let number = E164.meant(by: try E164.readings(of: text, withoutZero: withoutZero)) else {
                return .unreadable(.notE164(text))
            }
            return .number(number)
        } catch {
            return .unreadable(.notE164(text))
        }
    }

    /// What the country dials before an international number, be it `0011` as in Australia or `001` as in Singapore; `00` is understood
    /// everywhere else; the rest as in the country. A zero in brackets is left out of international numbers only.
    private func readings(of text: String, withoutZero: String?) -> [E164] {
        guard !text.contains("*"), !text.contains("#") else { return [] }
        let dialled = country?.reading(of: text)
        var readings = [dialled, withoutZero.flatMap { country?.reading(of: $0) }].compactMap {
            $0?.isInternational == true ? $0?.number : nil
        }
        let isReadHere = !readings.isEmpty
        for prefix in country?.dials011 == true ? ["00", "011"] : ["00"] where text.hasPrefix(prefix) {
            func international(_ text: String) -> String { "+" + text.dropFirst(prefix.utf8.count) }
            let others = (try? E164.readings(of: international(text), withoutZero: withoutZero.map(international))) ?? []
            readings += isReadHere ? others.filter { $0.description == international(text) && NumberFacts(of: $0).isValid } : others
        }
        if let dialled, !dialled.isInternational, readings.isEmpty || NumberFacts(of: dialled.number).isValid {
            readings.append(dialled.number)
        }
        return readings
    }
}
