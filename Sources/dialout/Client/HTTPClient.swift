internal import CCurl
import Foundation
import Service

/// One blocking HTTP request after the other, for the commands that talk to a running service.
struct HTTPClient {
    let server: String
    let token: String
    /// Where the token was given, for those whose token is refused.
    let tokenPlace: String

    struct Reply {
        let status: Int
        let body: [UInt8]
        /// For `If-Match`.
        let tag: String?
        fileprivate let tokenPlace: String

        var json: JSONValue { (try? JSON.decode(JSONValue.self, body)) ?? .null }
        var isSuccess: Bool { (200..<300).contains(status) }
        /// A problem document's own words, or what came instead.
        var complaint: String {
            let problem = json
            let detail = problem["detail"].string ?? problem["title"].string ?? String(decoding: body.prefix(300), as: UTF8.self)
            return "\(status) \(detail)" + (status == 401 ? "; the one in \(tokenPlace) is not" : "")
        }
    }

    /// The server could not be reached, or the connection broke.
    struct Unreachable: Error, CustomStringConvertible {
        let description: String
    }

    /// The request was given up before it was answered.
    struct GivenUp: Error {}

    /// Sends a request and waits for its whole answer. `waiting` is asked at least once a second; when it says false, nobody waits any more.
    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json", headers: [String] = [],
        waiting: @escaping () -> Bool = { true }
    ) throws -> Reply {
        var collected: [UInt8] = []
        let headers = headers + (body == nil ? [] : ["Content-Type: \(type)"])
        let head = try perform(method, path, body: body, headers: headers, waiting: waiting) { _, bytes in
            collected += bytes
            return true
        }
        return Reply(status: head.status, body: collected, tag: head.tag, tokenPlace: tokenPlace)
    }

    /// Reads an answer piece by piece until it ends or `take` says false; what `take` throws comes out.
    func stream(_ path: String, headers: [String] = [], _ take: @escaping ([UInt8]) throws -> Bool) throws -> Int {
        try perform("GET", path, body: nil, headers: headers + ["Accept: text/event-stream"]) { try take($1) }.status
    }

    /// Gives what comes to `take` as it comes. An answer that is no success is collected in its place, and fails the command by its words.
    func fetch(_ path: String, accept: String, _ take: @escaping ([UInt8]) throws -> Void) throws {
        var refusal: [UInt8] = []
        let status = try perform("GET", path, body: nil, headers: ["Accept: \(accept)"]) { status, bytes in
            if status == 200 { try take(bytes) } else { refusal += bytes }
            return true
        }.status
        guard status == 200 else { throw fail(Reply(status: status, body: refusal, tag: nil, tokenPlace: tokenPlace).complaint) }
    }

    private final class Taker {
        private let handle: UnsafeMutableRawPointer
        private let body: (Int, [UInt8]) throws -> Bool
        private(set) var hasEnough = false
        private(set) var failure: (any Error)?
        private let waiting: () -> Bool

        init(_ handle: UnsafeMutableRawPointer, _ body: @escaping (Int, [UInt8]) throws -> Bool, _ waiting: @escaping () -> Bool) {
            (self.handle, self.body, self.waiting) = (handle, body, waiting)
        }

        func goesOn() -> Bool {
            guard failure == nil, !waiting() else { return true }
            failure = GivenUp()
            return false
        }

        func take(_ bytes: [UInt8]) -> Bool {
            do { hasEnough = try !body(curl_status(handle), bytes) } catch { failure = error }
            return !hasEnough && failure == nil
        }
    }

    private func perform(
        _ method: String, _ path: String, body: [UInt8]?, headers: [String], waiting: @escaping () -> Bool = { true },
        _ take: @escaping (Int, [UInt8]) throws -> Bool
    ) throws -> (status: Int, tag: String?) {
        guard let handle = curl_easy_init() else { throw Unreachable(description: "libcurl could not be started") }
        defer { curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for header in headers + ["Authorization: Bearer \(token)", "Expect:"] { list = curl_slist_append(list, header) }
        let taker = Taker(handle, take, waiting)
        curl_set_text(handle, CURLOPT_URL, server + path)
        curl_set_text(handle, CURLOPT_CUSTOMREQUEST, method)
        curl_set_headers(handle, list)
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, 5)
        curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(taker).toOpaque())
        curl_set_write(handle) { bytes, size, count, context in
            let taker = Unmanaged<Taker>.fromOpaque(context!).takeUnretainedValue()
            let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return taker.take(Array(chunk)) ? size * count : 0
        }
        curl_set_progress(
            handle, { owner, _, _, _, _ in Unmanaged<Taker>.fromOpaque(owner!).takeUnretainedValue().goesOn() ? 0 : 1 },
            Unmanaged.passUnretained(taker).toOpaque())
        let result = withExtendedLifetime(taker) {
            guard let body else { return curl_easy_perform(handle) }
            return body.withUnsafeBytes { bytes in
                curl_set_long(handle, CURLOPT_POSTFIELDSIZE, bytes.count)
                curl_set_pointer(handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return curl_easy_perform(handle)
            }
        }
        if let failure = taker.failure { throw failure }
        guard result == CURLE_OK || taker.hasEnough else {
            throw Unreachable(description: "\(server): \(String(cString: curl_easy_strerror(result)))")
        }
        var tag: UnsafeMutablePointer<curl_header>?
        let hasTag = curl_easy_header(handle, "ETag", 0, UInt32(CURLH_HEADER), -1, &tag) == CURLHE_OK
        return (curl_status(handle), hasTag ? tag.map { String(cString: $0.pointee.value) } : nil)
    }
}

extension String {
    /// One path segment or query value, percent-encoded.
    var percentEncoded: String {
        addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~"))) ?? ""
    }
}
