extension Decision {
    /// What was asked and answered, in order, in sentences; made afresh each time.
    package var because: [String] { findings.flatMap(\.sentences) }

    /// What stands in place of the tenant's data in an operator's eyes.
    package static let withheld = "withheld"

    /// The decision as one of its operators may see it: that operator's own candidates, and nothing of the tenant, the people, the policy or
    /// other operators.
    package func redactedForOperator(_ operatorID: String) -> Decision {
        var redacted = self
        redacted.organizer = Self.withheld
        redacted.licence = nil
        redacted.dialled = number?.description ?? Self.withheld
        redacted.policy = nil
        redacted.usage = nil
        redacted.serviceCallerID = nil
        redacted.routes = routes.filter { $0.operator == operatorID }
        for index in redacted.routes.indices {
            redacted.routes[index].route = Self.withheld
            redacted.routes[index].pattern = Self.withheld
        }
        redacted.findings = redacted.routes.map { .operatorsView(operator: operatorID, $0) }
        if redacted.findings.isEmpty { redacted.findings = [.operatorsView(operator: operatorID, nil)] }
        return redacted
    }
}

extension Decision: Encodable {
    private enum CodingKeys: String, CodingKey {
        case verdict, gate, reason, organizer, licence, dialled, number, country, policy, usage, routes, because, configVersion
    }

    /// The object of the contract, "Decisions", with its nulls.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(gate, forKey: .gate)
        try container.encode(reason, forKey: .reason)
        try container.encode(organizer, forKey: .organizer)
        try container.encode(licence, forKey: .licence)
        try container.encode(dialled, forKey: .dialled)
        try container.encode(number, forKey: .number)
        try container.encode(country, forKey: .country)
        try container.encode(policy, forKey: .policy)
        try container.encode(usage, forKey: .usage)
        try container.encode(routes, forKey: .routes)
        try container.encode(because, forKey: .because)
        try container.encode(configVersion, forKey: .configVersion)
    }
}

extension Decision.Candidate: Encodable {
    private enum CodingKeys: String, CodingKey { case route, priority, `operator`, callerId, usable, why }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(route, forKey: .route)
        try container.encode(priority, forKey: .priority)
        try container.encode(`operator`, forKey: .operator)
        try container.encode(callerId, forKey: .callerId)
        try container.encode(usable, forKey: .usable)
        try container.encode(why, forKey: .why)
    }
}
