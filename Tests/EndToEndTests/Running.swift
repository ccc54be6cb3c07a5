import Foundation
import Service
import Testing

/// The built executable and what else runs beside it: each in a process of its own, on ports of its own, ended by the test that began it.
enum Running {
    /// Where the build put the executable: beside the test bundle.
    static let executable: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<6 where !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("dialout").path) {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent("dialout")
    }()

    /// A folder of its own, taken away by whoever asked for it.
    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// A port that nobody listens on now.
    static func freePort(_ type: __socket_type = SOCK_STREAM) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                precondition(bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// A child process whose output is kept in a file. Begun and awaited by the system's own calls.
final class Child {
    let pid: pid_t
    let output: String
    private var status: Int32?

    init(_ executable: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
        output = folder + "/output-\(UUID().uuidString).txt"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The runner's threads block signals, and a child inherits that.
        var attributes = posix_spawnattr_t(), none = sigset_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        var words = (["env", "-C", folder, executable] + arguments).map { strdup($0) } + [nil],
            settings = variables.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, &words, &settings)
        try #require(failure == 0, "\(executable) cannot be started: \(String(cString: strerror(failure)))")
        pid = child
    }

    deinit { if isRunning { _ = end(SIGKILL) } }

    var text: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

    var isRunning: Bool {
        if status != nil { return false }
        var found: Int32 = 0
        if waitpid(pid, &found, WNOHANG) == pid { status = found }
        return status == nil
    }

    /// Ends it by a signal and says how it ended: its exit status, or the signal that ended it.
    func end(_ signal: Int32 = SIGTERM) -> Int32 {
        kill(pid, signal)
        return exitStatus()
    }

    /// Waits for the process to end by itself.
    func exitStatus() -> Int32 {
        var found = status ?? 0
        while status == nil {
            if waitpid(pid, &found, 0) == pid { status = found }
        }
        return found & 0x7F == 0 ? (found >> 8) & 0xFF : found & 0x7F
    }

    /// Waits until the output has `words`, as long as the process runs and at most for `seconds`.
    func waits(for words: String, seconds: Int = 60) -> Bool {
        eventually(seconds: seconds) { text.contains(words) || !isRunning } && text.contains(words)
    }
}

/// Looks again and again until it is so; the time is only a bound.
func eventually(seconds: Int = 30, _ isSo: () throws -> Bool) rethrows -> Bool {
    let until = Date().addingTimeInterval(TimeInterval(seconds))
    while Date() < until {
        if try isSo() { return true }
        usleep(20_000)
    }
    return false
}

/// A service of its own with its data folder, called by curl as a user would.
final class RunningService {
    static let token = "end-to-end-bootstrap-token"
    let folder: String
    let http: UInt16
    let sip: UInt16
    private let settings: [String: String]
    private(set) var child: Child

    /// `settings` are variables of the environment; `{folder}` in them stands for the service's own.
    init(_ settings: [String: String] = [:], prepare: (_ folder: String) throws -> Void = { _ in }) throws {
        let folder = try Running.folder()
        (self.folder, http, sip) = (folder, Running.freePort(), Running.freePort(SOCK_DGRAM))
        self.settings = settings.mapValues { $0.replacingOccurrences(of: "{folder}", with: folder) }
        try prepare(folder)
        child = try Self.start(folder, http, sip, self.settings)
        try awaitReady()
    }

    deinit {
        _ = child.end(SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func start(_ folder: String, _ http: UInt16, _ sip: UInt16, _ settings: [String: String]) throws -> Child {
        try Child(
            Running.executable.path,
            ["serve", "--data", folder, "--http", "127.0.0.1:\(http)", "--sip", "127.0.0.1:\(sip)", "--drain-seconds", "5"], in: folder,
            environment: settings.merging(["DIALOUT_BOOTSTRAP_TOKEN": token]) { $1 })
    }

    /// The same data folder, another process.
    func restart() throws {
        child = try Self.start(folder, http, sip, settings)
        try awaitReady()
    }

    private func awaitReady() throws {
        let isReady = try eventually { try curl("GET", "/readyz").status == 200 }
        #expect(isReady, "\(child.text)")
    }

    var environment: [String: String] { ["DIALOUT_SERVER": "http://127.0.0.1:\(http)", "DIALOUT_TOKEN": Self.token] }

    func curl(_ method: String, _ path: String, _ body: String? = nil, _ more: [String] = []) throws -> (status: Int, body: JSONValue) {
        let arguments = ["curl", "-s", "-X", method, "-H", "Authorization: Bearer \(Self.token)", "-w", "\n%{http_code}"]
        let child = try Child(
            "/usr/bin/env", arguments + (body.map { ["--data-binary", $0] } ?? []) + more + ["http://127.0.0.1:\(http)\(path)"], in: folder)
        _ = child.exitStatus()
        var lines = child.text.components(separatedBy: "\n")
        let status = Int(lines.removeLast()) ?? 0
        return (status, (try? JSON.decode(JSONValue.self, Array(lines.joined(separator: "\n").utf8))) ?? .null)
    }

    func must(_ method: String, _ path: String, _ body: String? = nil) throws -> JSONValue {
        let answer = try curl(method, path, body)
        #expect(answer.status < 300, "\(method) \(path): \(answer)")
        return answer.body
    }

    /// A tenant of one organizer whose calls to +1 go to one operator with one trunk on this machine.
    func configure(trunkPort: UInt16, _ trunkMore: String = "") throws {
        _ = try must(
            "PUT", "/v1/operators/acme",
            #"{"name":"Acme","countries":["US"],"trunks":[{"name":"t1","uri":"sip:127.0.0.1:\#(trunkPort)"\#(trunkMore)}]}"#)
        _ = try must("PUT", "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        _ = try must(
            "PUT", "/v1/tenants/contoso/users/alice@contoso.example", #"{"displayName":"Alice","licences":["OperatorConnectConferencing"]}"#
        )
        _ = try must(
            "POST", "/v1/tenants/contoso/operators/acme",
            #"{"countries":["US"],"contact":{"fullName":"Ann","email":"ann@contoso.example"},"companySize":"10","acceptDataTransfer":true}"#
        )
        _ = try must("POST", "/v1/operators/acme/number-orders", #"{"tenant":"contoso","usage":"conference","numbers":["+14255550100"]}"#)
        let script = folder + "/routing.ps1"
        try """
        Register-CsOnlineDialInConferencingServiceNumber -Identity "+14255550100" -BridgeName "Conference Bridge"
        Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="International"}
        New-CsOnlineVoiceRoute -Identity "International" -NumberPattern "\\d+" -OnlinePstnUsages "International" -BridgeSourcePhoneNumber "+14255550100"
        New-CsOnlineAudioConferencingRoutingPolicy "International Policy" -OnlinePstnUsages "International"
        Grant-CsOnlineAudioConferencingRoutingPolicy -Identity "alice@contoso.example" -PolicyName "International Policy"
        """.write(toFile: script, atomically: true, encoding: .utf8)
        let admin = try Child(Running.executable.path, ["admin", "-f", script], in: folder, environment: environment)
        #expect(admin.exitStatus() == 0, "\(admin.text)")
    }

    func dial(_ number: String, _ more: String = "") throws -> String {
        let body = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"\#(number)"\#(more)}"#
        return try must("POST", "/v1/meetings/m/dial-outs", body)["id"].string ?? ""
    }

    func record(_ id: String) throws -> JSONValue { try must("GET", "/v1/dial-outs/\(id)") }

    /// The record once it has ended.
    func ended(_ id: String, seconds: Int = 60) throws -> JSONValue {
        #expect(try eventually(seconds: seconds) { try record(id)["state"].string == "ended" })
        return try record(id)
    }
}
