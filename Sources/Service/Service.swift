import Basis
import Dialing
import Patterns
import SIP

/// The service on one loop: the configuration in force, the dial-outs in progress, and everybody who watches.
///
/// Its parts are values and shells that only this actor touches.
package actor Service {
    package nonisolated let world: any World
    package nonisolated var unownedExecutor: UnownedSerialExecutor { world.executor.asUnownedSerialExecutor() }

    let settings: Settings
    let store: any Store
    let log: ServiceLog
    let trunks: Trunks
    let ledger: Ledger
    let hub: EventHub
    let couriers: Couriers
    let intake: Intake
    let scratch = Pattern.Scratch()
    let pseudonyms: Pseudonyms
    var directory = Directory()
    var tokens: Tokens
    var identities = Identities()
    /// Those that are not done, by their identifiers.
    var numberOrders: [String: NumberOrder] = [:]
    var isDoingOrders = false
    let ordersInTheMaking = KeyedTurns()
    var migrations = Migrations()
    var conferenceLinks: ConferenceLinks
    let invitesInTheMaking = KeyedTurns()
    var answers = Answers()
    var metrics = Metrics()
    var carrierUse = CarrierUse()
    let prices: PriceBook
    var counters = DialOutCounters()
    var recent = RecentDialOuts()
    /// What tenants are held to that have no limits of their own.
    var defaultLimits: DialOutLimits

    /// Dial-outs that are not ended, or whose end is not on disk yet.
    var live: [SortableID: DialOut] = [:]
    /// The leg that a dial-out has up now.
    var legs: [SortableID: LegID] = [:]
    /// Dial-outs that are to stop, and how they end if nothing else ends them first.
    var stopRequests: [SortableID: Ending] = [:]
    /// Which tenant a meeting belongs to, for as long as it is in use.
    var meetings = MeetingOwners()
    var ids = SortableID.Source()
    var random: SeededRandom
    var isDraining = false
    /// Exports that are under way.
    var exports = 0
    var isBackingUp = false
    var isErasing = false
    let changeLock = TurnLock()
    private var whenQuiet: [CheckedContinuation<Void, Never>] = []
    private var commentAlarm: (any WorldAlarm)?
    /// When what is too old is looked for next.
    var retentionAlarm: (any WorldAlarm)?
    private var drainAlarm: (any WorldAlarm)?
    /// When the next token expires that has a stream open.
    var expiryAlarm: (any WorldAlarm)?
    /// When invites that the store would not take are rewritten anew.
    var migrationAlarm: (any WorldAlarm)?
    /// When orders that the store would not take are done anew.
    var orderAlarm: (any WorldAlarm)?
    /// Whether the drain's time is over.
    private var isHangingUp = false
    /// When calls that are left on a trunk which is being drained are hung up.
    var trunkDrains: [TrunkKey: any WorldAlarm] = [:]

    /// Loads what is stored; throws when the store cannot be read or holds what this version does not know.
    package init(world: any World, store: any Store, endpoint: Endpoint, settings: Settings) throws(StoreFailure) {
        self.world = world
        self.store = store
        self.settings = settings
        random = SeededRandom(seed: world.entropy())
        let now = world.wallTime
        let thisMonth = Month(of: now)
        let contents = try store.load(usesSince: Month(index: thisMonth.index - CarrierUse.monthsKept + 1))
        tokens = try Tokens(contents.documents, bootstrap: settings.bootstrapToken, at: world.wallTime)
        hub = EventHub(oldest: try contents.documents.oldestPlace(), newest: contents.lastPlace)
        couriers = try Couriers(world: world, contents.documents, newest: contents.lastPlace, seed: world.entropy())
        intake = Intake(world: world)
        log = ServiceLog(world: world, showsNumbers: settings.logsNumbers)
        ledger = Ledger(store: store, world: world, log: log)
        let stored = contents.legKey, legKey = stored ?? LegKey(high: world.entropy(), low: world.entropy())
        if stored == nil { newLegKey = legKey }
        pseudonyms = Pseudonyms(legKey)
        var endpoint = endpoint
        endpoint.keepLegs(under: legKey)
        trunks = Trunks(world: world, endpoint: endpoint, log: log)
        directory = try Directory(contents)
        directory.gatewayAddresses = settings.gatewayAddresses
        identities = try Identities(contents.documents)
        migrations = try Migrations(contents.documents)
        prices = try PriceBook(contents.documents)
        conferenceLinks = try ConferenceLinks(contents.documents, entropy: world.entropy)
        for tenant in directory.tenantIDs { conferenceLinks.begin(tenant, name: identities.name(ofTenant: tenant)) }
        numberOrders = try NumberOrder.read(contents.documents)
        for (tenant, numbers) in try directory.unproven(numberOrders, identities, in: store) { directory.doubt(numbers, of: tenant) }
        defaultLimits = try contents.documents.defaultLimits() ?? settings.limits
        let lost = try contents.openDialOuts.map { stored throws(StoreFailure) in try stored.folded() }
        leftOver = lost.map { ($0.operatorID, $0.closed(at: now)) }
        standing = contents.standingCalls(of: lost)
        carrierUse = CarrierUse(contents.uses)
        for id in [identities.newest, tokens.newest] + numberOrders.values.map(\.id) + lost.map(\.id) { ids.follow(id) }
    }

    /// The ends of what an earlier start left open, until they are written.
    private var leftOver: [(operatorID: String?, entries: [StoreEntry])]
    /// Legs that were up then.
    private var standing: [StandingCall]
    /// The key of this store's legs when this start has drawn it, until it is written: before any leg is.
    private var newLegKey: LegKey?

    /// Connects the parts and ends what an earlier start left open. Called once, on the world's thread, before anything is received.
    package func start() {
        trunks.start { [weak self] in
            self?.assumeIsolated { $0.trunks.alarmRang() }
        } locate: { [weak self] trunk, peer in
            self?.assumeIsolated { $0.detach { await $0.probe(trunk, peer) } }
        } find: { [weak self] name in
            self?.assumeIsolated { $0.detach { await $0.find(name) } }
        } journal: {
            var journal = Trunks.Journal()
            journal.keep = { [weak self] id, trunk, kept in self?.assumeIsolated { $0.keep(id, on: trunk, kept) } ?? false }
            journal.trace = { [weak self] id, kept in self?.assumeIsolated { $0.detach { await $0.trace(id, kept) } } }
            journal.forget = { [weak self] id in self?.assumeIsolated { $0.forget(id) } }
            return journal
        }
        intake.start { [weak self] in self?.assumeIsolated { $0.intake.turn() } }
        configureTrunks()
        ledger.start(
            onWorld: { [weak self] body in self?.assumeIsolated { body($0.ledger) } },
            published: { [hub, couriers] row, place, told in
                hub.publish(row, at: place, told)
                couriers.published(row, at: place, told)
            },
            orphaned: { [weak self] entries in self?.assumeIsolated { $0.takeBack(entries) } })
        let alarm = world.makeAlarm { [weak self] in self?.assumeIsolated { $0.commentDue() } }
        commentAlarm = alarm
        alarm.set(at: world.now + settings.streamComment)
        closeLeftOver()
        if let fresh = conferenceLinks.fresh { ledger.note([.document(fresh)]) }
        startCouriers()
        startRetention()
        startMigrating()
        putAsideOrders()
        startOrders()
        detach { await $0.countEarlierDialOuts() }
    }

    /// Orders of an earlier version, which kept all of them in memory, are done.
    private func putAsideOrders() {
        for (id, order) in numberOrders where order.status.isFinished {
            ledger.note(order.documents(of: identities.name(ofOperator: order.operator), version: 0))
            numberOrders[id] = nil
        }
    }

    package func received(_ bytes: [UInt8], from address: SocketAddress, over transport: Transport) {
        intake.heard()
        trunks.received(bytes, from: address, over: transport)
    }

    private func probe(_ trunk: TrunkKey, _ peer: TrunkURI) async {
        trunks.probe(trunk, peer, at: trunks.ordered(await resolve(trunk, peer)))
    }

    /// Looks up a name that requests within calls go to.
    private func find(_ name: HostName) async {
        guard let uri = try? TrunkURI(name.uri) else { return trunks.found(name, at: []) }
        trunks.found(name, at: await world.resolve(uri))
    }

    /// Nothing gets to an address; `cause` is for people.
    package func transportFailed(to address: SocketAddress, over transport: Transport, because cause: String) {
        trunks.transportFailed(to: address, over: transport, because: cause)
    }

    /// Runs one request's work to its end, whoever stops waiting for it.
    func detach(_ work: @escaping @Sendable (isolated Service) async -> Void) {
        Task(executorPreference: world.tasks) { await work(self) }
    }

    private func commentDue() {
        closeExpiredStreams()
        hub.sendComment()
        commentAlarm?.set(at: world.now + settings.streamComment)
    }

    /// Ends what was in progress when an earlier start of the service stopped without a word: in the records, and on the trunks.
    private func closeLeftOver() {
        if !leftOver.isEmpty || !standing.isEmpty {
            log(
                .warning, "calls",
                "an earlier start stopped without a word: what became of its calls is not known, and those on trunks are ended",
                ["dialOuts": "\(leftOver.count)", "legs": "\(standing.count)"])
        }
        if let newLegKey { ledger.note([.document(StoredLegKey.document(newLegKey))]) } else { trunks.takeOver() }
        for (operatorID, entries) in leftOver {
            metrics.ended(.indeterminate, operatorID: operatorID)
            ledger.note(entries)
        }
        for call in standing {
            let trunk = carrier(call.operator)?.trunks.first { $0.name == call.trunk }
            if let peer = trunk.flatMap({ try? TrunkURI($0.uri) }), let hop = call.leg.nextHop {
                world.recall(hop.address, of: peer)
            }
            trunks.takeUp(call.leg, on: call.key, credentials: trunk?.credentials)
        }
        (leftOver, standing, newLegKey) = ([], [], nil)
    }

    /// Keeps a leg as it stands, for the next start; what happens to it waits for that.
    private func keep(_ id: KeptID, on trunk: TrunkKey, _ kept: StandingLeg) -> Bool {
        ledger.note([.document(StandingCall(kept, on: trunk).document)], isAwaited: true)
        ledger.whenCommitted { [weak self] in self?.assumeIsolated { $0.trunks.kept(id) } }
        return ledger.failure == nil
    }

    /// A phone takes a call that this start did not dial, or long ago: the record says on which trunk it was.
    private func trace(_ id: KeptID, _ kept: StandingLeg) async {
        var query = DialOutQuery(limit: 1)
        query.id = id.leg.dialOut
        let attempts = (try? await store.dialOuts(query).first?.folded())?.attempts ?? []
        let attempt = attempts.indices.contains(id.leg.attempt - 1) ? attempts[id.leg.attempt - 1] : nil
        let trunk = attempt.map { TrunkKey(operatorID: $0.operator, trunk: $0.trunk) }
        trunks.keep(id, kept, on: trunk)
    }

    private func forget(_ id: KeptID) {
        ledger.note([.document(.over(id))])
        noteQuiet()
    }

    /// Refuses what is new, ends what waits for a trunk, lets calls in progress go on for `drainSeconds`, then hangs up; returns once all is on
    /// disk, or with what is not when that does not come.
    @discardableResult
    package func drain() async -> Unwritten {
        isDraining = true
        trunks.drain()
        couriers.stop()
        for id in trunks.waiting { stop(id, .stopped) }
        let alarm = world.makeAlarm { [weak self] in self?.assumeIsolated { $0.drainAlarmRang() } }
        drainAlarm = alarm
        alarm.set(at: world.now + .seconds(settings.drainSeconds))
        if !isQuiet {
            await withCheckedContinuation { waiter in
                whenQuiet.append(waiter)
                noteQuiet()
            }
        }
        hub.closeAll()
        let alarms = [drainAlarm, commentAlarm, expiryAlarm, retentionAlarm, migrationAlarm, orderAlarm] + Array(trunkDrains.values)
        for alarm in alarms { alarm?.set(at: nil) }
        return Unwritten(entries: ledger.pending, dialOuts: live.count)
    }

    /// What a drain left that is not on disk.
    package struct Unwritten: Equatable, Sendable {
        package let entries: Int
        package let dialOuts: Int
        package var isEmpty: Bool { entries == 0 && dialOuts == 0 }
    }

    /// How long a call may take to be hung up after the drain, 64·T1 and a little (RFC 3261 §17.1.1.2), and how long where the store refuses
    /// what becomes of it.
    static let hangUpTime = Duration.seconds(40)
    static let hangUpTimeWithoutStore = Duration.seconds(2)

    /// The first time hangs up what is left; the second waits no more.
    private func drainAlarmRang() {
        guard !isHangingUp else {
            for waiter in whenQuiet { waiter.resume() }
            return whenQuiet = []
        }
        isHangingUp = true
        stopAll()
        drainAlarm?.set(at: world.now + (ledger.failure == nil ? Self.hangUpTime : Self.hangUpTimeWithoutStore))
    }

    /// Takes back or hangs up everything at once: the drain's end, or an impatient second signal.
    package func stopAll() {
        for id in live.keys.sorted() { stop(id, .stopped) }
    }

    private var isQuiet: Bool { live.isEmpty && trunks.liveLegs == 0 && ledger.isIdle }

    /// Called where the last work may just have ended.
    func noteQuiet() {
        guard isDraining, live.isEmpty, trunks.liveLegs == 0 else { return }
        guard ledger.isIdle else {
            return ledger.whenCommitted { [weak self] in self?.assumeIsolated { $0.noteQuiet() } }
        }
        for waiter in whenQuiet { waiter.resume() }
        whenQuiet = []
    }
}

extension Service {
    /// The configuration in force.
    package var configuration: Directory { directory }
    /// Dial-outs that are not ended, or whose end is not on disk yet.
    package var liveCount: Int { live.count }
}
