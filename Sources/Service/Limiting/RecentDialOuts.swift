import Basis
import Dialing

/// The dial-outs of the last minute by meeting and number, so that a double click rings a phone once.
struct RecentDialOuts {
    struct Key: Hashable, Sendable {
        let tenant: String
        let meeting: String
        let number: E164
    }
    enum Lookup: Equatable {
        case none
        /// The first request is on its way to the disk; wait for it.
        case inProgress
        case accepted(SortableID)
    }
    private struct Entry {
        let at: Instant
        var id: SortableID?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// The longest that a tenant may ask for.
    static let keptFor = Duration.seconds(60)

    private var entries: [Key: Entry] = [:]
    private var order: [(key: Key, at: Instant)] = []
    private var oldest = 0

    /// What was asked for not longer than `window` ago.
    mutating func lookUp(_ key: Key, within window: Duration, at now: Instant) -> Lookup {
        forgetOld(at: now)
        guard let entry = entries[key], now - entry.at < window else { return .none }
        return entry.id.map { .accepted($0) } ?? .inProgress
    }

    mutating func begin(_ key: Key, at now: Instant) {
        for waiter in entries[key]?.waiters ?? [] { waiter.resume() }
        entries[key] = Entry(at: now)
        order.append((key, now))
    }

    mutating func wait(_ key: Key, _ waiter: CheckedContinuation<Void, Never>) {
        if entries[key] == nil { waiter.resume() } else { entries[key]!.waiters.append(waiter) }
    }

    /// The dial-out that was made of it, or nil when the store refused.
    mutating func settle(_ key: Key, _ id: SortableID?) {
        guard let waiters = entries[key]?.waiters else { return }
        if let id { (entries[key]!.id, entries[key]!.waiters) = (id, []) } else { entries[key] = nil }
        for waiter in waiters { waiter.resume() }
    }

    /// One that is still on its way to the disk stays.
    private mutating func forgetOld(at now: Instant) {
        while oldest < order.count, order[oldest].at + Self.keptFor <= now {
            let (key, at) = order[oldest]
            if let entry = entries[key], entry.at == at, entry.id != nil { entries[key] = nil }
            oldest += 1
        }
        if oldest > 1024, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
