import Testing
import Web

@Suite("Requests that are not answered")
struct RequestBudgetTests {
    @Test("one owner has its share at the most, all together have theirs, one alone may be longer, and what is answered gives room")
    func shares() {
        var budget = RequestBudget(together: 100, share: 40)
        func begin(_ bytes: Int, by owner: String?) -> Bool { budget.begin(bytes, by: owner) }
        #expect(begin(60, by: "a"), "nothing else is held")
        #expect(!begin(1, by: "a") && begin(40, by: "b"))
        #expect(!begin(1, by: "c"), "all together")
        budget.end(60, by: "a")
        #expect(begin(40, by: "a") && !begin(1, by: "a") && begin(20, by: nil))
        for (bytes, owner) in [(40, "a"), (40, "b")] { budget.end(bytes, by: owner) }
        budget.end(20, by: nil)
        #expect(begin(500, by: "a") && !begin(1, by: "b"))
        budget.end(500, by: "a")
        #expect(begin(20, by: "a") && begin(20, by: "a") && !begin(1, by: "a"), "a share is filled to its last byte")
        #expect(RequestBudget().together == 256 << 20 && RequestBudget().share == 64 << 20 && RequestBudget.size(ofBody: 10) == 4_106)
    }
}
