import Foundation
import Glibc
import Testing

@Suite("More at once than can be done", .aFewAtATime)
struct CrowdTests {
    /// For this process and those that it begins.
    private static func allowDescriptors(_ count: rlim_t) throws {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        try #require(getrlimit(kind, &limit) == 0 && limit.rlim_max >= count)
        limit.rlim_cur = max(limit.rlim_cur, count)
        try #require(setrlimit(kind, &limit) == 0)
    }

    /// All that comes until the other side closes.
    private static func answer(on descriptor: Int32) -> String {
        var text: [UInt8] = [], part = [UInt8](repeating: 0, count: 4_096)
        while case let count = read(descriptor, &part, part.count), count > 0 { text += part[..<count] }
        return String(decoding: text, as: UTF8.self)
    }

    @Test("of 1,300 that wait together 1,000 at most are let in, each has one whole answer, the log tells of the others in a line")
    func crowd() async throws {
        try Self.allowDescriptors(4_096)
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let connections = try (0..<1_300).map { _ in try Running.connection(to: service.http) }
        defer { for connection in connections { close(connection) } }
        // One that is answered tells that all before it were accepted.
        #expect(try await service.curl("GET", "/healthz").status == 200)
        kill(service.child.pid, SIGSTOP)
        for (place, connection) in connections.enumerated() {
            let order = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+4420794\#(60_000 + place)"}"#
            let post =
                "POST /v1/meetings/m\(place)/dial-outs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(RunningService.token)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(order.utf8.count)\r\n\r\n\(order)"
            try #require(send(connection, post, post.utf8.count, Int32(MSG_NOSIGNAL)) == post.utf8.count)
            // Every other one says that it has no more to say, as some clients do; the answer has to come all the same.
            if place % 2 == 0 { shutdown(connection, Int32(SHUT_WR)) }
        }
        kill(service.child.pid, SIGCONT)
        let head = Array(connections.enumerated().filter { $0.offset % 2 == 0 }), answers = head.map { Self.answer(on: $0.element) }
        #expect(
            answers.allSatisfy { $0.hasPrefix("HTTP/1.1 202 ") || $0.hasPrefix("HTTP/1.1 503 ") }, "\(Set(answers.map { $0.prefix(40) }))")
        #expect(answers.allSatisfy { $0.components(separatedBy: "HTTP/1.1").count == 2 })
        let refused = answers.filter { $0.hasPrefix("HTTP/1.1 503 ") }
        #expect(refused.allSatisfy { $0.contains(#""reason":"overloaded""#) && $0.contains("Retry-After: 2") && $0.hasSuffix("}") })
        let ids = refused.compactMap { $0.firstMatch(of: /\r\nRequest-Id: (\S+)\r\n/)?.1 }
        #expect(ids.count == refused.count && Set(ids).count == ids.count)
        let metrics = try await service.metrics(),
            all = metrics.firstMatch(of: /\ndialout_overload_refusals_total (\d+)\n/).flatMap { Int($0.1) }
        #expect(all.map { (200..<1_300).contains($0) } == true, "\(all ?? -1)")
        #expect(await eventually { service.child.text.contains("refused for want of time") })
        #expect(service.child.text.components(separatedBy: "refused for want of time").count <= 3)
    }
}
