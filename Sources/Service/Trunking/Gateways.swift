import Basis
import Dialing
import SIP

extension PSTNGateway {
    /// The gateway as a trunk, which is asked for signs of life, has circuits and shares out its channels like any other.
    func trunk(over transport: Transport) -> Trunk {
        var trunk = Trunk(name: name, uri: "sip:\(name):\(sipSignalingPort);transport=\(transport.rawValue.lowercased())")
        trunk.enabled = enabled
        trunk.maxConcurrentCalls = maxConcurrentSessions
        if !sendSipOptions { trunk.options = Trunk.Probing(seconds: 0, downAfter: 1, upAfter: 1) }
        return trunk
    }
}

extension Tenant {
    /// The tenant's gateways as one operator's trunks.
    func gatewayCarrier(over transport: Transport) -> Operator {
        Operator(
            id: Operator.gateways(of: id), name: "gateways of \(displayName)",
            trunks: policies.gateways.elements.map { $0.trunk(over: transport) })
    }
}

extension Trunk {
    /// By which the service answers the trunk's challenges.
    var credentials: Account? {
        guard let username, let password else { return nil }
        return Account(username: username, password: password)
    }
}
