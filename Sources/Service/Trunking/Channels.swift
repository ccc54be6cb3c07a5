import Basis
import Dialing

/// A trunk by its operator and its name.
package struct TrunkKey: Hashable, Comparable, Sendable {
    package let operatorID: String
    package let trunk: String

    package static func < (left: TrunkKey, right: TrunkKey) -> Bool { (left.operatorID, left.trunk) < (right.operatorID, right.trunk) }
}

/// How many calls a trunk carries now, and how many it may begin this second (a token bucket one second deep).
struct Channels: Equatable, Sendable {
    enum Limit: Equatable, Sendable { case concurrentCalls(Int), callsPerSecond(Int) }

    private(set) var inUse = 0
    /// In billionths of a call, so that nothing is rounded away.
    private var tokens: Int64 = 0
    private var filledAt: Instant?

    private static let call: Int64 = 1_000_000_000

    /// Takes a channel, or names the limit that stands against it and takes nothing.
    mutating func claim(_ trunk: Trunk, at now: Instant) -> Limit? {
        if let most = trunk.maxConcurrentCalls, inUse >= most { return .concurrentCalls(most) }
        if let rate = trunk.maxCallsPerSecond {
            fill(rate, at: now)
            guard tokens >= Self.call else { return .callsPerSecond(rate) }
            tokens -= Self.call
        }
        inUse += 1
        return nil
    }

    /// When the next call may begin as far as the rate goes; nil when no rate is in its way.
    mutating func nextCall(_ trunk: Trunk, at now: Instant) -> Instant? {
        guard let rate = trunk.maxCallsPerSecond else { return nil }
        fill(rate, at: now)
        let missing = Self.call - tokens
        return missing <= 0 ? nil : now + .nanoseconds((missing + Int64(rate) - 1) / Int64(rate))
    }

    mutating func release() {
        precondition(inUse > 0, "a channel was given back twice")
        inUse -= 1
    }

    private mutating func fill(_ rate: Int, at now: Instant) {
        let full = Int64(rate) * Self.call
        guard let filledAt else {
            (tokens, self.filledAt) = (full, now)
            return
        }
        let passed = min(max(0, (now - filledAt).nanoseconds), Self.call)
        tokens = min(full, tokens + passed * Int64(rate))
        self.filledAt = now
    }
}
