import Dialing
import Testing

/// Which numbers an invite shows, by the bridge, the licence, the policy and the user (domain reference §7.5, §8.9).
@Suite struct InviteDefaultsTests {
    private static let local = Contoso.numberOfA, second = Contoso.numberOfB, own = Contoso.defaultNumber
    private static let british = number("+442079460100"), free = number("+18005550100"), freeOfService = number("+18005550101")
    private static let lowest = number("+12065550001"), absent = number("+12065550166")

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var licence = Licence.audioConferencingStandard
        var tenant: @Sendable (inout Tenant) -> Void = { _ in }
        var user: @Sendable (inout User) -> Void = { _ in }
        var toll: [E164] = []
        var tollFree: [E164] = []
    }

    private static func listing(_ numbers: [E164]) -> @Sendable (inout Tenant) -> Void {
        { $0.policies.audioConferencing["Global"]?.meetingInvitePhoneNumbers = numbers }
    }

    static let rows: [Row] = [
        Row(testDescription: "the lowest toll number of the country", toll: [local]),
        Row(testDescription: "of the user's own country", user: { $0.usageLocation = country("GB") }, toll: [british]),
        Row(testDescription: "the default, where the country has none", user: { $0.usageLocation = country("FR") }, toll: [own]),
        Row(
            testDescription: "the lowest of all, where there is no default either", tenant: { $0.bridge.defaultServiceNumber = nil },
            user: { $0.usageLocation = country("FR") }, toll: [local]),
        Row(
            testDescription: "none of the service's own under an operator's licence", licence: .operatorConnectConferencing,
            user: { $0.usageLocation = country("FR") }, toll: [local]),
        Row(testDescription: "the user's own number", user: { $0.conferencing?.serviceNumber = second }, toll: [second]),
        Row(testDescription: "the number that was given", user: { $0.conferencing?.givenServiceNumber = second }, toll: [second]),
        Row(
            testDescription: "the user's own before what was given",
            user: {
                $0.conferencing?.serviceNumber = second
                $0.conferencing?.givenServiceNumber = british
            }, toll: [second]),
        Row(testDescription: "not one off the bridge", user: { $0.conferencing?.serviceNumber = lowest }, toll: [local]),
        Row(testDescription: "not a toll-free one as the toll number", user: { $0.conferencing?.serviceNumber = free }, toll: [local]),
        Row(
            testDescription: "not the service's own under an operator's licence", licence: .operatorConnectConferencing,
            user: { $0.conferencing?.serviceNumber = own }, toll: [local]),
        Row(
            testDescription: "the user's own toll-free number", user: { $0.conferencing?.tollFreeServiceNumber = free }, toll: [local],
            tollFree: [free]),
        Row(
            testDescription: "no toll-free number off the bridge", user: { $0.conferencing?.tollFreeServiceNumber = absent }, toll: [local]),
        Row(
            testDescription: "no toll-free number of the service under an operator's licence", licence: .operatorConnectConferencing,
            user: { $0.conferencing?.tollFreeServiceNumber = freeOfService }, toll: [local]),
        Row(
            testDescription: "no toll-free number where the user may not be dialled in by one",
            user: {
                $0.conferencing?.tollFreeServiceNumber = free
                $0.conferencing?.allowTollFreeDialIn = false
            }, toll: [local]),
        Row(
            testDescription: "no toll-free number where the policy has none",
            tenant: { $0.policies.audioConferencing["Global"]?.allowTollFreeDialin = false },
            user: { $0.conferencing?.tollFreeServiceNumber = free }, toll: [local]),
        Row(
            testDescription: "no toll-free number where the tenant's invites have none",
            tenant: { $0.meetings.includeTollFreeNumberInMeetingInvites = false },
            user: { $0.conferencing?.tollFreeServiceNumber = free }, toll: [local]),
        Row(
            testDescription: "what the policy lists, in its order, each among its kind",
            tenant: listing([british, free, second, freeOfService]),
            user: {
                $0.conferencing?.serviceNumber = own
                $0.conferencing?.tollFreeServiceNumber = free
            }, toll: [british, second],
            tollFree: [free, freeOfService]),
        Row(
            testDescription: "of the policy's list what is on the bridge and the licence includes", licence: .operatorConnectConferencing,
            tenant: listing([own, lowest, absent, second, freeOfService]), toll: [second]),
        Row(
            testDescription: "the user's toll number where the policy lists none that is there, and no toll-free one",
            tenant: listing([lowest]), user: { $0.conferencing?.tollFreeServiceNumber = free }, toll: [local]),
        Row(testDescription: "a list of toll-free numbers alone", tenant: listing([free]), toll: [local], tollFree: [free]),
        Row(testDescription: "nothing where conferencing is off", user: { $0.audioConferencingEnabled = false }),
        Row(testDescription: "nothing without a licence", user: { $0.licences = Licences([]) }),
        Row(
            testDescription: "nothing where nothing is on the bridge",
            tenant: { tenant in for index in tenant.numbers.indices { tenant.numbers[index].status = .unassigned } }),
    ]

    @Test("an invite shows", arguments: rows)
    func shown(_ row: Row) {
        var tenant = Contoso().tenant
        tenant.numbers += [
            PhoneNumberAssignment(
                telephoneNumber: Self.british, operatorID: "a", country: country("GB"), status: .conferenceAssigned),
            PhoneNumberAssignment(telephoneNumber: Self.lowest, operatorID: "a", country: country("US")),
            PhoneNumberAssignment(
                telephoneNumber: Self.free, operatorID: "b", country: country("US"), isTollFree: true, status: .conferenceAssigned),
            PhoneNumberAssignment(
                telephoneNumber: Self.freeOfService, operatorID: Operator.serviceCarrier, country: country("US"), isTollFree: true,
                status: .conferenceAssigned),
        ]
        tenant.policies.audioConferencing["Global"] = TeamsAudioConferencingPolicy(name: "Global")
        row.tenant(&tenant)
        var user = User(upn: "u@contoso.example", licences: Licences([row.licence]), conferencing: UserConferencing())
        row.user(&user)
        let shown = InviteDefaults(tenant).numbers(of: user)
        #expect(shown.toll == row.toll && shown.tollFree == row.tollFree)
    }

    @Test("the conferencing policy is the user's own, else that of the group with the best rank, else Global")
    func policies() {
        var tenant = Contoso().tenant
        for name in ["Global", "Own", "First", "Second"] {
            tenant.policies.audioConferencing[name] = TeamsAudioConferencingPolicy(name: name)
        }
        func assigned(_ group: String, _ name: String, _ rank: Int, _ type: GroupPolicyAssignment.PolicyType) -> GroupPolicyAssignment {
            GroupPolicyAssignment(group: group, policyType: type, policyName: name, rank: rank)
        }
        tenant.groupAssignments = [
            assigned("g2", "Second", 2, .teamsAudioConferencingPolicy), assigned("G1", "First", 1, .teamsAudioConferencingPolicy),
            assigned("g2", "Own", 0, .teamsMeetingPolicy), assigned("g3", "Own", 0, .teamsAudioConferencingPolicy),
        ]
        func policy(_ own: String?, _ groups: [String]) -> String {
            var user = User(upn: "u@contoso.example", groups: groups)
            user.grants.audioConferencingPolicy = own
            return tenant.audioConferencingPolicy(of: user).name
        }
        #expect(policy("own", ["g1"]) == "Own" && policy(nil, ["g1", "g2"]) == "First" && policy(nil, ["G2"]) == "Second")
        #expect(policy(nil, []) == "Global" && policy("Gone", ["g1"]) == "First")
        #expect(policy("allowtollfreedialinfalse", ["g1"]) == TeamsAudioConferencingPolicy.builtIn.name)
        tenant.policies.audioConferencing["Global"] = nil
        #expect(policy(nil, []) == "Global")
    }
}
