import Basis

/// How many connections there may be. A new one takes the place of those that are owed nothing and said nothing for longest.
package struct ConnectionRoom: Sendable {
    /// A connection as it stands.
    package struct Standing<ID: Sendable>: Sendable {
        let id: ID, lastHeard: Instant, owesNothing: Bool

        /// `lastHeard` is when bytes came last; `owesNothing`, that everything that was asked is answered and has left.
        package init(_ id: ID, lastHeard: Instant, owesNothing: Bool) {
            (self.id, self.lastHeard, self.owesNothing) = (id, lastHeard, owesNothing)
        }
    }

    /// Connections at a time.
    package let limit: Int

    package init(limit: Int = 20_000) { self.limit = limit }

    /// Those that make room for one more: a hundredth at once, so that not each new one looks through all; none where all are owed something.
    package func displaced<ID>(_ connections: [Standing<ID>]) -> [ID] {
        let silent = connections.filter(\.owesNothing).sorted { $0.lastHeard < $1.lastHeard }
        return silent.prefix(max(1, limit / 100)).map(\.id)
    }
}
