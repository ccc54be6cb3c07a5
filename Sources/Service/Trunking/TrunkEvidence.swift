import SIP

extension Failure {
    /// What a call that failed before it showed any life says of its trunk.
    func event(over transport: Transport) -> Circuit.Event {
        switch kind {
        case .rejected:
            guard let code, let fault = TrunkFault(answer: code) else { return .worked }
            if code == 503, let retryAfter, retryAfter > 0 { return .toldToWait(.seconds(retryAfter)) }
            return .failed(fault)
        case .timedOut: return .failed(.timeout)
        case .unreachable: return .failed(transport == .tls ? .tls : .transport)
        case .answeredInVain, .notKept, .hungUp: return .worked
        case .cancelled, .abandoned, .invalid, .tooMany: return .learntNothing
        }
    }

    /// Whether another address of the same trunk may do better (RFC 3263 §4.3).
    var isOfAddress: Bool {
        switch kind {
        case .unreachable, .timedOut: true
        case .rejected: code == 503
        case .cancelled, .abandoned, .hungUp, .answeredInVain, .notKept, .invalid, .tooMany: false
        }
    }
}

extension ProbeResult {
    /// 503 with a time.
    var toldToWait: Circuit.Event? {
        guard case .answered(503, let seconds?) = self, seconds > 0 else { return nil }
        return .toldToWait(.seconds(seconds))
    }

    /// Any answer that is not about the trunk itself is a sign of life.
    func event(over transport: Transport) -> TrunkHealth.Event {
        switch self {
        case .answered(let code, _): TrunkFault(answer: code).map { .failed($0) } ?? .answered
        case .timedOut: .failed(.timeout)
        case .unreachable: .failed(transport == .tls ? .tls : .transport)
        }
    }
}
