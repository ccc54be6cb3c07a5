import Basis
import Dialing

/// What tenants, organizers and numbers have dialled lately, held against ``DialOutLimits``. Calls at a time are
/// counted since this start of the service, all else over the last hour.
struct DialOutCounters: Sendable {
    /// Whose dial-out it is, and to whom.
    struct Subject: Hashable, Sendable {
        let tenant: String
        let organizer: String
        let number: E164
    }
    struct Reading: Equatable, Sendable {
        let measure: DialOutLimits.Measure
        let count: Int
    }
    struct Refusal: Equatable, Sendable {
        let reading: Reading
        let block: Int
        let retryAfter: Duration
    }

    private enum Key: Hashable { case tenant(String), organizer(String, String), number(String, E164) }
    private struct Warning: Hashable {
        let measure: DialOutLimits.Measure
        let key: Key
    }

    /// Keys held until those that count nothing are looked for.
    static let sweepSize = 10_000
    static let usualRetryAfter = Duration.seconds(5)
    /// A level that stays passed is told of this often.
    static let warningInterval = Duration.seconds(60)

    private var concurrent: [Key: Int] = [:]
    private var perMinute: [Key: SlidingCount] = [:]
    private var perHour: [Key: SlidingCount] = [:]
    private var connected: [Key: SlidingCount] = [:]
    private var short: [Key: SlidingCount] = [:]
    private var warned: [Warning: Instant] = [:]
    private var sweepAt = Self.sweepSize

    private let numberLimit: Int

    /// Past `numberLimit` numbers of the last hour, those that were dialled least are forgotten: they are furthest from any level.
    init(numberLimit: Int = 100_000) { self.numberLimit = numberLimit }

    /// Numbers of which the last hour's dial-outs are counted.
    var numbersCounted: Int { perHour.count }

    /// The first limit that blocks the dial-out; nothing is counted.
    func refusal(of subject: Subject, _ limits: DialOutLimits, at now: Instant) -> Refusal? {
        for measure in DialOutLimits.Measure.allCases {
            guard let block = limits[measure]?.block, let count = count(measure, of: subject, at: now), count >= block else { continue }
            return Refusal(
                reading: Reading(measure: measure, count: count), block: block,
                retryAfter: retryAfter(measure, block, of: subject, at: now))
        }
        return nil
    }

    /// Counts an accepted dial-out, and names the levels at which it is to be looked at.
    mutating func accepted(_ subject: Subject, _ limits: DialOutLimits, at now: Instant) -> [Reading] {
        for key in [Key.tenant(subject.tenant), .organizer(subject.tenant, subject.organizer)] { concurrent[key, default: 0] += 1 }
        recall(subject, acceptedAt: now, isOfLastMinute: true)
        sweep(at: now)
        forgetRareNumbers(at: now)
        return DialOutLimits.Measure.allCases.compactMap { measure in
            guard let warn = limits[measure]?.warn, let count = count(measure, of: subject, at: now), count >= warn else { return nil }
            return Reading(measure: measure, count: count)
        }
    }

    /// Lets go of all counts of a tenant that is no more.
    mutating func forget(tenant: String) {
        func isOf(_ key: Key) -> Bool {
            switch key {
            case .tenant(let id), .organizer(let id, _), .number(let id, _): id == tenant
            }
        }
        concurrent = concurrent.filter { !isOf($0.key) }
        for counts in [\Self.perMinute, \.perHour, \.connected, \.short] {
            self[keyPath: counts] = self[keyPath: counts].filter { !isOf($0.key) }
        }
        warned = warned.filter { !isOf($0.key.key) }
    }

    /// Takes back what ``accepted(_:_:at:)`` counted at a moment: it was not kept, so it never was.
    mutating func takeBack(_ subject: Subject, acceptedAt moment: Instant, at now: Instant) {
        ended(subject, talked: nil, at: now)
        perHour[.number(subject.tenant, subject.number)]?.remove(at: SlidingCount.slice(moment, of: .seconds(3600)))
        for key in [Key.tenant(subject.tenant), .organizer(subject.tenant, subject.organizer)] {
            perMinute[key]?.remove(at: SlidingCount.slice(moment, of: .seconds(60)))
        }
    }

    /// Counts what was accepted at a moment of the last hour, be it now or in an earlier start of the service.
    mutating func recall(_ subject: Subject, acceptedAt moment: Instant, isOfLastMinute: Bool) {
        perHour[.number(subject.tenant, subject.number), default: SlidingCount()].add(at: SlidingCount.slice(moment, of: .seconds(3600)))
        guard isOfLastMinute else { return }
        for key in [Key.tenant(subject.tenant), .organizer(subject.tenant, subject.organizer)] {
            perMinute[key, default: SlidingCount()].add(at: SlidingCount.slice(moment, of: .seconds(60)))
        }
    }

    /// Whether a warning is news: nobody was told of this count of this subject within ``warningInterval``.
    mutating func isNews(_ measure: DialOutLimits.Measure, of subject: Subject, at now: Instant) -> Bool {
        let key: Key =
            switch measure {
            case .tenantConcurrentCalls, .tenantCallsPerMinute: .tenant(subject.tenant)
            case .organizerConcurrentCalls, .organizerCallsPerMinute, .shortCallPercent: .organizer(subject.tenant, subject.organizer)
            case .sameNumberPerHour: .number(subject.tenant, subject.number)
            }
        let warning = Warning(measure: measure, key: key)
        if let last = warned[warning], now - last < Self.warningInterval { return false }
        if warned.count >= Self.sweepSize { warned = warned.filter { now - $0.value < Self.warningInterval } }
        warned[warning] = now
        return true
    }

    /// A dial-out that was accepted is over, after so long a call if it was connected.
    mutating func ended(_ subject: Subject, talked: Duration?, at now: Instant) {
        for key in [Key.tenant(subject.tenant), .organizer(subject.tenant, subject.organizer)] {
            guard let count = concurrent[key] else { continue }
            concurrent[key] = count > 1 ? count - 1 : nil
        }
        if let talked { self.talked(subject, talked, until: now) }
    }

    /// Counts a call that was connected and ended at a moment of the last hour.
    mutating func talked(_ subject: Subject, _ talked: Duration, until moment: Instant) {
        let organizer = Key.organizer(subject.tenant, subject.organizer), slice = SlidingCount.slice(moment, of: .seconds(3600))
        connected[organizer, default: SlidingCount()].add(at: slice)
        if talked < .seconds(DialOutLimits.shortCallSeconds) { short[organizer, default: SlidingCount()].add(at: slice) }
    }

    private func count(_ measure: DialOutLimits.Measure, of subject: Subject, at now: Instant) -> Int? {
        let tenant = Key.tenant(subject.tenant), organizer = Key.organizer(subject.tenant, subject.organizer)
        let minute = SlidingCount.slice(now, of: .seconds(60)), hour = SlidingCount.slice(now, of: .seconds(3600))
        switch measure {
        case .tenantConcurrentCalls: return concurrent[tenant] ?? 0
        case .organizerConcurrentCalls: return concurrent[organizer] ?? 0
        case .tenantCallsPerMinute: return perMinute[tenant]?.sum(at: minute) ?? 0
        case .organizerCallsPerMinute: return perMinute[organizer]?.sum(at: minute) ?? 0
        case .sameNumberPerHour: return perHour[.number(subject.tenant, subject.number)]?.sum(at: hour) ?? 0
        case .shortCallPercent:
            let calls = connected[organizer]?.sum(at: hour) ?? 0
            return calls < DialOutLimits.shareBasis ? nil : (short[organizer]?.sum(at: hour) ?? 0) * 100 / calls
        }
    }

    private func retryAfter(
        _ measure: DialOutLimits.Measure, _ block: Int, of subject: Subject, at now: Instant
    ) -> Duration {
        func wait(_ count: SlidingCount?, _ span: Int) -> Duration {
            let slice = SlidingCount.slice(now, of: .seconds(span))
            return .seconds((count?.slicesUntil(below: block, at: slice) ?? 1) * span / SlidingCount.slices)
        }
        switch measure {
        case .tenantConcurrentCalls, .organizerConcurrentCalls: return Self.usualRetryAfter
        case .tenantCallsPerMinute: return wait(perMinute[.tenant(subject.tenant)], 60)
        case .organizerCallsPerMinute: return wait(perMinute[.organizer(subject.tenant, subject.organizer)], 60)
        case .sameNumberPerHour: return wait(perHour[.number(subject.tenant, subject.number)], 3600)
        case .shortCallPercent: return .seconds(3600 / SlidingCount.slices)
        }
    }

    private mutating func forgetRareNumbers(at now: Instant) {
        guard perHour.count > numberLimit else { return }
        let slice = SlidingCount.slice(now, of: .seconds(3600))
        var rare = 1
        while perHour.count > numberLimit / 2 {
            perHour = perHour.filter { $0.value.sum(at: slice) > rare }
            rare *= 2
        }
    }

    /// Forgets whoever has dialled nothing for so long that it counts no more.
    private mutating func sweep(at now: Instant) {
        guard perMinute.count + perHour.count + connected.count > sweepAt else { return }
        func keep(_ counts: inout [Key: SlidingCount], _ span: Int) {
            let slice = SlidingCount.slice(now, of: .seconds(span))
            counts = counts.filter { $0.value.sum(at: slice) > 0 }
        }
        keep(&perMinute, 60)
        keep(&perHour, 3600)
        keep(&connected, 3600)
        keep(&short, 3600)
        sweepAt = max(Self.sweepSize, 2 * (perMinute.count + perHour.count + connected.count))
    }
}
