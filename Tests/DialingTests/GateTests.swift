import Dialing
import Patterns
import Testing

@Suite struct GateTests {
    /// A row: what is changed in the tenant of §13, what is asked, and the answer.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var dialled = "+14255550123"
        var organizer = "alice"
        var requester: String?
        var kind = DialOutKind.inviteNumber
        var pool = MinutePool()
        var change: @Sendable (inout Contoso) -> Void = { _ in }
        let answer: String
    }

    static let carrier = "serviceCarrier +14255550199"

    @Test("every gate, every reason", arguments: requesters + organizers + numbers + policies + routes + gateways + carriers + credits)
    func gate(row: Row) {
        var contoso = Contoso.worked()
        row.change(&contoso)
        let decision = contoso.decide(row.dialled, organizer: row.organizer, by: row.requester, kind: row.kind, pool: row.pool)
        #expect(decision.summary == row.answer, "\(decision.because.joined(separator: "\n"))")
        #expect((decision.verdict == .refuse) == (decision.reason != nil) && (decision.reason != nil) == (decision.gate != nil))
        #expect(!decision.because.isEmpty && decision.because.allSatisfy { $0.hasSuffix(".") })
    }

    @Test("an unknown tenant has no organizer") func unknownTenant() {
        let decision = Directory().decide(
            Inquiry(organizer: "alice@contoso.example", dialled: "+14255550123"), tenant: "nobody", using: Pattern.Scratch())
        #expect(decision.summary == "organizer unknownOrganizer")
    }

    @Test("an organizer without a domain is of nobody's enterprise") func noDomain() {
        var contoso = Contoso.worked()
        contoso.tenant.settings.federatedUsersToSelf = .requireSameEnterpriseUser
        let inquiry = Inquiry(organizer: "alice", dialled: "+14255550123", requestedBy: "fred@fabrikam.example", kind: .callMeAt)
        let decision = contoso.directory().decide(inquiry, tenant: "contoso", using: Pattern.Scratch())
        #expect(decision.summary == "requester requesterNotAllowed")
    }

    @Test("every reason that the rules can give stands in the table") func complete() {
        let told = Set(
            (Self.requesters + Self.organizers + Self.numbers + Self.policies + Self.routes + Self.carriers + Self.credits).map {
                String($0.answer.split(separator: " ")[1])
            })
        let beyondTheRules: Set<RefusalReason> = [.operatorUnavailable, .draining, .tooManyCalls, .tooManyRequests]
        for reason in RefusalReason.allCases where !beyondTheRules.contains(reason) { #expect(told.contains(reason.rawValue)) }
    }

    static let requesters: [Row] = [
        Row(testDescription: "a member", requester: "stella@contoso.example", answer: WorkedCasesTests.threeWays),
        Row(testDescription: "a member not known by name", requester: "new@contoso.example", answer: WorkedCasesTests.threeWays),
        Row(testDescription: "a guest", requester: "bob_fabrikam.example#EXT#@contoso.example", answer: WorkedCasesTests.threeWays),
        Row(testDescription: "anonymous", requester: "anonymous", answer: "requester requesterNotAllowed"),
        Row(testDescription: "anonymous in another case", requester: "Anonymous", answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "an empty name, like anonymous", requester: "", change: { $0.tenant.settings.anonymousUsersMayDialOut = true },
            answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "anonymous, allowed", requester: "anonymous", change: { $0.tenant.settings.anonymousUsersMayDialOut = true },
            answer: WorkedCasesTests.threeWays),
        Row(testDescription: "federated to self", requester: "fred@fabrikam.example", kind: .callMeAt, answer: WorkedCasesTests.threeWays),
        Row(testDescription: "federated to others", requester: "fred@fabrikam.example", answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "federated to others, allowed", requester: "fred@fabrikam.example",
            change: { $0.tenant.settings.federatedUsersToThirdParty = .yes }, answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "federated to self, off", requester: "fred@fabrikam.example", kind: .callMeAt,
            change: { $0.tenant.settings.federatedUsersToSelf = .no }, answer: "requester requesterNotAllowed"),
        Row(testDescription: "no domain", requester: "fred", answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "no domain, of a list", requester: "fred",
            change: { $0.tenant.settings.federatedUsersToThirdParty = .yes }, answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "federated, off the list", requester: "fred@fabrikam.example", kind: .callMeAt,
            change: { $0.tenant.settings.allowedDialOutExternalDomains = ["northwind.example"] }, answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "federated, on the list", requester: "fred@Fabrikam.example", kind: .callMeAt,
            change: { $0.tenant.settings.allowedDialOutExternalDomains = ["fabrikam.example"] }, answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "same enterprise wanted", requester: "fred@fabrikam.example", kind: .callMeAt,
            change: { $0.tenant.settings.federatedUsersToSelf = .requireSameEnterpriseUser }, answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "the same enterprise has the dot before its domain", requester: "fred@notcontoso.example", kind: .callMeAt,
            change: { $0.tenant.settings.federatedUsersToSelf = .requireSameEnterpriseUser }, answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "also where the requester's domain is the upper one", requester: "fred@ntoso.example", kind: .callMeAt,
            change: { $0.tenant.settings.federatedUsersToSelf = .requireSameEnterpriseUser }, answer: "requester requesterNotAllowed"),
        Row(
            testDescription: "the same enterprise, an upper domain", organizer: "ella@emea.contoso.example",
            requester: "fred@Contoso.example",
            kind: .callMeAt,
            change: {
                $0.tenant.settings.federatedUsersToSelf = .requireSameEnterpriseUser
                $0.users.append(
                    User(upn: "ella@emea.contoso.example", displayName: "Ella", licences: Licences([.operatorConnectConferencing])))
            }, answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "same enterprise given", requester: "fred@emea.contoso.example", kind: .callMeAt,
            change: { $0.tenant.settings.federatedUsersToSelf = .requireSameEnterpriseUser }, answer: WorkedCasesTests.threeWays),
    ]

    static let organizers: [Row] = [
        Row(testDescription: "unknown", organizer: "nobody", answer: "organizer unknownOrganizer"),
        Row(testDescription: "upper case", organizer: "ALICE", answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "conferencing off for the tenant", change: { $0.tenant.settings.audioConferencingEnabled = false },
            answer: "organizer audioConferencingDisabled"),
        Row(
            testDescription: "conferencing off for the user", organizer: "olga",
            change: { $0.user("olga", [.operatorConnectConferencing]) { $0.audioConferencingEnabled = false } },
            answer: "licence audioConferencingDisabled"),
        Row(testDescription: "no licence", organizer: "nora", change: { $0.user("nora", []) }, answer: "licence noLicence"),
        Row(
            testDescription: "credits alone", organizer: "nora", change: { $0.user("nora", [.communicationsCredits]) },
            answer: "licence noLicence"),
        Row(
            testDescription: "Standard wins over Operator Connect", dialled: "+442079460000", organizer: "both",
            change: {
                $0 = .worked(usages: [])
                $0.user("both", [.operatorConnectConferencing, .audioConferencingStandard])
            }, answer: carrier),
    ]

    static let numbers: [Row] = [
        Row(testDescription: "separators", dialled: "+1 (425) 555-0123", answer: WorkedCasesTests.threeWays),
        Row(testDescription: "letters", dialled: "+1 425 CALL ME", answer: "number invalidNumber"),
        Row(testDescription: "nothing", dialled: "", answer: "number invalidNumber"),
        Row(testDescription: "too long", dialled: "+4420794600001234", answer: "number invalidNumber"),
        Row(testDescription: "no country code", dialled: "+9991234567", answer: "number invalidNumber"),
        Row(testDescription: "no number at all", dialled: "+12345", answer: "number invalidNumber"),
        Row(testDescription: "911", dialled: "911", answer: "number emergencyNumber"),
        Row(testDescription: "112 with a plus", dialled: "+112", answer: "number emergencyNumber"),
        Row(testDescription: "999 from the United States", dialled: "9-9-9", answer: "number emergencyNumber"),
        Row(
            testDescription: "a short code", dialled: "116117", organizer: "dora",
            change: { $0.user("dora", [.operatorConnectConferencing]) { $0.usageLocation = country("DE") } }, answer: "number invalidNumber"
        ),
        Row(testDescription: "premium", dialled: "+19005550123", answer: "number premiumNumber"),
        Row(
            testDescription: "premium, a denied prefix longer than the allowed one", dialled: "+19005550123",
            change: {
                $0.tenant.settings.allowedPrefixes = ["+1900"]
                $0.tenant.settings.deniedPrefixes = ["+1900555"]
            }, answer: "number premiumNumber"),
        Row(
            testDescription: "a rule makes what is no number", dialled: "77",
            change: {
                $0.tenant.dialPlans["Global"] = TenantDialPlan(
                    name: "Global", normalizationRules: [.init(name: "Make", pattern: "^77$", translation: "1x2")])
            }, answer: "number invalidNumber"),
        Row(
            testDescription: "premium, allowed", dialled: "+19005550123", change: { $0.tenant.settings.allowedPrefixes = ["+1900"] },
            answer: WorkedCasesTests.threeWays),
    ]

    static let policies: [Row] = [
        Row(
            testDescription: "disabled", change: { $0.tenant.globalDialOutPolicy = .named("DialoutCPCandPSTNDisabled")! },
            answer: "dialOutPolicy dialOutDisabled"),
        Row(
            testDescription: "domestic, abroad", dialled: "+442079460000",
            change: { $0.tenant.globalDialOutPolicy = .named("DialoutCPCandPSTNDomestic")! }, answer: "dialOutPolicy domesticOnly"),
        Row(
            testDescription: "domestic, at home", change: { $0.tenant.globalDialOutPolicy = .named("DialoutCPCandPSTNDomestic")! },
            answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "Zone A, outside", dialled: "+263771234567",
            change: { $0.tenant.globalDialOutPolicy = .named("DialoutCPCZoneAPSTNDomestic")! }, answer: "dialOutPolicy zoneAOnly"),
        Row(
            testDescription: "Zone A, of no country", dialled: "+80012345678",
            change: { $0.tenant.globalDialOutPolicy = .named("DialoutCPCZoneAPSTNDomestic")! }, answer: "dialOutPolicy zoneAOnly"),
        Row(
            testDescription: "denied", change: { $0.tenant.settings.deniedPrefixes = ["+1425"] },
            answer: "dialOutPolicy destinationBlocked"),
        Row(
            testDescription: "all denied, one allowed",
            change: {
                $0.tenant.settings.deniedPrefixes = ["+"]
                $0.tenant.settings.allowedPrefixes = ["+1425"]
            }, answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "denied and allowed alike",
            change: {
                $0.tenant.settings.deniedPrefixes = ["+1425"]
                $0.tenant.settings.allowedPrefixes = ["+1425"]
            }, answer: WorkedCasesTests.threeWays),
    ]

    static let routes: [Row] = [
        Row(testDescription: "no usage", change: { $0 = .worked(usages: []) }, answer: "route noRoute"),
        Row(
            testDescription: "a usage without route", change: { $0.tenant.voiceRoutes = NamedList() }, answer: "route noRoute"),
        Row(
            testDescription: "number released", change: { $0.tenant.numbers.removeFirst() }, answer: "route b +12065550101"),
        Row(
            testDescription: "number off the bridge", change: { $0.tenant.numbers[0].status = .unassigned }, answer: "route b +12065550101"),
        Row(testDescription: "toll-free number", change: { $0.tenant.numbers[0].isTollFree = true }, answer: "route b +12065550101"),
        Row(testDescription: "user number", change: { $0.tenant.numbers[0].usage = .user }, answer: "route b +12065550101"),
        Row(
            testDescription: "number of the carrier", change: { $0.tenant.numbers[0].operatorID = Operator.serviceCarrier },
            answer: "route b +12065550101"),
        Row(testDescription: "operator not mine", change: { $0.tenant.operators.removeFirst() }, answer: "route b +12065550101"),
        Row(
            testDescription: "country not enabled", change: { $0.tenant.operators[0].countries = [country("CA")] },
            answer: "route b +12065550101"),
        Row(testDescription: "operator gone", change: { $0.operators.removeFirst() }, answer: "route b +12065550101"),
        Row(testDescription: "no conferencing", change: { $0.operators[0].products = [.calling] }, answer: "route b +12065550101"),
        Row(testDescription: "no trunk", change: { $0.operators[0].trunks[0].enabled = false }, answer: "route b +12065550101"),
        Row(
            testDescription: "number rules of the only trunk that make no number of the callee's",
            change: { $0.operators[0].trunks[0].calledNumberRules = [NumberRule(name: "R", pattern: "^\\+1", translation: "x")] },
            answer: "route b +12065550101"),
        Row(
            testDescription: "or of the caller's",
            change: { $0.operators[0].trunks[0].callerIDRules = [NumberRule(name: "R", pattern: "^\\+1206", translation: "x")] },
            answer: "route b +12065550101"),
        Row(
            testDescription: "number rules of one trunk of two",
            change: {
                $0.operators[0].trunks[0].calledNumberRules = [NumberRule(name: "R", pattern: "^\\+1", translation: "x")]
                $0.operators[0].trunks.append(Trunk(name: "a-2", uri: "sip:127.0.0.1:5072"))
            }, answer: "route a +12065550100, b +12065550101"),
        Row(
            testDescription: "a gateway that there is not",
            change: { contoso in
                contoso.tenant.voiceRoutes["US-CAN A"]?.bridgeSourcePhoneNumber = nil
                contoso.tenant.voiceRoutes["US-CAN A"]?.onlinePstnGatewayList = ["sbc.contoso.example"]
            }, answer: "route b +12065550101"),
        Row(
            testDescription: "neither target", change: { $0.tenant.voiceRoutes["US-CAN A"]?.bridgeSourcePhoneNumber = nil },
            answer: "route b +12065550101"),
        Row(
            testDescription: "equal priorities go by creation", change: { $0.tenant.voiceRoutes["US-CAN B"]?.priority = 1 },
            answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "a lower priority number first", change: { $0.tenant.voiceRoutes["US-CAN B"]?.priority = 0 },
            answer: "route b +12065550101, a +12065550100"),
        Row(
            testDescription: "a pattern out of steps", dialled: "+493012345678901",
            change: { contoso in
                contoso.tenant.voiceRoutes["US-CAN A"]?.numberPattern = "^\\+(\\d+)+[xy]\\1?$"
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "a pattern out of steps behind a route that can be used", dialled: "+493012345678901",
            change: { contoso in
                contoso.tenant.voiceRoutes["US-CAN A"]?.numberPattern = "^\\+49"
                contoso.tenant.voiceRoutes["US-CAN B"]?.numberPattern = "^\\+(\\d+)+[xy]\\1?$"
                contoso.route("Third", "\\d+", "US and Canada", Contoso.numberOfC, priority: 9)
            }, answer: "route a +12065550100"),
        Row(testDescription: "all unusable", change: { $0.tenant.operators = [] }, answer: "operator routeUnusable"),
        Row(
            testDescription: "the switch does not reach Operator Connect licences",
            change: {
                $0.tenant.operators = []
                $0.tenant.settings.serviceCarrierAfterMatchedRoute = true
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "Standard after a match, switch off", organizer: "stella", change: { $0.tenant.operators = [] },
            answer: "operator routeUnusable"),
        Row(
            testDescription: "Standard after a match, switch on", organizer: "stella",
            change: {
                $0.tenant.operators = []
                $0.tenant.settings.serviceCarrierAfterMatchedRoute = true
            }, answer: carrier),
    ]

    static let carriers: [Row] = [
        Row(testDescription: "Standard, no route", organizer: "stella", change: { $0.tenant.voiceRoutes = NamedList() }, answer: carrier),
        Row(
            testDescription: "no carrier configured", organizer: "stella",
            change: {
                $0.tenant.voiceRoutes = NamedList()
                $0.operators.removeLast()
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "no default number", organizer: "stella",
            change: {
                $0.tenant.voiceRoutes = NamedList()
                $0.tenant.bridge.defaultServiceNumber = nil
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "select dial-out passes operators over", organizer: "sel",
            change: { $0.user("sel", [.audioConferencingSelectDialOut]) }, answer: carrier),
        Row(
            testDescription: "select dial-out with operators", organizer: "sel",
            change: {
                $0.user("sel", [.audioConferencingSelectDialOut])
                $0.tenant.settings.operatorRoutesForReducedLicences = true
            }, answer: WorkedCasesTests.threeWays),
        Row(
            testDescription: "select dial-out abroad", dialled: "+442079460000", organizer: "sel",
            change: { $0.user("sel", [.audioConferencingSelectDialOut]) }, answer: "licence destinationBlocked"),
        Row(
            testDescription: "select dial-out to Canada", dialled: "+16135550123", organizer: "sel",
            change: { $0.user("sel", [.audioConferencingSelectDialOut]) }, answer: carrier),
    ]

    static func metered(_ licences: [Licence], bought: Int?, balance: Int?) -> @Sendable (inout Contoso) -> Void {
        { contoso in
            contoso.tenant.voiceRoutes = NamedList()
            contoso.user("mia", licences)
            contoso.tenant.settings.purchasedStandardLicences = bought
            contoso.tenant.settings.communicationsCreditsBalance = balance
        }
    }
    static let withCredits: [Licence] = [.audioConferencingStandard, .communicationsCredits]

    static let credits: [Row] = [
        Row(
            testDescription: "pool spent, no credits", organizer: "mia", pool: MinutePool(minutesUsed: 60),
            change: metered([.audioConferencingStandard], bought: 1, balance: nil), answer: "credits creditsExhausted"),
        Row(
            testDescription: "pool almost spent", organizer: "mia", pool: MinutePool(minutesUsed: 59),
            change: metered([.audioConferencingStandard], bought: 1, balance: nil), answer: carrier),
        Row(
            testDescription: "pool spent, credits", organizer: "mia", pool: MinutePool(minutesUsed: 60),
            change: metered(withCredits, bought: 1, balance: 100), answer: carrier),
        Row(
            testDescription: "pool spent, credits spent", organizer: "mia", pool: MinutePool(minutesUsed: 60, creditsSpent: 100),
            change: metered(withCredits, bought: 1, balance: 100), answer: "credits creditsExhausted"),
        Row(
            testDescription: "pool spent, credits not the organizer's", organizer: "mia", pool: MinutePool(minutesUsed: 60),
            change: metered([.audioConferencingStandard], bought: 1, balance: 100), answer: "credits creditsExhausted"),
        Row(
            testDescription: "outside Zone A the pool does not help", dialled: "+263771234567", organizer: "mia",
            change: metered([.audioConferencingStandard], bought: 1, balance: nil), answer: "credits creditsExhausted"),
        Row(
            testDescription: "outside Zone A on credits", dialled: "+263771234567", organizer: "mia",
            change: metered(withCredits, bought: 1, balance: 1), answer: carrier),
        Row(
            testDescription: "pay-per-minute without credits", organizer: "mia",
            change: metered([.audioConferencingPayPerMinute], bought: nil, balance: nil), answer: "credits creditsExhausted"),
        Row(
            testDescription: "pay-per-minute with credits", organizer: "mia",
            change: metered([.audioConferencingPayPerMinute, .communicationsCredits], bought: nil, balance: 1), answer: carrier),
        Row(
            testDescription: "operators' calls cost neither", organizer: "alice", pool: MinutePool(minutesUsed: 999, creditsSpent: 999),
            change: { $0.tenant.settings.purchasedStandardLicences = 1 }, answer: WorkedCasesTests.threeWays),
    ]
}
