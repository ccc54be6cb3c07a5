import Dialing
import Patterns

private func directory(routes: Int) throws -> Directory {
    let alice = User(upn: "alice@contoso.example", displayName: "Alice", licences: Licences([.operatorConnectConferencing]))
    var directory = Directory()
    try directory.apply(
        [.putOperator(telecom), .putTenant(makeTenant("contoso", routes: routes)), .putUser(tenant: "contoso", alice)], version: 1)
    return directory
}

private func inquiries(_ count: Int, routes: Int) -> [Inquiry] {
    (0..<count).map { Inquiry(organizer: "alice@contoso.example", dialled: dialled($0 * 7_919 % routes)) }
}

/// The whole decision, from the organizer's look-up to the reasons, as the number of routes grows.
func benchmarkRoutes() throws {
    for routes in [10, 1_000, 100_000] {
        var made = Directory()
        let making = try milliseconds { made = try directory(routes: routes) }
        let scratch = Pattern.Scratch()
        let asked = inquiries(1_024, routes: routes)
        var routed = 0
        let whole = nanosecondsPerCall(200_000) { index in
            if made.decide(asked[index & 1_023], tenant: "contoso", using: scratch).verdict == .route { routed += 1 }
        }
        let told = nanosecondsPerCall(2_000) { index in
            routed += made.decide(asked[index & 1_023], tenant: "contoso", using: scratch).because.count
        }
        precondition(routed > 1_000_000)
        var found = 0
        let linting = milliseconds { found = made.lint(tenant: "contoso").findings.count }
        print("\(routes) routes: \(whole) ns a decision, \(told) ns with its sentences; \(making) ms to put in force")
        print("\(routes) routes: \(linting) ms to lint, \(found) findings")
    }
}

/// So many decisions and nothing else, for tools that count.
func runDecisions(_ count: Int) throws {
    let made = try directory(routes: 10)
    let scratch = Pattern.Scratch()
    let asked = inquiries(16, routes: 10)
    for index in 0..<count { _ = made.decide(asked[index & 15], tenant: "contoso", using: scratch) }
}
