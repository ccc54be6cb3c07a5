import Basis
import Dialing

/// What the cmdlets of one script read and change: a copy, put in force only when the whole script has run.
struct Workspace: Sendable {
    /// Users, numbers and routes that the cmdlets of one script go through.
    static let visitLimit = 2_000_000
    /// Users among whom the nearest name is looked for.
    private static let nearLimit = 10_000

    var tenant: Tenant
    /// As they were before the script.
    let original: Users
    /// Users that the script has changed, by lower-case user principal name.
    var changed: [String: User] = [:]
    let operators: [Operator]
    /// What became of rewritten invites, by user principal name, with what the script has asked for.
    private(set) var migrations: [String: MeetingMigration]
    /// Whose invites the script wants rewritten.
    private(set) var requestedMigrations: Set<String> = []
    /// Milliseconds since 1970 at the script's beginning.
    let now: Int
    /// Who runs the script.
    let author: String
    var warnings: [String] = []
    private var visited = 0
    private var principalsByDisplayName: [String: [String]]?
    private var principalsByObjectID: [String: String]?

    init(
        tenant: Tenant, users: Users, operators: [Operator], migrations: [String: MeetingMigration] = [:], now: Int = 0, author: String = ""
    ) {
        (self.now, self.author, self.migrations) = (now, author, migrations)
        self.tenant = tenant
        original = users
        self.operators = operators
    }

    /// Back to what was, but for the warnings given since.
    mutating func undo(to before: Workspace) {
        tenant = before.tenant
        changed = before.changed
        (migrations, requestedMigrations) = (before.migrations, before.requestedMigrations)
    }

    /// Has the user's invites rewritten once the script is applied.
    mutating func requestMigration(of upn: String) {
        requestedMigrations.insert(upn)
        migrations[upn] = MeetingMigration(of: upn, at: now)
    }

    /// Whose invites are being rewritten, or are to be.
    var migrating: [String] { migrations.values.filter(\.state.isUnfinished).map(\.upn).sorted() }

    mutating func warn(_ text: String) { warnings.append(text) }

    /// All users as they are by now, by user principal name.
    mutating func users() throws(CmdletError) -> [User] {
        try visit(original.count)
        return changed.isEmpty ? original.all : original.all.map { changed[$0.upn] ?? $0 }
    }

    /// Counts users, numbers and routes that a cmdlet goes through one by one.
    mutating func visit(_ count: Int) throws(CmdletError) {
        visited += count
        guard visited <= Self.visitLimit else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a script goes through up to \(Self.visitLimit) users, numbers and routes")
        }
    }

    /// Who has been granted something directly by now, in order.
    func principals(whoseGrants isMeant: (User.Grants) -> Bool) -> [String] {
        let before = original.principals(whoseGrants: isMeant).filter { changed[$0] == nil }
        return (before + changed.values.filter { isMeant($0.grants) }.map(\.upn)).sorted()
    }

    subscript(principal: String) -> User? { changed[principal] ?? original[principal] }

    /// The user of a user principal name, a `sip:` address or a display name.
    mutating func user(_ identity: String) throws(CmdletError) -> User {
        let key = identity.lowercased(), name = identity.asciiLowercased
        let principal = name.hasPrefix("sip:") ? String(name.dropFirst(4)) : name
        if let user = self[principal] { return user }
        if ObjectID.isOne(key), let principal = principals(byObjectID: key) { return self[principal]! }
        let named = displayNames()[key] ?? []
        if named.count == 1 { return self[named[0]]! }
        guard named.isEmpty else {
            throw .invalid(
                "Identity", "\(named.count) users are called \(identity): \(enumeration(named.sorted())); give the user principal name")
        }
        throw .notFound("Identity", "user", identity, among: original.first(Self.nearLimit).map(\.upn))
    }

    /// Object ids are looked up in an index that is made when a script first gives one.
    private mutating func principals(byObjectID id: String) -> String? {
        let index =
            principalsByObjectID
            ?? Dictionary(
                original.principals.map { (ObjectID.user($0, of: tenant.id), $0) }, uniquingKeysWith: { first, _ in first })
        principalsByObjectID = index
        return index[id]
    }

    /// Who shows a number by default on invites of the user's own, in order.
    func principals(showing number: E164) -> [String] {
        func shows(_ conferencing: UserConferencing?) -> Bool {
            conferencing?.serviceNumber == number || conferencing?.tollFreeServiceNumber == number
        }
        let before = original.principals(whoseConferencing: shows).filter { changed[$0] == nil }
        return (before + changed.values.filter { shows($0.conferencing) }.map(\.upn)).sorted()
    }

    /// A number stays on the bridge while a route shows it, somebody's invites do, or invites are being rewritten (domain reference §7.6).
    func checkUnheld(_ number: E164) throws(CmdletError) {
        let routes = tenant.voiceRoutes.elements.filter { $0.bridgeSourcePhoneNumber == number }.map(\.name)
        let policies = tenant.policies.audioConferencing.elements.filter { $0.meetingInvitePhoneNumbers.contains(number) }.map(\.name)
        let users = principals(showing: number)
        let holders = [
            ("the BridgeSourcePhoneNumber of", routes, "change or remove the routes"),
            ("the default number of", users, "Set-CsOnlineDialInConferencingUserDefaultNumber replaces it for all"),
            ("the number of the Teams audio conferencing policies", policies, "change the policies"),
        ].filter { !$0.1.isEmpty }
        if !holders.isEmpty {
            let named = holders.map { "\($0.0) \(enumeration($0.1))" }.joined(separator: " and ")
            throw .refused("\(number) is \(named); \(holders.map(\.2).joined(separator: ", "))", parameter: "Identity")
        }
        guard migrating.isEmpty else {
            throw .refused(
                "\(number) stays on the bridge while the invites of \(enumeration(migrating)) are rewritten; see Get-CsMeetingMigrationStatus",
                parameter: "Identity")
        }
    }

    private mutating func displayNames() -> [String: [String]] {
        if let principalsByDisplayName { return principalsByDisplayName }
        let index = original.principalsByDisplayName
        principalsByDisplayName = index
        return index
    }

    func platformOperator(_ id: String) -> Operator? { operators.first { $0.id == id } }
}
