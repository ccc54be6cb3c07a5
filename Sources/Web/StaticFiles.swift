/// A few files held in memory, such as the dashboard's, found by path and never by the file system.
package struct StaticFiles: Sendable {
    private struct File: Sendable {
        let bytes: [UInt8]
        let headers: [(name: String, value: String)]
        let entityTag: String
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
            let headers = [
                ("Content-Type", Self.contentType(of: name)), ("ETag", entityTag), ("Cache-Control", "no-cache"),
                ("Content-Security-Policy", Self.contentSecurityPolicy), ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
            ]
            let file = File(bytes: bytes, headers: headers.map { (name: $0, value: $1) }, entityTag: entityTag)
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
        let tags = request.headers.all("if-none-match").joined(separator: ",").split { $0 == "," || $0 == " " }
        let isKnown = tags.contains { tag in tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == file.entityTag }
        return isKnown ? Response(304, headers: file.headers) : Response(200, headers: file.headers, body: .bytes(file.bytes))
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
