import Dialing

/// What the cmdlets of one script read and change: a copy, put in force only when the whole script has run.
struct Workspace: Sendable {
    /// Users, numbers and routes that the cmdlets of one script go through.
    static let visitLimit = 2_000_000

    var tenant: Tenant
    /// As they were before the script.
    let original: Users
    /// Users that the script has changed, by lower-case user principal name.
    var changed: Users = [:]
    let operators: [Operator]
    var warnings: [String] = []
    private var visited = 0
    private var principalsByDisplayName: [String: [String]]?

    init(tenant: Tenant, users: Users, operators: [Operator]) {
        self.tenant = tenant
        original = users
        self.operators = operators
    }

    /// Back to what was, but for the warnings given since.
    mutating func undo(to before: Workspace) {
        tenant = before.tenant
        changed = before.changed
    }

    mutating func warn(_ text: String) { warnings.append(text) }

    /// All users as they are by now, by user principal name.
    mutating func users() throws(CmdletError) -> [User] {
        try visit(original.count)
        return original.keys.sorted().map { changed[$0] ?? original[$0]! }
    }

    /// Counts users, numbers and routes that a cmdlet goes through one by one.
    mutating func visit(_ count: Int) throws(CmdletError) {
        visited += count
        guard visited <= Self.visitLimit else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a script goes through up to \(Self.visitLimit) users, numbers and routes")
        }
    }

    subscript(principal: String) -> User? { changed[principal] ?? original[principal] }

    /// The user of a user principal name, a `sip:` address or a display name.
    mutating func user(_ identity: String) throws(CmdletError) -> User {
        let key = identity.lowercased()
        let principal = key.hasPrefix("sip:") ? String(key.dropFirst(4)) : key
        if let user = self[principal] { return user }
        let named = displayNames()[key] ?? []
        if named.count == 1 { return self[named[0]]! }
        guard named.isEmpty else {
            throw .invalid(
                "Identity", "\(named.count) users are called \(identity): \(enumeration(named.sorted())); give the user principal name")
        }
        throw .notFound("Identity", "there is no user \(identity)")
    }

    private mutating func displayNames() -> [String: [String]] {
        if let principalsByDisplayName { return principalsByDisplayName }
        let index = original.reduce(into: [String: [String]]()) { $0[$1.value.displayName.lowercased(), default: []].append($1.key) }
        principalsByDisplayName = index
        return index
    }

    func platformOperator(_ id: String) -> Operator? { operators.first { $0.id == id } }
}
