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
    /// How long a request waits for a name before it goes by the way of the INVITE.
    static let patience = Interval(.seconds(2))

    private var found: [HostName: (hops: [Hop], until: Instant)] = [:]
    private var waiting: [HostName: (requests: [(what: Waiting, otherwise: Hop)], until: Instant)] = [:]

    /// Where the name leads, best first: nowhere, where it led nowhere lately; nil when it has to be asked for.
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
    mutating func wait(_ what: Waiting, for name: HostName, otherwise hop: Hop, at now: Instant) -> Bool {
        let isFirst = waiting[name] == nil
        var pending = waiting[name] ?? ([], now + Self.patience)
        if !pending.requests.contains(where: { $0.what == what }) { pending.requests.append((what, hop)) }
        waiting[name] = pending
        return isFirst
    }

    /// When the next wait is over that is not yet.
    func deadline(after now: Instant) -> Instant? { waiting.values.lazy.map(\.until).filter { $0 > now }.min() }

    /// Names that were waited for long enough.
    func overdue(at now: Instant) -> [HostName] {
        waiting.filter { $0.value.until <= now }.sorted { ($0.value.until, $0.key.uri) < ($1.value.until, $1.key.uri) }.map(\.key)
    }

    /// Notes where the name leads, if anywhere, and answers what waited for it.
    mutating func resolved(_ name: HostName, _ hops: [Hop], at now: Instant) -> [(what: Waiting, otherwise: Hop)] {
        if found.count >= Self.limit { found = found.filter { now < $0.value.until } }
        if found.count < Self.limit { found[name] = (Array(hops.prefix(Self.addressLimit)), now + Self.remembered) }
        return waiting.removeValue(forKey: name)?.requests ?? []
    }
}
