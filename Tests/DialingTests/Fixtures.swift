import Dialing
import Patterns

func number(_ text: String) -> E164 { try! E164(text) }
func country(_ text: String) -> Country { Country(text)! }

/// A tenant with operators `a`, `b` and `c`, one bridge number of each, and users `alice` (Operator Connect Conferencing) and `stella` (Standard).
struct Contoso {
    var tenant = Tenant(id: "contoso", displayName: "Contoso", country: country("US"))
    var users: [User] = [
        User(upn: "alice@contoso.example", displayName: "Alice", licences: Licences([.operatorConnectConferencing])),
        User(upn: "stella@contoso.example", displayName: "Stella", licences: Licences([.audioConferencingStandard])),
    ]
    var operators = ["a", "b", "c", Operator.serviceCarrier].map {
        Operator(
            id: $0, name: "Operator \($0.uppercased())", products: [.conferencing], countries: [country("US")],
            trunks: [Trunk(name: "\($0)-1", uri: "sip:127.0.0.1:5070")])
    }
    static let numberOfA = number("+12065550100")
    static let numberOfB = number("+12065550101")
    static let numberOfC = number("+12065550102")
    static let defaultNumber = number("+14255550199")

    init() {
        for (id, number) in [
            ("a", Self.numberOfA), ("b", Self.numberOfB), ("c", Self.numberOfC), (Operator.serviceCarrier, Self.defaultNumber),
        ] {
            tenant.numbers.append(
                PhoneNumberAssignment(telephoneNumber: number, operatorID: id, country: country("US"), status: .conferenceAssigned))
            guard id != Operator.serviceCarrier else { continue }
            tenant.operators.append(
                TenantOperator(
                    operatorID: id, countries: [country("US")],
                    contact: TenantOperator.Contact(fullName: "Ann", email: "ann@contoso.example"), companySize: "1-50"))
        }
        tenant.bridge.defaultServiceNumber = Self.defaultNumber
    }

    /// The routes of domain reference §13: `US-CAN` by A, then B; `INTL` by C; Global lists both usages.
    static func worked(usages: [String] = ["US and Canada", "International"]) -> Contoso {
        var contoso = Contoso()
        contoso.tenant.pstnUsages = ["US and Canada", "International"]
        contoso.route("US-CAN A", "^\\+1(\\d{10})$", "US and Canada", numberOfA, priority: 1)
        contoso.route("US-CAN B", "^\\+1(\\d{10})$", "US and Canada", numberOfB, priority: 2)
        contoso.route("INTL", "\\d+", "International", numberOfC, priority: 3)
        contoso.tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(name: "Global", onlinePstnUsages: usages)
        return contoso
    }

    mutating func route(_ name: String, _ pattern: String, _ usage: String, _ source: E164?, priority: Int) {
        if !tenant.hasUsage(usage) { tenant.pstnUsages.append(usage) }
        tenant.voiceRoutes[name] = VoiceRoute(
            name: name, numberPattern: pattern, onlinePstnUsages: [usage], bridgeSourcePhoneNumber: source, priority: priority)
    }

    /// Routes calls to +1 through gateways alone.
    mutating func gateways(_ names: [String], _ change: (inout PSTNGateway) -> Void = { _ in }) {
        for name in names {
            var gateway = PSTNGateway(name: name, sipSignalingPort: 5061)
            gateway.enabled = true
            change(&gateway)
            tenant.policies.gateways[name] = gateway
        }
        tenant.voiceRoutes["US-CAN A"] = VoiceRoute(
            name: "US-CAN A", numberPattern: "^\\+1(\\d{10})$", onlinePstnUsages: ["US and Canada"], onlinePstnGatewayList: names,
            priority: 1)
        tenant.voiceRoutes["US-CAN B"] = nil
    }

    mutating func user(_ name: String, _ licences: [Licence], _ change: (inout User) -> Void = { _ in }) {
        var user = User(
            upn: "\(name)@contoso.example", displayName: name.prefix(1).uppercased() + name.dropFirst(), licences: Licences(licences))
        change(&user)
        users.removeAll { $0.upn == user.upn }
        users.append(user)
    }

    /// Gives the tenant numbers of its own, with their routes and the default: `start` and a digit.
    mutating func renumber(_ start: String) {
        for index in tenant.numbers.indices {
            let old = tenant.numbers[index].telephoneNumber, new = number("\(start)\(index)")
            tenant.numbers[index].telephoneNumber = new
            for route in tenant.voiceRoutes.elements where route.bridgeSourcePhoneNumber == old {
                tenant.voiceRoutes[route.name]?.bridgeSourcePhoneNumber = new
            }
            if tenant.bridge.defaultServiceNumber == old { tenant.bridge.defaultServiceNumber = new }
        }
    }

    var changes: [DirectoryChange] {
        operators.map { .putOperator($0) } + [.putTenant(tenant)] + users.map { .putUser(tenant: tenant.id, $0) }
    }

    func directory(version: Int64 = 1) -> Directory {
        var directory = Directory()
        try! directory.apply(changes, version: version)
        return directory
    }

    func decide(
        _ dialled: String, organizer: String = "alice", by requester: String? = nil, kind: DialOutKind = .inviteNumber,
        pool: MinutePool = MinutePool()
    ) -> Decision {
        let upn = organizer.contains("@") ? organizer : "\(organizer)@contoso.example"
        let inquiry = Inquiry(organizer: upn, dialled: dialled, requestedBy: requester, kind: kind)
        return directory().decide(inquiry, tenant: tenant.id, using: Pattern.Scratch(), pool: pool)
    }
}

extension Decision {
    /// `route A +1…`, `serviceCarrier +1…` or `gate reason`.
    var summary: String {
        switch verdict {
        case .route:
            "route "
                + routes.filter(\.usable).map { "\($0.operator ?? $0.gateway ?? "?") \($0.callerId?.description ?? "?")" }.joined(
                    separator: ", ")
        case .serviceCarrier: "serviceCarrier \(serviceCallerID?.description ?? "?")"
        case .refuse: "\(gate?.rawValue ?? "?") \(reason?.rawValue ?? "?")"
        }
    }
}
