import Foundation
import Service
import Testing

@Suite("The process", .aFewAtATime)
struct ProcessTests {
    @Test("SIGTERM lets a call end, answers no new one, and exits 0")
    func terminate() async throws {
        let service = try await RunningService()
        let port = Running.freePort()
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try await service.configure(trunkPort: port)
        let id = try await service.dial("+14255550999")
        #expect(try await eventually { try await service.record(id)["state"].string == "ringing" })
        kill(service.child.pid, SIGTERM)
        #expect(try await eventually { try await service.curl("GET", "/readyz").status == 503 })
        let refused = try await service.curl(
            "POST", "/v1/meetings/m/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550123"}"#)
        #expect(refused.status == 503 && refused.body["reason"].string == "draining")
        #expect(await service.child.exitStatus() == 0)
        try await service.restart()
        #expect(try await service.record(id)["outcome"].string == "cancelled")
        #expect(await stub.end() == 0)
    }

    @Test("kill -9 loses no accepted request: it ends as indeterminate and is not dialled again")
    func killed() async throws {
        let service = try await RunningService()
        let port = Running.freePort()
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try await service.configure(trunkPort: port)
        var ids: [String] = []
        for _ in 0..<10 { ids.append(try await service.dial("+14255550999")) }
        #expect(await service.child.end(SIGKILL) == SIGKILL)
        try await service.restart()
        for id in ids { #expect(try await eventually { try await service.record(id)["outcome"].string == "indeterminate" }) }
        _ = await stub.end(SIGKILL)
    }

    @Test("datagrams that are no SIP are dropped and counted, and calls go on")
    func hostile() async throws {
        let service = try await RunningService()
        let port = Running.freePort()
        let stub = try Child(
            Running.executable.path,
            ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A", "--behaviour", "answer-after=0.3,hang-up-after=0.3"],
            in: service.folder)
        try await service.configure(trunkPort: port)
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), service.sip.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var random = SystemRandomNumberGenerator()
        for length in 0..<500 {
            let bytes: [UInt8] =
                length % 2 == 0 ? (0..<length).map { _ in UInt8(random.next() & 255) } : Array("SIP/2.0 200 OK\r\nVia: x\r\n\r\n".utf8)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        #expect(try await service.ended(try await service.dial("+14255550123"))["outcome"].string == "completed")
        let metrics = try await service.metrics()
        let line = try #require(metrics.split(separator: "\n").first { $0.hasPrefix(#"dialout_sip_dropped_total{why="malformed"}"#) })
        let count = try #require(line.split(separator: " ").last.flatMap { Int($0) })
        #expect(count > 400)
        _ = await stub.end()
    }

    @Test("a body of a megabyte is refused and the service goes on")
    func largeBody() async throws {
        let service = try await RunningService()
        let file = service.folder + "/large.json"
        try String(repeating: "x", count: 1 << 20).write(toFile: file, atomically: true, encoding: .utf8)
        let answer = try await service.curl("POST", "/v1/meetings/m/dial-outs", "@" + file)
        #expect(answer.status == 413 && answer.body["status"].integer == 413)
        #expect(try await service.curl("GET", "/healthz").status == 200)
    }
}
