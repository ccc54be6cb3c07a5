/// A moment on the monotonic clock of one world (the event loop's or the simulator's), in nanoseconds since that world began.
///
/// Never compared across processes and never shown to a person; see ``WallTime`` for that.
public struct Instant: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Instant(nanoseconds: 0)
    /// Later than every moment that comes up.
    package static let distantFuture = Instant(nanoseconds: .max)

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &+ duration.nanoseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds &- right.nanoseconds)
    }
}

/// A length of time in whole nanoseconds: what a `Duration` is inside a machine, half its size, and adding one is one instruction.
package struct Interval: Hashable, Comparable, Sendable {
    @usableFromInline let nanoseconds: Int64

    package init(_ duration: Duration) { nanoseconds = duration.nanoseconds }

    @inlinable
    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable
    package static func < (left: Interval, right: Interval) -> Bool { left.nanoseconds < right.nanoseconds }

    @inlinable
    package static func * (interval: Interval, factor: Int64) -> Interval { Interval(nanoseconds: interval.nanoseconds &* factor) }

    @inlinable
    package static func + (instant: Instant, interval: Interval) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &+ interval.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, rounded towards zero; durations beyond 292 years are held at the largest value.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000
    }

    /// Whole milliseconds, rounded up, so that an alarm never rings early.
    package var millisecondsRoundedUp: Int64 {
        let value = nanoseconds
        return value <= 0 ? 0 : (value - 1) / 1_000_000 + 1
    }
}
