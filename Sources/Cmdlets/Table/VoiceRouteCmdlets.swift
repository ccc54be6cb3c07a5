import Basis
import Dialing
internal import Patterns

/// Voice routes (domain reference §4.4, §8.3).
enum VoiceRouteCmdlets {
    private static let settings: [CmdletParameter] = [
        .text("Description", .nullable), .text("NumberPattern"), CmdletParameter("OnlinePstnUsages", .listChange),
        CmdletParameter("OnlinePstnGatewayList", .listChange), .text("BridgeSourcePhoneNumber", .nullable),
        CmdletParameter("Priority", .integer(VoiceRoute.priorities)),
    ]
    static let all = [
        Cmdlet(
            "New-CsOnlineVoiceRoute", "Makes a voice route", changes: true,
            [.identity([.positional, .required], group: "name"), .text("Name", group: "name")] + settings, body: new),
        Cmdlet(
            "Set-CsOnlineVoiceRoute", "Changes a voice route", changes: true, [.identity([.positional, .required, .pipeline])] + settings,
            body: set),
        Cmdlet("Get-CsOnlineVoiceRoute", "Shows voice routes", [.identity(), .filter], body: get),
        Cmdlet(
            "Remove-CsOnlineVoiceRoute", "Removes a voice route", changes: true, [.identity([.positional, .required, .pipeline])],
            body: remove),
    ]

    private static func new(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let parameter = given.has("Name") ? "Name" : "Identity"
        let name = try given.required(parameter).checkedAsName(parameter)
        guard !workspace.tenant.voiceRoutes.contains(name) else { throw .exists(parameter, "there is already a voice route \(name)") }
        guard workspace.tenant.voiceRoutes.count < TenantLimits.voiceRoutes else {
            throw CmdletError(.limitsExceeded, "LimitExceeded", "a tenant has at most \(TenantLimits.voiceRoutes) voice routes")
        }
        let last = workspace.tenant.voiceRoutes.elements.reduce(0) { max($0, $1.priority) }
        let next = min(last, VoiceRoute.priorities.upperBound - 1) + 1
        var route = VoiceRoute(name: name, priority: given.integer("Priority") ?? next)
        try change(&route, given, isNew: true, &workspace)
        workspace.tenant.voiceRoutes[name] = route
        return [.object(output(route))]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var route = try named(try given.required("Identity"), workspace.tenant)
        if let priority = given.integer("Priority") { route.priority = priority }
        try change(&route, given, isNew: false, &workspace)
        workspace.tenant.voiceRoutes[route.name] = route
        return []
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let routes = workspace.tenant.voiceRoutes.elements
        if !given.has("Identity") { try workspace.visit(routes.count) }
        let selected: [VoiceRoute] =
            if let identity = given.text("Identity") { [try named(identity, workspace.tenant)] } else {
                try given.selected(from: routes, "voice route", identity: \.name)
            }
        return selected.enumerated().sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }.map {
            .object(output($0.element))
        }
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let route = try named(try given.required("Identity"), workspace.tenant)
        workspace.tenant.voiceRoutes[route.name] = nil
        return []
    }

    private static func named(_ identity: String, _ tenant: Tenant) throws(CmdletError) -> VoiceRoute {
        if let route = tenant.voiceRoutes[identity] ?? tenant.voiceRoutes[identity.withoutTag] { return route }
        guard !identity.isSameName(as: "LocalRoute") else {
            throw .notFound("Identity", "a tenant begins without LocalRoute here: it has no usage and no target, so no call would take it")
        }
        let nearest = nearestName(to: identity, among: tenant.voiceRoutes.elements.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw .notFound("Identity", "there is no voice route \(identity)\(nearest)")
    }

    private static func output(_ route: VoiceRoute) -> OutputObject {
        OutputObject([
            "Identity": .text(route.name), "Priority": .integer(route.priority), "Description": .text(route.description),
            "NumberPattern": .text(route.numberPattern), "OnlinePstnUsages": .texts(route.onlinePstnUsages),
            "OnlinePstnGatewayList": .texts(route.onlinePstnGatewayList),
            "BridgeSourcePhoneNumber": .optional(route.bridgeSourcePhoneNumber),
            "Name": .text(route.name),
        ])
    }
}

extension VoiceRouteCmdlets {
    /// Puts what was given into the route and checks the whole of it.
    private static func change(
        _ route: inout VoiceRoute, _ given: Arguments, isNew: Bool, _ workspace: inout Workspace
    ) throws(CmdletError) {
        if given.has("Description") { route.description = given.text("Description") ?? "" }
        if let change = given.change("OnlinePstnUsages") {
            route.onlinePstnUsages = try change.applied(to: route.onlinePstnUsages, "OnlinePstnUsages", &workspace)
            try workspace.tenant.checkUsages(route.onlinePstnUsages)
        }
        if let change = given.change("OnlinePstnGatewayList") {
            route.onlinePstnGatewayList = try change.applied(to: route.onlinePstnGatewayList, "OnlinePstnGatewayList", &workspace)
            for gateway in route.onlinePstnGatewayList { try check(gateway: gateway) }
        }
        if given.has("BridgeSourcePhoneNumber") {
            route.bridgeSourcePhoneNumber = try given.text("BridgeSourcePhoneNumber").map { text throws(CmdletError) in
                try text.asNumber("BridgeSourcePhoneNumber")
            }
        }
        guard route.bridgeSourcePhoneNumber == nil || route.onlinePstnGatewayList.isEmpty else {
            throw CmdletError(
                .invalidArgument, "AmbiguousRouteTarget", "a route has a BridgeSourcePhoneNumber or an OnlinePstnGatewayList, never both",
                parameter: "BridgeSourcePhoneNumber")
        }
        if given.has("OnlinePstnGatewayList") {
            let known = workspace.tenant.policies.gateways
            for gateway in route.onlinePstnGatewayList where !known.contains(gateway) {
                throw .notFound("OnlinePstnGatewayList", "gateway", gateway, among: known.elements.map(\.name))
            }
        }
        if let number = route.bridgeSourcePhoneNumber, given.has("BridgeSourcePhoneNumber") { try check(source: number, &workspace) }
        if let pattern = given.text("NumberPattern") { route.numberPattern = pattern }
        if given.has("NumberPattern") || isNew {
            for finding in try Pattern(route.numberPattern, named: "NumberPattern").findings {
                workspace.warn("the pattern \(route.numberPattern) \(finding)")
            }
        }
        warn(about: route, &workspace)
    }

    private static func check(gateway: String) throws(CmdletError) {
        let isHost = gateway.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95: true
            default: false
            }
        }
        guard isHost, gateway.utf8.count <= 253 else {
            throw .invalid(
                "OnlinePstnGatewayList",
                "\(gateway) is not the plain FQDN or IP address of a gateway, as it stands in Get-CsOnlinePSTNGateway")
        }
    }

    /// An Operator Connect Conferencing number on the bridge (domain reference §4.4; §14, choice 15): the rule is the directory's, the words are
    /// the cmdlet's.
    private static func check(source: E164, _ workspace: inout Workspace) throws(CmdletError) {
        func refuse(_ why: String) -> CmdletError {
            CmdletError(.invalidArgument, "InvalidBridgeSourcePhoneNumber", "\(source) \(why)", parameter: "BridgeSourcePhoneNumber")
        }
        guard let number = workspace.tenant.number(source) else { throw refuse("is not a number of this tenant") }
        if let fault = workspace.tenant.faultAsCallerID(number), !fault.mayPass { throw refuse(words(of: fault, number)) }
        let carrier = workspace.platformOperator(number.operatorID)
        if let fault = carrier.map(\.standing) ?? .operatorGone(number.operatorID), !fault.mayPass {
            throw refuse(words(of: fault, number))
        }
        for fault in workspace.tenant.passingFaultsAsCallerID(number) { workspace.warn(words(of: fault, number)) }
    }

    /// Why a number cannot be a caller ID, or can be one of no call as things are.
    private static func words(of fault: Unusable, _ number: PhoneNumberAssignment) -> String {
        switch fault {
        case .numberOfServiceCarrier: "is a number of the service's own carrier, not an Operator Connect Conferencing number"
        case .numberNotConference: "was provided for \(number.usage.rawValue) use, not for conferencing"
        case .numberNotOnBridge:
            "is not assigned to the conference bridge; use Register-CsOnlineDialInConferencingServiceNumber first"
        case .numberTollFree: "is toll-free and cannot be a caller ID"
        case .operatorWithoutConferencing, .operatorGone: "is a number of \(number.operatorID), which does not offer Conferencing"
        case .operatorNotMine: "is a number of \(number.operatorID), which is not one of your operators"
        case .operatorSuspended(let id):
            "the operator \(id) of \(number.telephoneNumber) is suspended: no call takes this route until it is active again"
        case .operatorLeft: "\(fault.sentence): no call takes this route until it accepts again"
        case .countryNotEnabled(let id, let country, _):
            "\(country) is not enabled for the operator \(id): no call takes this route until it is"
        case .noTarget, .gatewayUnknown, .gatewayDisabled, .gatewayNotUnderLicence, .gatewayAddress, .gatewayRule, .gatewayCallerID,
            .numberReleased, .numberOfOperator, .numberOfSeveralTenants, .numberNotUploaded, .operatorWithoutTrunk, .trunkRules,
            .patternUndecided:
            fault.sentence
        }
    }

    private static func warn(about route: VoiceRoute, _ workspace: inout Workspace) {
        if route.bridgeSourcePhoneNumber == nil && route.onlinePstnGatewayList.isEmpty {
            workspace.warn(
                "the route \(route.name) has neither a BridgeSourcePhoneNumber nor an OnlinePstnGatewayList: no call can take it")
        }
        if route.onlinePstnUsages.isEmpty { workspace.warn("the route \(route.name) has no OnlinePstnUsages: no policy leads to it") }
        let isBridge = route.bridgeSourcePhoneNumber != nil
        for usage in route.onlinePstnUsages {
            let others = workspace.tenant.voiceRoutes.elements.filter { other in
                (other.bridgeSourcePhoneNumber != nil) != isBridge && !other.name.isSameName(as: route.name)
                    && other.onlinePstnUsages.contains { $0.isSameName(as: usage) }
            }
            if !others.isEmpty {
                let names = enumeration(others.map(\.name)), with = isBridge ? "without" : "with"
                workspace.warn(
                    "the usage \(usage) is also used by \(names), \(with) a BridgeSourcePhoneNumber; keep them apart"
                )
            }
        }
    }
}
