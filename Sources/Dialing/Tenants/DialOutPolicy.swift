/// One of the fixed outbound calling restriction policies (domain reference §6.1). None can be made or edited.
package struct DialOutPolicy: Equatable, Sendable {
    /// Without `Tag:`.
    package let name: String
    package let conferencing: ConferencingDialOut
    package let outboundCalling: OutboundCalling

    /// `AllowPSTNConferencingDialOutType`: what the meetings of its holder may dial.
    package enum ConferencingDialOut: String, Codable, CaseIterable, Sendable {
        case internationalAndDomestic = "InternationalAndDomestic"
        case domesticOnly = "DomesticOnly"
        case zoneA = "ZoneA"
        case disabled = "Disabled"
    }
    /// `AllowPSTNOutboundCallingType`: the holder's own calls; shown, never consulted for meetings.
    package enum OutboundCalling: String, Codable, CaseIterable, Sendable {
        case internationalAndDomestic = "InternationalAndDomestic"
        case domesticOnly = "DomesticOnly"
        case disabled = "Disabled"
    }

    package static let international = DialOutPolicy(
        name: "DialoutCPCandPSTNInternational", conferencing: .internationalAndDomestic, outboundCalling: .internationalAndDomestic)

    package static let instances: [DialOutPolicy] = [
        .international,
        DialOutPolicy("DialoutCPCDomesticPSTNInternational", .domesticOnly, .internationalAndDomestic),
        DialOutPolicy("DialoutCPCDisabledPSTNInternational", .disabled, .internationalAndDomestic),
        DialOutPolicy("DialoutCPCInternationalPSTNDomestic", .internationalAndDomestic, .domesticOnly),
        DialOutPolicy("DialoutCPCInternationalPSTNDisabled", .internationalAndDomestic, .disabled),
        DialOutPolicy("DialoutCPCandPSTNDomestic", .domesticOnly, .domesticOnly),
        DialOutPolicy("DialoutCPCDomesticPSTNDisabled", .domesticOnly, .disabled),
        DialOutPolicy("DialoutCPCDisabledPSTNDomestic", .disabled, .domesticOnly),
        DialOutPolicy("DialoutCPCandPSTNDisabled", .disabled, .disabled),
        DialOutPolicy("DialoutCPCZoneAPSTNInternational", .zoneA, .internationalAndDomestic),
        DialOutPolicy("DialoutCPCZoneAPSTNDomestic", .zoneA, .domesticOnly),
        DialOutPolicy("DialoutCPCZoneAPSTNDisabled", .zoneA, .disabled),
    ]

    /// Finds an instance by its name, of either case, with or without `Tag:`.
    package static func named(_ name: String) -> DialOutPolicy? {
        let wanted = name.lowercased()
        return instances.first { wanted == $0.name.lowercased() || wanted == "tag:" + $0.name.lowercased() }
    }

    private init(name: String, conferencing: ConferencingDialOut, outboundCalling: OutboundCalling) {
        self.name = name
        self.conferencing = conferencing
        self.outboundCalling = outboundCalling
    }

    private init(_ name: String, _ conferencing: ConferencingDialOut, _ outboundCalling: OutboundCalling) {
        self.init(name: name, conferencing: conferencing, outboundCalling: outboundCalling)
    }
}

extension DialOutPolicy: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let policy = DialOutPolicy.named(name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "there is no dial-out policy \(name)")
        }
        self = policy
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
