import Basis
import Foundation
import SIP
import Service
import Testing
import Transports

@testable import dialout

/// Traces and copies of SIP messages, read by those for whom they are.
@Suite("What leaves for a collector and for Homer", .aFewAtATime)
struct ObservingTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    private static func stub(_ service: RunningService, _ port: UInt16) throws -> Child {
        try Child(
            Running.executable.path,
            [
                "operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--behaviour",
                "ring-after=0.1,answer-after=0.2,hang-up-after=0.2",
            ],
            in: service.folder)
    }

    private func exports(_ folder: String) -> [JSONValue] {
        let text = (try? String(contentsOfFile: folder + "/exports.jsonl", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSON.decode(JSONValue.self, Array($0.utf8)) }
    }

    @Test("opentelemetry-proto reads the spans of a dial-out, also after the collector was not ready, and the counts are exact")
    func spans() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let python = root.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/python/bin/python3").path
        try #require(FileManager.default.isExecutableFile(atPath: python), "make test-packages makes \(python)")
        let folder = try Running.folder(), collectorPort = Running.freePort(), trunkPort = Running.freePort()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let collector = try Child(
            python, [root.appendingPathComponent("Scenarios/collector.py").path, "\(collectorPort)", folder], in: folder)
        #expect(await collector.waits(for: "hearing"), "\(collector.text)")
        let service = try await RunningService([
            "DIALOUT_OTLP_ENDPOINT": "http://127.0.0.1:\(collectorPort)",
            "DIALOUT_OTLP_HEADERS": "authorization=Bearer%20s3cret%2Cwith%3D, X-Scope = eu+1",
        ])
        let stub = try Self.stub(service, trunkPort)
        try await service.configure(trunkPort: trunkPort)
        let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550123"}"#
        let id =
            try await service.curl(
                "POST", "/v1/meetings/m/dial-outs", order, ["-H", "traceparent: 00-\(Self.trace)-00f067aa0ba902b7-01"]
            ).body["id"].string ?? ""
        let record = try await service.ended(id)
        let isTaken = await eventually { exports(folder).contains { $0["status"].integer == 200 } }
        #expect(isTaken, "\(collector.text)")
        let taken = exports(folder)
        try #require(taken.count == 2, "\(taken)")
        #expect(taken.map { $0["status"].integer } == [503, 200] && taken[0]["message"] == taken[1]["message"], "\(taken)")
        #expect(
            taken.allSatisfy { $0["path"] == .string("/v1/traces") && $0["type"] == .string("application/json") && $0["fault"] == .null })
        let shown: [String: JSONValue] = ["authorization": .string("Bearer s3cret,with="), "x-scope": .string("eu+1")]
        #expect(taken.allSatisfy { $0["headers"] == .object(shown) }, "\(taken[0]["headers"])")
        #expect(!service.child.text.contains("s3cret"))
        let resource = try #require(taken[1]["message"]["resourceSpans"].array.first)
        let spans = try #require(resource["scopeSpans"].array.first)["spans"].array
        try #require(spans.count == 2, "\(spans)")
        #expect(
            resource["resource"]["attributes"].array.contains {
                $0["key"] == .string("service.name") && $0["value"]["stringValue"] == .string("dialout")
            })
        #expect(spans.map { $0["name"].string } == ["dial-out", "INVITE"] && spans.allSatisfy { $0["traceId"].string == Self.trace })
        #expect(spans[0]["parentSpanId"] == .string("00f067aa0ba902b7") && spans[1]["parentSpanId"] == spans[0]["spanId"])
        #expect(spans.map { $0["kind"].string } == ["SPAN_KIND_SERVER", "SPAN_KIND_CLIENT"])
        let began = WallTime(rfc3339: record["acceptedAt"].string ?? "")
        #expect(spans[0]["startTimeUnixNano"].string == began.map { "\($0.milliseconds)000000" })
        let isCounted = try await eventually { try await service.metrics().contains("dialout_spans_total{result=\"exported\"} 2\n") }
        #expect(isCounted)
        #expect(try await service.metrics().contains("dialout_spans_total{result=\"dropped\"} 0\n"))
        for child in [stub, collector] { _ = await child.end() }
    }

    @Test("sngrep takes each message of a call, from and to where it went; the counts are exact")
    func homer() async throws {
        for tool in ["sngrep", "tshark"] {
            let found = try Child("/bin/sh", ["-c", "command -v \(tool)"], in: "/tmp")
            guard await found.exitStatus() == 0 else { try Test.cancel("\(tool) is not installed: make test-packages") }
        }
        let folder = try Running.folder(), homerPort = Running.freePort(), trunkPort = Running.freePort()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let sngrep = try Child(
            "/usr/bin/env", ["sngrep", "-F", "-N", "-q", "-L", "udp:127.0.0.1:\(homerPort)", "-O", folder + "/homer.pcap"], in: folder)
        let service = try await RunningService(["DIALOUT_HEP": "127.0.0.1:\(homerPort)"])
        let stub = try Self.stub(service, trunkPort)
        try await service.configure(trunkPort: trunkPort)
        _ = try await service.ended(try await service.dial("+14255550123"))
        func read() async throws -> [[String]] {
            let tshark = try Child(
                "/bin/sh",
                [
                    "-c",
                    "tshark -r homer.pcap -d udp.port==\(trunkPort),sip -Y sip.CSeq.method -T fields -e ip.src -e udp.srcport -e udp.dstport -e sip.Method -e sip.Status-Code 2>/dev/null",
                ], in: folder)
            _ = await tshark.exitStatus()
            return tshark.text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        }
        let own = "\(service.sip)", far = "\(trunkPort)"
        let isThere = try await eventually(seconds: 20) { try await read().contains { $0.count > 4 && $0[1] == own && $0[4] == "200" } }
        let rows = try await read().filter { $0.count > 4 }
        #expect(isThere, "\(rows) \(sngrep.text)")
        func has(_ from: String, _ to: String, _ method: String, _ code: String) -> Bool {
            rows.contains { $0 == ["127.0.0.1", from, to, method, code] }
        }
        #expect(has(own, far, "INVITE", "") && has(far, own, "", "180") && has(far, own, "", "200") && has(own, far, "ACK", ""), "\(rows)")
        #expect(has(far, own, "BYE", "") && has(own, far, "", "200"), "\(rows)")
        let sent = try await service.metrics().firstMatch(of: /dialout_hep_packets_total\{result="sent"\} (\d+)/).flatMap { Int($0.1) } ?? 0
        #expect(sent >= 7, "\(sent)")
        for child in [stub, sngrep] { _ = await child.end() }
    }

    @Test("a packet for Homer has each chunk where the protocol wants it; what is too long is none")
    func chunks() throws {
        let message = Array("INVITE sip:x SIP/2.0\r\n\r\n".utf8)
        let from = try #require(SocketAddress("192.0.2.1:5060")), to = try #require(SocketAddress("192.0.2.2:5061"))
        func hep(_ message: [UInt8], _ from: SocketAddress, _ transport: SIP.Transport, _ session: String?) -> [UInt8]? {
            HEP3(
                message, from: from, to: to, over: transport, at: WallTime(milliseconds: 1_764_000_000_123), agent: 7, correlation: session
            ).packet
        }
        let packet = try #require(hep(message, from, .udp, "ab"))
        let expected: [UInt8] =
            Array("HEP3".utf8) + [0, UInt8(packet.count)] + [0, 0, 0, 1, 0, 7, 2] + [0, 0, 0, 2, 0, 7, 17]
            + [0, 0, 0, 3, 0, 10, 192, 0, 2, 1] + [0, 0, 0, 4, 0, 10, 192, 0, 2, 2] + [0, 0, 0, 7, 0, 8, 0x13, 0xC4]
        let rest: [UInt8] =
            [0, 0, 0, 8, 0, 8, 0x13, 0xC5] + [0, 0, 0, 9, 0, 10, 0x69, 0x24, 0x81, 0x00] + [0, 0, 0, 10, 0, 10, 0, 1, 0xE0, 0x78]
            + [0, 0, 0, 11, 0, 7, 1] + [0, 0, 0, 12, 0, 10, 0, 0, 0, 7] + [0, 0, 0, 17, 0, 8, 0x61, 0x62]
            + [0, 0, 0, 15, 0, UInt8(message.count + 6)]
        #expect(packet == expected + rest + message)
        let six = try #require(SocketAddress("[2001:db8::1]:5060").flatMap { hep(message, $0, .tls, nil) })
        #expect(six[6...].starts(with: [0, 0, 0, 1, 0, 7, 10, 0, 0, 0, 2, 0, 7, 6, 0, 0, 0, 5, 0, 22, 0x20, 0x01, 0x0D, 0xB8]))
        #expect(hep([UInt8](repeating: 0x78, count: 64_990), from, .udp, nil) == nil)
    }

    @Test("messages without a Session-ID of ours are joined by their Call-ID, and what is remembered has a bound")
    func sessions() {
        func message(_ line: String, _ call: String, _ session: String? = nil) -> [UInt8] {
            Array(
                "\(line)\r\nVia: x\r\n\(call)\r\n\(session.map { "Session-ID: \($0)\r\n" } ?? "")Content-Length: 0\r\n\r\nSession-ID: none"
                    .utf8)
        }
        let session = String(repeating: "a", count: 32), other = String(repeating: "b", count: 32)
        var sessions = SessionsByCall()
        #expect(sessions.session(of: message("SIP/2.0 200 OK", "Call-ID: 1")) == nil)
        #expect(sessions.session(of: message("INVITE sip:x SIP/2.0", "Call-ID: 1", "\(session);remote=0")) == session)
        #expect(sessions.session(of: message("SIP/2.0 200 OK", "i:1")) == session)
        #expect(sessions.session(of: message("BYE sip:x SIP/2.0", "call-id :  1", other)) == session, "the far end's own half is another")
        for call in 0...SessionsByCall.limit * 2 { _ = sessions.session(of: message("INVITE sip:x SIP/2.0", "Call-ID: c\(call)", other)) }
        #expect(sessions.session(of: message("SIP/2.0 200 OK", "Call-ID: 1")) == nil)
        #expect(sessions.session(of: message("SIP/2.0 200 OK", "Call-ID: c\(SessionsByCall.limit * 2)")) == other)
    }

    @Test(
        "what is no collector and no Homer is refused by its rule",
        arguments: [
            (ServeSettings.Name.otlpEndpoint, "collector:4318"), (.otlpEndpoint, "ftp://collector"), (.otlpEndpoint, "http://"),
            (.otlpEndpoint, "http://user@collector"), (.hep, "homer:9060"), (.hep, "192.0.2.9"), (.hep, "192.0.2.9:0"), (.hepAgent, "-1"),
            (.hepAgent, "4294967296"), (.otlpHeaders, "authorization"), (.otlpHeaders, "=s3cret"), (.otlpHeaders, "a b=s3cret"),
            (.otlpHeaders, "a=s3cret%2"), (.otlpHeaders, "a=s3cret%0D%0Ab:c"), (.otlpHeaders, "a=s3cret,"), (.otlpHeaders, "a="),
            (.otlpHeaders, "a=s3cret,A=s3cret"), (.otlpHeaders, "Content-Type=s3cret"), (.otlpHeaders, "a=s3cret%C3%A9"),
        ])
    func settings(name: ServeSettings.Name, value: String) {
        var settings = ObservingSettings()
        let rule = settings.take(name, value)
        #expect(rule != nil && settings == ObservingSettings())
        #expect(rule?.contains("s3cret") == false, "\(rule ?? "")")
    }

    @Test("a collector's fields are read as OpenTelemetry writes them, print nothing, and need a collector")
    func headers() throws {
        let headers = try CollectorHeaders("api-key=a%2Cb , X=1%3D2+3")
        #expect(headers.lines == ["api-key: a,b", "X: 1=2+3"])
        var dumped = ""
        dump(headers, to: &dumped)
        #expect(!"\(headers) \(dumped)".contains("a,b"), "\(dumped)")
        let refused = #expect(throws: InvalidSetting.self) {
            _ = try ServeSettings(flags: [:], environment: ["DIALOUT_OTLP_HEADERS": "a=s3cret"], file: nil)
        }
        #expect(refused?.description == "otlpHeaders needs otlpEndpoint: the collector that they are for")
        let many = (0...CollectorHeaders.limit).map { "a\($0)=1" }.joined(separator: ",")
        for text in [many, "a=" + String(repeating: "1", count: CollectorHeaders.size)] {
            #expect(throws: CollectorHeaders.Fault.self) { _ = try CollectorHeaders(text) }
        }
    }

    @Test("without a path the collector's is that of traces, and a path that is given stays")
    func paths() {
        for (given, used) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"), ("https://c.example/", "https://c.example/v1/traces"),
            ("https://c.example/otlp", "https://c.example/otlp"),
        ] {
            var settings = ObservingSettings()
            #expect(settings.take(.otlpEndpoint, given) == nil && settings.collector == used)
        }
    }

    @Test("a warning that comes with each message is told at once, then once a minute with its number")
    func repeated() {
        var warnings = RepeatedWarnings<String>()
        func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
        #expect(warnings.count("a", at: at(0)) == 1 && warnings.count("a", at: at(1)) == nil && warnings.count("a", at: at(59)) == nil)
        #expect(warnings.count("b", at: at(59)) == 1)
        #expect(warnings.count("a", at: at(60)) == 3 && warnings.count("a", at: at(61)) == nil)
        for subject in 0..<2_000 { _ = warnings.count("\(subject)", at: at(62)) }
        #expect(warnings.count("new", at: at(62)) == nil && warnings.count("new", at: at(200)) == 1)
    }
}
