import Basis
import Testing

@testable import Dialing

/// An operator's numbers and tenants, by its own rows.
@Suite("What an operator has")
struct OperatorIndexTests {
    @Test("rows in pieces are those of a plain set in order, behind any row, after any changes")
    func rows() {
        var random = SeededRandom(seed: 7), rows = SortedRows<Int>(), plain: Set<Int> = []
        for step in 0..<6_000 {
            let row = Int.random(in: 0..<900, using: &random)
            if Bool.random(using: &random) || step < 2_000 {
                rows.insert(row)
                plain.insert(row)
            } else {
                rows.remove(row)
                plain.remove(row)
            }
            guard step % 400 == 0 || step > 5_990 else { continue }
            for after in [nil, -1, row, 450, 899] as [Int?] {
                var seen: [Int] = []
                rows.visit(after: after) { row in
                    seen.append(row)
                    return seen.count < 300
                }
                #expect(seen == Array(plain.sorted().filter { one in after.map { one > $0 } ?? true }.prefix(300)))
            }
        }
        #expect(rows.count == plain.count)
    }

    @Test("the index follows relations and numbers of tenants that come, change and go")
    func follows() throws {
        var directory = Directory()
        try directory.apply(
            ["a", "b"].map { .putOperator(Operator(id: $0, name: $0.uppercased(), countries: [.unitedStates])) }, version: 1)
        func tenant(_ id: String, _ operators: [String], _ numbers: [(String, String)]) -> Tenant {
            var tenant = Tenant(id: id, displayName: id, country: .unitedStates)
            let contact = TenantOperator.Contact(fullName: "Ann", email: "a@b.example")
            tenant.operators = operators.map {
                TenantOperator(operatorID: $0, countries: [.unitedStates], contact: contact, companySize: "1")
            }
            tenant.numbers = numbers.map { PhoneNumberAssignment(telephoneNumber: number($0.0), operatorID: $0.1, country: .unitedStates) }
            return tenant
        }
        func numbers(of id: String) -> [String] {
            var found: [String] = []
            directory.visitNumbers(of: id, after: nil) { row in
                found.append("\(row.number) \(row.tenant)")
                return true
            }
            return found
        }
        try directory.apply(
            [
                .putTenant(tenant("two", ["a"], [("+14255550103", "a"), ("+14255550101", "a")])),
                .putTenant(tenant("one", ["a", "b"], [("+14255550102", "a"), ("+14255550109", "b")])),
            ], version: 2)
        #expect(
            numbers(of: "a") == ["+14255550101 two", "+14255550102 one", "+14255550103 two"] && numbers(of: "b") == ["+14255550109 one"])
        #expect(
            directory.tenants(of: "a", after: nil, limit: 9) == ["one", "two"]
                && directory.tenants(of: "a", after: "one", limit: 9) == ["two"])
        #expect(directory.tenants(of: "a", after: nil, limit: 1) == ["one"] && directory.numberCount(of: "a", in: "two") == 2)
        try directory.apply([.putTenant(tenant("two", ["b"], [("+14255550101", "b"), ("+14255550103", "a")]))], version: 3)
        #expect(
            numbers(of: "a") == ["+14255550102 one", "+14255550103 two"] && numbers(of: "b") == ["+14255550101 two", "+14255550109 one"])
        #expect(
            directory.tenants(of: "a", after: nil, limit: 9) == ["one"]
                && directory.tenants(of: "b", after: nil, limit: 9) == ["one", "two"])
        #expect(directory.someUsers(ofOperator: "a") == ["one", "two"], "who has a number of it left as well")
        try directory.apply([.removeTenant("one"), .removeTenant("two")], version: 4)
        #expect(numbers(of: "a") == [] && directory.someUsers(ofOperator: "b") == [] && directory.numberCount(of: "a", in: "two") == 0)
    }

    @Test("a number of the service's own carrier may be many tenants', and of no operator at the same time")
    func shared() throws {
        var directory = Directory()
        func tenant(_ id: String, _ operatorID: String) -> Tenant {
            var tenant = Tenant(id: id, displayName: id, country: .unitedStates)
            tenant.numbers = [
                PhoneNumberAssignment(telephoneNumber: number("+12065550111"), operatorID: operatorID, country: .unitedStates)
            ]
            tenant.numbers[0].shared = operatorID == Operator.serviceCarrier ? true : nil
            return tenant
        }
        let carrier = Operator.serviceCarrier
        try directory.apply([.putTenant(tenant("one", carrier)), .putTenant(tenant("two", carrier))], version: 1)
        #expect(directory.isShared(number("+12065550111")) && directory.holder(of: number("+12065550111")) == nil)
        #expect(directory.holders.fault(of: number("+12065550111"), of: "one") == nil)
        try directory.apply([.putTenant(tenant("one", "a"))], version: 2)
        #expect(directory.isShared(number("+12065550111")) && directory.holder(of: number("+12065550111")) == "one")
        try directory.apply([.removeTenant("two"), .removeTenant("one")], version: 3)
        #expect(!directory.isShared(number("+12065550111")) && directory.holder(of: number("+12065550111")) == nil)
    }
}
