import Basis

/// What DNS answered to one question.
enum DNSAnswer<Record: Sendable>: Sendable {
    case found([Record], seconds: Int)
    /// The name or the records do not exist.
    case nothing
    /// Nobody knows: time-out, a server that fails, a response that cannot be read.
    case failed(String)
}

/// Answers by name, each for its time to live within bounds. What was found last stays when the servers fail.
struct RememberedAnswers<Record: Sendable> {
    /// Least and greatest time for which records are used without asking again, whatever their TTL says.
    static var timeToLive: ClosedRange<Int> { 5...3600 }
    /// Seconds until a name is asked for again that does not exist, and one whose servers fail.
    static var nothingSeconds: Int { 30 }
    static var failedSeconds: Int { 5 }

    private struct Entry {
        let records: [Record]
        let until: Instant
    }

    private var entries: [String: Entry] = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Nil: it is time to ask.
    func fresh(_ name: String, at now: Instant) -> [Record]? {
        guard let entry = entries[name], now < entry.until else { return nil }
        return entry.records
    }

    /// What holds of late, fresh or not.
    func last(_ name: String) -> [Record] { entries[name]?.records ?? [] }

    /// Takes an answer and says what holds now.
    mutating func note(_ name: String, _ answer: DNSAnswer<Record>, at now: Instant) -> [Record] {
        let entry =
            switch answer {
            case .found(let records, let seconds):
                Entry(
                    records: records,
                    until: now + .seconds(min(max(seconds, Self.timeToLive.lowerBound), Self.timeToLive.upperBound)))
            case .nothing: Entry(records: [], until: now + .seconds(Self.nothingSeconds))
            case .failed: Entry(records: entries[name]?.records ?? [], until: now + .seconds(Self.failedSeconds))
            }
        if entries[name] == nil, entries.count >= limit, let oldest = entries.min(by: { $0.value.until < $1.value.until }) {
            entries[oldest.key] = nil
        }
        entries[name] = entry
        return entry.records
    }
}
