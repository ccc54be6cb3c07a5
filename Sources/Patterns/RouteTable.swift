/// The routes of a policy in decision order, compiled so that a look-up costs the same for ten routes and for a hundred thousand.
///
/// It answers what asking every pattern in order would: the first group (usage) in which any pattern matches, and all entries of that
/// group that match (domain reference §4.2). Immutable, so safe to share.
package final class RouteTable: @unchecked Sendable {
    /// A route: its pattern and the rank of its usage.
    package struct Entry: Sendable {
        package let pattern: Pattern
        package let group: Int

        package init(pattern: Pattern, group: Int) {
            self.pattern = pattern
            self.group = group
        }
    }

    /// What a table may cost. Past it, the table branches on fewer digits and asks the remaining candidates one by one.
    package struct Limits: Sendable {
        package let bytes: Int
        /// Entries looked at in the making, over all branches; nil for as many as tables of prefixes need ten times over.
        package let steps: Int?

        package init(bytes: Int = 32 << 20, steps: Int? = nil) {
            self.bytes = bytes
            self.steps = steps
        }

        /// Some 20 ns each, so that a few wide patterns cannot hold up the change that brings them.
        func steps(entries: Int) -> Int { steps ?? min(200_000 + 500 * entries, 20_000_000) }
    }

    /// How the table answers, for metrics and warnings.
    package enum Shape: Sendable, Equatable {
        /// One automaton decides, but for `asked` entries that only PCRE2 can decide.
        case automaton(branches: Int, bytes: Int, asked: Int)
        /// The first digits choose candidates, which are then asked in order.
        case index(digits: Int, branches: Int, bytes: Int, asked: Int)
        /// Every entry is asked in order, as both other shapes would have grown past the limits.
        case inOrder(bytes: Int, asked: Int)

        /// How many entries only PCRE2 can decide.
        package var asked: Int {
            switch self {
            case .automaton(_, _, let asked), .index(_, _, _, let asked), .inOrder(_, let asked): asked
            }
        }

        /// Memory of the table itself, without the patterns.
        package var bytes: Int {
            switch self {
            case .automaton(_, let bytes, _), .index(_, _, let bytes, _), .inOrder(let bytes, _): bytes
            }
        }
    }

    /// PCRE2 gave up on an entry that could have decided (see ``Pattern/Undecided``).
    package struct Undecided: Error, Equatable {
        package let entry: Int
        package let code: Int32
        /// Entries of the same group that stand before it and match.
        package let found: [Int]
    }

    /// The answer of a look-up: how many entries match and their group. Which they are, the table tells with ``RouteTable/entry(_:of:in:)``.
    ///
    /// Three half-words, so that it travels in registers.
    package struct Matches: Sendable {
        private let count32: UInt32
        private let group32: Int32
        /// Where the entries are in the table's cells.
        fileprivate let offset: UInt32

        fileprivate static let inScratch = UInt32.max

        fileprivate init(count: UInt32, group: Int32, offset: UInt32) {
            (count32, group32, self.offset) = (count, group, offset)
        }

        package var count: Int { Int(count32) }
        package var isEmpty: Bool { count32 == 0 }
        /// The group of the entries, nil if there are none.
        package var group: Int? { isEmpty ? nil : Int(group32) }
    }

    package let shape: Shape
    /// Entries that no number can reach, since whatever they match an earlier group matches. Those that only PCRE2 can decide are never here.
    package let unreachable: [Int]
    /// Entries that are never the first choice. Contains ``unreachable``; again without those that only PCRE2 can decide.
    package let neverFirst: [Int]

    private let entries: [Entry]
    private let asked: [UInt32]
    private let hasAsked: Bool
    private let cells: UnsafeMutableBufferPointer<UInt32>
    /// The nodes reached by the first bits of a number, inside the cells.
    private let root: UnsafeMutablePointer<UInt32>
    private let rootBits: UInt64

    /// - Parameter entries: in decision order: groups ascending, inside a group by priority.
    package init(_ entries: [Entry], limits: Limits = Limits()) {
        precondition(zip(entries, entries.dropFirst()).allSatisfy { $0.group <= $1.group }, "entries are in decision order")
        let plan = RouteTablePlan.make(entries, limits)
        self.entries = entries
        asked = plan.asked
        hasAsked = !plan.asked.isEmpty
        rootBits = UInt64(plan.rootDigits * 4)
        shape = plan.shape
        (unreachable, neverFirst) = plan.shadowed()
        cells = .allocate(capacity: plan.cells.count)
        _ = cells.initialize(from: plan.cells)
        root = cells.baseAddress! + plan.rootOffset
    }

    deinit { cells.deallocate() }

    /// The first group with a match and its matching entries, in order. Valid with this table and, until its next use, this scratch.
    package func matches(_ number: E164Digits, using scratch: borrowing Pattern.Scratch) throws(Undecided) -> Matches {
        let cells = cells.baseAddress.unsafelyUnwrapped
        var node = root[Int(truncatingIfNeeded: number.packed &>> (64 &- rootBits))]
        var rest = number.packed &<< rootBits
        while node < Cell.leaf {
            node = cells[Int(truncatingIfNeeded: node) &+ Int(truncatingIfNeeded: rest >> 60)]
            rest <<= 4
        }
        while node < Cell.decided {
            let leaf = cells + Int(truncatingIfNeeded: node & Cell.offset)
            node = leaf[1 &+ Int(truncatingIfNeeded: leaf[0] >> UInt32(truncatingIfNeeded: number.packed & 15) & 1)]
        }
        if node < Cell.candidates, !hasAsked { return decided(node) }
        return try ask(node, number, using: scratch)
    }

    /// The index, in the list that the table was made of, of a look-up's match.
    package func entry(_ index: Int, of matches: Matches, in scratch: borrowing Pattern.Scratch) -> Int {
        precondition(index >= 0 && index < matches.count)
        return Int(matches.offset == Matches.inScratch ? scratch.found.entries[index] : cells[Int(matches.offset) + index])
    }

    /// The indices of all matches of a look-up, in order.
    package func entries(of matches: Matches, in scratch: borrowing Pattern.Scratch) -> [Int] {
        var entries: [Int] = []
        entries.reserveCapacity(matches.count)
        for index in 0..<matches.count { entries.append(entry(index, of: matches, in: scratch)) }
        return entries
    }

    private func decided(_ node: UInt32) -> Matches {
        let offset = node & Cell.offset
        let list = cells.baseAddress.unsafelyUnwrapped + Int(truncatingIfNeeded: offset)
        return Matches(count: list[1], group: Int32(bitPattern: list[0]), offset: offset &+ 2)
    }
}

extension RouteTable {
    /// Goes through candidates and decided entries, both in decision order, until a group has a match and has been gone through.
    private func ask(_ node: UInt32, _ number: E164Digits, using scratch: borrowing Pattern.Scratch) throws(Undecided) -> Matches {
        let offset = Int(node & Cell.offset)
        let list = cells[(offset + 2)..<(offset + 2 + Int(cells[offset + 1]))]
        let isDecided = node < Cell.candidates
        var decided = isDecided ? list : list.prefix(0)
        let found = scratch.found
        found.entries.removeAll(keepingCapacity: true)
        var group = Int.max
        func take(_ entry: UInt32) {
            group = entries[Int(entry)].group
            found.entries.append(entry)
        }
        for index in 0..<(isDecided ? asked.count : list.count) {
            let candidate = isDecided ? asked[index] : list[list.startIndex + index]
            while let entry = decided.first, entry < candidate, entries[Int(entry)].group <= group { take(decided.removeFirst()) }
            if entries[Int(candidate)].group > group { break }
            if try answer(of: candidate, number, using: scratch) { take(candidate) }
        }
        while let entry = decided.first, entries[Int(entry)].group <= group { take(decided.removeFirst()) }
        return Matches(count: UInt32(found.entries.count), group: Int32(truncatingIfNeeded: group), offset: Matches.inScratch)
    }

    private func answer(of entry: UInt32, _ number: E164Digits, using scratch: borrowing Pattern.Scratch) throws(Undecided) -> Bool {
        let pattern = entries[Int(entry)].pattern
        if let numbers = pattern.numbers { return numbers.contains(number) }
        do throws(Pattern.Undecided) {
            return try pattern.matches(number, using: scratch)
        } catch {
            throw Undecided(entry: Int(entry), code: error.code, found: scratch.found.entries.map(Int.init))
        }
    }
}

extension Pattern {
    /// Grows to the longest answer of a table's slow path, and is kept.
    final class FoundEntries {
        var entries: [UInt32] = []
    }
}
