import Basis

/// First answers that last to requests with an `Idempotency-Key`, kept for 24 hours so that a request is safe to repeat.
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
        case fresh
        /// The same request is being answered now; wait for it.
        case inProgress
        case answered(StoredAnswer)
        /// The key was used for another body.
        case mismatch
    }

    static let keptFor: Int64 = 24 * 3600 * 1000
    /// Answers held; past it the oldest are forgotten first.
    static let limit = 1_000_000

    private var answered: [Key: StoredAnswer] = [:]
    private var order: [Key] = []
    private var oldest = 0
    private var pending: [Key: (hash: [UInt8], waiters: [CheckedContinuation<Void, Never>])] = [:]

    init() {}

    init(_ stored: [StoredAnswer]) {
        for answer in stored where !StoredAnswer.isTransient(status: answer.status) { keep(answer) }
    }

    mutating func lookUp(_ key: Key, bodyHash: [UInt8], at now: WallTime) -> Lookup {
        forgetOld(at: now)
        if let pending = pending[key] { return pending.hash == bodyHash ? .inProgress : .mismatch }
        guard let answer = answered[key] else { return .fresh }
        return answer.bodyHash == bodyHash ? .answered(answer) : .mismatch
    }

    /// Marks the request as being answered.
    mutating func begin(_ key: Key, bodyHash: [UInt8]) { pending[key] = (bodyHash, []) }

    mutating func wait(_ key: Key, _ waiter: CheckedContinuation<Void, Never>) { pending[key]!.waiters.append(waiter) }

    /// Keeps the first answer, or nothing when the request came to none that lasts, and wakes who waits.
    mutating func settle(_ key: Key, _ answer: StoredAnswer?) {
        if let answer { keep(answer) }
        for waiter in pending.removeValue(forKey: key)?.waiters ?? [] { waiter.resume() }
    }

    private mutating func keep(_ answer: StoredAnswer) {
        let key = Key(tenant: answer.tenant, key: answer.key)
        if answered.updateValue(answer, forKey: key) == nil { order.append(key) }
    }

    private mutating func forgetOld(at now: WallTime) {
        while oldest < order.count {
            let key = order[oldest]
            guard answered.count > Self.limit || (answered[key]?.at.milliseconds ?? 0) + Self.keptFor <= now.milliseconds else { break }
            answered[key] = nil
            oldest += 1
        }
        if oldest > 1024, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}

extension StoredAnswer {
    /// Whether an answer with this status says to ask again: it is not kept, so that the same key may succeed then.
    static func isTransient(status: Int) -> Bool { status == 429 || status == 503 }
}
