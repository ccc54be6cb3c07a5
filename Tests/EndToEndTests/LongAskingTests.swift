import Foundation
import Glibc
import Service
import Testing

/// Requests whose bodies do not come to an end.
@Suite("Long bodies", .aFewAtATime)
struct LongAskingTests {
    @Test("bodies that come without a token hold no memory, and are refused with a 401 that arrives")
    func withoutToken() async throws {
        let service = try await RunningService(), before = try service.peakMemory()
        let head = "PUT /v1/tenants/contoso HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 262144\r\n\r\n"
        let body = [UInt8](repeating: 32, count: 262_000)
        var connections: [Int32] = []
        defer { for connection in connections { close(connection) } }
        for _ in 0..<300 {
            let connection = try Running.connection(to: service.http)
            connections.append(connection)
            try #require(send(connection, head, head.utf8.count, Int32(MSG_NOSIGNAL)) == head.utf8.count)
            _ = body.withUnsafeBytes { send(connection, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        var answer = [UInt8](repeating: 0, count: 4_096)
        for connection in connections {
            let count = recv(connection, &answer, answer.count, 0)
            #expect(count > 0 && String(decoding: answer.prefix(max(0, count)), as: UTF8.self).hasPrefix("HTTP/1.1 401 "))
        }
        let most = try service.peakMemory()
        #expect(most - before < 40 << 20, "\(before >> 20) MiB before, \(most >> 20) MiB at the most")
    }
}
