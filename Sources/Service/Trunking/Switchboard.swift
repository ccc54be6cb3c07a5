import Basis
import Dialing

/// All trunks of all operators: which may be offered a call now, which has a channel free, and who waits for one.
///
/// A value. After every mutating call take all of ``nextEffect()`` and come back at ``nextDeadline``.
struct Switchboard: Sendable {
    enum Effect: Equatable, Sendable {
        /// A channel is taken for one that waited.
        case granted(SortableID, TrunkKey)
        /// It has waited as long as it may.
        case waitedTooLong(SortableID)
        /// The trunks it waited for take no calls any more; it may ask anew.
        case dislodged(SortableID)
        /// Time to ask the trunk for a sign of life.
        case probe(TrunkKey, uri: String)
        /// Something to tell those who watch over trunks.
        case news(TrunkKey, TrunkNews)
    }
    enum Seizure: Equatable, Sendable {
        /// A channel is taken.
        case seized(TrunkKey)
        /// From 1 on; ``Effect`` tells more.
        case queued(position: Int)
        case tooMany(retryAfter: Duration)
        /// No trunk takes calls, and when one may again.
        case unavailable(retryAfter: Duration?)
    }
    struct Line: Sendable {
        var trunk: Trunk
        /// False once the trunk is out of the configuration; it is kept for as long as it has calls.
        var isConfigured = true
        var channels = Channels()
        var health = TrunkHealth()
        var circuit = Circuit()
        var queue = FairQueue()

        var takesCalls: Bool { isConfigured && trunk.enabled }
        /// To be tried after all others: it does not answer OPTIONS, or its calls failed.
        var isDoubtful: Bool { health.fault != nil || circuit.isDoubtful }
        var mayServeQueue: Bool { !queue.isEmpty && takesCalls && !circuit.isForbidden }
        func mayBeTried(at now: Instant) -> Bool { takesCalls && circuit.nextTrial.map { $0 <= now } ?? false }
        var queueLimit: Int { trunk.maxQueuedCalls ?? Trunk.queueLimit }
        var queueTime: Duration { .seconds(trunk.maxQueueSeconds ?? Trunk.queueSeconds) }
        var probing: Trunk.Probing { trunk.options ?? .standard }
    }
    enum Timer: Hashable, Sendable {
        /// The end of one's place in a trunk's queue.
        case place(SortableID, TrunkKey)
        case rate(TrunkKey), circuit(TrunkKey), probe(TrunkKey)
    }

    /// Retry-After where nothing tells when a channel will be free.
    static let usualRetryAfter = Duration.seconds(5)

    var lines: [TrunkKey: Line] = [:]
    var timers = Deadlines<Timer>()
    /// The trunks that each dial-out waits for.
    var waiting: [SortableID: [TrunkKey]] = [:]
    private var effects: [Effect] = []
    private(set) var isProbing = true

    var nextDeadline: Instant? { mutating get { timers.next } }

    mutating func nextEffect() -> Effect? { effects.isEmpty ? nil : effects.removeFirst() }
    mutating func put(_ effect: Effect) { effects.append(effect) }

    // MARK: calls

    /// Takes a channel of the first trunk that has one, trunks in doubt last; else a place in the queues of those that may have one soon.
    ///
    /// Whoever waits goes first. `deadline` bounds the wait beside what the trunks say.
    mutating func seize(_ wanted: [TrunkKey], for caller: Caller, until deadline: Instant, at now: Instant) -> Seizure {
        let open = offerable(wanted, at: now)
        guard !open.isEmpty else { return .unavailable(retryAfter: reopening(wanted, at: now)) }
        for key in open where lines[key]!.queue.isEmpty && claim(key, at: now) { return .seized(key) }
        let places = open.filter { lines[$0]!.queue.hasPlace(for: caller, limit: lines[$0]!.queueLimit) }
        guard !places.isEmpty, deadline > now else { return .tooMany(retryAfter: soonest(open)) }
        for key in places { lines[key]!.queue.append(caller) }
        waiting[caller.id] = places
        for key in places { timers.set(.place(caller.id, key), at: min(deadline, now + lines[key]!.queueTime)) }
        for key in places { pump(key, at: now) }
        return .queued(position: position(of: caller.id) ?? 1)
    }

    /// Takes a channel that is free, of the trunk that ``seize(_:for:until:at:)`` would take; nil where one has to be waited for.
    mutating func seizeAtOnce(_ wanted: [TrunkKey], at now: Instant) -> TrunkKey? {
        for key in offerable(wanted, at: now) where lines[key]!.queue.isEmpty && claim(key, at: now) { return key }
        return nil
    }

    /// What ``seize(_:for:until:at:)`` would come to, as far as it can be told before; nil when there is a channel or a place to wait in
    /// that comes up in time.
    func refusal(_ wanted: [TrunkKey], for caller: Caller, at now: Instant) -> Seizure? {
        let open = offerable(wanted, at: now)
        guard !open.isEmpty else { return .unavailable(retryAfter: reopening(wanted, at: now)) }
        let hopeful = open.contains { key in
            var line = lines[key]!
            if line.queue.isEmpty, line.channels.claim(line.trunk, at: now) == nil { return true }
            guard line.queue.hasPlace(for: caller, limit: line.queueLimit) else { return false }
            return line.expectedWait(for: caller) <= line.queueTime
        }
        return hopeful ? nil : .tooMany(retryAfter: soonest(open))
    }

    /// The INVITE of a seized channel leaves.
    mutating func begin(_ key: TrunkKey, at now: Instant) {
        if let trunk = lines[key]?.trunk { lines[key]!.channels.begin(trunk, at: now) }
    }

    /// A seized channel was not used.
    mutating func giveBack(_ key: TrunkKey, at now: Instant) {
        guard let trunk = lines[key]?.trunk else { return }
        lines[key]!.channels.giveBack(trunk, at: now)
        if !lines[key]!.isConfigured, lines[key]!.channels.inUse == 0 { return forget(key) }
        pump(key, at: now)
    }

    /// Another start of the service has used the trunks until a moment ago.
    mutating func takeOver(at now: Instant) {
        for key in lines.keys { lines[key]!.channels.empty(at: now) }
    }

    /// Counts a call of an earlier start; false where the trunk is not configured any more.
    mutating func occupy(_ key: TrunkKey) -> Bool {
        guard lines[key] != nil else { return false }
        lines[key]!.channels.occupy()
        return true
    }

    /// A channel is free again.
    mutating func release(_ key: TrunkKey, at now: Instant) {
        lines[key]?.channels.release()
        if let line = lines[key], !line.isConfigured, line.channels.inUse == 0 { return forget(key) }
        pump(key, at: now)
    }

    /// The dial-out does not want to wait any more.
    mutating func leave(_ id: SortableID) {
        for key in waiting[id] ?? [] { _ = keepsWaiting(id, without: key) }
    }

    /// Takes a dial-out out of one trunk's queue; answers whether it has a place in another's.
    mutating func keepsWaiting(_ id: SortableID, without key: TrunkKey) -> Bool {
        lines[key]?.queue.remove(id)
        timers.set(.place(id, key), at: nil)
        waiting[id]?.removeAll { $0 == key }
        if waiting[id]?.isEmpty == true { waiting[id] = nil }
        return waiting[id] != nil
    }

    /// The best place that a waiting dial-out has in a queue, from 1 on.
    func position(of id: SortableID) -> Int? { waiting[id]?.compactMap { lines[$0]?.queue.position(of: id) }.min() }

    // MARK: what is learnt of a trunk

    /// What a call, or the answer to OPTIONS, says of the trunk.
    mutating func note(_ event: Circuit.Event, of key: TrunkKey, at now: Instant) {
        let wasOpen = lines[key]?.circuit.deadline != nil
        guard let effect = lines[key]?.circuit.handle(event, at: now) else { return }
        // Told to wait once more, it is as closed as it was.
        if !wasOpen || effect == .closed { put(.news(key, .circuit(effect))) }
        watchCircuit(key, at: now)
        pump(key, at: now)
    }

    mutating func probed(_ key: TrunkKey, _ event: TrunkHealth.Event, at now: Instant) {
        guard let line = lines[key] else { return }
        let probing = line.probing
        if let effect = lines[key]!.health.handle(event, .init(down: probing.downAfter, up: probing.upAfter)) {
            put(.news(key, .health(effect)))
        }
        guard isProbing, line.takesCalls, probing.seconds > 0 else { return }
        let isSure = lines[key]!.health.state == .up(failures: 0), interval = Duration.seconds(probing.seconds)
        timers.set(.probe(key), at: now + (isSure ? interval : min(interval, Self.doubtInterval)))
    }

    /// Between probes of a trunk that is down, or did not answer the last one.
    static let doubtInterval = Duration.seconds(10)

    /// Does all that was due by now.
    mutating func tick(at now: Instant) {
        while let timer = timers.popDue(at: now) {
            switch timer {
            case .place(let id, let key):
                guard keepsWaiting(id, without: key) else {
                    put(.waitedTooLong(id))
                    continue
                }
                // A trunk that said to wait may be tried by one that waits for no other.
                for other in waiting[id] ?? [] where lines[other]?.circuit.isForbidden == true { pump(other, at: now) }
            case .rate(let key): pump(key, at: now)
            case .circuit(let key):
                _ = lines[key]?.circuit.handle(.timeout, at: now)
                watchCircuit(key, at: now)
                pump(key, at: now)
            case .probe(let key):
                if let line = lines[key] { put(.probe(key, uri: line.trunk.uri)) }
            }
        }
    }

    /// No trunk is asked for signs of life any more.
    mutating func stopProbing() {
        isProbing = false
        for key in lines.keys { timers.set(.probe(key), at: nil) }
    }

    // MARK: inside

    /// Those of the trunks that may be offered a call, each once, those in doubt last. Where all said to wait, one that may be tried now.
    private func offerable(_ wanted: [TrunkKey], at now: Instant) -> [TrunkKey] {
        var sure: [TrunkKey] = [], doubtful: [TrunkKey] = []
        for key in wanted {
            guard let line = lines[key], line.takesCalls, !line.circuit.isForbidden else { continue }
            if line.isDoubtful {
                if !doubtful.contains(key) { doubtful.append(key) }
            } else if !sure.contains(key) {
                sure.append(key)
            }
        }
        guard sure.isEmpty, doubtful.isEmpty else { return sure + doubtful }
        let trial = wanted.first { lines[$0]?.mayBeTried(at: now) ?? false }
        return trial.map { [$0] } ?? []
    }

    private mutating func claim(_ key: TrunkKey, at now: Instant) -> Bool {
        let trunk = lines[key]!.trunk
        guard lines[key]!.channels.claim(trunk, at: now) == nil else { return false }
        _ = lines[key]!.circuit.handle(.seized, at: now)
        watchCircuit(key, at: now)
        return true
    }

    /// Comes back when the circuit changes by itself, or when one call may try the trunk.
    mutating func watchCircuit(_ key: TrunkKey, at now: Instant) {
        let circuit = lines[key]?.circuit, trial = circuit?.nextTrial.flatMap { $0 > now ? $0 : nil }
        timers.set(.circuit(key), at: [circuit?.deadline, trial].compactMap(\.self).min())
    }

    /// Whether the first of those that wait for a trunk which may be tried waits for no other that takes calls.
    private func hasNoOther(_ key: TrunkKey, at now: Instant) -> Bool {
        guard let line = lines[key], line.mayBeTried(at: now), let next = line.queue.order.first else { return false }
        return waiting[next]?.allSatisfy { lines[$0].map { !$0.takesCalls || $0.circuit.isForbidden } ?? true } ?? false
    }

    /// Gives what is free to those who wait.
    mutating func pump(_ key: TrunkKey, at now: Instant) {
        while lines[key]?.mayServeQueue == true || hasNoOther(key, at: now) {
            guard claim(key, at: now) else {
                let trunk = lines[key]!.trunk
                let isFull = trunk.maxConcurrentCalls.map { lines[key]!.channels.inUse >= $0 } ?? false
                return timers.set(.rate(key), at: isFull ? nil : lines[key]!.channels.nextCall(trunk, at: now))
            }
            guard let next = lines[key]!.queue.next() else { preconditionFailure("a queue that is not empty has a next") }
            leave(next)
            put(.granted(next, key))
        }
    }

    private func reopening(_ wanted: [TrunkKey], at now: Instant) -> Duration? {
        wanted.compactMap { key -> Duration? in
            guard let line = lines[key], line.takesCalls else { return nil }
            return [line.circuit.deadline, line.circuit.nextTrial].compactMap { $0.map { $0 - now } }.min()
        }.min()
    }

    private func soonest(_ open: [TrunkKey]) -> Duration { open.map { lines[$0]!.emptying }.min() ?? Self.usualRetryAfter }
}

extension Switchboard.Line {
    /// How long until those that wait now are through, as far as the rate tells.
    fileprivate var emptying: Duration {
        guard let rate = trunk.maxCallsPerSecond else { return Switchboard.usualRetryAfter }
        return .seconds(max(1, (queue.count + rate - 1) / rate))
    }

    /// How long the rate alone makes a newcomer wait; fairness is asked only where the whole queue would take too long.
    fileprivate func expectedWait(for caller: Caller) -> Duration {
        guard let rate = trunk.maxCallsPerSecond, emptying > queueTime else { return .zero }
        var tried = queue
        tried.append(caller)
        return .seconds((tried.position(of: caller.id) ?? 1) / rate)
    }
}
