import Basis
internal import CCurl
import Reactor

/// A POST that is to be sent.
package struct HTTPSending: Sendable {
    package let url: String
    /// Each as `Name: value`.
    package let headers: [String]
    package let body: [UInt8]

    package init(url: String, headers: [String], body: [UInt8]) { (self.url, self.headers, self.body) = (url, headers, body) }
}

/// What came of it.
package struct HTTPSent: Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        case answered(Int)
        case unresolved, refusedAddress, unreachable, connectTimeout, timeout, tls
        /// In libcurl's words.
        case broken(String)
    }

    package let result: Result
    /// The beginning of the answer's body.
    package let body: [UInt8]

    package init(_ result: Result, body: [UInt8] = []) { (self.result, self.body) = (result, body) }
}

/// One request while libcurl has it.
final class Transfer {
    let handle: UnsafeMutableRawPointer
    let done: (HTTPSent) -> Void
    private let rules: HTTPSender.Rules
    private let body: [UInt8]
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var answer: [UInt8] = []
    private var headBytes = 0
    private var hasEnough = false
    private var refused = false

    init?(_ request: HTTPSending, _ rules: HTTPSender.Rules, _ done: @escaping (HTTPSent) -> Void) {
        guard let handle = curl_easy_init() else { return nil }
        (self.handle, self.rules, self.done, body) = (handle, rules, done, request.body)
        for header in request.headers + ["Expect:"] { headers = curl_slist_append(headers, header) }
        setRules(request.url)
        setCallbacks()
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
    }

    private func setRules(_ url: String) {
        curl_set_text(handle, CURLOPT_URL, url)
        curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // A proxy of the environment would connect in our place, to whatever address it likes.
        curl_set_text(handle, CURLOPT_PROXY, "")
        curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(rules.connectTime.millisecondsRoundedUp))
        curl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(rules.totalTime.millisecondsRoundedUp))
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // A look-up that is given up must not be waited for: that would hold up the loop.
        curl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        curl_set_text(handle, CURLOPT_USERAGENT, "dialout")
        if let trust = rules.trust { curl_set_text(handle, CURLOPT_CAINFO, trust) }
        curl_set_headers(handle, headers)
        curl_set_long(handle, CURLOPT_POST, 1)
        curl_set_long(handle, CURLOPT_POSTFIELDSIZE, body.count)
        _ = body.withUnsafeBytes { bytes in
            curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        curl_set_write(handle) { bytes, size, count, context in
            transfer(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        curl_set_header_callback(handle) { _, size, count, context in
            transfer(context).takeHead(size * count) ? size * count : 0
        }
        curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context)
        curl_set_open_socket(handle) { context, _, address in transfer(context).open(address!) }
    }

    /// False stops it: what was read is enough.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        answer += bytes.prefix(rules.answerBytes - answer.count)
        hasEnough = answer.count >= rules.answerBytes
        return !hasEnough
    }

    private func takeHead(_ count: Int) -> Bool {
        headBytes += count
        return headBytes <= rules.headBytes
    }

    /// Opens a socket to the very address that will be connected to, if that is allowed: names are never looked up a second time.
    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // What follows the head is as long as the family wants it, not as the type says.
        let head = MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
        guard let wanted = SocketAddress(systemAddress: UnsafeRawPointer(address) + head), rules.mayConnect(wanted) else {
            refused = true
            return curl_socket_t(-1)
        }
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, type, address.pointee.protocol)
    }

    func sent(_ result: CURLcode) -> HTTPSent {
        let status = curl_status(handle)
        if result == CURLE_OK || hasEnough && result == CURLE_WRITE_ERROR { return HTTPSent(.answered(status), body: answer) }
        if refused, curl_was_connected(handle) == 0 { return HTTPSent(.refusedAddress) }
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: return HTTPSent(.unresolved)
        case CURLE_COULDNT_CONNECT: return HTTPSent(.unreachable)
        case CURLE_OPERATION_TIMEDOUT: return HTTPSent(curl_was_connected(handle) != 0 ? .timeout : .connectTimeout)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
            return HTTPSent(.tls)
        default: return HTTPSent(.broken(String(cString: curl_easy_strerror(result))))
        }
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
}
