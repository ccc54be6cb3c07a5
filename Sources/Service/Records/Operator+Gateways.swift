import Dialing

extension Operator {
    private static let gatewaysMark = "/gateways"

    /// What stands for a tenant's gateways where the operator of a trunk is named; no operator has such an id.
    static func gateways(of tenant: String) -> String { tenant + gatewaysMark }

    static func isOfGateways(_ id: String) -> Bool { id.hasSuffix(gatewaysMark) }

    /// The tenant whose gateways an id stands for.
    static func tenant(ofGateways id: String) -> String? { isOfGateways(id) ? String(id.dropLast(gatewaysMark.count)) : nil }
}
