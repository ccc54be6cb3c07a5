import Basis
import Transports

/// How trunks are spoken to, but for the address of UDP and TCP.
struct TrunkSettings {
    /// Where SIP over TLS is heard; nil: nowhere, and trunks over TLS are still called.
    var tlsAddress: SocketAddress?
    /// What stands in Via, Contact and From in place of the address that is bound.
    var host: String?
    var tls = TLSSettings()
    /// Empty: those of /etc/resolv.conf.
    var nameServers: [SocketAddress] = []

    static let nameServerLimit = 8

    /// Takes one setting; answers the rule that its value breaks. A name that is none of these is left alone.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        switch name {
        case .sipTls:
            guard let address = SocketAddress(value) else { return "is an address and a port such as 192.0.2.1:5061, not \(value)" }
            tlsAddress = address
        case .sipHost:
            let isHost = value.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 45 || $0 == 46 }
            guard SocketAddress(host: value, port: 0) != nil || isHost && (1...253).contains(value.utf8.count) else {
                return "is a host name or an IP address, not \(value)"
            }
            if SocketAddress(host: value, port: 0)?.isEverywhere == true {
                return "is one host that operators reach, and \(value) means all"
            }
            host = value
        case .tlsCertificate: tls.certificateFile = value
        case .tlsKey: tls.keyFile = value
        case .tlsTrust: tls.trustFile = value
        case .tlsMinimum:
            guard let version = TLSSettings.Version(rawValue: value) else { return "is 1.2 or 1.3, not \(value)" }
            tls.minimum = version
        case .tlsClientCertificates:
            guard let isRequired = Bool(value) else { return "is true or false, not \(value)" }
            tls.requiresClientCertificate = isRequired
        case .nameServers:
            let words = value.split(separator: ",", omittingEmptySubsequences: false)
            let servers = words.compactMap { SocketAddress(host: $0, port: 53) ?? SocketAddress(String($0)) }
            guard servers.count == words.count, words.count <= Self.nameServerLimit else {
                return "is 1 to \(Self.nameServerLimit) addresses, each with a port or without, with commas between, not \(value)"
            }
            nameServers = servers
        case .http, .sip, .data, .store, .keyFile, .loops, .mediaAddress, .mediaSecurity, .tenantHeader, .drainSeconds, .huntSeconds,
            .openMetrics,
            .bootstrapToken, .webhookPrivateAddresses, .webhookTrust, .gatewayPrivateAddresses, .gatewayTransport, .logFormat, .logLevel,
            .logNumbers, .publicUrl, .eventDays, .recordDays, .otlpEndpoint, .otlpHeaders, .hep, .hepAgent:
            break
        }
        return nil
    }

    /// Sees to it that what stands in Via, Contact and From can be reached: where SIP is heard at every address of the machine and no
    /// `sipHost` is given, it is the only one of `local` there is. Throws when there is none or a choice.
    mutating func settleHost(heardAt sip: SocketAddress, given place: String, among local: [SocketAddress]) throws(InvalidSetting) {
        guard host == nil, sip.isEverywhere else { return }
        let known = local.filter { ($0.isIPv4 || !sip.isIPv4) && !$0.isOfLinkOnly }.map(\.host)
        if known.count == 1 { return host = known[0] }
        let choice = known.isEmpty ? "this machine has no address of its own" : "this machine has \(known.sorted().joined(separator: ", "))"
        throw InvalidSetting(
            place: place,
            rule: "\(sip) is heard at every address, and one of them has to stand in Via, Contact and From: give it as sipHost "
                + "(\(ServeSettings.Name.sipHost.flag), \(ServeSettings.Name.sipHost.variable)); \(choice)")
    }

    /// What the settings break together: where, and the rule.
    var contradiction: InvalidSetting? {
        if (tls.certificateFile == nil) != (tls.keyFile == nil) {
            return InvalidSetting(place: "tlsCertificate", rule: "and tlsKey go together")
        }
        if tlsAddress != nil, tls.certificateFile == nil {
            return InvalidSetting(place: "sipTls", rule: "needs tlsCertificate and tlsKey")
        }
        if tls.requiresClientCertificate, tls.trustFile == nil {
            return InvalidSetting(place: "tlsClientCertificates", rule: "needs tlsTrust: the authorities of your operators")
        }
        return nil
    }
}

extension SocketAddress {
    /// `0.0.0.0` or `::`, which is where to listen and nowhere to send.
    var isEverywhere: Bool { ipv4 == 0 || high == 0 && low == 0 }

    /// 127.0.0.0/8, 169.254.0.0/16, ::1 and fe80::/10, which nobody reaches from elsewhere.
    fileprivate var isOfLinkOnly: Bool {
        guard let ipv4 else { return high == 0 && low == 1 || high >> 54 == 0xFE80 >> 6 }
        return ipv4 >> 24 == 127 || ipv4 >> 16 == 169 << 8 | 254
    }
}
