/// Locks of a database, each had by one transaction at a time, in the order in which they came.
final class SimLocks<Key: Hashable> {
    private var waiting: [Key: [(id: Int, go: () -> Void)]] = [:]
    private var last = 0

    /// Calls `go` when the lock is its own, at once where it is free. Who waits can ``giveUp(_:_:)`` by the answer.
    @discardableResult
    func acquire(_ key: Key, _ go: @escaping () -> Void) -> Int {
        last += 1
        let isFree = waiting[key] == nil
        waiting[key, default: []].append((last, go))
        if isFree { go() }
        return last
    }

    func release(_ key: Key) {
        waiting[key]?.removeFirst()
        if let next = waiting[key]?.first { next.go() } else { waiting[key] = nil }
    }

    /// False where it has the lock already, or never asked.
    func giveUp(_ key: Key, _ id: Int) -> Bool {
        guard let place = waiting[key]?.firstIndex(where: { $0.id == id }), place > 0 else { return false }
        waiting[key]!.remove(at: place)
        return true
    }

    /// All transactions are gone.
    func reset() { waiting = [:] }
}
