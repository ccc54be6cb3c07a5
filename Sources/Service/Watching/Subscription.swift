import Basis

/// A stream of events that somebody asked for.
package struct Subscription: Sendable {
    package let scope: FactQuery.Scope
    /// The places to resume behind; nil begins with what comes next.
    package let after: LogPlaces?
    /// Whether an operator reads it.
    package let masked: Bool
    /// Dial-outs with earlier identifiers are not its reader's.
    let since: SortableID
    /// What it was opened with; nil needs no token.
    let token: Token?

    package init(scope: FactQuery.Scope, after: LogPlaces?, masked: Bool) {
        self.init(scope: scope, after: after, masked: masked, since: Identities.first, token: nil)
    }

    init(scope: FactQuery.Scope, after: LogPlaces?, masked: Bool, since: SortableID, token: Token?) {
        (self.scope, self.after, self.masked, self.since, self.token) = (scope, after, masked, since, token)
    }
}
