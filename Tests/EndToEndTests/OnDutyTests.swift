import Basis
import Foundation
import Service
import Testing

@testable import dialout

@Suite("What the person on duty has", .aFewAtATime)
struct OnDutyTests {
    private static let deploy = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Deploy").path

    private func promtool(_ arguments: String, in folder: String) async throws -> (status: Int32, text: String) {
        let child = try Child("/bin/sh", ["-c", "promtool \(arguments)"], in: folder)
        return (await child.exitStatus(), child.text)
    }

    @Test("promtool finds nothing in the metrics, and the alerts and the dashboard name no other")
    func metrics() async throws {
        let service = try await RunningService(), port = Running.freePort()
        let stub = try Child(
            Running.executable.path,
            [
                "operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--behaviour",
                "ring-after=0.1,answer-after=0.6,hang-up-after=0.2",
            ],
            in: service.folder)
        try await service.configure(trunkPort: port, #","maxConcurrentCalls":7"#)
        _ = try await service.ended(try await service.dial("+14255550123"))
        let text = try await service.metrics()
        try text.write(toFile: service.folder + "/metrics.txt", atomically: true, encoding: .utf8)
        let checked = try await promtool("check metrics < metrics.txt", in: service.folder)
        #expect(checked == (0, ""), "\(checked.text)")
        for name in ["accept", "invite", "invite_to_provisional", "invite_to_ringing", "invite_to_answer"] {
            #expect(text.contains("\ndialout_\(name)_seconds_count 1\n"), "\(name)")
        }
        #expect(text.contains("dialout_trunk_channels_max{operator=\"acme\",trunk=\"t1\"} 7\n"))
        #expect(text.contains("dialout_http_seconds_count{route=\"postDialOut\",class=\"2xx\"} 1\n"))
        #expect(text.contains("dialout_build_info{version=\"\(Version.current)\"} 1\n"))
        for file in ["prometheus/alerts.yml", "grafana/dialout.json"] {
            let words = try String(contentsOfFile: Self.deploy + "/" + file, encoding: .utf8)
            let names = Set(words.matches(of: /\b(dialout|process)_[a-z_]+/).map { String($0.0) })
            #expect(names.count > 8)
            for name in names { #expect(text.contains("\n\(name){") || text.contains("\n\(name) "), "\(file): \(name)") }
        }
        _ = await stub.end()
    }

    @Test("the alerts are well formed and each fires once; the dashboard is JSON whose panels have expressions")
    func alerts() async throws {
        let folder = Self.deploy + "/prometheus"
        let copy = try Running.folder()
        defer { try? FileManager.default.removeItem(atPath: copy) }
        for name in ["alerts.yml", "alerts_test.yml"] {
            try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: copy + "/" + name)
        }
        let rules = try await promtool("check rules alerts.yml", in: copy)
        #expect(rules.status == 0 && rules.text.contains("SUCCESS: 15 rules found"), "\(rules.text)")
        let fired = try await promtool("test rules alerts_test.yml", in: copy)
        #expect(fired.status == 0 && fired.text.contains("SUCCESS"), "\(fired.text)")
        let alerts = try String(contentsOfFile: copy + "/alerts.yml", encoding: .utf8).matches(of: /alert: (\w+)/).map { String($0.1) }
        let tested = try String(contentsOfFile: copy + "/alerts_test.yml", encoding: .utf8).matches(of: /alertname: (\w+)/).map {
            String($0.1)
        }
        #expect(Set(alerts) == Set(tested) && alerts.count == 15)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.deploy + "/grafana/dialout.json"))
        let panels = try JSON.decode(JSONValue.self, Array(bytes))["panels"].array.filter { $0["type"].string != "row" }
        #expect(
            panels.count > 20 && panels.allSatisfy { panel in panel["targets"].array.allSatisfy { !($0["expr"].string ?? "").isEmpty } })
    }

    @Test(
        "a traceparent that is none is of no trace",
        arguments: [
            "", "00", "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        ])
    func noTrace(header: String) { #expect(TraceContext(header) == nil) }

    @Test("a traceparent of a version to come is read as far as it is known")
    func futureTrace() {
        #expect(TraceContext("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test("every answer has a Request-Id; a wrong token, a refusal and a change are in the log with theirs, numbers without their middle")
    func log() async throws {
        let service = try await RunningService(["DIALOUT_LOG_FORMAT": "json"])
        func ask(_ method: String, _ path: String, _ more: [String] = []) async throws -> String {
            let child = try Child(
                "/usr/bin/env",
                ["curl", "-s", "-o", "/dev/null", "-D", "-", "-X", method] + more + ["http://127.0.0.1:\(service.http)\(path)"],
                in: service.folder)
            _ = await child.exitStatus()
            return try #require(child.text.firstMatch(of: /Request-Id: ([0-9a-f]{8}-[0-9a-f]+)/).map { String($0.1) }, "\(child.text)")
        }
        let bearer = ["-H", "Authorization: Bearer \(RunningService.token)", "-H", "Content-Type: application/json"]
        let wrong = try await ask("GET", "/v1/tenants", ["-H", "Authorization: Bearer nobody-has-this-token"])
        let unread = try await ask(
            "PUT", "/v1/tenants/contoso", ["-H", "Authorization: Bearer nobody-has-this-token", "-H", "Expect: 100-continue", "-d", "{}"])
        let missing = try await ask("GET", "/v1/dial-outs/+14255550123", bearer)
        let traced = try await ask(
            "GET", "/v1/dial-outs/none", bearer + ["-H", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
        let changed = try await ask("PUT", "/v1/tenants/contoso", bearer + ["-d", #"{"displayName":"Contoso","country":"US"}"#])
        _ = try await ask("PUT", "/v1/tenants/contoso/users/bob@contoso.example", bearer + ["-d", #"{"displayName":"Bob"}"#])
        let order = #"{"kind":"callMeAt","organizer":"bob@contoso.example","number":"+14255550123"}"#
        let unlicensed = try await ask("POST", "/v1/meetings/m/dial-outs", bearer + ["-d", order])
        let quiet = try await ask("GET", "/healthz")
        #expect(Set([wrong, missing, changed, unlicensed, quiet]).count == 5)
        #expect(await service.child.waits(for: unlicensed))
        func line(_ id: String, of label: String = "http") throws -> JSONValue {
            let text = try #require(
                service.child.text.split(separator: "\n").first { $0.contains(id) && $0.contains(#""label":"\#(label)""#) },
                "\(service.child.text)")
            return try JSON.decode(JSONValue.self, Array(text.utf8))
        }
        let refused = try line(wrong)
        #expect(refused["level"].string == "warning" && refused["label"].string == "http" && refused["metadata"]["status"].string == "401")
        #expect(refused["message"].string == "refused: no token in force" && refused["metadata"]["path"].string == "/v1/tenants")
        #expect(refused["time"].string?.hasSuffix("Z") == true && !service.child.text.contains("nobody-has-this-token"))
        let screened = try line(unread)
        #expect(screened["message"] == refused["message"] && screened["metadata"]["method"].string == "PUT", "told of, its body not read")
        let absent = try line(missing)
        #expect(absent["level"].string == "notice" && absent["metadata"]["path"].string == "/v1/dial-outs/+14*******23", "\(absent)")
        #expect(try line(traced)["metadata"]["trace"].string == "4bf92f3577b34da6a3ce929d0e0e4736" && absent["metadata"]["trace"] == .null)
        let change = try line(changed)
        #expect(change["level"].string == "info" && change["message"].string == "changed" && change["metadata"]["method"].string == "PUT")
        let made = try line(changed, of: "configuration")
        #expect(made["metadata"]["role"].string == "platform" && made["metadata"]["objects"].string == "2", "\(made)")
        let refusal = try line(unlicensed)["metadata"]
        let kept = try await service.must("GET", "/v1/dial-outs?tenant=contoso")["dialOuts"].array
        #expect(kept.count == 1 && refusal["reason"].string == "noLicence" && refusal["dialOut"] == kept[0]["id"], "\(refusal)")
        #expect(refused["metadata"]["reason"].string == "unauthorized" && refused["metadata"]["dialOut"] == .null)
        #expect(!service.child.text.contains(quiet))
        #expect(!service.child.text.contains("refused for want of time"), "no dial-out was")
    }
}
