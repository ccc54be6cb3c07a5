import Basis
import Service
import Simulation
import Testing
import Web
import Webhooks

/// A service that runs for years: what is old goes by itself, and who resumes before it is told so.
@Suite("Retention")
struct RetentionTests {
    private final class Sink: EventSink, @unchecked Sendable {
        private(set) var text = ""
        func send(_ chunk: [UInt8]) -> Bool {
            text += String(decoding: chunk, as: UTF8.self)
            return true
        }
        func close() {}
        func whenWritten(_ done: @escaping @Sendable () -> Void) { done() }
    }

    private let fixture: Fixture
    private func days(_ count: Int64) {
        fixture.world.wallOffset += count * 86_400_000
        fixture.pass(.seconds(700))
    }

    init() throws { fixture = try Fixture() }

    @Test("after 30 days events are told no more and the record is there, with its own; after two years it is gone, and the sums are not")
    func years() throws {
        let old = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        let said = fixture.client.must(.get, "/v1/retention")
        #expect(said["eventDays"] == .integer(30) && said["recordDays"] == .integer(730) && said["answerHours"] == .integer(24))
        #expect(said["oldestPlace"] == .integer(1))
        days(31)
        let newer = fixture.dial("+14255550486")
        fixture.pass(.seconds(1_300))
        let kept = fixture.client.must(.get, "/v1/retention"), oldest = kept["oldestPlace"].integer ?? 0
        #expect(oldest > 1 && kept["newestPlace"].integer ?? 0 >= oldest)
        #expect(fixture.record(old)["outcome"] == .string("busy"))
        #expect(fixture.client.must(.get, "/v1/dial-outs/\(old)/events")["events"].array.count == 4)
        let sink = Sink()
        _ = fixture.client.watch("/v1/events", into: sink, headers: [("Last-Event-ID", "0")])
        fixture.pass(.seconds(1))
        let newest = kept["newestPlace"].integer ?? 0
        #expect(sink.text == "id: \(newest)\nevent: reset\ndata: {\"type\":\"reset\",\"oldest\":\(oldest),\"newest\":\(newest)}\n\n")
        let resumed = Sink()
        _ = fixture.client.watch("/v1/events", into: resumed, headers: [("Last-Event-ID", "\(oldest - 1)")])
        fixture.pass(.seconds(1))
        #expect(resumed.text.hasPrefix("id: \(oldest)\n") && !resumed.text.contains("reset"))
        days(700)
        fixture.pass(.seconds(700))
        #expect(fixture.client.ask(.get, "/v1/dial-outs/\(old)").status == 404)
        #expect(fixture.record(newer)["outcome"] == .string("busy"))
        #expect(fixture.client.must(.get, "/v1/dial-outs")["dialOuts"].array.compactMap { $0["id"].string } == [newer])
        #expect(fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array.isEmpty == false, "changes are kept")
        let (service, client) = try fixture.restart()
        #expect(client.must(.get, "/v1/retention")["oldestPlace"].integer ?? 0 >= oldest)
        withExtendedLifetime(service) {}
    }

    @Test("nothing is taken away any more while the service ends", arguments: [false, true])
    func draining(isDraining: Bool) throws {
        let fixture = try Fixture(settings: { $0.drainSeconds = 1_300 })
        _ = fixture.dial("+14255550486")
        let talking = fixture.dial("+14255551234")
        fixture.pass(.seconds(5))
        if isDraining { fixture.drain {} }
        fixture.world.wallOffset += 31 * 86_400_000
        fixture.pass(.seconds(1_250))
        let oldest = fixture.client.must(.get, "/v1/retention")["oldestPlace"].integer ?? 0
        #expect((oldest == 1) == isDraining && fixture.record(talking)["state"].string == "connected", "\(oldest)")
    }

    @Test("what an endpoint has not had yet is kept for it, past its age, for 72 hours and no longer", arguments: [71, 72])
    func held(hours: Int64) throws {
        let fixture = try Fixture(settings: { $0.retention.eventDays = 1 }), receivers = Receivers(fixture.world)
        receivers.behaviour = { _ in (.answered(status: 204), .seconds(20)) }
        fixture.webhook("https://hooks.example/")
        fixture.pass(Instant.zero + .seconds(595) - fixture.world.now)
        let id = fixture.dial("+14255550486")
        fixture.pass(.seconds(3))
        let first = try #require(fixture.store.everything.0.facts.first { "\($0.row.dialOut)" == id }?.place)
        fixture.world.wallOffset += hours * 3_600_000
        fixture.pass(.seconds(5))
        #expect(!receivers.taken.isEmpty, "it is on its way")
        let oldest = try #require(fixture.client.must(.get, "/v1/retention")["oldestPlace"].integer)
        #expect(hours < 72 ? oldest <= first : oldest > first, "\(first) \(oldest)")
    }
}
