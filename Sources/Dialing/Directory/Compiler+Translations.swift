internal import Patterns

extension TenantPolicies {
    /// The rules by which gateways write the numbers of calls to them, each once for each gateway that uses it.
    var usedRules: [TeamsTranslationRule] {
        gateways.elements.flatMap { gateway in
            (gateway.outboundPstnNumberTranslationRules + gateway.outboundTeamsNumberTranslationRules).compactMap { translationRules[$0] }
        }
    }
}

extension Compiler {
    /// A tenant's gateways by lower-case name. A rule whose pattern is none is left out: a store of an earlier version can hold such, and
    /// nothing that is written today.
    mutating func compileGateways(of tenant: Tenant, _ acquired: inout [String]) -> [String: CompiledGateway] {
        let policies = tenant.policies
        var gateways: [String: CompiledGateway] = [:]
        for gateway in policies.gateways.elements {
            let called = plan(gateway.outboundPstnNumberTranslationRules, policies, &acquired)
            let caller = plan(gateway.outboundTeamsNumberTranslationRules, policies, &acquired)
            gateways[gateway.name.lowercased()] = CompiledGateway(gateway, NumberTranslation(called: called, caller: caller))
        }
        return gateways
    }

    private mutating func plan(_ names: [String], _ policies: TenantPolicies, _ acquired: inout [String]) -> CompiledDialPlan {
        var rules: [CompiledDialPlan.Rule] = []
        for rule in names.compactMap({ policies.translationRules[$0] }) {
            guard let pattern = try? acquire(rule.pattern) else { continue }
            acquired.append(rule.pattern)
            if let ready = rule.plain.compiled(by: pattern) { rules.append(ready) }
        }
        return CompiledDialPlan(name: "", rules: rules)
    }
}

extension NumberRule {
    /// Ready to be applied; nil where its pattern is none, which only a store of an earlier version can hold.
    func compiled(by pattern: Pattern) -> CompiledDialPlan.Rule? {
        guard let replacement = try? Replacement(translation, for: pattern) else { return nil }
        return CompiledDialPlan.Rule(name: name, pattern: pattern, replacement: replacement)
    }

    /// The first field that breaks a rule (domain reference §5.2), and the rule.
    package var brokenRule: (field: String, rule: String)? {
        for (field, text, limit) in [
            ("name", name, Self.nameLimit), ("pattern", pattern, Self.patternLimit), ("translation", translation, Self.translationLimit),
        ] where !(1...limit).contains(text.utf8.count) || text.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            return (field, "has 1 to \(limit) bytes and no control characters")
        }
        do throws(Pattern.Invalid) {
            try Pattern.check(written: pattern)
            _ = try Pattern(pattern)
        } catch {
            return ("pattern", error.rule(of: pattern))
        }
        return nil
    }
}

extension Pattern.Invalid {
    /// Why a source is none, as a sentence without its full stop.
    func rule(of source: String) -> String {
        "\(source) is not a pattern: \(message), at offset \(offset)" + (hint.map { "; \($0)" } ?? "")
    }
}

extension Trunk {
    /// How numbers are written for it; nil where it has no rules.
    var translation: NumberTranslation? {
        let called = Self.plan(calledNumberRules), caller = Self.plan(callerIDRules)
        return called.rules.isEmpty && caller.rules.isEmpty ? nil : NumberTranslation(called: called, caller: caller)
    }

    private static func plan(_ rules: [NumberRule]?) -> CompiledDialPlan {
        CompiledDialPlan(name: "", rules: (rules ?? []).compactMap { rule in (try? Pattern(rule.pattern)).flatMap(rule.compiled) })
    }
}
