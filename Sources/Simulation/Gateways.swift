import Basis

/// Gateways of the tenant's own, to which a route of the usage *Far* leads before all others (domain reference §8.11).
package struct Gateways: Sendable {
    package let count: Int
    /// Whether they take the caller ID as an asserted identity beside an anonymous `From`.
    package let assertsIdentity: Bool
    private let pattern: String

    /// Drawn beside the scenario's own draws; nil where the tenant has none.
    init?(seed: UInt64) {
        var random = SeededRandom(seed: seed ^ 0x6761_7465)
        guard Scenario.chance(0.3, &random) else { return nil }
        count = Int.random(in: 1...2, using: &random)
        assertsIdentity = Bool.random(using: &random)
        pattern = [#"^\+1(\d{10})$"#, #"^\+4\d+$"#, #"\d+"#].randomElement(using: &random)!
    }

    static let places: [(name: String, address: String)] = [("g1.example", "10.7.0.1:5060"), ("g2.example", "10.7.0.2:5060")]

    static let names = Set(places.map(\.name))

    var names: [String] { Self.places.prefix(count).map(\.name) }

    /// What the administrator writes.
    var script: String {
        let made = names.map {
            "New-CsOnlinePSTNGateway \($0) -SipSignalingPort 5060 -Enabled $true -ForwardPai $\(assertsIdentity) | Out-Null"
        }
        let route =
            "New-CsOnlineVoiceRoute -Identity 'Own' -NumberPattern '\(pattern)' -OnlinePstnUsages 'Far' -Priority 0"
            + " -OnlinePstnGatewayList \(names.joined(separator: ","))"
        return (made + [route]).joined(separator: "\n")
    }
}
