import Dialing
import Testing

/// What the cmdlets refuse of an object's form is refused on each other way too, and what a store holds already stays.
@Suite struct FormGuardTests {
    private typealias Row = (field: String, change: @Sendable (inout Tenant) -> Void)

    private static func plan(_ name: String, _ change: (inout TenantDialPlan) -> Void = { _ in }) -> TenantDialPlan {
        var plan = TenantDialPlan(name: name)
        change(&plan)
        return plan
    }

    private static func rules(_ names: String...) -> [TenantDialPlan.NormalizationRule] { names.map { .init(name: $0) } }

    private static let long = String(repeating: "d", count: 50)

    private static let refused: [Row] = [
        ("country", { $0.country = country("XX") }), ("voiceRoutes[INTL].priority", { $0.voiceRoutes["INTL"]?.priority = -1 }),
        ("voiceRoutes[INTL].priority", { $0.voiceRoutes["INTL"]?.priority = 1 << 31 }),
        ("voiceRoutes[INTL].onlinePstnUsages", { $0.voiceRoutes["INTL"]?.onlinePstnUsages = ["International", "INTERNATIONAL"] }),
        (
            "routingPolicies[Global].onlinePstnUsages",
            { $0.routingPolicies["Global"]?.onlinePstnUsages = ["International", "international"] }
        ),
        ("dialPlans[\(long)].name", { $0.dialPlans[long] = plan(long) }),
        ("dialPlans[a_b].name", { $0.dialPlans["a_b"] = plan("a_b") }), ("dialPlans[.a].name", { $0.dialPlans[".a"] = plan(".a") }),
        ("dialPlans[P].simpleName", { $0.dialPlans["P"] = plan("P") { $0.simpleName = "a/b" } }),
        ("dialPlans[P].simpleName", { $0.dialPlans["P"] = plan("P") { $0.simpleName = "global" } }),
        ("dialPlans[P].description", { $0.dialPlans["P"] = plan("P") { $0.description = String(repeating: "x", count: 1_041) } }),
        ("dialPlans[P].normalizationRules", { $0.dialPlans["P"] = plan("P") { $0.normalizationRules = rules("r", "R") } }),
        ("dialPlans[P].normalizationRules[].name", { $0.dialPlans["P"] = plan("P") { $0.normalizationRules = rules("") } }),
        (
            "dialPlans[P].normalizationRules[r].description",
            {
                $0.dialPlans["P"] = plan("P") {
                    $0.normalizationRules = [.init(name: "r", description: String(repeating: "x", count: 513))]
                }
            }
        ),
        ("settings.allowedDialOutExternalDomains", { $0.settings.allowedDialOutExternalDomains = ["a b"] }),
        ("settings.allowedDialOutExternalDomains", { $0.settings.allowedDialOutExternalDomains = ["example"] }),
        ("settings.allowedDialOutExternalDomains", { $0.settings.allowedDialOutExternalDomains = ["a.example", "A.example"] }),
        ("bridge.identity", { $0.bridge.identity = "other" }), ("bridge.name", { $0.bridge.name = "" }),
        ("bridge.name", { $0.bridge.name = String(repeating: "n", count: 257) }), ("bridge.name", { $0.bridge.name = "a\nb" }),
        ("numbers[+12065550100].primaryLanguage", { $0.numbers[0].primaryLanguage = "xx-YY" }),
        ("numbers[+12065550100].primaryLanguage", { $0.numbers[0].primaryLanguage = "EN-us" }),
        ("numbers[+12065550100].secondaryLanguages", { $0.numbers[0].secondaryLanguages = ["de-DE", "de-DE"] }),
        (
            "numbers[+12065550100].secondaryLanguages",
            { ($0.numbers[0].primaryLanguage, $0.numbers[0].secondaryLanguages) = ("de-DE", ["fr-FR", "de-DE"]) }
        ),
        ("numbers[+12065550100].secondaryLanguages", { $0.numbers[0].secondaryLanguages = ["de-DE", "fr-FR", "it-IT", "es-ES", "sv-SE"] }),
    ]

    private static let big = String(repeating: "x", count: TenantLimits.text + 1)

    private static func granted(_ group: String, _ policy: String) -> Row {
        (
            "groupAssignments[\(group)].\(policy == "Held" ? "group" : "policyName")",
            {
                $0.dialPlans["Held"] = plan("Held")
                $0.groupAssignments = [.init(group: group, policyType: .tenantDialPlan, policyName: policy, rank: 1)]
            }
        )
    }

    private static func gateway(_ member: String, _ change: @escaping @Sendable (inout PSTNGateway) -> Void) -> Row {
        (
            "heldPolicies.gateways[g.example].\(member)",
            {
                var gateway = PSTNGateway(name: "g.example", sipSignalingPort: 5061)
                change(&gateway)
                $0.policies.translationRules["TT"] = TeamsTranslationRule(name: "TT", pattern: "^1", translation: "2")
                $0.policies.gateways["g.example"] = gateway
            }
        )
    }

    private static func meetings(_ member: String, _ change: @escaping @Sendable (inout MeetingSettings) -> Void) -> Row {
        ("settings.meetings.\(member)", { change(&$0.meetings) })
    }

    private static let refusedTexts: [Row] = [
        granted("g", "Global"), granted("g", "GLOBAL"), granted("", "Held"), granted("g\nx", "Held"),
        granted(String(repeating: "g", count: 257), "Held"), ("settings.deniedPrefixes", { $0.settings.deniedPrefixes = ["+", "+"] }),
        ("settings.deniedPrefixes", { $0.settings.deniedPrefixes = ["+1", "+44", "+1"] }),
        ("settings.allowedPrefixes", { $0.settings.allowedPrefixes = ["+01"] }),
        meetings("sendEmailFromDisplayName") { $0.sendEmailFromDisplayName = "x\r\nBcc: y@z.example" },
        meetings("sendEmailFromDisplayName") { $0.sendEmailFromDisplayName = "" },
        meetings("dynamicCallerIdMode") { $0.dynamicCallerIdMode = "a\nb" },
        meetings("dynamicCallerIdMode") { $0.dynamicCallerIdMode = String(repeating: "m", count: 257) },
        ("routingPolicies[Tag:Global].name", { $0.routingPolicies["Tag:Global"] = .init(name: "Tag:Global") }),
        ("heldPolicies.meeting[tag:M].name", { $0.policies.meeting["tag:M"] = .init(name: "tag:M") }),
        ("heldPolicies.audioConferencing[TAG:A].name", { $0.policies.audioConferencing["TAG:A"] = .init(name: "TAG:A") }),
        ("heldPolicies.voiceRouting[Tag:V].name", { $0.policies.voiceRouting["Tag:V"] = .init(name: "Tag:V") }),
        (
            "heldPolicies.meeting[\(long)\(long)].name", { $0.policies.meeting["\(long)\(long)"] = .init(name: "\(long)\(long)") }
        ),
        ("voiceRoutes[INTL].description", { $0.voiceRoutes["INTL"]?.description = big }),
        ("routingPolicies[Global].description", { $0.routingPolicies["Global"]?.description = big }),
        (
            "heldPolicies.translationRules[R].description",
            {
                $0.policies.translationRules["R"] = TeamsTranslationRule(name: "R", pattern: "^1", translation: "2")
                $0.policies.translationRules["R"]?.description = big
            }
        ),
        gateway("description") { $0.description = big }, gateway("proxySbc") { $0.proxySbc = big },
        gateway("gatewaySiteId") { $0.gatewaySiteId = "a\u{7F}" }, gateway("proxySbc") { $0.proxySbc = "a\r\nb" },
        gateway("mediaRelayRoutingLocationOverride") { $0.mediaRelayRoutingLocationOverride = "\u{85}" },
        gateway("outboundPstnNumberTranslationRules") { $0.outboundPstnNumberTranslationRules = ["TT", "tt"] },
        gateway("failoverResponseCodes") { $0.failoverResponseCodes = "503, 408,503" },
    ]

    private static let everyRefused = refused + refusedTexts

    @Test(
        "each is refused whoever asks, and stays where a store holds it", arguments: everyRefused.indices,
        [Asker.administrator, .importer, .platform])
    func isRefused(row: Int, asker: Asker) throws {
        let (field, change) = Self.everyRefused[row]
        var directory = try GuardTests.directory()
        let before = try #require(directory.tenant("contoso"))
        var tenant = before
        change(&tenant)
        let error = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: asker, version: 3) }
        #expect(error?.field == field && error?.kind == .invalid && directory.tenant("contoso") == before)
        try directory.apply([.putTenant(tenant)], version: 3)
        tenant.displayName = "Contoso Ltd"
        try directory.apply([.putTenant(tenant)], by: asker, version: 4)
        #expect(directory.tenant("contoso") == tenant)
    }

    @Test("what a cmdlet takes is taken")
    func taken() throws {
        var directory = try GuardTests.directory()
        var tenant = try #require(directory.tenant("contoso"))
        tenant.country = country("AQ")
        tenant.voiceRoutes["INTL"]?.priority = 0
        tenant.dialPlans["P 1.-"] = Self.plan("P 1.-") { ($0.simpleName, $0.normalizationRules) = ("P (1)", Self.rules("r", "s")) }
        tenant.settings.allowedDialOutExternalDomains = ["a.example", "münchen.example"]
        tenant.bridge.name = "Bridge"
        (tenant.settings.deniedPrefixes, tenant.settings.allowedPrefixes) = (["+", "+1"], ["+1"])
        (tenant.meetings.sendEmailFromDisplayName, tenant.meetings.dynamicCallerIdMode) = ("Contoso", "Disabled")
        tenant.voiceRoutes["INTL"]?.description = String(Self.big.dropLast())
        tenant.routingPolicies["Tags: all"] = .init(name: "Tags: all")
        tenant.groupAssignments = [.init(group: "g", policyType: .tenantDialPlan, policyName: "p 1.-", rank: 1)]
        (tenant.numbers[0].primaryLanguage, tenant.numbers[0].secondaryLanguages) = ("de-DE", ["fr-FR", "it-IT", "es-ES", "sv-SE"])
        try directory.apply([.putTenant(tenant)], by: .importer, version: 3)
        #expect(directory.tenant("contoso") == tenant)
    }

    private static let refusedOfUsers: [(field: String, change: @Sendable (inout User) -> Void)] = [
        ("conferencing.givenServiceNumber", { $0.conferencing?.givenServiceNumber = number("+442079460000") }),
        ("groups", { $0.groups = [""] }), ("groups", { $0.groups = ["a\nb"] }), ("groups", { $0.groups = ["a", "A"] }),
        ("conferencing.pinResets", { $0.conferencing?.pinResets = .max }), ("conferencing.pinResets", { $0.conferencing?.pinResets = -1 }),
        ("conferencing.sendEmailToAddress", { $0.conferencing?.sendEmailToAddress = "a@b.example\r\nBcc: c@d.example" }),
        ("conferencing.sendEmailToAddress", { $0.conferencing?.sendEmailToAddress = "a@" }),
        ("conferencing.sendEmailToAddress", { $0.conferencing?.sendEmailToAddress = "a@b@c" }),
        ("conferencing.sendEmailFromAddress", { $0.conferencing?.sendEmailFromAddress = "a@b.example" }),
        (
            "conferencing.sendEmailFromDisplayName",
            {
                $0.conferencing?.sendEmailFromAddress = "a@b.example"
                $0.conferencing?.sendEmailFromDisplayName = "a\nb"
            }
        ),
    ]

    @Test("so are those of a user, and a PIN is reset all the same where a store holds another count", arguments: refusedOfUsers.indices)
    func ofUsers(row: Int) throws {
        let (field, change) = Self.refusedOfUsers[row]
        var directory = try GuardTests.directory(), user = User(upn: "z@contoso.example", conferencing: UserConferencing())
        try directory.apply([.putUser(tenant: "contoso", user)], by: .importer, version: 3)
        change(&user)
        let error = #expect(throws: InvalidChange.self) {
            try directory.apply([.putUser(tenant: "contoso", user)], by: .importer, version: 4)
        }
        #expect(error?.field == field)
        try directory.apply([.putUser(tenant: "contoso", user)], version: 4)
        user.displayName = "Zoe"
        try directory.apply([.putUser(tenant: "contoso", user)], by: .importer, version: 5)
        #expect(directory.user(user.upn, of: "contoso") == user)
        user.conferencing?.resetPIN()
        #expect((1...Int(Int32.max)).contains(user.conferencing?.pinResets ?? 0))
    }

    @Test("policies that show numbers have each once, and the built-in one stays")
    func policies() throws {
        var directory = try GuardTests.directory()
        let before = try #require(directory.tenant("contoso"))
        for (field, change) in [
            (
                "heldPolicies.audioConferencing[ALLOWTOLLFREEDIALINFALSE]",
                { $0.audioConferencing["x"] = .init(name: "ALLOWTOLLFREEDIALINFALSE") }
            ),
            (
                "heldPolicies.audioConferencing[P].meetingInvitePhoneNumbers",
                {
                    var policy = TeamsAudioConferencingPolicy(name: "P")
                    policy.meetingInvitePhoneNumbers = [Contoso.numberOfA, Contoso.numberOfA]
                    $0.audioConferencing["P"] = policy
                }
            ),
            (
                "heldPolicies.voiceRouting[V].onlinePstnUsages",
                {
                    var policy = OnlineVoiceRoutingPolicy(name: "V")
                    policy.onlinePstnUsages = ["International", "international"]
                    $0.voiceRouting["V"] = policy
                }
            ),
        ] as [(String, (inout TenantPolicies) -> Void)] {
            var tenant = before
            change(&tenant.policies)
            let error = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: .importer, version: 3) }
            #expect(error?.field == field)
        }
    }

    @Test("a user is and an operator serves where there is a country; who was elsewhere stays")
    func places() throws {
        var directory = try GuardTests.directory()
        var user = User(upn: "z@contoso.example", usageLocation: country("XX"))
        let unknown = #expect(throws: InvalidChange.self) {
            try directory.apply([.putUser(tenant: "contoso", user)], by: .administrator, version: 3)
        }
        #expect(unknown?.field == "usageLocation")
        try directory.apply([.putUser(tenant: "contoso", user)], version: 3)
        user.displayName = "Zoe"
        try directory.apply([.putUser(tenant: "contoso", user)], by: .administrator, version: 4)
        var carrier = try #require(directory.operator("d"))
        carrier.countries.append(country("QQ"))
        let nowhere = #expect(throws: InvalidChange.self) { try directory.apply([.putOperator(carrier)], by: .platform, version: 5) }
        #expect(nowhere?.field == "countries")
    }
    @Test("a trunk is at a SIP URI, whose scheme is the same in any case")
    func trunks() throws {
        var directory = try GuardTests.directory()
        let before = try #require(directory.operator("d"))
        for (uri, isTaken) in [
            ("SIP:sbc.example", true), ("Sips:sbc.example", true), ("sip:", false), ("tel:+1", false), ("sbc.example", false), ("", false),
        ] {
            var carrier = before
            carrier.trunks = [Trunk(name: "t", uri: uri)]
            if isTaken {
                try directory.apply([.putOperator(carrier)], by: .platform, version: 3)
            } else {
                let error = #expect(throws: InvalidChange.self) { try directory.apply([.putOperator(carrier)], by: .platform, version: 3) }
                #expect(error?.field == "trunks[t].uri")
            }
        }
    }
}
