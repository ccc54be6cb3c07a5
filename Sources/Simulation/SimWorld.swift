import Basis
import Glibc
import SIP
import Service

/// The other world: one thread, one seed, one trace. Time moves only when nothing can run.
///
/// `@unchecked Sendable`: it is used on the thread that made it, which ``enqueue(_:)`` enforces.
package final class SimWorld: World, SerialExecutor, @unchecked Sendable {
    package private(set) var now = Instant.zero
    /// What happened, in order: a ladder that can be read, and compared between two runs of a seed.
    package private(set) var trace: [String] = []
    package var random: SeededRandom
    /// Takes what the service sends.
    package var network: (([UInt8], SocketAddress) -> Void)?

    private let thread = pthread_self()
    private var ready: [() -> Void] = []
    private var head = 0
    private var agenda = Deadlines<Int>()
    private var actions: [Int: () -> Void] = [:]
    private var lastAction = 0
    private lazy var taskExecutor = Tasks(world: self)
    private static let epoch: Int64 = 1_795_500_000_000

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    package var executor: any SerialExecutor { self }
    package var tasks: any TaskExecutor { taskExecutor }
    package var wallTime: WallTime { WallTime(milliseconds: Self.epoch + now.nanoseconds / 1_000_000) }
    package var droppedLogLines = 0

    package func entropy() -> UInt64 { random.next() }
    package func transmit(_ message: [UInt8], to address: SocketAddress, over transport: Transport) { network?(message, address) }

    /// Where host names lead to, best first.
    package var names: [String: [SocketAddress]] = [:]
    /// How long it takes to find that out.
    package var lookUps: [String: Duration] = [:]

    package func resolve(_ trunk: TrunkURI) async -> [TrunkAddress] {
        if let time = lookUps[trunk.host] {
            note("look-up of \(trunk.host)")
            await withCheckedContinuation { (found: CheckedContinuation<Void, Never>) in schedule(after: time) { found.resume() } }
        }
        if let found = names[trunk.host] { return found.map { TrunkAddress($0, trunk.transport) } }
        return SocketAddress(host: trunk.host, port: trunk.port).map { [TrunkAddress($0, trunk.transport)] } ?? []
    }

    /// Datagrams only, and none of them counted.
    package var transportFigures = TransportFigures()

    /// How long it takes what is done beside the loop.
    package static let asideTime = Duration.milliseconds(1)

    package func aside<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? {
        await withCheckedContinuation { waiter in
            schedule(after: Self.asideTime) { waiter.resume(returning: work()) }
        }
    }

    package func makeAlarm(_ ring: @escaping @Sendable () -> Void) -> any WorldAlarm { SimAlarm(self, ring) }

    // MARK: executor

    private final class Tasks: TaskExecutor, @unchecked Sendable {
        private weak var world: SimWorld?
        init(world: SimWorld) { self.world = world }
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            world?.push { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        push { [weak self] in
            guard let self else { return }
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: taskExecutor.asUnownedTaskExecutor())
        }
    }

    private func push(_ work: @escaping () -> Void) {
        checkIsolated()
        ready.append(work)
    }

    package func checkIsolated() { precondition(pthread_equal(thread, pthread_self()) != 0, "something ran outside the simulation") }
    package func isIsolatingCurrentContext() -> Bool? { pthread_equal(thread, pthread_self()) != 0 }

    // MARK: time

    /// Does `action` at a moment, after what was scheduled for the same moment before; the answer takes it back.
    @discardableResult
    package func schedule(at instant: Instant, _ action: @escaping () -> Void) -> Int {
        lastAction += 1
        actions[lastAction] = action
        agenda.set(lastAction, at: max(now, instant))
        return lastAction
    }

    package func schedule(after delay: Duration, _ action: @escaping () -> Void) { schedule(at: now + delay, action) }

    package func cancel(_ action: Int) {
        agenda.set(action, at: nil)
        actions[action] = nil
    }

    /// Runs until `isDone` says so, or nothing is left, or the moment `limit` has come. False when it was stopped by the limit.
    package func run(until limit: Instant, _ isDone: () -> Bool) -> Bool {
        while true {
            while head < ready.count {
                head += 1
                ready[head - 1]()
                if head > 4096 {
                    ready.removeFirst(head)
                    head = 0
                }
            }
            if isDone() { return true }
            guard let next = agenda.next, next <= limit else {
                now = max(now, limit)
                return agenda.next == nil
            }
            now = max(now, next)
            if let due = agenda.popDue(at: now), let action = actions.removeValue(forKey: due) { action() }
        }
    }

    package func note(_ line: @autoclosure () -> String) {
        let milliseconds = now.nanoseconds / 1_000_000
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        trace.append("\(milliseconds / 1000).\(fraction) \(line())")
    }
}

/// An alarm on simulated time.
private final class SimAlarm: WorldAlarm {
    private weak var world: SimWorld?
    private let ring: () -> Void
    private var pending: Int?

    init(_ world: SimWorld, _ ring: @escaping () -> Void) { (self.world, self.ring) = (world, ring) }

    func set(at instant: Instant?) {
        guard let world else { return }
        if let pending { world.cancel(pending) }
        pending = instant.map { instant in world.schedule(at: instant) { [weak self] in self?.fire() } }
    }

    private func fire() {
        pending = nil
        ring()
    }
}
