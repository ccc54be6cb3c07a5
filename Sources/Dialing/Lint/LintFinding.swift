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

/// The first findings of a tenant, and how many more there are: a route that no call reaches is told of for each policy.
package struct LintReport: Codable, Equatable, Sendable {
    /// Findings of a report.
    package static let limit = 1_000

    package private(set) var findings: [LintFinding] = []
    package private(set) var more = 0

    package init() {}

    package mutating func add(_ finding: LintFinding) {
        if findings.count < Self.limit { findings.append(finding) } else { more += 1 }
    }
}

extension Directory {
    /// What an administrator should look at, in the order of the document; nothing for an unknown tenant.
    package func lint(tenant id: String) -> LintReport {
        var report = LintReport()
        eachFinding(of: id) { report.add($0) }
        return report
    }

    /// The same one by one, however many there are.
    package func eachFinding(of tenant: String, _ take: (LintFinding) -> Void) {
        guard let entry = entry(tenant) else { return }
        let lint = Lint(
            tenant: entry.compiled, operators: standings, compiler: compiler, holders: holders, gatewayAddresses: gatewayAddresses)
        for findings in [lint.patterns(), lint.targets(), lint.usages()] { findings.forEach(take) }
        for plan in lint.plans { lint.findings(of: plan).forEach(take) }
        let rest = [
            lint.operatorCountries(), lint.bridge(), lint.numbers(), lint.licences(entry.assigned), lint.grants(entry.users),
        ]
        for findings in rest { findings.forEach(take) }
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
