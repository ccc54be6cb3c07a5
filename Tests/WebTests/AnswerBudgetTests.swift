import Basis
import Testing
import Web

@Suite("Answers that nobody reads")
struct AnswerBudgetTests {
    private func moment(_ second: Int64) -> Instant { Instant.zero + .seconds(second) }

    @Test("where too much waits, who has taken nothing for longest goes, until three quarters are left")
    func longest() {
        var budget = AnswerBudget<String>(together: 100)
        budget.note(40, of: "a", at: moment(1))
        budget.note(40, of: "b", at: moment(2))
        #expect(budget.overdue() == [])
        budget.note(30, of: "a", at: moment(3))
        budget.note(45, of: "b", at: moment(4))
        budget.note(30, of: "c", at: moment(5))
        #expect(budget.overdue() == ["b"], "a takes, and b has more than before")
        budget.note(0, of: "b", at: moment(5))
        #expect(budget.overdue() == [])
        budget.note(41, of: "d", at: moment(6))
        #expect(budget.overdue() == ["a"])
    }

    @Test("one alone may have more")
    func alone() {
        var budget = AnswerBudget<String>(together: 100)
        budget.note(500, of: "a", at: moment(1))
        #expect(budget.overdue() == [])
        budget.note(1, of: "b", at: moment(2))
        #expect(budget.overdue() == ["a"])
        budget.note(0, of: "a", at: moment(3))
        budget.note(0, of: "b", at: moment(3))
        budget.note(101, of: "c", at: moment(4))
        #expect(budget.overdue() == [])
    }
}
