/// On whose behalf a change of the configuration is asked for: what may be changed depends on it.
package enum Asker: Equatable, Sendable {
    /// Nobody: what was stored is taken as it is, and what breaks a rule there is out of use (``Directory/lint(tenant:)``).
    case store
    case platform
    /// An operator, of its own numbers.
    case `operator`(String)
    /// A tenant's administrator, by a cmdlet or by what an endpoint sets.
    case administrator
    /// A tenant's administrator who puts a whole document: what it only shows must be as it is.
    case importer
}
