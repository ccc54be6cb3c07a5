/// When each of many things next wants to be woken: a binary heap in which a later entry replaces an earlier one of the same key.
///
/// Replaced entries stay in the heap until they come to its top, so setting a deadline costs O(log n) and never a search.
///
/// Inlinable, so that users in other modules get it specialized for their key.
package struct Deadlines<Key: Hashable & Sendable>: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline let at: Instant
        @usableFromInline let order: UInt64
        @usableFromInline let key: Key

        @inlinable
        init(at: Instant, order: UInt64, key: Key) {
            self.at = at
            self.order = order
            self.key = key
        }

        @inlinable
        func precedes(_ other: Entry) -> Bool {
            at.nanoseconds < other.at.nanoseconds || at.nanoseconds == other.at.nanoseconds && order < other.order
        }
    }
    @usableFromInline var heap: [Entry] = []
    @usableFromInline var current: [Key: UInt64] = [:]
    @usableFromInline var order: UInt64 = 0

    @inlinable
    package init() {}

    /// How many keys have a deadline.
    @inlinable package var count: Int { current.count }

    /// The earliest deadline, if any.
    package var next: Instant? {
        @inlinable mutating get {
            dropStale()
            return heap.first?.at
        }
    }

    /// Sets, moves or (with nil) clears the deadline of `key`.
    @inlinable
    package mutating func set(_ key: Key, at instant: Instant?) {
        guard let instant else {
            current[key] = nil
            return
        }
        order += 1
        current[key] = order
        heap.append(Entry(at: instant, order: order, key: key))
        siftUp(heap.count - 1)
        if heap.count > 64 && heap.count > current.count * 4 { rebuild() }
    }

    /// Takes out one key whose deadline has come; ties go to the one set first.
    @inlinable
    package mutating func popDue(at now: Instant) -> Key? {
        dropStale()
        guard let first = heap.first, first.at <= now else { return nil }
        current[first.key] = nil
        removeFirst()
        return first.key
    }

    @inlinable
    mutating func dropStale() {
        while let first = heap.first, current[first.key] != first.order { removeFirst() }
    }

    @inlinable
    mutating func rebuild() {
        let live = heap.filter { current[$0.key] == $0.order }
        heap.removeAll(keepingCapacity: true)
        for entry in live {
            heap.append(entry)
            siftUp(heap.count - 1)
        }
    }

    /// Moves the entry up to its place; each that it passes is moved once.
    @inlinable
    mutating func siftUp(_ index: Int) {
        let entry = heap[index]
        var child = index
        while child > 0, entry.precedes(heap[(child - 1) / 2]) {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = entry
    }

    @inlinable
    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        var hole = 0
        while true {
            var child = hole * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(last) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = last
    }
}
