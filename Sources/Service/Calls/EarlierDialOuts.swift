import Basis
import Dialing

extension DialOuts {
    /// Dial-outs that are read back at a start, newest first, and how many in one turn.
    static let earlierLimit = 100_000
    static let earlierPage = 100

    /// Counts what earlier starts accepted in the last hour, so that a restart gives nobody a new hour or another's meeting. Requests are
    /// answered meanwhile; when the store cannot be read the counts begin at nothing.
    func countEarlierDialOuts() async {
        let now = world.now, wallTime = world.wallTime
        var query = DialOutQuery(limit: Self.earlierPage)
        query.from = .before(WallTime(milliseconds: wallTime.milliseconds - 3_600_000))
        for _ in 0..<Self.earlierLimit / Self.earlierPage {
            guard let rows = try? await store.dialOuts(query) else { return }
            for row in rows { if let earlier = try? row.folded() { uses.recall(earlier, readAt: now, wallTime) } }
            guard rows.count == Self.earlierPage, let oldest = rows.last?.id else { return }
            query.before = oldest
        }
    }
}
