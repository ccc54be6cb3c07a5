import Basis

/// Bytes of answers that wait for those who asked for them, on all connections. Where that is too much, who has taken nothing for longest is
/// closed, since one connection may ask for a document of many megabytes and takes it as long as it reads.
package struct AnswerBudget<ID: Hashable> {
    /// For all connections, in bytes.
    package let together: Int

    private var held: [ID: (bytes: Int, since: Instant)] = [:]
    private var total = 0

    package init(together: Int = 256 << 20) { self.together = together }

    /// Notes how many bytes wait for one now; that fewer do than before shows that it takes them.
    package mutating func note(_ bytes: Int, of id: ID, at now: Instant) {
        let before = held[id]
        guard bytes > 0 || before != nil else { return }
        total += bytes - (before?.bytes ?? 0)
        guard bytes > 0 else { return held[id] = nil }
        let since = before.map { bytes < $0.bytes ? now : $0.since } ?? now
        held[id] = (bytes, since)
    }

    /// Who is to be closed, so that three quarters of the budget are left in use: none while it is kept, or where all of it is one's.
    package func overdue() -> [ID] {
        guard total > together, held.count > 1 else { return [] }
        var left = total, found: [ID] = []
        for (id, entry) in held.sorted(by: { $0.value.since < $1.value.since }) where left > together / 4 * 3 {
            found.append(id)
            left -= entry.bytes
        }
        return found
    }
}
