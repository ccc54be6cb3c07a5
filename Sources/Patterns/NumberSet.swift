/// The E.164 numbers that a pattern matches, exactly, as the smallest acyclic automaton over their digits.
///
/// Equal sets have equal automata. A node is a word: either the lengths that match whatever digits follow (bit n for n digits in all), or, with
/// ``branch`` set, the offset of a record in `words`: whether a number that ends here matches, then for each child its digits and its node.
struct NumberSet: Sendable, Equatable {
    /// The most nodes met in the making; patterns that need more are left to PCRE2.
    static let nodeLimit = 4_096
    static let branch: UInt32 = 1 << 16

    let root: UInt32
    private let words: [UInt32]

    var isEmpty: Bool { root == 0 }

    /// Nil if the set would grow past its limits.
    init?(_ pattern: PatternNode) {
        guard let network = PatternNetwork(pattern) else { return nil }
        var maker = Maker(network.positions())
        guard let root = try? maker.root() else { return nil }
        self.root = root
        words = maker.words
    }

    /// All lengths from `depth` digits on, as the word of a node.
    static func lengths(from depth: Int) -> UInt32 { 0xFFFF & ~((1 << UInt32(max(depth, 1))) - 1) }

    func contains(_ number: E164Digits) -> Bool {
        var node = root, rest = number.packed
        for _ in 0..<number.count where node & Self.branch != 0 {
            let digit = UInt32(truncatingIfNeeded: rest >> 60)
            rest <<= 4
            node = children(of: node).first { $0.digits >> digit & 1 == 1 }?.node ?? 0
        }
        return contains(at: node, endingAt: number.count)
    }

    /// Whether a number of `count` digits whose digits led to `node` matches.
    func contains(at node: UInt32, endingAt count: Int) -> Bool {
        node & Self.branch != 0 ? words[Int(node & 0xFFFF)] & 1 == 1 : node >> UInt32(count) & 1 == 1
    }

    /// The living children of a branch: a bit set of digits, and the node that they lead to.
    func children(of node: UInt32) -> some Sequence<(digits: UInt32, node: UInt32)> {
        let offset = Int(node & 0xFFFF)
        return words[(offset + 1)..<(offset + 1 + Int(words[offset] >> 1))].lazy.map { ($0 >> 17, $0 & 0x1FFFF) }
    }
}

extension NumberSet {
    /// Determinises a network from the front and merges equal nodes from the back.
    private struct Maker {
        struct TooLarge: Error {}
        struct Key: Hashable {
            let set: PositionSet
            let depth: Int
        }
        let positions: PatternNetwork.Positions
        /// Digits that every position takes alike, each with the bit set of its digits.
        let classes: [(symbol: Int, digits: UInt32)]
        var words: [UInt32] = []
        var made: [Key: UInt32] = [:]
        var records: [[UInt32]: UInt32] = [:]

        init(_ positions: PatternNetwork.Positions) {
            self.positions = positions
            var classes: [(symbol: Int, digits: UInt32)] = []
            for digit in 0..<10 {
                if let like = classes.firstIndex(where: { positions.taking[$0.symbol] == positions.taking[digit] }) {
                    classes[like].digits |= 1 << UInt32(digit)
                } else {
                    classes.append((digit, 1 << UInt32(digit)))
                }
            }
            self.classes = classes
        }

        mutating func root() throws(TooLarge) -> UInt32 {
            if positions.atStart.contains(positions.matchedBit) { return NumberSet.lengths(from: 0) }
            return try node(step(positions.atStart, 10), depth: 0)
        }

        func step(_ set: PositionSet, _ symbol: Int) -> PositionSet {
            var next = positions.later
            set.forEach(alsoIn: positions.taking[symbol]) { next.formUnion(positions.following[$0]) }
            return next
        }

        mutating func node(_ set: PositionSet, depth: Int) throws(TooLarge) -> UInt32 {
            if set.isEmpty { return 0 }
            if set.contains(positions.matchedBit) { return NumberSet.lengths(from: depth) }
            let endsHere: UInt32 = depth > 0 && set.contains(positions.endsBit) ? 1 : 0
            if depth == E164Digits.lengthLimit { return endsHere << UInt32(depth) }
            let key = Key(set: set, depth: depth)
            if let node = made[key] { return node }
            guard made.count < NumberSet.nodeLimit else { throw TooLarge() }
            var children: [(digits: UInt32, node: UInt32)] = []
            children.reserveCapacity(classes.count)
            for (symbol, digits) in classes {
                let child = try node(step(set, symbol), depth: depth + 1)
                if let same = children.firstIndex(where: { $0.node == child }) {
                    children[same].digits |= digits
                } else {
                    children.append((digits, child))
                }
            }
            let node = try merged(children, endsHere, depth)
            made[key] = node
            return node
        }

        mutating func merged(_ children: [(digits: UInt32, node: UInt32)], _ endsHere: UInt32, _ depth: Int) throws(TooLarge) -> UInt32 {
            if children.count == 1, children[0].node & NumberSet.branch == 0 { return children[0].node | endsHere << UInt32(depth) }
            let living = children.filter { $0.node != 0 }
            let record = [UInt32(living.count) << 1 | endsHere] + living.map { $0.digits << 17 | $0.node }
            if let node = records[record] { return node }
            guard words.count + record.count <= 0xFFFF else { throw TooLarge() }
            let node = NumberSet.branch | UInt32(words.count)
            words += record
            records[record] = node
            return node
        }
    }
}
