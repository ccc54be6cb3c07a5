import Basis

/// Who goes by which way and ends when nothing gets there (RFC 3261 §18.4): INVITEs of which nothing was heard, and requests that are not answered.
/// A report of the transport finds them without a look at all the others, of which a service may have thousands while one peer is gone.
struct AtStake: Sendable {
    private struct Way: Hashable {
        let address: SocketAddress
        let transport: Transport

        init(_ hop: Hop) { (address, transport) = (hop.address, hop.transport) }
    }

    private struct Users {
        var legs: Set<LegPlace> = []
        /// By their branches.
        var requests: Set<UInt64> = []

        var isEmpty: Bool { legs.isEmpty && requests.isEmpty }
    }

    private var users: [Way: Users] = [:]

    /// In the order of their places.
    func legs(by hop: Hop) -> [LegPlace] { users[Way(hop)]?.legs.sorted() ?? [] }
    /// In the order of their branches.
    func requests(by hop: Hop) -> [UInt64] { users[Way(hop)]?.requests.sorted() ?? [] }

    var isEmpty: Bool { users.isEmpty }

    /// The leg's INVITE goes another way than before; nil: none.
    mutating func move(_ leg: LegPlace, from old: Hop?, to new: Hop?) {
        guard old.map(Way.init) != new.map(Way.init) else { return }
        change(old) { $0.legs.remove(leg) }
        change(new) { $0.legs.insert(leg) }
    }

    /// The request goes another way than before; nil: none.
    mutating func move(request branch: UInt64, from old: Hop?, to new: Hop?) {
        guard old.map(Way.init) != new.map(Way.init) else { return }
        change(old) { $0.requests.remove(branch) }
        change(new) { $0.requests.insert(branch) }
    }

    private mutating func change(_ hop: Hop?, _ body: (inout Users) -> Void) {
        guard let way = hop.map(Way.init) else { return }
        body(&users[way, default: Users()])
        if users[way]?.isEmpty == true { users[way] = nil }
    }
}
