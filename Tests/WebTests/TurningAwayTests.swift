import Basis
import Testing

@testable import Web

@Suite("Requests that are refused unread")
struct TurningAwayTests {
    private static let start = Array("POST /v1/meetings/".utf8)

    private static func request(_ line: String = "POST /v1/meetings/m/dial-outs HTTP/1.1", _ more: String = "", body: String = "{}")
        -> String
    {
        "\(line)\r\nHost: a\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test(
        "one whole request of the kind, whose sender takes any answer and goes on",
        arguments: [
            (request(), true), (request(body: ""), true), (request("POST /v1/meetings/m/dial-outs?tenant=a HTTP/1.1"), true),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.1", "Authorization: Bearer x\r\nContent-Type: application/json\r\n"), true),
            (request().replacing("Content-Length", with: "cOnTeNt-lEnGtH"), true),
            ("POST /v1/meetings/m/dial-outs HTTP/1.1\r\nHost: a\r\n\r\n", true),
            (request("POST /v1/tokens HTTP/1.1"), false), (request("PUT /v1/meetings/m HTTP/1.1"), false),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.0"), false), (request(body: "{}").replacing("{}", with: "{"), false),
            (request() + "P", false), (request() + request(), false), (String(request().dropLast(3)), false),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.1", "Content-Length: 2\r\n"), false),
            (request().replacing("Length: 2", with: "Length: +2"), false), (request().replacing("Length: 2", with: "Length: 2 2"), false),
            (request().replacing("Length: 2", with: "Length:"), false),
            (request().replacing("Length: 2", with: "Length: 99999999999999999999"), false),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.1", "Connection: close\r\n"), false),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.1", "transfer-encoding: chunked\r\n"), false),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.1", "EXPECT: 100-continue\r\n"), false),
            (request("POST /v1/meetings/m/dial-outs HTTP/1.1", "X: a\rb\r\n"), false), ("POST /v1/meetings/", false), ("", false),
        ])
    func matches(text: String, isWhole: Bool) {
        let bytes = Array(text.utf8)
        let found = WholeRequest.matches(bytes.span, beginning: Self.start)
        #expect(found == isWhole, "\(text.debugDescription)")
    }

    @Test("it is passed over between requests alone, and the connection goes on") func between() {
        let connection = Connection(at: .zero), bytes = Array(Self.request().utf8)
        let later = Instant.zero + .seconds(9)
        func passes() -> Bool { connection.passesOver(bytes.span, beginning: Self.start, at: later) }
        #expect(passes())
        #expect(connection.deadline == later + connection.limits.idleTimeout && connection.outstanding == 0)
        let half = Array(bytes.prefix(20))
        #expect(connection.received(half, at: later).isEmpty)
        #expect(!passes(), "the rest of a request is not another one")
        #expect(connection.received(Array(bytes.dropFirst(20)), at: later).map(\.number) == [0])
        #expect(!passes(), "answers keep their order")
        connection.send(.json(200, []), for: 0, at: later)
        #expect(!passes(), "the answer has not been taken yet")
        _ = connection.takeOutgoing()
        #expect(passes())
        connection.peerFinished(at: later)
        #expect(!passes())
    }

    @Test("the prepared answer is what any request gets") func prepared() {
        let response = Problem(503, "Service Unavailable", reason: "overloaded").response
        let answer = PreparedAnswer(response, date: "Thu, 01 Jan 1970 00:00:00 GMT")
        let text = String(decoding: answer.bytes(id: "a-1"), as: UTF8.self)
        #expect(text.contains("\r\nRequest-Id: a-1\r\n"))
        #expect(String(decoding: answer.bytes(id: "a-2"), as: UTF8.self) == text.replacing("a-1", with: "a-2"))
        #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n") && text.contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"))
        let body = text.split(separator: "\r\n\r\n").last ?? ""
        #expect(text.contains("\r\nContent-Length: \(body.utf8.count)\r\n") && body.hasSuffix("\"reason\":\"overloaded\"}"))
    }
}
