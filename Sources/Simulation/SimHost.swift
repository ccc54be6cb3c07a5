import Basis
import SIP
import Service
import Webhooks

/// One process in the other world. When it dies, what it was to do is never done: its jobs do not run, its alarms do not ring, and what it
/// sends does not leave. While it is frozen all of that waits.
///
/// `@unchecked Sendable`: it is used on the world's thread, which ``enqueue(_:)`` enforces.
package final class SimHost: World, SerialExecutor, @unchecked Sendable {
    private let world: SimWorld
    private let address: SocketAddress
    package private(set) var isAlive = true
    /// What waits for its thaw, in order; nil while it is not frozen.
    private var frozen: [() -> Void]?
    /// Whether a message may leave it.
    var lets: ([UInt8]) -> Bool = { _ in true }
    private lazy var taskExecutor = Tasks(host: self)

    package init(_ world: SimWorld, at address: SocketAddress = SimNetwork.serviceAddress) {
        (self.world, self.address) = (world, address)
    }

    /// As by SIGKILL.
    package func die() { (isAlive, frozen) = (false, nil) }

    var isFrozen: Bool { frozen != nil }

    /// As by SIGSTOP.
    func freeze() { frozen = frozen ?? [] }

    /// As by SIGCONT: all that waited is done now, in its order.
    func thaw() {
        let waiting = frozen ?? []
        frozen = nil
        for work in waiting { push(work) }
    }

    package var executor: any SerialExecutor { self }
    package var tasks: any TaskExecutor { taskExecutor }
    package var now: Instant { world.now }
    package var wallTime: WallTime { world.wallTime }
    package var droppedLogLines: Int { 0 }
    package var spans: (any SpanSink)? { world.spans }
    package var exportFigures: ExportFigures { ExportFigures() }
    package func log(_ line: LogLine) { if isAlive { world.logLines.append((world.now, line)) } }
    package var processFigures: ProcessFigures { ProcessFigures() }
    package func entropy() -> UInt64 { world.random.next() }

    package func transmit(_ message: [UInt8], to address: SocketAddress, over transport: Transport) {
        if isAlive, lets(message) { world.network?(message, self.address, address, transport) }
    }

    package func resolve(_ trunk: TrunkURI) async -> [TrunkAddress] {
        if let time = world.lookUps[trunk.host] {
            world.note("look-up of \(trunk.host)")
            await withCheckedContinuation { (found: CheckedContinuation<Void, Never>) in world.schedule(after: time) { found.resume() } }
        }
        if let found = world.names[trunk.host] { return found.map { TrunkAddress($0, trunk.transport) } }
        return knownAddresses(of: trunk) ?? []
    }

    /// A name has to be asked for.
    package func knownAddresses(of trunk: TrunkURI) -> [TrunkAddress]? {
        SocketAddress(host: trunk.host, port: trunk.port).map { [TrunkAddress($0, trunk.transport)] }
    }

    package func recall(_ address: SocketAddress, of trunk: TrunkURI) {}

    /// How long it takes what is done beside the loop.
    private static let asideTime = Duration.milliseconds(1)

    /// What is done beside the loop takes no time of this world.
    package func overdue(after time: Duration) -> @Sendable () -> Bool { world.isOverdue }

    package func aside<Result: Sendable>(_ kind: AsideKind, _ work: @escaping @Sendable () -> Result) async -> Result? {
        guard !world.refusesAsides else { return nil }
        world.asides += 1
        return await withCheckedContinuation { waiter in
            world.schedule(after: Self.asideTime) { waiter.resume(returning: work()) }
        }
    }

    package func post(_ request: WebhookRequest, _ done: @escaping @Sendable (PostOutcome) -> Void) {
        guard isAlive else { return }
        let (outcome, time) = world.receive?(request) ?? (.failed(.unreachable), .milliseconds(1))
        world.schedule(after: time) { [self] in if isAlive { done(outcome) } }
    }

    package var transportFigures: TransportFigures { world.transportFigures }

    package func makeAlarm(_ ring: @escaping @Sendable () -> Void) -> any WorldAlarm { SimAlarm(world, self, ring) }

    // MARK: executor

    private final class Tasks: TaskExecutor, @unchecked Sendable {
        private weak var host: SimHost?
        init(host: SimHost) { self.host = host }
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            host?.push { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        push { [self] in job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: taskExecutor.asUnownedTaskExecutor()) }
    }

    /// Does what comes to it from outside, when its turn has come.
    func push(_ work: @escaping () -> Void) {
        world.push { [self] in
            guard isAlive else { return }
            if isFrozen { frozen!.append(work) } else { work() }
        }
    }

    package func checkIsolated() { world.checkIsolated() }
    package func isIsolatingCurrentContext() -> Bool? { world.isIsolated }
}

/// An alarm on simulated time.
private final class SimAlarm: WorldAlarm {
    private let world: SimWorld
    private let host: SimHost
    private let ring: () -> Void
    private var pending: Int?

    init(_ world: SimWorld, _ host: SimHost, _ ring: @escaping () -> Void) { (self.world, self.host, self.ring) = (world, host, ring) }

    func set(at instant: Instant?) {
        if let pending { world.cancel(pending) }
        pending = instant.map { instant in world.schedule(at: instant) { [weak self] in self?.due() } }
    }

    private func due() {
        pending = nil
        if host.isFrozen { return host.push { [self] in due() } }
        if host.isAlive { ring() }
    }
}
