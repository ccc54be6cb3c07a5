import Service
import Simulation
import Testing
import Web
import Webhooks

/// The figures of `/metrics` after a story whose counts are known.
@Suite("Metrics")
struct MetricsTests {
    /// By name and labels, as they are printed.
    private func figures(_ fixture: Fixture) -> [String: String] {
        let text = fixture.service.assumeIsolated { String(decoding: $0.metricsText().bytes ?? [], as: UTF8.self) }
        return text.split(separator: "\n").filter { $0.first != "#" }.reduce(into: [:]) { figures, line in
            guard let end = line.lastIndex(of: " ") else { return }
            figures[String(line[..<end])] = String(line[line.index(after: end)...])
        }
    }

    private func expect(_ wanted: [String: String], _ fixture: Fixture, _ place: SourceLocation = #_sourceLocation) {
        let found = figures(fixture)
        for (name, value) in wanted { #expect(found[name] == value, "\(name)", sourceLocation: place) }
    }

    private func oneChannel(_ fixture: Fixture) {
        fixture.client.must(
            .put, "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","maxConcurrentCalls":1,"maxQueuedCalls":9},{"name":"t2","uri":"sip:10.1.0.2:5060","enabled":false}]}"#
        )
    }

    @Test("of a call that is answered, one that waits, one that is busy, one that is refused, and one that was asked for before")
    func story() throws {
        let fixture = try Fixture()
        oneChannel(fixture)
        fixture.dial("+14255550200")
        fixture.pass(.seconds(3))
        let last = fixture.dial("+14255550486")
        #expect(fixture.client.ask(.post, "/v1/meetings/m9/dial-outs", Fixture.order("+81355550123")).status == 403)
        fixture.client.must(.post, "/v1/meetings/m2/dial-outs", Fixture.order("+14255550486"))
        expect(
            [
                "dialout_live{state=\"connected\"}": "1", "dialout_live{state=\"queued\"}": "1", "dialout_duplicates_total": "1",
                "dialout_accepted_total": "2", "dialout_refused_total{reason=\"noRoute\"}": "1",
                "dialout_trunk_channels{operator=\"acme\",trunk=\"t1\"}": "1",
                "dialout_trunk_channels_max{operator=\"acme\",trunk=\"t1\"}": "1",
                "dialout_trunk_queued{operator=\"acme\",trunk=\"t1\"}": "1", "dialout_trunk_queued{operator=\"acme\",trunk=\"t2\"}": "0",
                "dialout_trunk_queue_max{operator=\"acme\",trunk=\"t1\"}": "9",
                "dialout_trunk_enabled{operator=\"acme\",trunk=\"t1\"}": "1", "dialout_trunk_enabled{operator=\"acme\",trunk=\"t2\"}": "0",
                "dialout_trunk_circuit{operator=\"acme\",trunk=\"t1\"}": "0", "dialout_store_failing": "0", "dialout_draining": "0",
                "dialout_log_lines_dropped_total": "0", "dialout_forgotten_total": "0",
            ], fixture)
        fixture.pass(.seconds(20))
        expect(
            [
                "dialout_live{state=\"connected\"}": "0", "dialout_invites_total": "2",
                "dialout_ended_total{operator=\"acme\",outcome=\"completed\"}": "1",
                "dialout_ended_total{operator=\"acme\",outcome=\"busy\"}": "1",
                "dialout_attempts_total{operator=\"acme\",outcome=\"completed\"}": "1",
                "dialout_attempts_total{operator=\"acme\",outcome=\"busy\"}": "1",
                "dialout_trunk_queued{operator=\"acme\",trunk=\"t1\"}": "0",
                "dialout_setup_seconds_count": "1", "dialout_accept_seconds_count": "3", "dialout_invite_seconds_count": "2",
                "dialout_invite_to_provisional_seconds_count": "2", "dialout_invite_to_ringing_seconds_count": "1",
                "dialout_invite_to_answer_seconds_count": "1",
            ], fixture)
        let found = figures(fixture)
        #expect(found["dialout_config_version"] == fixture.record(last)["configVersion"].integer.map(String.init))
        #expect(found["dialout_commit_seconds_count"].flatMap { Int($0) } ?? 0 >= 12)
        #expect(found["dialout_sync_seconds_count"] == found["dialout_commit_seconds_count"])
        #expect(found["dialout_sync_seconds_bucket{le=\"0.0001\"}"] == found["dialout_sync_seconds_count"])
        #expect(found["dialout_event_lag_seconds_count"] == found["dialout_commit_seconds_count"], "each group that was told of")
    }

    @Test("of a trunk that fails, a store that refuses and a service that is told to stop")
    func trouble() throws {
        let fixture = try Fixture()
        fixture.store.isFull = true
        #expect(fixture.client.ask(.post, "/v1/meetings/m9/dial-outs", Fixture.order("+14255550200")).status == 503)
        expect(["dialout_store_failing": "1", "dialout_accepted_total": "0"], fixture)
        fixture.store.isFull = false
        fixture.pass(.seconds(3))
        let circuit = "dialout_trunk_circuit{operator=\"acme\",trunk=\"t1\"}"
        expect([circuit: "0"], fixture)
        fixture.dial("+14255550503")
        fixture.pass(.milliseconds(500))
        expect([circuit: "2"], fixture)
        fixture.drain {}
        fixture.pass(.seconds(1))
        expect(["dialout_store_failing": "0", "dialout_draining": "1"], fixture)
    }

    @Test("of webhooks that are taken, fail, wait, are given up and paused")
    func webhooks() throws {
        let fixture = try Fixture(), receivers = Receivers(fixture.world)
        receivers.behaviour = { ($0.url.contains("bad") ? .answered(status: 500) : .answered(status: 204), .milliseconds(3)) }
        fixture.webhook("https://good.example/", #","kinds":["ended"]"#)
        fixture.webhook("https://bad.example/", #","kinds":["ended"]"#)
        for _ in 0..<2 { fixture.dial("+14255550486") }
        fixture.pass(.seconds(4))
        let soon = figures(fixture)
        expect(
            [
                "dialout_webhook_posts_total{result=\"delivered\"}": "2", "dialout_webhook_lag_seconds_count": "2",
                "dialout_webhook_endpoints{state=\"active\"}": "2", "dialout_webhook_endpoints{state=\"paused\"}": "0",
                "dialout_webhook_waiting": "2", "dialout_webhook_dead_letters": "0", "dialout_webhook_dropped_total": "0",
            ], fixture)
        #expect(soon["dialout_webhook_posts_total{result=\"failed\"}"].flatMap { Int($0) } ?? 0 >= 2)
        fixture.pass(.seconds(25 * 3_600))
        expect(
            [
                "dialout_webhook_posts_total{result=\"delivered\"}": "2", "dialout_webhook_waiting": "0",
                "dialout_webhook_dead_letters": "2",
                "dialout_webhook_endpoints{state=\"active\"}": "2",
            ], fixture)
    }
}
