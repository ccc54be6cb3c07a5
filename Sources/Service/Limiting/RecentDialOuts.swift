import Basis
import Dialing

/// The dial-outs of the last minute by meeting, organizer and number, so that a double click rings a phone once
/// (docs/decisions/the-same-wish.md).
///
/// Whoever names a wish by an `Idempotency-Key` means another one by another key. A request without a key means what was asked for last,
/// and one with a key what was asked for without one.
final class RecentDialOuts {
    struct Key: Hashable, Sendable {
        let tenant: String
        let meeting: ExactText
        let organizer: String
        let number: E164
    }
    enum Lookup: Equatable {
        case none
        /// The first request is on its way to the disk; wait for it.
        case inProgress
        case accepted(SortableID)
    }
    /// One request that is on its way to the disk.
    struct Ticket: Hashable, Sendable {
        fileprivate let key: Key
        fileprivate let number: Int
    }
    private struct Entry {
        let number: Int
        let at: Instant
        /// The `Idempotency-Key` that names it.
        var name: ExactText?
        var id: SortableID?
        /// Whether its minute was over before it was on disk: then it is forgotten.
        var isLate = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// The longest that a tenant may ask for.
    static let keptFor = Duration.seconds(60)

    private var entries: [Key: Entry] = [:]
    private var order: [(ticket: Ticket, at: Instant)] = []
    private var oldest = 0
    private var last = 0

    /// How many are remembered.
    var count: Int { entries.count }

    /// What the same wish was asked for not longer than `window` ago; `name` is the request's `Idempotency-Key`.
    func lookUp(_ key: Key, named name: ExactText?, within window: Duration, at now: Instant) -> Lookup {
        forgetOld(at: now)
        guard let entry = entries[key], now - entry.at < window, name == nil || entry.name == nil || name == entry.name else {
            return .none
        }
        return entry.id.map { .accepted($0) } ?? .inProgress
    }

    /// What was asked for without a key has one now: another key is another wish.
    func name(_ key: Key, _ name: ExactText?) {
        if entries[key]?.name == nil { entries[key]?.name = name }
    }

    func begin(_ key: Key, named name: ExactText?, at now: Instant) -> Ticket {
        for waiter in entries[key]?.waiters ?? [] { waiter.resume() }
        last += 1
        let ticket = Ticket(key: key, number: last)
        entries[key] = Entry(number: last, at: now, name: name)
        order.append((ticket, now))
        return ticket
    }

    func wait(_ key: Key, _ waiter: CheckedContinuation<Void, Never>) {
        if entries[key] == nil { waiter.resume() } else { entries[key]!.waiters.append(waiter) }
    }

    /// The dial-out that was made of it, or nil when the store refused.
    func settle(_ ticket: Ticket, _ id: SortableID?) {
        guard let entry = entries[ticket.key], entry.number == ticket.number else { return }
        if let id, !entry.isLate {
            (entries[ticket.key]!.id, entries[ticket.key]!.waiters) = (id, [])
        } else {
            entries[ticket.key] = nil
        }
        for waiter in entry.waiters { waiter.resume() }
    }

    /// One that is still on its way to the disk stays.
    private func forgetOld(at now: Instant) {
        while oldest < order.count, order[oldest].at + Self.keptFor <= now {
            let ticket = order[oldest].ticket
            if let entry = entries[ticket.key], entry.number == ticket.number {
                if entry.id == nil { entries[ticket.key]!.isLate = true } else { entries[ticket.key] = nil }
            }
            oldest += 1
        }
        if oldest > 1024, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
