/// When each of many things next wants to be woken: a later entry replaces an earlier one of the same key.
///
/// Replaced entries stay in the heap until they come to its top, so setting a deadline costs O(log n) and never a search.
/// Public for the reason that ``InstantHeap`` is.
public struct Deadlines<Key: Hashable & Sendable>: Sendable {
    @usableFromInline var heap = InstantHeap<Key>()
    @usableFromInline var current: [Key: UInt64] = [:]

    @inlinable
    public init() {}

    /// How many keys have a deadline.
    @inlinable public var count: Int { current.count }

    /// The earliest deadline, if any.
    public var next: Instant? {
        @inlinable mutating get {
            dropStale()
            return heap.first?.at
        }
    }

    /// Sets, moves or (with nil) clears the deadline of `key`.
    @inlinable
    public mutating func set(_ key: Key, at instant: Instant?) {
        guard let instant else {
            current[key] = nil
            return
        }
        current[key] = heap.add(key, at: instant)
        if heap.count > 64 && heap.count > current.count * 4 {
            let current = current
            heap.removeAll { current[$0.key] != $0.order }
        }
    }

    /// Takes out one key whose deadline has come; ties go to the one set first.
    @inlinable
    public mutating func popDue(at now: Instant) -> Key? {
        dropStale()
        guard let first = heap.first, first.at <= now else { return nil }
        current[first.key] = nil
        heap.removeFirst()
        return first.key
    }

    @inlinable
    mutating func dropStale() {
        while let first = heap.first, current[first.key] != first.order { heap.removeFirst() }
    }
}
