/// Finds a text in others byte by byte, as .NET's ordinal comparison does, in a time that grows with their lengths alone (Knuth, Morris and
/// Pratt).
struct TextFinding {
    private let part: [UInt8]
    /// How much of the part still stands where the byte behind so much of it does not fit.
    private let fallback: [Int32]

    /// The part has a byte at least.
    init(_ part: String) {
        let part = Array(part.utf8)
        var fallback = [Int32](repeating: 0, count: part.count + 1), length = 0
        for index in part.indices.dropFirst() {
            while length > 0, part[index] != part[length] { length = Int(fallback[length]) }
            if part[index] == part[length] { length += 1 }
            fallback[index + 1] = Int32(length)
        }
        (self.part, self.fallback) = (part, fallback)
    }

    /// Where it stands in the text, one behind the other.
    func places(in text: [UInt8], atMost limit: Int) -> [Range<Int>] {
        var found: [Range<Int>] = []
        guard limit > 0 else { return [] }
        each(in: text) { place in
            found.append(place)
            return found.count < limit
        }
        return found
    }

    /// Where it stands last.
    func last(in text: [UInt8]) -> Int? {
        var last: Int?
        each(in: text, isOverlapping: true) { place in
            last = place.lowerBound
            return true
        }
        return last
    }

    /// Tells of each place, of those that overlap the one before as well where that is wanted, until one is enough.
    func each(in text: [UInt8], isOverlapping: Bool = false, _ goesOn: (Range<Int>) -> Bool) {
        var length = 0
        for index in text.indices {
            while length > 0, length == part.count || text[index] != part[length] { length = Int(fallback[length]) }
            if text[index] == part[length] { length += 1 }
            guard length == part.count else { continue }
            guard goesOn(index + 1 - length..<index + 1) else { return }
            if !isOverlapping { length = 0 }
        }
    }
}
