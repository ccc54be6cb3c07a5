import Basis
import Dialing
import Web

/// What some dial-outs came to together (contract, "Watching").
struct DialOutSummary {
    enum Grouping: String, CaseIterable { case hour, `operator`, country, outcome }

    struct Row: Encodable, Equatable {
        let key: String
        let count: Int
        let answered: Int
        /// Answer-seizure ratio: the share of those that were dialled that was answered; null where none was.
        let asr: Double?
        /// Average call duration: mean seconds of those that were answered and have ended; null where there is none.
        let acdSeconds: Double?
        /// Milliseconds from the INVITE to the ringing (post-dial delay), at the middle and at 95 of 100; null where none rang.
        let pddP50: Int64?
        let pddP95: Int64?

        private enum CodingKeys: CodingKey { case key, count, answered, asr, acdSeconds, pddP50, pddP95 }

        /// Every member is written, null where there is nothing.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encode(count, forKey: .count)
            try container.encode(answered, forKey: .answered)
            try container.encode(asr, forKey: .asr)
            try container.encode(acdSeconds, forKey: .acdSeconds)
            try container.encode(pddP50, forKey: .pddP50)
            try container.encode(pddP95, forKey: .pddP95)
        }
    }

    private struct Group {
        var count = 0, dialled = 0, answered = 0, talks = 0
        var talkedMilliseconds: Int64 = 0
        var delays: [Int64] = []
    }

    private let grouping: Grouping
    private var groups: [String: Group] = [:]

    init(by grouping: Grouping) { self.grouping = grouping }

    mutating func add(_ dialOut: DialOut) {
        var group = groups.removeValue(forKey: key(of: dialOut)) ?? Group()
        group.count += 1
        if dialOut.dialledAt != nil { group.dialled += 1 }
        if dialOut.connectedAt != nil { group.answered += 1 }
        if let talked = dialOut.talked {
            group.talks += 1
            group.talkedMilliseconds += talked.nanoseconds / 1_000_000
        }
        if let from = dialOut.dialledAt, let until = dialOut.ringingAt { group.delays.append(until.milliseconds - from.milliseconds) }
        groups[key(of: dialOut)] = group
    }

    private func key(of dialOut: DialOut) -> String {
        switch grouping {
        case .hour: String(dialOut.acceptedAt.rfc3339.prefix(13)) + ":00:00.000Z"
        case .operator: dialOut.trunkOwner ?? "none"
        case .country: dialOut.decision.country?.description ?? "none"
        case .outcome: dialOut.ending?.outcome.rawValue ?? dialOut.state.rawValue
        }
    }

    /// By their keys.
    var rows: [Row] {
        groups.sorted { $0.key < $1.key }.map { key, group in
            let delays = group.delays.sorted()
            func delay(_ percent: Int) -> Int64? { delays.isEmpty ? nil : delays[(delays.count - 1) * percent / 100] }
            return Row(
                key: key, count: group.count, answered: group.answered,
                asr: group.dialled == 0 ? nil : Double(group.answered) / Double(group.dialled),
                acdSeconds: group.talks == 0 ? nil : Double(group.talkedMilliseconds) / Double(group.talks) / 1000, pddP50: delay(50),
                pddP95: delay(95))
        }
    }
}

extension Service {
    /// Dial-outs that one summary reads at the most, newest first, and how many in one turn.
    static let summaryLimit = 100_000
    private static let summaryPage = 250

    /// `GET /v1/dial-outs/summary?by=hour|operator|country|outcome`, of those that the filters of the list find.
    func summarise(_ call: APICall) async throws -> Response {
        struct Answer: Encodable {
            let rows: [DialOutSummary.Row]
            /// Whether there are more than were read.
            let truncated: Bool
        }
        guard let grouping = try call.choice("by", of: DialOutSummary.Grouping.self) else {
            throw InvalidField("by", "is required: hour, operator, country or outcome")
        }
        var search = try search(call), summary = DialOutSummary(by: grouping), count = 0, isLast = false
        let found = live.values.filter(search.matches), known = Set(found.map(\.id))
        for dialOut in found { summary.add(dialOut) }
        search.query.limit = Self.summaryPage
        search.query.isOpen = false
        while search.isOfStore, !isLast, count < Self.summaryLimit {
            let page = try await store.dialOuts(search.query)
            for stored in page where !known.contains(stored.id) {
                let dialOut = try stored.folded()
                if search.isOfLeg(dialOut) { summary.add(dialOut) }
            }
            count += page.count
            isLast = page.count < search.query.limit
            if let last = page.last?.id { search.query.move(behind: last) }
        }
        return .json(200, JSON.encode(Answer(rows: summary.rows, truncated: search.isOfStore && !isLast)))
    }
}
