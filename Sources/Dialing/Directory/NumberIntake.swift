/// Who may provide which number to a tenant: the guards of an order, on whatever way a number comes in (domain reference §7.2, §7.3).
package struct NumberIntake: Sendable {
    private let directory: Directory
    private let tenantID: String
    private let relations: [String: TenantOperator]
    /// The operator of each number of the inventory.
    private var inventory: [E164: String]
    /// Numbers that the service's own carrier gives to many, whether any has them already or not.
    private let shared: Set<E164>

    /// Numbers of `tenant` that are no more are free again.
    package init(_ directory: Directory, into tenant: Tenant) {
        self.directory = directory
        tenantID = tenant.id
        shared = Set(directory.operator(Operator.serviceCarrier)?.sharedNumbers?.map(\.number) ?? [])
        relations = Dictionary(tenant.operators.map { ($0.operatorID, $0) }, uniquingKeysWith: { first, _ in first })
        inventory = Dictionary(tenant.numbers.map { ($0.telephoneNumber, $0.operatorID) }, uniquingKeysWith: { first, _ in first })
    }

    /// Why an operator may upload nothing to the tenant, as a clause; nil when it may.
    package func refusal(of operatorID: String) -> String? {
        guard let carrier = directory.operator(operatorID) else { return "there is no operator \(operatorID)" }
        guard operatorID != Operator.serviceCarrier else { return nil }
        guard carrier.products.contains(.conferencing) else { return "\(carrier.name) does not offer Conferencing" }
        guard let relation = relations[operatorID] else { return Self.unrelated(carrier, to: tenantID) }
        guard relation.offers(.conferencing) else { return "Conferencing is not chosen of \(carrier.name) in the tenant \(tenantID)" }
        switch relation.suspension {
        case nil: return nil
        case .operatorLeft(_, let isDeclined, _)?:
            return "\(carrier.name) \(Unusable.leaving(isDeclined: isDeclined)) the tenant \(tenantID)"
        case _?: return "\(carrier.name) is suspended in the tenant \(tenantID)"
        }
    }

    /// What mends that in a tenant's document, as a clause.
    func mend(of operatorID: String) -> String {
        let field = "operators[\(operatorID)]", rest = "or leave its numbers out"
        guard let carrier = directory.operator(operatorID) else { return "make it by PUT /v1/operators/\(operatorID), \(rest)" }
        guard carrier.products.contains(.conferencing) else {
            return "give it the product Conferencing by PUT /v1/operators/\(operatorID), \(rest)"
        }
        guard let relation = relations[operatorID] else { return "add \(field), \(rest)" }
        guard relation.offers(.conferencing) else { return "add Conferencing to \(field).products, \(rest)" }
        if case .operatorLeft? = relation.suspension {
            return "have it accepted anew by PATCH /v1/operators/\(operatorID)/consents/\(tenantID), \(rest)"
        }
        return "set \(field).status to active, and suspend it when the numbers are there, \(rest)"
    }

    package static func unrelated(_ carrier: Operator, to tenantID: String) -> String {
        "\(carrier.name) is not an operator of the tenant \(tenantID.prefix(64))"
    }

    /// Why a number is not taken.
    package struct Refusal: Equatable, Sendable {
        package enum Code: String, Codable, CaseIterable, Sendable {
            case notANumber, alreadyInInventory, providedByAnotherOperator, numberOfAnotherTenant, sharedNumber, cannotBeDialled
            case countryNotEnabled, wrongCountry, tollFreeForUsers, operatorMayNot
        }
        package let code: Code
        /// A clause that follows the number.
        package let words: String

        package init(_ code: Code, _ words: String) { (self.code, self.words) = (code, words) }
    }

    /// Takes a number in, or says why not. `country` is what its operator says; only of a toll-free number of North America the numbering plan
    /// does not know (domain reference §7.3).
    package mutating func take(
        _ number: E164, _ facts: NumberFacts, from operatorID: String, for usage: PhoneNumberAssignment.Usage, country: Country? = nil
    ) -> Refusal? {
        if let provider = inventory[number] {
            return provider == operatorID
                ? Refusal(.alreadyInInventory, "is in the inventory already")
                : Refusal(.providedByAnotherOperator, "was provided by the operator \(provider) already")
        }
        if let holder = directory.holders[number], holder != tenantID {
            return Refusal(.numberOfAnotherTenant, "is a number of another tenant")
        }
        if operatorID != Operator.serviceCarrier, shared.contains(number) || directory.holders.isShared(number) {
            return Refusal(.sharedNumber, "is a shared number of the service's own carrier")
        }
        if let fault = facts.fault { return Refusal(.cannotBeDialled, "is no number that can be dialled: \(fault)") }
        if usage == .user, facts.isTollFree { return Refusal(.tollFreeForUsers, "is toll-free, which users cannot have") }
        if let country, !facts.mayBe(of: country) {
            return Refusal(.wrongCountry, "is a number of \(facts.country.map { "\($0)" } ?? "no country"), not of \(country)")
        }
        if let country = relations[operatorID]?.countryLeftOut(said: country, of: facts) {
            let name = directory.operator(operatorID)?.name ?? operatorID
            return Refusal(.countryNotEnabled, "\(country) is not enabled for \(name) in this tenant")
        }
        inventory[number] = operatorID
        return nil
    }
}

extension NumberFacts {
    /// Whether a number can be said to be of a country: its own, or any of North America's where it is toll-free there.
    package func mayBe(of country: Country) -> Bool { self.country == country || isTollFree && callingCode == 1 && country.dials011 }
}
