import Basis

/// Bytes of bodies that are under way and not whole, on all connections. Where that is too much, who sends most of them together loses those
/// that it began first, so that others' are read.
package struct BodyBudget<ID: Hashable> {
    /// For all connections, in bytes.
    package let together: Int

    private struct Entry {
        let owner: String?
        var bytes: Int
        let since: Instant
    }
    private var held: [ID: Entry] = [:]
    private var total = 0

    package init(together: Int = 256 << 20) { self.together = together }

    /// Notes how many bytes of a body are held for one now, and who sends it; 0: it is whole, or refused.
    package mutating func note(_ bytes: Int, of id: ID, by owner: String?, at now: Instant) {
        let before = held[id]
        guard bytes > 0 || before != nil else { return }
        total += bytes - (before?.bytes ?? 0)
        guard bytes > 0 else { return held[id] = nil }
        // Fewer bytes than before are of another body.
        let since = before.map { bytes < $0.bytes ? now : $0.since } ?? now
        held[id] = Entry(owner: owner, bytes: bytes, since: since)
    }

    /// Whose bodies are to be refused, so that three quarters of the budget are left in use; none while it is kept, or where all of it is one
    /// body's.
    package func overdue() -> [ID] {
        guard total > together, held.count > 1 else { return [] }
        var byOwner = Dictionary(grouping: held) { $0.value.owner }.mapValues { $0.sorted { $0.value.since > $1.value.since } }
        var bytes = byOwner.mapValues { $0.reduce(0) { $0 + $1.value.bytes } }
        var left = total, found: [ID] = []
        while left > together / 4 * 3, let owner = bytes.max(by: { $0.value < $1.value })?.key, let oldest = byOwner[owner]?.popLast() {
            found.append(oldest.key)
            left -= oldest.value.bytes
            bytes[owner]! -= oldest.value.bytes
        }
        return found
    }
}
