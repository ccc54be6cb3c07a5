import Basis

/// How often something happened in the last while, in slices: what happened falls out a slice at a time.
struct SlidingCount: Equatable, Sendable {
    static let slices = 12

    private var newest: Int64 = 0
    private var inNewest = 0
    /// What happened in slices before the newest, each at its ``index(_:)``; empty while nothing did, as with most numbers that are dialled.
    private var earlier: [Int] = []

    /// The number of the slice that `now` is in, when all slices together are `span` long; negative before the clock's beginning.
    static func slice(_ now: Instant, of span: Duration) -> Int64 {
        let length = span.nanoseconds / Int64(slices)
        return now.nanoseconds >= 0 ? now.nanoseconds / length : (now.nanoseconds + 1) / length - 1
    }

    /// What happened too long before the newest counts no more.
    mutating func add(at slice: Int64) {
        advance(to: slice)
        change(slice, by: 1)
    }

    /// Takes back one ``add(at:)``.
    mutating func remove(at slice: Int64) {
        if count(in: slice) > 0 { change(slice, by: -1) }
    }

    func sum(at slice: Int64) -> Int {
        let last = max(slice, newest)
        return (last - Int64(Self.slices) + 1...last).reduce(0) { $0 + count(in: $1) }
    }

    /// How many slices have to pass until the sum is below `limit`.
    func slicesUntil(below limit: Int, at slice: Int64) -> Int {
        var left = sum(at: slice), passed = 0
        while left >= limit, passed < Self.slices {
            passed += 1
            left -= count(in: max(slice, newest) - Int64(Self.slices) + Int64(passed))
        }
        return passed
    }

    private func count(in slice: Int64) -> Int {
        if slice == newest { return inNewest }
        return isEarlier(slice) && !earlier.isEmpty ? earlier[Self.index(slice)] : 0
    }

    private mutating func change(_ slice: Int64, by difference: Int) {
        if slice == newest { return inNewest += difference }
        guard isEarlier(slice) else { return }
        if earlier.isEmpty { earlier = Array(repeating: 0, count: Self.slices) }
        earlier[Self.index(slice)] += difference
    }

    private func isEarlier(_ slice: Int64) -> Bool { slice < newest && slice > newest - Int64(Self.slices) }

    private static func index(_ slice: Int64) -> Int {
        let rest = Int(slice % Int64(slices))
        return rest < 0 ? rest + slices : rest
    }

    private mutating func advance(to slice: Int64) {
        guard slice > newest else { return }
        let former = newest, counted = inNewest
        (newest, inNewest) = (slice, 0)
        if slice - former >= Int64(Self.slices) { return earlier = [] }
        if !earlier.isEmpty { for passed in former...slice { earlier[Self.index(passed)] = 0 } }
        if counted > 0 { change(former, by: counted) }
    }
}
