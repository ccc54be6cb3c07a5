import Basis
import Dialing

/// How many calls a trunk carries now, and how many it may begin this second (a token bucket one second deep).
struct Channels: Equatable, Sendable {
    enum Limit: Equatable, Sendable { case concurrentCalls(Int), callsPerSecond(Int) }

    private(set) var inUse = 0
    /// Claimed, and the INVITE has not left yet.
    private var reserved = 0
    /// In billionths of a call, so that nothing is rounded away.
    private var tokens: Int64 = 0
    private var filledAt: Instant?

    private static let call: Int64 = 1_000_000_000

    /// Takes a channel, or names the limit that stands against it and takes nothing. ``begin(_:at:)`` or ``giveBack(_:at:)`` is to follow.
    mutating func claim(_ trunk: Trunk, at now: Instant) -> Limit? {
        if let most = trunk.maxConcurrentCalls, inUse >= most { return .concurrentCalls(most) }
        if let rate = trunk.maxCallsPerSecond {
            fill(rate, at: now)
            guard tokens >= Self.call else { return .callsPerSecond(rate) }
            tokens -= Self.call
        }
        inUse += 1
        reserved += 1
        return nil
    }

    /// The INVITE of a claimed channel leaves: only now does the rate's bucket begin to fill up for it, however long the claim is ago.
    mutating func begin(_ trunk: Trunk, at now: Instant) {
        precondition(reserved > 0, "a call began without a claim")
        if let rate = trunk.maxCallsPerSecond { fill(rate, at: now) }
        reserved -= 1
    }

    /// Nothing was dialled on a claimed channel: neither the channel nor the rate was used.
    mutating func giveBack(_ trunk: Trunk, at now: Instant) {
        precondition(reserved > 0, "a claim was given back twice")
        if let rate = trunk.maxCallsPerSecond {
            fill(rate, at: now)
            tokens += Self.call
        }
        reserved -= 1
        release()
    }

    /// A call that an earlier start of the service began is still up, whatever the limits say.
    mutating func occupy() { inUse += 1 }

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

    /// An earlier start of the service may have begun as many calls as the rate allows this very moment.
    mutating func empty(at now: Instant) { (tokens, filledAt) = (0, now) }

    private mutating func fill(_ rate: Int, at now: Instant) {
        let full = Int64(rate - reserved) * Self.call
        guard let filledAt else {
            (tokens, self.filledAt) = (full, now)
            return
        }
        let passed = min(max(0, (now - filledAt).nanoseconds), Self.call)
        tokens = min(full, tokens + passed * Int64(rate))
        self.filledAt = now
    }
}
