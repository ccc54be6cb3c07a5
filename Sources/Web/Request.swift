import Basis
internal import NIOHTTP1

/// The methods that the service knows (RFC 9110 §9). TRACE is known and nowhere allowed.
package enum Method: String, CaseIterable, Hashable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"
    /// Any that HTTP may have beside them, such as QUERY: nowhere allowed, and no path lists it.
    case other
}

/// The field lines of a message; names are looked up without regard to case (RFC 9110 §5.1).
package struct Headers: Sendable, ExpressibleByDictionaryLiteral {
    private var fields: HTTPHeaders

    init(_ fields: HTTPHeaders) { self.fields = fields }

    package init(_ lines: [(String, String)]) { fields = HTTPHeaders(lines) }
    package init(dictionaryLiteral elements: (String, String)...) { fields = HTTPHeaders(elements) }

    /// The value of the first line of that name.
    package subscript(name: String) -> String? { fields.first(name: name) }

    /// The values of all lines of that name, in order.
    package func all(_ name: String) -> [String] { fields[name] }

    /// The elements of the one list that all lines of that name are, empty ones left out (RFC 9110 §5.3, §5.6.1).
    package func list(_ name: String) -> [Substring] { all(name).flatMap(\.listElements) }

    fileprivate var bearerToken: String? {
        let fields = all("authorization")
        guard fields.count == 1, let space = fields[0].utf8.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        // A scheme is the same in any case (RFC 9110 §11.1).
        guard fields[0].utf8[..<space].elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
        let token = fields[0].utf8[space...].drop { $0 == UInt8(ascii: " ") }
        let symbols = token.prefix { $0 != UInt8(ascii: "=") }
        let padding = token.dropFirst(symbols.count)
        guard !symbols.isEmpty, symbols.allSatisfy(\.isToken68), padding.allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
        return String(Substring(token))
    }

    fileprivate func with(host: String) -> Headers {
        var fields = fields
        fields.replaceOrAdd(name: "Host", value: host)
        return Headers(fields)
    }
}

/// A whole HTTP request, checked and decoded.
package struct Request: Sendable {
    package let method: Method
    /// Percent-decoded; `/v1/dial-outs/` has an empty last segment, `/` one empty segment. `OPTIONS *` has none.
    package let path: [String]
    package let query: FormQuery
    package let headers: Headers
    package let body: [UInt8]
    /// The token of `Authorization: Bearer` (RFC 6750 §2.1); nil when there is none, more than one, or a malformed one.
    package let bearerToken: String?
    /// What stands in the answer's `Request-Id`.
    package internal(set) var id = ""
    /// Who sent it; nil where it came by no connection.
    package var peer: SocketAddress?

    /// For tests and for callers within the process: throws what a client would be told.
    package init(_ method: Method, _ target: String, headers: Headers = [:], body: [UInt8] = []) throws(Problem) {
        self.init(method: method, target: try RequestTarget(target, method: method), headers: headers, body: body)
    }

    init(method: Method, target: RequestTarget, headers: Headers, body: [UInt8]) {
        (self.method, self.body) = (method, body)
        (path, query) = (target.path, target.query)
        // The authority of a target counts, whatever Host says (RFC 9112 §3.2.2).
        self.headers = target.authority.map(headers.with(host:)) ?? headers
        bearerToken = headers.bearerToken
    }

    /// The same from that peer.
    package func coming(from peer: SocketAddress) -> Request {
        var request = self
        request.peer = peer
        return request
    }

    /// Where a client wants an event stream resumed (HTML Living Standard §9.2.4).
    package var lastEventID: String? { headers["last-event-id"] }
}

extension String {
    var listElements: [Substring] { split(separator: ",").map(\.trimmed).filter { !$0.isEmpty } }
}

extension Substring {
    /// Without the blanks and tabs around it.
    package var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        return start[..<(start.lastIndex { $0 != " " && $0 != "\t" }.map { start.index(after: $0) } ?? start.startIndex)]
    }
}

extension UInt8 {
    /// RFC 9110 §11.2, without the padding.
    fileprivate var isToken68: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
