import Basis

extension Decision {
    /// What was asked and answered, in order, in sentences; made afresh each time.
    package var because: [String] { findings.flatMap { $0.sentences.lazy.map(\.withoutDirections) } }

    /// The last of these sentences; the others are not made.
    package var conclusion: String? { findings.reversed().lazy.compactMap { $0.sentences.last }.first?.withoutDirections }

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
            if redacted.routes[index].why?.hasPrefix(Unusable.undecidedOpening) == true {
                redacted.routes[index].why = Unusable.undecidedOpening + "ran out of steps"
            }
        }
        redacted.findings = redacted.routes.map { .operatorsView(operator: operatorID, $0) }
        if redacted.findings.isEmpty { redacted.findings = [.operatorsView(operator: operatorID, nil)] }
        return redacted
    }
}

extension Decision: Decodable {
    private enum CodingKeys: String, CodingKey {
        case verdict, gate, reason, organizer, licence, dialled, number, country, policy, usage, routes, configVersion
    }

    /// A recorded decision as far as its object tells: without findings, patterns and the service's caller ID. Enough for
    /// ``redactedForOperator(_:)``.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            organizer: try container.decode(String.self, forKey: .organizer), dialled: try container.decode(String.self, forKey: .dialled),
            configVersion: try container.decode(Int64.self, forKey: .configVersion))
        verdict = try container.decode(Verdict.self, forKey: .verdict)
        gate = try container.decodeIfPresent(Gate.self, forKey: .gate)
        reason = try container.decodeIfPresent(RefusalReason.self, forKey: .reason)
        licence = try container.decodeIfPresent(Licence.self, forKey: .licence)
        number = try container.decodeIfPresent(E164.self, forKey: .number)
        country = try container.decodeIfPresent(Country.self, forKey: .country)
        policy = try container.decodeIfPresent(EffectivePolicy.self, forKey: .policy)
        usage = try container.decodeIfPresent(String.self, forKey: .usage)
        routes = try container.decode([Candidate].self, forKey: .routes)
    }
}

extension Decision.Candidate: Decodable {
    private enum CodingKeys: String, CodingKey { case route, priority, `operator`, gateway, callerId, usable, why }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            route: try container.decode(String.self, forKey: .route), priority: try container.decode(Int.self, forKey: .priority),
            operator: try container.decodeIfPresent(String.self, forKey: .operator),
            gateway: try container.decodeIfPresent(String.self, forKey: .gateway),
            callerId: try container.decodeIfPresent(E164.self, forKey: .callerId),
            usable: try container.decode(Bool.self, forKey: .usable), why: try container.decodeIfPresent(String.self, forKey: .why))
    }
}

extension String {
    /// Without what turns the direction of the text behind it (UAX #9 §2.1 to §2.4), which a name may have brought into a sentence.
    fileprivate var withoutDirections: String {
        if isASCII { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !(0x202A...0x202E ~= $0.value || 0x2066...0x2069 ~= $0.value) }))
    }
}
