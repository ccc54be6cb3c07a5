import Basis
internal import Patterns

/// What may become of a tenant, judged from its document before to the one after: the rules of money and identity, for whoever asks and on
/// whatever way (domain reference §4.4, §7.1–§7.4).
struct TenantGuard {
    let directory: Directory
    let asker: Asker
    let before: Tenant
    let after: Tenant
    let isNew: Bool

    init(_ directory: Directory, _ asker: Asker, after: Tenant) {
        let before = directory.tenant(after.id)
        (self.directory, self.asker, self.after, isNew) = (directory, asker, after, before == nil)
        self.before = before ?? Tenant(id: after.id, displayName: after.displayName, country: after.country)
    }

    func judge() throws(InvalidChange) {
        if isNew, asker != .platform { throw forbidden("id", "a tenant is the platform's to make") }
        if isNew, after.id.isDotSegment { throw after.invalid("id", "a tenant's id is not . or ..") }
        try judgeMoney()
        try judgeCredits(before.settings, after.settings)
        if before.operators != after.operators { try judgeRelations() }
        if before.numbers != after.numbers { try judgeNumbers() }
        if before.voiceRoutes != after.voiceRoutes { try judgeRoutes() }
        try judgePatterns()
        try judgeGateways()
        try judgeBridge()
        try judgeForms()
    }

    func forbidden(_ field: String, _ rule: String) -> InvalidChange {
        InvalidChange(document: "tenant \(after.id)", field: field, rule: rule, kind: .forbidden)
    }

    func conflict(_ field: String, _ rule: String) -> InvalidChange {
        InvalidChange(document: "tenant \(after.id)", field: field, rule: rule, kind: .conflict)
    }

    /// Minutes, credits, limits and licences bought are figures of the platform's.
    private func judgeMoney() throws(InvalidChange) {
        let (old, new) = (before.settings, after.settings)
        if let broken = new.licences?.brokenRule { throw after.invalid("settings.licences." + broken.field, broken.rule) }
        for (field, figure) in [
            ("purchasedStandardLicences", new.purchasedStandardLicences),
            ("communicationsCreditsBalance", new.communicationsCreditsBalance),
        ] {
            if let figure, !(0...Int(Int32.max)).contains(figure) {
                throw after.invalid("settings." + field, "is 0 to \(Int32.max), not \(figure)")
            }
        }
        guard asker != .platform else { return }
        let changed = [
            ("purchasedStandardLicences", old.purchasedStandardLicences != new.purchasedStandardLicences),
            ("communicationsCreditsBalance", old.communicationsCreditsBalance != new.communicationsCreditsBalance),
            ("communicationsCreditsAutoRecharge", old.communicationsCreditsAutoRecharge != new.communicationsCreditsAutoRecharge),
            ("limits", old.limits != new.limits), ("licences", old.licences != new.licences),
        ]
        for (field, isChanged) in changed where isChanged {
            throw forbidden("settings." + field, "is the platform's to set; leave it as it is")
        }
        if CarrierTerms(before).includedMinutes != CarrierTerms(after).includedMinutes {
            throw forbidden("country", "decides how many minutes each licence brings, and is the platform's to change to \(after.country)")
        }
    }

    /// Credits are recharged where they are held, and held where they are sold (domain reference §2.2).
    private func judgeCredits(_ old: ConferencingSettings, _ new: ConferencingSettings) throws(InvalidChange) {
        if let recharge = new.communicationsCreditsAutoRecharge, CarrierTerms(before) != CarrierTerms(after) {
            if let broken = recharge.brokenRule {
                throw after.invalid("settings.communicationsCreditsAutoRecharge." + broken.field, broken.rule)
            }
            guard new.communicationsCreditsBalance != nil else {
                throw conflict(
                    "settings.communicationsCreditsAutoRecharge",
                    "recharges credits, and the tenant holds none; set communicationsCreditsBalance as well")
            }
        }
        let isSold = !CarrierTerms.countriesWithoutCredits.contains(after.country)
        let isAsIs = old.communicationsCreditsBalance == new.communicationsCreditsBalance && before.country == after.country
        guard isSold || isAsIs || new.communicationsCreditsBalance == nil else {
            throw conflict(
                "settings.communicationsCreditsBalance",
                "is nothing that tenants in \(after.country) can buy; their licences bring "
                    + "\(CarrierTerms.minutesPerLicenceWithoutCredits) minutes each")
        }
    }

    /// The bridge's default is a toll number of the service's own carrier that is on the bridge.
    private func judgeBridge() throws(InvalidChange) {
        guard let number = after.bridge.defaultServiceNumber, number != before.bridge.defaultServiceNumber else { return }
        guard let fault = after.defaultNumberFault ?? directory.holders.fault(of: number, of: after.id) else { return }
        throw after.invalid("bridge.defaultServiceNumber", "\(number) cannot be the default: \(fault.sentence)")
    }

    /// A caller ID that a route did not have before is one that the tenant may show.
    private func judgeRoutes() throws(InvalidChange) {
        let numbers = Dictionary(after.numbers.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        for route in after.voiceRoutes.elements {
            guard let source = route.bridgeSourcePhoneNumber, source != before.voiceRoutes[route.name]?.bridgeSourcePhoneNumber,
                let fault = fault(asCallerID: source, numbers[source]), !fault.mayPass
            else { continue }
            throw after.invalid("voiceRoutes[\(route.name)].bridgeSourcePhoneNumber", "\(source) cannot be a caller ID: \(fault.sentence)")
        }
    }

    /// A pattern that was not there before means here what it means to who writes it (domain reference §4.3).
    private func judgePatterns() throws(InvalidChange) {
        func judge(_ pattern: String, _ field: String) throws(InvalidChange) {
            do throws(Pattern.Invalid) { try Pattern.check(written: pattern) } catch { throw after.invalid(field, error.rule(of: pattern)) }
        }
        for route in after.voiceRoutes.elements where route.numberPattern != before.voiceRoutes[route.name]?.numberPattern {
            try judge(route.numberPattern, "voiceRoutes[\(route.name)].numberPattern")
        }
        guard before.dialPlans != after.dialPlans else { return }
        for plan in after.dialPlans.elements {
            let known = Set((before.dialPlans[plan.name]?.normalizationRules ?? []).map(\.pattern))
            for rule in plan.normalizationRules where !known.contains(rule.pattern) {
                try judge(rule.pattern, "dialPlans[\(plan.name)].normalizationRules[\(rule.name)].pattern")
            }
        }
    }

    /// A route names gateways that there are; only a store of an earlier version has others.
    private func judgeGateways() throws(InvalidChange) {
        if asker == .importer, before.policies.orders != after.policies.orders {
            throw forbidden("heldPolicies.orders", "is what the cmdlets for number orders made, and not imported")
        }
        try judgeTargets()
        let known = Set(after.policies.gateways.elements.map { $0.name.lowercased() })
        let had = Set(before.policies.gateways.elements.map { $0.name.lowercased() })
        for route in after.voiceRoutes.elements where !route.onlinePstnGatewayList.isEmpty {
            let listed = before.voiceRoutes[route.name]?.onlinePstnGatewayList ?? []
            let old = Set(listed.map { $0.lowercased() })
            if listed != route.onlinePstnGatewayList, let twice = route.onlinePstnGatewayList.namedTwice {
                throw after.invalid("voiceRoutes[\(route.name)].onlinePstnGatewayList", "no gateway stands twice, as \(twice) does")
            }
            if route.onlinePstnGatewayList.count > max(old.count, TenantLimits.gatewaysOfRoute) {
                throw after.invalid(
                    "voiceRoutes[\(route.name)].onlinePstnGatewayList", "a route has at most \(TenantLimits.gatewaysOfRoute) gateways")
            }
            for gateway in route.onlinePstnGatewayList where !known.contains(gateway.lowercased()) {
                let name = gateway.lowercased()
                if had.contains(name) {
                    throw conflict("heldPolicies.gateways[\(gateway)]", "is in the route \(route.name), and must be removed from it first")
                }
                if !old.contains(name) {
                    throw after.invalid("voiceRoutes[\(route.name)].onlinePstnGatewayList", "there is no gateway \(gateway)")
                }
            }
        }
    }

    /// New gateways are where the platform allows them to be, and new translation rules can be applied.
    private func judgeTargets() throws(InvalidChange) {
        let (old, new) = (before.policies, after.policies)
        if old.gateways != new.gateways {
            for gateway in new.gateways.elements where old.gateways[gateway.name] == nil {
                guard let address = gateway.address, !directory.gatewayAddresses.permits(address) else { continue }
                throw after.invalid(
                    "heldPolicies.gateways[\(gateway.name)].fqdn",
                    "is no private, local or reserved address and none of the service's own, unless the platform allows those by "
                        + "--gateway-private-addresses")
            }
        }
        guard old.translationRules != new.translationRules else { return }
        guard new.translationRules.count <= max(old.translationRules.count, NumberRule.limitOfTenant) else {
            throw after.invalid("heldPolicies.translationRules", "has at most \(NumberRule.limitOfTenant) rules")
        }
        for rule in new.translationRules.elements where rule != old.translationRules[rule.name] {
            guard let broken = rule.plain.brokenRule else { continue }
            throw after.invalid("heldPolicies.translationRules[\(rule.name)].\(broken.field)", broken.rule)
        }
    }

    private func fault(asCallerID source: E164, _ number: PhoneNumberAssignment?) -> Unusable? {
        guard let number else { return .numberReleased(source) }
        if let fault = after.faultAsCallerID(number), !fault.mayPass { return fault }
        return directory.holders.fault(of: source, of: after.id) ?? directory.standings.fault(of: number.operatorID)
    }
}

// MARK: relations to operators

extension TenantGuard {
    /// A relation is agreed between tenant and operator; it does not come with a document, but by the platform's hand.
    private func judgeRelations() throws(InvalidChange) {
        let old = Dictionary(before.operators.map { ($0.operatorID, $0) }, uniquingKeysWith: { first, _ in first })
        var kept: Set<String> = []
        for relation in after.operators {
            let field = "operators[\(relation.operatorID)]"
            guard kept.insert(relation.operatorID).inserted else { throw after.invalid(field, "no operator stands twice") }
            guard relation != old[relation.operatorID] else { continue }
            guard relation.operatorID != Operator.serviceCarrier else {
                throw after.invalid(
                    field, "is the service's own carrier, which serves every tenant and is nobody's own operator; leave it out")
            }
            if try isOperatorsWord(relation, old[relation.operatorID], field) { continue }
            try checkAgreement(field, isNew: old[relation.operatorID] == nil)
            try judge(relation, old[relation.operatorID], field)
        }
        for relation in before.operators where !kept.contains(relation.operatorID) {
            let field = "operators[\(relation.operatorID)]"
            try checkAgreement(field, isNew: false)
            if relation.operatorID == Operator.serviceCarrier { continue }
            try checkFree(relation.operatorID, in: nil, field)
            if let left = after.numbers.first(where: { $0.operatorID == relation.operatorID }) {
                throw after.invalid("numbers[\(left.telephoneNumber)]", "goes with its operator \(relation.operatorID)")
            }
        }
    }

    /// Whether the operator itself accepts, declines or terminates what the tenant asked for; it may change nothing else.
    private func isOperatorsWord(_ relation: TenantOperator, _ old: TenantOperator?, _ field: String) throws(InvalidChange) -> Bool {
        guard let old, relation.agreement != old.agreement else { return false }
        guard asker == .platform || asker == .operator(relation.operatorID) else {
            // How the tenant has it once the operator accepts again is the tenant's to say.
            if relation.agreement?.word == old.agreement?.word { return false }
            throw forbidden(field + ".agreement", "is the operator's to say")
        }
        var rest = relation
        (rest.agreement, rest.status) = (old.agreement, old.status)
        guard rest == old else { throw forbidden(field, "an operator changes nothing of a relation but its agreement") }
        try checkWord(relation, field)
        return true
    }

    private func checkWord(_ relation: TenantOperator, _ field: String) throws(InvalidChange) {
        if let broken = relation.brokenAgreement { throw after.invalid("\(field).\(broken.field)", broken.rule) }
    }

    private func checkAgreement(_ field: String, isNew: Bool) throws(InvalidChange) {
        switch asker {
        case .platform, .administrator, .store: return
        case .importer:
            throw forbidden(
                field,
                isNew
                    ? "a relation to an operator is agreed (POST /v1/tenants/{tenant}/operators/{operator}) and not imported"
                    : "a relation to an operator is not changed by a document (PATCH or DELETE /v1/tenants/{tenant}/operators/{operator})")
        case .operator: throw forbidden(field, "a relation to an operator is the tenant's to change")
        }
    }

    private func judge(_ relation: TenantOperator, _ old: TenantOperator?, _ field: String) throws(InvalidChange) {
        guard let carrier = directory.operator(relation.operatorID) else {
            throw after.invalid(field, "there is no operator \(relation.operatorID): GET /v1/operators lists those that there are")
        }
        if old == nil, !carrier.products.contains(.conferencing) {
            throw conflict(field, "\(carrier.name) does not offer Conferencing: GET /v1/operators?product=Conferencing lists those that do")
        }
        if let broken = relation.brokenRule { throw after.invalid(field + "." + broken.field, broken.rule) }
        if let since = relation.since, since != old?.since, !Tenant.moments.contains(since) {
            throw after.invalid(field + ".since", Tenant.momentRule)
        }
        if old == nil { try checkWord(relation, field) }
        if relation.status == .active, old?.status == .suspended, let agreement = relation.agreement, agreement.forbids {
            throw conflict(field + ".status", "\(carrier.name) has \(agreement.status.rawValue) it: \(agreement.reason ?? "")")
        }
        let countries = Set(relation.countries), known = Set(old?.countries ?? [])
        for country in relation.countries where !known.contains(country) && !carrier.countries.isEmpty {
            guard carrier.countries.contains(country) else {
                throw after.invalid(field + ".countries", "has \(country), which \(carrier.name) does not serve")
            }
        }
        try checkFree(relation.operatorID, in: known.subtracting(countries), field + ".countries")
        for product in relation.products ?? [] where !carrier.products.contains(product) {
            throw after.invalid(field + ".products", "has \(product.rawValue), which \(carrier.name) does not offer")
        }
        if !relation.offers(.conferencing), old?.offers(.conferencing) ?? true {
            try checkFree(relation.operatorID, in: nil, field + ".products")
        }
    }

    /// Before an operator or one of its countries goes, its numbers must be off the users and off the bridge (domain reference §7.1).
    private func checkFree(_ operatorID: String, in countries: Set<Country>?, _ field: String) throws(InvalidChange) {
        guard countries?.isEmpty != true else { return }
        let standing = before.numbers.filter { number in
            let isMeant = countries.map { number.country.map($0.contains) ?? false } ?? true
            return number.operatorID == operatorID && number.status != .unassigned && isMeant
        }
        guard standing.isEmpty else {
            let names = standing.prefix(5).map(\.telephoneNumber.description).joined(separator: ", ")
            throw conflict(field, "\(standing.count) numbers of \(operatorID) are still assigned: \(names); unassign them first")
        }
    }
}

extension TenantOperator {
    /// The first of its fields that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        func isText(_ text: String) -> Bool {
            text.isName && text.contains { !$0.isWhitespace }
        }
        if countries.isEmpty { return ("countries", "names at least one country") }
        if Set(countries).count != countries.count { return ("countries", "names a country twice") }
        if let products, products.isEmpty { return ("products", "names at least one product") }
        if let products, Set(products).count != products.count { return ("products", "names a product twice") }
        if !isText(contact.fullName) { return ("contact.fullName", "is required, of at most \(TenantLimits.name) bytes") }
        if !contact.email.isEMailAddress { return ("contact.email", "is required and an e-mail address") }
        if let phone = contact.phone, !isText(phone) || !phone.contains(where: \.isNumber) {
            return ("contact.phone", "is a telephone number, of at most \(TenantLimits.name) bytes")
        }
        return isText(companySize) ? nil : ("companySize", "is required")
    }

    /// The first of its fields that breaks a rule of the operator's word: what it declines or terminates is suspended.
    fileprivate var brokenAgreement: (field: String, rule: String)? {
        guard let agreement else { return nil }
        if let broken = agreement.brokenRule { return ("agreement." + broken.field, broken.rule) }
        guard agreement.forbids, status != .suspended else { return nil }
        return ("status", "is suspended where the operator has \(agreement.status.rawValue) it")
    }
}

extension TenantOperator.Agreement {
    private static let reasonLimit = 1_024

    /// The first of its fields that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        if let reason, !(1...Self.reasonLimit).contains(reason.utf8.count) || !reason.isWithoutControls {
            return ("reason", "has 1 to \(Self.reasonLimit) bytes without control characters")
        }
        if forbids, reason == nil { return ("reason", "is required where it is \(status.rawValue)") }
        return Tenant.moments.contains(at) ? nil : ("at", Tenant.momentRule)
    }
}
