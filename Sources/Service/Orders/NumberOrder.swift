import Basis
import Dialing

/// An upload of numbers by their operator to a tenant's inventory (domain reference §7.3).
package struct NumberOrder: Codable, Equatable, Sendable {
    package enum Status: String, Codable, CaseIterable, Sendable {
        case pending, inProgress, success, partialSuccess, error

        var isFinished: Bool { self != .pending && self != .inProgress }
    }

    /// What became of one number.
    package struct Entry: Codable, Equatable, Sendable {
        package let number: String
        package var status: Status
        package var code: NumberIntake.Refusal.Code?
        /// Why it was not taken.
        package var message: String?

        init(_ number: String, _ status: Status, _ refusal: NumberIntake.Refusal? = nil) {
            (self.number, self.status, code, message) = (number, status, refusal?.code, refusal?.words)
        }
    }

    /// What goes for all numbers of it.
    package struct Terms: Codable, Equatable, Sendable {
        package var usage = PhoneNumberAssignment.Usage.conference
        /// The operator's own word for it, up to 64 bytes.
        package var ticket: String?
        /// Of toll-free numbers of North America, which the numbering plan gives to no country.
        package var country: Country?
        package var city: String?
        package var provision: PhoneNumberAssignment.Provision?
    }

    package let id: SortableID
    package let `operator`: String
    package let tenant: String
    package let usage: PhoneNumberAssignment.Usage
    package var status: Status
    package let createdAt: WallTime
    package var completedAt: WallTime?
    package var terms: Terms?
    /// Cities of single numbers, by the text that names the number.
    package var cities: [String: String]?
    package var numbers: [Entry]

    /// Numbers in one order (domain reference §7.3).
    package static let limit = 10_000
    /// Numbers up to which an order is done before it is answered, and that are done at a time.
    static let slice = 500

    init(
        id: SortableID, operator: String, tenant: String, terms: Terms, createdAt: WallTime, numbers: [Entry],
        cities: [String: String] = [:]
    ) {
        (self.id, self.operator, self.tenant, self.createdAt, self.numbers) = (id, `operator`, tenant, createdAt, numbers)
        (usage, self.terms, self.cities) = (terms.usage, terms, cities.isEmpty ? nil : cities)
        status = Self.status(of: numbers)
    }

    /// What is kept of an order while it is to be done.
    static func read(_ documents: StoredDocuments) throws(StoreFailure) -> [String: NumberOrder] {
        let orders: [NumberOrder] = try documents.decoded(.numberOrder)
        return Dictionary(orders.map { ($0.id.description, $0) }, uniquingKeysWith: { $1 })
    }

    /// A number of an order as it is understood, looked up beside the loop.
    struct Reading: Sendable {
        let number: E164
        let facts: NumberFacts

        init?(_ text: String) {
            guard let number = E164(written: text) else { return nil }
            (self.number, facts) = (number, NumberFacts(of: number))
        }
    }

    /// Takes each of some entries that may be taken into the tenant's inventory, and says of each other one why not. One that this order
    /// brought already, before the service was stopped, is taken.
    mutating func fill(
        _ range: Range<Int>, _ readings: [Reading?], into tenant: inout Tenant, in directory: Directory, refusing refusal: String?
    ) {
        let name = id.description, own = Set(tenant.numbers.lazy.filter { $0.order == name }.map(\.telephoneNumber))
        var taken = Set(numbers[..<range.lowerBound].lazy.filter { $0.status == .success }.map(\.number))
        var intake = NumberIntake(directory, into: tenant)
        let terms = terms ?? Terms()
        for (index, reading) in zip(range, readings) {
            let text = numbers[index].number
            func no(_ refusal: NumberIntake.Refusal) -> Entry { Entry(text, .error, refusal) }
            guard let reading else {
                numbers[index] = no(.init(.notANumber, "is not an E.164 number"))
                continue
            }
            if own.contains(reading.number), taken.insert(reading.number.description).inserted {
                numbers[index] = Entry(reading.number.description, .success)
                continue
            }
            if let refusal {
                numbers[index] = no(.init(.operatorMayNot, refusal))
                continue
            }
            if let refusal = intake.take(reading.number, reading.facts, from: self.operator, for: usage, country: terms.country) {
                numbers[index] = no(refusal)
                continue
            }
            var number = PhoneNumberAssignment(
                telephoneNumber: reading.number, operatorID: self.operator, country: terms.country ?? reading.facts.country,
                city: cities?[text] ?? terms.city, isTollFree: reading.facts.isTollFree, usage: usage, order: name)
            number.provision = terms.provision
            number.shared = directory.isShared(reading.number, from: self.operator) ? true : nil
            tenant.numbers.append(number)
            taken.insert(reading.number.description)
            numbers[index] = Entry(reading.number.description, .success)
        }
    }

    /// What the entries come to together.
    static func status(of entries: [Entry]) -> Status {
        if entries.contains(where: { $0.status == .pending }) { return .pending }
        let failed = entries.count { $0.status == .error }
        return failed == 0 ? .success : failed == entries.count ? .error : .partialSuccess
    }
}

extension NumberOrder {
    func isOf(_ subject: Identities.Subject) -> Bool {
        switch subject {
        case .tenant(let id): tenant == id
        case .operator(let id): self.operator == id
        }
    }
}
