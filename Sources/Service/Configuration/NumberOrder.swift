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
        let usage: PhoneNumberAssignment.Usage?
        let numbers: [String]?
    }

    static func read(_ documents: [StoredDocument]) throws(StoreFailure) -> [String: NumberOrder] {
        let orders: [NumberOrder] = try documents.decoded(.numberOrder)
        return Dictionary(orders.map { ($0.id.description, $0) }, uniquingKeysWith: { $1 })
    }

    /// Takes each number that may be taken into the tenant's inventory, and says of each other one why not.
    static func fill(
        _ numbers: [String], of carrier: Operator, usage: PhoneNumberAssignment.Usage, into tenant: inout Tenant, in directory: Directory,
        order: SortableID
    ) -> [Entry] {
        var intake = NumberIntake(directory, into: tenant)
        return numbers.map { text in
            func no(_ why: String) -> Entry { Entry(number: text, status: .error, message: why) }
            guard let number = E164(written: text) else { return no("is not an E.164 number") }
            let facts = NumberFacts(of: number)
            if let refusal = intake.take(number, facts, from: carrier.id) { return no(refusal) }
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

extension [String: NumberOrder] {
    /// Whether an order of its operator brought the number to the tenant.
    func prove(_ number: PhoneNumberAssignment, of tenant: String) -> Bool {
        guard let order = number.order.flatMap({ self[$0] }), order.tenant == tenant, order.operator == number.operatorID else {
            return false
        }
        let text = number.telephoneNumber.description
        return order.numbers.contains { $0.status == .success && $0.number == text }
    }

    /// Numbers of each tenant that no order of their operator brought: only a store of an earlier version has such.
    func unproven(in directory: Directory) -> [(tenant: String, numbers: Set<E164>)] {
        var proven: [String: Set<String>] = [:]
        for (id, order) in self {
            proven[id] = Set(order.numbers.lazy.filter { $0.status == .success }.map(\.number))
        }
        return directory.tenantIDs.compactMap { id in
            let doubted = directory.tenant(id)!.numbers.filter { number in
                guard let order = number.order.flatMap({ self[$0] }), order.tenant == id, order.operator == number.operatorID else {
                    return true
                }
                return proven[order.id.description]?.contains(number.telephoneNumber.description) != true
            }
            return doubted.isEmpty ? nil : (id, Set(doubted.map(\.telephoneNumber)))
        }
    }
}
