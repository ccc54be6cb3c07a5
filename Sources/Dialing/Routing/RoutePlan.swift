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

    struct Route: Sendable {
        let name: String
        let priority: Int
        let pattern: String
        let target: Target
    }

    /// Where a route leads, as far as the tenant's own document says.
    enum Target: Sendable {
        case source(E164, operatorID: String)
        case unusable(Unusable, source: E164?, operatorID: String?)
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
    var digits: E164Digits {
        var packed: UInt64 = 0
        var rest = value
        var count: UInt64 = 0
        while rest > 0 {
            packed = packed >> 4 | (rest % 10) << 60
            rest /= 10
            count += 1
        }
        let fill: UInt64 = 0xAAAA_AAAA_AAAA_AAA0
        packed |= fill >> (4 * count)
        return unsafeBitCast(packed & ~15 | count, to: E164Digits.self)
    }
}
