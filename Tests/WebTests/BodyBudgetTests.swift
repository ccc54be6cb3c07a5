import Basis
import Testing
import Web

@Suite("Bodies that are under way")
struct BodyBudgetTests {
    private func moment(_ second: Int64) -> Instant { Instant.zero + .seconds(second) }

    @Test("where too much is under way, who sends most of it loses what it began first, until three quarters are left")
    func mostOfOne() {
        var budget = BodyBudget<String>(together: 100)
        for (second, id) in ["a", "b", "c"].enumerated() { budget.note(30, of: id, by: "contoso", at: moment(Int64(second))) }
        budget.note(10, of: "d", by: nil, at: moment(0))
        #expect(budget.overdue() == [])
        budget.note(10, of: "e", by: "fabrikam", at: moment(5))
        #expect(budget.overdue() == ["a", "b"])
        budget.note(31, of: "b", by: "contoso", at: moment(6))
        #expect(budget.overdue() == ["a", "b"], "more bytes are of the same body")
        budget.note(0, of: "b", by: nil, at: moment(6))
        #expect(budget.overdue() == [])
        budget.note(25, of: "a", by: "contoso", at: moment(7))
        budget.note(40, of: "e", by: "fabrikam", at: moment(7))
        budget.note(50, of: "f", by: "northwind", at: moment(8))
        #expect(budget.overdue() == ["c", "f"], "who has most at each step: 55 of contoso's, then 50 of northwind's")
    }

    @Test("one alone may have more")
    func alone() {
        var budget = BodyBudget<String>(together: 100)
        budget.note(500, of: "a", by: "contoso", at: moment(1))
        #expect(budget.overdue() == [])
        budget.note(1, of: "b", by: "fabrikam", at: moment(2))
        #expect(budget.overdue() == ["a"])
    }
}
