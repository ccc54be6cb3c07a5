import Basis
import Dialing
import Patterns
import SIP

/// The service on one loop, and its front door: it connects the owners of calls, configuration, orders, invites and streams with each other
/// and with the world, and answers requests out of what they show.
///
/// The owners are classes that only this actor touches. What they own nobody else writes.
package actor Service {
    package nonisolated let world: any World
    package nonisolated var unownedExecutor: UnownedSerialExecutor { world.executor.asUnownedSerialExecutor() }

    let settings: Settings
    let store: any Store
    let ledger: Ledger
    let log: ServiceLog
    let trunks: Trunks
    let carriers: Carriers
    let couriers: Couriers
    let intake: Intake
    let metrics = Metrics()
    let identifiers: Identifiers
    let pseudonyms: Pseudonyms
    let scratch = Pattern.Scratch()
    let administration: Administration
    let dialOuts: DialOuts
    let trunkDrains: TrunkDrains
    let orders: NumberOrders
    let migrations: Migrations
    let watching: Watching
    let conferenceLinks: ConferenceLinks
    let prices: PriceBook
    let accounts: CarrierAccounts
    let answers = Answers()
    let invitesInTheMaking = KeyedTurns()
    /// By tenant: one script of each at a time, so that nobody's scripts keep those of others waiting for more than one of them.
    let scriptsInTurn = KeyedTurns()
    private let legKeeping: LegKeeping
    private let quiet: Quiet
    private var drainAlarm: (any WorldAlarm)?
    /// Until when calls may take to be hung up after the drain.
    private var hangUpEnd: Instant?
    /// Looks in a row at which the store refused what becomes of them.
    private var refusals = 0
    /// Exports that are under way, by the tenant or operator whose they are; nil is the platform.
    var exports: [Identities.Subject?: Int] = [:]
    let durationReports = TurnLock()
    var isBackingUp = false
    var isErasing = false

    /// Loads what is stored; throws when the store cannot be read or holds what this version does not know.
    package init(world: any World, store: any Store, endpoint: Endpoint, settings: Settings) throws(StoreFailure) {
        (self.world, self.store, self.settings) = (world, store, settings)
        identifiers = Identifiers(world: world)
        log = ServiceLog(world: world, showsNumbers: settings.logsNumbers)
        ledger = Ledger(store: store, world: world, log: log)
        intake = Intake(world: world)
        quiet = Quiet(ledger)
        let thisMonth = Month(of: world.wallTime)
        let contents = try store.contents(usesSince: Month(index: thisMonth.index - CarrierUse.monthsKept + 1))
        administration = try Administration(
            contents, world: world, ledger: ledger, log: log, identifiers: identifiers, settings: settings)
        couriers = try Couriers(world: world, contents.documents, newest: contents.lastPlace, seed: world.entropy())
        let earlier = try EarlierStart(contents, at: world.wallTime) { LegKey(high: world.entropy(), low: world.entropy()) }
        pseudonyms = Pseudonyms(earlier.legKey)
        var endpoint = endpoint
        endpoint.keepLegs(under: earlier.legKey)
        trunks = Trunks(world: world, endpoint: endpoint, log: log)
        carriers = Carriers(world: world, settings: settings, trunks: trunks, administration: administration)
        migrations = try Migrations(contents.documents, world: world, store: store, ledger: ledger, administration: administration)
        prices = try PriceBook(contents.documents)
        conferenceLinks = try ConferenceLinks(contents.documents, entropy: world.entropy)
        for tenant in administration.directory.tenantIDs {
            conferenceLinks.begin(tenant, name: administration.identities.name(ofTenant: tenant))
        }
        orders = try NumberOrders(
            contents, world: world, store: store, ledger: ledger, identifiers: identifiers, administration: administration)
        watching = try Watching(
            contents, world: world, settings: settings, store: store, ledger: ledger, couriers: couriers, metrics: metrics,
            administration: administration, log: log)
        accounts = try CarrierAccounts(
            contents, world: world, ledger: ledger, log: log, metrics: metrics, identifiers: identifiers, administration: administration)
        let uses = DialOutUses(world: world, administration: administration, accounts: accounts)
        let live = LiveDialOuts(
            world: world, settings: settings, ledger: ledger, trunks: trunks, metrics: metrics, uses: uses, prices: prices,
            left: quiet.look)
        dialOuts = DialOuts(
            world: world, settings: settings, store: store, ledger: ledger, trunks: trunks, carriers: carriers, metrics: metrics,
            identifiers: identifiers, clock: try ClockSteps(contents.documents), administration: administration, uses: uses, live: live)
        trunkDrains = TrunkDrains(world: world, trunks: trunks, live: live)
        legKeeping = LegKeeping(
            world: world, store: store, ledger: ledger, trunks: trunks, carriers: carriers, uses: uses, metrics: metrics, log: log,
            before: earlier, left: quiet.look)
    }

    /// Connects the owners and ends what an earlier start left open. Called once, on the world's thread, before anything is received.
    package func start() {
        startTrunks()
        intake.start { [weak self] in self?.assumeIsolated { $0.intake.turn() } }
        administration.start(followers)
        carriers.configureAll()
        dialOuts.start(loop { $0.dialOuts })
        trunkDrains.start(loop { $0.trunkDrains })
        ledger.start(
            onWorld: { [weak self] body in self?.assumeIsolated { body($0.ledger) } },
            published: { [hub, couriers] row, place, told in
                hub.publish(row, at: place, told)
                couriers.published(row, at: place, told)
            },
            orphaned: { [weak self] entries in self?.assumeIsolated { $0.dialOuts.takeBack(entries) } })
        legKeeping.closeLeftOver()
        if let fresh = conferenceLinks.fresh { ledger.note([.document(fresh)]) }
        startCouriers()
        watching.start(loop { $0.watching }) { [weak self] body in self?.assumeIsolated { body($0.watching) } }
        migrations.start(loop { $0.migrations })
        orders.start(loop { $0.orders })
        accounts.start(loop { $0.accounts })
        detach { await $0.dialOuts.countEarlierDialOuts() }
    }

    private func startTrunks() {
        let journal = legKeeping.start(loop { $0.legKeeping })
        trunks.start { [weak self] in
            self?.assumeIsolated { $0.trunks.alarmRang() }
        } locate: { [weak self] trunk, peer in
            self?.assumeIsolated { $0.detach { await $0.probe(trunk, peer) } }
        } find: { [weak self] name in
            self?.assumeIsolated { $0.detach { await $0.find(name) } }
        } journal: {
            journal
        }
    }

    /// What goes with a tenant or an operator beside its configuration.
    private var followers: Administration.Followers {
        var followers = Administration.Followers()
        followers.farewell = { [weak self] ended, changes, version in
            self?.assumeIsolated { $0.farewell(of: ended, changes, version: version) } ?? []
        }
        followers.rewriting = { [weak self] in self?.assumeIsolated { $0.migrations.rewriting } ?? [:] }
        followers.ended = { [weak self] subject in self?.assumeIsolated { $0.bury(subject) } }
        followers.begun = { [weak self] subject in
            guard case .tenant(let id) = subject else { return }
            self?.assumeIsolated { $0.conferenceLinks.begin(id, name: $0.identities.name(ofTenant: id)) }
        }
        followers.inForce = { [weak self] changes, before in
            self?.assumeIsolated {
                $0.migrations.take(changes)
                $0.accounts.take(changes, before: before)
                $0.carriers.configure(changes, before: before)
                $0.trunkDrains.endWhereSwitchedOn()
            }
        }
        followers.tokenEnded = { [weak self] id in self?.assumeIsolated { $0.hub.close(openedWith: id) } }
        return followers
    }

    private func farewell(of ended: [Identities.Subject], _ changes: [DirectoryChange], version: Int64) -> [StoreEntry] {
        ended.flatMap { subject in
            orders.farewell(of: subject, version: version) + couriers.desks(of: subject).flatMap(\.farewell)
                + prices.farewell(of: subject, version: version) + accounts.farewell(of: subject)
        } + migrations.farewell(changes)
    }

    private func bury(_ subject: Identities.Subject) {
        for desk in couriers.desks(of: subject) { couriers.remove(desk.endpoint.id) }
        switch subject {
        case .tenant(let id):
            let name = identities.name(ofTenant: id)
            conferenceLinks.end(name: name)
            detach { await $0.migrations.forgetInvites(of: name) }
            dialOuts.forget(tenant: id, name: name)
            orders.forget(subject, name: name)
        case .operator(let id):
            metrics.forget(operatorID: id)
            prices[id] = nil
            orders.forget(subject, name: identities.name(ofOperator: id))
        }
    }

    /// What gives an owner its way back onto the loop.
    private func loop<Owner>(_ owner: @escaping @Sendable (isolated Service) -> Owner) -> Loop<Owner> {
        Loop(
            detach: { [weak self] work in self?.assumeIsolated { $0.detach { await work(owner($0)) } } },
            makeAlarm: { [weak self, world] ring in
                world.makeAlarm { [weak self] in self?.assumeIsolated { ring(owner($0)) } }
            })
    }

    /// Runs one request's work to its end, whoever stops waiting for it.
    func detach(_ work: @escaping @Sendable (isolated Service) async -> Void) {
        Task(executorPreference: world.tasks) { await work(self) }
    }

    // MARK: what comes from the trunks

    package func received(_ bytes: [UInt8], from address: SocketAddress, over transport: Transport) {
        intake.heard()
        trunks.received(bytes, from: address, over: transport)
    }

    private func probe(_ trunk: TrunkKey, _ peer: TrunkURI) async {
        trunks.probe(trunk, peer, at: trunks.ordered(await carriers.resolve(trunk, peer)))
    }

    /// Looks up a name that requests within calls go to.
    private func find(_ name: HostName) async {
        guard let uri = try? TrunkURI(name.uri) else { return trunks.found(name, at: []) }
        trunks.found(name, at: await world.resolve(uri))
    }

    /// Nothing gets to an address, or what comes back from it cannot be read (`isHeard`); `cause` is for people.
    package func transportFailed(to address: SocketAddress, over transport: Transport, isHeard: Bool = false, because cause: String) {
        trunks.transportFailed(to: address, over: transport, isHeard: isHeard, because: cause)
    }

    // MARK: the end

    /// Refuses what is new, ends what waits for a trunk, lets calls in progress go on for `drainSeconds`, then hangs up; returns once all is on
    /// disk, or with what is not when that does not come.
    @discardableResult
    package func drain() async -> Unwritten {
        dialOuts.drain()
        couriers.stop()
        orders.drain()
        accounts.drain()
        migrations.drain()
        watching.drain()
        let alarm = world.makeAlarm { [weak self] in self?.assumeIsolated { $0.drainAlarmRang() } }
        drainAlarm = alarm
        alarm.set(at: world.now + .seconds(settings.drainSeconds))
        await quiet.wait { [live, trunks] in live.count > 0 || trunks.liveLegs > 0 }
        watching.stop()
        trunkDrains.stop()
        drainAlarm?.set(at: nil)
        return Unwritten(entries: ledger.pending, dialOuts: live.count)
    }

    /// What a drain left that is not on disk.
    package struct Unwritten: Equatable, Sendable {
        package let entries: Int
        package let dialOuts: Int
        package var isEmpty: Bool { entries == 0 && dialOuts == 0 }
    }

    /// How long a call may take to be hung up after the drain, 64·T1 and a little (RFC 3261 §17.1.1.2), and how often it is looked whether the
    /// store takes what becomes of it: twice in a row refused is waited for no more.
    static let hangUpTime = Duration.seconds(40)
    static let lookAtStore = Duration.seconds(2)

    /// The first time hangs up what is left.
    private func drainAlarmRang() {
        if let hangUpEnd {
            refusals = ledger.failure == nil ? 0 : refusals + 1
            guard world.now < hangUpEnd, refusals < 2 else { return quiet.giveUp() }
        } else {
            hangUpEnd = world.now + Self.hangUpTime
            stopAll()
        }
        drainAlarm?.set(at: world.now + Self.lookAtStore)
    }

    /// Takes back or hangs up everything at once: the drain's end, or an impatient second signal.
    package func stopAll() { live.stopAll() }
}

/// What endpoints read.
extension Service {
    var directory: Directory { administration.directory }
    var identities: Identities { administration.identities }
    var tokens: Tokens { administration.tokens }
    var live: LiveDialOuts { dialOuts.live }
    var uses: DialOutUses { dialOuts.uses }
    var hub: EventHub { watching.hub }
    var isDraining: Bool { dialOuts.isDraining }

    /// The configuration in force.
    package var configuration: Directory { directory }
    /// Dial-outs that are not ended, or whose end is not on disk yet.
    package var liveCount: Int { live.count }
}
