import Basis

/// How long a dial-out's events wait after each failure: doubled from 5 seconds to an hour, less up to a half by chance, so that those that
/// failed together do not come back together.
package enum WebhookBackoff {
    package static let first = Duration.seconds(5)
    package static let longest = Duration.seconds(3600)
    /// How long is tried in all before it is a dead letter.
    package static let patience = Duration.seconds(24 * 3600)

    /// After `failures` in a row, from 1.
    package static func delay(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let doubled = failures > 10 ? longest : min(longest, first * (1 << max(0, failures - 1)))
        return .nanoseconds(Int64.random(in: doubled.nanoseconds / 2...doubled.nanoseconds, using: &random))
    }
}
