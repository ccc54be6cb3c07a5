/// An error answer in the form of RFC 9457.
package struct Problem: Error, Sendable {
    /// A URI that names the kind of problem.
    package var type = "about:blank"
    package var title: String
    package var status: Int
    package var detail: String?
    /// The service's own word for why.
    package var reason: String?
    /// Further members, their values already JSON.
    package var members: [(name: String, json: [UInt8])] = []
    /// Seconds after which it is worth to try again.
    package var retryAfter: Int?
    /// Fields that the answer needs beside, such as `WWW-Authenticate`.
    package var headers: [(name: String, value: String)] = []
    /// The dial-out on record that the problem is about.
    package var dialOut: String?

    package init(_ status: Int, _ title: String, detail: String? = nil, reason: String? = nil) {
        (self.status, self.title, self.detail, self.reason) = (status, title, detail, reason)
    }

    static func badRequest(_ detail: String) -> Problem { Problem(400, "Bad Request", detail: detail, reason: "malformedRequest") }

    package var response: Response {
        var json: [UInt8] = []
        func member(_ name: String, _ value: [UInt8]) {
            json.append(UInt8(ascii: json.isEmpty ? "{" : ","))
            json.append(contentsOf: jsonString(name))
            json.append(UInt8(ascii: ":"))
            json.append(contentsOf: value)
        }
        member("type", jsonString(type))
        member("title", jsonString(title))
        member("status", Array(String(status).utf8))
        if let detail { member("detail", jsonString(detail)) }
        if let reason { member("reason", jsonString(reason)) }
        for (name, value) in members { member(name, value) }
        json.append(UInt8(ascii: "}"))
        var response = Response(status, headers: [("Content-Type", "application/problem+json")], body: .bytes(json))
        if let retryAfter { response.headers.append(("Retry-After", String(retryAfter))) }
        response.headers += headers
        response.remarks = [("reason", reason), ("dialOut", dialOut)].compactMap { name, value in value.map { (name, $0) } }
        return response
    }
}

/// A JSON string (RFC 8259 §7).
private func jsonString(_ text: String) -> [UInt8] {
    var json: [UInt8] = [], text = text
    json.reserveCapacity(text.utf8.count + 2)
    json.append(UInt8(ascii: "\""))
    let isPlain = text.withUTF8 { utf8 in
        let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain { json.append(contentsOf: utf8) }
        return isPlain
    }
    for byte in text.utf8 where !isPlain {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
        case ..<0x20: json += Array((byte < 16 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
        default: json.append(byte)
        }
    }
    json.append(UInt8(ascii: "\""))
    return json
}
