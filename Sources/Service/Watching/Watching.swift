import Basis
import Dialing

/// The owner of what is told: the hub with its streams, how long they may be read, and how long what is told of is kept.
final class Watching {
    /// How often what is too old is looked for, how long others have the store between two parts of it, and dial-outs of a part.
    static let retentionInterval = Duration.seconds(600)
    static let retentionPause = Duration.milliseconds(50)
    static let retentionPart = 32
    /// Retention waits for no endpoint longer.
    static let endpointPatience: Int64 = 72 * 3_600_000
    static let replayPage = 500

    private let world: any World
    private let settings: Settings
    private let store: any Store
    private let ledger: Ledger
    private let couriers: Couriers
    private let metrics: Metrics
    private let administration: Administration
    let hub: EventHub
    /// Nil where no other node writes the store.
    private let follower: Follower?
    private var isDraining = false
    private var commentAlarm: (any WorldAlarm)?
    /// When what is too old is looked for next.
    private var retentionAlarm: (any WorldAlarm)?
    /// When the next token expires that has a stream open.
    private var expiryAlarm: (any WorldAlarm)?
    private var loop: Loop<Watching>?

    init(
        _ contents: StoreContents, world: any World, settings: Settings, store: any Store, ledger: Ledger, couriers: Couriers,
        metrics: Metrics, administration: Administration, log: ServiceLog
    ) throws(StoreFailure) {
        (self.world, self.settings, self.store, self.ledger) = (world, settings, store, ledger)
        (self.couriers, self.metrics, self.administration) = (couriers, metrics, administration)
        let newest = contents.others.joined(LogPlaces(contents.lastPlace, of: contents.log))
        let hub = EventHub(
            log: contents.log, oldest: try contents.documents.oldestPlace(), newest: newest, isShared: store.others != nil,
            limit: settings.eventStreams, share: settings.eventStreamShare, wallTime: { world.wallTime })
        self.hub = hub
        follower = store.others.map { Follower($0, hub: hub, world: world, log: log) }
    }

    /// `onWorld` gives a closure the owner on the world's thread.
    func start(_ loop: Loop<Watching>, onWorld: @escaping @Sendable (@escaping @Sendable (Watching) -> Void) -> Void) {
        self.loop = loop
        follower?.start(
            loop.makeAlarm { $0.follower?.look() }, read: { loop.detach { await $0.follower?.read() } },
            hinted: { onWorld { $0.follower?.look() } })
        commentAlarm = loop.makeAlarm { $0.commentDue() }
        commentAlarm?.set(at: world.now + settings.streamComment)
        retentionAlarm = loop.makeAlarm { $0.loop?.detach { await $0.forgetPart() } }
        retentionAlarm?.set(at: world.now + Self.retentionInterval)
    }

    /// Nothing old is taken away any more.
    func drain() { isDraining = true }

    /// Ends every stream.
    func stop() {
        hub.closeAll()
        follower?.stop()
        for alarm in [commentAlarm, retentionAlarm, expiryAlarm] { alarm?.set(at: nil) }
    }

    private func commentDue() {
        closeExpired()
        hub.sendComment()
        commentAlarm?.set(at: world.now + settings.streamComment)
    }

    // MARK: streams

    /// Connects a stream whose head has gone out; the answer names it. Nil when there are too many, or its token is none any more.
    func subscribe(_ subscription: Subscription, _ sink: any EventSink) -> Int? {
        if let token = subscription.token, !administration.isInForce(token) || administration.tokens.find(token.id) == nil { return nil }
        guard let id = hub.subscribe(subscription, sink) else { return nil }
        setExpiryAlarm()
        if hub.backlog(of: id) != nil { loop?.detach { await $0.catchUp(id, subscription.scope) } }
        return id
    }

    /// Ends the streams whose tokens have expired.
    private func closeExpired() {
        hub.closeExpired(at: world.wallTime)
        setExpiryAlarm()
    }

    private func setExpiryAlarm() {
        guard let next = hub.nextExpiry else { return expiryAlarm?.set(at: nil) ?? () }
        expiryAlarm = expiryAlarm ?? loop?.makeAlarm { $0.closeExpired() }
        expiryAlarm?.set(at: world.now + .milliseconds(max(1, min(next.milliseconds - world.wallTime.milliseconds, 86_400_000))))
    }

    /// Reads the log for a subscriber until it has seen all that was told before, a page when the one before has left. A log that cannot be
    /// read closes the stream, so that whoever watches asks again.
    private func catchUp(_ id: Int, _ scope: FactQuery.Scope) async {
        while let (log, place) = hub.backlog(of: id) {
            guard let page = try? await store.facts(FactQuery(scope: scope, log: log, after: place, limit: Self.replayPage)),
                let told = try? page.told()
            else { return hub.close(id) }
            hub.replay(told, of: log, through: page.through, to: id)
            await hub.written(to: id)
        }
    }

    // MARK: retention

    /// Takes one part away; the next one soon where there is more, and later where the store has other worries.
    private func forgetPart() async {
        guard !isDraining else { return }
        var isMore = false
        if ledger.failure == nil, let forgotten = try? await store.forget(retentionBounds) {
            hub.oldest = forgotten.oldestPlace
            metrics.forgotten += forgotten.dialOuts
            isMore = forgotten.isMore
        }
        if !isMore { await OrderKey.forget(in: store, ledger, at: world.wallTime) }
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
