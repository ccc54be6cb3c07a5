/// A tenant's users as they are now: a view of what the directory holds, which is shared until either side is changed. To make one costs the
/// same for ten users and for a million.
package struct Users: Sendable {
    private var table: UserTable

    init(sharing table: UserTable) { self.table = table }

    package init() { table = UserTable() }

    package init(_ users: some Sequence<User>) {
        self.init()
        for user in users { put(user) }
    }

    package var count: Int { table.count }

    /// The user of that user principal name, in either case.
    package subscript(principal: String) -> User? { table.index(of: principal).map(table.user(at:)) }

    /// All user principal names in their order, in lower case.
    package var principals: [String] { (0..<table.count).map(table.upn(at:)).sorted() }

    /// All users, by user principal name; made one by one.
    package var all: [User] { order.map(table.user(at:)) }

    /// Some of them, as they stand.
    package func first(_ limit: Int) -> [User] { (0..<min(limit, table.count)).map(table.user(at:)) }

    /// The principal names of those who have been granted something themselves, in order. What many users have alike is looked at once.
    package func principals(whoseGrants isMeant: (User.Grants) -> Bool) -> [String] { principals { isMeant($0.grants) } }

    private func principals(_ isMeant: (UserProfile.Key) -> Bool) -> [String] {
        var known: [ObjectIdentifier: Bool] = [:]
        var found: [String] = []
        for index in 0..<table.count {
            let profile = table.profile(at: index), id = ObjectIdentifier(profile)
            let holds = known[id] ?? isMeant(profile.key)
            known[id] = holds
            if holds { found.append(table.upn(at: index)) }
        }
        return found.sorted()
    }

    /// The same by what is kept for their invites.
    package func principals(whoseConferencing isMeant: (UserConferencing?) -> Bool) -> [String] {
        principals { isMeant($0.conferencing) }
    }

    /// The principal names behind each display name in lower case.
    package var principalsByDisplayName: [String: [String]] {
        (0..<table.count).reduce(into: [:]) { $0[table.displayName(at: $1).lowercased(), default: []].append(table.upn(at: $1)) }
    }

    package mutating func put(_ user: User) {
        _ = table.put(upn: user.upn, displayName: user.displayName, profile: UserProfile(UserProfile.Key(user)))
    }

    private var order: [Int] { (0..<table.count).map { (table.upn(at: $0), $0) }.sorted { $0.0 < $1.0 }.map(\.1) }
}

extension Users: Equatable {
    package static func == (left: Users, right: Users) -> Bool { left.count == right.count && left.all == right.all }
}
