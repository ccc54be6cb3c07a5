/// The words of a route table's one array.
///
/// A node is a kind (the two highest bits) and an offset. A branch, kind 0, holds eleven nodes: one for each next digit and one for the end
/// of the number. A leaf holds a bit set of lengths and two nodes: for lengths outside and inside the set. A list holds its group, its count
/// and entries: all that match, or candidates that have to be asked. At the end is the root: a node for each
/// way to begin, by the first digits packed as in ``E164Digits``.
enum Cell {
    static let leaf: UInt32 = 1 << 30
    static let decided: UInt32 = 2 << 30
    static let candidates: UInt32 = 3 << 30
    static let offset: UInt32 = (1 << 30) - 1
    /// The list without entries.
    static let nothing = decided
    static let nothingWords: [UInt32] = [.max, 0]
}

/// A route table in the making: the patterns' automata are followed in step from the first digit on, and equal nodes are kept once.
struct RouteTablePlan {
    private(set) var cells = Cell.nothingWords
    private(set) var rootOffset = 0
    /// How many digits the first step takes at once.
    private(set) var rootDigits = 2
    /// Entries outside the subset, which only PCRE2 can decide.
    let asked: [UInt32]

    private struct Item: Hashable {
        let entry: UInt32
        let node: UInt32
    }
    private struct Key: Hashable {
        let items: [Item]
        let depth: Int
    }
    private struct Record: Hashable {
        let kind: UInt32
        let words: [UInt32]
    }
    private struct OverLimit: Error {}

    private let sets: [NumberSet?]
    private let groups: [Int32]
    private let limits: RouteTable.Limits
    /// How many digits the table branches on before it lists candidates.
    private let depthLimit: Int
    private var steps = 0
    private var branches = 0
    private var made: [Key: UInt32] = [:]
    private var records = [Record(kind: Cell.decided, words: Cell.nothingWords): Cell.nothing]

    /// Tables with more branches than this begin with three digits at once, 16 KiB, others with two, 1 KiB.
    private static let wideRootBranches = 500

    /// The deepest table that keeps within the limits; one that does not branch at all always does.
    static func make(_ entries: [RouteTable.Entry], _ limits: RouteTable.Limits) -> RouteTablePlan {
        let sets = entries.map(\.pattern.numbers)
        let groups = entries.map { Int32($0.group) }
        for depthLimit in [E164Digits.lengthLimit, 6, 4, 2] {
            if let plan = try? RouteTablePlan(sets, groups, limits, depthLimit) { return plan }
        }
        return RouteTablePlan(inOrder: sets, groups, limits)
    }

    private init(_ sets: [NumberSet?], _ groups: [Int32], _ limits: RouteTable.Limits, _ depthLimit: Int) throws(OverLimit) {
        (self.sets, self.groups, self.limits, self.depthLimit) = (sets, groups, limits, depthLimit)
        asked = sets.indices.filter { sets[$0] == nil }.map(UInt32.init)
        addRoot(try node(items(), depth: 0))
        made = [:]
    }

    private init(inOrder sets: [NumberSet?], _ groups: [Int32], _ limits: RouteTable.Limits) {
        (self.sets, self.groups, self.limits, depthLimit) = (sets, groups, limits, 0)
        asked = sets.indices.filter { sets[$0] == nil }.map(UInt32.init)
        addRoot(candidates(items()))
    }

    var shape: RouteTable.Shape {
        let bytes = cells.count * 4
        switch depthLimit {
        case 0: return .inOrder(bytes: bytes, asked: asked.count)
        case E164Digits.lengthLimit: return .automaton(branches: branches, bytes: bytes, asked: asked.count)
        default: return .index(digits: depthLimit, branches: branches, bytes: bytes, asked: asked.count)
        }
    }

    /// Entries that are in no list, and entries that are at the head of none; candidates count as both.
    func shadowed() -> (unreachable: [Int], neverFirst: [Int]) {
        var isReached = sets.map { $0 == nil }, isFirst = isReached
        for record in records.keys where record.kind >= Cell.decided {
            for (position, entry) in record.words[2...].enumerated() {
                isReached[Int(entry)] = true
                if position == 0 || record.kind == Cell.candidates { isFirst[Int(entry)] = true }
            }
        }
        return (isReached.indices.filter { !isReached[$0] }, isFirst.indices.filter { !isFirst[$0] })
    }

    private func items() -> [Item] {
        var items: [Item] = []
        for (entry, set) in sets.enumerated() {
            if let set, !set.isEmpty { items.append(Item(entry: UInt32(entry), node: set.root)) }
        }
        return items
    }
}

extension RouteTablePlan {
    private mutating func node(_ all: [Item], depth: Int) throws(OverLimit) -> UInt32 {
        let items = undominated(all, depth)
        steps += items.count + 1
        if steps > limits.steps(entries: sets.count) || cells.count * 4 > limits.bytes { throw OverLimit() }
        let key = Key(items: items, depth: depth)
        if let node = made[key] { return node }
        let node = try fresh(items, depth)
        made[key] = node
        return node
    }

    private mutating func fresh(_ items: [Item], _ depth: Int) throws(OverLimit) -> UInt32 {
        if items.isEmpty { return Cell.nothing }
        if items.allSatisfy({ $0.node & NumberSet.branch == 0 }) { return leaf(items, depth) }
        if depth == depthLimit { return candidates(items) }
        var children: [UInt32] = []
        for list in following(items, depth) { children.append(try node(list, depth: depth + 1)) }
        let ending = items.filter { sets[Int($0.entry)]!.contains(at: $0.node, endingAt: depth) }
        return keep(children + [list(ending)], 0)
    }

    /// Without the items of groups that come after one in which, whatever follows, something matches.
    private func undominated(_ items: [Item], _ depth: Int) -> [Item] {
        let all = NumberSet.lengths(from: depth)
        var covered: UInt32 = 0
        for (index, item) in items.enumerated() where item.node & NumberSet.branch == 0 {
            covered |= item.node & all
            guard covered == all else { continue }
            let group = groups[Int(item.entry)]
            let end = items[index...].firstIndex { groups[Int($0.entry)] != group }
            return end.map { Array(items[..<$0]) } ?? items
        }
        return items
    }

    /// What is left of the items after each digit.
    private func following(_ items: [Item], _ depth: Int) -> [[Item]] {
        let longer = NumberSet.lengths(from: depth + 1)
        var lists: [[Item]] = Array(repeating: [], count: 10)
        for item in items {
            if item.node & NumberSet.branch == 0 {
                guard item.node & longer != 0 else { continue }
                for digit in 0..<10 { lists[digit].append(Item(entry: item.entry, node: item.node & longer)) }
                continue
            }
            for child in sets[Int(item.entry)]!.children(of: item.node) {
                var digits = child.digits
                while digits != 0 {
                    lists[digits.trailingZeroBitCount].append(Item(entry: item.entry, node: child.node))
                    digits &= digits - 1
                }
            }
        }
        return lists
    }

    /// A choice by length alone: each answer but the longest number's gets a leaf in front of what was chosen so far.
    private mutating func leaf(_ items: [Item], _ depth: Int) -> UInt32 {
        var answers: [(node: UInt32, lengths: UInt32)] = []
        for length in (max(depth, 1)...E164Digits.lengthLimit).reversed() {
            let node = list(items.filter { $0.node >> UInt32(length) & 1 == 1 })
            if let same = answers.firstIndex(where: { $0.node == node }) {
                answers[same].lengths |= 1 << UInt32(length)
            } else {
                answers.append((node, 1 << UInt32(length)))
            }
        }
        var node = answers[0].node
        for answer in answers.dropFirst() { node = keep([answer.lengths, node, answer.node], Cell.leaf) }
        return node
    }

    /// The items of the first group among those that match.
    private mutating func list(_ matching: [Item]) -> UInt32 {
        guard let first = matching.first else { return Cell.nothing }
        let group = groups[Int(first.entry)]
        let entries = matching.prefix { groups[Int($0.entry)] == group }.map(\.entry)
        steps += entries.count
        return keep([UInt32(bitPattern: group), UInt32(entries.count)] + entries, Cell.decided)
    }

    private mutating func candidates(_ items: [Item]) -> UInt32 {
        let entries = (items.map(\.entry) + asked).sorted()
        return keep([.max, UInt32(entries.count)] + entries, Cell.candidates)
    }

    private mutating func addRoot(_ first: UInt32) {
        if branches > Self.wideRootBranches { rootDigits = 3 }
        var nodes = [first]
        for _ in 0..<rootDigits {
            nodes = nodes.flatMap { node in
                (0..<16).map { next in node < Cell.leaf && next <= E164Digits.filler ? cells[Int(node) + next] : node }
            }
        }
        rootOffset = cells.count
        cells += nodes
    }

    private mutating func keep(_ words: [UInt32], _ kind: UInt32) -> UInt32 {
        let record = Record(kind: kind, words: words)
        if let node = records[record] { return node }
        let node = kind | UInt32(cells.count)
        cells += words
        records[record] = node
        if kind == 0 { branches += 1 }
        return node
    }
}
