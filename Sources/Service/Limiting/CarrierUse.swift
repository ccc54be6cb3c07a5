import Basis
import Dialing

/// What each tenant's calls on the service's own carrier have used, by calendar month in UTC (domain reference §2.2). The store's sums are
/// the truth.
struct CarrierUse {
    /// By month. The last few are kept: a call may end in another month than the clock is in that people read, which may jump.
    private var pools: [Month: [String: MinutePool]] = [:]
    static let monthsKept = 3

    init() {}

    init(_ stored: [StoredUse]) {
        for use in stored { add(use) }
    }

    /// What the tenant has used in the month of `now`; its name is that of ``Identities/name(ofTenant:)``.
    func pool(of tenant: String, at now: WallTime) -> MinutePool { pools[Month(of: now)]?[tenant] ?? MinutePool() }

    /// A call that was connected.
    struct Call {
        let connectedAt: WallTime
        let endedAt: WallTime
        let destination: Destination
        /// The organizer's that counted.
        let licence: Licence?
        /// Whether the organizer may use credits (domain reference §2.2).
        var holdsCredits = false
    }

    /// Counts a call in the month in which it ended, whenever it began: begun minutes, by what pays for them. A call that the pool ends under is
    /// the pool's to its end where its organizer may not use credits. What is counted is to be kept; nil counts nothing.
    mutating func count(_ call: Call, of tenant: String, under terms: CarrierTerms) -> StoredUse? {
        let minutes = Int(max(1, (call.endedAt.milliseconds - call.connectedAt.milliseconds + 59_999) / 60_000))
        let pooled: Int
        switch terms.payer(under: call.licence, to: call.destination) {
        case .nobody: return nil
        case .pool(let included):
            let left = max(0, included - pool(of: tenant, at: call.endedAt).minutesUsed)
            pooled = call.holdsCredits ? min(minutes, left) : minutes
        case .credits: pooled = 0
        }
        let use = StoredUse(
            tenant: tenant, month: Month(of: call.endedAt), pool: MinutePool(minutesUsed: pooled, creditsSpent: minutes - pooled))
        add(use)
        return use
    }

    private mutating func add(_ use: StoredUse) {
        pools[use.month, default: [:]][use.tenant, default: MinutePool()].minutesUsed += use.pool.minutesUsed
        pools[use.month]![use.tenant]!.creditsSpent += use.pool.creditsSpent
        while pools.count > Self.monthsKept, let oldest = pools.keys.min() { pools[oldest] = nil }
    }

    mutating func forget(tenant: String) {
        for month in pools.keys { pools[month]?[tenant] = nil }
    }
}

extension DialOut {
    /// Nil for what counts nothing: an operator carried it, or it was not connected. One whose end nobody saw counts for as long as it was seen.
    var carrierCall: CarrierUse.Call? {
        guard operatorID == Operator.serviceCarrier, let connectedAt, let endedAt else { return nil }
        return CarrierUse.Call(
            connectedAt: connectedAt, endedAt: endedAt, destination: Destination(decision.number, in: decision.country),
            licence: decision.licence)
    }
}

extension SortableID {
    /// Sorts before every identifier made at `time` or later.
    static func before(_ time: WallTime) -> SortableID {
        SortableID(high: UInt64(truncatingIfNeeded: max(0, time.milliseconds)) << 16, low: 0)
    }
}
