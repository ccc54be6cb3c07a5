import Basis
import SIP
import Service

/// One node: an address, a log, and the process that has both now. A process whose lease is over for a while gets a successor.
///
/// What a node will have to do by itself is done here in its place: the lease is kept, nothing is dialled without it, and a process ends when its
/// log is another's (docs/decisions/two-services-on-one-log.md).
final class SimNode {
    /// One process, with its way to the database.
    final class Process {
        let host: SimHost
        let store: SharedStore
        let service: Service
        /// The moment of the last renewal of its lease.
        var renewedAt: Instant
        init(_ host: SimHost, _ store: SharedStore, _ service: Service, at now: Instant) {
            (self.host, self.store, self.service, renewedAt) = (host, store, service, now)
        }
    }

    /// How long a lease lasts, how often it is renewed, and how long a log is left alone when it is over.
    static let lease = Duration.seconds(3)
    static let renewal = Duration.milliseconds(500)
    static let grace = Duration.seconds(1)

    let log: LogID
    let address: SocketAddress
    private let world: SimWorld
    private let database: SharedDatabase
    private let link: NodesScenario.Link
    /// Nil while there is none that listens.
    private(set) var process: Process?
    /// Every process that it had.
    private(set) var processes: [Process] = []
    /// When it was not as good as new: dead, frozen or cut off.
    private(set) var troubles: [ClosedRange<Instant>] = []
    private(set) var fencings = 0
    /// Told when a process is there, and when it is not any more.
    var isUp: (Process) -> Void = { _ in }
    var isGone: (Process) -> Void = { _ in }

    init(_ world: SimWorld, _ database: SharedDatabase, _ number: Int, _ link: NodesScenario.Link) {
        (self.world, self.database, self.link) = (world, database, link)
        (log, address) = (LogID(number + 1)!, SocketAddress("10.0.0.\(number + 1):5060")!)
    }

    /// The process, while it does anything.
    var listening: Process? { process.flatMap { $0.host.isFrozen ? nil : $0 } }

    // MARK: starts

    /// A new process, once the log is its own.
    func start() {
        guard database.isUp else { return world.schedule(after: .milliseconds(100)) { [self] in start() } }
        let early = database.flaws.contains(.readBeforeFence) ? database.tables.contents(for: log, usesSince: Month(index: 0)) : nil
        let life = database.life
        var isDone = false
        database.begin(log) { [self] epoch in
            isDone = true
            open(epoch, early)
        }
        world.schedule(after: .seconds(2)) { [self] in if !isDone, database.life != life { start() } }
    }

    private func open(_ epoch: Int, _ early: (documents: [StoredDocument], rest: StoreContents)?) {
        world.note("node \(log) starts, epoch \(epoch)")
        let host = SimHost(world, at: address)
        let store = SharedStore(world, host, database, log, epoch: epoch, early: early, link) { [weak self, weak host] in
            if let self, let host { fenced(host) }
        }
        var settings = Settings()
        settings.bootstrapToken = Secret(SimRun.token)
        settings.drainSeconds = 20
        let endpoint = Endpoint(Configuration(host: address.host, port: address.port), random: world.random.fork())
        guard let service = try? Service(world: host, store: store, endpoint: endpoint, settings: settings) else {
            preconditionFailure("node \(log) cannot start")
        }
        let process = Process(host, store, service, at: world.now)
        host.lets = { [world, database, weak process] message in
            let isDialling = message.starts(with: Array("INVITE ".utf8)) && !database.flaws.contains(.dialsWithoutLease)
            return !isDialling || process.map { world.now - $0.renewedAt <= Self.lease } ?? false
        }
        self.process = process
        processes.append(process)
        service.assumeIsolated { $0.start() }
        renew(process)
        isUp(process)
    }

    private func renew(_ process: Process) {
        guard process.host.isAlive else { return }
        let isOwn = self.process === process
        if isOwn, !process.host.isFrozen, process.store.isConnected, database.isUp { process.renewedAt = world.now }
        world.schedule(after: Self.renewal) { [self] in renew(process) }
    }

    // MARK: mishaps

    func suffer(_ mishap: NodesScenario.Mishap) {
        guard let process = listening else { return }
        world.note("node \(log) is \(mishap)")
        switch mishap {
        case .killed(let downtime):
            end(process)
            trouble(for: downtime + .seconds(3))
            world.schedule(after: downtime) { [self] in start() }
        case .frozen(let time): freeze(process, for: time)
        case .cut(let time):
            process.store.isCut = true
            trouble(for: time + .seconds(3))
            world.schedule(after: time) { process.store.isCut = false }
        }
    }

    private func freeze(_ process: Process, for time: Duration) {
        process.host.freeze()
        trouble(for: time + .seconds(3))
        let until = world.now + time
        world.schedule(at: until) { process.host.thaw() }
        world.schedule(at: process.renewedAt + Self.lease + Self.grace) { [self] in
            guard process.host.isFrozen, self.process === process else { return }
            world.note("node \(log) has a successor")
            self.process = nil
            isGone(process)
            trouble(for: .seconds(5))
            start()
        }
    }

    private func trouble(for time: Duration) { troubles.append(world.now...world.now + time) }

    /// The log is another process's.
    private func fenced(_ host: SimHost) {
        guard let process = processes.first(where: { $0.host === host }), host.isAlive else { return }
        world.note("node \(log) finds its log another's")
        fencings += 1
        end(process)
    }

    private func end(_ process: Process) {
        process.host.die()
        process.store.close()
        if self.process === process { self.process = nil }
        isGone(process)
    }

    /// The connection to the database breaks, as when that is away.
    func lostDatabase(for time: Duration) {
        trouble(for: time + .seconds(3))
        process?.store.breakUp()
    }
}
