import Basis
import Web

/// Where requests for dial-outs come in: a few are served in each turn of the loop, so that calls in progress keep their time, the others wait in
/// line, and what the line does not hold is refused at once (docs/decisions/overload.md).
package final class Intake {
    /// Requests that are begun in one turn.
    static let perTurn = 16
    /// SIP messages in one turn from which on more of them may wait: they are dealt with before anything is begun. libuv reads some 32 datagrams
    /// a turn, and a call that is begun brings three or more.
    static let messagesPerTurn = 24
    /// Seconds after which a refused request may be repeated.
    static let retryAfter = 2

    /// A request that was read and has not asked to be let in.
    package struct Arrival: Sendable { fileprivate let since: Instant }

    /// A request that was let in.
    struct Pass { fileprivate let since: Instant }

    private struct Waiter {
        let since: Instant
        let turn: CheckedContinuation<Pass?, Never>
    }

    private let world: any World
    private(set) var congestion = Congestion()
    private var line: [Waiter] = []
    private var first = 0
    private var begun = 0
    private var messages = 0
    private var underWay = 0
    private var read = 0
    private var alarm: (any WorldAlarm)?
    /// Requests that were refused.
    private(set) var refused = 0

    init(world: any World) { self.world = world }

    /// `ring` calls ``turn()`` on the world's thread.
    func start(_ ring: @escaping @Sendable () -> Void) { alarm = world.makeAlarm(ring) }

    private var waiting: Int { line.count - first }
    /// Whether a request that comes now is refused. What one turn of the loop reads counts before any of it is begun.
    var isFull: Bool { waiting + underWay + read >= congestion.limit }

    /// One was read, and will ``enter(_:)``.
    func arrive() -> Arrival {
        read += 1
        return Arrival(since: world.now)
    }

    /// Waits for its turn; nil: it is refused. With the pass one has to ``leave(_:)``.
    func enter(_ arrival: Arrival? = nil) async -> Pass? {
        if arrival != nil { read -= 1 }
        let since = arrival?.since ?? world.now
        guard waiting + underWay < congestion.limit else {
            refused += 1
            return nil
        }
        if waiting == 0, begun < Self.perTurn, messages < Self.messagesPerTurn { return begin(since: since) }
        return await withCheckedContinuation { turn in
            line.append(Waiter(since: since, turn: turn))
            wake()
        }
    }

    /// A SIP message has come.
    func heard() { messages += 1 }

    /// It is answered.
    func leave(_ pass: Pass) {
        underWay -= 1
        congestion.answered(after: world.now - pass.since, at: world.now)
    }

    /// A request was refused before it was read.
    func turnedAway() { refused += 1 }

    /// The loop has come round.
    func turn() {
        let isBehind = messages >= Self.messagesPerTurn
        (begun, messages) = (isBehind ? Self.perTurn : 0, 0)
        while waiting > 0, begun < Self.perTurn {
            let waiter = line[first], isLate = world.now - waiter.since > Congestion.patience
            first += 1
            if isLate { refused += 1 }
            waiter.turn.resume(returning: isLate ? nil : begin(since: waiter.since))
        }
        if first > 512 || waiting == 0 {
            line.removeSubrange(..<first)
            first = 0
        }
        if waiting > 0 || begun > 0 { wake() }
    }

    private func begin(since: Instant) -> Pass {
        begun += 1
        underWay += 1
        wake()
        return Pass(since: since)
    }

    private func wake() { alarm?.set(at: world.now) }
}

extension Service {
    /// Requests for dial-outs begin so.
    package static let dialOutRequest = Array("POST /v1/meetings/".utf8)

    /// Whether a request for a dial-out would be refused for want of time.
    package var isOverloaded: Bool { intake.isFull }

    /// One was refused that was not even read.
    package func turnedAway() { intake.turnedAway() }

    /// How many were refused for want of time since the start.
    package var turnedAwayCount: Int { intake.refused }

    /// A request was read that ``answer(_:_:)`` will be asked about; nil where it waits for nobody.
    package func arrive(_ request: Request) -> Intake.Arrival? { request.isForDialOut ? intake.arrive() : nil }

    /// The answer to those that are refused.
    package static let overloaded: Response = {
        var problem = Problem(
            503, "Service Unavailable", detail: "more is asked for than can be dialled in time; nothing was kept", reason: "overloaded")
        problem.retryAfter = Intake.retryAfter
        return problem.response
    }()
}

extension Request {
    /// Whether it may become a dial-out.
    var isForDialOut: Bool { method == .post && path.starts(with: ["v1", "meetings"]) && path.last == "dial-outs" }
}
