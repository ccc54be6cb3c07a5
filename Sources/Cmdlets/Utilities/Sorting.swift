/// The introspective sort of .NET (`Array.Sort`): where values of several types have no one order, theirs follows from which of them are compared.
enum Sorting {
    /// Up to so many are sorted by insertion.
    private static let few = 16

    /// `order` is below zero where the first comes first. It need not be consistent.
    static func sort(_ keys: inout [Int], by order: (Int, Int) -> Int) {
        guard keys.count > 1 else { return }
        sort(&keys, 0..<keys.count, 2 * (keys.count.bitWidth - keys.count.leadingZeroBitCount), order)
    }

    private static func sort(_ keys: inout [Int], _ range: Range<Int>, _ depth: Int, _ order: (Int, Int) -> Int) {
        var end = range.upperBound, depth = depth
        while end - range.lowerBound > 1 {
            let part = range.lowerBound..<end
            if part.count == 3 {
                for (first, second) in [(0, 1), (0, 2), (1, 2)] {
                    swapIfGreater(&keys, part.lowerBound + first, part.lowerBound + second, order)
                }
                return
            }
            guard part.count > few else { return insert(&keys, part, order) }
            guard depth > 0 else { return heapSort(&keys, part, order) }
            depth -= 1
            let pivot = partition(&keys, part, order)
            sort(&keys, pivot + 1..<end, depth, order)
            end = pivot
        }
    }

    private static func swapIfGreater(_ keys: inout [Int], _ first: Int, _ second: Int, _ order: (Int, Int) -> Int) {
        if order(keys[first], keys[second]) > 0 { keys.swapAt(first, second) }
    }

    private static func insert(_ keys: inout [Int], _ range: Range<Int>, _ order: (Int, Int) -> Int) {
        for next in range.dropFirst() {
            let key = keys[next]
            var place = next
            while place > range.lowerBound, order(key, keys[place - 1]) < 0 {
                keys[place] = keys[place - 1]
                place -= 1
            }
            keys[place] = key
        }
    }

    private static func partition(_ keys: inout [Int], _ range: Range<Int>, _ order: (Int, Int) -> Int) -> Int {
        let low = range.lowerBound, high = range.upperBound - 1, middle = low + (high - low) / 2
        for (first, second) in [(low, middle), (low, high), (middle, high)] { swapIfGreater(&keys, first, second, order) }
        let pivot = keys[middle]
        keys.swapAt(middle, high - 1)
        var left = low, right = high - 1
        while left < right {
            repeat { left += 1 } while left < high - 1 && order(keys[left], pivot) < 0
            repeat { right -= 1 } while right > low && order(pivot, keys[right]) < 0
            if left >= right { break }
            keys.swapAt(left, right)
        }
        if left != high - 1 { keys.swapAt(left, high - 1) }
        return left
    }

    private static func heapSort(_ keys: inout [Int], _ range: Range<Int>, _ order: (Int, Int) -> Int) {
        func sink(_ root: Int, _ count: Int) {
            let key = keys[range.lowerBound + root]
            var place = root
            while 2 * place + 1 < count {
                var child = 2 * place + 1
                if child + 1 < count, order(keys[range.lowerBound + child], keys[range.lowerBound + child + 1]) < 0 { child += 1 }
                guard order(key, keys[range.lowerBound + child]) < 0 else { break }
                keys[range.lowerBound + place] = keys[range.lowerBound + child]
                place = child
            }
            keys[range.lowerBound + place] = key
        }
        for root in stride(from: range.count / 2 - 1, through: 0, by: -1) { sink(root, range.count) }
        for last in stride(from: range.count - 1, to: 0, by: -1) {
            keys.swapAt(range.lowerBound, range.lowerBound + last)
            sink(0, last)
        }
    }
}
