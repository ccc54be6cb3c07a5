import Testing
import Web

@Suite("What waits for those who watch")
struct StreamBudgetTests {
    @Test("one may have so much waiting, and no byte more")
    func each() {
        var budget = StreamBudget<String>(each: 100, together: 1_000)
        budget.note(100, of: "a")
        #expect(budget.slowest(after: "a") == nil)
        budget.note(101, of: "a")
        #expect(budget.slowest(after: "a") == "a")
        #expect(budget.held(by: "a") == 101 && budget.held(by: "b") == 0)
    }

    @Test("together they may have so much, and past it the slowest goes, whoever was sent something")
    func together() {
        var budget = StreamBudget<String>(each: 100, together: 150)
        budget.note(60, of: "a")
        budget.note(90, of: "b")
        #expect(budget.slowest(after: "b") == nil)
        budget.note(1, of: "c")
        #expect(budget.slowest(after: "c") == "b")
        budget.note(0, of: "b")
        #expect(budget.slowest(after: "c") == nil && budget.held(by: "b") == 0)
        budget.note(20, of: "a")
        budget.note(91, of: "d")
        #expect(budget.slowest(after: "d") == nil, "what has left counts no more: 20 + 1 + 91")
        budget.note(100, of: "b")
        #expect(budget.slowest(after: "c") == "b")
    }
}
