import Basis
internal import Patterns

/// Something in a tenant's configuration that is allowed and probably not meant.
package struct LintFinding: Codable, Hashable, Sendable {
    /// What it is about: `route International`, `policy Global`, `operator contoso-telecom`.
    package var object: String
    /// What is the matter, as a sentence.
    package var reason: String
    /// What to do about it, as a sentence.
    package var mend: String

    package init(object: String, reason: String, mend: String) {
        self.object = object
        self.reason = reason
        self.mend = mend
    }
}

extension Directory {
    /// What an administrator should look at, in the order of the document; none for an unknown tenant.
    package func lint(tenant id: String) -> [LintFinding] {
        guard let entry = entry(id) else { return [] }
        let lint = Lint(
            tenant: entry.compiled, operators: standings, compiler: compiler, holders: holders, gatewayAddresses: gatewayAddresses)
        return lint.patterns() + lint.targets() + lint.usages() + lint.policies() + lint.operatorCountries() + lint.bridge()
            + lint.numbers() + lint.licences(entry.assigned) + lint.grants(entry.users)
    }
}

struct Lint {
    let tenant: CompiledTenant
    let operators: OperatorStandings
    let compiler: Compiler
    let holders: NumberHolders
    let gatewayAddresses: AddressRule

    /// The pattern of a route of the tenant.
    func pattern(of source: String) -> Pattern { compiler.pattern(of: source)! }

    var document: Tenant { tenant.document }

    /// Policies in the order in which they were made, Global among them.
    var plans: [RoutePlan] { document.routingPolicies.elements.compactMap { tenant.plans[$0.name.lowercased()] } }
}
