import Dialing
import Patterns
import Testing

@Suite struct LintTests {
    static func lint(_ change: (inout Contoso) -> Void) -> [LintFinding] {
        var contoso = Contoso.worked()
        contoso.tenant.voiceRoutes["INTL"]?.numberPattern = "^\\+\\d+$"
        change(&contoso)
        return contoso.directory().lint(tenant: contoso.tenant.id).findings
    }

    @Test("a report has the first thousand findings in the order of the document, and the count of the others")
    func bounded() {
        var contoso = Contoso.worked()
        for number in 0..<700 {
            let name = "Old \(number)"
            contoso.tenant.voiceRoutes[name] = VoiceRoute(name: name, numberPattern: "44\\d+", onlinePstnUsages: [], priority: number + 10)
        }
        let directory = contoso.directory(), report = directory.lint(tenant: contoso.tenant.id)
        var all: [LintFinding] = []
        directory.eachFinding(of: contoso.tenant.id) { all.append($0) }
        #expect(LintReport.limit == 1_000 && all.count >= 1_400)
        #expect(report.findings == Array(all.prefix(1_000)) && report.more == all.count - 1_000)
    }

    @Test("nothing to say of a sound tenant") func sound() { #expect(Self.lint { _ in } == []) }

    @Test(
        "patterns that are not what they seem",
        arguments: [
            ("^\\+1(425|206) (\\d{7})$", "matches no number"), ("^\\\\+1(\\d{10})$", "matches no number"),
            ("^\\+1. *x", "matches no number"), ("^\\+1425|\\+1206", "one side only"), ("^\\+1?911|933$", "one side only"),
            ("44\\d+", "matches more"), ("[0-9]{10}", "matches more"), ("1425\\d{7}$", "matches more"),
        ])
    func patterns(pattern: String, reason: String) {
        let findings = Self.lint { $0.tenant.voiceRoutes["INTL"]?.numberPattern = pattern }
        let finding = findings.first { $0.object == "route INTL" }
        #expect(finding?.reason.contains(reason) == true && finding?.reason.contains(pattern) == true, "\(findings)")
        #expect(finding?.mend.hasSuffix(".") == true)
    }

    @Test(
        "catch-alls and patterns in parentheses are left alone",
        arguments: ["\\d+", ".*", "^\\+(1|44)\\d+$", "^(\\+1|\\+44)", "^\\+1|^\\+44", "\\+44\\d+", "^\\+1425"])
    func quiet(pattern: String) {
        #expect(Self.lint { $0.tenant.voiceRoutes["INTL"]?.numberPattern = pattern } == [])
    }

    @Test("each with its object and what is the matter", arguments: Self.rows)
    func row(_ object: String, _ reason: String, _ change: @Sendable (inout Contoso) -> Void) {
        let findings = Self.lint(change)
        #expect(findings.contains { $0.object == object && $0.reason.contains(reason) }, "\(findings)")
    }

    static let rows: [(String, String, @Sendable (inout Contoso) -> Void)] = [
        ("route US-CAN A", "is not assigned to the bridge", { $0.tenant.numbers[0].status = .unassigned }),
        ("route US-CAN A", "operator a is suspended", { $0.tenant.operators[0].status = .suspended }),
        (
            "route US-CAN A", "operator a has terminated its agreement with the tenant: bills",
            {
                $0.tenant.operators[0].status = .suspended
                $0.tenant.operators[0].agreement = .init(status: .terminated, reason: "bills", at: 0)
            }
        ),
        ("route US-CAN A", "no trunk in service", { $0.operators[0].trunks = [] }),
        ("policy Global", "None of its routes can carry a call", { $0.tenant.operators = [] }),
        (
            "policy Empty", "lists no usage",
            { $0.tenant.routingPolicies["Empty"] = AudioConferencingRoutingPolicy(name: "Empty") }
        ),
        ("usage International", "no route carries it", { $0.tenant.voiceRoutes["INTL"] = nil }),
        ("route INTL", "No routing policy lists", { $0.tenant.routingPolicies["Global"]?.onlinePstnUsages = ["US and Canada"] }),
        (
            "usage International", "shares it with route Gateway",
            {
                $0.tenant.voiceRoutes["Gateway"] = VoiceRoute(
                    name: "Gateway", numberPattern: "^\\+1", onlinePstnUsages: ["International"], onlinePstnGatewayList: ["sbc"],
                    priority: 9)
            }
        ),
        (
            "route US-CAN A", "an earlier usage matches",
            { $0.tenant.routingPolicies["Global"]?.onlinePstnUsages = ["International", "US and Canada"] }
        ),
        (
            "policy Global", "none leads to a number or a gateway",
            { contoso in for name in ["US-CAN A", "US-CAN B", "INTL"] { contoso.tenant.voiceRoutes[name]?.bridgeSourcePhoneNumber = nil } }
        ),
        ("route US-CAN B", "never the first choice", { $0.tenant.voiceRoutes["US-CAN B"]?.bridgeSourcePhoneNumber = Contoso.numberOfA }),
        ("operator c", "enabled for GB", { $0.tenant.operators[2].countries.append(country("GB")) }),
        ("bridge Conference Bridge", "provided by operator a", { $0.tenant.bridge.defaultServiceNumber = Contoso.numberOfA }),
        ("bridge Conference Bridge", "toll-free", { $0.tenant.numbers[3].isTollFree = true }),
        ("user alice@contoso.example", "meeting policy Gone", { $0.users[0].grants.meetingPolicy = "Gone" }),
        ("user alice@contoso.example", "Teams audio conferencing policy Gone", { $0.users[0].grants.audioConferencingPolicy = "Gone" }),
        ("user alice@contoso.example", "voice routing policy Gone", { $0.users[0].grants.voiceRoutingPolicy = "Gone" }),
        ("user alice@contoso.example", "routing policy Gone", { $0.users[0].grants.audioConferencingRoutingPolicy = "Gone" }),
        ("policy Global", "suspended operator a by route US-CAN A.", { $0.tenant.operators[0].status = .suspended }),
        (
            "policy Global", "suspended operator a by routes US-CAN A and Other.",
            { contoso in
                contoso.tenant.operators[0].status = .suspended
                contoso.route("Other", "^\\+44\\d+$", "International", Contoso.numberOfA, priority: 9)
            }
        ),
        (
            "policy Global", "suspended operator a by route US-CAN A.",
            { contoso in
                contoso.tenant.operators[0].status = .suspended
                contoso.tenant.voiceRoutes["US-CAN A"]?.onlinePstnUsages = ["US and Canada", "International"]
            }
        ),
        ("route US-CAN A", "was not provided by an operator", { $0.tenant.numbers[0].operatorID = Operator.serviceCarrier }),
        ("route US-CAN A", "not one of the tenant's operators", { $0.tenant.operators.removeFirst() }),
        ("route US-CAN A", "not in the tenant's inventory", { $0.tenant.numbers.removeFirst() }),
        ("route INTL", "asked of PCRE2", { $0.tenant.voiceRoutes["INTL"]?.numberPattern = "^\\+(?!1)\\d+$" }),
        (
            "policy Global", "too many or too wide",
            { contoso in
                for index in 0..<60 {
                    let digits = (1...6).map { String((index * 7 + $0 * $0 * 3) % 10) }.joined(separator: "\\d*")
                    contoso.route("Wide \(index)", digits, "International", Contoso.numberOfC, priority: 10 + index)
                }
            }
        ),
    ]

    @Test("what one rule tells, its opposite does not", arguments: Self.opposites)
    func opposite(_ reason: String, _ change: @Sendable (inout Contoso) -> Void) {
        let findings = Self.lint(change)
        #expect(!findings.contains { $0.reason.contains(reason) }, "\(findings)")
        let isTold = Self.rows.contains { row in Self.lint(row.2).contains { $0.reason.contains(reason) } }
        #expect(isTold, "no row of those above is told \(reason)")
    }

    /// For each rule a tenant that comes near it and is sound.
    static let opposites: [(String, @Sendable (inout Contoso) -> Void)] = [
        ("is not assigned to the bridge", { $0.tenant.numbers[0].city = "Redmond" }),
        ("suspended", { $0.tenant.operators[0].countries.append(country("CA")) }),
        ("no trunk in service", { $0.operators[0].trunks.append(Trunk(name: "a-2", uri: "sip:127.0.0.1:5071")) }),
        ("None of its routes can carry a call", { $0.tenant.operators.removeLast() }),
        ("suspended operator", { $0.tenant.operators.removeAll() }),
        (
            "lists no usage",
            { $0.tenant.routingPolicies["One"] = AudioConferencingRoutingPolicy(name: "One", onlinePstnUsages: ["International"]) }
        ),
        ("no route carries it", { $0.tenant.pstnUsages.append("Unlisted") }),
        ("No routing policy lists", { $0.tenant.voiceRoutes["INTL"]?.onlinePstnUsages = ["INTERNATIONAL"] }),
        (
            "shares it with route",
            { contoso in
                contoso.tenant.pstnUsages.append("Gateways")
                contoso.tenant.voiceRoutes["Gateway"] = VoiceRoute(
                    name: "Gateway", numberPattern: "^\\+1", onlinePstnUsages: ["Gateways"], onlinePstnGatewayList: ["sbc"], priority: 9)
            }
        ),
        ("an earlier usage matches", { $0.tenant.voiceRoutes["INTL"]?.numberPattern = "^\\+[2-9]" }),
        ("an earlier usage matches", { $0.tenant.voiceRoutes["US-CAN A"]?.onlinePstnUsages = ["US and Canada", "International"] }),
        ("never the first choice", { $0.tenant.voiceRoutes["US-CAN B"]?.numberPattern = "^\\+1\\d{11}$" }),
        ("It is enabled for", { $0.tenant.operators[2].status = .suspended }),
        ("Its default number", { $0.tenant.bridge.defaultServiceNumber = nil }),
        ("does not exist", { $0.users[0].grants.audioConferencingRoutingPolicy = "GLOBAL" }),
        ("asked of PCRE2", { $0.tenant.voiceRoutes["INTL"]?.numberPattern = "^\\+([02-9]\\d*)$" }),
        (
            "too many or too wide",
            { contoso in
                for index in 0..<60 {
                    contoso.route("Narrow \(index)", "^\\+4\(index)", "International", Contoso.numberOfC, priority: 10 + index)
                }
            }
        ),
    ]

    @Test("each finding names its object, tells the reason in a sentence and says what to do")
    func form() {
        for (_, _, change) in Self.rows {
            for finding in Self.lint(change) {
                #expect(finding.object.contains(" "))
                #expect(finding.reason.hasSuffix(".") && finding.mend.hasSuffix("."), "\(finding)")
                #expect(finding.mend.first?.isUppercase == true, "\(finding)")
            }
        }
    }
}
