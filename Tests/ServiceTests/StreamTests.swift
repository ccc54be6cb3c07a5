import Basis
import Simulation
import Testing
import Web

@testable import Service

@Suite("Streams under hardship")
struct StreamTests {
    private final class Sink: EventSink, @unchecked Sendable {
        var places: [Int64] = []
        var isClosed = false
        /// While true nothing leaves.
        var isHeld = false
        var waiting: [@Sendable () -> Void] = []

        func send(_ chunk: [UInt8]) -> Bool {
            let first = String(decoding: chunk.prefix { $0 != 10 }, as: UTF8.self)
            if let place = Int64(first.dropFirst(4)) { places.append(place) }
            return true
        }
        func close() { isClosed = true }
        func whenWritten(_ done: @escaping @Sendable () -> Void) { if isHeld { waiting.append(done) } else { done() } }

        func letGo() {
            isHeld = false
            for done in waiting { done() }
            waiting = []
        }
    }

    /// Notes facts of one dial-out, the numbers' first to last of them.
    private func note(_ numbers: ClosedRange<Int>, _ fixture: Fixture) {
        var sample = SampleDialOut(1, operator: nil)
        let first = sample.accept()
        let all = [first[0]] + (2...max(2, numbers.upperBound)).map { sample.note(.queued(position: $0)) }
        fixture.service.assumeIsolated { service in service.ledger.note(Array(all[numbers.lowerBound - 1...numbers.upperBound - 1])) }
        fixture.pass(.milliseconds(50))
    }

    @Test(
        "a backlog of several pages is read page by page, each when the one before has left, while events go on; none is missed or doubled")
    func longBacklog() throws {
        let fixture = try Fixture(configured: false), page = Watching.replayPage
        note(1...2 * page + 50, fixture)
        let sink = Sink()
        sink.isHeld = true
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: LogPlaces(), masked: false), sink) }
        fixture.pass(.milliseconds(50))
        #expect(sink.places == Array(1...Int64(page)), "nothing more until the page has left")
        note(2 * page + 51...2 * page + 60, fixture)
        #expect(sink.places.count == page)
        sink.letGo()
        for number in 2 * page + 61...2 * page + 80 { note(number...number, fixture) }
        fixture.pass(.seconds(1))
        #expect(sink.places == Array(1...Int64(2 * page + 80)))
    }

    @Test("an event that can be read already and is not published yet is told once, when it is published")
    func publishedAfterCommit() throws {
        let fixture = try Fixture(configured: false)
        note(1...3, fixture)
        let sink = Sink()
        fixture.store.keepsUnsynced = true
        fixture.store.syncsFail = true
        note(4...5, fixture)
        #expect(fixture.store.events.count == 5)
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: LogPlaces(1), masked: false), sink) }
        fixture.pass(.milliseconds(100))
        #expect(sink.places == [2, 3], "what is not known to be kept is told to nobody")
        fixture.store.syncsFail = false
        fixture.pass(.seconds(2))
        #expect(sink.places == [2, 3, 4, 5])
    }

    @Test("an event is told when its commit is over, and not before")
    func notBeforeCommit() throws {
        let fixture = try Fixture(configured: false), sink = Sink()
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: nil, masked: false), sink) }
        fixture.store.isFull = true
        note(1...1, fixture)
        #expect(sink.places.isEmpty && fixture.store.events.isEmpty)
        fixture.store.isFull = false
        fixture.pass(.seconds(2))
        #expect(sink.places == [1])
    }

    @Test("a log that cannot be read closes the stream")
    func unreadable() throws {
        let fixture = try Fixture(configured: false), sink = Sink()
        note(1...3, fixture)
        fixture.store.readsFail = true
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: LogPlaces(), masked: false), sink) }
        fixture.pass(.milliseconds(100))
        #expect(sink.isClosed && sink.places.isEmpty)
        #expect(fixture.service.assumeIsolated { $0.hub.count } == 0)
    }

    @Test("as many streams are open as the service keeps; one more is refused, and one that ends gives its place back")
    func limit() throws {
        #expect(Settings().eventStreams == 10_000)
        let fixture = try Fixture(settings: { $0.eventStreams = 2 }), sinks = (0..<3).map { _ in Sink() }
        let path = "/v1/events", first = fixture.client.watch(path, into: sinks[0])
        #expect(first.stream != nil && fixture.client.watch("/v1/operators/acme/events", into: sinks[1]).stream != nil)
        let refused = fixture.client.ask(.get, path)
        #expect(refused.status == 503 && refused.header("Retry-After") == "5" && refused.body["reason"].string == "tooManyStreams")
        #expect(refused.body["detail"].string == "2 event streams are open already")
        let late = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: nil, masked: false), sinks[2]) }
        #expect(late == nil, "its head went out when there was a place yet")
        fixture.service.assumeIsolated { $0.unsubscribe(first.stream ?? 0) }
        #expect(fixture.client.watch(path, into: sinks[2]).stream != nil)
        #expect(fixture.client.watch(path, into: sinks[0]).status == 503)
        note(1...1, fixture)
        #expect(sinks.map(\.places.count) == [0, 0, 1])
    }

    @Test("the streams of one tenant leave room for others': one more of its own is refused, an operator's and another tenant's are let in")
    func share() throws {
        let fixture = try Fixture(settings: { ($0.eventStreams, $0.eventStreamShare) = (4, 2) }), sinks = (0..<6).map { _ in Sink() }
        fixture.client.must(.put, "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"US"}"#)
        let own = [fixture.token("admin", tenant: "contoso"), fixture.token("meeting", tenant: "contoso")]
        let other = fixture.token("admin", tenant: "fabrikam")
        let first = own[0].watch("/v1/events", into: sinks[0])
        #expect(first.stream != nil && own[1].watch("/v1/events", into: sinks[1]).stream != nil)
        let refused = own[1].ask(.get, "/v1/events")
        #expect(refused.status == 503 && refused.header("Retry-After") == "5" && refused.body["reason"].string == "tooManyStreams")
        #expect(refused.body["detail"].string == "2 event streams of yours are open already")
        #expect(other.watch("/v1/events", into: sinks[2]).stream != nil)
        fixture.service.assumeIsolated { $0.unsubscribe(first.stream ?? 0) }
        #expect(own[0].watch("/v1/events", into: sinks[3]).stream != nil, "its place is given back")
        #expect(fixture.client.watch("/v1/events", into: sinks[4]).stream != nil)
        #expect(fixture.client.ask(.get, "/v1/events").body["detail"].string == "4 event streams are open already")
    }

    @Test("a stop ends within the drain's time where the store takes nothing, and says what it leaves", arguments: [true, false])
    func fullDisk(hasCall: Bool) throws {
        let fixture = try Fixture()
        if hasCall { _ = fixture.dial("+14255550999") }
        fixture.pass(.seconds(1))
        fixture.store.isFull = true
        note(1...2, fixture)
        var left: Service.Unwritten?
        let begun = fixture.world.now, service = fixture.service
        let done = Done { left = $0 }
        Task(executorPreference: service.world.tasks) { done.tell(await service.drain()) }
        let isOver = fixture.world.run(until: begun + .seconds(60)) { left != nil }
        #expect(isOver && fixture.world.now <= begun + .seconds(35), "30 s to drain, and two looks 2 s apart")
        #expect(left.map { $0.entries >= 2 && $0.dialOuts == (hasCall ? 1 : 0) } == true, "\(String(describing: left))")
        #expect(fixture.isQuiet)
    }

    @Test("a stop with all written leaves nothing")
    func clean() throws {
        let fixture = try Fixture()
        _ = fixture.dial("+14255550200")
        fixture.pass(.seconds(20))
        var left: Service.Unwritten?
        let service = fixture.service, done = Done { left = $0 }
        Task(executorPreference: service.world.tasks) { done.tell(await service.drain()) }
        _ = fixture.world.run(until: fixture.world.now + .seconds(60)) { left != nil }
        #expect(left == Service.Unwritten(entries: 0, dialOuts: 0))
    }

    private final class Done: @unchecked Sendable {
        let tell: (Service.Unwritten) -> Void
        init(_ tell: @escaping (Service.Unwritten) -> Void) { self.tell = tell }
    }
}
