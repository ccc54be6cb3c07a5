import Basis

/// Where a leg's INVITEs outside a dialog go: to the trunk, or to another of its hosts after a 3xx.
struct TrunkTarget: Sendable {
    /// The host in the Request-URI.
    private(set) var host: String
    private(set) var hop: Hop
    private var redirections = 0

    static let redirectionLimit = 2

    init(host: String, hop: Hop) { (self.host, self.hop) = (host, hop) }

    /// Goes to another of the trunk's own hosts when a contact names one, and the same number there (RFC 3261 §8.1.3.4).
    mutating func follows(_ response: Message, of invitation: Invitation) -> Bool {
        guard !invitation.ownHosts.isEmpty, redirections < Self.redirectionLimit else { return false }
        for contact in response.elements(.contact, limit: 8) {
            guard let target = SIPURI(response.bytes[response.uri(of: contact)]), target.number.elementsEqual(invitation.number.utf8),
                let address = invitation.ownHost(named: target.hostAndPort.lowercased()), address != hop.address
            else { continue }
            redirections += 1
            hop = Hop(address, hop.transport, takesTCP: hop.takesTCP)
            host = target.hostAndPort
            return true
        }
        return false
    }
}

extension Invitation {
    /// Where that host of the trunk's listens. A port that RFC 3263 §4.2 takes when none is written means the same as none.
    fileprivate func ownHost(named name: String) -> SocketAddress? {
        let suffix = transport == .tls ? ":5061" : ":5060"
        let other = name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name + suffix
        return ownHosts[name] ?? ownHosts[other]
    }
}
