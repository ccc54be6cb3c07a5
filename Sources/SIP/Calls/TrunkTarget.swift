import Basis

/// Where a leg's INVITEs outside a dialog go: to the trunk, or to another of its hosts after a 3xx.
struct TrunkTarget: Sendable {
    /// The host in the Request-URI.
    private(set) var host: String
    private(set) var hop: Hop
    private var redirections = 0
    /// Where else the last redirection leads, best first.
    private var others: [(host: String, hop: Hop)] = []

    static let redirectionLimit = 2

    init(host: String, hop: Hop) { (self.host, self.hop) = (host, hop) }

    /// Goes to another of the trunk's own hosts when a contact names one, and the same number there: to the one that is preferred most, and to
    /// the others where nothing comes of that (RFC 3261 §8.1.3.4). TLS is neither left nor taken up on the way.
    mutating func follows(_ response: Message, of invitation: Invitation) -> Bool {
        guard !invitation.ownHosts.isEmpty, redirections < Self.redirectionLimit else { return false }
        let allowed = response.contactsByPreference.lazy.compactMap { [hop] contact -> (host: String, hop: Hop)? in
            guard let target = SIPURI(response.bytes[response.uri(of: contact)]), target.dialled.elementsEqual(invitation.number.utf8),
                let address = invitation.ownHost(named: target.hostAndPort.lowercased()), address != hop.address
            else { return nil }
            let transport = target.transport ?? hop.transport
            guard (transport == .tls) == (hop.transport == .tls) else { return nil }
            return (target.hostAndPort, Hop(address, transport, takesTCP: target.transport == nil && hop.takesTCP))
        }
        others = Array(allowed.prefix(Self.hostLimit))
        redirections += 1
        return goesOn()
    }

    /// Goes to the next of the hosts that a redirection named; false where none is left.
    mutating func goesOn() -> Bool {
        guard !others.isEmpty else { return false }
        (host, hop) = others.removeFirst()
        return true
    }

    /// Hosts of a redirection that are kept.
    private static let hostLimit = 8
}

extension Message {
    /// The values of `Contact`, those of a higher `q` first (§20.10); one that has none is as good as any.
    fileprivate var contactsByPreference: [Range<Int>] {
        let contacts = elements(.contact).map { (place: $0, q: parameter("q", of: $0).flatMap { Double(text($0)) } ?? 1) }
        return contacts.enumerated().sorted { ($1.element.q, $0.offset) < ($0.element.q, $1.offset) }.map(\.element.place)
    }
}

extension SIPURI {
    /// The number as it is dialled: its escapes read (§19.1.2), without what only separates (RFC 3966 §5.1.1).
    fileprivate var dialled: [UInt8] {
        var digits: [UInt8] = [], rest = number
        while let first = rest.popFirst() {
            let escaped = first == UInt8(ascii: "%") ? UInt8(hexadecimal: String(decoding: rest.prefix(2), as: UTF8.self)) : nil
            if escaped != nil { rest = rest.dropFirst(2) }
            let byte = escaped ?? first
            if !"-.()".utf8.contains(byte) { digits.append(byte) }
        }
        return digits
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
