import Basis
import Dialing

/// A trunk by its operator and its name.
package struct TrunkKey: Hashable, Sendable {
    package let operatorID: String
    package let trunk: String
}

/// How many calls a trunk carries now, and how many it may begin this second (a token bucket one second deep).
struct Channels {
    enum Limit: Equatable { case concurrentCalls(Int), callsPerSecond(Int) }

    private(set) var inUse = 0
    private var tokens = 0.0
    private var filledAt: Instant?

    /// Takes a channel, or names the limit that stands against it and takes nothing.
    mutating func claim(_ trunk: Trunk, at now: Instant) -> Limit? {
        if let most = trunk.maxConcurrentCalls, inUse >= most { return .concurrentCalls(most) }
        if let rate = trunk.maxCallsPerSecond {
            let full = Double(rate)
            let gained = filledAt.map { Double((now - $0).nanoseconds) / 1e9 * full } ?? full
            tokens = min(full, tokens + gained)
            filledAt = now
            guard tokens >= 1 else { return .callsPerSecond(rate) }
            tokens -= 1
        }
        inUse += 1
        return nil
    }

    mutating func release() {
        precondition(inUse > 0, "a channel was given back twice")
        inUse -= 1
    }
}
