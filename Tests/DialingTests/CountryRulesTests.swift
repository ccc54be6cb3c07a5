import Dialing
import Patterns
import Testing

/// The rules that the service's country plans show are what it reads.
@Suite struct CountryRulesTests {
    @Test(
        "a country's rules make of a number what the service reads there",
        arguments: [
            ("US", "4255550100", "+14255550100"), ("US", "14255550100", "+14255550100"), ("US", "011442079460000", "+442079460000"),
            ("GB", "02079460000", "+442079460000"), ("GB", "0014255550100", "+14255550100"), ("DE", "030123456", "+4930123456"),
            ("IT", "0612345678", "+390612345678"), ("SE", "081234567", "+4681234567"), ("NO", "22123456", "+4722123456"),
        ])
    func made(home: String, dialled: String, number: String) throws {
        let rules = try country(home).normalizationRules.map { rule in
            let pattern = try Pattern(rule.pattern)
            return CompiledDialPlan.Rule(name: rule.name, pattern: pattern, replacement: try Replacement(rule.translation, for: pattern))
        }
        guard case .translated(let text, _) = CompiledDialPlan(name: "", rules: rules).translate(dialled, using: Pattern.Scratch()) else {
            Issue.record("no rule of \(home) for \(dialled)")
            return
        }
        var findings: [Finding] = []
        let read = DialingHabits(country: country(home)).read(try DialledText(dialled), findings: &findings, using: Pattern.Scratch())
        let meant = try E164(number)
        #expect(text == number && read == .number(meant))
    }

    @Test("a country of no numbering plan has none") func none() { #expect(country("XX").normalizationRules.isEmpty) }
}
