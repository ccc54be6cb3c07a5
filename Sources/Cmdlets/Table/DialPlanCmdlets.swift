import Basis
import Dialing
internal import Patterns

/// Tenant dial plans and their rules (domain reference §5.1, §8.10).
enum DialPlanCmdlets {
    private static let settings: [CmdletParameter] = [
        .text("SimpleName"), .text("Description", .nullable), CmdletParameter("NormalizationRules", .listChange),
    ]
    private static let one = CmdletParameter.identity([.positional, .required, .pipeline])
    static let all = [
        Cmdlet(
            "New-CsTenantDialPlan", "Makes a tenant dial plan", changes: true, [.identity([.positional, .required])] + settings, body: new),
        Cmdlet(
            "Set-CsTenantDialPlan", "Changes a tenant dial plan; Global if none is named", changes: true, [.identity()] + settings,
            body: set),
        Cmdlet("Get-CsTenantDialPlan", "Shows tenant dial plans", [.identity(), .filter], body: get),
        Cmdlet("Remove-CsTenantDialPlan", "Removes a tenant dial plan with its rules", changes: true, [one], body: remove),
        Cmdlet(
            "Grant-CsTenantDialPlan", "Gives a user, a group or everybody a dial plan", changes: true, GrantedPolicy.parameters,
            body: { given, workspace throws(CmdletError) in try GrantedPolicy.dialPlan.run(given, &workspace) }),
        Cmdlet(
            "New-CsVoiceNormalizationRule", "Makes a rule to put into a dial plan",
            [
                .identity([.positional], group: "name"), .text("Name", group: "name"), .text("Parent"), .text("Pattern"),
                .text("Translation"),
                .text("Description"), CmdletParameter("IsInternalExtension", .truth),
                CmdletParameter("Priority", .integer(0...Int(Int32.max))),
                .toggle("InMemory"),
            ], body: newRule),
    ]

    private static func new(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let name = try checked(try given.name(), "Identity")
        guard !workspace.tenant.dialPlans.contains(name) else { throw .exists("Identity", "there is already a dial plan \(name)") }
        guard workspace.tenant.dialPlans.count < TenantLimits.dialPlans else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(TenantLimits.dialPlans) dial plans")
        }
        let prefixAll = TenantDialPlan.NormalizationRule(name: "Prefix All")
        var plan = TenantDialPlan(name: name, normalizationRules: given.has("NormalizationRules") ? [] : [prefixAll])
        try change(&plan, given, &workspace)
        return [.object(output(plan))]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var plan = try named(try given.name(orElse: "Global"), workspace.tenant)
        try change(&plan, given, &workspace)
        return []
    }

    private static func change(_ plan: inout TenantDialPlan, _ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) {
        if let simpleName = given.text("SimpleName") { plan.simpleName = try checked(simpleName, "SimpleName", isSimple: true) }
        if given.has("Description") { plan.description = given.text("Description") ?? "" }
        guard plan.description.count <= TenantDialPlan.descriptionLimit else {
            throw .invalid("Description", "a dial plan's description has up to \(TenantDialPlan.descriptionLimit) characters")
        }
        if let change = given.change("NormalizationRules") {
            plan.normalizationRules = try apply(change, to: plan.normalizationRules, &workspace)
        }
        let isTaken = workspace.tenant.dialPlans.elements.contains {
            $0.simpleName.isSameName(as: plan.simpleName) && !$0.name.isSameName(as: plan.name)
        }
        guard !isTaken else { throw .exists("SimpleName", "another dial plan has the simple name \(plan.simpleName)") }
        workspace.tenant.dialPlans[plan.name] = plan
    }

    private static func checked(_ name: String, _ parameter: String, isSimple: Bool = false) throws(CmdletError) -> String {
        guard TenantDialPlan.isName(name, isSimple: isSimple) else { throw .invalid(parameter, "-\(parameter) \(TenantDialPlan.nameRule)") }
        return name
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try given.selected(from: workspace.tenant.dialPlans.elements, "dial plan", identity: \.name.asIdentity).map { .object(output($0)) }
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let plan = try named(try given.name(), workspace.tenant)
        if plan.name.isSameName(as: "Global") {
            workspace.tenant.dialPlans["Global"] = TenantDialPlan(name: "Global")
            workspace.warn("Global cannot be removed; it has its values from the start again")
        } else {
            try GrantedPolicy.dialPlan.checkUnused(plan.name, &workspace)
            workspace.tenant.dialPlans[plan.name] = nil
        }
        return []
    }

    private static func named(_ name: String, _ tenant: Tenant) throws(CmdletError) -> TenantDialPlan {
        if let plan = tenant.dialPlans[name] { return plan }
        let nearest = nearestName(to: name, among: tenant.dialPlans.elements.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw .notFound("Identity", "there is no dial plan \(name)\(nearest)")
    }

    private static func output(_ plan: TenantDialPlan) -> OutputObject {
        OutputObject([
            "Identity": .text(plan.name.asIdentity), "SimpleName": .text(plan.simpleName), "Description": .text(plan.description),
            "NormalizationRules": .list(plan.normalizationRules.map { .object(output($0)) }),
        ])
    }
}

extension DialPlanCmdlets {
    static func output(_ rule: TenantDialPlan.NormalizationRule) -> OutputObject {
        OutputObject([
            "Description": .text(rule.description), "Pattern": .text(rule.pattern), "Translation": .text(rule.translation),
            "Name": .text(rule.name), "IsInternalExtension": .truth(rule.isInternalExtension),
        ])
    }

    private static func newRule(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        guard given.flag("InMemory") else {
            throw .refused("a rule is made with -InMemory and put into a dial plan with -NormalizationRules", parameter: "InMemory")
        }
        if given.has("Parent"), given.has("Identity") {
            throw CmdletError(.invalidArgument, "AmbiguousParameterSet", "-Identity and -Parent exclude each other", parameter: "Parent")
        }
        let identity = given.text("Identity")
        guard let name = given.text("Name") ?? identity?.split(separator: "/").last.map(String.init) else {
            throw .invalid("Name", "a rule needs -Identity scope/name, or -Parent and -Name")
        }
        var rule = TenantDialPlan.NormalizationRule(name: try name.checkedAsName("Name"), description: given.text("Description") ?? "")
        if let pattern = given.text("Pattern") { rule.pattern = pattern }
        if let translation = given.text("Translation") { rule.translation = translation }
        rule.isInternalExtension = given.truth("IsInternalExtension") ?? false
        guard rule.description.count <= TenantDialPlan.ruleDescriptionLimit else {
            throw .invalid("Description", "a rule's description has up to \(TenantDialPlan.ruleDescriptionLimit) characters")
        }
        _ = try compile(rule)
        if given.has("Priority") {
            workspace.warn("-Priority of the rule \(rule.name) is not kept: rules are tried in the order in which the dial plan has them")
        }
        if !rule.translation.hasPrefix("+") {
            workspace.warn("what the rule \(rule.name) makes does not begin with a plus, so other rules are tried on it once more")
        }
        return [.object(output(rule))]
    }

    /// A rule made ready, or what is wrong with it.
    static func compile(_ rule: TenantDialPlan.NormalizationRule) throws(CmdletError) -> CompiledDialPlan.Rule {
        let pattern = try Pattern(rule.pattern, named: "Pattern")
        do throws(Replacement.TooLong) {
            return CompiledDialPlan.Rule(name: rule.name, pattern: pattern, replacement: try Replacement(rule.translation, for: pattern))
        } catch {
            throw .invalid("Translation", "a translation has at most \(Replacement.limit) bytes")
        }
    }

    static func rule(_ value: CmdletValue, _ parameter: String) throws(CmdletError) -> TenantDialPlan.NormalizationRule {
        guard case .object(let object) = value, let name = object["Name"]?.text, let pattern = object["Pattern"]?.text,
            let translation = object["Translation"]?.text
        else {
            throw CmdletError(
                .invalidType, "CannotConvertArgument", "-\(parameter) takes what New-CsVoiceNormalizationRule -InMemory puts out",
                parameter: parameter)
        }
        let isInternal = object["IsInternalExtension"]?.text?.isSameName(as: "True") ?? false
        return TenantDialPlan.NormalizationRule(
            name: name, description: object["Description"]?.text ?? "", pattern: pattern, translation: translation,
            isInternalExtension: isInternal)
    }

    private static func apply(
        _ change: ListChange, to rules: [TenantDialPlan.NormalizationRule], _ workspace: inout Workspace
    ) throws(CmdletError) -> [TenantDialPlan.NormalizationRule] {
        var result = rules
        let added: [CmdletValue]
        switch change {
        case .replace(let values): (result, added) = ([], values)
        case .modify(let remove, let add):
            added = add
            for value in remove {
                let gone = try rule(value, "NormalizationRules")
                if !result.contains(where: { $0.name.isSameName(as: gone.name) }) {
                    workspace.warn("there is no rule \(gone.name) to remove")
                }
                result.removeAll { $0.name.isSameName(as: gone.name) }
            }
        }
        for value in added {
            let new = try rule(value, "NormalizationRules")
            guard !result.contains(where: { $0.name.isSameName(as: new.name) }) else {
                throw .exists("NormalizationRules", "there is already a rule \(new.name)")
            }
            _ = try compile(new)
            result.append(new)
        }
        guard result.count <= TenantDialPlan.ruleLimit else {
            throw CmdletError(
                .limitsExceeded, "LimitExceeded", "a dial plan has at most \(TenantDialPlan.ruleLimit) rules",
                parameter: "NormalizationRules")
        }
        return result
    }
}
