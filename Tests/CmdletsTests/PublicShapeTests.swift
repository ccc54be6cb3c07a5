import Testing

@testable import Cmdlets

@Suite("Scripts of public shapes")
struct PublicShapeTests {
    @Test("run whole, or are refused before anything is run, by name and with a reason", arguments: PublicShapes.all.indices)
    func shape(index: Int) throws {
        let example = PublicShapes.all[index]
        var session = AdminFixture.seeded
        let before = session
        var input = RunInput()
        (input.files, input.answers, input.now) = (PublicShapes.files, ["2"], 1_764_094_200_000)
        let outcome = session.run(example.script, input)
        switch example.outcome {
        case .whole(let text):
            let error = outcome.results.last?.error
            #expect(
                outcome.applied && outcome.needs == nil, "\(example.name): \(error?.message ?? "") \(String(describing: outcome.needs))")
            #expect(outcome.results.contains { $0.text.contains(text) } || text.isEmpty, "\(example.name): \(outcome.results.map(\.text))")
        case .refused(let word):
            let error = try outcome.failure()
            #expect(outcome.results.count == 1 && error.message.contains(word), "\(example.name): \(error.message)")
            #expect(error.line != nil && error.column != nil && session.tenant == before.tenant)
        }
    }

    @Test("there are as many that run as the table says")
    func counts() {
        let refused = PublicShapes.all.filter { if case .refused = $0.outcome { true } else { false } }.count
        #expect(PublicShapes.all.count == 65 && refused == 18)
    }
}
