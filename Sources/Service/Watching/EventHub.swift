import Basis

/// Where a subscriber's bytes go. False from `send` means it reads too slowly and is to be let go; it can resume by `Last-Event-ID`.
package protocol EventSink: AnyObject, Sendable {
    func send(_ chunk: [UInt8]) -> Bool
    func close()
    /// Calls `done` once everything that was sent has left, or never will.
    func whenWritten(_ done: @escaping @Sendable () -> Void)
}

/// Everybody who watches: each sees the events of its scope in the order of the log, without a gap. Where there are several nodes, of each log.
///
/// A subscriber that resumes reads the log first and joins the live events at the place where its reading ended.
final class EventHub {
    struct Subscriber {
        let subscription: Subscription
        let sink: any EventSink
        var scope: FactQuery.Scope { subscription.scope }
        var masked: Bool { subscription.masked }
        /// How far it had been sent each log when it became live; it may have seen more at another node than there was here.
        var cursor: LogPlaces
        /// Logs that nobody has found in the store as long as it says that they are.
        var unproven: [LogID]
        /// False while it still reads the log.
        var isLive: Bool
    }

    private var subscribers: [Int: Subscriber] = [:]
    private var byScope: [FactQuery.Scope: Set<Int>] = [:]
    /// Streams of a tenant's or an operator's tokens.
    private var byOwner: [Identities.Subject: Int] = [:]
    private var lastID = 0
    /// Of the tokens that opened streams.
    private var expiries: [Int: WallTime] = [:]
    /// Before it no token expires that opened a stream.
    private(set) var nextExpiry: WallTime?
    /// The log that this node writes.
    private let log: LogID
    /// Whether other nodes may have told of a place before it is told here.
    private let isShared: Bool
    /// Subscribers at a time, and those of one tenant or operator.
    private let limit: Int
    private let share: Int
    private let wallTime: () -> WallTime
    /// The place of the newest event of each log that was published.
    private(set) var newest: LogPlaces
    /// Of this node's own log.
    var newestPlace: Int64 { newest[log] }

    /// The place of this node's log from which on all events are kept.
    var oldest: Int64

    /// Whose tokens have expired by `wallTime` is told nothing more.
    init(
        log: LogID, oldest: Int64, newest: LogPlaces, isShared: Bool, limit: Int, share: Int, wallTime: @escaping () -> WallTime
    ) {
        self.wallTime = wallTime
        (self.log, self.oldest, self.newest, self.isShared, self.limit, self.share) = (log, oldest, newest, isShared, limit, share)
    }

    var count: Int { subscribers.count }

    /// How many streams are open already where one more is too many: of all, or of its owner's own.
    func fullness(for token: Token?) -> Fullness? {
        if let owner = token?.subject, byOwner[owner, default: 0] >= share { return .ofOwner(share) }
        return count >= limit ? .ofAll(limit) : nil
    }

    enum Fullness: Equatable { case ofOwner(Int), ofAll(Int) }

    /// Nil when there are too many.
    func subscribe(_ subscription: Subscription, _ sink: any EventSink) -> Int? {
        guard fullness(for: subscription.token) == nil else { return nil }
        lastID += 1
        if let owner = subscription.token?.subject { byOwner[owner, default: 0] += 1 }
        let after = subscription.after ?? newest, beyond = after.logs(beyond: newest)
        let isLost = !beyond.isEmpty && !isShared || after[log] + 1 < oldest && !subscription.scope.isOfDialOut
        let cursor = isLost ? newest : after
        subscribers[lastID] = Subscriber(
            subscription: subscription, sink: sink, cursor: cursor, unproven: isLost ? [] : beyond, isLive: cursor == newest)
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
        Array("id: \(newest)\nevent: reset\ndata: {\"type\":\"reset\",\"oldest\":\(oldest),\"newest\":\(newestPlace)}\n\n".utf8)
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
        if let owner = subscriber.subscription.token?.subject {
            byOwner[owner]! -= 1
            if byOwner[owner] == 0 { byOwner[owner] = nil }
        }
        byScope[subscriber.scope]?.remove(id)
        if byScope[subscriber.scope]?.isEmpty == true { byScope[subscriber.scope] = nil }
    }

    /// A log that a subscriber still has to read, and the place after which; nil once it is live or gone.
    func backlog(of id: Int) -> (log: LogID, after: Int64)? {
        guard let subscriber = subscribers[id], !subscriber.isLive else { return nil }
        let log = subscriber.unproven.first ?? newest.logs(beyond: subscriber.cursor).first
        return log.map { ($0, subscriber.cursor[$0]) }
    }

    /// Hands over a page of a log, which has all facts of the scope up to `through`; where that is the newest of every log, the subscriber becomes
    /// live. Facts of a group that is being committed may be in it: they come when they are published.
    func replay(_ entries: [ToldEntry], of log: LogID, through: Int64, to id: Int) {
        guard var subscriber = subscribers[id], !subscriber.isLive else { return }
        guard through >= subscriber.cursor[log] else { return restart(id) }
        for entry in entries where entry.place > subscriber.cursor[log] && entry.place <= newest[log] {
            subscriber.cursor[log] = entry.place
            guard entry.told.id >= subscriber.subscription.since, subscriber.scope.hears(entry.told) else { continue }
            var rendering = Rendering(entry.told, at: subscriber.cursor)
            guard subscriber.sink.send(rendering.text(masked: subscriber.masked)) else { return drop(id) }
        }
        subscriber.cursor[log] = max(subscriber.cursor[log], min(through, newest[log]))
        subscriber.unproven.removeAll { $0 == log }
        subscriber.isLive = subscriber.unproven.isEmpty && !newest.isBeyond(subscriber.cursor)
        subscribers[id] = subscriber
    }

    /// The store has less of a log than the subscriber says it has seen.
    private func restart(_ id: Int) {
        guard let sink = subscribers[id]?.sink else { return }
        (subscribers[id]!.cursor, subscribers[id]!.unproven, subscribers[id]!.isLive) = (newest, [], true)
        if !sink.send(reset) { drop(id) }
    }

    /// An entry of this node's is on disk; `told` is nil where nobody is told of it.
    func publish(_ row: FactRow, at place: Int64, _ told: Told?) {
        newest[log] = place
        if let told, !subscribers.isEmpty { tell(told, of: row.dialOut, row.tenant, row.operatorID, log, at: place) }
    }

    /// What is told of another node's log, in order, of all that it has up to `through`.
    func publish(_ entries: [ToldEntry], of log: LogID, through: Int64) {
        for entry in entries {
            newest[log] = entry.place
            if subscribers.isEmpty { continue }
            tell(entry.told, of: entry.told.event?.dialOutId, entry.tenant, entry.operatorID, log, at: entry.place)
        }
        newest[log] = through
    }

    private func tell(_ told: Told, of dialOut: SortableID?, _ tenant: String, _ operatorID: String?, _ log: LogID, at place: Int64) {
        if let nextExpiry, nextExpiry <= wallTime() { closeExpired(at: wallTime()) }
        var rendering = Rendering(told, at: newest)
        var scopes: [FactQuery.Scope] = told.isForOperatorAlone ? [] : [.all, .tenant(tenant)]
        if let dialOut, !told.isForOperatorAlone { scopes.append(.dialOut(dialOut)) }
        if let operatorID { scopes.append(.operator(operatorID)) }
        for scope in scopes {
            for id in byScope[scope] ?? [] {
                guard let subscriber = subscribers[id], subscriber.isLive, subscriber.cursor[log] < place,
                    told.id >= subscriber.subscription.since
                else { continue }
                var own = subscriber.cursor.isBeyond(newest) ? Rendering(told, at: newest.joined(subscriber.cursor)) : nil
                let text = own?.text(masked: subscriber.masked) ?? rendering.text(masked: subscriber.masked)
                if !subscriber.sink.send(text) { drop(id) }
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

    /// An event as server-sent text (WHATWG HTML §9.2), made once for all who see it. Its place is the id, with those of other logs up to which
    /// all was told before, so that `Last-Event-ID` resumes behind it at any node.
    private struct Rendering {
        private let told: Told
        private let place: LogPlaces
        private lazy var full = serverSent(told.written)
        private lazy var masked = serverSent(told.maskedForOperator)

        init(_ told: Told, at place: LogPlaces) { (self.told, self.place) = (told, place) }

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
