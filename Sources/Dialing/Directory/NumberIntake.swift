/// Who may provide which number to a tenant: the guards of an order, on whatever way a number comes in (domain reference §7.2, §7.3).
package struct NumberIntake: Sendable {
    private let directory: Directory
    private let tenantID: String
    private let relations: [String: TenantOperator]
    /// The operator of each number of the inventory.
    private var inventory: [E164: String]

    /// Numbers of `tenant` that are no more are free again.
    package init(_ directory: Directory, into tenant: Tenant) {
        self.directory = directory
        tenantID = tenant.id
        relations = Dictionary(tenant.operators.map { ($0.operatorID, $0) }, uniquingKeysWith: { first, _ in first })
        inventory = Dictionary(tenant.numbers.map { ($0.telephoneNumber, $0.operatorID) }, uniquingKeysWith: { first, _ in first })
    }

    /// Why an operator may upload nothing to the tenant, as a clause; nil when it may.
    package func refusal(of operatorID: String) -> String? {
        guard let carrier = directory.operator(operatorID) else { return "there is no operator \(operatorID)" }
        guard operatorID != Operator.serviceCarrier else { return nil }
        guard carrier.products.contains(.conferencing) else { return "\(carrier.name) does not offer Conferencing" }
        guard let relation = relations[operatorID] else { return "\(carrier.name) is not an operator of the tenant \(tenantID)" }
        return relation.status == .suspended ? "\(carrier.name) is suspended in the tenant \(tenantID)" : nil
    }

    /// Takes a number in, or says why not, as a clause that follows the number.
    package mutating func take(_ number: E164, _ facts: NumberFacts, from operatorID: String) -> String? {
        if let provider = inventory[number] {
            return provider == operatorID ? "is in the inventory already" : "was provided by the operator \(provider) already"
        }
        if let holder = directory.holders[number], holder != tenantID { return "is a number of another tenant" }
        if let fault = facts.fault { return "is no number that can be dialled: \(fault)" }
        if let relation = relations[operatorID], let country = facts.country, !relation.countries.contains(country) {
            return "\(country) is not enabled for \(directory.operator(operatorID)?.name ?? operatorID) in this tenant"
        }
        inventory[number] = operatorID
        return nil
    }
}
