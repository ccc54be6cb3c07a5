internal import Patterns

/// A routing policy made ready: its usages in order, each with its routes by priority, ties by creation (domain reference §4.2).
package final class RoutePlan: Sendable {
    let policy: String
    let usages: [Usage]
    /// Every usage's routes one after another; a route of two usages stands twice.
    let routes: [Route]
    /// Answers which of ``routes`` match; shared by all plans with the same patterns in the same usages, whatever the tenant.
    let table: RouteTable

    /// What the table depends on.
    struct TableKey: Hashable, Sendable {
        let patterns: [String]
        /// Of each pattern, the place of its usage.
        let usages: [Int]
    }

    var tableKey: TableKey { Self.tableKey(usages, routes) }

    static func tableKey(_ usages: [Usage], _ routes: [Route]) -> TableKey {
        TableKey(patterns: routes.map(\.pattern), usages: usages.enumerated().flatMap { Array(repeating: $0, count: $1.routes.count) })
    }

    struct Usage: Sendable {
        let name: String
        let routes: Range<Int>
    }

    /// Shared by all plans of the tenant that lead to it.
    final class Route: Sendable {
        let name: String
        let priority: Int
        let pattern: String
        let source: E164?
        let operatorID: String?
        /// What the tenant's own document says against it; ``source`` and ``operatorID`` are there if this is nil.
        let fault: Unusable?

        init(name: String, priority: Int, pattern: String, source: E164?, operatorID: String?, fault: Unusable?) {
            self.name = name
            self.priority = priority
            self.pattern = pattern
            self.source = source
            self.operatorID = operatorID
            self.fault = fault
        }
    }

    /// A usage of a plan whose routes were all asked in vain. Equal when the same questions were asked.
    package struct UsageReference: Equatable, Sendable {
        let plan: RoutePlan
        let index: Int

        var usage: Usage { plan.usages[index] }
        var routes: ArraySlice<Route> { plan.routes[usage.routes] }

        package static func == (left: UsageReference, right: UsageReference) -> Bool {
            left.usage.name == right.usage.name
                && left.routes.elementsEqual(right.routes) { $0.name == $1.name && $0.pattern == $1.pattern }
        }
    }

    init(policy: String, usages: [Usage], routes: [Route], table: RouteTable) {
        self.policy = policy
        self.usages = usages
        self.routes = routes
        self.table = table
    }
}

extension E164 {
    /// The form that patterns are asked about.
    var digits: E164Digits { E164Digits(decimal: value)! }
}
