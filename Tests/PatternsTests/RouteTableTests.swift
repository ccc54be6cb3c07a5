import Patterns
import Testing

struct RouteTableTests: ~Copyable {
    private let scratch = Pattern.Scratch()

    private func table(_ groups: [[String]], _ limits: RouteTable.Limits = .init()) throws -> RouteTable {
        var entries: [RouteTable.Entry] = []
        for (group, sources) in groups.enumerated() {
            for source in sources { entries.append(.init(pattern: try Pattern(source), group: group)) }
        }
        return RouteTable(entries, limits: limits)
    }

    private func answer(_ table: RouteTable, _ text: String) throws -> (group: Int?, entries: [Int]) {
        let matches = try table.matches(E164Digits(text)!, using: scratch)
        return (matches.group, table.entries(of: matches, in: scratch))
    }

    private func expect(_ table: RouteTable, _ text: String, _ group: Int?, _ entries: [Int]) throws {
        let answer = try answer(table, text)
        #expect(answer.group == group && answer.entries == entries, "\(text): \(answer)")
    }

    @Test func firstGroupWithAMatchAndAllItsMatches() throws {
        let table = try table([["^\\+1425\\d{7}$", "^\\+1\\d{10}$"], ["^\\+44", "^\\+1"], ["\\d+"]])
        try expect(table, "+14255550100", 0, [0, 1])
        try expect(table, "+12065550100", 0, [1])
        try expect(table, "+1206", 1, [3])
        try expect(table, "+442079460000", 1, [2])
        try expect(table, "+4", 2, [4])
        #expect(table.shape == .automaton(branches: 5, bytes: table.shape.bytes, asked: 0))
    }

    @Test func nothingMatches() throws {
        try expect(try table([]), "+1", nil, [])
        try expect(try table([["^\\+44"]]), "+1", nil, [])
        try expect(try table([["^\\+44\\d$", "^ "]]), "+44", nil, [])
    }

    @Test func whatOnlyPCRE2CanDecideKeepsItsPlace() throws {
        let table = try table([["^\\+(?=1)\\d+5$"], ["^\\+12", "^\\+(?!2)\\d", "^\\+1"], ["^\\+(?!9)", "\\d+"]])
        try expect(table, "+125", 0, [0])
        try expect(table, "+126", 1, [1, 2, 3])
        try expect(table, "+16", 1, [2, 3])
        try expect(table, "+26", 2, [4, 5])
        try expect(table, "+9", 1, [2])
        #expect(table.shape == .automaton(branches: 2, bytes: table.shape.bytes, asked: 3))
    }

    @Test func givingUpNamesTheEntry() throws {
        let table = try table([["^\\+44"], ["^\\+1", "^\\+(?=1)(\\d+)+[xy]$"], ["\\d+"]])
        let error = #expect(throws: RouteTable.Undecided.self) { try table.matches(E164Digits("+123456789012345")!, using: scratch) }
        #expect(error?.entry == 2 && error?.code == -47 && error?.found == [1])
        try expect(table, "+441234567890", 0, [0])
        try expect(table, "+49", 2, [3])
    }

    @Test func shadowedEntries() throws {
        let table = try table([
            ["^\\+1", "^\\+1425", "^\\+44"], ["^\\+44\\d+", "(?!)", "^\\+4", "^ "], ["\\d+"], ["^\\+49"],
        ])
        #expect(table.unreachable == [3, 6, 8])
        #expect(table.neverFirst == [1, 3, 6, 8])
    }

    /// Searches for digits inside the number: the automaton has to remember which have been seen.
    private static let scattered = [(0..<40).map { "\($0 * 7 % 10)\($0 * 3 % 10)\\d*\($0 / 4)" }]

    @Test func limitsMakeAnIndexAndThenAskInOrder() throws {
        let whole = try table([["^\\+1234567\\d", "^\\+12", "^\\+(?!3)"], ["\\d+"]])
        let index = try table(Self.scattered, .init(steps: 60_000))
        let small = try table(Self.scattered, .init(bytes: 5_000))
        let inOrder = try table(Self.scattered, .init(steps: 100))
        guard case .automaton(_, _, asked: 1) = whole.shape, case .index = index.shape, case .index = small.shape,
            case .inOrder(_, asked: 0) = inOrder.shape
        else {
            Issue.record("\(whole.shape) \(index.shape) \(small.shape) \(inOrder.shape)")
            return
        }
        #expect(small.shape.bytes < 7_000)
        for number in 0..<500 {
            let text = "+\(number * 7_919_317 + 1)"
            let answers = (try answer(index, text), try answer(small, text), try answer(inOrder, text))
            #expect(answers.0 == answers.2 && answers.1 == answers.2, "\(text)")
        }
    }

    @Test func widePrefixTablesTakeThreeDigitsAtOnce() throws {
        let table = try table([(0..<2_000).map { "^\\+\($0 * 37 + 10_000)" }, ["\\d+"]])
        for number in stride(from: 0, to: 2_000, by: 13) { try expect(table, "+\(number * 37 + 10_000)55", 0, [number]) }
        for text in ["+1", "+12", "+123", "+1000", "+10001"] { try expect(table, text, 1, [2_000]) }
    }
}
