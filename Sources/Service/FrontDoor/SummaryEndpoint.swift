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
        /// Answer-seizure ratio (ITU-T E.411): of those that were dialled and of which it is known what came, the share that was answered; one that
        /// still rings counts nowhere. Null where there is none.
        let asr: Double?
        /// Network effectiveness ratio (ITU-T E.425): of the same the share that reached the callee, who answered, was busy, declined or did not
        /// answer; null where there is none.
        let ner: Double?
        /// Average call duration: mean seconds of those that were answered and have ended; null where there is none.
        let acdSeconds: Double?
        /// Milliseconds from the INVITE to the ringing (post-dial delay), at the middle and at 95 of 100; null where none rang.
        let pddP50: Int64?
        let pddP95: Int64?
        /// What they cost together, a sum for each currency in the order of their names; empty where nothing has a price.
        let charges: [Sum]

        struct Sum: Encodable, Equatable {
            let currency: String
            let amount: Amount
        }

        private enum CodingKeys: CodingKey { case key, count, answered, asr, ner, acdSeconds, pddP50, pddP95, charges }

        /// Every member is written, null where there is nothing.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encode(count, forKey: .count)
            try container.encode(answered, forKey: .answered)
            try container.encode(asr, forKey: .asr)
            try container.encode(ner, forKey: .ner)
            try container.encode(acdSeconds, forKey: .acdSeconds)
            try container.encode(pddP50, forKey: .pddP50)
            try container.encode(pddP95, forKey: .pddP95)
            try container.encode(charges, forKey: .charges)
        }
    }

    private struct Group {
        var count = 0, seizures = 0, answered = 0, reached = 0, talks = 0
        var talkedMilliseconds: Int64 = 0
        var delays: [Int64] = []
        var charges: [String: Amount] = [:]
    }

    private let grouping: Grouping
    /// Whose calls they are told as; nil tells all.
    private let operatorID: String?
    private var groups: [String: Group] = [:]

    init(by grouping: Grouping, for operatorID: String? = nil) { (self.grouping, self.operatorID) = (grouping, operatorID) }

    mutating func add(_ whole: DialOut) {
        let dialOut = operatorID.map { whole.shown(to: $0) } ?? whole
        var group = groups.removeValue(forKey: key(of: dialOut)) ?? Group()
        group.count += 1
        if dialOut.connectedAt != nil { group.answered += 1 }
        if dialOut.isSeizureWithResult {
            group.seizures += 1
            if dialOut.hasReachedCallee { group.reached += 1 }
        }
        if let talked = dialOut.talked {
            group.talks += 1
            group.talkedMilliseconds += talked.nanoseconds / 1_000_000
        }
        if let from = dialOut.dialledAt, let until = dialOut.ringingAt { group.delays.append(until.milliseconds - from.milliseconds) }
        if let charge = CallDetail(of: dialOut).charge {
            group.charges[charge.currency, default: .zero] = group.charges[charge.currency, default: .zero] + charge.amount
        }
        groups[key(of: dialOut)] = group
    }

    private func key(of dialOut: DialOut) -> String {
        switch grouping {
        case .hour: String(dialOut.acceptedAt.rfc3339.prefix(13)) + ":00:00.000Z"
        case .operator: operatorID ?? dialOut.trunkOwner ?? "none"
        case .country: dialOut.decision.country?.description ?? "none"
        case .outcome: outcome(of: dialOut)
        }
    }

    /// What it came to, for who sees all of it or one operator's attempts.
    private func outcome(of dialOut: DialOut) -> String {
        if let outcome = dialOut.ending?.outcome { return outcome.rawValue }
        return operatorID.map(dialOut.isWith) ?? true ? dialOut.state.rawValue : Outcome.failed.rawValue
    }

    static func table(_ rows: [Row]) -> String {
        func cell(_ value: (some CustomStringConvertible)?) -> String { value.map(\.description) ?? "" }
        let head = ["key", "count", "answered", "asr", "ner", "acdSeconds", "pddP50", "pddP95", "charges"]
        return
            ([head]
            + rows.map { row in
                [
                    row.key, "\(row.count)", "\(row.answered)", cell(row.asr), cell(row.ner), cell(row.acdSeconds), cell(row.pddP50),
                    cell(row.pddP95), row.charges.map { "\($0.amount) \($0.currency)" }.joined(separator: "; "),
                ]
            }).map(CSVText.line).joined()
    }

    /// By their keys.
    var rows: [Row] {
        groups.sorted { $0.key < $1.key }.map { key, group in
            let delays = group.delays.sorted()
            func delay(_ percent: Int) -> Int64? { delays.isEmpty ? nil : delays[(delays.count - 1) * percent / 100] }
            return Row(
                key: key, count: group.count, answered: group.answered,
                asr: group.seizures == 0 ? nil : Double(group.answered) / Double(group.seizures),
                ner: group.seizures == 0 ? nil : Double(group.reached) / Double(group.seizures),
                acdSeconds: group.talks == 0 ? nil : Double(group.talkedMilliseconds) / Double(group.talks) / 1000, pddP50: delay(50),
                pddP95: delay(95), charges: group.charges.sorted { $0.key < $1.key }.map { .init(currency: $0.key, amount: $0.value) })
        }
    }
}

extension Service {
    /// Dial-outs that one summary reads at the most, newest first, and how many in one turn.
    static let summaryLimit = 100_000
    private static let summaryPage = 250

    /// `GET /v1/dial-outs/summary?by=hour|operator|country|outcome`, of those that the filters of the list find.
    func summarise(_ call: APICall) async throws -> Response { try await summary(of: try search(call), for: nil, call) }

    /// `GET /v1/operators/{operator}/calls/summary?by=hour|country|outcome|operator`: what its calls came to on its own trunks.
    func summariseCalls(_ call: APICall) async throws -> Response {
        let (search, id) = try operatorSearch(call)
        return try await summary(of: search, for: id, call)
    }

    private func summary(of search: DialOutSearch, for operatorID: String?, _ call: APICall) async throws -> Response {
        let format = try RecordFormat(call.request)
        guard format != .lines else { throw RecordFormat.unacceptable([.json, .csv]) }
        struct Answer: Encodable {
            let rows: [DialOutSummary.Row]
            /// Whether there are more than were read.
            let truncated: Bool
        }
        guard let grouping = try call.choice("by", of: DialOutSummary.Grouping.self) else {
            throw InvalidField("by", "is required: hour, operator, country or outcome")
        }
        var search = search, summary = DialOutSummary(by: grouping, for: operatorID), count = 0, isLast = false
        let alive = live.records(where: search.matches), known = Set(alive.map(\.dialOut.id))
        for dialOut in try await written(alive, search) { summary.add(dialOut) }
        search.query.limit = Self.summaryPage
        search.query.isOpen = false
        while search.isOfStore, !isLast, count < Self.summaryLimit {
            let page = try await store.dialOuts(search.query)
            for stored in page where !known.contains(stored.id) {
                let dialOut = try stored.folded()
                if search.isShown(dialOut) { summary.add(dialOut) }
            }
            count += page.count
            isLast = page.count < search.query.limit
            if let last = page.last?.id { search.query.move(behind: last) }
        }
        let isTruncated = search.isOfStore && !isLast
        guard format == .csv else { return .json(200, JSON.encode(Answer(rows: summary.rows, truncated: isTruncated))) }
        guard !isTruncated else {
            throw InvalidField("from", "is needed: a table has no place to say that there are more than \(Self.summaryLimit) dial-outs")
        }
        return .text(200, DialOutSummary.table(summary.rows), type: "text/csv; charset=utf-8; header=present")
    }
}
