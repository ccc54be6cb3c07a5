import Dialing
import Testing

/// Users' default numbers, gateways and kept policies, on the way of a document (domain reference §7.5, §7.6, §8.11).
@Suite struct InviteGuardTests {
    private static let toll = number("+12065550100")

    private func user(serviceNumber: E164? = nil, tollFree: E164? = nil, mail: String? = nil) -> User {
        var user = User(upn: "zoe@contoso.example", licences: Licences([.operatorConnectConferencing]))
        var conferencing = UserConferencing()
        (conferencing.serviceNumber, conferencing.tollFreeServiceNumber, conferencing.sendEmailToAddress) = (serviceNumber, tollFree, mail)
        user.conferencing = conferencing
        return user
    }

    private func refusal(_ changes: [DirectoryChange], by asker: Asker = .administrator) throws -> InvalidChange? {
        var directory = try GuardTests.directory()
        do throws(InvalidChange) {
            try directory.apply(changes, by: asker, version: 3)
            return nil
        } catch { return error }
    }

    @Test("a default number is on the bridge and of its type")
    func numbers() throws {
        #expect(try refusal([.putUser(tenant: "contoso", user(serviceNumber: Self.toll))]) == nil)
        #expect(try refusal([.putUser(tenant: "contoso", user(serviceNumber: GuardTests.fresh))])?.field == "conferencing.serviceNumber")
        #expect(try refusal([.putUser(tenant: "contoso", user(tollFree: Self.toll))])?.field == "conferencing.tollFreeServiceNumber")
        #expect(try refusal([.putUser(tenant: "contoso", user(mail: "nowhere"))])?.field == "conferencing.sendEmailToAddress")
    }

    @Test("an invite shows no number that is not on the bridge, whatever the user or the bridge says")
    func shown() {
        var tenant = Contoso().tenant
        tenant.bridge.defaultServiceNumber = number("+12065550177")
        var user = user(serviceNumber: number("+12065550177"), tollFree: number("+18005550177"))
        user.usageLocation = country("SE")
        #expect(InviteDefaults(tenant).tollNumber(of: user) == Contoso.numberOfA)
        #expect(InviteDefaults(tenant).tollFreeNumber(of: user) == nil)
        tenant.bridge.defaultServiceNumber = Contoso.numberOfB
        #expect(InviteDefaults(tenant).tollNumber(of: user) == Contoso.numberOfB)
    }

    @Test("a number leaves the bridge when nobody shows it any more, in the same list of changes too")
    func left() throws {
        var directory = try GuardTests.directory()
        var tenant = try #require(directory.tenant("contoso"))
        tenant.numbers[4].status = .conferenceAssigned
        try directory.apply(
            [.putTenant(tenant), .putUser(tenant: "contoso", user(serviceNumber: GuardTests.fresh))], by: .administrator, version: 3)
        var off = tenant
        off.numbers[4].status = .unassigned
        #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(off)], by: .administrator, version: 4) }
        #expect(directory.version == 3)
        try directory.apply([.putTenant(off), .putUser(tenant: "contoso", user(serviceNumber: Self.toll))], by: .administrator, version: 4)
        #expect(directory.user("zoe@contoso.example", of: "contoso")?.conferencing?.serviceNumber == Self.toll)
    }

    static let documents: [(field: String, kind: InvalidChange.Kind, change: @Sendable (inout Tenant) -> Void)] = [
        (
            "voiceRoutes[New].onlinePstnGatewayList", .invalid,
            { $0.voiceRoutes["New"] = VoiceRoute(name: "New", onlinePstnGatewayList: ["sbc"], priority: 9) }
        ),
        ("heldPolicies.gateways[a b].fqdn", .invalid, { $0.policies.gateways["a b"] = PSTNGateway(name: "a b", sipSignalingPort: 1) }),
        (
            "heldPolicies.gateways[sbc].sipSignalingPort", .invalid,
            { $0.policies.gateways["sbc"] = PSTNGateway(name: "sbc", sipSignalingPort: 0) }
        ),
        (
            "heldPolicies.gateways[sbc]", .invalid,
            {
                var gateway = PSTNGateway(name: "sbc", sipSignalingPort: 1)
                gateway.inboundPstnNumberTranslationRules = ["gone"]
                $0.policies.gateways["sbc"] = gateway
            }
        ),
        (
            "heldPolicies.audioConferencing[A].meetingInvitePhoneNumbers", .invalid,
            {
                var policy = TeamsAudioConferencingPolicy(name: "A")
                policy.meetingInvitePhoneNumbers = [GuardTests.fresh]
                $0.policies.audioConferencing["A"] = policy
            }
        ),
        (
            "heldPolicies.voiceRouting[V].onlinePstnUsages", .invalid,
            {
                var policy = OnlineVoiceRoutingPolicy(name: "V")
                policy.onlinePstnUsages = ["gone"]
                $0.policies.voiceRouting["V"] = policy
            }
        ),
        (
            "heldPolicies.orders", .forbidden,
            { $0.policies.orders = [TenantNumberOrder(id: "x", kind: .release, createdAt: 0, entries: [])] }
        ),
        (
            "settings.meetings.pinLength", .invalid,
            {
                $0.settings.meetings = MeetingSettings(); $0.settings.meetings?.pinLength = 13
            }
        ),
        (
            "groupAssignments[Sales].policyName", .invalid,
            {
                $0.groupAssignments.append(
                    GroupPolicyAssignment(group: "Sales", policyType: .teamsMeetingPolicy, policyName: "gone", rank: 1))
            }
        ),
        ("numbers[\(GuardTests.fresh)].block", .forbidden, { $0.numbers[4].block = PhoneNumberAssignment.Block(until: nil) }),
        ("numbers[\(GuardTests.fresh)].release", .forbidden, { $0.numbers[4].release = .releaseRequested }),
        (
            "operators[a].agreement", .forbidden,
            { $0.operators[0].agreement = TenantOperator.Agreement(status: .accepted, reason: nil, at: 0) }
        ),
    ]

    @Test("what a document may not bring is refused by its field", arguments: documents.indices)
    func document(index: Int) throws {
        let example = Self.documents[index]
        var tenant = try #require(try GuardTests.directory().tenant("contoso"))
        example.change(&tenant)
        let error = try #require(try refusal([.putTenant(tenant)], by: .importer))
        #expect(error.field == example.field && error.kind == example.kind, "\(error)")
    }

    @Test("what a gateway's list of routes names stays")
    func gateways() throws {
        var directory = try GuardTests.directory()
        var tenant = try #require(directory.tenant("contoso"))
        tenant.policies.gateways["sbc"] = PSTNGateway(name: "sbc", sipSignalingPort: 5061)
        tenant.voiceRoutes["Own"] = VoiceRoute(name: "Own", onlinePstnGatewayList: ["SBC"], priority: 9)
        try directory.apply([.putTenant(tenant)], by: .importer, version: 3)
        tenant.policies.gateways["sbc"] = nil
        do throws(InvalidChange) {
            try directory.apply([.putTenant(tenant)], by: .importer, version: 4)
            Issue.record("the gateway went")
        } catch { #expect(error.field == "heldPolicies.gateways[SBC]" && error.kind == .conflict) }
    }
}
