import Dialing
import Testing

/// The worked cases of domain reference §13 that a decision can show; failover on the wire is the service's, create-time refusals the cmdlets'.
@Suite struct WorkedCasesTests {
    static let threeWays = "route a +12065550100, b +12065550101"

    @Test("1, 2, 3: both operators of the usage, never International") func usOrder() {
        #expect(Contoso.worked().decide("+14255550123").summary == Self.threeWays)
    }

    @Test("4: with the usages reversed, C for every call") func reversed() {
        let contoso = Contoso.worked(usages: ["International", "US and Canada"])
        for dialled in ["+14255550123", "+442079460000", "+493012345678"] {
            #expect(contoso.decide(dialled).summary == "route c +12065550102")
        }
    }

    @Test("5: abroad goes to C; without International it is refused") func abroad() {
        #expect(Contoso.worked().decide("+442079460000").summary == "route c +12065550102")
        #expect(Contoso.worked(usages: ["US and Canada"]).decide("+442079460000").summary == "route noRoute")
    }

    @Test("6: under Standard the service's carrier takes it, and a minute of the pool") func standard() {
        var contoso = Contoso.worked(usages: ["US and Canada"])
        contoso.tenant.settings.purchasedStandardLicences = 115
        let decision = contoso.decide("+442079460000", organizer: "stella")
        #expect(decision.summary == "serviceCarrier +14255550199")
        #expect(decision.country?.isZoneA == true)
        #expect(decision.findings.contains(.pool(minutesLeft: 6_900, of: 6_900)))
    }

    @Test("7: domestic is the organizer's country, and asked before any route") func domestic() {
        var contoso = Contoso.worked()
        contoso.user("gwen", [.operatorConnectConferencing]) {
            $0.usageLocation = country("GB")
            $0.grants.dialOutPolicy = "DialoutCPCDomesticPSTNInternational"
        }
        #expect(contoso.decide("+442079460000", organizer: "gwen").summary == "route c +12065550102")
        let refused = contoso.decide("+14255550123", organizer: "gwen")
        #expect(refused.summary == "dialOutPolicy domesticOnly")
        #expect(refused.policy == nil && refused.routes.isEmpty)
    }

    @Test("8: Zone A asks for the destination alone") func zoneA() {
        var contoso = Contoso.worked()
        contoso.user("zuva", [.operatorConnectConferencing]) {
            $0.usageLocation = country("ZW")
            $0.grants.dialOutPolicy = "Tag:DialoutCPCZoneAPSTNInternational"
        }
        #expect(contoso.decide("+263771234567", organizer: "zuva").summary == "dialOutPolicy zoneAOnly")
        #expect(contoso.decide("+442079460000", organizer: "zuva").summary == "route c +12065550102")
    }

    @Test(
        "9: the default pattern finds ten digits anywhere",
        arguments: [
            ("+14255550123", "route a +12065550100"), ("+49301234567", "route a +12065550100"), ("+29012345", "route noRoute"),
        ])
    func defaultPattern(dialled: String, summary: String) {
        var contoso = Contoso()
        contoso.route("Default", VoiceRoute.defaultNumberPattern, "All", Contoso.numberOfA, priority: 1)
        contoso.tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(name: "Global", onlinePstnUsages: ["All"])
        #expect(contoso.decide(dialled).summary == summary)
    }

    @Test("10: direct before group, groups by rank, Global last") func grants() {
        var contoso = Contoso.worked()
        for (name, usage) in [("Direct", "International"), ("Of A", "International"), ("Of B", "US and Canada")] {
            contoso.tenant.routingPolicies[name] = AudioConferencingRoutingPolicy(name: name, onlinePstnUsages: [usage])
        }
        for (group, rank) in [("A", 2), ("B", 1)] {
            contoso.tenant.groupAssignments.append(
                GroupPolicyAssignment(
                    group: group, policyType: .onlineAudioConferencingRoutingPolicy, policyName: "Of \(group)", rank: rank))
        }
        func policy(_ direct: String?, groups: [String]) -> Decision.EffectivePolicy? {
            contoso.user("gus", [.operatorConnectConferencing]) {
                $0.groups = groups
                $0.grants.audioConferencingRoutingPolicy = direct
            }
            return contoso.decide("+14255550123", organizer: "gus").policy
        }
        #expect(policy("direct", groups: ["A", "b"]) == .init(name: "Direct", source: .user))
        #expect(policy(nil, groups: ["A", "b"]) == .init(name: "Of B", source: .group))
        #expect(policy(nil, groups: ["a"]) == .init(name: "Of A", source: .group))
        #expect(policy(nil, groups: ["other"]) == .init(name: "Global", source: .global))
        #expect(policy("Gone", groups: []) == .init(name: "Global", source: .global))
    }

    @Test("11: a dial plan makes an extension a number; nobody's plan is an anonymous participant's") func dialPlan() {
        var contoso = Contoso.worked()
        let rule = TenantDialPlan.NormalizationRule(name: "Extension", pattern: "^(\\d{4})$", translation: "+1425555$1")
        contoso.tenant.dialPlans["Global"] = TenantDialPlan(name: "Global", normalizationRules: [rule])
        contoso.tenant.settings.anonymousUsersMayDialOut = true
        let decision = contoso.decide("0100")
        #expect(decision.number == number("+14255550100"))
        #expect(decision.summary == Self.threeWays)
        #expect(contoso.decide("0100", by: "anonymous").summary == "number invalidNumber")
    }

    @Test("15: a suspended operator's route is passed over, and alone it is unusable, not absent") func suspended() {
        var contoso = Contoso.worked()
        contoso.tenant.operators[0].status = .suspended
        let decision = contoso.decide("+14255550123")
        #expect(decision.summary == "route b +12065550101")
        #expect(decision.routes.map(\.why) == ["operator a is suspended", nil])
        contoso.tenant.voiceRoutes["US-CAN B"] = nil
        #expect(contoso.decide("+14255550123").summary == "operator routeUnusable")
    }
}
