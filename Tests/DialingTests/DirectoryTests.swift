import Dialing
import Patterns
import Testing

@Suite struct DirectoryTests {
    @Test("a list of changes is put in force whole, with its version, or not at all") func atomic() throws {
        var directory = Contoso.worked().directory(version: 7)
        let before = directory
        var broken = Contoso.worked().tenant
        broken.displayName = "Never seen"
        broken.voiceRoutes["INTL"]?.numberPattern = "^+44"
        let added = User(upn: "zoe@contoso.example", displayName: "Zoe")
        #expect(throws: InvalidChange.self) {
            try directory.apply([.putUser(tenant: "contoso", added), .removeOperator("a"), .putTenant(broken)], version: 8)
        }
        #expect(directory.version == 7)
        #expect(directory.tenant("contoso") == before.tenant("contoso"))
        #expect(directory.users(of: "contoso") == before.users(of: "contoso"))
        #expect(directory.operators == before.operators)
        #expect(directory.sharing == before.sharing)
    }

    @Test("a user's name may have any sign of ASCII but blanks and controls", arguments: ["!#$%&'*+", "-/=?^_`", "{|}~"])
    func names(local: String) throws {
        var directory = Contoso.worked().directory(version: 1)
        try directory.apply([.putUser(tenant: "contoso", User(upn: local + "@contoso.example"))], version: 2)
        #expect(directory.user(local + "@contoso.example", of: "contoso") != nil)
        for bad in [" ", "\t", "\u{7F}"] {
            let named = User(upn: local + bad + "@contoso.example")
            #expect(throws: InvalidChange.self) { try directory.apply([.putUser(tenant: "contoso", named)], version: 3) }
        }
    }

    @Test("a copy that somebody keeps decides as it did") func copies() throws {
        var directory = Contoso.worked().directory(version: 1)
        let kept = directory
        var tenant = Contoso.worked().tenant
        tenant.voiceRoutes = NamedList()
        try directory.apply([.putTenant(tenant), .removeUser(tenant: "contoso", upn: "STELLA@contoso.example")], version: 2)
        let inquiry = Inquiry(organizer: "alice@contoso.example", dialled: "+14255550123")
        let old = kept.decide(inquiry, tenant: "contoso", using: Pattern.Scratch())
        let new = directory.decide(inquiry, tenant: "contoso", using: Pattern.Scratch())
        #expect(old.summary == WorkedCasesTests.threeWays && old.configVersion == 1)
        #expect(new.summary == "route noRoute" && new.configVersion == 2)
        #expect(kept.user("stella@contoso.example", of: "contoso") != nil && directory.user("stella@contoso.example", of: "contoso") == nil)
    }

    @Test("a refused document names its field and the rule", arguments: Self.refusals)
    func refused(_ field: String, _ rule: String, _ change: @Sendable (inout Contoso) -> Void) {
        var contoso = Contoso.worked()
        change(&contoso)
        var directory = Directory()
        do throws(InvalidChange) {
            try directory.apply(contoso.changes, version: 1)
            Issue.record("nothing was refused")
        } catch {
            #expect(error.field == field)
            #expect(error.rule.contains(rule), "\(error)")
        }
        #expect(directory.tenantIDs.isEmpty && directory.operators.isEmpty)
    }

    static let refusals: [(String, String, @Sendable (inout Contoso) -> Void)] = [
        ("id", "1 to 64 letters", { $0.tenant.id = "con toso" }),
        ("displayName", "control characters", { $0.tenant.displayName = "Con\ntoso" }),
        ("pstnUsages", "no usage stands twice", { $0.tenant.pstnUsages.append("international") }),
        ("voiceRoutes[INTL].numberPattern", "did you mean \\+", { $0.tenant.voiceRoutes["INTL"]?.numberPattern = "^+44" }),
        (
            "voiceRoutes[INTL].onlinePstnUsages", "there is no PSTN usage Gone",
            { $0.tenant.voiceRoutes["INTL"]?.onlinePstnUsages = ["Gone"] }
        ),
        ("voiceRoutes[INTL]", "never both", { $0.tenant.voiceRoutes["INTL"]?.onlinePstnGatewayList = ["sbc"] }),
        ("routingPolicies", "Global", { $0.tenant.routingPolicies["Global"] = nil }),
        ("routingPolicies[Global].onlinePstnUsages", "Gone", { $0.tenant.routingPolicies["Global"]?.onlinePstnUsages = ["Gone"] }),
        (
            "routingPolicies[Global].onlinePstnUsages", "at most \(TenantLimits.usagesOfPolicy)",
            {
                $0.tenant.routingPolicies["Global"]?.onlinePstnUsages = Array(
                    repeating: "International", count: TenantLimits.usagesOfPolicy + 1)
            }
        ),
        ("dialPlans", "Global", { $0.tenant.dialPlans["Global"] = nil }),
        ("dialPlans.name", "control characters", { $0.tenant.dialPlans["A\n"] = TenantDialPlan(name: "A\n") }),
        ("routingPolicies.name", "control characters", { $0.tenant.routingPolicies["A\n"] = AudioConferencingRoutingPolicy(name: "A\n") }),
        (
            "voiceRoutes.name", "control characters",
            { $0.tenant.voiceRoutes["A\n"] = VoiceRoute(name: "A\n", numberPattern: "1", onlinePstnUsages: [], priority: 9) }
        ),
        (
            "dialPlans[Global].normalizationRules", "at most 50",
            { $0.tenant.dialPlans["Global"]?.normalizationRules = Array(repeating: .init(name: "R"), count: 51) }
        ),
        (
            "dialPlans[Global].normalizationRules[R].pattern", "not a pattern",
            { $0.tenant.dialPlans["Global"]?.normalizationRules = [.init(name: "R", pattern: "(")] }
        ),
        (
            "dialPlans[Global].normalizationRules[R].translation", "at most 256",
            { $0.tenant.dialPlans["Global"]?.normalizationRules = [.init(name: "R", translation: String(repeating: "1", count: 257))] }
        ),
        ("settings.deniedPrefixes", "is not a prefix", { $0.tenant.settings.deniedPrefixes = ["0900"] }),
        (
            "settings.deniedPrefixes", "at most",
            { $0.tenant.settings.deniedPrefixes = Array(repeating: "+1", count: TenantLimits.prefixes + 1) }
        ),
        ("numbers", "twice", { $0.tenant.numbers.append($0.tenant.numbers[0]) }),
        ("numbers", "at most", { $0.tenant.numbers = Array(repeating: $0.tenant.numbers[0], count: TenantLimits.numbers + 1) }),
        ("pstnUsages", "at most", { $0.tenant.pstnUsages = (0...TenantLimits.usages).map { "U\($0)" } }),
        (
            "groupAssignments[g].policyName", "no policy Gone",
            {
                $0.tenant.groupAssignments = [
                    .init(group: "g", policyType: .onlineAudioConferencingRoutingPolicy, policyName: "Gone", rank: 1)
                ]
            }
        ),
        (
            "groupAssignments", "at most one policy",
            {
                $0.tenant.groupAssignments = ["g", "G"].map { .init(group: $0, policyType: .tenantDialPlan, policyName: "Global", rank: 1) }
            }
        ),
        (
            "groupAssignments", "at most 64 groups",
            {
                $0.tenant.groupAssignments = (0...64).map {
                    .init(group: "g\($0)", policyType: .tenantDialPlan, policyName: "Global", rank: $0)
                }
            }
        ),
        (
            "voiceRoutes", "at most",
            { contoso in
                contoso.tenant.voiceRoutes = NamedList(
                    (0...TenantLimits.voiceRoutes).map { VoiceRoute(name: "R\($0)", numberPattern: "1", priority: 1) })
            }
        ),
        (
            "routingPolicies", "at most",
            {
                $0.tenant.routingPolicies = NamedList(
                    (0...TenantLimits.routingPolicies).map { AudioConferencingRoutingPolicy(name: "P\($0)") })
            }
        ),
        (
            "dialPlans", "at most",
            { $0.tenant.dialPlans = NamedList((0...TenantLimits.dialPlans).map { TenantDialPlan(name: "P\($0)") }) }
        ),
        (
            "voiceRoutes[INTL].onlinePstnUsages", "at most \(TenantLimits.usagesOfRoute)",
            {
                $0.tenant.voiceRoutes["INTL"]?.onlinePstnUsages = Array(
                    repeating: "International", count: TenantLimits.usagesOfRoute + 1)
            }
        ),
        (
            "routingPolicies", "lead to at most 1000000 routes, not 1001000",
            { contoso in
                for index in 0..<1_000 { contoso.route("More \(index)", "^\\+44", "International", nil, priority: index) }
                contoso.tenant.routingPolicies["Global"]?.onlinePstnUsages = Array(
                    repeating: "International", count: TenantLimits.usagesOfPolicy)
            }
        ),
        (
            "voiceRoutes", "only PCRE2 can decide",
            { contoso in
                for index in 0...TenantLimits.askedRoutes {
                    contoso.route("Asked \(index)", "^\\+(?!1)\\d+$", "International", nil, priority: index)
                }
            }
        ),
        ("upn", "in ASCII", { $0.users = [User(upn: "zoé@contoso.example")] }),
        ("upn", "at most \(TenantLimits.name)", { $0.users = [User(upn: String(repeating: "a", count: 250) + "@b.example")] }),
        ("upn", "name@domain", { $0.users = [User(upn: "alice")] }),
        ("displayName", "control characters", { $0.users[0].displayName = "\u{7}" }),
        ("groups", "at most", { $0.users[0].groups = (0...TenantLimits.groupsOfUser).map { "g\($0)" } }),
        ("grants.dialOutPolicy", "no dial-out policy Gone", { $0.users[0].grants.dialOutPolicy = "Gone" }),
        ("id", "1 to 64 letters", { $0.operators[0].id = "" }),
        ("trunks", "twice", { $0.operators[0].trunks.append($0.operators[0].trunks[0]) }),
        ("trunks[a-1].uri", "sip:host", { $0.operators[0].trunks[0].uri = "http://a" }),
        ("trunks[a-1].uri", "sip:host", { $0.operators[0].trunks[0].uri = "sip:" }),
        ("trunks[a-1].uri", "sip:host", { $0.operators[0].trunks[0].uri = "sips:" }),
        ("trunks[a-1].maxConcurrentCalls", "is 1 to", { $0.operators[0].trunks[0].maxConcurrentCalls = 0 }),
        ("failoverCodes", "300 to 699", { $0.operators[0].failoverCodes = [200] }),
        ("failoverSeconds", "1 to 300", { $0.operators[0].failoverSeconds = 0 }),
    ]

    @Test("a trunk's host may be one letter long", arguments: ["sip:a", "sips:a"]) func shortHost(uri: String) throws {
        var directory = Contoso.worked().directory(), carrier = Contoso.worked().operators[0]
        carrier.trunks[0].uri = uri
        try directory.apply([.putOperator(carrier)], version: 2)
        #expect(directory.operator(carrier.id)?.trunks[0].uri == uri)
    }

    @Test("users are found in either case, replaced, taken away, and counted") func users() throws {
        var directory = Contoso.worked().directory()
        for round in 0..<3 {
            let users = (0..<500).map { User(upn: "u\($0)@contoso.example", displayName: "Round \(round)", groups: ["g\($0 % 7)"]) }
            try directory.apply(users.map { .putUser(tenant: "contoso", $0) }, version: 2)
        }
        #expect(directory.userCount == 502)
        #expect(directory.user("U7@Contoso.Example", of: "contoso")?.displayName == "Round 2")
        try directory.apply((100..<500).map { .removeUser(tenant: "contoso", upn: "u\($0)@contoso.example") }, version: 3)
        #expect(directory.userCount == 102 && directory.users(of: "contoso").count == 102)
        #expect(directory.user("u99@contoso.example", of: "contoso")?.groups == ["g1"])
        #expect(directory.user("u100@contoso.example", of: "contoso") == nil)
        #expect(directory.user("u1@contoso.example", of: "nobody") == nil)
    }

    @Test("an organizer's domain leads to the tenant that has the user") func organizers() throws {
        var directory = Contoso.worked().directory()
        let other = Tenant(id: "other", displayName: "Other", country: country("US"))
        try directory.apply([.putTenant(other), .putUser(tenant: "other", User(upn: "omar@contoso.example"))], version: 2)
        #expect(directory.tenants(ofOrganizer: "Alice@CONTOSO.example") == ["contoso"])
        #expect(directory.tenants(ofOrganizer: "omar@contoso.example") == ["other"])
        #expect(directory.tenants(ofOrganizer: "nobody@contoso.example") == [])
        #expect(directory.tenants(ofOrganizer: "alice") == [])
        let alice = DirectoryChange.putUser(tenant: "other", User(upn: "ALICE@contoso.example"))
        for asker in [Asker.administrator, .importer] {
            let refused = #expect(throws: InvalidChange.self) { try directory.apply([alice], by: asker, version: 3) }
            #expect(refused?.field == "upn" && refused?.kind == .conflict)
        }
        try directory.apply([alice], by: .platform, version: 3)
        try directory.apply([alice], by: .administrator, version: 4)
        #expect(directory.tenants(ofOrganizer: "alice@contoso.example") == ["contoso", "other"])
        try directory.apply([.removeTenant("contoso")], version: 5)
        #expect(directory.tenants(ofOrganizer: "alice@contoso.example") == ["other"])
        try directory.apply([.removeUser(tenant: "other", upn: "alice@contoso.example")], version: 6)
        #expect(directory.tenants(ofOrganizer: "alice@contoso.example") == [])
        #expect(directory.tenants(ofOrganizer: "omar@contoso.example") == ["other"])
    }

    @Test("equal tables, patterns and profiles are kept once, and go with their last user") func sharing() throws {
        var directory = Directory()
        for index in 0..<10 {
            var contoso = Contoso.worked()
            contoso.tenant.id = "t\(index)"
            try directory.apply(contoso.changes, version: 1)
        }
        #expect(directory.sharing == (patterns: 2, tables: 1, profiles: 2))
        #expect(directory.tenantIDs.count == 10 && directory.userCount == 20)
        var changed = Contoso.worked().tenant
        changed.id = "t0"
        changed.voiceRoutes["INTL"]?.numberPattern = "^\\+44"
        try directory.apply([.putTenant(changed)], version: 2)
        #expect(directory.sharing == (patterns: 3, tables: 2, profiles: 2))
        try directory.apply((0..<10).map { .removeTenant("t\($0)") }, version: 3)
        #expect(directory.sharing == (patterns: 0, tables: 0, profiles: 0))
        #expect(directory.tenantIDs.isEmpty && directory.userCount == 0)
    }

    @Test("tables are compiled with a change, or left until a decision needs them; big ones are never left") func compilation() throws {
        let big = TableCompilation.lazyLimit + 1
        var large = Contoso.worked()
        large.tenant.id = "large"
        for index in 0..<big { large.route("R\(index)", "^\\+99\(index)", "US and Canada", Contoso.numberOfA, priority: index) }
        var wide = Contoso.worked()
        wide.tenant.id = "wide"
        wide.tenant.voiceRoutes["INTL"]?.numberPattern = "^\\+(?!1)\\d+$"
        var eager = Directory(), lazy = Directory()
        for (index, var contoso) in [Contoso.worked(), large, wide].enumerated() {
            contoso.renumber("+120655502\(index)")
            try eager.apply(contoso.changes, version: 1)
            try lazy.apply(contoso.changes, version: 1, tables: .onFirstUse)
        }
        #expect(eager.routeTables.automata == 3 && eager.routeTables.pending == 0 && eager.routeTables.askedPatterns == 1)
        #expect(eager.routeTables.bytes > 3_000 && eager.routeTables.indexes == 0 && eager.routeTables.inOrder == 0)
        #expect(lazy.routeTables.automata == 1 && lazy.routeTables.pending == 2)
        let inquiry = Inquiry(organizer: "alice@contoso.example", dialled: "+442079460000"), scratch = Pattern.Scratch()
        for tenant in ["contoso", "large", "wide"] {
            let decision = lazy.decide(inquiry, tenant: tenant, using: scratch)
            #expect(decision == eager.decide(inquiry, tenant: tenant, using: scratch))
            #expect(decision.summary.hasPrefix("route c +120655502"))
        }
        #expect(lazy.routeTables == eager.routeTables)
        var rest = Directory()
        try rest.apply(wide.changes, version: 1, tables: .onFirstUse)
        let copy = rest
        copy.compileTables()
        #expect(rest.routeTables.pending == 0, "a copy compiles for all")
    }

    @Test("a user of no tenant is refused") func strayUser() {
        var directory = Directory()
        #expect(throws: InvalidChange(document: "user a@b.example", field: "tenant", rule: "there is no tenant nobody")) {
            try directory.apply([.putUser(tenant: "nobody", User(upn: "a@b.example"))], version: 1)
        }
    }

    @Test("sixteen matching routes are kept, and one that can be used is found however late it stands") func candidates() {
        var contoso = Contoso()
        for index in 0..<40 { contoso.route("R\(index)", "\\d+", "All", index == 37 ? Contoso.numberOfA : nil, priority: index) }
        contoso.tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(name: "Global", onlinePstnUsages: ["All"])
        let decision = contoso.decide("+14255550123")
        #expect(decision.routes.map(\.route) == (0..<16).map { "R\($0)" } + ["R37"])
        #expect(decision.verdict == .route)
    }
}
