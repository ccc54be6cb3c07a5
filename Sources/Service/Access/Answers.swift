import Basis

/// Requests with an `Idempotency-Key` that are being answered now. Answers that were given are in the store, for 24 hours.
final class Answers {
    struct Key: Hashable, Sendable {
        let tenant: String
        let key: ExactText
    }
    /// A request that is safe to repeat.
    struct Request: Sendable {
        let key: Key
        let bodyHash: [UInt8]
        /// The hash by which versions before this one kept the key.
        let formerHash: @Sendable () -> [UInt8]

        /// Whether a kept key was used for this request.
        func isOf(_ use: UsedKey) -> Bool { use.bodyHash == bodyHash || use.bodyHash == formerHash() }
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
    func begin(_ request: Request) { pending[request.key] = (request.bodyHash, []) }

    func wait(_ key: Key, _ waiter: CheckedContinuation<Void, Never>) {
        if pending[key] == nil { waiter.resume() } else { pending[key]?.waiters.append(waiter) }
    }

    /// Wakes who waits: the answer, if it is one that lasts, is in the store.
    func settle(_ key: Key) {
        for waiter in pending.removeValue(forKey: key)?.waiters ?? [] { waiter.resume() }
    }
}

extension UsedKey {
    func isKept(at now: WallTime) -> Bool { at.milliseconds + Self.keptFor > now.milliseconds }
}
