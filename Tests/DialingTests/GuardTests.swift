import Dialing
import Patterns
import Testing

/// What nobody may change on whatever way it comes, by who asks.
@Suite struct GuardTests {
    static let fresh = number("+14255550177"), foreign = number("+14255550188"), tollFree = number("+18005550100")

    struct Row: Sendable, CustomTestStringConvertible {
        let what: String
        let asker: Asker
        /// Nil where the change is taken.
        let field: String?
        var kind = InvalidChange.Kind.forbidden
        let change: @Sendable (inout Tenant) -> Void
        var testDescription: String { "\(asker): \(what)" }

        init(
            _ what: String, _ asker: Asker, _ field: String?, _ kind: InvalidChange.Kind = .forbidden,
            _ change: @escaping @Sendable (inout Tenant) -> Void
        ) {
            (self.what, self.asker, self.field, self.kind, self.change) = (what, asker, field, kind, change)
        }
    }

    static func assignment(
        _ number: E164, _ operatorID: String, status: PhoneNumberAssignment.Status = .unassigned, tollFree: Bool = false
    ) -> PhoneNumberAssignment {
        PhoneNumberAssignment(
            telephoneNumber: number, operatorID: operatorID, country: country("US"), isTollFree: tollFree, status: status, order: "o")
    }

    static func directory() throws -> Directory {
        var contoso = Contoso.worked()
        contoso.tenant.numbers.append(assignment(fresh, "a"))
        contoso.operators[1].countries.append(country("CA"))
        contoso.operators.append(Operator(id: "d", name: "D", products: [.conferencing], countries: [country("US")]))
        contoso.operators.append(Operator(id: "calling", name: "Calling", products: [.calling]))
        var other = Tenant(id: "other", displayName: "Other", country: country("US"))
        other.numbers = [assignment(foreign, Operator.serviceCarrier)]
        var directory = contoso.directory()
        try directory.apply([.putTenant(other)], version: 2)
        return directory
    }

    @Test("an asker changes what is its own, and a refusal names the field and changes nothing", arguments: money + numbers + relations)
    func row(_ row: Row) throws {
        var directory = try Self.directory()
        let before = try #require(directory.tenant("contoso"))
        var tenant = before
        row.change(&tenant)
        do throws(InvalidChange) {
            try directory.apply([.putTenant(tenant)], by: row.asker, version: 3)
            #expect(row.field == nil)
            #expect(directory.tenant("contoso") == tenant && directory.version == 3)
        } catch {
            #expect(error.field == row.field, "\(error)")
            #expect(error.kind == row.kind, "\(error)")
            #expect(error.document == "tenant contoso")
            #expect(directory.tenant("contoso") == before && directory.version == 2)
        }
    }

    static let money: [Row] =
        [Asker.administrator, .importer, .operator("a")].flatMap { asker in
            [
                Row("minutes", asker, "settings.purchasedStandardLicences") { $0.settings.purchasedStandardLicences = 9 },
                Row("credits", asker, "settings.communicationsCreditsBalance") { $0.settings.communicationsCreditsBalance = 9 },
                Row("a recharge", asker, "settings.communicationsCreditsAutoRecharge") {
                    $0.settings.communicationsCreditsAutoRecharge = AutoRecharge(trigger: 1, amount: 2)
                },
                Row("limits", asker, "settings.limits") { $0.settings.limits = DialOutLimits.standard },
                Row("licences", asker, "settings.licences") {
                    $0.settings.licences = BoughtLicences()
                    $0.settings.licences?[.operatorConnectConferencing] = 9
                },
            ]
        } + [
            Row("a class taken from another", .administrator, "voiceRoutes[US-CAN A].numberPattern", .invalid) {
                $0.voiceRoutes["US-CAN A"]?.numberPattern = "^\\+1[0-9-[4]]"
            },
            Row("minutes", .platform, nil) { $0.settings.purchasedStandardLicences = 9 },
            Row("credits", .platform, nil) { $0.settings.communicationsCreditsBalance = 9 },
            Row("a recharge", .platform, nil) {
                $0.settings.communicationsCreditsBalance = 9
                $0.settings.communicationsCreditsAutoRecharge = AutoRecharge(trigger: 1, amount: 2)
            },
            Row("a recharge of nothing", .platform, "settings.communicationsCreditsAutoRecharge", .conflict) {
                $0.settings.communicationsCreditsAutoRecharge = AutoRecharge(trigger: 1, amount: 2)
            },
            Row("a recharge by nothing", .platform, "settings.communicationsCreditsAutoRecharge.amount", .invalid) {
                $0.settings.communicationsCreditsBalance = 9
                $0.settings.communicationsCreditsAutoRecharge = AutoRecharge(trigger: 1, amount: 0)
            },
            Row("credits below nothing", .platform, "settings.communicationsCreditsBalance", .invalid) {
                $0.settings.communicationsCreditsBalance = -1
            },
            Row("limits", .platform, nil) { $0.settings.limits = DialOutLimits.standard },
            Row("a licence bought less than never", .platform, "settings.licences.OperatorConnectConferencing", .invalid) {
                $0.settings.licences = BoughtLicences()
                $0.settings.licences?[.operatorConnectConferencing] = -1
            },
            Row("a display name", .administrator, nil) { $0.displayName = "Contoso Ltd" },
            Row("a route", .importer, nil) { $0.voiceRoutes["INTL"]?.priority = 7 },
        ]

    static let numbers: [Row] = [
        Row("a number that nobody uploaded", .importer, "numbers[+14255550166]") {
            $0.numbers.append(assignment(number("+14255550166"), "a"))
        },
        Row("another tenant's number", .importer, "numbers[\(foreign)]") { $0.numbers.append(assignment(foreign, "a")) },
        Row("a number that nobody uploaded", .administrator, "numbers[+14255550166]") {
            $0.numbers.append(assignment(number("+14255550166"), "a"))
        },
        Row("who provided it", .importer, "numbers[+12065550100].operatorID") { $0.numbers[0].operatorID = "b" },
        Row("its state", .importer, "numbers[\(fresh)].status") { $0.numbers[4].status = .conferenceAssigned },
        Row("its use", .importer, "numbers[\(fresh)].usage") { $0.numbers[4].usage = .user },
        Row("its country", .importer, "numbers[\(fresh)].country") { $0.numbers[4].country = country("CA") },
        Row("toll-free or not", .importer, "numbers[\(fresh)].isTollFree") { $0.numbers[4].isTollFree = true },
        Row("its order", .importer, "numbers[\(fresh)].order") { $0.numbers[4].order = "p" },
        Row("a number left out", .importer, "numbers[\(fresh)]") { $0.numbers.removeLast() },
        Row("its languages", .importer, nil) { $0.numbers[4].primaryLanguage = "en-GB" },
        Row("put on the bridge", .administrator, nil) { $0.numbers[4].status = .conferenceAssigned },
        Row("put on the bridge of a suspended operator", .administrator, "numbers[\(fresh)].status", .conflict) {
            $0.operators[0].status = .suspended
            $0.numbers[4].status = .conferenceAssigned
        },
        Row("assigned to a user", .administrator, "numbers[\(fresh)].status") { $0.numbers[4].status = .userAssigned },
        Row("taken off the bridge under a route", .administrator, "numbers[+12065550100]", .conflict) {
            $0.numbers[0].status = .unassigned
        },
        Row("the default taken off the bridge", .administrator, "numbers[+14255550199]", .conflict) { $0.numbers[3].status = .unassigned },
        Row("released by the administrator", .administrator, "numbers[\(fresh)]") { $0.numbers.removeLast() },
        Row("an operator uploads its own", .operator("a"), nil) { $0.numbers.append(assignment(number("+14255550166"), "a")) },
        Row("an operator uploads another's", .operator("a"), "numbers[+14255550166].operatorID") {
            $0.numbers.append(assignment(number("+14255550166"), "b"))
        },
        Row("the platform brings a number", .platform, nil) { $0.numbers.append(assignment(number("+14255550166"), "a")) },
        Row("the platform brings another tenant's", .platform, "numbers[\(foreign)]", .invalid) {
            $0.numbers.append(assignment(foreign, "a"))
        },
        Row("the platform brings a number that is on its way back", .platform, "numbers[+14255550166].release", .invalid) {
            $0.numbers.append(assignment(number("+14255550166"), "a"))
            $0.numbers[5].release = .readyForRemoval
        },
        Row("the platform brings a number for nobody", .platform, "numbers[+14255550166].assignedTo", .invalid) {
            $0.numbers.append(assignment(number("+14255550166"), "a", status: .userAssigned))
            $0.numbers[5].usage = .user
        },
        Row("the platform brings a number of no operator of the tenant", .platform, "numbers[+14255550166].operatorID", .conflict) {
            $0.numbers.append(assignment(number("+14255550166"), "d"))
        },
        Row("the platform brings a number of an unknown operator", .platform, "numbers[+14255550166].operatorID", .conflict) {
            $0.numbers.append(assignment(number("+14255550166"), "nobody"))
        },
        Row("the platform brings a number that cannot be dialled", .platform, "numbers[+1425]", .invalid) {
            $0.numbers.append(assignment(number("+1425"), "a"))
        },
        Row("the platform brings one of a country not enabled", .platform, "numbers[+442079460100]", .invalid) {
            $0.numbers.append(PhoneNumberAssignment(telephoneNumber: number("+442079460100"), operatorID: "a", country: country("GB")))
        },
        Row("the platform says the wrong country", .platform, "numbers[+14255550166].country", .invalid) {
            $0.numbers.append(PhoneNumberAssignment(telephoneNumber: number("+14255550166"), operatorID: "a", country: country("CA")))
        },
        Row("the platform calls a toll-free number toll", .platform, "numbers[\(tollFree)].isTollFree", .invalid) {
            $0.numbers.append(PhoneNumberAssignment(telephoneNumber: tollFree, operatorID: "a", country: NumberFacts(of: tollFree).country))
        },
        Row("a route with a source that is not the tenant's", .importer, "voiceRoutes[INTL].bridgeSourcePhoneNumber", .invalid) {
            $0.voiceRoutes["INTL"]?.bridgeSourcePhoneNumber = foreign
        },
        Row("a route with a source off the bridge", .platform, "voiceRoutes[INTL].bridgeSourcePhoneNumber", .invalid) {
            $0.voiceRoutes["INTL"]?.bridgeSourcePhoneNumber = fresh
        },
        Row("a route with the service's own number", .administrator, "voiceRoutes[New].bridgeSourcePhoneNumber", .invalid) {
            $0.voiceRoutes["New"] = VoiceRoute(
                name: "New", numberPattern: "1", onlinePstnUsages: [], bridgeSourcePhoneNumber: Contoso.defaultNumber, priority: 9)
        },
        Row("a route of a suspended operator", .importer, nil) {
            $0.voiceRoutes["INTL"]?.bridgeSourcePhoneNumber = Contoso.numberOfA
        },
        Row("an operator's number as the default", .importer, "bridge.defaultServiceNumber", .invalid) {
            $0.bridge.defaultServiceNumber = Contoso.numberOfA
        },
        Row("a default off the bridge", .administrator, "bridge.defaultServiceNumber", .invalid) { $0.bridge.defaultServiceNumber = fresh },
        Row("a default of nobody", .platform, "bridge.defaultServiceNumber", .invalid) { $0.bridge.defaultServiceNumber = foreign },
        Row("no default", .importer, nil) { $0.bridge.defaultServiceNumber = nil },
    ]

    static func relation(_ id: String) -> TenantOperator {
        TenantOperator(
            operatorID: id, countries: [country("US")], contact: .init(fullName: "Ann", email: "ann@contoso.example"), companySize: "1")
    }

    private static let declined = TenantOperator.Agreement(status: .declined, reason: "no coverage", at: 0)

    static let relations: [Row] = [
        Row("a relation that was never agreed", .importer, "operators[d]") { $0.operators.append(relation("d")) },
        Row("a relation resumed by a document", .importer, "operators[a]") { $0.operators[0].status = .suspended },
        Row("a relation left out", .importer, "operators[c]") { $0.operators.removeLast() },
        Row("a relation agreed", .administrator, nil) { $0.operators.append(relation("d")) },
        Row("a relation agreed", .operator("d"), "operators[d]") { $0.operators.append(relation("d")) },
        Row("an operator's own word", .operator("a"), nil) { say(declined, &$0) },
        Row("an operator's own word", .platform, nil) { say(declined, &$0) },
        Row("a word that suspends nothing", .operator("a"), "operators[a].status", .invalid) { $0.operators[0].agreement = declined },
        Row("a word that suspends nothing", .platform, "operators[a].status", .invalid) { $0.operators[0].agreement = declined },
        Row("a word without a reason", .platform, "operators[a].agreement.reason", .invalid) {
            say(TenantOperator.Agreement(status: .terminated, reason: nil, at: 0), &$0)
        },
        Row("a word with a line end", .platform, "operators[a].agreement.reason", .invalid) {
            say(TenantOperator.Agreement(status: .declined, reason: "a\nb", at: 0), &$0)
        },
        Row("a word of before there were any", .platform, "operators[a].agreement.at", .invalid) {
            say(TenantOperator.Agreement(status: .declined, reason: "no", at: -5), &$0)
        },
        Row("a relation that comes declined and active", .platform, "operators[d].status", .invalid) {
            $0.operators.append(relation("d"))
            $0.operators[3].agreement = declined
        },
        Row("a relation of before there were any", .platform, "operators[d].since", .invalid) {
            $0.operators.append(relation("d"))
            $0.operators[3].since = -1
        },
        Row("the service's own carrier", .administrator, "operators[service-carrier]", .invalid) {
            $0.operators.append(relation(Operator.serviceCarrier))
        },
        Row("the service's own carrier", .platform, "operators[service-carrier]", .invalid) {
            $0.operators.append(relation(Operator.serviceCarrier))
        },
        Row("another operator's word", .operator("b"), "operators[a].agreement") { $0.operators[0].agreement = declined },
        Row("an operator's word that brings more", .operator("a"), "operators[a]") {
            ($0.operators[0].agreement, $0.operators[0].companySize) = (declined, "51-200")
        },
        Row("an operator that does not offer Conferencing", .administrator, "operators[calling]", .conflict) {
            $0.operators.append(relation("calling"))
        },
        Row("an unknown operator", .platform, "operators[nobody]", .invalid) { $0.operators.append(relation("nobody")) },
        Row("an operator twice", .platform, "operators[a]", .invalid) { $0.operators.append(relation("a")) },
        Row("a country that it does not serve", .administrator, "operators[a].countries", .invalid) {
            $0.operators[0].countries.append(country("GB"))
        },
        Row("a country with numbers that are assigned", .administrator, "operators[b].countries", .conflict) {
            $0.operators[1].countries = [country("CA")]
        },
        Row("an operator with numbers that are assigned", .administrator, "operators[c]", .conflict) {
            $0.operators.removeLast()
            $0.numbers.removeAll { $0.operatorID == "c" }
        },
        Row("a contact that is none", .administrator, "operators[a].contact.email", .invalid) { $0.operators[0].contact.email = "ann" },
    ]

    private static func say(_ word: TenantOperator.Agreement, _ tenant: inout Tenant) {
        (tenant.operators[0].agreement, tenant.operators[0].status) = (word, .suspended)
    }

    @Test("a relation to the service's own carrier that a store holds stays or goes, and its numbers stay")
    func ownCarrier() throws {
        var directory = try Self.directory()
        var tenant = try #require(directory.tenant("contoso"))
        tenant.operators.append(Self.relation(Operator.serviceCarrier))
        try directory.apply([.putTenant(tenant)], version: 3)
        tenant.displayName = "Contoso Ltd"
        try directory.apply([.putTenant(tenant)], by: .administrator, version: 4)
        tenant.operators[3].status = .suspended
        let refused = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: .administrator, version: 5) }
        #expect(refused?.field == "operators[service-carrier]" && refused?.rule.contains("nobody's own operator") == true)
        tenant.operators.removeLast()
        try directory.apply([.putTenant(tenant)], by: .administrator, version: 5)
        #expect(directory.tenant("contoso")?.bridge.defaultServiceNumber == Contoso.defaultNumber)
    }

    @Test("a tenant is the platform's to make", arguments: [Asker.administrator, .importer, .operator("a")])
    func creation(_ asker: Asker) throws {
        var directory = try Self.directory()
        let tenant = Tenant(id: "mine", displayName: "Mine", country: country("US"))
        let refusal = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: asker, version: 3) }
        #expect(refusal?.field == "id" && refusal?.kind == .forbidden)
        try directory.apply([.putTenant(tenant)], by: .platform, version: 3)
        #expect(directory.tenant("mine") == tenant)
    }

    @Test("a number in two tenants of a stored configuration dials for neither, and is in order when one has let it go")
    func disputed() throws {
        var directory = try Self.directory()
        var other = try #require(directory.tenant("other"))
        other.numbers.append(Self.assignment(Contoso.numberOfA, "a", status: .conferenceAssigned))
        other.numbers.append(Self.assignment(Contoso.defaultNumber, Operator.serviceCarrier, status: .conferenceAssigned))
        try directory.apply([.putTenant(other)], version: 3)
        let inquiry = Inquiry(organizer: "alice@contoso.example", dialled: "+14255550123")
        let decision = directory.decide(inquiry, tenant: "contoso", using: Pattern.Scratch())
        #expect(decision.routes[0].usable == false && decision.summary == "route b +12065550101")
        #expect(decision.routes[0].why == "its source number +12065550100 stands in more than one tenant")
        for tenant in ["contoso", "other"] {
            let findings = directory.lint(tenant: tenant).findings.filter { $0.object.hasPrefix("number ") }
            #expect(Set(findings.map(\.object)) == ["number +12065550100", "number +14255550199"], "\(findings)")
        }
        #expect(try Self.carrierCallerID(directory) == nil)
        other.numbers = [Self.assignment(Self.foreign, Operator.serviceCarrier)]
        try directory.apply([.putTenant(other)], by: .platform, version: 4)
        #expect(directory.decide(inquiry, tenant: "contoso", using: Pattern.Scratch()).routes[0].usable)
        #expect(try Self.carrierCallerID(directory) == Contoso.defaultNumber)
        #expect(directory.lint(tenant: "contoso").findings.filter { $0.object.hasPrefix("number ") } == [])
    }

    /// What the service's own carrier would show behind routes that fail.
    private static func carrierCallerID(_ directory: Directory) throws -> E164? {
        var directory = directory
        var tenant = try #require(directory.tenant("contoso"))
        tenant.settings.serviceCarrierAfterMatchedRoute = true
        try directory.apply([.putTenant(tenant)], version: 9)
        let inquiry = Inquiry(organizer: "stella@contoso.example", dialled: "+14255550123")
        return directory.decide(inquiry, tenant: "contoso", using: Pattern.Scratch()).serviceCallerID
    }

    @Test("a number that no order brought dials nothing until its operator uploads it")
    func unproven() throws {
        var directory = try Self.directory()
        directory.doubt([Contoso.numberOfA, Contoso.defaultNumber], of: "contoso")
        let inquiry = Inquiry(organizer: "alice@contoso.example", dialled: "+14255550123")
        let decision = directory.decide(inquiry, tenant: "contoso", using: Pattern.Scratch())
        #expect(decision.routes[0].why == "its source number +12065550100 was brought by no order of its operator")
        var tenant = try #require(directory.tenant("contoso"))
        tenant.voiceRoutes = NamedList()
        try directory.apply([.putTenant(tenant)], version: 3)
        let stella = directory.decide(
            Inquiry(organizer: "stella@contoso.example", dialled: "+14255550123"), tenant: "contoso", using: Pattern.Scratch())
        #expect(stella.summary == "operator routeUnusable")
        #expect(
            stella.because.last
                == "The service's own carrier would take the call, but the bridge's default number cannot be shown as caller ID: "
                + "its source number +14255550199 was brought by no order of its operator.")
        tenant.numbers[3].order = "brought"
        try directory.apply([.putTenant(tenant)], version: 4)
        #expect(try Self.carrierCallerID(directory) == Contoso.defaultNumber)
    }

    static let defaults: [(String, @Sendable (inout Tenant) -> Void)] = [
        ("its number +12065550100 was provided by operator a", { $0.bridge.defaultServiceNumber = Contoso.numberOfA }),
        ("its source number +14255550188 is not in the tenant's inventory any more", { $0.bridge.defaultServiceNumber = foreign }),
        ("its source number +14255550199 is not assigned to the bridge", { $0.numbers[3].status = .unassigned }),
        ("its source number +14255550199 is toll-free and may not be a caller ID", { $0.numbers[3].isTollFree = true }),
        ("its source number +14255550199 is not a conference number", { $0.numbers[3].usage = .user }),
    ]

    @Test("a stored default that may not be one is not shown by the service's own carrier", arguments: defaults)
    func storedDefault(_ why: String, _ change: @Sendable (inout Tenant) -> Void) throws {
        var contoso = Contoso()
        change(&contoso.tenant)
        let decision = contoso.decide("+14255550123", organizer: "stella")
        #expect(decision.summary == "operator routeUnusable")
        #expect(decision.because.last?.hasSuffix(": \(why).") == true, "\(decision.because)")
        #expect(try Self.carrierCallerID(contoso.directory()) == nil)
    }
}
