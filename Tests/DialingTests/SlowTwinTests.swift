import Basis
import Dialing
import Patterns
import Simulation
import Testing

/// Domain reference §3.2, §4 and §7.4 around the slow router: no index, no compiled table. It exists to disagree.
func slowDecision(_ contoso: Contoso, _ organizer: User, _ dialled: E164) throws -> String {
    let isOCC = organizer.licences.contains(.operatorConnectConferencing) && !organizer.licences.contains(.audioConferencingStandard)
    guard isOCC || organizer.licences.contains(.audioConferencingStandard) else { return "licence noLicence" }
    let sources = try ReferenceRouter.sources(dialled.description, organizer: organizer, in: contoso.tenant) { pattern, number in
        try Pattern(pattern).matches(number, using: Pattern.Scratch())
    }
    guard let sources else { return isOCC ? "route noRoute" : "serviceCarrier \(contoso.tenant.bridge.defaultServiceNumber!)" }
    if sources.isEmpty { return "operator routeUnusable" }
    return "route " + sources.map { "\($0.operatorID) \($0.callerID)" }.joined(separator: ", ")
}

@Suite struct SlowTwinTests {
    static let patterns = [
        "\\d+", "^\\+1(\\d{10})$", "^\\+1(425|206)(\\d{7})$", "[0-9]{10}", "^\\+44", "^\\+4[49]\\d+$", "0123$", "^\\+1425|^\\+44", ".*",
        "^\\+(?!1)\\d+$", "^\\+1(?:2\\d\\d|425)555", "^\\+33\\d{9}$", "555(?=01)", "^\\+(\\d)\\1",
    ]
    static let dialled = [
        "+14255550123", "+12065550100", "+442079460000", "+33123456789", "+493012345678", "+16135550123", "+390669812345",
    ]

    @Test("a thousand generated tenants decide as the plain rule does") func agrees() throws {
        var random = SeededRandom(seed: 20_261_124)
        for _ in 0..<1_000 {
            let contoso = Self.generate(&random)
            let directory = contoso.directory()
            for organizer in contoso.users {
                let text = Self.dialled.randomElement(using: &random)!
                let fast = directory.decide(Inquiry(organizer: organizer.upn, dialled: text), tenant: "contoso", using: Pattern.Scratch())
                let slow = try slowDecision(contoso, organizer, number(text))
                #expect(fast.summary == slow, "\(organizer.upn) \(text)\n\(fast.because.joined(separator: "\n"))")
            }
        }
    }

    static func generate(_ random: inout SeededRandom) -> Contoso {
        var contoso = Contoso()
        let usages = (0..<4).map { "U\($0)" }
        contoso.tenant.pstnUsages = usages
        for index in 0..<Int.random(in: 0...8, using: &random) {
            let sources = [Contoso.numberOfA, Contoso.numberOfB, Contoso.numberOfC, number("+12065550177"), nil]
            contoso.tenant.voiceRoutes["R\(index)"] = VoiceRoute(
                name: "R\(index)", numberPattern: patterns.randomElement(using: &random)!,
                onlinePstnUsages: usages.filter { _ in Int.random(in: 0..<3, using: &random) == 0 },
                bridgeSourcePhoneNumber: sources.randomElement(using: &random)!, priority: Int.random(in: 1...4, using: &random))
        }
        for name in ["Global", "P1", "P2"] {
            let listed = Array(usages.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)))
            contoso.tenant.routingPolicies[name] = AudioConferencingRoutingPolicy(name: name, onlinePstnUsages: listed)
        }
        for (rank, group) in ["g1", "g2"].shuffled(using: &random).enumerated() {
            contoso.tenant.groupAssignments.append(
                GroupPolicyAssignment(
                    group: group, policyType: .onlineAudioConferencingRoutingPolicy, policyName: "P\(rank + 1)", rank: rank + 1))
        }
        for index in contoso.tenant.operators.indices where Int.random(in: 0..<4, using: &random) == 0 {
            contoso.tenant.operators[index].status = .suspended
        }
        if Int.random(in: 0..<4, using: &random) == 0 { contoso.tenant.numbers[0].status = .unassigned }
        contoso.users = (0..<4).map { index in
            var user = User(upn: "u\(index)@contoso.example", displayName: "U\(index)")
            user.licences = Licences([[.audioConferencingStandard], [.operatorConnectConferencing], []].randomElement(using: &random)!)
            user.groups = ["g1", "g2"].filter { _ in Bool.random(using: &random) }
            user.grants.audioConferencingRoutingPolicy = ["p1", "P2", nil, nil].randomElement(using: &random)!
            return user
        }
        return contoso
    }
}
