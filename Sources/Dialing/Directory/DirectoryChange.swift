/// One document put or taken away: the unit in which changes are stored and put in force.
package enum DirectoryChange: Codable, Equatable, Sendable {
    /// The tenant's users stay as they are.
    case putTenant(Tenant)
    /// Its users go with it.
    case removeTenant(String)
    case putUser(tenant: String, User)
    case removeUser(tenant: String, upn: String)
    case putOperator(Operator)
    case removeOperator(String)
}

/// Why a change is refused: what is wrong, where, and the rule that says so. Nothing of the list it stood in was put in force.
package struct InvalidChange: Error, Equatable, Sendable, CustomStringConvertible {
    /// `tenant contoso`, `user alice@contoso.example`, `operator contoso-telecom`.
    package let document: String
    /// The path within the document: `voiceRoutes[International].numberPattern`.
    package let field: String
    /// The rule, as a sentence without its full stop.
    package let rule: String
    package let kind: Kind

    package enum Kind: Equatable, Sendable {
        case invalid
        /// It would be right, but is not the asker's to change.
        case forbidden
        /// Something else stands in the way as things are now.
        case conflict
    }

    package init(document: String, field: String, rule: String, kind: Kind = .invalid) {
        self.document = document
        self.field = field
        self.rule = rule
        self.kind = kind
    }

    package var description: String { "\(document), \(field): \(rule)" }
}
