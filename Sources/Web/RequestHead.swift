internal import NIOHTTP1

/// A request's head after the checks that its decoder leaves to us (RFC 9112 §2–6), with what they found.
struct RequestHead {
    let method: Method
    let target: RequestTarget
    let headers: Headers
    let form: ReplyForm
    /// The client waits for a 100 before it sends the body.
    let expectsContinue: Bool
    /// Of the body in bytes, where it was said; nil for chunks.
    let length: Int?

    init(_ head: HTTPRequestHead, limits: ConnectionLimits) throws(Problem) {
        guard head.version.major == 1 else { throw Problem(505, "HTTP Version Not Supported", reason: "versionNotSupported") }
        let isHTTP10 = head.version.minor == 0
        guard head.uri.utf8.count <= limits.target else { throw Problem(414, "URI Too Long", reason: "targetTooLong") }
        let values = head.headers.withoutTrailingBlanks, fields = SpecialFields(values)
        try Self.checkHost(fields.hosts, isHTTP10: isHTTP10)
        length = try Self.checkFraming(fields.lengths, fields.codings, isHTTP10: isHTTP10)
        guard fields.expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw Problem(417, "Expectation Failed", reason: "expectationFailed")
        }
        method = Method(rawValue: head.method.rawValue) ?? .other
        target = try RequestTarget(head.uri, method: method)
        headers = Headers(values)
        // After a request to upgrade the decoder reads no further; we never upgrade, so the connection ends with the answer.
        let closes = !head.isKeepAlive || fields.hasUpgrade
        form = ReplyForm(isHead: method == .head, isHTTP10: isHTTP10, closes: closes)
        expectsContinue = !fields.expectations.isEmpty && !isHTTP10
    }

    /// RFC 9112 §3.2: exactly one Host since HTTP/1.1, never more, and of valid form.
    private static func checkHost(_ hosts: [String], isHTTP10: Bool) throws(Problem) {
        guard hosts.count == 1 || hosts.isEmpty && isHTTP10 else { throw .badRequest("there must be one Host field") }
        guard let host = hosts.first else { return }
        guard Substring(host).isHostAndPort else { throw .badRequest("the Host field is not a host") }
    }

    /// RFC 9112 §6: what says in two ways where a body ends is how requests are smuggled.
    private static func checkFraming(
        _ lengths: [String], _ codings: [String], isHTTP10: Bool
    ) throws(Problem) -> Int? {
        if !codings.isEmpty {
            guard lengths.isEmpty else { throw .badRequest("both Content-Length and Transfer-Encoding") }
            guard !isHTTP10 else { throw .badRequest("Transfer-Encoding in HTTP/1.0") }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                throw Problem(501, "Not Implemented", detail: "only the chunked coding is known", reason: "codingNotImplemented")
            }
        }
        guard lengths.count <= 1 else { throw .badRequest("more than one Content-Length") }
        guard let text = lengths.first else { return codings.isEmpty ? 0 : nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { throw .badRequest("Content-Length is not a number") }
        return Int(text) ?? Int.max
    }
}

/// The fields that the connection itself has to know, found in one pass.
private struct SpecialFields {
    var hosts: [String] = []
    var lengths: [String] = []
    var codings: [String] = []
    var expectations: [Substring] = []
    var hasUpgrade = false

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where name.isField("host"): hosts.append(value)
            case 6 where name.isField("expect"): expectations += value.listElements
            case 7 where name.isField("upgrade"): hasUpgrade = true
            case 14 where name.isField("content-length"): lengths.append(value)
            case 17 where name.isField("transfer-encoding"): codings.append(value)
            default: break
            }
        }
    }
}

extension HTTPHeaders {
    /// A value ends before the blanks and tabs at its end (RFC 9110 §5.5); those at its beginning are left out by the parser.
    fileprivate var withoutTrailingBlanks: HTTPHeaders {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard contains(where: { $0.value.utf8.last.map(isBlank) ?? false }) else { return self }
        return HTTPHeaders(
            map { name, value in
                let end = value.utf8.lastIndex { !isBlank($0) }.map(value.utf8.index(after:)) ?? value.startIndex
                return (name, String(value[..<end]))
            })
    }
}

extension String {
    /// Compares with a name in lower case; letters of a field name differ by one bit from their capitals.
    fileprivate func isField(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in utf8.elementsEqual(name) { $0 | 0x20 == $1 } }
    }
}

extension Problem {
    static let tooSlow = Problem(408, "Request Timeout", reason: "requestTimeout")

    static let tooManyUnanswered: Problem = {
        var problem = Problem(429, "Too Many Requests", detail: "too many unanswered requests", reason: "tooManyRequests")
        problem.retryAfter = 1
        return problem
    }()

    static func bodyTooLarge(_ limit: Int) -> Problem {
        var problem = Problem(413, "Content Too Large", detail: "the body has at most \(limit) bytes here", reason: "bodyTooLarge")
        problem.members = [("limit", Array(String(limit).utf8))]
        return problem
    }
}

extension Response {
    /// To a request that there is no room for among all.
    package static let noRoom: Response = {
        var problem = Problem(
            503, "Service Unavailable", detail: "more requests are under way than there is room for; nothing was done", reason: "busy")
        problem.retryAfter = 5
        return problem.response
    }()
}
