import Testing

@testable import Cmdlets

@Suite("What was once missing")
struct GapTests {
    @Test("works, or is refused by name with its reason", arguments: GapCases.all.indices)
    func gap(index: Int) throws {
        let example = GapCases.all[index]
        var session = AdminFixture.seeded
        let before = session, outcome = session.run(example.script)
        switch example.outcome {
        case .shows(let text):
            var shown = outcome.results.map(\.text).joined()
            if shown.hasSuffix("\n") { shown.removeLast() }
            #expect(shown == text && outcome.applied, "\(example.construct): \(outcome.results.last?.error?.message ?? "")")
        case .refused(let word):
            let error = try outcome.failure()
            #expect(outcome.results.count == 1 && error.message.contains(word) && error.line == 1 && error.column != nil, "\(error)")
        case .asks(let word):
            #expect(!outcome.applied && outcome.changes.isEmpty && session.tenant == before.tenant)
            #expect(String(describing: try #require(outcome.needs)).contains(word))
        }
    }
}
