import Basis

/// Whether the users that numbers are assigned to are there, have one at most, and stay while they have it, judged by what a list of changes comes to as a whole
/// (domain reference §7.3). Assignments that stand already are not judged again. Its cost is that of the list, and of the numbers of its tenants.
struct AssignmentGuard {
    private let directory: Directory
    private let users: [String: [String: User?]]
    private let tenants: [String: Tenant]

    init(_ directory: Directory, _ total: ChangeTotal) { (self.directory, users, tenants) = (directory, total.users, total.tenants) }

    func judge() throws(InvalidChange) {
        for after in tenants.values { try checkNew(after) }
        for (id, changed) in users {
            let gone = Set(changed.filter { $0.value == nil }.keys)
            guard !gone.isEmpty, let tenant = tenants[id] ?? directory.tenant(id) else { continue }
            try checkGone(gone, tenant)
        }
    }

    private func checkNew(_ tenant: Tenant) throws(InvalidChange) {
        let old = directory.tenant(tenant.id)?.numbers ?? []
        guard old != tenant.numbers else { return }
        let before = Dictionary(old.map { ($0.telephoneNumber, $0.assignedTo) }, uniquingKeysWith: { first, _ in first })
        let held = Dictionary(grouping: tenant.numbers) { $0.assignedTo?.asciiLowercased }
        for number in tenant.numbers {
            guard let user = number.assignedTo, before[number.telephoneNumber] != .some(user) else { continue }
            if let other = held[user.asciiLowercased]?.first(where: { $0.telephoneNumber != number.telephoneNumber }) {
                throw InvalidChange(
                    document: "tenant \(tenant.id)", field: "numbers[\(number.telephoneNumber)].assignedTo",
                    rule: "\(user) has the number \(other.telephoneNumber) already; take it back first", kind: .conflict)
            }
            let isThere = users[tenant.id]?[user.asciiLowercased].map { $0 != nil } ?? (directory.user(user, of: tenant.id) != nil)
            guard isThere else {
                throw tenant.invalid("numbers[\(number.telephoneNumber)].assignedTo", "there is no user \(user)")
            }
        }
    }

    private func checkGone(_ gone: Set<String>, _ tenant: Tenant) throws(InvalidChange) {
        let held = tenant.numbers.filter { $0.assignedTo.map { gone.contains($0.lowercased()) } ?? false }
        guard let first = held.first, let user = first.assignedTo else { return }
        let numbers = held.filter { $0.assignedTo == user }.map(\.telephoneNumber.description)
        throw InvalidChange(
            document: "user \(user)", field: "upn",
            rule: "has the number \(enumeration(numbers)); take it back first, by Remove-CsPhoneNumberAssignment", kind: .conflict)
    }
}
