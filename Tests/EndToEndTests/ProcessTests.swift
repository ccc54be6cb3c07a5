import Foundation
import Service
import Testing

@Suite("The process", .serialized)
struct ProcessTests {
    @Test("SIGTERM lets a call end, answers no new one, and exits 0")
    func terminate() throws {
        let service = try RunningService()
        let port = Running.freePort(SOCK_DGRAM)
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try service.configure(trunkPort: port)
        let id = try service.dial("+14255550999")
        #expect(try eventually { try service.record(id)["state"].string == "ringing" })
        kill(service.child.pid, SIGTERM)
        #expect(try eventually { try service.curl("GET", "/readyz").status == 503 })
        let refused = try service.curl(
            "POST", "/v1/meetings/m/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550123"}"#)
        #expect(refused.status == 503 && refused.body["reason"].string == "draining")
        #expect(service.child.exitStatus() == 0)
        try service.restart()
        #expect(try service.record(id)["outcome"].string == "cancelled")
        #expect(stub.end() == 0)
    }

    @Test("kill -9 loses no accepted request: it ends as indeterminate and is not dialled again")
    func killed() throws {
        let service = try RunningService()
        let port = Running.freePort(SOCK_DGRAM)
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try service.configure(trunkPort: port)
        let ids = try (0..<10).map { _ in try service.dial("+14255550999") }
        #expect(service.child.end(SIGKILL) == SIGKILL)
        try service.restart()
        for id in ids { #expect(try service.record(id)["outcome"].string == "indeterminate") }
        _ = stub.end(SIGKILL)
    }

    @Test("datagrams that are no SIP are dropped and counted, and calls go on")
    func hostile() throws {
        let service = try RunningService()
        let port = Running.freePort(SOCK_DGRAM)
        let stub = try Child(
            Running.executable.path,
            ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A", "--behaviour", "answer-after=0.3,hang-up-after=0.3"],
            in: service.folder)
        try service.configure(trunkPort: port)
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
        #expect(try service.ended(try service.dial("+14255550123"))["outcome"].string == "completed")
        let metrics = try Child(
            "/usr/bin/env",
            ["curl", "-s", "-H", "Authorization: Bearer \(RunningService.token)", "http://127.0.0.1:\(service.http)/metrics"],
            in: service.folder)
        _ = metrics.exitStatus()
        let line = try #require(metrics.text.split(separator: "\n").first { $0.hasPrefix(#"dialout_sip_dropped_total{why="malformed"}"#) })
        #expect(try #require(Int(line.split(separator: " ").last!)) > 400)
        _ = stub.end()
    }

    @Test("a body of a megabyte is refused and the service goes on")
    func largeBody() throws {
        let service = try RunningService()
        let file = service.folder + "/large.json"
        try String(repeating: "x", count: 1 << 20).write(toFile: file, atomically: true, encoding: .utf8)
        let answer = try service.curl("POST", "/v1/meetings/m/dial-outs", "@" + file)
        #expect(answer.status == 413 && answer.body["status"].integer == 413)
        #expect(try service.curl("GET", "/healthz").status == 200)
    }

    @Test("the page shows a call that happens while it is open")
    func dashboard() throws {
        let service = try RunningService()
        let port = Running.freePort(SOCK_DGRAM)
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try service.configure(trunkPort: port)
        let ringing = try service.dial("+14255550999"), busy = try service.dial("+14255550486")
        #expect(try eventually { try service.record(ringing)["state"].string == "ringing" })
        _ = try service.ended(busy)
        let page = try Child(
            "/usr/bin/env",
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000",
                "--user-data-dir=\(service.folder)/chromium",
                "--dump-dom", "http://127.0.0.1:\(service.http)/#token=\(RunningService.token)",
            ], in: service.folder)
        _ = page.exitStatus()
        for words in ["+14255550999", "ringing", "+14255550486", "busy", "+14255550100", "acme"] {
            #expect(page.text.contains(words), "\(words) is not on the page:\n\(page.text.suffix(3_000))")
        }
        _ = stub.end()
    }
}
