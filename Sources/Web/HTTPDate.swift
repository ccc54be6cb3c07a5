import Basis

/// A time as HTTP writes it (RFC 9110 §5.6.7), `Tue, 24 Nov 2026 07:50:23 GMT`.
package enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    package static func text(_ time: WallTime) -> String {
        let stamp = time.rfc3339
        let parts = stamp.prefix(19).split { "-T".contains($0) }
        let day = Int(time.milliseconds / 86_400_000)
        return "\(days[(day % 7 + 7) % 7]), \(parts[2]) \(months[Int(parts[1])! - 1]) \(parts[0]) \(parts[3]) GMT"
    }
}
