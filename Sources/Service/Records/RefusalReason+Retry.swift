import Dialing

extension RefusalReason {
    /// Whether the same request may succeed a little later: it is answered with `Retry-After`.
    var isTransient: Bool { httpStatus == 429 || httpStatus == 503 }
}
