import Basis
import Webhooks

/// How far an endpoint is, as it is kept.
private struct KeptPlace: Codable {
    let id: SortableID
    let place: Int64
    let paused: Courier.PauseReason?
}

/// What waits of one dial-out, as it is kept. Times are those that people read: the next process has another monotonic clock.
private struct KeptWait: Codable {
    let id: SortableID
    let dialOut: SortableID
    let isOfRequest: Bool
    let sequence: Int
    let place: Int64
    let last: Int64
    let failures: Int
    let since: WallTime
    let due: WallTime?
    let status: Int?
    let failure: PostFailure?
}

/// Both clocks at one moment.
struct Clocks {
    let now: Instant
    let wall: WallTime

    func wall(_ instant: Instant) -> WallTime { WallTime(milliseconds: wall.milliseconds + (instant - now).nanoseconds / 1_000_000) }

    /// Never later than `longest` from now, whatever the clock that people read did since.
    func instant(_ time: WallTime, within longest: Duration) -> Instant {
        now + min(.milliseconds(time.milliseconds - wall.milliseconds), longest)
    }
}

extension WebhookEndpoint {
    var document: StoredDocument {
        StoredDocument(kind: .webhook, key: "\(id)", version: 0, body: JSON.encodeRevealing(self), isSecret: true)
    }

    /// All that is kept of an endpoint that is no more.
    static func farewell(_ id: SortableID, _ lines: some Sequence<WebhookItem.Line>) -> [StoreEntry] {
        let documents = [
            StoredDocument(kind: .webhook, key: "\(id)", version: 0, body: nil),
            StoredDocument(kind: .webhookPlace, key: "\(id)", version: 0, body: nil),
        ]
        return (documents + lines.map { StoredDocument(kind: .webhookWait, key: $0.key(of: id), version: 0, body: nil) }).map {
            .document($0)
        }
    }
}

extension WebhookItem.Line {
    /// Names it among what is kept of endpoints.
    fileprivate func key(of endpoint: SortableID) -> String { "\(endpoint)/\(name)" }

    /// As a delivery is named: by its dial-out.
    var name: String { isOfRequest ? "\(dialOut)-request" : "\(dialOut)" }

    init?(name: String) {
        let isOfRequest = name.hasSuffix("-request")
        guard let id = SortableID(isOfRequest ? String(name.dropLast("-request".count)) : name) else { return nil }
        self.init(id, isOfRequest: isOfRequest)
    }
}

extension Courier.Changes {
    /// To be written in one group.
    func entries(of endpoint: SortableID, _ clocks: Clocks) -> [StoreEntry] {
        let paused: Courier.PauseReason? = if case .paused(let reason) = status { reason } else { nil }
        let kept = KeptPlace(id: endpoint, place: place, paused: paused)
        var documents = [StoredDocument(kind: .webhookPlace, key: "\(endpoint)", version: 0, body: JSON.encode(kept))]
        for (line, wait) in waiting {
            documents.append(
                StoredDocument(
                    kind: .webhookWait, key: line.key(of: endpoint), version: 0,
                    body: wait.map { JSON.encode(KeptWait(endpoint, line, $0, clocks)) }))
        }
        return documents.map { .document($0) }
    }
}

extension KeptWait {
    init(_ endpoint: SortableID, _ line: WebhookItem.Line, _ wait: Courier.Waiting, _ clocks: Clocks) {
        (id, dialOut, isOfRequest) = (endpoint, line.dialOut, line.isOfRequest)
        (sequence, place, last, failures) = (wait.sequence, wait.place, wait.last, wait.failures)
        (since, due) = (clocks.wall(wait.since), wait.due.map(clocks.wall))
        switch wait.outcome {
        case .answered(let code): (status, failure) = (code, nil)
        case .failed(let why): (status, failure) = (nil, why)
        }
    }

    var line: WebhookItem.Line { .init(dialOut, isOfRequest: isOfRequest) }

    func waiting(_ clocks: Clocks) -> Courier.Waiting {
        Courier.Waiting(
            sequence: sequence, place: place, last: last, failures: failures, since: clocks.instant(since, within: .zero),
            outcome: failure.map { .failed($0) } ?? .answered(status: status ?? 0),
            due: due.map { clocks.instant($0, within: WebhookBackoff.longest) })
    }
}

extension StoredDocuments {
    /// The endpoints as they were kept, each with where it stood.
    func webhooks(_ clocks: Clocks) throws(StoreFailure) -> [(WebhookEndpoint, Courier)] {
        let endpoints: [WebhookEndpoint] = try decoded(.webhook)
        let places: [KeptPlace] = try decoded(.webhookPlace), waits: [KeptWait] = try decoded(.webhookWait)
        let byEndpoint = Dictionary(grouping: waits, by: \.id)
        var found: [(WebhookEndpoint, Courier)] = []
        let placeOf = Dictionary(places.map { ($0.id, $0) }) { $1 }
        for endpoint in endpoints {
            guard let kept = placeOf[endpoint.id] else { throw StoreFailure("the place of the stored webhook \(endpoint.id) is missing") }
            let waiting = Dictionary((byEndpoint[endpoint.id] ?? []).map { ($0.line, $0.waiting(clocks)) }) { $1 }
            let status = kept.paused.map { Courier.Status.paused($0) } ?? .active
            found.append((endpoint, Courier(after: kept.place, status, waiting, at: clocks.now)))
        }
        return found
    }
}
