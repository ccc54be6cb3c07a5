import Basis
import Dialing

/// An upload of numbers by their operator to a tenant's inventory (domain reference §7.3).
package struct NumberOrder: Codable, Equatable, Sendable {
    package enum Status: String, Codable, CaseIterable, Sendable { case success, partialSuccess, error }

    /// What became of one number.
    package struct Entry: Codable, Equatable, Sendable {
        package let number: String
        package let status: Status
        /// Why it was not taken.
        package let message: String?
    }

    package let id: SortableID
    package let `operator`: String
    package let tenant: String
    package let usage: PhoneNumberAssignment.Usage
    package let status: Status
    package let createdAt: WallTime
    package let numbers: [Entry]

    /// Numbers in one order (domain reference §7.3).
    package static let limit = 10_000

    struct Body: Decodable {
        let tenant: String?
        let usage: String?
        let numbers: [String]?
    }

    static func read(_ documents: [StoredDocument]) throws(StoreFailure) -> [String: NumberOrder] {
        let orders: [NumberOrder] = try documents.decoded(.numberOrder)
        return Dictionary(orders.map { ($0.id.description, $0) }, uniquingKeysWith: { $1 })
    }

    /// Takes each number that may be taken into the tenant's inventory, and says of each other one why not.
    static func fill(
        _ numbers: [String], of carrier: Operator, usage: PhoneNumberAssignment.Usage, into tenant: inout Tenant, order: SortableID
    ) -> [Entry] {
        let taken = Set(tenant.numbers.map(\.telephoneNumber))
        var fresh: Set<E164> = []
        let relation = tenant.relation(to: carrier.id)
        return numbers.map { text in
            func no(_ why: String) -> Entry { Entry(number: text, status: .error, message: why) }
            guard let number = E164(written: text) else { return no("is not an E.164 number") }
            guard !taken.contains(number), fresh.insert(number).inserted else { return no("is in the inventory already") }
            let facts = NumberFacts(of: number)
            if let fault = facts.fault { return no("is no number that can be dialled: \(fault)") }
            if let relation, let country = facts.country, !relation.countries.contains(country) {
                return no("\(country) is not enabled for \(carrier.name) in this tenant")
            }
            tenant.numbers.append(
                PhoneNumberAssignment(
                    telephoneNumber: number, operatorID: carrier.id, country: facts.country, isTollFree: facts.isTollFree, usage: usage,
                    order: order.description))
            return Entry(number: number.description, status: .success, message: nil)
        }
    }

    /// What the entries come to together.
    static func status(of entries: [Entry]) -> Status {
        let failed = entries.count { $0.status == .error }
        return failed == 0 ? .success : failed == entries.count ? .error : .partialSuccess
    }
}
