/// A field of a request that breaks a rule; both are named.
package struct InvalidField: Error, Equatable, Sendable {
    package let field: String
    package let rule: String

    package init(_ field: String, _ rule: String) {
        self.field = field
        self.rule = rule
    }
}
