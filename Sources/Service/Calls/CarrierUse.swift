import Basis
import Dialing

/// What each tenant's calls on the service's own carrier have used this calendar month in UTC, counted from call records
/// (domain reference §2.2). Calls that an operator carries never count.
struct CarrierUse {
    /// One call of the service's own carrier, as its record tells it.
    struct Call: Decodable {
        struct Decided: Decodable { let country: Country? }
        let tenant: String
        let connectedAt: WallTime?
        let endedAt: WallTime?
        let outcome: Outcome?
        let decision: Decided
    }

    /// By month. The last few are kept: a call may end in another month than the clock is in that people read, which may jump.
    private var pools: [String: [String: MinutePool]] = [:]
    private static let monthsKept = 3

    /// What the tenant has used in the month of `now`.
    func pool(of tenant: String, at now: WallTime) -> MinutePool { pools[Self.month(of: now)]?[tenant] ?? MinutePool() }

    /// Counts a call in the month in which it ended, whenever it began: begun minutes, from the pool while the destination is in Zone A and
    /// minutes are left, else as credits. A call whose end nobody saw counts nothing.
    mutating func count(_ call: Call, settings: ConferencingSettings) {
        guard let from = call.connectedAt, let until = call.endedAt, call.outcome != .indeterminate else { return }
        let month = Self.month(of: until)
        let minutes = Int(max(1, (until.milliseconds - from.milliseconds + 59_999) / 60_000))
        var pool = pools[month]?[call.tenant] ?? MinutePool()
        let included = MinutePool.included(settings.purchasedStandardLicences ?? 0)
        let left = call.decision.country?.isZoneA == true ? max(0, included - pool.minutesUsed) : 0
        pool.minutesUsed += min(minutes, left)
        pool.creditsSpent += minutes - min(minutes, left)
        pools[month, default: [:]][call.tenant] = pool
        while pools.count > Self.monthsKept, let oldest = pools.keys.min() { pools[oldest] = nil }
    }

    mutating func forget(tenant: String) {
        for month in pools.keys { pools[month]?[tenant] = nil }
    }

    private static func month(of time: WallTime) -> String { String(time.rfc3339.prefix(7)) }

    /// Accepted before this, no call can have ended in the month of `now`: a day's call, and a day for all that comes before it.
    static func firstAcceptance(endingInMonthOf now: WallTime) -> WallTime {
        let start = WallTime(rfc3339: month(of: now) + "-01T00:00:00.000Z")!
        return WallTime(milliseconds: start.milliseconds - Int64(DialOutOrder.durations.upperBound + 86_400) * 1000)
    }
}

extension SortableID {
    /// Sorts before every identifier made at `time` or later.
    static func before(_ time: WallTime) -> SortableID {
        SortableID(high: UInt64(truncatingIfNeeded: max(0, time.milliseconds)) << 16, low: 0)
    }
}
