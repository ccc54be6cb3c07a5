import Dialing

/// Gateways of the tenant's own and the rules by which numbers are written for them (domain reference §5.2, §8.11).
enum GatewayCmdlets {
    private typealias Truth = any WritableKeyPath<PSTNGateway, Bool> & Sendable
    private typealias Text = any WritableKeyPath<PSTNGateway, String?> & Sendable
    private typealias Rules = any WritableKeyPath<PSTNGateway, [String]> & Sendable

    private static let truths: [(name: String, path: Truth)] = [
        ("Enabled", \.enabled), ("SendSipOptions", \.sendSipOptions), ("ForwardPai", \.forwardPai),
        ("ForwardCallHistory", \.forwardCallHistory), ("MediaBypass", \.mediaBypass), ("GatewaySiteLbrEnabled", \.gatewaySiteLbrEnabled),
        ("GatewayLbrEnabledUserOverride", \.gatewayLbrEnabledUserOverride), ("PidfLoSupported", \.pidfLoSupported),
    ]
    private static let texts: [(name: String, path: Text)] = [
        ("GatewaySiteId", \.gatewaySiteId), ("ProxySbc", \.proxySbc),
        ("MediaRelayRoutingLocationOverride", \.mediaRelayRoutingLocationOverride),
    ]
    private static let rules: [(name: String, path: Rules)] = [
        ("InboundTeamsNumberTranslationRules", \.inboundTeamsNumberTranslationRules),
        ("InboundPstnNumberTranslationRules", \.inboundPstnNumberTranslationRules),
        ("OutboundTeamsNumberTranslationRules", \.outboundTeamsNumberTranslationRules),
        ("OutboundPstnNumberTranslationRules", \.outboundPstnNumberTranslationRules),
    ]
    private static let settings: [CmdletParameter] =
        truths.map { CmdletParameter($0.name, .truth) } + texts.map { CmdletParameter.text($0.name, .nullable) }
        + rules.map { CmdletParameter($0.name, .listChange) } + [
            CmdletParameter("MaxConcurrentSessions", .integer(1...100_000), .nullable), .text("FailoverResponseCodes"),
            CmdletParameter("FailoverTimeSeconds", .integer(1...120)),
            CmdletParameter("BypassMode", .choice(PSTNGateway.BypassMode.allCases.map(\.rawValue))),
            CmdletParameter("IPAddressVersion", .choice(PSTNGateway.AddressVersion.allCases.map(\.rawValue))),
            .text("Description", .nullable),
        ]
    private static let noun = "CsOnlinePSTNGateway"
    private static func port(_ options: CmdletParameter.Options) -> CmdletParameter {
        CmdletParameter("SipSignalingPort", .integer(1...65_535), options)
    }

    static let all = [
        Cmdlet(
            "New-\(noun)", "Keeps a gateway of your own", changes: true,
            [.identity([.positional, .required], group: "name"), .text("Fqdn", group: "name"), port(.required)] + settings, body: new),
        Cmdlet(
            "Set-\(noun)", "Changes a gateway", changes: true,
            [.identity([.positional, .required, .pipeline], group: "name"), .text("Fqdn", group: "name"), port([])] + settings, body: set),
        Cmdlet("Get-\(noun)", "Shows the gateways", [.identity(), .filter], body: get),
        Cmdlet("Remove-\(noun)", "Removes a gateway", changes: true, [.identity([.positional, .required, .pipeline])], body: remove),
    ]

    private static func new(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let parameter = given.has("Fqdn") ? "Fqdn" : "Identity", name = try given.required(parameter)
        guard !workspace.tenant.policies.gateways.contains(name) else { throw .exists(parameter, "there is already a gateway \(name)") }
        guard workspace.tenant.policies.gateways.count < TenantPolicies.limit else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(TenantPolicies.limit) gateways")
        }
        var gateway = PSTNGateway(name: name, sipSignalingPort: given.integer("SipSignalingPort") ?? 0)
        try change(&gateway, given, &workspace)
        return [.object(output(gateway))]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var gateway = try named(given.has("Fqdn") ? try given.required("Fqdn") : try given.required("Identity"), workspace.tenant)
        if let port = given.integer("SipSignalingPort") { gateway.sipSignalingPort = port }
        try change(&gateway, given, &workspace)
        return []
    }

    private static func change(_ gateway: inout PSTNGateway, _ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) {
        for (name, path) in truths { if let truth = given.truth(name) { gateway[keyPath: path] = truth } }
        for (name, path) in texts where given.has(name) { gateway[keyPath: path] = given.text(name) }
        for (name, path) in rules {
            guard let change = given.change(name) else { continue }
            gateway[keyPath: path] = try change.applied(to: gateway[keyPath: path], name, &workspace)
            for rule in gateway[keyPath: path] where !workspace.tenant.policies.translationRules.contains(rule) {
                throw .notFound(name, "translation rule", rule, among: workspace.tenant.policies.translationRules.elements.map(\.name))
            }
        }
        if given.has("MaxConcurrentSessions") { gateway.maxConcurrentSessions = given.integer("MaxConcurrentSessions") }
        if let codes = given.text("FailoverResponseCodes") { gateway.failoverResponseCodes = codes }
        if let seconds = given.integer("FailoverTimeSeconds") { gateway.failoverTimeSeconds = seconds }
        if let mode = given.text("BypassMode").flatMap(PSTNGateway.BypassMode.init) { gateway.bypassMode = mode }
        if let version = given.text("IPAddressVersion").flatMap(PSTNGateway.AddressVersion.init) { gateway.ipAddressVersion = version }
        if given.has("Description") { gateway.description = given.text("Description") ?? "" }
        if let broken = gateway.brokenRule ?? gateway.brokenForm(since: workspace.tenant.policies.gateways[gateway.name]) {
            let parameter = broken.field.prefix(1).uppercased() + broken.field.dropFirst()
            throw .invalid(parameter, "-\(parameter) \(broken.rule)")
        }
        workspace.tenant.policies.gateways[gateway.name] = gateway
    }

    private static func named(_ name: String, _ tenant: Tenant) throws(CmdletError) -> PSTNGateway {
        guard let gateway = tenant.policies.gateways[name] else {
            throw .notFound("Identity", "gateway", name, among: tenant.policies.gateways.elements.map(\.name))
        }
        return gateway
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try given.selected(from: workspace.tenant.policies.gateways.elements, "gateway", identity: \.name).map { .object(output($0)) }
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let gateway = try named(try given.required("Identity"), workspace.tenant)
        let routes = workspace.tenant.voiceRoutes.elements.filter { route in
            route.onlinePstnGatewayList.contains { $0.isSameName(as: gateway.name) }
        }
        guard routes.isEmpty else {
            throw .refused(
                "\(gateway.name) must be removed from all routes first: \(enumeration(routes.map(\.name)))", parameter: "Identity")
        }
        workspace.tenant.policies.gateways[gateway.name] = nil
        return []
    }

    private static func output(_ gateway: PSTNGateway) -> OutputObject {
        func property(_ name: String, _ value: CmdletValue) -> OutputObject.Property { OutputObject.Property(name: name, value: value) }
        return OutputObject([
            "Identity": .text(gateway.name), "Fqdn": .text(gateway.name), "SipSignalingPort": .integer(gateway.sipSignalingPort),
            "MaxConcurrentSessions": gateway.maxConcurrentSessions.map { .integer($0) } ?? .null,
            "FailoverResponseCodes": .text(gateway.failoverResponseCodes), "FailoverTimeSeconds": .integer(gateway.failoverTimeSeconds),
            "BypassMode": .text(gateway.bypassMode.rawValue), "IPAddressVersion": .text(gateway.ipAddressVersion.rawValue),
            "Description": .text(gateway.description),
        ]).followed(
            by: truths.map { property($0.name, .truth(gateway[keyPath: $0.path])) }
                + texts.map { property($0.name, .optional(gateway[keyPath: $0.path])) }
                + rules.map { property($0.name, .texts(gateway[keyPath: $0.path])) })
    }
}

/// Rules that write a number for a gateway (domain reference §5.2).
enum TranslationRuleCmdlets {
    private static let settings: [CmdletParameter] = [.text("Pattern"), .text("Translation"), .text("Description", .nullable)]
    private static let noun = "CsTeamsTranslationRule"
    static let all = [
        Cmdlet(
            "New-\(noun)", "Makes a translation rule", changes: true,
            [.identity([.positional, .required], group: "name"), .text("Name", group: "name")] + settings, body: new),
        Cmdlet(
            "Set-\(noun)", "Changes a translation rule", changes: true, [.identity([.positional, .required, .pipeline])] + settings,
            body: set),
        Cmdlet("Get-\(noun)", "Shows translation rules", [.identity(), .filter], body: get),
        Cmdlet(
            "Remove-\(noun)", "Removes a translation rule", changes: true, [.identity([.positional, .required, .pipeline])], body: remove),
        Cmdlet(
            "Test-\(noun)", "Shows what translation rules make of a number",
            [.text("PhoneNumber", [.positional, .required, .pipeline]), .identity([])], body: test),
    ]

    private static func new(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let parameter = given.has("Name") ? "Name" : "Identity", name = try given.required(parameter).checkedAsName(parameter)
        guard !workspace.tenant.policies.translationRules.contains(name) else {
            throw .exists(parameter, "there is already a translation rule \(name)")
        }
        guard workspace.tenant.policies.translationRules.count < NumberRule.limitOfTenant else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(NumberRule.limitOfTenant) translation rules")
        }
        var rule = TeamsTranslationRule(name: name, pattern: try given.required("Pattern"), translation: try given.required("Translation"))
        try change(&rule, given, &workspace)
        return [.object(output(rule))]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var rule = try named(try given.required("Identity"), workspace.tenant)
        if let pattern = given.text("Pattern") { rule.pattern = pattern }
        if let translation = given.text("Translation") { rule.translation = translation }
        try change(&rule, given, &workspace)
        return []
    }

    private static func change(_ rule: inout TeamsTranslationRule, _ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) {
        if given.has("Description") { rule.description = given.text("Description") ?? "" }
        if let broken = rule.plain.brokenRule {
            let parameter = broken.field == "name" ? "Identity" : broken.field.prefix(1).uppercased() + broken.field.dropFirst()
            throw .invalid(parameter, broken.rule.hasPrefix("has ") ? "-\(parameter) \(broken.rule)" : broken.rule)
        }
        workspace.tenant.policies.translationRules[rule.name] = rule
    }

    private static func compile(_ rule: TeamsTranslationRule) throws(CmdletError) -> CompiledDialPlan.Rule {
        try DialPlanCmdlets.compile(
            TenantDialPlan.NormalizationRule(name: rule.name, pattern: rule.pattern, translation: rule.translation))
    }

    private static func named(_ name: String, _ tenant: Tenant) throws(CmdletError) -> TeamsTranslationRule {
        guard let rule = tenant.policies.translationRules[name] else {
            throw .notFound("Identity", "translation rule", name, among: tenant.policies.translationRules.elements.map(\.name))
        }
        return rule
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try given.selected(from: workspace.tenant.policies.translationRules.elements, "translation rule", identity: \.name).map {
            .object(output($0))
        }
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let rule = try named(try given.required("Identity"), workspace.tenant)
        let gateways = workspace.tenant.policies.gateways.elements.filter { $0.translationRules.contains { $0.isSameName(as: rule.name) } }
        guard gateways.isEmpty else {
            throw .refused(
                "the translation rule \(rule.name) is used by the gateways \(enumeration(gateways.map(\.name)))", parameter: "Identity")
        }
        workspace.tenant.policies.translationRules[rule.name] = nil
        return []
    }

    /// The first rule that matches makes the number; that none does, or that it makes no number, is an error (domain reference §5.2).
    private static func test(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let number = try given.required("PhoneNumber")
        let rules: [TeamsTranslationRule] =
            if let name = given.text("Identity") { [try named(name, workspace.tenant)] } else {
                workspace.tenant.policies.translationRules.elements
            }
        var compiled: [CompiledDialPlan.Rule] = []
        for rule in rules { compiled.append(try compile(rule)) }
        guard let made = try DialPlanTestCmdlets.translate(number, by: CompiledDialPlan(name: "", rules: compiled)) else {
            throw CmdletError(.invalidArgument, "NoMatch", "no translation rule matches \(number)", parameter: "PhoneNumber")
        }
        guard NumberTranslation.isNumber(made.text) else {
            throw CmdletError(
                .invalidArgument, "InvalidTranslation",
                "the translation rule \(made.rule) makes \"\(made.text)\" of \(number), which is no number: digits and *, perhaps behind a plus",
                parameter: "PhoneNumber")
        }
        return [
            .object(
                OutputObject([
                    "Identity": .text(made.rule), "PhoneNumber": .text(number), "PhoneNumberTranslated": .text(made.text),
                ]))
        ]
    }

    private static func output(_ rule: TeamsTranslationRule) -> OutputObject {
        OutputObject([
            "Identity": .text(rule.name), "Name": .text(rule.name), "Description": .text(rule.description), "Pattern": .text(rule.pattern),
            "Translation": .text(rule.translation),
        ])
    }
}
