import Foundation
import Glibc
import Service
import Testing

/// Answers that are longer than what the system takes at once.
@Suite("Long answers", .aFewAtATime)
struct LongAnswerTests {
    private static let length = 7_000_000

    @Test(
        "one of 14 MB comes whole, also to a reader who takes 4 MB a second, and what is asked for behind it on the same connection comes after it"
    )
    func whole() async throws {
        let service = try await RunningService()
        _ = try await service.must("PUT", "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        try #""0123456789" * \#(Self.length / 10)"#.write(toFile: service.folder + "/script.ps1", atomically: true, encoding: .utf8)
        let address = "http://127.0.0.1:\(service.http)"
        let reader = try Child(
            "/usr/bin/env",
            [
                "curl", "-sS", "--limit-rate", "4M", "-H", "Authorization: Bearer \(RunningService.token)", "-H",
                "Content-Type: text/plain",
                "--data-binary", "@script.ps1", "-o", "long.json", "\(address)/v1/tenants/contoso/commands", "--next", "-sS", "-w",
                "%{http_code} %{num_connects}", "-o", "after.json", "\(address)/healthz",
            ], in: service.folder)
        #expect(try await service.curl("GET", "/healthz").status == 200, "others are served meanwhile")
        #expect(await reader.exitStatus() == 0, "\(reader.text)")
        #expect(reader.text == "200 0", "the second one came by the same connection")
        let answer = try JSON.decode(JSONValue.self, Array(Data(contentsOf: URL(fileURLWithPath: service.folder + "/long.json"))))
        let value = try #require(answer["results"].array.first?["output"].array.first?["Value"].string)
        #expect(value.utf8.count == Self.length && answer["applied"] == .bool(true))
    }

    @Test("answers that nobody reads hold no more memory than all of them may, and others are answered")
    func unread() async throws {
        let service = try await RunningService(), before = try service.peakMemory()
        let asked = String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n", count: 8)
        var connections: [Int32] = []
        defer { for connection in connections { close(connection) } }
        for _ in 0..<300 {
            let connection = try Running.connection(to: service.http)
            connections.append(connection)
            var room: Int32 = 4_096
            setsockopt(connection, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
            try #require(send(connection, asked, asked.utf8.count, Int32(MSG_NOSIGNAL)) == asked.utf8.count)
        }
        #expect(try await service.curl("GET", "/healthz").status == 200)
        let most = try service.peakMemory()
        #expect(most - before < 400 << 20, "\(before >> 20) MiB before, \(most >> 20) MiB at the most")
    }
}
