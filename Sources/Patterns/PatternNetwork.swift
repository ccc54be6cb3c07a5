/// A pattern as a network of states in Thompson's manner, made back to front, and the sets of symbol states that follow one another.
struct PatternNetwork {
    /// The most states; patterns that need more are left to PCRE2.
    static let stateLimit = 2_048

    private enum State {
        case symbol(SymbolSet, next: Int)
        case either(Int, Int)
        case start(next: Int)
        case end(next: Int)
        case accept
    }
    private struct TooLarge: Error {}
    /// No subject has more symbols than this: `+` and the digits.
    private static let symbolLimit = E164Digits.lengthLimit + 1

    private var states: [State] = [.accept]
    private var entry = 0

    /// Nil if the pattern needs more than ``stateLimit`` states.
    init?(_ root: PatternNode) {
        guard let entry = try? add(root, before: 0) else { return nil }
        self.entry = entry
    }

    private mutating func add(_ state: State) throws(TooLarge) -> Int {
        guard states.count < Self.stateLimit else { throw TooLarge() }
        states.append(state)
        return states.count - 1
    }

    private mutating func add(_ node: PatternNode, before next: Int) throws(TooLarge) -> Int {
        switch node {
        case .symbols(let set, _, _): return try add(.symbol(set, next: next))
        case .start: return try add(.start(next: next))
        case .end: return try add(.end(next: next))
        case .sequence(let items):
            var first = next
            for item in items.reversed() { first = try add(item, before: first) }
            return first
        case .alternatives(let branches):
            var first = try add(branches[branches.count - 1], before: next)
            for branch in branches.dropLast().reversed() { first = try add(.either(add(branch, before: next), first)) }
            return first
        case .repeated(let item, let least, let most, _): return try add(item, least, most, before: next)
        }
    }

    /// Beyond one more repetition than there are symbols, further ones are empty and change nothing.
    private mutating func add(_ item: PatternNode, _ least: Int, _ most: Int?, before next: Int) throws(TooLarge) -> Int {
        let least = min(least, Self.symbolLimit + 1)
        var first = next
        if let most, most <= Self.symbolLimit {
            for _ in least..<max(least, most) { first = try add(.either(add(item, before: first), next)) }
        } else {
            first = try add(.either(next, next))
            states[first] = .either(try add(item, before: first), next)
        }
        for _ in 0..<least { first = try add(item, before: first) }
        return first
    }
}

extension PatternNetwork {
    /// The network without its empty steps. The two highest members of a set of positions tell whether the pattern has matched already, and
    /// whether it matches if the number ends here.
    struct Positions {
        let words: Int
        let matchedBit: Int
        var endsBit: Int { matchedBit + 1 }
        /// Before any symbol.
        var atStart: PositionSet
        /// What a search that begins after the first symbol or later can be at.
        var later: PositionSet
        /// For each position, what follows it.
        var following: [PositionSet] = []
        /// For each symbol, the positions that take it.
        var taking: [PositionSet]

        fileprivate init(count: Int) {
            matchedBit = count
            words = (count + 2 + 63) / 64
            atStart = PositionSet(words: words)
            later = atStart
            taking = Array(repeating: atStart, count: 11)
        }
    }

    func positions() -> Positions {
        var numbering = Array(repeating: -1, count: states.count), symbols: [(set: SymbolSet, next: Int)] = []
        for (index, state) in states.enumerated() {
            guard case .symbol(let set, let next) = state, set != .none else { continue }
            numbering[index] = symbols.count
            symbols.append((set, next))
        }
        var positions = Positions(count: symbols.count)
        positions.atStart = closure(of: entry, isStart: true, numbering, positions)
        positions.later = closure(of: entry, isStart: false, numbering, positions)
        for (position, (set, next)) in symbols.enumerated() {
            positions.following.append(closure(of: next, isStart: false, numbering, positions))
            for symbol in 0...10 where set.bits >> UInt16(symbol) & 1 == 1 { positions.taking[symbol].insert(position) }
        }
        return positions
    }

    private func closure(of first: Int, isStart: Bool, _ numbering: [Int], _ positions: Positions) -> PositionSet {
        var set = PositionSet(words: positions.words)
        var seen = Array(repeating: UInt8(0), count: states.count)
        var pending = [(state: first, isEnd: false)]
        while let (state, isEnd) = pending.popLast() {
            let mark: UInt8 = isEnd ? 2 : 1
            if seen[state] & mark != 0 { continue }
            seen[state] |= mark
            switch states[state] {
            case .symbol: if !isEnd, numbering[state] >= 0 { set.insert(numbering[state]) }
            case .either(let one, let other): pending += [(one, isEnd), (other, isEnd)]
            case .start(let next): if isStart { pending.append((next, isEnd)) }
            case .end(let next): pending.append((next, true))
            case .accept: set.insert(isEnd ? positions.endsBit : positions.matchedBit)
            }
        }
        return set
    }
}

/// A set of positions. Up to 64 of them, as nearly always, take no memory of their own.
struct PositionSet: Hashable {
    private var first: UInt64 = 0
    private var rest: [UInt64]

    init(words: Int) { rest = words > 1 ? Array(repeating: 0, count: words - 1) : [] }

    var isEmpty: Bool { first == 0 && rest.allSatisfy { $0 == 0 } }

    func contains(_ position: Int) -> Bool {
        (position < 64 ? first : rest[position / 64 - 1]) >> UInt64(position % 64) & 1 == 1
    }

    mutating func insert(_ position: Int) {
        let bit: UInt64 = 1 << UInt64(position % 64)
        if position < 64 { first |= bit } else { rest[position / 64 - 1] |= bit }
    }

    mutating func formUnion(_ other: PositionSet) {
        first |= other.first
        for index in rest.indices { rest[index] |= other.rest[index] }
    }

    /// Calls `body` with each position that is in both.
    func forEach(alsoIn other: PositionSet, _ body: (Int) -> Void) {
        func visit(_ word: UInt64, from start: Int) {
            var bits = word
            while bits != 0 {
                body(start + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
        visit(first & other.first, from: 0)
        for index in rest.indices { visit(rest[index] & other.rest[index], from: 64 * (index + 1)) }
    }
}
