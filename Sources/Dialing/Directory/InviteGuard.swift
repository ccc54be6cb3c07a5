/// Whether users' default numbers are on the bridge, and stay there, judged by what a list of changes comes to as a whole (domain reference §7.5,
/// §7.6). Its cost is that of the list; of the other users what many have alike is looked at once, and only where a number leaves a bridge.
struct InviteGuard {
    private let directory: Directory
    private let users: [String: [String: User?]]
    private let tenants: [String: Tenant]

    init(_ directory: Directory, _ total: ChangeTotal) { (self.directory, users, tenants) = (directory, total.users, total.tenants) }

    func judge() throws(InvalidChange) {
        for (id, changed) in users {
            guard let tenant = tenants[id] ?? directory.tenant(id) else { continue }
            var tolls: Set<E164>?
            for (upn, user) in changed {
                let before = directory.user(upn, of: id)?.conferencing
                guard let user, user.conferencing != before else { continue }
                try check(user, tenant)
                guard let given = user.conferencing?.givenServiceNumber, given != before?.givenServiceNumber else { continue }
                let own = tolls ?? Set(tenant.numbers.lazy.filter { !$0.isTollFree }.map(\.telephoneNumber))
                tolls = own
                guard !own.contains(given) else { continue }
                throw InvalidChange(
                    document: "user \(user.upn)", field: "conferencing.givenServiceNumber",
                    rule: "\(given) is no toll number of the tenant; leave it out")
            }
        }
        for (id, after) in tenants { try checkLeft(after, id) }
    }

    private func check(_ user: User, _ tenant: Tenant) throws(InvalidChange) {
        let numbers = [
            ("serviceNumber", user.conferencing?.serviceNumber, false),
            ("tollFreeServiceNumber", user.conferencing?.tollFreeServiceNumber, true),
        ]
        for (field, telephoneNumber, isTollFree) in numbers {
            guard let telephoneNumber else { continue }
            func invalid(_ rule: String) -> InvalidChange {
                InvalidChange(document: "user \(user.upn)", field: "conferencing." + field, rule: rule)
            }
            guard let number = tenant.number(telephoneNumber), number.status == .conferenceAssigned else {
                throw invalid("\(telephoneNumber) is not a number on the bridge")
            }
            guard number.isTollFree == isTollFree else {
                throw invalid("\(telephoneNumber) is \(number.isTollFree ? "toll-free" : "a toll number")")
            }
            guard user.licences.includesNumbers(of: number.operatorID) else {
                throw invalid(
                    "\(telephoneNumber) is a number of the service's own carrier, which an Operator Connect Conferencing licence does not include"
                )
            }
        }
        if let broken = user.conferencing?.brokenRule {
            throw InvalidChange(document: "user \(user.upn)", field: "conferencing." + broken.field, rule: broken.rule)
        }
    }

    private func checkLeft(_ after: Tenant, _ id: String) throws(InvalidChange) {
        guard let old = directory.tenant(id), old.numbers != after.numbers else { return }
        let there = Set(after.numbers.lazy.filter { $0.status == .conferenceAssigned }.map(\.telephoneNumber))
        let left = old.numbers.filter { $0.status == .conferenceAssigned && !there.contains($0.telephoneNumber) }.map(\.telephoneNumber)
        guard !left.isEmpty else { return }
        let gone = Set(left), changed = users[id] ?? [:]
        func shows(_ conferencing: UserConferencing?) -> Bool {
            [conferencing?.serviceNumber, conferencing?.tollFreeServiceNumber].contains { $0.map(gone.contains) ?? false }
        }
        let before = directory.users(of: id).principals(whoseConferencing: shows).filter { changed[$0] == nil }
        let holders = before + changed.filter { $0.value.map { shows($0.conferencing) } ?? false }.keys.sorted()
        guard holders.isEmpty else {
            throw InvalidChange(
                document: "tenant \(id)", field: "numbers",
                rule:
                    "\(enumeration(left.map(\.description))) cannot leave the bridge while it is the default number of \(enumeration(holders))",
                kind: .conflict)
        }
    }
}
