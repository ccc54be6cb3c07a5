import Foundation
import Service
import Testing

/// A real disk that is full, and a real pipe that nobody reads.
@Suite("Where nothing can be written", .aFewAtATime)
struct FullDiskTests {
    /// On a disk of its own, which only the service sees; the test is cancelled where none may be mounted.
    private static func onSmallDisk(megabytes: Int) async throws -> RunningService {
        let trial = try Child("/usr/bin/env", ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], in: "/tmp")
        guard await trial.exitStatus() == 0 else { try Test.cancel("a disk of its own needs root: \(trial.text)") }
        let mount = "mount --make-rprivate / && mount -t tmpfs -o size=\(megabytes)m none {folder} && exec \"$0\" \"$@\""
        return try await RunningService(through: ["/usr/bin/unshare", "-m", "/bin/sh", "-c", mount])
    }

    /// A file that takes what is left of the service's disk.
    private func fill(_ service: RunningService) throws -> String {
        let path = "/proc/\(service.child.pid)/root\(service.folder)/filler"
        let file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        try #require(file >= 0, "\(String(cString: strerror(errno)))")
        defer { close(file) }
        let block = [UInt8](repeating: 7, count: 4_096)
        while write(file, block, block.count) > 0 {}
        #expect(errno == ENOSPC)
        return path
    }

    private func stub(_ service: RunningService, _ port: UInt16) throws -> Child {
        try Child(Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme"], in: "/tmp")
    }

    /// Dial-outs until the store says no; what the refusal was.
    private func untilRefused(_ service: RunningService) async throws -> (status: Int, body: JSONValue) {
        let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550404"}"#
        for _ in 0..<2_000 {
            let answer = try await service.curl(
                "POST", "/v1/meetings/m/dial-outs", order.replacing("50404", with: "\(Int.random(in: 10...99))404"))
            if answer.status == 503 { return answer }
        }
        return (0, .null)
    }

    @Test("a full disk refuses dial-outs by its reason, a disk with room again takes them, and what was accepted before is all there")
    func room() async throws {
        let service = try await Self.onSmallDisk(megabytes: 16), trunkPort = Running.freePort()
        let stub = try stub(service, trunkPort)
        try await service.configure(trunkPort: trunkPort)
        let id = try await service.dial("+14255550486")
        _ = try await service.ended(id)
        let filler = try fill(service), refused = try await untilRefused(service)
        #expect(
            refused.body["reason"].string == "storeUnavailable" && refused.body["detail"].string?.contains("full") == true, "\(refused)")
        #expect(try await service.curl("GET", "/readyz").status == 503)
        #expect(try await service.record(id)["outcome"].string == "busy")
        #expect(unlink(filler) == 0)
        #expect(try await eventually(seconds: 20) { try await service.curl("GET", "/readyz").status == 200 })
        #expect(try await service.ended(try await service.dial("+14255550486"))["outcome"].string == "busy")
        #expect(await service.child.end() == 0, "\(service.child.text.suffix(2_000))")
        #expect(await stub.end() == 0)
    }

    @Test("SIGTERM on a full disk ends the process in time, hangs up the call that is up, and says what is lost")
    func ending() async throws {
        let service = try await Self.onSmallDisk(megabytes: 16), trunkPort = Running.freePort()
        let stub = try stub(service, trunkPort)
        try await service.configure(trunkPort: trunkPort)
        let id = try await service.dial("+14255551234")
        _ = try await service.record(id, once: "connected")
        _ = try fill(service)
        #expect(try await untilRefused(service).status == 503)
        let began = Date()
        #expect(await service.child.end() == 1, "\(service.child.text.suffix(2_000))")
        #expect(Date().timeIntervalSince(began) < 30)
        #expect(service.child.text.contains("the store refuses what is left; it is lost"), "\(service.child.text.suffix(2_000))")
        #expect(await eventually(seconds: 10) { stub.text.contains("bye") || stub.text.contains("BYE") }, "\(stub.text)")
        #expect(await stub.end() == 0)
    }

    @Test("a log into a pipe that nobody reads stops neither answers nor the end; what is dropped is counted")
    func unreadLog() async throws {
        var reader: Int32 = -1
        let service = try await RunningService(
            ["DIALOUT_LOG_LEVEL": "debug"], through: ["/bin/sh", "-c", #"exec "$0" "$@" 2> {folder}.pipe"#]
        ) { folder in
            try #require(mkfifo(folder + ".pipe", 0o600) == 0)
            reader = open(folder + ".pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        }
        defer {
            close(reader)
            unlink(service.folder + ".pipe")
        }
        let urls = "http://127.0.0.1:\(service.http)/v1/nothing/[1-4000]"
        let asked = try Child("/usr/bin/env", ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\n", urls], in: service.folder)
        #expect(await asked.exitStatus() == 0)
        #expect(asked.text.split(separator: "\n").count { $0 == "404" } == 4_000)
        let dropped = try await service.metrics().firstMatch(of: /\ndialout_log_lines_dropped_total (\d+)\n/).flatMap { Int($0.1) }
        #expect(dropped.map { $0 > 1_000 } == true, "\(dropped ?? -1)")
        #expect(await service.child.end() == 0)
    }
}
