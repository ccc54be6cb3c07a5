/// What speaks against a trunk (issue "Failover, health, limits": transport, TLS, timeout, code).
enum TrunkFault: Hashable, Sendable {
    /// Nothing gets there, or the connection broke.
    case transport
    /// Nothing gets there on a trunk whose transport is TLS.
    case tls
    /// No answer in time.
    case timeout
    /// A final answer that says the trunk cannot serve.
    case code(Int)

    var name: String {
        switch self {
        case .transport: "transport"
        case .tls: "tls"
        case .timeout: "timeout"
        case .code: "code"
        }
    }

    var code: Int? {
        switch self {
        case .code(let code): code
        case .transport, .tls, .timeout: nil
        }
    }

    /// A final answer to OPTIONS or INVITE that is about the trunk and not about what was asked: 5xx but 501, 505 and 513 (RFC 3261 §21.5).
    init?(answer code: Int) {
        guard (500..<600).contains(code), ![501, 505, 513].contains(code) else { return nil }
        self = .code(code)
    }
}
