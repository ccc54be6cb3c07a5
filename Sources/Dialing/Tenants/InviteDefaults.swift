/// The numbers that an invite shows, the first ones the most prominent.
package struct InviteNumbers: Codable, Equatable, Sendable {
    package var toll: [E164] = []
    package var tollFree: [E164] = []

    package init() {}
}

/// What a tenant's bridge gives to invites, looked up once for many users (domain reference §7.5).
package struct InviteDefaults: Sendable {
    private let tenant: Tenant
    /// What is on the bridge.
    private let numbers: [E164: PhoneNumberAssignment]
    private var all = Lowest()
    /// Without those of the service's own carrier, which an Operator Connect Conferencing licence does not include (domain reference §2.1).
    private var ofOperators = Lowest()

    /// The lowest toll numbers.
    private struct Lowest {
        var byCountry: [Country: E164] = [:]
        var any: E164?

        mutating func take(_ number: PhoneNumberAssignment) {
            let telephoneNumber = number.telephoneNumber
            any = min(any ?? telephoneNumber, telephoneNumber)
            if let country = number.country { byCountry[country] = min(byCountry[country] ?? telephoneNumber, telephoneNumber) }
        }
    }

    package init(_ tenant: Tenant) {
        self.tenant = tenant
        var numbers: [E164: PhoneNumberAssignment] = [:]
        for number in tenant.numbers where number.status == .conferenceAssigned {
            numbers[number.telephoneNumber] = number
            guard !number.isTollFree else { continue }
            all.take(number)
            if number.operatorID != Operator.serviceCarrier { ofOperators.take(number) }
        }
        self.numbers = numbers
    }

    /// Whether the user's invites may show it.
    private func shows(_ telephoneNumber: E164, _ user: User) -> Bool {
        guard let number = numbers[telephoneNumber] else { return false }
        return user.licences.includesNumbers(of: number.operatorID)
    }

    /// The toll number that a user's invites show by default: the user's own, else the one that was given when conferencing was switched on,
    /// else ``tollNumberToGive(to:)``.
    package func tollNumber(of user: User) -> E164? {
        let kept = [user.conferencing?.serviceNumber, user.conferencing?.givenServiceNumber].compactMap(\.self)
        return kept.first { shows($0, user) && numbers[$0]?.isTollFree == false } ?? tollNumberToGive(to: user)
    }

    /// The lowest of the user's country on the bridge, else the bridge's default, else the lowest on the bridge; of the numbers that the
    /// licence includes.
    package func tollNumberToGive(to user: User) -> E164? {
        let lowest = user.licences.includesNumbers(of: Operator.serviceCarrier) ? all : ofOperators
        let own = tenant.bridge.defaultServiceNumber.flatMap { shows($0, user) ? $0 : nil }
        return lowest.byCountry[user.usageLocation ?? tenant.country] ?? own ?? lowest.any
    }

    /// The toll-free number that a user's invites show by default: the user's own.
    package func tollFreeNumber(of user: User) -> E164? {
        user.conferencing?.tollFreeServiceNumber.flatMap { shows($0, user) ? $0 : nil }
    }

    /// What a new invite of the user shows: the numbers of the conferencing policy where it has some that are on the bridge, else the user's own
    /// (domain reference §7.5, §8.9); none for who holds no licence or has conferencing switched off.
    package func numbers(of user: User) -> InviteNumbers {
        var shown = InviteNumbers()
        guard user.isEnabledForConferencing else { return shown }
        let policy = tenant.audioConferencingPolicy(of: user)
        let listed = policy.meetingInvitePhoneNumbers.filter { shows($0, user) }
        shown.toll = listed.filter { numbers[$0]?.isTollFree == false }
        if shown.toll.isEmpty { shown.toll = tollNumber(of: user).map { [$0] } ?? [] }
        let isTollFreeShown = policy.allowTollFreeDialin && tenant.meetings.includeTollFreeNumberInMeetingInvites
        guard isTollFreeShown, user.conferencing?.allowTollFreeDialIn ?? true else { return shown }
        shown.tollFree = listed.filter { numbers[$0]?.isTollFree == true }
        if policy.meetingInvitePhoneNumbers.isEmpty { shown.tollFree = tollFreeNumber(of: user).map { [$0] } ?? [] }
        return shown
    }
}

extension Licences {
    /// Whether meetings of who holds them can be joined by numbers of the operator (domain reference §2.1).
    package func includesNumbers(of operatorID: String) -> Bool {
        operatorID != Operator.serviceCarrier || deciding != .operatorConnectConferencing
    }
}

extension User {
    /// Whether a licence for conferencing is held.
    package var holdsConferencing: Bool { licences.deciding != nil }
    package var isEnabledForConferencing: Bool { holdsConferencing && audioConferencingEnabled }
}

extension Tenant {
    /// The user's own, that of the group with the best rank, or Global (domain reference §4.1).
    package func audioConferencingPolicy(of user: User) -> TeamsAudioConferencingPolicy {
        for name in names(of: .teamsAudioConferencingPolicy, grantedTo: user, user.grants.audioConferencingPolicy) {
            if name.lowercased() == TeamsAudioConferencingPolicy.builtIn.name.lowercased() { return .builtIn }
            if let policy = policies.audioConferencing[name] { return policy }
        }
        return TeamsAudioConferencingPolicy(name: "Global")
    }

    /// The same of meeting policies.
    package func meetingPolicy(of user: User) -> TeamsMeetingPolicy {
        names(of: .teamsMeetingPolicy, grantedTo: user, user.grants.meetingPolicy).lazy.compactMap(meetingPolicy).first
            ?? TeamsMeetingPolicy(name: "Global")
    }

    private func names(of type: GroupPolicyAssignment.PolicyType, grantedTo user: User, _ own: String?) -> [String] {
        let groups = groupAssignments.filter { assignment in
            assignment.policyType == type && user.groups.contains { $0.lowercased() == assignment.group.lowercased() }
        }.sorted { $0.rank < $1.rank }.map(\.policyName)
        return [own].compactMap(\.self) + groups + ["Global"]
    }
}
