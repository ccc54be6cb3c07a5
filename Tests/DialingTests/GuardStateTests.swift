import Dialing
import Testing

/// What a number, a relation or a route is already decides what may become of it, and by whose hand.
@Suite struct GuardStateTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let what: String
        let asker: Asker
        /// Nil where the change is taken.
        let refusal: (field: String, kind: InvalidChange.Kind, rule: String)?
        let before: @Sendable (inout Contoso) -> Void
        let change: @Sendable (inout Tenant) -> Void
        var testDescription: String { "\(asker): \(what)" }
    }

    /// A row about the number that is on no bridge, `numbers[4]`.
    private static func number(
        _ what: String, _ asker: Asker, _ refusal: (member: String, kind: InvalidChange.Kind, rule: String)? = nil,
        before: @escaping @Sendable (inout PhoneNumberAssignment) -> Void = { _ in },
        _ change: @escaping @Sendable (inout PhoneNumberAssignment) -> Void
    ) -> Row {
        Row(
            what: what, asker: asker, refusal: refusal.map { ("numbers[\(GuardTests.fresh)]\($0.member)", $0.kind, $0.rule) },
            before: { before(&$0.tenant.numbers[4]) }, change: { change(&$0.numbers[4]) })
    }

    private static func released(
        _ before: PhoneNumberAssignment.Release?, _ asker: Asker, _ after: PhoneNumberAssignment.Release?,
        _ kind: InvalidChange.Kind? = nil, _ rule: String = ""
    ) -> Row {
        number(
            "from \(before?.rawValue ?? "none") to \(after?.rawValue ?? "none")", asker, kind.map { (".release", $0, rule) },
            before: { $0.release = before }, { $0.release = after })
    }

    private static func removed(_ release: PhoneNumberAssignment.Release?, _ asker: Asker, _ kind: InvalidChange.Kind?, _ rule: String = "")
        -> Row
    {
        Row(
            what: "removed when \(release?.rawValue ?? "none")", asker: asker,
            refusal: kind.map { ("numbers[\(GuardTests.fresh)]", $0, rule) }, before: { $0.tenant.numbers[4].release = release },
            change: { $0.numbers.removeLast() })
    }

    static let releases: [Row] = [
        released(nil, .administrator, .releaseRequested), released(nil, .operator("a"), .releaseRequested),
        released(.releaseRequested, .administrator, nil), released(.markedForRemoval, .operator("a"), nil),
        released(.markedForRemoval, .administrator, nil, .forbidden, "is MarkedForRemoval, and the operator's to take back"),
        released(.releaseRequested, .administrator, .markedForRemoval, .forbidden, "MarkedForRemoval is its operator's to say"),
        released(.releaseRequested, .operator("b"), .markedForRemoval, .forbidden, "MarkedForRemoval is its operator's to say"),
        released(.releaseRequested, .operator("a"), .markedForRemoval), released(.releaseRequested, .platform, .markedForRemoval),
        released(.markedForRemoval, .operator("a"), .readyForRemoval),
        released(.releaseRequested, .operator("a"), .readyForRemoval, .conflict, "goes on to MarkedForRemoval, not to ReadyForRemoval"),
        released(nil, .operator("a"), .markedForRemoval, .conflict, "goes on to ReleaseRequested, not to MarkedForRemoval"),
        released(.readyForRemoval, .operator("a"), .releaseRequested, .conflict, "goes on to nothing, not to ReleaseRequested"),
        released(nil, .importer, .releaseRequested, .forbidden, "is changed by Set- and Remove-CsPhoneNumberAssignment"),
        removed(.readyForRemoval, .operator("a"), nil), removed(nil, .platform, nil),
        removed(.markedForRemoval, .operator("a"), .conflict, "goes when it is ReadyForRemoval"),
        removed(nil, .operator("a"), .conflict, "goes when it is ReadyForRemoval"),
        removed(.readyForRemoval, .operator("b"), .forbidden, "an operator releases its own numbers"),
        removed(.readyForRemoval, .administrator, .forbidden, "is its operator's to release"),
        Row(
            what: "removed under a route", asker: .operator("a"),
            refusal: ("numbers[\(Contoso.numberOfA)]", .conflict, "it is released when nothing holds it any more"), before: { _ in },
            change: { $0.numbers.removeFirst() }),
        Row(
            what: "one on the bridge", asker: .administrator,
            refusal: ("numbers[\(Contoso.numberOfA)].release", .conflict, "a number that is ConferenceAssigned is not released"),
            before: { _ in }, change: { $0.numbers[0].release = .releaseRequested }),
        Row(
            what: "a shared one", asker: .administrator,
            refusal: ("numbers[\(Contoso.defaultNumber)].release", .conflict, "is a shared number, which is never released"),
            before: {
                ($0.tenant.numbers[3].shared, $0.tenant.numbers[3].status) = (true, .unassigned)
                $0.tenant.bridge.defaultServiceNumber = nil
            }, change: { $0.numbers[3].release = .releaseRequested }),
    ]

    static let members: [Row] = [
        number("its city", .operator("a")) { $0.city = "Seattle" }, number("its city", .platform) { $0.city = "Seattle" },
        number("its city", .administrator, (".city", .forbidden, "is what its operator uploaded")) { $0.city = "Seattle" },
        number("its order", .administrator, (".order", .forbidden, "is what its operator uploaded")) { $0.order = "p" },
        number("its provision", .operator("a"), (".provision", .forbidden, "is what its operator uploaded")) { $0.provision = .init() },
        number("shared", .administrator, (".shared", .forbidden, "is what its operator uploaded")) { $0.shared = true },
        number("its use", .administrator) { $0.usage = .user },
        number("its use", .operator("a"), (".usage", .forbidden, "is what its operator uploaded")) { $0.usage = .user },
        number("its use", .platform, (".usage", .conflict, "a number that is UserAssigned keeps its usage")) {
            ($0.usage, $0.status) = (.user, .userAssigned)
        } _: {
            $0.usage = .conference
        },
        number("a toll-free one for users", .platform, (".usage", .invalid, "a toll-free number is not for users")) {
            $0.isTollFree = true
        } _: {
            $0.usage = .user
        },
        number("its country", .platform, (".country", .invalid, "is US by its numbering plan")) { $0.country = country("CA") },
        number("toll-free", .platform, (".isTollFree", .invalid, "is false by its numbering plan")) { $0.isTollFree = true },
        number("its user", .importer, (".assignedTo", .forbidden, "and not by a document")) { $0.assignedTo = "alice@contoso.example" },
        number("its block", .importer, (".block", .forbidden, "and not by a document")) { $0.block = .init(until: nil) },
        number("on the bridge", .administrator, (".status", .invalid, "was provided for user use, not for audio conferencing")) {
            $0.usage = .user
        } _: {
            $0.status = .conferenceAssigned
        },
        number("to a user", .administrator) {
            $0.usage = .user
        } _: {
            ($0.status, $0.assignedTo) = (.userAssigned, "alice@contoso.example")
        },
        number("to nobody", .administrator, (".assignedTo", .invalid, "is the user that a number is UserAssigned to")) {
            $0.usage = .user
        } _: {
            $0.status = .userAssigned
        },
        number("to a user", .administrator, (".status", .forbidden, "UserAssigned is not an administrator's to set here")) {
            $0.status = .userAssigned
        },
        number("to a user", .platform, (".status", .invalid, "was provided for conference use, not for users")) {
            ($0.status, $0.assignedTo) = (.userAssigned, "alice@contoso.example")
        },
        number("to an application", .platform, (".status", .invalid, "was provided for conference use, not for applications")) {
            $0.status = .voiceApplicationAssigned
        },
        number("a user of one that is unassigned", .platform, (".assignedTo", .invalid, "goes with the status UserAssigned")) {
            $0.assignedTo = "alice@contoso.example"
        },
        number("a user of one on the bridge", .platform, (".assignedTo", .invalid, "goes with the status UserAssigned")) {
            $0.status = .conferenceAssigned
        } _: {
            $0.assignedTo = "alice@contoso.example"
        },
        number("a stored assignment to nobody is taken back", .administrator) {
            ($0.usage, $0.status) = (.user, .userAssigned)
        } _: {
            $0.status = .unassigned
        },
        number("shared", .platform, (".shared", .invalid, "is none of the sharedNumbers of service-carrier")) { $0.shared = true },
        number("blocked until before", .platform, (".block.until", .invalid, "is in milliseconds since 1970")) {
            $0.block = .init(until: -5)
        },
        number("blocked for ever", .platform) { $0.block = .init(until: nil) },
        number("a city with a line end", .operator("a"), (".city", .invalid, "no control characters")) { $0.city = "a\nb" },
        number("a long city", .platform, (".city", .invalid, "256 bytes")) { $0.city = String(repeating: "c", count: 257) },
        number("an empty profile", .platform, (".provision.callingProfile", .invalid, "has 1 to 64 bytes")) {
            $0.provision = .init()
            $0.provision?.callingProfile = ""
        },
        number("an address for a conference", .platform, (".provision.civicAddressId", .invalid, "is for numbers of users")) {
            $0.provision = .init()
            $0.provision?.civicAddressId = "a"
        },
        number("a capability twice", .platform, (".provision.capabilities", .invalid, "names a capability twice")) {
            $0.provision = .init()
            $0.provision?.capabilities = [.inboundCalling, .inboundCalling]
        },
        number("off the bridge", .administrator) {
            $0.status = .conferenceAssigned
        } _: {
            $0.status = .unassigned
        },
    ]

    static let others: [Row] = [
        Row(
            what: "an operator that leaves numbers behind", asker: .platform,
            refusal: ("numbers[+14255550166]", .invalid, "goes with its operator d"),
            before: {
                $0.tenant.operators.append(GuardTests.relation("d"))
                $0.tenant.numbers.append(GuardTests.assignment(DialingTests.number("+14255550166"), "d"))
            }, change: { $0.operators.removeAll { $0.operatorID == "d" } }),
        Row(
            what: "an operator with its numbers", asker: .administrator, refusal: nil,
            before: {
                $0.tenant.operators.append(GuardTests.relation("d"))
                $0.tenant.numbers.append(GuardTests.assignment(DialingTests.number("+14255550166"), "d"))
            },
            change: {
                $0.operators.removeAll { $0.operatorID == "d" }
                $0.numbers.removeAll { $0.operatorID == "d" }
            }),
        Row(
            what: "no conferencing any more, with numbers on the bridge", asker: .administrator,
            refusal: ("operators[a].products", .conflict, "1 numbers of a are still assigned: +12065550100; unassign them first"),
            before: { $0.operators[0].products = [.conferencing, .calling] }, change: { $0.operators[0].products = [.calling] }),
        Row(
            what: "the same with more numbers than are named", asker: .administrator,
            refusal: (
                "operators[a].products", .conflict,
                "7 numbers of a are still assigned: +12065550100, +12065550110, +12065550111, +12065550112, +12065550113; unassign them first"
            ),
            before: {
                $0.operators[0].products = [.conferencing, .calling]
                for digit in 0...5 {
                    let number = DialingTests.number("+1206555011\(digit)")
                    $0.tenant.numbers.append(GuardTests.assignment(number, "a", status: .conferenceAssigned))
                }
            }, change: { $0.operators[0].products = [.calling] }),
        Row(
            what: "a product that is not offered", asker: .administrator,
            refusal: ("operators[a].products", .invalid, "has Calling, which Operator A does not offer"), before: { _ in },
            change: { $0.operators[0].products = [.conferencing, .calling] }),
        Row(
            what: "conferencing and calling", asker: .administrator, refusal: nil,
            before: { $0.operators[0].products = [.conferencing, .calling] },
            change: { $0.operators[0].products = [.conferencing, .calling] }),
        Row(
            what: "more gateways than a route has", asker: .administrator,
            refusal: ("voiceRoutes[New].onlinePstnGatewayList", .invalid, "a route has at most 16 gateways"), before: { _ in },
            change: { $0.voiceRoutes["New"] = route((0...16).map { "g\($0).example" }) }),
        Row(
            what: "a gateway that there is not", asker: .administrator,
            refusal: ("voiceRoutes[New].onlinePstnGatewayList", .invalid, "there is no gateway g.example"), before: { _ in },
            change: { $0.voiceRoutes["New"] = route(["g.example"]) }),
        Row(
            what: "a gateway twice in a route", asker: .importer,
            refusal: ("voiceRoutes[New].onlinePstnGatewayList", .invalid, "no gateway stands twice, as G.example does"),
            before: { $0.tenant.policies.gateways["g.example"] = PSTNGateway(name: "g.example", sipSignalingPort: 5061) },
            change: { $0.voiceRoutes["New"] = route(["g.example", "G.example"]) }),
        Row(
            what: "a gateway that a store's route names in vain", asker: .administrator, refusal: nil,
            before: { $0.tenant.voiceRoutes["New"] = route(["g.example"]) }, change: { $0.voiceRoutes["New"]?.priority = 8 }),
        Row(
            what: "a gateway taken from under a route", asker: .administrator,
            refusal: ("heldPolicies.gateways[g.example]", .conflict, "is in the route New, and must be removed from it first"),
            before: {
                $0.tenant.policies.gateways["g.example"] = PSTNGateway(name: "g.example", sipSignalingPort: 5061)
                $0.tenant.voiceRoutes["New"] = route(["g.example"])
            }, change: { $0.policies.gateways["g.example"] = nil }),
        Row(
            what: "more translation rules than a tenant has", asker: .administrator,
            refusal: ("heldPolicies.translationRules", .invalid, "has at most 400 rules"), before: { _ in },
            change: { tenant in
                for index in 0...400 { tenant.policies.translationRules["R\(index)"] = translation("R\(index)", "^1") }
            }),
        Row(
            what: "as many translation rules as a tenant has", asker: .administrator, refusal: nil, before: { _ in },
            change: { tenant in
                for index in 1...400 { tenant.policies.translationRules["R\(index)"] = translation("R\(index)", "^1") }
            }),
        Row(
            what: "a translation rule that is no pattern", asker: .administrator,
            refusal: ("heldPolicies.translationRules[R].pattern", .invalid, "not a pattern"), before: { _ in },
            change: { $0.policies.translationRules["R"] = translation("R", "(") }),
        Row(
            what: "a stored translation rule that is no pattern", asker: .administrator, refusal: nil,
            before: { $0.tenant.policies.translationRules["R"] = translation("R", "(") },
            change: { $0.policies.translationRules["S"] = translation("S", "^1") }),
    ]

    private static func route(_ gateways: [String]) -> VoiceRoute {
        VoiceRoute(name: "New", numberPattern: "^1", onlinePstnUsages: [], onlinePstnGatewayList: gateways, priority: 9)
    }

    private static func translation(_ name: String, _ pattern: String) -> TeamsTranslationRule {
        TeamsTranslationRule(name: name, pattern: pattern, translation: "2")
    }

    @Test("what is there already decides, and a refusal names field, rule and kind", arguments: releases + members + others)
    func row(_ row: Row) throws {
        var contoso = Contoso.worked()
        contoso.tenant.numbers.append(GuardTests.assignment(GuardTests.fresh, "a"))
        contoso.operators.append(Operator(id: "d", name: "D", products: [.conferencing], countries: [country("US")]))
        row.before(&contoso)
        var directory = contoso.directory(), tenant = contoso.tenant
        row.change(&tenant)
        do throws(InvalidChange) {
            try directory.apply([.putTenant(tenant)], by: row.asker, version: 2)
            #expect(row.refusal == nil)
            #expect(directory.tenant("contoso") == tenant)
        } catch {
            #expect(error.field == row.refusal?.field && error.kind == row.refusal?.kind, "\(error)")
            #expect(row.refusal.map { error.rule.contains($0.rule) } == true, "\(error)")
            #expect(directory.tenant("contoso") == contoso.tenant)
        }
    }

    @Test("a number stays on the bridge while invites that may show it are rewritten")
    func migrating() throws {
        var contoso = Contoso.worked()
        contoso.tenant.numbers.append(GuardTests.assignment(GuardTests.fresh, "a", status: .conferenceAssigned))
        var directory = contoso.directory()
        directory.migrating = ["contoso": ["stella@contoso.example", "alice@contoso.example"]]
        var tenant = contoso.tenant
        tenant.numbers[4].status = .unassigned
        let refusal = #expect(throws: InvalidChange.self) { try directory.apply([.putTenant(tenant)], by: .administrator, version: 2) }
        #expect(refusal?.field == "numbers[\(GuardTests.fresh)]" && refusal?.kind == .conflict)
        #expect(refusal?.rule.contains("alice@contoso.example and stella@contoso.example are rewritten") == true, "\(refusal as Any)")
        directory.migrating = ["contoso": []]
        try directory.apply([.putTenant(tenant)], by: .administrator, version: 2)
    }
}
