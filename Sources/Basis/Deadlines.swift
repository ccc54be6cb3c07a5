/// When each of many things next wants to be woken: a binary heap in which a later entry replaces an earlier one of the same key.
///
/// Replaced entries stay in the heap until they come to its top, so setting a deadline costs O(log n) and never a search.
package struct Deadlines<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let at: Instant
        let order: UInt64
        let key: Key
    }
    private var heap: [Entry] = []
    private var current: [Key: UInt64] = [:]
    private var order: UInt64 = 0

    package init() {}

    /// How many keys have a deadline.
    package var count: Int { current.count }

    /// The earliest deadline, if any.
    package var next: Instant? {
        mutating get {
            dropStale()
            return heap.first?.at
        }
    }

    /// Sets, moves or (with nil) clears the deadline of `key`.
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
    package mutating func popDue(at now: Instant) -> Key? {
        dropStale()
        guard let first = heap.first, first.at <= now else { return nil }
        current[first.key] = nil
        removeFirst()
        return first.key
    }

    private mutating func dropStale() {
        while let first = heap.first, current[first.key] != first.order { removeFirst() }
    }

    private mutating func rebuild() {
        let live = heap.filter { current[$0.key] == $0.order }
        heap.removeAll(keepingCapacity: true)
        for entry in live {
            heap.append(entry)
            siftUp(heap.count - 1)
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at.nanoseconds, heap[left].order) < (heap[right].at.nanoseconds, heap[right].order)
    }

    private mutating func siftUp(_ index: Int) {
        var child = index
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(child, parent) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [parent * 2 + 1, parent * 2 + 2] where child < heap.count && precedes(child, least) { least = child }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
