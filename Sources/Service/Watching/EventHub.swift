import Basis

/// Where a subscriber's bytes go. False from `send` means it reads too slowly and is to be let go; it can resume by `Last-Event-ID`.
package protocol EventSink: AnyObject, Sendable {
    func send(_ chunk: [UInt8]) -> Bool
    func close()
    /// Calls `done` once everything that was sent has left, or never will.
    func whenWritten(_ done: @escaping @Sendable () -> Void)
}

/// Everybody who watches: each sees the events of its scope in the order of the log, without a gap.
///
/// A subscriber that resumes reads the log first and joins the live events at the place where its reading ended.
final class EventHub {
    struct Subscriber {
        let subscription: Subscription
        let sink: any EventSink
        var scope: FactQuery.Scope { subscription.scope }
        var masked: Bool { subscription.masked }
        /// The last place it was sent.
        var cursor: Int64
        /// False while it still reads the log.
        var isLive: Bool
    }

    static let subscriberLimit = 10_000

    private var subscribers: [Int: Subscriber] = [:]
    private var byScope: [FactQuery.Scope: Set<Int>] = [:]
    private var lastID = 0
    /// Of the tokens that opened streams.
    private var expiries: [Int: WallTime] = [:]
    /// Before it no token expires that opened a stream.
    private(set) var nextExpiry: WallTime?
    /// The place of the newest event that was published.
    private(set) var newest: Int64

    /// The place from which on all events are kept.
    var oldest: Int64

    init(oldest: Int64 = 1, newest: Int64) { (self.oldest, self.newest) = (oldest, newest) }

    var count: Int { subscribers.count }

    /// Nil when there are too many.
    func subscribe(_ subscription: Subscription, _ sink: any EventSink) -> Int? {
        guard subscribers.count < Self.subscriberLimit else { return nil }
        lastID += 1
        let isLost = subscription.after.map { $0 > newest || $0 + 1 < oldest && !subscription.scope.isOfDialOut } ?? false
        let cursor = isLost ? newest : subscription.after ?? newest
        subscribers[lastID] = Subscriber(subscription: subscription, sink: sink, cursor: cursor, isLive: cursor == newest)
        byScope[subscription.scope, default: []].insert(lastID)
        if let expiry = subscription.token?.expiresAt {
            expiries[lastID] = expiry
            nextExpiry = min(nextExpiry ?? expiry, expiry)
        }
        if isLost, !sink.send(reset) { drop(lastID) }
        return lastID
    }

    /// For who resumes behind a place that the log has not come to, as after another log was put in its place, or before the first that is
    /// kept: what there is, then what comes.
    private var reset: [UInt8] {
        Array("id: \(newest)\nevent: reset\ndata: {\"type\":\"reset\",\"oldest\":\(oldest),\"newest\":\(newest)}\n\n".utf8)
    }

    func closeExpired(at time: WallTime) {
        for (id, expiry) in expiries where expiry <= time { drop(id) }
        nextExpiry = expiries.values.min()
    }

    /// Ends the streams that a token opened.
    func close(openedWith token: SortableID) {
        for (id, subscriber) in subscribers where subscriber.subscription.token?.id == token { drop(id) }
    }

    func unsubscribe(_ id: Int) {
        expiries[id] = nil
        guard let subscriber = subscribers.removeValue(forKey: id) else { return }
        byScope[subscriber.scope]?.remove(id)
        if byScope[subscriber.scope]?.isEmpty == true { byScope[subscriber.scope] = nil }
    }

    /// The place after which a subscriber still has to read the log; nil once it is live or gone.
    func backlog(of id: Int) -> Int64? {
        guard let subscriber = subscribers[id], !subscriber.isLive else { return nil }
        return subscriber.cursor
    }

    /// Hands over a page of the log, which has all facts of the scope up to `through`; where that is the newest, the subscriber becomes live.
    /// Facts of a group that is being committed may be in it: they come when they are published.
    func replay(_ entries: [ToldEntry], through: Int64, to id: Int) {
        guard var subscriber = subscribers[id], !subscriber.isLive else { return }
        for entry in entries where entry.place > subscriber.cursor && entry.place <= newest {
            subscriber.cursor = entry.place
            guard entry.told.id >= subscriber.subscription.since, subscriber.scope.hears(entry.told) else { continue }
            var rendering = Rendering(entry.told, at: entry.place)
            guard subscriber.sink.send(rendering.text(masked: subscriber.masked)) else { return drop(id) }
        }
        subscriber.cursor = max(subscriber.cursor, min(through, newest))
        subscriber.isLive = subscriber.cursor >= newest
        subscribers[id] = subscriber
    }

    /// An entry is on disk; `told` is nil where nobody is told of it.
    func publish(_ row: FactRow, at place: Int64, _ told: Told?) {
        newest = place
        guard !subscribers.isEmpty, let told else { return }
        var rendering = Rendering(told, at: place)
        var scopes: [FactQuery.Scope] = told.isForOperatorAlone ? [] : [.all, .tenant(row.tenant), .dialOut(row.dialOut)]
        if let operatorID = row.operatorID { scopes.append(.operator(operatorID)) }
        for scope in scopes {
            for id in byScope[scope] ?? [] {
                guard let subscriber = subscribers[id], subscriber.isLive else { continue }
                guard told.id >= subscriber.subscription.since else {
                    subscribers[id]?.cursor = place
                    continue
                }
                if subscriber.sink.send(rendering.text(masked: subscriber.masked)) {
                    subscribers[id]?.cursor = place
                } else {
                    drop(id)
                }
            }
        }
    }

    func sendComment() {
        for (id, subscriber) in subscribers where !subscriber.sink.send(Array(": still here\n\n".utf8)) { drop(id) }
    }

    /// Ends a stream that cannot go on.
    func close(_ id: Int) { drop(id) }

    /// Returns once everything that was sent to a subscriber has left, or it is gone.
    func written(to id: Int) async {
        guard let sink = subscribers[id]?.sink else { return }
        await withCheckedContinuation { waiter in sink.whenWritten { waiter.resume() } }
    }

    func closeAll() {
        for id in Array(subscribers.keys) { drop(id) }
    }

    private func drop(_ id: Int) {
        subscribers[id]?.sink.close()
        unsubscribe(id)
    }

    /// An event as server-sent text (WHATWG HTML §9.2), made once for all who see it. Its place is the id, so that `Last-Event-ID` resumes behind it.
    private struct Rendering {
        private let told: Told
        private let place: Int64
        private lazy var full = serverSent(told.written)
        private lazy var masked = serverSent(told.maskedForOperator)

        init(_ told: Told, at place: Int64) { (self.told, self.place) = (told, place) }

        mutating func text(masked wanted: Bool) -> [UInt8] { wanted ? masked : full }

        private func serverSent(_ body: [UInt8]) -> [UInt8] {
            var chunk = Array("id: \(place)\nevent: \(told.streamName)\ndata: ".utf8)
            chunk += body
            chunk += Array("\n\n".utf8)
            return chunk
        }
    }
}

extension FactQuery.Scope {
    /// Whether who watches it is told.
    fileprivate func hears(_ told: Told) -> Bool {
        switch self {
        case .operator: true
        case .all, .tenant, .dialOut: !told.isForOperatorAlone
        }
    }
}
