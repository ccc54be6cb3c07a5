import Basis
import Glibc
import SIP
import Service
import Webhooks

/// The other world: one thread, one seed, one trace. Time moves only when nothing can run.
package final class SimWorld {
    package private(set) var now = Instant.zero
    /// What happened, in order: a ladder that can be read, and compared between two runs of a seed.
    package private(set) var trace: [String] = []
    package var random: SeededRandom
    /// Takes what a host sends from its address to another.
    package var network: (([UInt8], _ from: SocketAddress, _ to: SocketAddress, Transport) -> Void)?
    /// Takes what is POSTed to webhook endpoints: what comes of it, and how long that takes.
    package var receive: ((WebhookRequest) -> (PostOutcome, Duration))?
    /// Takes spans.
    package var spans: (any SpanSink)?
    /// What the service wrote into its log.
    package internal(set) var logLines: [(at: Instant, line: LogLine)] = []
    /// How often something was done beside the loop.
    package internal(set) var asides = 0
    /// Whether a script is told that its time is over.
    package var isOverdue: @Sendable () -> Bool = { false }
    /// While true nothing more is taken to be done beside the loop.
    package var refusesAsides = false
    /// Where host names lead to, best first.
    package var names: [String: [SocketAddress]] = [:]
    /// How long it takes to find that out.
    package var lookUps: [String: Duration] = [:]
    /// Datagrams only, and none of them counted unless a test says so.
    package var transportFigures = TransportFigures()

    private let thread = pthread_self()
    private var ready: [() -> Void] = []
    private var head = 0
    private var agenda = Deadlines<Int>()
    private var actions: [Int: () -> Void] = [:]
    private var lastAction = 0
    private static let epoch: Int64 = 1_795_500_000_000

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    package var wallTime: WallTime { WallTime(milliseconds: Self.epoch + now.nanoseconds / 1_000_000 + wallOffset) }
    /// How far the clock that people read is off, in milliseconds.
    package var wallOffset: Int64 = 0

    func push(_ work: @escaping () -> Void) {
        checkIsolated()
        ready.append(work)
    }

    var isIsolated: Bool { pthread_equal(thread, pthread_self()) != 0 }
    func checkIsolated() { precondition(isIsolated, "something ran outside the simulation") }

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
