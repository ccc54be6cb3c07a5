import Basis
import Service

/// One database that several nodes share, on the other world's clock, as far as PostgreSQL's rules matter: a group is one call of `append`, whose
/// statements lock, look and write in their order; what is written is seen, and survives, from the end of its flush on.
///
/// It lives on when a node dies, and finishes what was asked of it also when nobody waits for the answer.
final class SharedDatabase {
    /// What `append` and ``settle(_:of:_:)`` say.
    enum Reply {
        case kept(firstPlace: Int64, conflicts: [Int: StoreConflict])
        /// Nothing of the group is there or ever will be.
        case void
        /// The log is another process's by now.
        case fenced
        /// Two transactions wait for each other, and this one was given up.
        case deadlock
    }
    /// One group on its way into a log.
    struct Append {
        let log: LogID
        let epoch: Int
        /// No two groups have the same.
        let group: Int
        let entries: [StoreEntry]
        let admissions: [Range<Int>]
    }
    /// A fact as it was committed.
    struct Row {
        let place: Int64
        let dialOut: SortableID
        let sequence: Int
        let at: Instant
        /// Whether its log was another process's by then.
        let isStale: Bool
    }
    private struct Head {
        var epoch = 0
        var last: Int64 = 0
        var groups: [Int: Reply] = [:]
    }

    private let world: SimWorld
    private var random: SeededRandom
    let flaws: Set<Flaw>
    private(set) var tables = SimTables()
    private(set) var rows: [LogID: [Row]] = [:]
    private var heads: [LogID: Head] = [:]
    private let headLocks = SimLocks<LogID>(), nameLocks = SimLocks<String>()
    /// Told of each commit to a log.
    private var listeners: [(LogID) -> Void] = []
    /// Nil while it runs.
    private(set) var isUp = true
    /// How often it has come up.
    private(set) var life = 0
    private var lastGroup = 0
    /// Whether connections to it break and hints get lost.
    var isTroubled = false
    /// Until when the standby says nothing: no flush ends before.
    var stalledUntil = Instant.zero
    /// Since when transactions that have nothing to do with this one are open.
    var openElsewhere: Instant?
    /// What has happened: circles of waiting, admissions left out, groups that came again, and such that were kept from coming.
    private(set) var deadlocks = 0
    private(set) var conflicts = 0
    private(set) var foundAgain = 0
    private(set) var voided = 0

    /// Who has a name, and which one a transaction waits for.
    private var holders: [String: Int] = [:]
    private var wishes: [Int: String] = [:]
    private var lastTransaction = 0

    /// Who waits longer for a lock looks whether somebody waits for it in turn (PostgreSQL's `deadlock_timeout`).
    private static let deadlockTime = Duration.seconds(1)

    init(_ world: SimWorld, flaws: Set<Flaw>) { (self.world, self.flaws, random) = (world, flaws, world.random.fork()) }

    func newGroup() -> Int {
        lastGroup += 1
        return lastGroup
    }

    func listen(_ listener: @escaping (LogID) -> Void) { listeners.append(listener) }

    /// How long a flush takes, with the standby's answer.
    private var flush: Duration {
        let isSlow = Scenario.chance(0.03, &random)
        let own = Duration.microseconds(Int64.random(in: isSlow ? 20_000...400_000 : 300...9_000, using: &random))
        return own + max(.zero, stalledUntil - world.now)
    }

    /// How long it takes to write a row of a key; now and then its page is not in memory.
    private var insertion: Duration {
        let isSlow = Scenario.chance(0.1, &random)
        return .microseconds(Int64.random(in: isSlow ? 2_000...40_000 : 5...200, using: &random))
    }

    /// It is away, as by a crash: what is not committed is gone, and so are all connections.
    func crash(for time: Duration) {
        guard isUp else { return }
        (isUp, life) = (false, life + 1)
        headLocks.reset()
        nameLocks.reset()
        (holders, wishes) = ([:], [:])
        world.schedule(after: time) { [self] in isUp = true }
    }

    private func schedule(after time: Duration, _ work: @escaping () -> Void) {
        let life = life
        world.schedule(after: time) { [self] in if life == self.life { work() } }
    }

    // MARK: whose a log is

    /// Makes a log the caller's alone, behind all that is being written to it. The answer is its epoch.
    func begin(_ log: LogID, _ done: @escaping (Int) -> Void) {
        headLocks.acquire(log) { [self] in
            schedule(after: flush) { [self] in
                heads[log, default: Head()].epoch += 1
                let epoch = heads[log]!.epoch
                headLocks.release(log)
                done(epoch)
            }
        }
    }

    // MARK: append

    func append(_ call: Append, _ done: @escaping (Reply) -> Void) {
        let before = heads[call.log]!
        guard !flaws.contains(.noLock) else { return write(call, before, early: { _ in }, done) }
        headLocks.acquire(call.log) { [self] in
            let isEarly = flaws.contains(.answersEarly)
            write(call, flaws.contains(.snapshotBeforeLock) ? before : heads[call.log]!, early: isEarly ? done : { _ in }) { [self] reply in
                headLocks.release(call.log)
                if !isEarly { done(reply) }
            }
        }
    }

    /// `early` is told before the flush.
    private func write(_ call: Append, _ head: Head, early: @escaping (Reply) -> Void, _ done: @escaping (Reply) -> Void) {
        guard call.epoch == head.epoch || flaws.contains(.noFence) else { return done(.fenced) }
        if let known = head.groups[call.group], !flaws.contains(.groupsForgotten) {
            foundAgain += 1
            return done(known)
        }
        lastTransaction += 1
        take(names(in: call)[...], taken: [], for: lastTransaction) { [self] taken in
            guard let taken else { return done(.deadlock) }
            let conflicts = conflicts(of: call)
            self.conflicts += conflicts.count
            let entries = call.entries.leavingOut(conflicts, of: call.admissions)
            let hasFacts = entries.contains { if case .fact = $0 { true } else { false } }
            let reply = Reply.kept(firstPlace: hasFacts ? head.last + 1 : 0, conflicts: conflicts)
            early(reply)
            schedule(after: flush) { [self] in
                commit(entries, call, behind: head.last, reply)
                give(back: taken)
                done(reply)
            }
        }
    }

    /// What is one for all logs and touched by the group, in the order in which every transaction takes it.
    private func names(in call: Append) -> [String] {
        var names: [String] = []
        for entry in call.entries {
            switch entry {
            case .key(let use): names.append("key \(use.tenant)/\(use.key)")
            case .keyReleased(let tenant, let key): names.append("key \(tenant)/\(key)")
            case .document(let document) where document.version > 0: names.append("configuration")
            case .fact, .dialOut, .document, .use: continue
            }
        }
        var seen: Set<String> = []
        let once = names.filter { seen.insert($0).inserted }
        return flaws.contains(.keysUnguarded) ? [] : flaws.contains(.keysUnordered) ? once : once.sorted()
    }

    /// One name after the other; nil where two transactions wait for each other.
    private func take(
        _ names: ArraySlice<String>, taken: [String], for transaction: Int, _ done: @escaping ([String]?) -> Void
    ) {
        guard let name = names.first else { return done(taken) }
        wishes[transaction] = name
        let ticket = nameLocks.acquire(name) { [self] in
            (wishes[transaction], holders[name]) = (nil, transaction)
            schedule(after: insertion) { [self] in
                take(names.dropFirst(), taken: taken + [name], for: transaction, done)
            }
        }
        schedule(after: Self.deadlockTime) { [self] in
            guard waitsForItself(transaction), nameLocks.giveUp(name, ticket) else { return }
            deadlocks += 1
            wishes[transaction] = nil
            give(back: taken)
            done(nil)
        }
    }

    private func give(back names: [String]) {
        for name in names.reversed() {
            holders[name] = nil
            nameLocks.release(name)
        }
    }

    private func waitsForItself(_ transaction: Int) -> Bool {
        var next = wishes[transaction].flatMap { holders[$0] }
        for _ in 0..<wishes.count {
            guard let holder = next, holder != transaction else { break }
            next = wishes[holder].flatMap { holders[$0] }
        }
        return next == transaction
    }

    private func conflicts(of call: Append) -> [Int: StoreConflict] {
        if flaws.contains(.keysUnguarded) { return [:] }
        var conflicts = tables.conflicts(call.entries, call.admissions)
        for (index, range) in call.admissions.enumerated() {
            for case .document(let document) in call.entries[range] where document.version > 0 && document.version <= tables.version {
                conflicts[index] = .configuration(version: document.version)
            }
        }
        return conflicts
    }

    private func commit(_ entries: [StoreEntry], _ call: Append, behind last: Int64, _ reply: Reply) {
        let isStale = call.epoch != heads[call.log]!.epoch
        _ = tables.append(entries, to: call.log)
        var place = last
        for case .fact(let row, _) in entries {
            place += 1
            rows[call.log, default: []].append(
                Row(place: place, dialOut: row.dialOut, sequence: row.sequence, at: world.now, isStale: isStale))
        }
        heads[call.log]!.last = place
        heads[call.log]!.groups[call.group] = reply
        if place > last { for listener in listeners { listener(call.log) } }
    }

    /// What became of a group; where it is not there it never will be.
    func settle(_ group: Int, of log: LogID, _ done: @escaping (Reply) -> Void) {
        if flaws.contains(.lookUpAlone) { return done(heads[log]!.groups[group] ?? .void) }
        headLocks.acquire(log) { [self] in
            let known = heads[log]!.groups[group], reply = known ?? .void
            if known == nil { voided += 1 }
            schedule(after: flush) { [self] in
                heads[log]!.groups[group] = reply
                headLocks.release(log)
                done(reply)
            }
        }
    }

    // MARK: reading

    /// What other logs have behind a place.
    func entries(behind places: LogPlaces, for log: LogID, limit: Int) -> [LogID: FactPage] {
        var pages: [LogID: FactPage] = [:]
        for other in tables.logs.keys where other != log {
            let page = tables.facts(FactQuery(scope: .all, log: other, after: places[other], limit: limit), in: other)
            let seen = page.facts.prefix { fact in
                guard flaws.contains(.waitsForOldTransactions), let openElsewhere else { return true }
                return rows[other]![Int(fact.place) - 1].at < openElsewhere
            }
            if let last = seen.last { pages[other] = FactPage(facts: Array(seen), earlier: page.earlier, through: last.place) }
        }
        return pages
    }
}
