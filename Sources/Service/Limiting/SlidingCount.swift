import Basis

/// How often something happened in the last while, in slices: what happened falls out a slice at a time.
struct SlidingCount: Equatable, Sendable {
    static let slices = 12

    private var counts = Array(repeating: 0, count: Self.slices)
    private var newest: Int64 = 0

    /// The number of the slice that `now` is in, when all slices together are `span` long; negative before the clock's beginning.
    static func slice(_ now: Instant, of span: Duration) -> Int64 {
        let length = span.nanoseconds / Int64(slices)
        return now.nanoseconds >= 0 ? now.nanoseconds / length : (now.nanoseconds + 1) / length - 1
    }

    /// What happened too long before the newest counts no more.
    mutating func add(at slice: Int64) {
        advance(to: slice)
        guard slice > newest - Int64(Self.slices) else { return }
        counts[Self.index(slice)] += 1
    }

    /// Takes back one ``add(at:)``.
    mutating func remove(at slice: Int64) {
        guard slice > newest - Int64(Self.slices), counts[Self.index(slice)] > 0 else { return }
        counts[Self.index(slice)] -= 1
    }

    mutating func sum(at slice: Int64) -> Int {
        advance(to: slice)
        return counts.reduce(0, +)
    }

    /// How many slices have to pass until the sum is below `limit`.
    mutating func slicesUntil(below limit: Int, at slice: Int64) -> Int {
        var left = sum(at: slice), passed = 0
        while left >= limit, passed < Self.slices {
            passed += 1
            left -= counts[Self.index(slice + Int64(passed))]
        }
        return passed
    }

    private static func index(_ slice: Int64) -> Int {
        let rest = Int(slice % Int64(slices))
        return rest < 0 ? rest + slices : rest
    }

    private mutating func advance(to slice: Int64) {
        guard slice > newest else { return }
        for step in 0..<min(slice - newest, Int64(Self.slices)) { counts[Self.index(slice - step)] = 0 }
        newest = slice
    }
}
