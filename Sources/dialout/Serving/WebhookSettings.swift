import Basis
import Foundation
import Outbound
import Reactor
import Webhooks

/// How webhooks leave.
struct WebhookSettings {
    /// Whether they may go to private, local and reserved addresses, and to this machine's own.
    private var allowsPrivate = false
    /// A PEM file of authorities; nil: the system's.
    private(set) var trust: String?

    /// Takes a setting, or says the rule that it breaks.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        if name == .webhookTrust {
            guard FileManager.default.isReadableFile(atPath: value) else { return "is a PEM file that can be read, not \(value)" }
            trust = value
            return nil
        }
        guard let isAllowed = Bool(value) else { return "is true or false, not \(value)" }
        allowsPrivate = isAllowed
        return nil
    }

    var addresses: AddressRule { AddressRule(allowsPrivate: allowsPrivate, own: LocalAddresses.all) }

    /// What the sender holds to (``PostLimits``): each address that it connects to is asked about, whatever name led there.
    var rules: HTTPSender.Rules {
        var rules = HTTPSender.Rules()
        (rules.connectTime, rules.totalTime) = (PostLimits.connectTime, PostLimits.totalTime)
        (rules.answerBytes, rules.headBytes) = (PostLimits.answerBytes, PostLimits.headBytes)
        rules.trust = trust
        rules.mayConnect = addresses.permits
        return rules
    }
}
