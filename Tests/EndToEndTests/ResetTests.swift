import Foundation
import Glibc
import Testing

@Suite("Clients that vanish", .aFewAtATime)
struct ResetTests {
    private enum Ending: CaseIterable { case reset, close, halfClose }

    /// Says the bytes on a connection of its own and ends it.
    private func vanish(_ bytes: ArraySlice<UInt8>, at port: UInt16, _ ending: Ending) throws {
        let descriptor = try Running.connection(to: port)
        defer { Glibc.close(descriptor) }
        let text = Array(bytes)
        try #require(text.isEmpty || send(descriptor, text, text.count, Int32(MSG_NOSIGNAL)) == text.count)
        switch ending {
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        case .close: break
        case .halfClose: shutdown(descriptor, Int32(SHUT_WR))
        }
    }

    @Test("at each byte of a request, of two that follow each other and of a stream, and the service goes on")
    func everyStep() async throws {
        let service = try await RunningService()
        let access = "Host: a\r\nAuthorization: Bearer \(RunningService.token)\r\n"
        let order = #"{"kind":"callMeAt","organizer":"a@b.example","number":"+14255550100"}"#
        let post = "POST /v1/meetings/m/dial-outs HTTP/1.1\r\n\(access)Content-Length: \(order.utf8.count)\r\n\r\n\(order)"
        let chunked =
            "PUT /v1/tenants/t HTTP/1.1\r\n\(access)Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        let stream = "GET /v1/events HTTP/1.1\r\n\(access)\r\n"
        for text in [post + stream, chunked + post, stream + post].map({ Array($0.utf8) }) {
            for (place, end) in (0...text.count).enumerated() {
                let ending = Ending.allCases[place % Ending.allCases.count]
                try vanish(text[..<end], at: service.http, ending)
            }
        }
        #expect(try await service.curl("GET", "/healthz").status == 200)
        #expect(service.child.isRunning)
    }
}
