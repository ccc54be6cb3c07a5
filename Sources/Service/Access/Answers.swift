import Basis

/// Requests with an `Idempotency-Key` that are being answered now. Answers that were given are in the store, for 24 hours.
struct Answers {
    struct Key: Hashable, Sendable {
        let tenant: String
        let key: String
    }
    /// A request that is safe to repeat.
    struct Request: Sendable {
        let key: Key
        let bodyHash: [UInt8]
    }
    enum Lookup {
        /// Nobody is answering it: begin, and look whether an answer is kept.
        case free
        /// The same request is being answered now; wait for it.
        case inProgress
        /// The key is being used for another body.
        case mismatch
    }

    private var pending: [Key: (hash: [UInt8], waiters: [CheckedContinuation<Void, Never>])] = [:]

    func lookUp(_ request: Request) -> Lookup {
        guard let pending = pending[request.key] else { return .free }
        return pending.hash == request.bodyHash ? .inProgress : .mismatch
    }

    /// Marks the request as being answered.
    mutating func begin(_ request: Request) { pending[request.key] = (request.bodyHash, []) }

    mutating func wait(_ key: Key, _ waiter: CheckedContinuation<Void, Never>) {
        if pending[key] == nil { waiter.resume() } else { pending[key]?.waiters.append(waiter) }
    }

    /// Wakes who waits: the answer, if it is one that lasts, is in the store.
    mutating func settle(_ key: Key) {
        for waiter in pending.removeValue(forKey: key)?.waiters ?? [] { waiter.resume() }
    }
}

/// Which tenant a meeting belongs to: the one that dialled out of it first.
struct MeetingOwners {
    /// Meetings remembered; past it the oldest are forgotten first.
    static let limit = 200_000

    private var owners: [String: String] = [:]
    private var order: [String] = []

    /// Whether the tenant may dial out of the meeting: it is its own, or nobody's yet.
    func allows(_ meeting: String, for tenant: String) -> Bool { owners[meeting].map { $0 == tenant } ?? true }

    /// The meetings of a tenant that is no more are nobody's.
    mutating func forget(ownedBy tenant: String) {
        owners = owners.filter { $0.value != tenant }
        order.removeAll { owners[$0] == nil }
    }

    /// The meeting becomes the tenant's when it is nobody's.
    mutating func claim(_ meeting: String, for tenant: String) {
        guard owners[meeting] == nil else { return }
        owners[meeting] = tenant
        order.append(meeting)
        if order.count > Self.limit {
            for forgotten in order.prefix(Self.limit / 10) { owners[forgotten] = nil }
            order.removeFirst(Self.limit / 10)
        }
    }
}

extension StoredAnswer {
    /// Whether an answer with this status says to ask again: it is not kept, so that the same key may succeed then.
    static func isTransient(status: Int) -> Bool { status == 429 || status == 503 }

    func isKept(at now: WallTime) -> Bool { at.milliseconds + Self.keptFor > now.milliseconds }
}
