import Basis
import SIP
import Service
import Simulation
import Testing
import Web

@Suite("Watching")
struct WatchingTests {
    private final class Sink: EventSink, @unchecked Sendable {
        var text = ""
        var isSlow = false
        var isClosed = false
        func send(_ chunk: [UInt8]) -> Bool {
            text += String(decoding: chunk, as: UTF8.self)
            return !isSlow
        }
        func close() { isClosed = true }
        func whenWritten(_ done: @escaping @Sendable () -> Void) { done() }
        var places: [Int64] { text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { Int64($0.dropFirst(4)) } }
    }

    @Test("a stream that resumes sees what it missed and goes on without a gap, at any place")
    func resumption() throws {
        let fixture = try Fixture()
        for _ in 0..<3 { _ = fixture.dial("+14255550200") }
        fixture.pass(.seconds(1))
        let first = fixture.store.events[0].place, last = fixture.store.events.last!.place
        for place in [0] + Array(first...last) {
            let sink = Sink()
            let subscription = Subscription(scope: .tenant("contoso"), after: LogPlaces(place), masked: false)
            _ = fixture.service.assumeIsolated { $0.subscribe(subscription, sink) }
            fixture.pass(.milliseconds(100))
            #expect(sink.places == Array(max(first, place + 1)..<last + 1))
        }
        let live = Sink()
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: nil, masked: false), live) }
        fixture.pass(.seconds(20))
        #expect(live.places == Array(last + 1...fixture.store.events.last!.place))
    }

    @Test("who resumes behind a place that there is not is told what there is, and goes on with what comes")
    func reset() throws {
        let fixture = try Fixture(), sink = Sink(), last = Sink()
        _ = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        let newest = fixture.store.events.last!.place
        #expect(fixture.client.watch("/v1/events", into: sink, headers: [("Last-Event-ID", "\(newest + 1)")]).status == 200)
        #expect(fixture.client.watch("/v1/events", into: last, headers: [("Last-Event-ID", "\(newest)")]).status == 200)
        #expect(sink.text == "id: \(newest)\nevent: reset\ndata: {\"type\":\"reset\",\"oldest\":1,\"newest\":\(newest)}\n\n")
        #expect(last.text == "")
        _ = fixture.dial("+14255550486")
        fixture.pass(.seconds(5))
        #expect(sink.places == [newest] + Array(newest + 1...newest + 4) && last.places == Array(newest + 1...newest + 4))
    }

    @Test("a silent stream gets a comment each time that its interval is over, and who does not take it is let go")
    func comments() throws {
        let fixture = try Fixture(configured: false), sink = Sink(), slow = Sink()
        slow.isSlow = true
        for sink in [sink, slow] {
            _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: nil, masked: false), sink) }
        }
        fixture.pass(.seconds(61))
        #expect(sink.text == String(repeating: ": still here\n\n", count: 4) && !sink.isClosed)
        #expect(slow.text == ": still here\n\n" && slow.isClosed)
    }

    @Test("who reads too slowly is let go")
    func slow() throws {
        let fixture = try Fixture()
        let sink = Sink()
        sink.isSlow = true
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .all, after: nil, masked: false), sink) }
        _ = fixture.dial("+14255550200")
        fixture.pass(.seconds(10))
        #expect(sink.isClosed)
        #expect(sink.places.count == 1)
    }

    @Test("an operator sees its own calls, without who meets with whom")
    func masking() throws {
        let fixture = try Fixture()
        let acme = fixture.token("operator", operator: "acme")
        _ = fixture.dial("+14255550200")
        _ = fixture.dial("+442079460200", organizer: "sam@contoso.example")
        fixture.pass(.seconds(20))
        let calls = acme.ask(.get, "/v1/operators/acme/calls").body["calls"].array
        #expect(calls.count == 1)
        #expect(calls[0]["number"].string == "+14255550200")
        for secret in ["meetingId", "organizer", "requestedBy", "displayName", "sdpAnswer", "kind"] {
            #expect(calls[0][secret] == .null, "\(secret)")
        }
        #expect(!"\(calls[0])".contains("alice") && calls[0]["decision"]["organizer"].string != nil)
        let sink = Sink()
        _ = fixture.service.assumeIsolated { $0.subscribe(Subscription(scope: .operator("acme"), after: LogPlaces(), masked: true), sink) }
        fixture.pass(.seconds(1))
        #expect(sink.places.count == 6, "that the tenant made it its own, and the five of its call")
        #expect(!sink.text.contains("alice") && !sink.text.contains("\"meetingId\""))
        let statistics = acme.ask(.get, "/v1/operators/acme/statistics").body
        #expect(statistics["outcomes"]["completed"].integer == 1 && statistics["answerSeizureRatio"] == .integer(1))
    }

    @Test("an operator's ratio of answers is its summary's, also of calls whose end a crash took")
    func lostCalls() throws {
        let fixture = try Fixture()
        for number in ["+14255551234", "+14255550999"] { _ = fixture.dial(number) }
        fixture.pass(.seconds(4))
        let (service, client) = try fixture.restart()
        fixture.pass(.seconds(2))
        let statistics = client.must(.get, "/v1/operators/acme/statistics")
        #expect(statistics["outcomes"]["indeterminate"].integer == 2 && statistics["answerSeizureRatio"] == .number(0.5), "\(statistics)")
        let rows = client.must(.get, "/v1/dial-outs/summary?by=operator")["rows"].array
        #expect(rows.map { $0["asr"] } == [.number(0.5)], "\(rows)")
        withExtendedLifetime(service) {}
    }

    @Test("lists page backwards through what is live and what is stored, each once")
    func paging() throws {
        let fixture = try Fixture()
        let ended = (0..<7).map { _ in fixture.dial("+14255550486") }
        fixture.pass(.seconds(5))
        let live = (0..<4).map { _ in fixture.dial("+14255550999") }
        fixture.pass(.seconds(1))
        var seen: [String] = [], cursor: String? = ""
        while let place = cursor {
            let page = fixture.client.ask(.get, "/v1/dial-outs?limit=3" + (place.isEmpty ? "" : "&cursor=\(place)")).body
            seen += page["dialOuts"].array.compactMap { $0["id"].string }
            cursor = page["cursor"].string
        }
        #expect(seen == (ended + live).sorted().reversed())
        let ringing = fixture.client.ask(.get, "/v1/dial-outs?state=ringing").body["dialOuts"].array
        #expect(ringing.compactMap { $0["id"].string } == live.reversed())
        #expect(fixture.client.ask(.get, "/v1/dial-outs?meeting=none").body["dialOuts"].array.isEmpty)
        #expect(fixture.client.ask(.get, "/v1/dial-outs?organizer=Alice@Contoso.example&state=ended").body["dialOuts"].array.count == 7)
    }

    @Test("metrics say what the transports have counted")
    func transports() throws {
        let fixture = try Fixture()
        fixture.world.transportFigures.connections = [
            .init(.tls, areOurs: true, open: 2, opened: 7), .init(.tcp, areOurs: false, open: 1, opened: 9),
        ]
        fixture.world.transportFigures.reconnections = 3
        fixture.world.transportFigures.failures = ["refused": 6, "handshakeFailed": 4, "certificateRefused": 0, "a\\b\"c\nd": 1]
        fixture.world.transportFigures.lostResponses = 5
        fixture.world.transportFigures.certificateEnd = WallTime(milliseconds: 1_795_651_200_000)
        let text = fixture.service.assumeIsolated { $0.metricsText().bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        func lines(_ name: String) -> [String] {
            text.split(separator: "\n").filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }.map {
                String($0.dropFirst(name.count))
            }
        }
        #expect(lines("dialout_sip_connections") == [#"{transport="TLS",made_by="us"} 2"#, #"{transport="TCP",made_by="peer"} 1"#])
        #expect(
            lines("dialout_sip_connections_opened_total") == [#"{transport="TLS",made_by="us"} 7"#, #"{transport="TCP",made_by="peer"} 9"#])
        #expect(lines("dialout_sip_reconnections_total") == [" 3"] && lines("dialout_sip_lost_responses_total") == [" 5"])
        #expect(
            lines("dialout_sip_transport_failures_total") == [
                #"{reason="a\\b\"c\nd"} 1"#, #"{reason="certificateRefused"} 0"#, #"{reason="handshakeFailed"} 4"#,
                #"{reason="refused"} 6"#,
            ], "in the order of their names, as Prometheus escapes them")
        #expect(lines("dialout_tls_certificate_end_timestamp_seconds") == [" 1795651200"])
    }

    @Test("metrics count what happened and name nobody")
    func metrics() throws {
        let fixture = try Fixture()
        _ = fixture.dial("+14255550200")
        _ = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", Fixture.order("+442079460123"))
        fixture.pass(.seconds(20))
        let text = fixture.service.assumeIsolated { $0.metricsText().bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        for line in [
            "dialout_accepted_total 1", #"dialout_refused_total{reason="noRoute"} 1"#,
            #"dialout_ended_total{operator="acme",outcome="completed"} 1"#, "dialout_invites_total 1",
            #"dialout_live{state="connected"} 0"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("+1425") && !text.contains("alice") && !text.contains("contoso"))
    }
}
