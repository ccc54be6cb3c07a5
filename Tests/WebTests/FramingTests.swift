import Basis
import Testing
import Web

/// What a connection makes of some bytes: the requests, and the statuses that it answers by itself.
func outcome(_ text: String, pieces: Int = .max, limits: ConnectionLimits = ConnectionLimits()) -> (requests: [Request], statuses: [Int]) {
    let connection = Connection(limits: limits, at: .zero)
    var requests: [Request] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        for incoming in connection.received(Array(rest.prefix(pieces)), at: .zero) {
            requests.append(incoming.request)
            connection.send(Response(204), for: incoming.number, at: .zero)
        }
        rest = rest.dropFirst(pieces)
    }
    return (requests, statuses(connection.takeOutgoing()).filter { $0 != 204 })
}

func statuses(_ bytes: [UInt8]) -> [Int] {
    String(decoding: bytes, as: UTF8.self).split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
}

private func request(_ headers: String, line: String = "POST / HTTP/1.1", body: String = "", host: Bool = true) -> String {
    "\(line)\r\n\(host ? "Host: a\r\n" : "")\(headers)\r\n\(body)"
}

@Suite struct FramingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let status: Int
        var testDescription: String { name }
        init(_ name: String, _ text: String, _ status: Int = 400) { (self.name, self.text, self.status) = (name, text, status) }
    }

    static let refused: [Case] = [
        Case("Content-Length and Transfer-Encoding", request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n")),
        Case("Transfer-Encoding and Content-Length", request("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", body: "0\r\n\r\n")),
        Case("two Content-Lengths that differ", request("Content-Length: 5\r\nContent-Length: 6\r\n", body: "hello!")),
        Case("two Content-Lengths that agree", request("Content-Length: 5\r\nContent-Length: 5\r\n", body: "hello")),
        Case("a list in Content-Length", request("Content-Length: 5, 5\r\n", body: "hello")),
        Case("a sign in Content-Length", request("Content-Length: +5\r\n", body: "hello")),
        Case("a negative Content-Length", request("Content-Length: -5\r\n", body: "hello")),
        Case("a hexadecimal Content-Length", request("Content-Length: 0x5\r\n", body: "hello")),
        Case("an empty Content-Length", request("Content-Length:\r\n")),
        Case("a space in Content-Length", request("Content-Length: 1 2\r\n", body: "hello")),
        Case("a fraction in Content-Length", request("Content-Length: 5.0\r\n", body: "hello")),
        Case("a Content-Length beyond 64 bits", request("Content-Length: 99999999999999999999999\r\n")),
        Case("an unknown coding", request("Transfer-Encoding: gzip\r\n"), 501),
        Case("a coding before chunked", request("Transfer-Encoding: gzip, chunked\r\n", body: "0\r\n\r\n"), 501),
        Case("a coding after chunked", request("Transfer-Encoding: chunked, gzip\r\n", body: "0\r\n\r\n")),
        Case("chunked twice", request("Transfer-Encoding: chunked, chunked\r\n", body: "0\r\n\r\n")),
        Case("chunked in two fields", request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n")),
        Case("identity beside chunked", request("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n"), 501),
        Case("xchunked", request("Transfer-Encoding: xchunked\r\n", body: "0\r\n\r\n"), 501),
        Case("quoted chunked", request("Transfer-Encoding: \"chunked\"\r\n", body: "0\r\n\r\n"), 501),
        Case("vertical tab before chunked", request("Transfer-Encoding: \u{0B}chunked\r\n", body: "0\r\n\r\n")),
        Case("an empty Transfer-Encoding", request("Transfer-Encoding:\r\nContent-Length: 5\r\n", body: "hello")),
        Case("Transfer-Encoding in HTTP/1.0", request("Transfer-Encoding: chunked\r\n", line: "POST / HTTP/1.0", body: "0\r\n\r\n")),
        Case("space before the colon", request("Content-Length : 5\r\n", body: "hello")),
        Case("tab before the colon", request("Transfer-Encoding\t: chunked\r\n", body: "0\r\n\r\n")),
        Case("a folded value", request("X-A: b\r\n c\r\n")),
        Case("a folded Transfer-Encoding", request("Transfer-Encoding:\r\n chunked\r\n", body: "0\r\n\r\n")),
        Case("a space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        Case("a field without a colon", request("X-A\r\n")),
        Case("a field without a name", request(": a\r\n")),
        Case("a name with a control character", request("X\u{01}A: b\r\n")),
        Case("a name with a bracket", request("X[A]: b\r\n")),
        Case("a name beyond ASCII", request("Xé: b\r\n")),
        Case("NUL in a value", request("X-A: b\u{00}c\r\n")),
        Case("CR in a value", request("X-A: b\rc\r\n")),
        Case("bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n"),
        Case("bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        Case("bare LF at the head's end", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        Case("bare CR after the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        Case("bare CR at the head's end", "GET / HTTP/1.1\r\nHost: a\r\n\rX"),
        Case("no Host", request("", line: "GET / HTTP/1.1", host: false)),
        Case("two Hosts", request("Host: a\r\n", line: "GET / HTTP/1.1")),
        Case("two Hosts in HTTP/1.0", request("Host: b\r\n", line: "GET / HTTP/1.0")),
        Case("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Case("a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Case("a Host with user information", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        Case("a Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        Case("a Host whose bracket is open", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        Case("a Host with more than a port behind its bracket", "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n"),
        Case("a Host with a name in brackets", "GET / HTTP/1.1\r\nHost: [a:b]\r\n\r\n"),
        Case("a Host with IPv4 in brackets", "GET / HTTP/1.1\r\nHost: [10.0.0.1]\r\n\r\n"),
        Case("a Host with IPv6 without brackets", "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n"),
        Case("a Host whose port is a name", "GET / HTTP/1.1\r\nHost: a:port\r\n\r\n"),
        Case("a Host with two colons", "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"),
        Case("a Host that is a port", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
        Case("a Host with a broken escape", "GET / HTTP/1.1\r\nHost: a%4\r\n\r\n"),
        Case("a target with user information", request("", line: "GET http://u@a/ HTTP/1.1")),
        Case("a target that has a port alone", request("", line: "GET http://:80/ HTTP/1.1")),
        Case("a target whose host is none", request("", line: "GET http://[::1/ HTTP/1.1")),
        Case("a Host that is none beside a target that has one", "GET http://a/ HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        Case("a Host that is a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        Case("space after the version", request("", line: "GET / HTTP/1.1 ")),
        Case("tab in the request line", request("", line: "GET\t/ HTTP/1.1")),
        Case("a space in the target", request("", line: "GET /a b HTTP/1.1")),
        Case("no target", request("", line: "GET HTTP/1.1")),
        Case("a target that is no path", request("", line: "GET a HTTP/1.1")),
        Case("a fragment in the target", request("", line: "GET /a#b HTTP/1.1")),
        Case("NUL in the target", request("", line: "GET /\u{00} HTTP/1.1")),
        Case("a target beyond ASCII", request("", line: "GET /é HTTP/1.1")),
        Case("an encoded NUL", request("", line: "GET /%00 HTTP/1.1")),
        Case("a broken escape", request("", line: "GET /%4 HTTP/1.1")),
        Case("an escape that is not hexadecimal", request("", line: "GET /%zz HTTP/1.1")),
        Case("escapes that are not UTF-8", request("", line: "GET /%ff HTTP/1.1")),
        Case("a query that is not UTF-8", request("", line: "GET /?a=%ff HTTP/1.1")),
        Case("CONNECT", request("", line: "CONNECT a:1 HTTP/1.1")),
        Case("an asterisk for GET", request("", line: "GET * HTTP/1.1")),
        Case("a lower-case method", request("", line: "get / HTTP/1.1")),
        Case("a method that is no token", request("", line: "G@T / HTTP/1.1")),
        Case("no version", "GET /\r\nHost: a\r\n\r\n", 505),
        Case("HTTP/2.0", request("", line: "GET / HTTP/2.0"), 505),
        Case("HTTP/1.10", request("", line: "GET / HTTP/1.10")),
        Case("HTTP/11", request("", line: "GET / HTTP/11")),
        Case("HTTP/1.2", request("", line: "GET / HTTP/1.2"), 505),
        Case("http/1.1", request("", line: "GET / http/1.1")),
        Case("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Case("TLS", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}"),
        Case("an unknown expectation", request("Expect: 200-ok\r\n"), 417),
        Case("a chunk size with a prefix", request("Transfer-Encoding: chunked\r\n", body: "0x5\r\nhello\r\n0\r\n\r\n")),
        Case("a chunk size with a sign", request("Transfer-Encoding: chunked\r\n", body: "+5\r\nhello\r\n0\r\n\r\n")),
        Case("a chunk size with a space before", request("Transfer-Encoding: chunked\r\n", body: " 5\r\nhello\r\n0\r\n\r\n")),
        Case("a chunk size with a space after", request("Transfer-Encoding: chunked\r\n", body: "5 \r\nhello\r\n0\r\n\r\n")),
        Case("an empty chunk size", request("Transfer-Encoding: chunked\r\n", body: "\r\nhello\r\n0\r\n\r\n")),
        Case("a chunk size beyond 64 bits", request("Transfer-Encoding: chunked\r\n", body: "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")),
        Case("a chunk longer than its size", request("Transfer-Encoding: chunked\r\n", body: "3\r\nhello\r\n0\r\n\r\n")),
        Case("bare LF after a chunk size", request("Transfer-Encoding: chunked\r\n", body: "5\nhello\r\n0\r\n\r\n")),
        Case("bare LF after a chunk", request("Transfer-Encoding: chunked\r\n", body: "5\r\nhello\n0\r\n\r\n")),
        Case("bare LF after the last chunk", request("Transfer-Encoding: chunked\r\n", body: "0\n\r\n")),
        Case("bare LF in a chunk extension", request("Transfer-Encoding: chunked\r\n", body: "5;a\nhello\r\n0\r\n\r\n")),
        Case("bare CR after a chunk size", request("Transfer-Encoding: chunked\r\n", body: "5\rXhello\r\n0\r\n\r\n")),
        Case("NUL in a chunk size", request("Transfer-Encoding: chunked\r\n", body: "5\u{00}\r\nhello\r\n0\r\n\r\n")),
        Case("bare LF after a trailer", request("Transfer-Encoding: chunked\r\n", body: "0\r\nX-A: b\n\r\n")),
    ]

    @Test("bytes whose framing can be read in two ways are refused, whole or in pieces", arguments: refused)
    func refuses(_ row: Case) {
        for pieces in [Int.max, 1, 7] {
            let (requests, statuses) = outcome(row.text, pieces: pieces)
            #expect(statuses == [row.status], "in pieces of \(pieces)")
            #expect(requests.isEmpty, "in pieces of \(pieces)")
        }
    }

    static let taken: [(text: String, path: [String], body: String)] = [
        (request("", line: "GET / HTTP/1.1"), [""], ""),
        (request("", line: "GET /a/b%2Fc/%C3%A9?x=1 HTTP/1.1"), ["a", "b/c", "é"], ""),
        ("\r\n" + request("", line: "GET /a/ HTTP/1.1"), ["a", ""], ""),
        (request("", line: "GET http://a/b?c HTTP/1.1"), ["b"], ""),
        (request("", line: "GET http://a HTTP/1.1"), [""], ""),
        (request("", line: "OPTIONS * HTTP/1.1"), [], ""),
        (request("", line: "GET /a HTTP/1.0", host: false), ["a"], ""),
        ("GET /a HTTP/1.1\r\nhOsT: [::1]:80\r\n\r\n", ["a"], ""),
        ("GET /a HTTP/1.1\r\nHost: [::ffff:10.0.0.1]\r\n\r\n", ["a"], ""),
        ("GET /a HTTP/1.1\r\nHost: 10.0.0.1:\r\n\r\n", ["a"], ""),
        ("GET /a HTTP/1.1\r\nHost: a_b.%C3%A9~!$&'()*+;=:8080\r\n\r\n", ["a"], ""),
        ("GET /a HTTP/1.1\r\nHost: a \t\r\n\r\n", ["a"], ""),
        (request("Content-Length: 5  \r\n", body: "hello"), [""], "hello"),
        (request("Transfer-Encoding: chunked \r\n", body: "5\r\nhello\r\n0\r\n\r\n"), [""], "hello"),
        (request("Content-Length: 5\r\n", body: "hello"), [""], "hello"),
        (request("Content-Length:  005\r\n", body: "hello"), [""], "hello"),
        (request("Transfer-Encoding: Chunked\r\n", body: "2\r\nhe\r\n003;x=\"y\"\r\nllo\r\n0\r\nX-Trailer: z\r\n\r\n"), [""], "hello"),
        (request("Content-Length: 0\r\n"), [""], ""),
    ]

    @Test("what is right is taken, whole or in pieces", arguments: taken)
    func takes(text: String, path: [String], body: String) throws {
        for pieces in [Int.max, 1, 7] {
            let (requests, statuses) = outcome(text, pieces: pieces)
            #expect(statuses.isEmpty)
            try #require(requests.count == 1)
            #expect(requests[0].path == path)
            #expect(String(decoding: requests[0].body, as: UTF8.self) == body)
            #expect(requests[0].headers["x-trailer"] == nil)
        }
    }

    @Test("a second request hidden in a body is not seen")
    func hidden() {
        let inner = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n"
        let (requests, statuses) = outcome(
            request("Content-Length: \(inner.utf8.count)\r\n", body: inner + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(requests.map(\.path) == [[""], ["b"]] && statuses.isEmpty)
    }

    @Test("nothing is read after a request that closes")
    func afterClose() {
        for closing in ["Connection: close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n"] {
            let text = request(closing, line: "GET /a HTTP/1.1") + request("", line: "GET /b HTTP/1.1")
            #expect(outcome(text).requests.map(\.path) == [["a"]])
        }
    }
}
