import Basis

/// The timers of RFC 3261 §17 (table 4) from which all others follow.
package struct Timers: Sendable {
    /// Estimated round trip.
    package var t1 = Interval(.milliseconds(500))
    /// Longest interval between retransmissions of anything but an INVITE.
    package var t2 = Interval(.seconds(4))
    /// How long a message may stay in the network.
    package var t4 = Interval(.seconds(5))

    package init() {}

    /// 64 × T1: timers B, F, H, L and M, the wait for a 487 (§9.1), and how long an ended call still answers.
    package var timeout: Interval { t1 * 64 }
    /// How long a request that nobody answers waits at an address where its name leads to another one as well (RFC 3263 §4.3), in place of
    /// timers B and F, so that a phone is hung up in time.
    var elsewhere: Interval { t1 * 8 }
    /// Timer D, at least 32 s (§17.1.1.2).
    var timerD: Interval { max(Self.leastTimerD, timeout) }
    private static let leastTimerD = Interval(.seconds(32))
}
