import Basis
import Simulation
import Testing

@testable import Service

/// When other nodes' logs are read: one read at a time, and one more where something may have come meanwhile.
@Suite("Following other nodes' logs")
struct FollowerTests {
    /// The log of a second node. `@unchecked Sendable`: one test uses it.
    private final class Logs: OtherLogs, @unchecked Sendable {
        private(set) var reads = 0
        /// Called in the middle of a read, with its number from 1.
        var during: (Int) -> Void = { _ in }
        var fails = false
        /// How many facts it has.
        var facts: Int64 = 0
        /// A place that is missing.
        var gap: Int64?
        private(set) var hint: (@Sendable () -> Void)?
        static let log = LogID(2)!

        func entries(behind places: LogPlaces, limit: Int) async throws(StoreFailure) -> [LogID: FactPage] {
            reads += 1
            during(reads)
            if fails { throw StoreFailure("the disk is away") }
            let place = places[Self.log], last = min(facts, place + Int64(limit))
            guard place < last else { return [:] }
            let stored = (place + 1...last).filter { $0 != gap }.map { StoredFact(place: $0, row: FollowerTests.row) }
            return [Self.log: FactPage(facts: stored, earlier: [:], through: last)]
        }

        func listen(_ hint: @escaping @Sendable () -> Void) { self.hint = hint }
    }

    private final class Alarm: WorldAlarm {
        private(set) var instant: Instant?
        func set(at instant: Instant?) { self.instant = instant }
    }

    private final class Count: Sendable { nonisolated(unsafe) var value = 0 }

    fileprivate static let row: FactRow = {
        let notice = UsageNotice(
            type: .creditsRecharged, id: SortableID(high: 1, low: 1), at: WallTime(milliseconds: 1), tenant: "t",
            content: .recharge(amount: 5, left: 6))
        guard case .fact(let row, _) = notice.entry else { preconditionFailure("a notice is a fact") }
        return row
    }()

    private let world = SimWorld(seed: 1), logs = Logs(), alarm = Alarm(), begun = Count()
    private let hub = EventHub(log: .first, oldest: 1, newest: LogPlaces(), isShared: true, limit: 9, share: 9) {
        WallTime(milliseconds: 0)
    }
    private let follower: Follower

    init() {
        let host = SimHost(world)
        follower = Follower(logs, hub: hub, world: host, log: ServiceLog(world: host, showsNumbers: false))
    }

    private func start() { follower.start(alarm, read: { [begun] in begun.value += 1 }, hinted: {}) }

    /// What the log of the service says of it.
    private var said: [String] { world.logLines.map { "\($0.line.level) \($0.line.message)" } }

    @Test("one read is under way at a time, the next look begins another, and each look sets the next")
    func oneAtATime() async {
        start()
        #expect(begun.value == 1 && alarm.instant == world.now + Follower.interval && logs.hint != nil)
        follower.look()
        follower.look()
        #expect(begun.value == 1)
        await follower.read()
        #expect(logs.reads == 1, "a hint before the read began is answered by it")
        follower.look()
        #expect(begun.value == 2)
    }

    @Test("a hint in the middle of a read has it read once more, and no more than that")
    func hinted() async {
        start()
        logs.during = { [follower] number in if number <= 2 { follower.look() } }
        await follower.read()
        #expect(logs.reads == 3 && begun.value == 1)
        await follower.read()
        #expect(logs.reads == 4)
    }

    @Test(
        "it reads a page after the other while they are full, and tells of each fact once",
        arguments: [(0, 1), (1, 1), (499, 1), (500, 2), (501, 2), (1_000, 3)])
    func pages(facts: Int, reads: Int) async throws {
        let reader = EventReader()
        _ = try #require(hub.subscribe(Subscription(scope: .tenant("t"), after: nil, masked: false), reader))
        logs.facts = Int64(facts)
        start()
        await follower.read()
        #expect(logs.reads == reads && hub.newest[Logs.log] == Int64(facts) && hub.newest[.first] == 0)
        #expect(reader.events.map(\.type) == Array(repeating: "creditsRecharged", count: facts))
        await follower.read()
        #expect(reader.events.count == facts)
    }

    @Test("what cannot be read is said once, tried again at the next look, and said once when it can be read again")
    func failing() async {
        start()
        (logs.fails, logs.facts) = (true, 3)
        for _ in 0..<3 {
            await follower.read()
            follower.look()
        }
        #expect(begun.value == 4 && hub.newest[Logs.log] == 0 && said == ["error other nodes' logs cannot be read"])
        (logs.fails, logs.gap) = (false, 2)
        await follower.read()
        #expect(hub.newest[Logs.log] == 0 && said.count == 1, "nothing is told behind a place that is missing")
        logs.gap = nil
        for _ in 0..<2 {
            await follower.read()
            follower.look()
        }
        #expect(hub.newest[Logs.log] == 3)
        #expect(said == ["error other nodes' logs cannot be read", "notice other nodes' logs can be read again"])
    }

    @Test("one that is stopped looks no more")
    func stopped() async {
        start()
        await follower.read()
        follower.stop()
        follower.look()
        #expect(begun.value == 1 && alarm.instant == nil)
    }
}
