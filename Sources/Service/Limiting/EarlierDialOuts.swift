import Basis
import Dialing

/// A dial-out of an earlier start, as its record tells it, for the counts of the last hour.
private struct EarlierDialOut: Decodable {
    let organizer: String
    let number: String
    let acceptedAt: WallTime
    let connectedAt: WallTime?
    let endedAt: WallTime?
    let outcome: Outcome?

    /// How long it talked, if that is known.
    var talked: Duration? {
        guard let from = connectedAt, let until = endedAt, outcome != .indeterminate else { return nil }
        return .milliseconds(until.milliseconds - from.milliseconds)
    }
}

extension Service {
    /// Dial-outs that are read back at a start, newest first, and how many in one turn.
    static let earlierLimit = 100_000
    static let earlierPage = 100

    /// Counts what earlier starts accepted in the last hour, so that a restart gives nobody a new hour, and goes on behind their identifiers,
    /// before any change of the configuration: the clock may have been set back. Requests are answered meanwhile; when the store cannot be read the counts begin at nothing.
    func countEarlierDialOuts() async {
        let now = world.now, wallTime = world.wallTime
        var query = DialOutQuery(limit: Self.earlierPage)
        query.from = .before(WallTime(milliseconds: wallTime.milliseconds - 3_600_000))
        await changeLock.acquire()
        let newest = try? await store.dialOuts(query).first
        if let newest { ids.follow(newest.id) }
        changeLock.release()
        for _ in 0..<Self.earlierLimit / Self.earlierPage {
            guard let rows = try? await store.dialOuts(query) else { return }
            for row in rows { count(row, readAt: now, wallTime) }
            guard rows.count == Self.earlierPage, let oldest = rows.last?.id else { return }
            query.before = oldest
        }
    }

    private func count(_ row: StoredDialOut, readAt now: Instant, _ wallTime: WallTime) {
        guard row.id >= identities[.tenant(row.tenant)], let earlier = try? JSON.decode(EarlierDialOut.self, row.body),
            earlier.outcome != .refused,
            let number = try? E164(earlier.number)
        else { return }
        func moment(_ time: WallTime) -> Instant { now + .milliseconds(min(0, time.milliseconds - wallTime.milliseconds)) }
        let subject = DialOutCounters.Subject(tenant: row.tenant, organizer: earlier.organizer, number: number)
        counters.recall(subject, acceptedAt: moment(earlier.acceptedAt), isOfLastMinute: now - moment(earlier.acceptedAt) < .seconds(60))
        if let talked = earlier.talked, let endedAt = earlier.endedAt { counters.talked(subject, talked, until: moment(endedAt)) }
    }
}
