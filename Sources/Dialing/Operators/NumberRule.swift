/// How a number is written for a trunk or a gateway: what its pattern finds is replaced (domain reference §5.2).
package struct NumberRule: Codable, Equatable, Sendable {
    package var name: String
    package var pattern: String
    package var translation: String

    package static let nameLimit = 100
    package static let patternLimit = 1_024
    package static let translationLimit = 256
    /// Rules of a tenant, and of one list of a trunk.
    package static let limitOfTenant = 400
    package static let limitOfTrunk = 100

    package init(name: String, pattern: String, translation: String) {
        (self.name, self.pattern, self.translation) = (name, pattern, translation)
    }
}
