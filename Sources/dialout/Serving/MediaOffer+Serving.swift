import Basis
import Service

extension MediaOffer {
    /// Takes a setting; the rule that it breaks, if it breaks one.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        if name == .mediaSecurity {
            guard let security = Security(value) else { return "\(Security.rule), not \(value)" }
            self.security = security
            return nil
        }
        guard let found = SocketAddress(host: value, port: 0), !found.isEverywhere else {
            return "is an IP address that media can be sent to, not \(value)"
        }
        address = value
        return nil
    }
}
