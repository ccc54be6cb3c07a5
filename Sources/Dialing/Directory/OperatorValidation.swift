extension Trunk {
    /// The ranges of its numbers, and what each is called. A weight is that of an SRV record (RFC 2782), so that a sum of weights cannot overflow.
    private var ranges: [(field: String, value: Int?, range: ClosedRange<Int>)] {
        [
            ("priority", priority, 0...65_535), ("weight", weight, 0...65_535), ("maxConcurrentCalls", maxConcurrentCalls, 1...1_000_000),
            ("maxCallsPerSecond", maxCallsPerSecond, 1...100_000), ("maxQueuedCalls", maxQueuedCalls, 0...100_000),
            ("ownLimits.maxConcurrentCalls", ownLimits?.maxConcurrentCalls, 1...1_000_000),
            ("ownLimits.maxCallsPerSecond", ownLimits?.maxCallsPerSecond, 1...100_000),
            ("maxQueueSeconds", maxQueueSeconds, 1...3_600), ("options.downAfter", options?.downAfter, 1...100),
            ("options.upAfter", options?.upAfter, 1...100),
        ]
    }

    /// The first of its fields that breaks a rule.
    fileprivate var brokenRule: (field: String, rule: String)? {
        guard (1...TenantLimits.name).contains(name.utf8.count) else { return ("name", "a name has 1 to \(TenantLimits.name) bytes") }
        // A scheme is the same in any case (RFC 3986 §3.1).
        let scheme = uri.prefix { $0 != ":" }
        guard ["sip", "sips"].contains(scheme.lowercased()), uri.utf8.count > scheme.utf8.count + 1 else {
            return ("uri", "a trunk's uri is sip:host[:port], with parameters")
        }
        for (field, value, range) in ranges {
            if let value, !range.contains(value) { return (field, "is \(range.lowerBound) to \(range.upperBound), not \(value)") }
        }
        if let seconds = options?.seconds, seconds != 0, !(5...3_600).contains(seconds) {
            return ("options.seconds", "is 5 to 3600, or 0 for no OPTIONS, not \(seconds)")
        }
        if let redirectHosts, redirectHosts.count > Self.redirectHostLimit {
            return ("redirectHosts", "has at most \(Self.redirectHostLimit) hosts, not \(redirectHosts.count)")
        }
        return nil
    }
}

extension Trunk {
    /// The first field that breaks a rule, of those that are another than they were.
    fileprivate func brokenForm(since old: Trunk?) -> (field: String, rule: String)? {
        for (field, rules, oldRules) in [
            ("calledNumberRules", calledNumberRules, old?.calledNumberRules), ("callerIDRules", callerIDRules, old?.callerIDRules),
        ] where rules != oldRules {
            if let rules, rules.count > NumberRule.limitOfTrunk {
                return (field, "has at most \(NumberRule.limitOfTrunk) rules, not \(rules.count)")
            }
            for rule in rules ?? [] {
                if let broken = rule.brokenRule { return ("\(field)[\(rule.name)].\(broken.field)", broken.rule) }
            }
        }
        if let username, username != old?.username, !username.isName { return ("username", String.nameRule) }
        if redirectHosts != old?.redirectHosts, let twice = redirectHosts?.namedTwice { return ("redirectHosts", "names \(twice) twice") }
        let isPlain = name.isWithoutControls && !name.contains { $0 == "\"" || $0 == "\\" }
        guard old == nil, !isPlain || name.isDotSegment else { return nil }
        return ("name", "a trunk's name has no control characters, quotes and backslashes, and is not . or ..")
    }
}

extension String {
    /// Whether it is a segment of a path that clients take out (RFC 3986 §5.2.4), so that no path could name it.
    package var isDotSegment: Bool { self == "." || self == ".." }
}

extension Operator {
    /// What comes new has the form that it is to have: what an earlier version took stays.
    func judgeForm(before: Operator?, in directory: Directory) throws(InvalidChange) {
        if before == nil, id.isDotSegment { throw invalid("id", "an operator's id is not . or ..") }
        if name != before?.name, !name.isName { throw invalid("name", String.nameRule) }
        for country in countries where !country.isAssigned && before?.countries.contains(country) != true {
            throw invalid("countries", "\(country) is no country of ISO 3166-1")
        }
        if countries != before?.countries, let twice = countries.standingTwice { throw invalid("countries", "names \(twice) twice") }
        if products != before?.products, let twice = products.standingTwice { throw invalid("products", "names \(twice.rawValue) twice") }
        if failoverCodes != before?.failoverCodes, let twice = failoverCodes.standingTwice {
            throw invalid("failoverCodes", "names \(twice) twice")
        }
        for trunk in trunks {
            guard let broken = trunk.brokenForm(since: before?.trunks.first(where: { $0.name == trunk.name })) else { continue }
            throw invalid("trunks[\(trunk.name)].\(broken.field)", broken.rule)
        }
        try judgeSharedNumbers(since: before?.sharedNumbers ?? [], in: directory)
    }

    private func invalid(_ field: String, _ rule: String) -> InvalidChange {
        InvalidChange(document: "operator \(id)", field: field, rule: rule)
    }

    /// A number that comes to all new tenants is no one tenant's, and they can take what is said of it (domain reference §7.4).
    private func judgeSharedNumbers(since known: [SharedNumber], in directory: Directory) throws(InvalidChange) {
        for shared in sharedNumbers ?? [] where !known.contains(shared) {
            let old = known.first { $0.number == shared.number }, place = "sharedNumbers[\(shared.number)]"
            if old == nil, let holder = directory.holder(of: shared.number) {
                throw InvalidChange(
                    document: "operator \(id)", field: place,
                    rule: "is a number of the tenant \(holder) alone; it is shared when no tenant has it for itself", kind: .conflict)
            }
            if let city = shared.city, city != old?.city, !city.isName { throw invalid(place + ".city", String.nameRule) }
            guard let languages = shared.languages, languages != old?.languages else { continue }
            if let unknown = NumberLanguage.unknown(in: languages) { throw invalid(place + ".languages", unknown) }
            if let twice = languages.namedTwice { throw invalid(place + ".languages", "names \(twice) twice") }
        }
    }

    /// Trunks of one operator.
    package static let trunkLimit = 1_000

    func validate() throws(InvalidChange) {
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(\.isIdentifier) else {
            throw invalid("id", "an operator's id has 1 to 64 letters, digits, hyphens, underscores and dots")
        }
        guard trunks.count <= Self.trunkLimit else { throw invalid("trunks", "an operator has at most \(Self.trunkLimit) trunks") }
        guard Set(trunks.map(\.name)).count == trunks.count else { throw invalid("trunks", "no trunk's name stands twice") }
        for trunk in trunks {
            if let broken = trunk.brokenRule { throw invalid("trunks[\(trunk.name)].\(broken.field)", broken.rule) }
        }
        if let trunkSettings, Set(trunkSettings).count != trunkSettings.count { throw invalid("trunkSettings", "names a setting once") }
        guard failoverCodes.allSatisfy((300...699).contains) else { throw invalid("failoverCodes", "codes are 300 to 699") }
        guard (1...300).contains(failoverSeconds) else { throw invalid("failoverSeconds", "seconds are 1 to 300") }
        try validateSharedNumbers()
    }
    /// Shared numbers are for the platform alone to give.
    package static let sharedNumberLimit = 500

    private func validateSharedNumbers() throws(InvalidChange) {
        guard let sharedNumbers else { return }
        guard id == Self.serviceCarrier else { throw invalid("sharedNumbers", "are for the operator \(Self.serviceCarrier) alone") }
        guard sharedNumbers.count <= Self.sharedNumberLimit else { throw invalid("sharedNumbers", "has at most \(Self.sharedNumberLimit)") }
        guard Set(sharedNumbers.map(\.number)).count == sharedNumbers.count else {
            throw invalid("sharedNumbers", "no number stands twice")
        }
        for shared in sharedNumbers {
            let facts = NumberFacts(of: shared.number)
            if let fault = facts.fault { throw invalid("sharedNumbers", "\(shared.number) is no number that can be dialled: \(fault)") }
            if facts.isTollFree { throw invalid("sharedNumbers", "\(shared.number) is toll-free; shared numbers are toll numbers") }
            if (shared.languages?.count ?? 0) > 5 { throw invalid("sharedNumbers", "\(shared.number) has at most 5 languages") }
        }
    }
}
