import Basis
import Dialing
import Web

extension Service {
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
                    oldestPlace: hub.oldest, newestPlace: hub.newestPlace)))
    }
}
