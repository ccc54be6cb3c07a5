import Basis

/// Where connections failed lately, and until when nothing is tried there: the pause doubles from failure to failure.
struct Backoff {
    private struct Pause {
        let until: Instant
        let length: Duration
        let failure: TransportFailure
    }

    private var pauses: [Peer: Pause] = [:]
    private let settings: TransportSettings

    init(_ settings: TransportSettings) { self.settings = settings }

    /// What failed there, while the pause lasts.
    func failure(of peer: Peer, at now: Instant) -> TransportFailure? {
        guard let pause = pauses[peer], now < pause.until else { return nil }
        return pause.failure
    }

    mutating func failed(_ peer: Peer, _ failure: TransportFailure, at now: Instant) {
        let length = pauses[peer].map { min($0.length * 2, settings.retryAfterMost) } ?? settings.retryAfter
        if pauses[peer] == nil, pauses.count >= settings.rememberedLimit { pauses = pauses.filter { now < $0.value.until } }
        guard pauses.count < settings.rememberedLimit else { return }
        pauses[peer] = Pause(until: now + length, length: length, failure: failure)
    }

    mutating func succeeded(_ peer: Peer) { pauses[peer] = nil }
}
