internal import Patterns

/// How many route tables there are of each shape, and what they cost. Equal policies share one.
package struct RouteTableCounts: Equatable, Sendable {
    /// One automaton decides, but for what ``askedPatterns`` counts.
    package private(set) var automata = 0
    /// The first digits choose candidates, which are asked one by one.
    package private(set) var indexes = 0
    /// Every pattern is asked in order.
    package private(set) var inOrder = 0
    /// Not compiled, since no decision has needed them.
    package private(set) var pending = 0
    /// Entries of tables that only PCRE2 can decide.
    package private(set) var askedPatterns = 0
    /// Memory of the compiled tables, without the patterns.
    package private(set) var bytes = 0

    init(_ shapes: some Sequence<RouteTable.Shape?>) {
        for shape in shapes {
            switch shape {
            case nil: pending += 1
            case .automaton?: automata += 1
            case .index?: indexes += 1
            case .inOrder?: inOrder += 1
            }
            askedPatterns += shape?.asked ?? 0
            bytes += shape?.bytes ?? 0
        }
    }
}
