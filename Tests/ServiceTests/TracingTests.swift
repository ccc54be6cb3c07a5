import Basis
import Dialing
import Service
import Simulation
import Testing
import Web

/// What a collector of traces gets of dial-outs.
@Suite("Spans")
struct TracingTests {
    /// `@unchecked Sendable`: used on the world's thread only.
    private final class Sink: SpanSink, @unchecked Sendable {
        var spans: [TraceSpan] = []
        func take(_ spans: [TraceSpan]) { self.spans += spans }
    }

    private let fixture: Fixture
    private let sink = Sink()

    init() throws {
        fixture = try Fixture()
        fixture.world.spans = sink
    }

    private func dial(_ number: String, _ meeting: String, trace: String? = nil) -> String {
        let answer = fixture.client.ask(
            .post, "/v1/meetings/\(meeting)/dial-outs", Fixture.order(number), headers: trace.map { [("traceparent", $0)] } ?? [])
        return answer.body["id"].string ?? ""
    }

    @Test("a dial-out that is over is one span of the caller's trace with one for each attempt, and no number or person is in them")
    func spans() throws {
        fixture.trunks[0].isDeaf = true
        let id = dial("+14255550200", "a", trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        fixture.pass(.seconds(1))
        #expect(sink.spans.isEmpty, "what is not over has no span")
        fixture.pass(.seconds(30))
        #expect(sink.spans.map(\.name) == ["dial-out", "INVITE", "INVITE"])
        let whole = try #require(sink.spans.first), record = fixture.record(id)
        #expect(sink.spans.allSatisfy { $0.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && $0.id.count == 16 })
        #expect(whole.parent == "00f067aa0ba902b7" && sink.spans.dropFirst().allSatisfy { $0.parent == whole.id })
        #expect(Set(sink.spans.map(\.id)).count == 3 && sink.spans.map(\.kind) == [.server, .client, .client])
        #expect(whole.begins.rfc3339 == record["acceptedAt"].string && whole.ends.rfc3339 == record["endedAt"].string)
        #expect(whole.events.map(\.name) == ["ringing", "connected"] && whole.events[1].at.rfc3339 == record["connectedAt"].string)
        #expect(whole.fault == nil && sink.spans[1].fault == "operatorUnavailable" && sink.spans[2].fault == nil)
        #expect(sink.spans[1].events.isEmpty && sink.spans[2].ends == whole.ends && sink.spans[1].ends <= sink.spans[2].begins)
        #expect(whole.attributes.contains { $0.key == "dialout.id" && $0.value == .text(id) })
        #expect(sink.spans[2].attributes.contains { $0.key == "sip.status_code" && $0.value == .number(200) })
        let text = String(decoding: sink.spans.otlp(instance: "i"), as: UTF8.self)
        let export = try JSON.decode(JSONValue.self, sink.spans.otlp(instance: "i"))["resourceSpans"].array[0]
        let own = export["resource"]["attributes"].array
        #expect(own.map { $0["key"].string } == ["service.name", "service.version", "service.instance.id"])
        #expect(own[2]["value"] == .object(["stringValue": "i"]) && export["scopeSpans"].array[0]["scope"]["name"] == "dialout")
        let written = export["scopeSpans"].array[0]["spans"].array
        func nanoseconds(_ time: WallTime) -> JSONValue { .string("\(time.milliseconds)000000") }
        #expect(written.map { $0["name"] } == ["dial-out", "INVITE", "INVITE"] && written.map { $0["kind"] } == [2, 3, 3])
        #expect(written[0]["parentSpanId"] == "00f067aa0ba902b7" && written[1]["parentSpanId"] == .string(whole.id))
        #expect(written[0]["startTimeUnixNano"] == nanoseconds(whole.begins) && written[0]["endTimeUnixNano"] == nanoseconds(whole.ends))
        #expect(written[0]["events"].array.map { $0["name"] } == ["ringing", "connected"])
        #expect(written[0]["events"].array[0]["timeUnixNano"] == nanoseconds(whole.events[0].at))
        #expect(written[0]["status"] == .null && written[1]["status"] == .object(["message": "operatorUnavailable", "code": 2]))
        for secret in ["+1425", "4255550", "alice"] { #expect(!text.contains(secret), "\(secret)") }
    }

    @Test(
        "without a trace, or with two, one begins, with the dial-out's own identifier; a caller that does not record its trace gets no span; a refusal has one"
    )
    func sampling() {
        let own = dial("+14255550486", "a"),
            unsampled = dial("+14255550486", "b", trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
        let refused = dial("911", "c"), parent = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        let twice = fixture.client.ask(.post, "/v1/meetings/d/dial-outs", Fixture.order("911"), headers: [parent, parent])
        let doubled = twice.body["id"].string ?? ""
        fixture.pass(.seconds(10))
        #expect(Set(sink.spans.map(\.traceID)) == [own, refused, doubled] && fixture.record(unsampled)["outcome"].string == "busy")
        #expect(sink.spans.filter { $0.traceID == refused }.map(\.name) == ["dial-out"])
        #expect(sink.spans.allSatisfy { $0.name == "INVITE" || $0.parent == nil })
    }
}
