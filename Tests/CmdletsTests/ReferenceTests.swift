import Testing

@testable import Cmdlets

@Suite("Rows of the vendor's reference")
struct ReferenceTests {
    @Test("each works, or is refused by name", arguments: ReferenceRows.all.indices)
    func row(index: Int) throws {
        let row = ReferenceRows.all[index], name = "\(row.cmdlet) \(row.what)"
        #expect(row.script.contains(row.cmdlet), "\(name) is not tried")
        var session = AdminFixture.seeded
        let before = session, outcome = session.run(row.script)
        switch row.outcome {
        case .shows(let text):
            let shown = outcome.results.map(\.text).joined().split(separator: "\n").joined(separator: "\n")
            #expect(shown == text && outcome.applied, "\(name): \(shown)\(outcome.results.last?.error?.message ?? "")")
        case .refused(let word, let because):
            let error = try outcome.failure()
            #expect(error.message.contains(word) && !because.isEmpty, "\(name): \(error)")
            #expect(session.tenant == before.tenant && session.users == before.users, "\(name)")
        case .asks(let word):
            #expect(!outcome.applied && outcome.changes.isEmpty, "\(name)")
            #expect(String(describing: try #require(outcome.needs)).contains(word), "\(name)")
        }
    }

    @Test("none stands twice, and each is of a cmdlet that is held")
    func once() throws {
        #expect(ReferenceRows.all.count >= 137)
        #expect(Set(ReferenceRows.all.map { "\($0.cmdlet) \($0.what)" }).count == ReferenceRows.all.count)
        for row in ReferenceRows.all { #expect(try #require(CmdletTable.named(row.cmdlet)).whyNotHeld == nil, "\(row.cmdlet)") }
    }
}
