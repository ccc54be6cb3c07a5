import Basis

/// Host names that requests in dialogs go to: what was found of late, and what waits for an answer.
struct HostNames: Sendable {
    /// What is sent once the name is found, or led nowhere.
    enum Waiting: Equatable, Sendable {
        /// A request of the layer, by its branch.
        case request(UInt64)
        /// The INVITE of a leg.
        case invite(CallID)
        /// A request that is no transaction, as an ACK.
        case once([UInt8])
    }

    /// Names that are remembered, and for how long: after it the resolver is asked, who knows how long DNS lets an answer hold.
    static let limit = 1024
    /// Addresses of a name that are tried.
    static let addressLimit = 4
    private static let remembered = Interval(.seconds(30))

    private var found: [HostName: (hops: [Hop], until: Instant)] = [:]
    private var waiting: [HostName: [(what: Waiting, otherwise: Hop)]] = [:]

    /// Where the name leads, best first; nil when it has to be asked for.
    func hops(_ name: HostName, at now: Instant) -> [Hop]? {
        guard let known = found[name], now < known.until else { return nil }
        return known.hops
    }

    /// Nothing comes of that address: wherever a name leads to others they come before it.
    mutating func failed(_ address: SocketAddress, over transport: Transport) {
        for (name, known) in found {
            if known.hops.count > 1, let place = known.hops.firstIndex(where: { $0.address == address && $0.transport == transport }) {
                found[name]?.hops.append(known.hops[place])
                found[name]?.hops.remove(at: place)
            }
        }
    }

    /// Answers whether the name has to be asked for; what waits already is not noted twice.
    mutating func wait(_ what: Waiting, for name: HostName, otherwise hop: Hop) -> Bool {
        let isFirst = waiting[name] == nil
        if waiting[name]?.contains(where: { $0.what == what }) != true { waiting[name, default: []].append((what, hop)) }
        return isFirst
    }

    /// Notes where the name leads, if anywhere, and answers what waited for it.
    mutating func resolved(_ name: HostName, _ hops: [Hop], at now: Instant) -> [(what: Waiting, otherwise: Hop)] {
        if !hops.isEmpty {
            if found.count >= Self.limit { found = found.filter { now < $0.value.until } }
            if found.count < Self.limit { found[name] = (Array(hops.prefix(Self.addressLimit)), now + Self.remembered) }
        }
        return waiting.removeValue(forKey: name) ?? []
    }
}
