import Dialing
import Testing

@testable import Service

@Suite("What changes made beside the loop were made from")
struct LatestChangesTests {
    private func user(of tenant: String) -> DirectoryChange { .removeUser(tenant: tenant, upn: "a@\(tenant).example") }

    @Test("only what is of their own tenant, or of an operator, concerns them")
    func own() {
        var latest = LatestChanges()
        latest.note([user(of: "a")], by: 5)
        #expect(latest.concern([user(of: "a")], after: 4) && latest.concern([user(of: "b"), .removeTenant("a")], after: 4))
        #expect(!latest.concern([user(of: "a")], after: 5) && !latest.concern([user(of: "b")], after: 4))
        latest.note([.removeOperator("o")], by: 6)
        #expect(latest.concern([user(of: "b")], after: 5) && !latest.concern([user(of: "b")], after: 6))
    }

    @Test("past so many tenants all count as changed")
    func bound() {
        var latest = LatestChanges()
        for place in 0...LatestChanges.limit { latest.note([user(of: "t\(place)")], by: Int64(place + 1)) }
        let last = Int64(LatestChanges.limit + 1)
        #expect(latest.concern([user(of: "other")], after: last - 1) && !latest.concern([user(of: "t0")], after: last))
    }
}
