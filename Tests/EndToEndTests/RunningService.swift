import Foundation
import Service
import Testing

/// A service of its own with its data folder, called by curl as a user would.
final class RunningService {
    static let token = "end-to-end-bootstrap-token"
    let folder: String
    private(set) var http: UInt16
    private(set) var sip: UInt16
    private let address: String
    private let settings: [String: String]
    private let wrapper: [String]
    private(set) var child: Child

    /// `address` is where SIP is spoken. Somebody else on this machine may take a port before it is used; then it is another one.
    /// `settings` are variables of the environment; `{folder}` in them, and in the command that begins it where there is one, stands for the
    /// service's own.
    init(
        at address: String = "127.0.0.1", _ settings: [String: String] = [:], through wrapper: [String] = [],
        prepare: (_ folder: String) async throws -> Void = { _ in }
    ) async throws {
        let folder = try Running.folder()
        (self.folder, http, sip) = (folder, Running.freePort(), Running.freePort())
        self.address = address
        self.settings = settings.mapValues { $0.replacingOccurrences(of: "{folder}", with: folder) }
        self.wrapper = wrapper.map { $0.replacingOccurrences(of: "{folder}", with: folder) }
        try await prepare(folder)
        child = try Self.start(self.wrapper, folder, http, "\(address):\(sip)", self.settings)
        var tries = 1
        while try await !isReady(), child.text.contains("EADDRINUSE"), tries < 5 {
            tries += 1
            (http, sip) = (Running.freePort(), Running.freePort())
            child = try Self.start(self.wrapper, folder, http, "\(address):\(sip)", self.settings)
        }
        #expect(child.isRunning, "\(child.text)")
    }

    deinit {
        child.destroy()
        for path in [folder, folder + ".key"] { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func start(
        _ wrapper: [String], _ folder: String, _ http: UInt16, _ sip: String, _ settings: [String: String]
    ) throws -> Child {
        let command = wrapper + [Running.executable.path]
        return try Child(
            command[0],
            command.dropFirst() + ["serve", "--data", folder, "--http", "127.0.0.1:\(http)", "--sip", sip, "--drain-seconds", "5"],
            in: folder,
            environment: settings.merging(["DIALOUT_BOOTSTRAP_TOKEN": token]) { $1 })
    }

    /// The same data folder, another process.
    func restart() async throws {
        child = try Self.start(wrapper, folder, http, "\(address):\(sip)", settings)
        try await awaitReady()
    }

    private func awaitReady() async throws {
        let isReady = try await isReady()
        #expect(isReady, "\(child.text)")
    }

    private func isReady() async throws -> Bool {
        let isOver = try await eventually { try await curl("GET", "/readyz").status == 200 || !child.isRunning }
        return isOver && child.isRunning
    }

    var environment: [String: String] { ["DIALOUT_SERVER": "http://127.0.0.1:\(http)", "DIALOUT_TOKEN": Self.token] }

    func curl(_ method: String, _ path: String, _ body: String? = nil, _ more: [String] = []) async throws -> (status: Int, body: JSONValue)
    {
        let arguments = ["curl", "-s", "-X", method, "-H", "Authorization: Bearer \(Self.token)", "-w", "\n%{http_code}"]
        let type = more.contains { $0.hasPrefix("Content-Type:") } ? [] : ["-H", "Content-Type: application/json"]
        let child = try Child(
            "/usr/bin/env", arguments + (body.map { ["--data-binary", $0] + type } ?? []) + more + ["http://127.0.0.1:\(http)\(path)"],
            in: folder)
        _ = await child.exitStatus()
        var lines = child.text.components(separatedBy: "\n")
        let status = Int(lines.removeLast()) ?? 0
        return (status, (try? JSON.decode(JSONValue.self, Array(lines.joined(separator: "\n").utf8))) ?? .null)
    }

    func must(_ method: String, _ path: String, _ body: String? = nil) async throws -> JSONValue {
        let answer = try await curl(method, path, body)
        try #require((200..<300).contains(answer.status), "\(method) \(path): \(answer)")
        return answer.body
    }

    /// The text of `/metrics`.
    func metrics() async throws -> String {
        let child = try Child(
            "/usr/bin/env", ["curl", "-s", "-H", "Authorization: Bearer \(Self.token)", "http://127.0.0.1:\(http)/metrics"], in: folder)
        _ = await child.exitStatus()
        return child.text
    }

    /// A tenant of one organizer whose calls to +1 go to one operator with one trunk on this machine.
    func configure(trunkPort: UInt16, _ trunkMore: String = "") async throws {
        try await configure(trunk: #"{"name":"t1","uri":"sip:127.0.0.1:\#(trunkPort)"\#(trunkMore)}"#)
    }

    /// The same with a trunk as the API takes it.
    func configure(trunk: String, failoverSeconds: Int = 10) async throws {
        _ = try await must(
            "PUT", "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"failoverSeconds":\#(failoverSeconds),"trunks":[\#(trunk)]}"#)
        _ = try await must("PUT", "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        _ = try await must(
            "PUT", "/v1/tenants/contoso/users/alice@contoso.example", #"{"displayName":"Alice","licences":["OperatorConnectConferencing"]}"#
        )
        try await register("acme", number: "+14255550100")
        let script = folder + "/routing.ps1"
        try """
        Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="International"}
        New-CsOnlineVoiceRoute -Identity "International" -NumberPattern "\\d+" -OnlinePstnUsages "International" -BridgeSourcePhoneNumber "+14255550100"
        New-CsOnlineAudioConferencingRoutingPolicy "International Policy" -OnlinePstnUsages "International"
        Grant-CsOnlineAudioConferencingRoutingPolicy -Identity "alice@contoso.example" -PolicyName "International Policy"
        """.write(toFile: script, atomically: true, encoding: .utf8)
        let admin = try Child(Running.executable.path, ["admin", "-f", script], in: folder, environment: environment)
        let status = await admin.exitStatus()
        #expect(status == 0, "\(admin.text)")
    }

    /// Makes an operator the tenant's, with a number of its own on the bridge.
    func register(_ operatorID: String, number: String) async throws {
        let contact = #""contact":{"fullName":"Ann","email":"ann@contoso.example"},"companySize":"10","acceptDataTransfer":true"#
        _ = try await must("POST", "/v1/tenants/contoso/operators/\(operatorID)", #"{"countries":["US"],\#(contact)}"#)
        _ = try await must(
            "POST", "/v1/operators/\(operatorID)/number-orders", #"{"tenant":"contoso","usage":"conference","numbers":["\#(number)"]}"#)
        let answer = try await curl(
            "POST", "/v1/tenants/contoso/commands",
            #"Register-CsOnlineDialInConferencingServiceNumber -Identity "\#(number)" -BridgeName "Conference Bridge""#,
            ["-H", "Content-Type: text/plain"])
        #expect(answer.body["applied"] == .bool(true), "\(answer)")
    }

    /// The most that the service had resident since it began, in bytes.
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        return try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) }) << 10
    }

    func dial(_ number: String, _ more: String = "") async throws -> String {
        let body = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"\#(number)"\#(more)}"#
        return try #require(try await must("POST", "/v1/meetings/m/dial-outs", body)["id"].string)
    }

    func record(_ id: String) async throws -> JSONValue { try await must("GET", "/v1/dial-outs/\(id)") }

    /// The record once it has come to `state`; ended is what every record comes to.
    func record(_ id: String, once state: String, seconds: Int = 60) async throws -> JSONValue {
        var found = JSONValue.null
        _ = try await eventually(seconds: seconds) {
            found = try await record(id)
            return [state, "ended"].contains(found["state"].string)
        }
        #expect(found["state"].string == state, "\(found)")
        return found
    }

    /// The record once it has ended.
    func ended(_ id: String, seconds: Int = 60) async throws -> JSONValue { try await record(id, once: "ended", seconds: seconds) }
}

extension JSONValue {
    /// A record's attempts as `trunk code`, a dash where nothing final was answered.
    var attempts: [String] {
        self["attempts"].array.map { attempt in
            let code: Int64? = attempt["sip"].integer
            return (attempt["trunk"].string ?? "") + " " + (code.map { "\($0)" } ?? "-")
        }
    }
}
