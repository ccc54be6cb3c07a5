import Dialing
internal import Patterns

/// Trying dial plans out (domain reference §5.1, §8.10).
enum DialPlanTestCmdlets {
    static let all = [
        Cmdlet(
            "Test-CsVoiceNormalizationRule", "Shows what a rule makes of a dialled number",
            [.text("DialedNumber", .required), CmdletParameter("NormalizationRule", .value, [.required, .pipeline])], body: testRule),
        Cmdlet(
            "Get-CsEffectiveTenantDialPlan", "Shows the dial plan that holds for a user",
            [.identity([.positional, .required, .pipeline]), CmdletParameter("CallerNumber", .ignored)], body: getEffective),
        Cmdlet(
            "Test-CsEffectiveTenantDialPlan", "Shows what a user's dial plan makes of a dialled number",
            [
                .text("DialedNumber", .required), .identity([.positional, .pipeline], group: "plan"),
                .text("EffectiveTenantDialPlanName", group: "plan"), CmdletParameter("CallerNumber", .ignored), .toggle("TenantScopeOnly"),
            ], body: testEffective),
    ]

    private static func testRule(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let rule = try DialPlanCmdlets.rule(given.value("NormalizationRule") ?? .null, "NormalizationRule")
        let plan = CompiledDialPlan(name: "", rules: [try DialPlanCmdlets.compile(rule)])
        let translated = try translate(try given.required("DialedNumber"), by: plan)
        return [.object(OutputObject(["TranslatedNumber": .text(translated?.text ?? "")]))]
    }

    static func translate(_ dialled: String, by plan: CompiledDialPlan) throws(CmdletError) -> (text: String, rule: String)? {
        switch plan.translate(dialled, using: Pattern.Scratch()) {
        case .none: return nil
        case .translated(let text, let rule): return (text, rule)
        case .undecided(let rule):
            throw CmdletError(
                .limitsExceeded, "PatternUndecided", "the pattern of the rule \(rule) needs too many steps for \(dialled)",
                parameter: "DialedNumber")
        }
    }

    private static func effective(_ user: User, _ tenant: Tenant) -> (name: String, plan: TenantDialPlan, country: Country) {
        let plan = tenant.dialPlans[GrantedPolicy.dialPlan.effectiveName(for: user, tenant)] ?? TenantDialPlan(name: "Global")
        let country = user.usageLocation ?? tenant.country
        return ("\(tenant.id)_\(country)_\(plan.name)", plan, country)
    }

    private static func getEffective(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let user = try workspace.user(try given.required("Identity"))
        let (name, plan, country) = effective(user, workspace.tenant), rules = plan.normalizationRules + country.normalizationRules
        return [
            .object(
                OutputObject([
                    "Identity": .text(user.upn), "EffectiveTenantDialPlanName": .text(name),
                    "NormalizationRules": .list(rules.map { .object(DialPlanCmdlets.output($0)) }),
                ]))
        ]
    }

    /// The plan of a user, or the one that an `EffectiveTenantDialPlanName` names.
    private static func plan(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> (
        plan: TenantDialPlan, country: Country
    ) {
        if let identity = given.text("Identity") {
            let found = effective(try workspace.user(identity), workspace.tenant)
            return (found.plan, found.country)
        }
        guard let name = given.text("EffectiveTenantDialPlanName") else {
            throw .invalid("Identity", "Test-CsEffectiveTenantDialPlan needs -Identity or -EffectiveTenantDialPlanName")
        }
        for plan in workspace.tenant.dialPlans.elements {
            let start = "\(workspace.tenant.id)_", end = "_\(plan.name)"
            guard name.lowercased().hasPrefix(start.lowercased()), name.lowercased().hasSuffix(end.lowercased()) else { continue }
            if let country = Country(name.dropFirst(start.count).dropLast(end.count)) { return (plan, country) }
        }
        throw .notFound(
            "EffectiveTenantDialPlanName", "effective dial plan", name,
            among: workspace.tenant.dialPlans.elements.map { "\(workspace.tenant.id)_\(workspace.tenant.country)_\($0.name)" })
    }

    /// The rule of the country that makes the number of a text.
    private static func rule(of country: Country, making number: String, of text: String) throws(CmdletError) -> String? {
        var rules: [CompiledDialPlan.Rule] = []
        for rule in country.normalizationRules { rules.append(try DialPlanCmdlets.compile(rule)) }
        guard let made = try translate(text, by: CompiledDialPlan(name: "", rules: rules)), made.text == number else { return nil }
        return made.rule
    }

    private static func testEffective(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let (plan, country) = try plan(given, &workspace)
        var rules: [CompiledDialPlan.Rule] = []
        for rule in plan.normalizationRules { rules.append(try DialPlanCmdlets.compile(rule)) }
        let compiled = CompiledDialPlan(name: plan.name, rules: rules)
        let typed = try given.required("DialedNumber")
        let dialled = try? DialledText(typed)
        // Once there is a plus no rule is looked at (domain reference §5.1).
        let hasPlus = dialled?.text.utf8.first == UInt8(ascii: "+")
        let translated = hasPlus ? nil : try translate(dialled?.text ?? typed, by: compiled)
        var number = translated?.text ?? "", matching = translated?.rule
        if let dialled, !given.flag("TenantScopeOnly") {
            var findings: [Finding] = []
            let habits = DialingHabits(plan: compiled, country: country)
            if case .number(let read) = habits.read(dialled, findings: &findings, using: Pattern.Scratch()) { number = read.description }
            if matching == nil, !hasPlus { matching = try rule(of: country, making: number, of: dialled.text) }
        }
        return [.object(OutputObject(["TranslatedNumber": .text(number), "MatchingRule": .optional(matching)]))]
    }
}
