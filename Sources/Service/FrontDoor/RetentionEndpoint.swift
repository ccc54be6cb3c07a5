import Basis
import Dialing
import Web

extension Service {
    /// How often what is too old is looked for, how long others have the store between two parts of it, and dial-outs of a part.
    static let retentionInterval = Duration.seconds(600)
    static let retentionPause = Duration.milliseconds(50)
    static let retentionPart = 32
    /// Retention waits for no endpoint longer.
    static let endpointPatience: Int64 = 72 * 3_600_000

    /// `GET /v1/retention`: how long things are kept, and from where on the log is whole.
    func getRetention(_ call: APICall) -> Response {
        struct Answer: Encodable {
            let eventDays: Int?, recordDays: Int?
            let answerHours: Int
            let oldestPlace: Int64, newestPlace: Int64

            private enum CodingKeys: CodingKey { case eventDays, recordDays, answerHours, oldestPlace, newestPlace }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(eventDays, forKey: .eventDays)
                try container.encode(recordDays, forKey: .recordDays)
                try container.encode(answerHours, forKey: .answerHours)
                try container.encode(oldestPlace, forKey: .oldestPlace)
                try container.encode(newestPlace, forKey: .newestPlace)
            }
        }
        let kept = settings.retention
        return .json(
            200,
            JSON.encode(
                Answer(
                    eventDays: kept.eventDays, recordDays: kept.recordDays, answerHours: Int(UsedKey.keptFor / 3_600_000),
                    oldestPlace: hub.oldest, newestPlace: hub.newest)))
    }

    /// Begins to look for what is too old, from time to time.
    func startRetention() {
        let alarm = world.makeAlarm { [weak self] in self?.assumeIsolated { $0.detach { await $0.forgetPart() } } }
        retentionAlarm = alarm
        alarm.set(at: world.now + Self.retentionInterval)
    }

    /// Takes one part away; the next one soon where there is more, and later where the store has other worries.
    private func forgetPart() async {
        guard !isDraining else { return }
        var isMore = false
        if ledger.failure == nil, let forgotten = try? await store.forget(retentionBounds) {
            hub.oldest = forgotten.oldestPlace
            metrics.forgotten += forgotten.dialOuts
            isMore = forgotten.isMore
        }
        retentionAlarm?.set(at: isDraining ? nil : world.now + (isMore ? Self.retentionPause : Self.retentionInterval))
    }

    private var retentionBounds: RetentionBounds {
        let now = world.wallTime.milliseconds
        func before(_ days: Int?) -> SortableID? { days.map { .before(WallTime(milliseconds: now - Int64($0) * 86_400_000)) } }
        let kept = settings.retention
        var bounds = RetentionBounds(
            events: before(kept.eventDays), records: before(kept.recordDays), keys: WallTime(milliseconds: now - UsedKey.keptFor),
            limit: Self.retentionPart)
        if let place = couriers.oldestPlace {
            bounds.held = (place, .before(WallTime(milliseconds: now - Self.endpointPatience)))
        }
        return bounds
    }
}
