/// A few files held in memory, such as the dashboard's, found by path and never by the file system.
package struct StaticFiles: Sendable {
    private struct File: Sendable {
        let bytes: [UInt8]
        /// By gzip, where that is smaller.
        let packed: [UInt8]?
        let headers: [(name: String, value: String)]
        let entityTag: String

        /// Each coding is a representation of its own (RFC 9110 §8.8.3.3).
        var packedTag: String { String(entityTag.dropLast()) + "-gzip\"" }
    }
    private let files: [[String]: File]

    /// What a page of ours may do: load and call its own origin, and be framed by nobody.
    package static let contentSecurityPolicy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    /// Names are paths without the first slash, `app/main.js`; `index.html` also answers for its folder.
    package init(_ contents: [(name: String, bytes: [UInt8])]) {
        var files: [[String]: File] = [:]
        for (name, bytes) in contents {
            let path = name.split(separator: "/").map(String.init)
            let entityTag = Self.entityTag(of: bytes)
            let headers = Self.headers(contentType: Self.contentType(of: name))
            let packed = Gzip.compress(bytes)
            let file = File(bytes: bytes, packed: packed.count < bytes.count ? packed : nil, headers: headers, entityTag: entityTag)
            files[path] = file
            if path.last == "index.html" { files[path.dropLast() + [""]] = file }
        }
        self.files = files
    }

    /// Whether there is a file of that path.
    package func holds(_ path: [String]) -> Bool { files[path] != nil }

    /// The file, or 304 when the client has it; nil when there is none of that path or the method is not GET or HEAD.
    package func response(to request: Request) -> Response? {
        guard request.method == .get || request.method == .head, let file = files[request.path] else { return nil }
        let packed = Self.takesGzip(request) ? file.packed : nil
        let tag = packed == nil ? file.entityTag : file.packedTag
        let isKnown = Self.knows([file.entityTag, file.packedTag], request)
        let headers = file.headers + [(name: "ETag", value: tag)]
        guard !isKnown else { return Response(304, headers: headers) }
        guard let packed else { return Response(200, headers: headers, body: .bytes(file.bytes)) }
        return Response(200, headers: headers + [(name: "Content-Encoding", value: "gzip")], body: .bytes(packed))
    }

    private static func headers(contentType: String) -> [(name: String, value: String)] {
        [
            ("Content-Type", contentType), ("Vary", "Accept-Encoding"), ("Cache-Control", "no-cache"),
            ("Content-Security-Policy", contentSecurityPolicy), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ].map { (name: $0, value: $1) }
    }

    /// Whether If-None-Match names one of the tags (RFC 9110 §13.1.2).
    private static func knows(_ known: [String], _ request: Request) -> Bool {
        guard let held = EntityTags(request.headers.all("if-none-match")) else { return false }
        return known.contains { held.name($0, .weak) }
    }

    /// A page that is made when it is asked for, with what goes with a file; 304 when the client has it.
    fileprivate static func page(_ status: Int, _ bytes: [UInt8], for request: Request) -> Response {
        let tag = entityTag(of: bytes), headers = headers(contentType: contentType(of: ".html")) + [(name: "ETag", value: tag)]
        if status == 200, knows([tag], request) { return Response(304, headers: headers) }
        return Response(status, headers: headers, body: .bytes(bytes))
    }

    /// Whether Accept-Encoding names gzip, or all, and does not weigh it with 0 (RFC 9110 §12.5.3).
    private static func takesGzip(_ request: Request) -> Bool {
        var weights: [String: Bool] = [:]
        for part in request.headers.all("accept-encoding").joined(separator: ",").lowercased().split(separator: ",") {
            let words = part.split { $0 == ";" || $0 == " " }
            guard let coding = words.first else { continue }
            let isRefused = words.dropFirst().contains { $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" } }
            weights[String(coding)] = !isRefused
        }
        return weights["gzip"] ?? weights["*"] ?? false
    }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }

    /// Length and FNV-1a of the content: tells versions of one file apart, nothing more.
    private static func entityTag(of bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "\"\(String(bytes.count, radix: 16))-\(String(hash, radix: 16))\""
    }
}

extension Response {
    /// A page of HTML with the headers of the console's files.
    package static func page(_ status: Int, _ html: String, for request: Request) -> Response {
        StaticFiles.page(status, Array(html.utf8), for: request)
    }
}
