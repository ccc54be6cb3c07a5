import Basis

/// A calendar month in UTC.
package struct Month: Hashable, Comparable, Sendable {
    /// Months since January of the year 0.
    package let index: Int

    package init(index: Int) { self.index = index }

    package init(of time: WallTime) {
        let text = time.rfc3339
        index = (Int(text.prefix(4)) ?? 0) * 12 + (Int(text.dropFirst(5).prefix(2)) ?? 1) - 1
    }

    /// `2026-11`.
    package var name: String {
        func digits(_ value: Int, _ count: Int) -> String { String(String(10_000 + value).suffix(count)) }
        return digits(index / 12, 4) + "-" + digits(index % 12 + 1, 2)
    }

    package static func < (left: Month, right: Month) -> Bool { left.index < right.index }
}
