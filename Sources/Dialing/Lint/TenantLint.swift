extension Lint {
    /// Countries that an operator is enabled for and that no usable route makes use of.
    func operatorCountries() -> [LintFinding] {
        var used: Set<String> = []
        for route in plans.flatMap(\.routes) {
            guard route.fault == nil, let source = route.source, let id = route.operatorID else { continue }
            if let country = document.number(source)?.country ?? NumberFacts(of: source).country { used.insert("\(id) \(country)") }
        }
        return document.operators.filter { $0.status == .active }.flatMap { relation in
            relation.countries.filter { !used.contains("\(relation.operatorID) \($0)") }.map { country in
                LintFinding(
                    object: "operator \(relation.operatorID)",
                    reason: "It is enabled for \(country), but no route of a policy has a source number of it there.",
                    mend: "Make a route with one of its numbers in \(country), or take the country away.")
            }
        }
    }

    /// A default number that should not be one (domain reference §7.4).
    func bridge() -> [LintFinding] {
        guard let number = document.bridge.defaultServiceNumber else { return [] }
        func finding(_ reason: String) -> [LintFinding] {
            [
                LintFinding(
                    object: "bridge \(document.bridge.name)", reason: "Its default number \(number) \(reason).",
                    mend: "Set a toll number of the service's own carrier that is on the bridge as DefaultServiceNumber.")
            ]
        }
        guard let entry = document.number(number) else { return finding("is not in the tenant's inventory") }
        if entry.usage != .conference { return finding("was provided for \(entry.usage.rawValue) use") }
        if entry.status != .conferenceAssigned { return finding("is not on the bridge") }
        if entry.isTollFree { return finding("is toll-free") }
        if entry.operatorID != Operator.serviceCarrier { return finding("was provided by operator \(entry.operatorID)") }
        return []
    }

    /// Numbers of a store that breaks a rule of today's.
    func numbers() -> [LintFinding] {
        document.numbers.compactMap { entry in
            guard let fault = holders.fault(of: entry.telephoneNumber, of: document.id) else { return nil }
            let what = fault == .numberNotUploaded(entry.telephoneNumber) ? "No order brought it" : "It stands in more than one tenant"
            return LintFinding(
                object: "number \(entry.telephoneNumber)", reason: "\(what), so nothing dials with it.", mend: fault.mend)
        }
    }

    /// Licences that more users hold than were bought.
    func licences(_ assigned: LicenceCounts) -> [LintFinding] {
        Licence.allCases.compactMap { licence in
            guard let bought = document.settings.licences?[licence], assigned[licence] > bought else { return nil }
            return LintFinding(
                object: "licence \(licence.rawValue)", reason: "It is assigned to \(assigned[licence]) users, and \(bought) were bought.",
                mend: "Take it from \(assigned[licence] - bought) users, or buy more.")
        }
    }

    /// Grants of policies that do not exist, told once a policy.
    func grants(_ users: UserTable) -> [LintFinding] {
        var holders: [String: (user: String, count: Int)] = [:]
        func miss(_ name: String, _ index: Int) { holders[name, default: (users.upn(at: index), 0)].count += 1 }
        for index in 0..<users.count {
            let grants = users.profile(at: index).key.grants
            for type in GroupPolicyAssignment.PolicyType.allCases {
                if let name = grants[type], !document.hasPolicy(name, of: type) { miss("\(type.noun) \(name)", index) }
            }
        }
        return holders.sorted { $0.key < $1.key }.map { name, holder in
            let others = holder.count == 1 ? "" : " and \(holder.count - 1) more"
            return LintFinding(
                object: "user \(holder.user)", reason: "The \(name) is granted to \(holder.user)\(others), but does not exist.",
                mend: "Make it, or grant another one.")
        }
    }
}
