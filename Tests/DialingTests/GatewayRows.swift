import Dialing

extension GateTests {
    private static let sbc = "sbc.contoso.example"
    private static let isCarried = "route sbc.contoso.example +14255550199"
    private static func rule(_ pattern: String, _ translation: String) -> TeamsTranslationRule {
        TeamsTranslationRule(name: "R", pattern: pattern, translation: translation)
    }

    /// Routes through the tenant's own gateways (domain reference §4.7, §5.2, §8.11).
    static let gateways: [Row] = [
        Row(testDescription: "a gateway", organizer: "stella", change: { $0.gateways([sbc]) }, answer: isCarried),
        Row(
            testDescription: "two gateways of one route", organizer: "stella", change: { $0.gateways([sbc, "b.example"]) },
            answer: isCarried + ", b.example +14255550199"),
        Row(
            testDescription: "a gateway, then an operator", organizer: "stella",
            change: {
                $0.gateways([sbc])
                $0.route("US-CAN B", "^\\+1", "US and Canada", Contoso.numberOfB, priority: 2)
            }, answer: isCarried + ", b +12065550101"),
        Row(
            testDescription: "one of the gateways that there is not", organizer: "stella",
            change: {
                $0.gateways([sbc, "b.example"])
                $0.tenant.policies.gateways[sbc] = nil
            }, answer: "route b.example +14255550199"),
        Row(
            testDescription: "a gateway that is not enabled", organizer: "stella", change: { $0.gateways([sbc]) { $0.enabled = false } },
            answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway under Operator Connect Conferencing", change: { $0.gateways([sbc]) },
            answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway passed over for the operator behind it",
            change: {
                $0.gateways([sbc])
                $0.route("US-CAN B", "^\\+1", "US and Canada", Contoso.numberOfB, priority: 2)
            }, answer: "route b +12065550101"),
        Row(
            testDescription: "a gateway under pay-per-minute", organizer: "pam",
            change: {
                $0.gateways([sbc])
                $0.user("pam", [.audioConferencingPayPerMinute])
                $0.tenant.settings.operatorRoutesForReducedLicences = true
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway under select dial-out", organizer: "sel",
            change: {
                $0.gateways([sbc])
                $0.user("sel", [.audioConferencingSelectDialOut])
                $0.tenant.settings.operatorRoutesForReducedLicences = true
            }, answer: isCarried),
        Row(
            testDescription: "a gateway at a private address", organizer: "stella", change: { $0.gateways(["10.0.0.1"]) },
            answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway at a public address", organizer: "stella", change: { $0.gateways(["9.9.9.9"]) },
            answer: "route 9.9.9.9 +14255550199"),
        Row(
            testDescription: "a gateway and no default number", organizer: "stella",
            change: {
                $0.gateways([sbc])
                $0.tenant.bridge.defaultServiceNumber = nil
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway and an operator's number as the default", organizer: "stella",
            change: {
                $0.gateways([sbc])
                $0.tenant.bridge.defaultServiceNumber = Contoso.numberOfA
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway with rules for both numbers", organizer: "stella",
            change: {
                $0.gateways([sbc]) { gateway in
                    gateway.outboundPstnNumberTranslationRules = ["Long", "R"]
                    gateway.outboundTeamsNumberTranslationRules = ["R"]
                }
                $0.tenant.policies.translationRules["Long"] = TeamsTranslationRule(name: "Long", pattern: "^\\+44", translation: "x")
                $0.tenant.policies.translationRules["R"] = rule("^\\+1(\\d{10})$", "9$1")
            }, answer: isCarried),
        Row(
            testDescription: "a gateway whose rule makes no number", organizer: "stella",
            change: {
                $0.gateways([sbc]) { $0.outboundTeamsNumberTranslationRules = ["R"] }
                $0.tenant.policies.translationRules["R"] = rule("^\\+1", "sip:")
            }, answer: "operator routeUnusable"),
        Row(
            testDescription: "a gateway whose rule is undecided", organizer: "stella",
            change: {
                $0.gateways([sbc]) { $0.outboundPstnNumberTranslationRules = ["R"] }
                $0.tenant.policies.translationRules["R"] = rule("^\\+(\\d+)+(\\d+)+(\\d+)+[xy]\\1?$", "1")
            }, answer: "operator routeUnusable"),
    ]
}
