internal import Patterns
internal import Synchronization

/// A routing policy made ready: its usages in order, each with its routes by priority, ties by creation (domain reference §4.2).
package final class RoutePlan: Sendable {
    let policy: String
    let usages: [Usage]
    /// Every usage's routes one after another; a route of two usages stands twice.
    let routes: [Route]
    /// Shared by all plans with the same patterns in the same usages, whatever the tenant.
    let sharedTable: SharedRouteTable

    /// Answers which of ``routes`` match.
    var table: RouteTable { sharedTable.compiled }

    /// What the table depends on. Equal patterns are one object as long as somebody uses them.
    struct TableKey: Hashable, Sendable {
        let patterns: [ObjectIdentifier]
        /// How many of them each usage has.
        let counts: [Int]
    }

    var tableKey: TableKey { Self.tableKey(usages, routes) }

    static func tableKey(_ usages: [Usage], _ routes: [Route]) -> TableKey {
        TableKey(patterns: routes.map { ObjectIdentifier($0.pattern) }, counts: usages.map(\.routes.count))
    }

    struct Usage: Sendable {
        let name: String
        let routes: Range<Int>
    }

    /// Shared by all plans of the tenant that lead to it.
    final class Route: Sendable {
        let name: String
        let priority: Int
        let pattern: Pattern
        /// The caller ID: the number that the route names, or for gateways the bridge's default.
        let source: E164?
        let operatorID: String?
        /// Tried in random order; none where an operator carries the call.
        let gateways: [CompiledGateway]
        /// What the tenant's own document says against it; ``source`` and ``operatorID``, or ``gateways``, are there if this is nil.
        let fault: Unusable?

        /// Why it cannot carry a call now, by the tenant's document, its number or its operator.
        func fault(_ operators: OperatorStandings, _ holders: NumberHolders, of tenant: String) -> Unusable? {
            fault ?? source.flatMap { holders.fault(of: $0, of: tenant) } ?? operatorID.flatMap(operators.fault(of:))
        }

        init(name: String, priority: Int, pattern: Pattern, target: RouteTargets.Target) {
            self.name = name
            self.priority = priority
            self.pattern = pattern
            (source, operatorID, gateways, fault) = (target.source, target.operatorID, target.gateways, target.fault)
        }

        /// Where it leads, and as which caller.
        struct Target: Hashable {
            let source: E164?
            let operatorID: String?
            let gateways: [String]
        }

        var whereTo: Target { Target(source: source, operatorID: operatorID, gateways: gateways.map(\.name)) }
    }

    /// A usage of a plan whose routes were all asked in vain. Equal when the same questions were asked.
    package struct UsageReference: Equatable, Sendable {
        let plan: RoutePlan
        let index: Int

        var usage: Usage { plan.usages[index] }
        var routes: ArraySlice<Route> { plan.routes[usage.routes] }

        package static func == (left: UsageReference, right: UsageReference) -> Bool {
            left.usage.name == right.usage.name
                && left.routes.elementsEqual(right.routes) { $0.name == $1.name && $0.pattern.source == $1.pattern.source }
        }
    }

    init(policy: String, usages: [Usage], routes: [Route], table: SharedRouteTable) {
        self.policy = policy
        self.usages = usages
        self.routes = routes
        sharedTable = table
    }
}

/// The route table of equal policies, compiled once: when it is first asked, at the latest.
final class SharedRouteTable: Sendable {
    private let entries: [RouteTable.Entry]
    private let table = AtomicLazyReference<RouteTable>()

    init(_ entries: [RouteTable.Entry]) { self.entries = entries }

    var compiled: RouteTable { table.load() ?? table.storeIfNil(RouteTable(entries)) }

    /// Nil before it is compiled.
    var shape: RouteTable.Shape? { table.load()?.shape }
}

extension E164 {
    /// The form that patterns are asked about.
    var digits: E164Digits { E164Digits(decimal: value)! }
}
