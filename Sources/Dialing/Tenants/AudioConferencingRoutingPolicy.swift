/// An ordered list of usages, granted to organizers (domain reference §8.4). `Global` is everybody's who has no other.
package struct AudioConferencingRoutingPolicy: Codable, Equatable, Named, Sendable {
    package var name: String
    package var onlinePstnUsages: [String]
    package var description: String
    /// For `Global` after a global grant: the policy whose values were copied (domain reference §14, choice 1).
    package var copiedFrom: String?

    var brokenRule: (field: String, rule: String)? { onlinePstnUsages.namedTwice.map { ("onlinePstnUsages", "has \($0) twice") } }

    package init(name: String, onlinePstnUsages: [String] = [], description: String = "", copiedFrom: String? = nil) {
        self.name = name
        self.onlinePstnUsages = onlinePstnUsages
        self.description = description
        self.copiedFrom = copiedFrom
    }
}
