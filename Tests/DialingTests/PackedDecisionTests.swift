import Basis
import Dialing
import Testing

/// Each finding as the store keeps it. The bytes never change: files of every version are read.
@Suite("Decisions in few bytes")
struct PackedDecisionTests {
    private static let number = try! E164("+14255550123")
    private static let candidate = Decision.Candidate(
        route: "r", priority: 2, operator: "acme", callerId: number, usable: true, why: nil, pattern: "p")

    /// One of each, by its number.
    private static let findings: [Finding] = [
        .tenantUnknown("t"), .requester(.federated("b@x", kind: .inviteNumber)),
        .requesterRefused(.anonymous, setting: "s", value: "No"),
        .organizerUnknown("u", tenant: "T"), .conferencingOff(tenant: "T"), .conferencingOffFor("P"),
        .licence("P", .operatorConnectConferencing), .noLicence("P", hasCredits: true),
        .normalised(from: "1", to: "2", rule: "R", plan: "D"), .extensionLeftOut("12"),
        .number(number, dialled: "d", country: .unitedStates), .unreadable(dialled: "x", .character("é")), .emergency("911"),
        .shortCode("116", .canada), .premium(number, nil), .prefix(number, prefix: "+1", allowed: false, tenant: "T"),
        .dialOutPolicy(name: "n", isDirect: true, .domesticOnly, .domestic(home: .canada, destination: .unitedStates)),
        .grantUnknown("g", person: "P"),
        .policy(.init(name: "n", source: .group), person: "P", .group("G", rank: 3)), .reducedLicence(.audioConferencingSelectDialOut),
        .noUsages(policy: "p"),
        .usageTold(
            try! Finding.ToldUsage(packed: [1, 85, 2, 0, 1, 120, 1, 121, 1] + candidate.packed + [1, 4]), number),
        .otherUsagesUnmatched(3, policy: "p"), .noRoute(person: "P", .operatorConnectConferencing),
        .noUsableRoute(usage: "u", .forcedOff(.operatorConnectConferencing)), .carrier(callerID: number, afterMatch: true),
        .carrierNotConfigured, .carrierWithoutCallerID(tenant: "T"), .carrierCallerIDUnusable(.numberTollFree(number)),
        .carrierTooFar(person: "P", .canada), .unmetered, .pool(minutesLeft: 1, of: 2), .poolUsedUp(minutes: 3), .outsidePool(nil),
        .noPool(.audioConferencingPayPerMinute), .credits(balance: 4), .noCredits(person: "P", .balanceSpent), .noTrunk(operator: "o"),
        .draining, .trunksFull, .trunksClosed, .limit(.sameNumberPerHour, count: 5, block: 6), .told(["a", "b"]),
        .translated(from: number, to: "9", rule: "R", gateway: "g"), .carrierBehind(callerID: number), .carrierNotBehind,
        .premiumOutsidePool(number),
    ]

    @Test("each finding comes back, begins with its number, and has sentences")
    func findings() throws {
        for (number, finding) in Self.findings.enumerated() {
            #expect(try Finding(packed: finding.packed) == finding)
            #expect(finding.packed.first == UInt8(number), "\(finding)")
            #expect(!finding.sentences.isEmpty && finding.sentences.allSatisfy { !$0.isEmpty }, "\(finding)")
        }
        #expect(throws: PackedFault("there is no finding \(Self.findings.count)")) { try Finding(packed: [UInt8(Self.findings.count)]) }
    }

    @Test("every other case of what findings bear comes back")
    func parts() throws {
        let requesters: [Finding.Requester] = [.organizer, .member("m"), .guest("g"), .federated("f", kind: .callMeAt), .anonymous]
        let unreadable: [Finding.Unreadable] = [
            .empty, .tooLong, .character("x"), .ruleUndecided(rule: "r", plan: "p"), .noRule(plan: nil, country: .canada), .notE164("t"),
            .fault(Self.number, .tooShort),
        ]
        let tests: [Finding.DialOutTest] = [
            .passed, .disabled, .domestic(home: .canada, destination: nil), .zoneA(destination: .canada),
            .zoneAPremium(destination: .canada),
        ]
        let unusable: [Unusable] = [
            .numberReleased(Self.number), .numberNotOnBridge(Self.number),
            .numberNotConference(Self.number),
            .numberTollFree(Self.number), .numberOfServiceCarrier(Self.number), .numberOfOperator("o", Self.number),
            .numberOfSeveralTenants(Self.number), .numberNotUploaded(Self.number), .operatorNotMine("o", Self.number),
            .operatorSuspended("o"),
            .countryNotEnabled("o", .canada, Self.number), .operatorGone("o"), .operatorWithoutConferencing("o"),
            .operatorWithoutTrunk("o"),
            .patternUndecided("p"),
        ]
        let gateways: [Unusable] = [
            .gatewayUnknown("g"), .gatewayDisabled("g"), .gatewayNotUnderLicence("g", .operatorConnectConferencing), .gatewayAddress("g"),
            .gatewayRule("g", rule: "r", result: "x"), .gatewayCallerID, .trunkRules("o"), .operatorLeft("o", isDeclined: true, "bills"),
        ]
        func same<Value: Packable & Equatable>(_ values: [Value], from first: UInt8 = 0) throws {
            for (number, value) in values.enumerated() {
                #expect(try Value(packed: value.packed) == value && value.packed.first == first + UInt8(number), "\(value)")
            }
        }
        try same(requesters)
        try same(unreadable)
        try same(tests)
        try same([Unusable.noTarget])
        try same(unusable, from: 2)
        try same(gateways, from: 17)
        #expect(throws: PackedFault("there is no reason 1 against a route")) { try Unusable(packed: [1]) }
        let gateway = Decision.Candidate(route: "r", priority: 1, operator: nil, gateway: "g", callerId: nil, usable: true, why: nil)
        #expect(try Decision.Candidate(packed: gateway.packed) == gateway)
        try same([Finding.PolicyOrigin.group("g", rank: 1), .copy(of: "c")])
        try same([Finding.CarrierSwitch.off, .on, .forcedOff(.operatorConnectConferencing)])
    }

    @Test("choices are kept by their place, which never changes")
    func choices() {
        #expect(
            [Gate.requester, .organizer, .licence, .number, .dialOutPolicy, .route, .operator, .credits, .capacity].map(\.packed)
                == (0...8).map { [$0] })
        #expect([Decision.Verdict.route, .serviceCarrier, .refuse].map(\.packed) == [[0], [1], [2]])
        #expect([Decision.PolicySource.user, .group, .global].map(\.packed) == [[0], [1], [2]])
        #expect(RefusalReason.allCases.map(\.packed) == (0..<18).map { [$0] } && RefusalReason.tooManyRequests.packed == [17])
        #expect(RefusalReason.unknownOrganizer.packed == [0] && RefusalReason.invalidNumber.packed == [12])
        #expect(Licence.operatorConnectConferencing.packed == [3] && DialOutKind.inviteNumber.packed == [1])
        #expect(DialOutPolicy.ConferencingDialOut.disabled.packed == [3] && DialOutLimits.Measure.shortCallPercent.packed == [5])
        #expect(NumberFacts.Fault.impossibleLength.packed == [3] && Finding.NoCredits.balanceSpent.packed == [2])
    }

    @Test("a whole decision comes back with its sentences, in few bytes")
    func decision() throws {
        var decision = Decision(organizer: "alice@contoso.example", dialled: "425 555 0123", configVersion: 42)
        (decision.verdict, decision.licence, decision.number, decision.country) = (
            .route, .audioConferencingStandard, Self.number, .unitedStates
        )
        (decision.policy, decision.usage, decision.routes) = (.init(name: "P", source: .user), "US", [Self.candidate])
        (decision.gate, decision.reason, decision.serviceCallerID) = (.route, .noRoute, Self.number)
        decision.findings = Self.findings
        let found = try Decision(packed: decision.packed)
        #expect(found == decision && found.because == decision.because)
        decision.findings = []
        #expect(decision.packed.count < 100)
        for length in 0..<decision.packed.count {
            #expect(throws: PackedFault.self) { try Decision(packed: Array(decision.packed.prefix(length))) }
        }
    }
}
