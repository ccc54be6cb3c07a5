import Basis
import Reactor
import SIP

/// How tenants' gateways are reached (domain reference §8.11).
struct GatewaySettings {
    /// Whether they may be at private, local and reserved addresses, and at this machine's own.
    private var allowsPrivate = false
    private(set) var transport = Transport.tls

    /// Takes a setting, or says the rule that it breaks.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        if name == .gatewayTransport {
            guard let transport = Transport(rawValue: value.uppercased()) else { return "is udp, tcp or tls, not \(value)" }
            self.transport = transport
            return nil
        }
        guard let isAllowed = Bool(value) else { return "is true or false, not \(value)" }
        allowsPrivate = isAllowed
        return nil
    }

    var addresses: AddressRule { AddressRule(allowsPrivate: allowsPrivate, own: LocalAddresses.all) }
}
