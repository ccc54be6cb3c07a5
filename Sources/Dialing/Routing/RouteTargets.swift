/// Where the tenant's routes lead (domain reference §4.4, §4.6, §4.7).
struct RouteTargets {
    private let numbers: [E164: PhoneNumberAssignment]
    private let tenant: Tenant
    private let gateways: [String: CompiledGateway]
    private let defaultNumberFault: Unusable?

    struct Target {
        var source: E164?
        var operatorID: String?
        var gateways: [CompiledGateway] = []
        let fault: Unusable?
    }

    init(_ tenant: Tenant, _ gateways: [String: CompiledGateway]) {
        (self.tenant, self.gateways) = (tenant, gateways)
        numbers = Dictionary(tenant.numbers.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        defaultNumberFault = tenant.defaultNumberFault
    }

    func target(of route: VoiceRoute) -> Target {
        if !route.onlinePstnGatewayList.isEmpty { return target(of: route.onlinePstnGatewayList) }
        guard let source = route.bridgeSourcePhoneNumber else { return Target(fault: .noTarget) }
        guard let number = numbers[source] else { return Target(source: source, fault: .numberReleased(source)) }
        return Target(source: source, operatorID: number.operatorID, fault: tenant.faultAsCallerID(number))
    }

    /// Gateways show the bridge's default number (domain reference §4.5).
    private func target(of names: [String]) -> Target {
        let known = names.compactMap { gateways[$0.lowercased()] }, source = tenant.bridge.defaultServiceNumber
        let unknown = names.first { gateways[$0.lowercased()] == nil }
        let fault =
            known.isEmpty ? unknown.map { Unusable.gatewayUnknown($0) } : source == nil ? .gatewayCallerID : defaultNumberFault
        return Target(source: source, gateways: known, fault: fault)
    }
}
