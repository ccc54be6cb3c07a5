internal import NIOHTTP1

/// What a request is answered with.
package struct Response: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// The head goes out now and pieces follow, with ``Connection/stream(_:for:at:)``, until ``Connection/finishStream(for:at:)``.
        case stream
    }

    package var status: Int
    /// In order. Content-Length, Transfer-Encoding, Connection and Date are the connection's to write.
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// What a log says of the answer beside its status; the client is not sent it.
    package var remarks: [(name: String, value: String)] = []

    package init(_ status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    package static func json(_ status: Int, _ body: [UInt8]) -> Response {
        Response(status, headers: [("Content-Type", "application/json")], body: .bytes(body))
    }

    package static func text(_ status: Int, _ body: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(status, headers: [("Content-Type", type)], body: .bytes(Array(body.utf8)))
    }

    /// The body, if it is not a stream.
    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = body { bytes } else { nil }
    }
}

/// How the request that a response answers restricts its form.
struct ReplyForm {
    var isHead = false
    /// HTTP/1.0 knows no chunks.
    var isHTTP10 = false
    var closes = false
}

extension Response {
    /// Whether each field can be written without becoming another message (RFC 9110 §5.1, §5.5).
    var isWritable: Bool {
        (200...599).contains(status)
            && headers.allSatisfy { name, value in
                !name.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter)
                    && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            }
    }

    /// Appends the head and a body that is not a stream (RFC 9112 §4–7).
    func write(to output: inout [UInt8], form: ReplyForm, date: String?) {
        output.reserveCapacity(output.count + 256 + (bytes?.count ?? 0))
        func put(_ text: String) { output.append(contentsOf: text.utf8) }
        func field(_ name: String, _ value: String) {
            put(name)
            put(": ")
            put(value)
            put("\r\n")
        }
        put("HTTP/1.1 ")
        put(String(status))
        put(" ")
        put(HTTPResponseStatus(statusCode: status).reasonPhrase)
        put("\r\n")
        for (name, value) in headers { field(name, value) }
        if let date { field("Date", date) }
        if form.closes { field("Connection", "close") }
        switch body {
        case .bytes(let bytes):
            if status != 204, status != 304 { field("Content-Length", String(bytes.count)) }
            put("\r\n")
            if !form.isHead, status != 204, status != 304 { output.append(contentsOf: bytes) }
        case .stream:
            if !form.isHTTP10 { field("Transfer-Encoding", "chunked") }
            put("\r\n")
        }
    }
}

extension UInt8 {
    /// RFC 9110 §5.6.2.
    var isTokenCharacter: Bool {
        switch self {
        case 48...57, 65...90, 97...122, 0x5E...0x60: true
        case UInt8(ascii: "!"), 0x23...0x27, UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
