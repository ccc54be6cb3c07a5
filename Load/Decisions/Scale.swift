import Dialing
import Patterns

private let tenantCount = 100_000
private let usersOfTenant = 10
private let policyCount = 10_000
private let routesOfPolicy = 10

private func upn(_ tenant: Int, _ user: Int) -> String { "user\(user)@tenant\(tenant).example" }

private func tenant(_ index: Int) -> Tenant {
    makeTenant("tenant\(index)", routes: routesOfPolicy, salt: index % policyCount * routesOfPolicy)
}

private func users(_ index: Int) -> [DirectoryChange] {
    (0..<usersOfTenant).map { user in
        let licence: Licence = user == 0 ? .audioConferencingStandard : .operatorConnectConferencing
        return .putUser(
            tenant: "tenant\(index)",
            User(
                upn: upn(index, user), displayName: "User \(user) of \(index)", usageLocation: Country("US"), licences: Licences([licence]))
        )
    }
}

/// 100,000 tenants, 1,000,000 users, 10,000 distinct policies: memory, load, and a change in force while decisions go on.
func benchmarkScale() throws {
    var directory = Directory()
    try directory.apply([.putOperator(telecom)], version: 1)
    let empty = residentBytes()
    let tenants = try load(&directory, version: 2) { [.putTenant(tenant($0))] }
    let withTenants = residentBytes()
    let people = try load(&directory, version: 3, users)
    let withUsers = residentBytes()
    print("\(tenantCount) tenants with \(routesOfPolicy) routes each: \(tenants) ms, \((withTenants - empty) / tenantCount) bytes each")
    print("\(directory.userCount) users: \(people) ms, \((withUsers - withTenants) / directory.userCount) bytes each")
    print("shared: \(directory.sharing)")
    measureFirstDecisions(directory)
    let tables = milliseconds { directory.compileTables() }
    print("route tables compiled in the background: \(tables) ms, \((residentBytes() - withUsers) / policyCount) bytes a policy")
    print("\(directory.routeTables)")
    try measureChanges(directory)
}

/// Milliseconds of applying, without what it takes to make the documents.
private func load(_ directory: inout Directory, version: Int64, _ changes: (Int) -> [DirectoryChange]) throws -> Double {
    var all = 0.0
    for start in stride(from: 0, to: tenantCount, by: 1_000) {
        let batch = (start..<start + 1_000).flatMap(changes)
        all += try milliseconds { try directory.apply(batch, version: version, tables: .onFirstUse) }
    }
    return all
}

/// Decisions on policies whose tables nobody has needed yet.
private func measureFirstDecisions(_ directory: Directory) {
    let scratch = Pattern.Scratch()
    let first = (0..<1_000).map { index in
        let inquiry = Inquiry(organizer: upn(index, 1), dialled: dialled(index % policyCount * routesOfPolicy))
        let begin = monotonicNanoseconds()
        precondition(directory.decide(inquiry, tenant: "tenant\(index)", using: scratch).verdict == .route)
        return monotonicNanoseconds() - begin
    }.sorted()
    print("decisions that compile their table: p50 \(first[500] / 1_000) µs, p99 \(first[990] / 1_000) µs")
}

private func measureChanges(_ start: Directory) throws {
    var directory = start
    let scratch = Pattern.Scratch()
    let asked = (0..<4_096).map { index in
        let tenant = index * 7_919 % tenantCount
        let number = dialled(tenant % policyCount * routesOfPolicy + index % routesOfPolicy)
        return (tenant: "tenant\(tenant)", inquiry: Inquiry(organizer: upn(tenant, 1 + index % 9), dialled: number))
    }
    func decide(_ index: Int) -> Int {
        let begin = monotonicNanoseconds()
        let (tenant, inquiry) = asked[index & 4_095]
        precondition(directory.decide(inquiry, tenant: tenant, using: scratch).verdict == .route)
        return monotonicNanoseconds() - begin
    }
    let quiet = (0..<100_000).map(decide).sorted()
    var changes: [Double] = []
    var during: [Int] = []
    for round in 0..<200 {
        let before = directory
        var changed = tenant(round * 499 % tenantCount)
        changed.voiceRoutes["Route 0"]?.numberPattern = "^\\+44\(round)\\d*$"
        changes.append(try milliseconds { try directory.apply([.putTenant(changed)], version: Int64(round + 4)) })
        for index in 0..<500 { during.append(decide(round * 500 + index + 1)) }
        precondition(before.version < directory.version)
        changed = tenant(round * 499 % tenantCount)
        try directory.apply([.putTenant(changed)], version: Int64(round + 4))
    }
    changes.sort()
    during.sort()
    print("decisions at this scale: p50 \(quiet[quiet.count / 2]) ns, p99 \(quiet[quiet.count * 99 / 100]) ns")
    print("between changes: p50 \(during[during.count / 2]) ns, p99 \(during[during.count * 99 / 100]) ns")
    print("a changed policy in force after: p50 \(changes[100]) ms, p99 \(changes[198]) ms, worst \(changes[199]) ms")
}
