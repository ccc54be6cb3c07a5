import Testing

@testable import Cmdlets

@Suite("The language")
struct LanguageTests {
    @Test("is PowerShell's", arguments: LanguageCases.all.indices)
    func cases(group: Int) {
        let (page, cases) = LanguageCases.all[group]
        for example in cases {
            var session = AdminFixture.seeded
            var input = RunInput()
            input.now = 1_764_094_200_000
            let outcome = session.run(example.script, input)
            var shown = outcome.results.map(\.text).joined()
            if shown.hasSuffix("\n") { shown.removeLast() }
            #expect(shown == example.shown, "\(page): \(example.script)")
            #expect(outcome.applied, "\(page): \(example.script): \(outcome.results.last?.error?.message ?? "")")
        }
    }
}
