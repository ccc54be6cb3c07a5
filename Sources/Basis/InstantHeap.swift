/// Keys with the instant that each waits for: a binary heap, the earliest first, ties to the one that was added first.
///
/// Public, as what it uses is: of inlinable generic code only public code is specialized in other modules, and unspecialized it takes
/// several times as long (`docs/decisions/public-where-specialized.md`).
public struct InstantHeap<Key: Sendable>: Sendable {
    public struct Entry: Sendable {
        public let at: Instant
        /// Counts what was ever added.
        public let order: UInt64
        public let key: Key

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
    @usableFromInline var entries: [Entry] = []
    @usableFromInline var order: UInt64 = 0

    @inlinable
    public init() {}

    @inlinable public var count: Int { entries.count }
    @inlinable public var first: Entry? { entries.first }

    /// Answers the entry's ``Entry/order``.
    @inlinable
    @discardableResult
    public mutating func add(_ key: Key, at instant: Instant) -> UInt64 {
        order += 1
        entries.append(Entry(at: instant, order: order, key: key))
        siftUp(entries.count - 1)
        return order
    }

    @inlinable
    public mutating func removeFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        var hole = 0
        while true {
            var child = hole * 2 + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].precedes(entries[child]) { child += 1 }
            guard entries[child].precedes(last) else { break }
            entries[hole] = entries[child]
            hole = child
        }
        entries[hole] = last
    }

    @inlinable
    public mutating func removeAll(where isUnwanted: (Entry) -> Bool) {
        entries.removeAll(where: isUnwanted)
        for place in entries.indices { siftUp(place) }
    }

    /// Moves the entry up to its place; each that it passes is moved once.
    @inlinable
    mutating func siftUp(_ place: Int) {
        let entry = entries[place]
        var child = place
        while child > 0, entry.precedes(entries[(child - 1) / 2]) {
            entries[child] = entries[(child - 1) / 2]
            child = (child - 1) / 2
        }
        entries[child] = entry
    }
}
