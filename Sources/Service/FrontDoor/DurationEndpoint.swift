import Basis
import Dialing
import SIP
import Web

/// Durations as an operator measured them (domain reference §10.3, §11).
private struct DurationReport: Decodable {
    struct Item: Decodable {
        let callId: String?
        let dialOut: String?
        let seconds: Int
    }
    let durations: [Item]
}

/// What became of a report.
private struct DurationAnswer: Encodable {
    struct Mismatch: Encodable {
        let id: SortableID
        let callId: String?
        let reportedSeconds: Int
        let measuredSeconds: Int?
        let differenceSeconds: Int?
    }
    let toleranceSeconds: Int
    /// Entries that belong to a call of the operator; they are on its record.
    var matched = 0
    /// Those of them that differ from what was measured by more than the tolerance, or whose call was not answered as far as is known.
    var mismatches: [Mismatch] = []
    /// Entries that belong to no call of the operator that has ended.
    var unknown: [String] = []
}

extension Service {
    /// Entries of one report.
    static let durationLimit = 1_000
    /// Seconds by which two clocks may differ: each side counts from its own first and last message.
    static let durationTolerance = 2
    /// Times that the duration of one dial-out may be reported anew: each stays on its record.
    static let durationReports = 32

    /// `POST /v1/operators/{operator}/durations` `{"durations": [{"callId" or "dialOut", "seconds"}]}`: kept on the records that they belong to,
    /// and compared with what was measured. The same report again changes nothing.
    func reportDurations(_ call: APICall) async throws -> Response {
        let items = try call.body(DurationReport.self).durations, id = try carrier(call).id
        guard (1...Self.durationLimit).contains(items.count) else {
            throw InvalidField("durations", "has 1 to \(Self.durationLimit) entries, not \(items.count)")
        }
        for (index, item) in items.enumerated() {
            guard (item.callId == nil) != (item.dialOut == nil) else {
                throw InvalidField("durations[\(index)]", "names a callId or a dialOut, and not both")
            }
            guard (0...604_800).contains(item.seconds) else { throw InvalidField("durations[\(index)].seconds", "is 0 to 604800") }
        }
        try await refuseContradictions(in: items, by: id)
        var answer = DurationAnswer(toleranceSeconds: Self.durationTolerance)
        for item in items {
            guard let (dialOut, attempt, isKept) = try await kept(item, by: id) else {
                answer.unknown.append(item.callId ?? item.dialOut ?? "")
                continue
            }
            guard isKept else {
                throw Problem.conflict(
                    "the duration of \(dialOut.id) was reported \(Self.durationReports) times, which is the most; it stays as it was reported last"
                )
            }
            answer.matched += 1
            let measured = attempt == dialOut.attempts.count && !dialOut.isLost ? dialOut.durationSeconds : nil
            let difference = measured.map { item.seconds - $0 }
            guard difference.map({ abs($0) > Self.durationTolerance }) ?? (item.seconds > 0) else { continue }
            answer.mismatches.append(
                .init(
                    id: dialOut.id, callId: dialOut.attempts[attempt - 1].callID?.description, reportedSeconds: item.seconds,
                    measuredSeconds: measured, differenceSeconds: difference))
        }
        return .json(200, JSON.encode(answer))
    }

    /// A call may stand twice, by its dial-out and by its Call-ID, with the same seconds only: nobody would know which of two are charged.
    private func refuseContradictions(in items: [DurationReport.Item], by operatorID: String) async throws {
        struct Call: Hashable { let id: SortableID, attempt: Int }
        var places: [Call: Int] = [:]
        let dialOuts = items.map { named($0)?.dialOut }, times = Dictionary(dialOuts.map { ($0, 1) }, uniquingKeysWith: +)
        for (index, item) in items.enumerated() where times[dialOuts[index]] != 1 {
            guard let (dialOut, attempt, _) = try await reported(item, by: operatorID) else { continue }
            let first = places[Call(id: dialOut.id, attempt: attempt), default: index]
            guard items[first].seconds == item.seconds else {
                throw InvalidField(
                    "durations[\(index)].seconds",
                    "is what durations[\(first)] says of the same call, \(items[first].seconds), or one of them goes")
            }
            places[Call(id: dialOut.id, attempt: attempt)] = first
        }
    }

    /// The dial-out that an entry names, and which of its attempts where it names one.
    private func named(_ item: DurationReport.Item) -> (dialOut: SortableID, attempt: Int?)? {
        if let leg = item.callId.flatMap({ trunks.leg(ofCallID: $0) }) { return (leg.dialOut, leg.attempt) }
        return item.dialOut.flatMap { SortableID($0) }.map { ($0, nil) }
    }

    /// The dial-out that an entry means, which of its attempts, and how often its duration was reported; nil for one that is not the operator's, or
    /// not over.
    private func reported(_ item: DurationReport.Item, by operatorID: String) async throws -> (DialOut, attempt: Int, times: Int)? {
        guard let (id, attempt) = named(item), live[id] == nil, id >= identities[.operator(operatorID)] else { return nil }
        guard let stored = try await store.dialOut(id) else { return nil }
        let dialOut = try stored.folded()
        guard dialOut.state == .ended else { return nil }
        let own = attempt ?? (dialOut.attempts.lastIndex { $0.operator == operatorID }.map { $0 + 1 } ?? 0)
        guard dialOut.attempts.indices.contains(own - 1), dialOut.attempts[own - 1].operator == operatorID else { return nil }
        return (dialOut, own, stored.facts.count { TimedFact.isReport($0.row.body) })
    }

    /// Keeps what an entry says of the call that it means, unless it was said too often. One at a time: of two reports of a dial-out, perhaps of two
    /// operators, the later goes by what the earlier has made of it.
    private func kept(_ item: DurationReport.Item, by operatorID: String) async throws -> (DialOut, attempt: Int, isKept: Bool)? {
        await durationReports.acquire()
        defer { durationReports.release() }
        guard let (dialOut, attempt, times) = try await reported(item, by: operatorID) else { return nil }
        if dialOut.attempts[attempt - 1].reportedSeconds != item.seconds {
            guard times < Self.durationReports else { return (dialOut, attempt, false) }
            var changed = dialOut
            let now = max(world.wallTime, dialOut.endedAt ?? dialOut.acceptedAt)
            try await ledger.admit([changed.note(.durationReported(attempt: attempt, seconds: item.seconds), at: now)])
        }
        return (dialOut, attempt, true)
    }
}
