import Basis
import Testing
import Web

private let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
private let open = "GET /a HTTP/1.1\r\nHost: a\r\n"
private let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"
private let chunked = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"

extension Connection {
    fileprivate func received(_ text: String, at now: Instant = .zero) -> [Incoming] { received(Array(text.utf8), at: now) }
    fileprivate func takeText() -> String { String(decoding: takeOutgoing(), as: UTF8.self) }
}

private func after(_ duration: Duration) -> Instant { .zero + duration }

@Suite struct ConnectionTests {
    @Test("a request is answered and the connection kept")
    func keepAlive() {
        let connection = Connection(at: .zero)
        connection.date = { "Tue, 24 Nov 2026 07:50:23 GMT" }
        for number in 0..<2 {
            #expect(connection.received(get).map(\.number) == [number])
            #expect(connection.outstanding == 1)
            connection.send(.json(200, Array("{}".utf8)), for: number, at: .zero)
            #expect(
                connection.takeText() == """
                    HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Tue, 24 Nov 2026 07:50:23 GMT\r\n\
                    Content-Length: 2\r\n\r\n{}
                    """)
            #expect(connection.phase == .open && connection.outstanding == 0)
        }
    }

    @Test("an answer has the date of when it is given, not of when it was asked for (RFC 9110 §6.6.1)")
    func dates() {
        let connection = Connection(at: .zero)
        var date = "1"
        connection.date = { date }
        #expect(connection.received(get).count == 1)
        date = "2"
        connection.send(Response(204), for: 0, at: .zero)
        #expect(connection.received("GET").isEmpty)
        date = "3"
        connection.tick(at: after(.seconds(10)))
        let text = connection.takeText()
        #expect(text.split(separator: "\r\n").filter { $0.hasPrefix("Date: ") } == ["Date: 2", "Date: 3"])
    }

    @Test("each answer has the Request-Id that its request was given, refusals too")
    func requestIDs() {
        let connection = Connection(at: .zero)
        var last = 0
        connection.makeID = {
            last += 1
            return "id-\(last)"
        }
        #expect(connection.received(get + get).map(\.id) == ["id-1", "id-2"])
        #expect(connection.received("nonsense\r\n\r\n").isEmpty)
        connection.send(Response(201), for: 1, at: .zero)
        connection.send(Response(200), for: 0, at: .zero)
        let text = connection.takeText(), ids = text.split(separator: "\r\n").filter { $0.hasPrefix("Request-Id: ") }
        #expect(ids == ["Request-Id: id-1", "Request-Id: id-2", "Request-Id: id-3"] && statuses(Array(text.utf8)) == [200, 201, 400])
    }

    @Test("answers keep the order of their requests")
    func pipelining() {
        let connection = Connection(at: .zero)
        #expect(connection.received(get + get + get).map(\.number) == [0, 1, 2])
        connection.send(Response(202), for: 2, at: .zero)
        connection.send(Response(201), for: 1, at: .zero)
        #expect(connection.takeOutgoing().isEmpty)
        connection.send(Response(200), for: 0, at: .zero)
        connection.send(Response(404), for: 0, at: .zero)
        #expect(statuses(connection.takeOutgoing()) == [200, 201, 202])
    }

    @Test(
        "a request that begins within the bytes of the one before has the time of a request, and one that has not begun that between requests",
        arguments: [
            ([get + "G"], true), ([get + "\r\n"], false), ([get], false), ([get + get], false), ([open + "\r", "\n"], false),
            ([post + "{}" + "GET / HTTP/1.1\r\nHo"], true), ([post + "{}"], false), ([post, "{}"], false), ([post + "{", "}"], false),
            ([post + "{", "}G"], true), ([open + "Content-Length: 2\r\n\r", "\n{}"], false), ([chunked + "0\r\n\r\n"], false),
            ([chunked + "0\r\n\r", "\n"], false), ([chunked + "0\r\n\r\nP"], true),
        ])
    func begun(pieces: [String], isBegun: Bool) {
        let connection = Connection(at: .zero)
        for (number, piece) in pieces.enumerated() {
            for incoming in connection.received(piece, at: after(.seconds(number + 1))) {
                connection.send(Response(200), for: incoming.number, at: after(.seconds(number + 1)))
            }
        }
        let last = after(.seconds(pieces.count))
        #expect(connection.deadline == last + (isBegun ? connection.limits.headerTimeout : connection.limits.idleTimeout))
        _ = connection.takeOutgoing()
        connection.tick(at: last + connection.limits.headerTimeout)
        #expect(statuses(connection.takeOutgoing()) == (isBegun ? [408] : []))
    }

    @Test("what is wrong is answered after what came before it, then the connection lingers")
    func refusalInOrder() {
        let connection = Connection(at: .zero)
        #expect(connection.received(get + "nonsense\r\n\r\n").count == 1)
        #expect(connection.received(get).isEmpty)
        #expect(connection.takeOutgoing().isEmpty && connection.phase == .open)
        connection.send(Response(200), for: 0, at: .zero)
        let text = connection.takeText()
        #expect(statuses(Array(text.utf8)) == [200, 400])
        #expect(text.contains("Content-Type: application/problem+json\r\nConnection: close\r\n"))
        #expect(connection.phase == .finishing && connection.deadline == after(.seconds(2)))
        connection.tick(at: after(.seconds(2)))
        #expect(connection.phase == .closed && connection.deadline == nil)
    }

    @Test(
        "the connection ends when the client, or HTTP/1.0, asks for it",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", true),
            ("GET / HTTP/1.0\r\n\r\n", true),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false),
        ])
    func closing(text: String, closes: Bool) {
        let connection = Connection(at: .zero)
        #expect(connection.received(text).count == 1)
        connection.send(Response(200), for: 0, at: .zero)
        #expect(connection.takeText().contains("Connection: close") == closes)
        #expect(connection.phase == (closes ? .finishing : .open))
        connection.peerFinished(at: .zero)
        #expect(connection.phase == .closed)
    }

    @Test("HEAD gets the head alone")
    func head() {
        let connection = Connection(at: .zero)
        #expect(connection.received("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").count == 1)
        connection.send(.text(200, "hello"), for: 0, at: .zero)
        #expect(connection.takeText() == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n")
    }

    @Test(
        "HEAD gets the head alone of a refusal too (RFC 9110 §9.3.2)",
        arguments: [
            ("HEAD / HTTP/1.1\r\n\r\n", 400), ("HEAD /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nExpect: y\r\n\r\n", 417),
            ("HEAD /\(String(repeating: "a", count: 4096)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n", 413),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n40001\r\n\(String(repeating: "a", count: 0x40001))", 413),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 408),
        ])
    func headRefused(text: String, status: Int) {
        let connection = Connection(at: .zero)
        #expect(connection.received(text).isEmpty)
        connection.tick(at: after(.seconds(30)))
        let answer = connection.takeText()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("\r\nContent-Length: ") && answer.hasSuffix("\r\n\r\n"))
    }

    @Test("a stream goes out in chunks, or to the end of an HTTP/1.0 connection")
    func streams() {
        let connection = Connection(at: .zero)
        #expect(connection.received(get + get).count == 2)
        connection.send(Response(200, body: .stream), for: 0, at: .zero)
        connection.send(Response(204), for: 1, at: .zero)
        #expect(connection.takeText() == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.stream(Array("0123456789abcdef".utf8), for: 0, at: .zero)
        connection.stream([], for: 0, at: .zero)
        #expect(connection.takeText() == "10\r\n0123456789abcdef\r\n")
        connection.finishStream(for: 0, at: .zero)
        #expect(connection.takeText() == "0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")

        let old = Connection(at: .zero)
        #expect(old.received("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").count == 1)
        old.send(Response(200, body: .stream), for: 0, at: .zero)
        old.stream([65], for: 0, at: .zero)
        old.finishStream(for: 0, at: .zero)
        #expect(old.takeText() == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nA")
        #expect(old.phase == .finishing)
    }

    @Test("behind a stream without an end nothing is answered and nothing is read; asked for by HEAD it is an answer like another")
    func lastStream() {
        let connection = Connection(at: .zero)
        #expect(connection.received(get + get + get).count == 3)
        connection.sendLast(Response(200, body: .stream), for: 1, at: .zero)
        connection.send(Response(404), for: 2, at: .zero)
        #expect(connection.outstanding == 2 && connection.isStreaming(1) && !connection.isStreaming(2))
        connection.send(Response(204), for: 0, at: .zero)
        connection.stream([65], for: 1, at: .zero)
        let text = connection.takeText()
        #expect(statuses(Array(text.utf8)) == [204, 200] && text.contains("Connection: close") && text.hasSuffix("\r\n\r\n1\r\nA\r\n"))
        #expect(connection.received(get).isEmpty && connection.phase == .open)
        connection.finishStream(for: 1, at: .zero)
        #expect(connection.takeText() == "0\r\n\r\n" && connection.phase == .finishing)
        let head = Connection(at: .zero)
        #expect(head.received("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get).count == 2)
        head.sendLast(Response(200, body: .stream), for: 0, at: .zero)
        #expect(!head.isStreaming(0) && head.outstanding == 1 && head.phase == .open)
    }

    @Test("a stream behind another answer is held up to a limit")
    func held() {
        var limits = ConnectionLimits()
        limits.held = 1000
        let connection = Connection(limits: limits, at: .zero)
        #expect(connection.received(get + get).count == 2)
        connection.send(Response(200, body: .stream), for: 1, at: .zero)
        connection.stream(Array(repeating: 65, count: 900), for: 1, at: .zero)
        #expect(connection.phase == .open)
        connection.stream(Array(repeating: 65, count: 100), for: 1, at: .zero)
        #expect(connection.phase == .closed)
        connection.send(Response(200), for: 0, at: .zero)
        #expect(connection.takeOutgoing().isEmpty)
    }

    @Test("100 Continue goes out when the body is wanted, after earlier answers, and not when it has come")
    func continues() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
        let connection = Connection(at: .zero)
        #expect(connection.received(head).isEmpty)
        #expect(connection.takeText() == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(connection.received("ab" + get + head).count == 2)
        connection.send(Response(200), for: 0, at: .zero)
        #expect(statuses(connection.takeOutgoing()) == [200])
        connection.send(Response(201), for: 1, at: .zero)
        #expect(statuses(connection.takeOutgoing()) == [201, 100])
        #expect(connection.received("cd").map(\.request.body) == [Array("cd".utf8)])

        let large = Connection(at: .zero)
        #expect(large.received("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 262145\r\n\r\n").isEmpty)
        #expect(statuses(large.takeOutgoing()) == [413])
    }

    @Test("deadlines: head, body, idle, and none while we owe an answer")
    func deadlines() {
        let connection = Connection(at: .zero)
        #expect(connection.deadline == after(.seconds(10)))
        #expect(connection.received("GET", at: after(.seconds(5))).isEmpty)
        #expect(connection.deadline == after(.seconds(15)))
        #expect(connection.received(" /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", at: after(.seconds(14))).isEmpty)
        #expect(connection.deadline == after(.seconds(44)))
        #expect(connection.received("x", at: after(.seconds(40))).count == 1)
        #expect(connection.deadline == nil)
        connection.send(Response(200), for: 0, at: after(.seconds(100)))
        #expect(connection.deadline == after(.seconds(160)))
        connection.tick(at: after(.seconds(159)))
        #expect(connection.phase == .open)
        _ = connection.takeOutgoing()
        connection.tick(at: after(.seconds(160)))
        #expect(connection.phase == .closed && connection.takeOutgoing().isEmpty)
    }

    @Test(
        "a head or a body that does not end is answered 408",
        arguments: [
            ("GET / HT", 10), ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na", 30),
        ])
    func timeouts(text: String, seconds: Int) {
        let connection = Connection(at: .zero)
        #expect(connection.received(text).isEmpty)
        connection.tick(at: after(.seconds(seconds) - .nanoseconds(1)))
        #expect(connection.takeOutgoing().isEmpty)
        connection.tick(at: after(.seconds(seconds)))
        #expect(statuses(connection.takeOutgoing()) == [408])
        #expect(connection.phase == .finishing)
    }

    @Test("a peer that sends no more still gets its answers")
    func halfClosed() {
        let connection = Connection(at: .zero)
        #expect(connection.received(get).count == 1)
        connection.peerFinished(at: .zero)
        #expect(connection.phase == .open)
        connection.send(Response(200), for: 0, at: .zero)
        #expect(statuses(connection.takeOutgoing()) == [200])
        #expect(connection.phase == .closed)
    }

    @Test("draining ends idle connections at once and others with their answer")
    func drains() {
        let idle = Connection(at: .zero), busy = Connection(at: .zero)
        idle.drain(at: .zero)
        #expect(idle.phase == .finishing)
        #expect(busy.received(get).count == 1)
        busy.drain(at: .zero)
        #expect(busy.phase == .open)
        busy.send(Response(200), for: 0, at: .zero)
        #expect(busy.takeText().contains("Connection: close"))
        #expect(busy.phase == .finishing)
    }

    @Test("each limit is reached")
    func limits() {
        func filler(_ count: Int) -> String { String(repeating: "a", count: count) }
        let limits = ConnectionLimits()
        func get(_ fields: String, target: String = "/") -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }
        func post(_ size: Int) -> String { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(filler(size))" }
        func chunked(_ body: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)" }
        let half = String(limits.body / 2, radix: 16)
        let rows: [(text: String, status: Int?)] = [
            (get("", target: "/" + filler(limits.target - 1)), nil),
            (get("", target: "/" + filler(limits.target)), 414),
            (get("X: \(filler(limits.headerField))\r\n"), nil),
            (get("X: \(filler(limits.headerField + 1))\r\n"), 431),
            (get("X: \(filler(8000))\r\nY: \(filler(8000))\r\n"), nil),
            (get("X: \(filler(8000))\r\nY: \(filler(8000))\r\nZ: \(filler(400))\r\n"), 431),
            (get(String(repeating: "X: a\r\n", count: limits.headerCount - 1)), nil),
            (get(String(repeating: "X: a\r\n", count: limits.headerCount)), 431),
            (post(limits.body), nil),
            (post(limits.body + 1), 413),
            (chunked(String(repeating: "\(half)\r\n\(filler(limits.body / 2))\r\n", count: 2) + "0\r\n\r\n"), nil),
            (chunked(String(repeating: "\(half)\r\n\(filler(limits.body / 2))\r\n", count: 2) + "1\r\na\r\n0\r\n\r\n"), 413),
        ]
        for (row, status) in rows {
            #expect(outcome(row, pieces: 4096).statuses == (status.map { [$0] } ?? []), "\(row.prefix(60))")
            #expect(outcome(row, pieces: 4096).requests.count == (status == nil ? 1 : 0))
        }
        let extensions = String(repeating: "1;\(filler(4000))\r\na\r\n", count: 1000)
        #expect(outcome(chunked(extensions), pieces: 4096).statuses == [413])

        let connection = Connection(at: .zero)
        let many = String(repeating: get(""), count: limits.pipelined + 1)
        #expect(connection.received(many).count == limits.pipelined)
        for number in 0..<limits.pipelined { connection.send(Response(204), for: number, at: .zero) }
        let answers = connection.takeText()
        #expect(statuses(Array(answers.utf8)) == Array(repeating: 204, count: limits.pipelined) + [429])
        #expect(answers.contains("\r\nRetry-After: 1\r\n"))
    }

    @Test(
        "a header that would split the response becomes a 500",
        arguments: [
            ("X-A", "b\r\nSet-Cookie: c"), ("X-A", "b\nc"), ("X-A", "b\u{00}"), ("X A", "b"), ("X:A", "b"), ("", "b"),
        ])
    func splitting(name: String, value: String) {
        let connection = Connection(at: .zero)
        #expect(connection.received(get).count == 1)
        connection.send(Response(200, headers: [(name, value)]), for: 0, at: .zero)
        #expect(statuses(connection.takeOutgoing()) == [500])
    }
}
