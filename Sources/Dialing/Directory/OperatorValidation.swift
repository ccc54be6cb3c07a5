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
        guard ["sip:", "sips:"].contains(where: { uri.hasPrefix($0) && uri != $0 }) else {
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

extension String {
    /// Whether it is a segment of a path that clients take out (RFC 3986 §5.2.4), so that no path could name it.
    package var isDotSegment: Bool { self == "." || self == ".." }
}

extension Operator {
    /// Names that come new: those of an earlier version stay.
    func judgeNames(before: Operator?) throws(InvalidChange) {
        func invalid(_ field: String, _ rule: String) -> InvalidChange {
            InvalidChange(document: "operator \(id)", field: field, rule: rule)
        }
        if before == nil, id.isDotSegment { throw invalid("id", "an operator's id is not . or ..") }
        for country in countries where !country.isAssigned && before?.countries.contains(country) != true {
            throw invalid("countries", "\(country) is no country of ISO 3166-1")
        }
        for trunk in trunks {
            let old = before?.trunks.first { $0.name == trunk.name }
            for (field, rules, oldRules) in [
                ("calledNumberRules", trunk.calledNumberRules, old?.calledNumberRules),
                ("callerIDRules", trunk.callerIDRules, old?.callerIDRules),
            ] where rules != oldRules {
                if let rules, rules.count > NumberRule.limitOfTrunk {
                    throw invalid("trunks[\(trunk.name)].\(field)", "has at most \(NumberRule.limitOfTrunk) rules, not \(rules.count)")
                }
                for rule in rules ?? [] {
                    guard let broken = rule.brokenRule else { continue }
                    throw invalid("trunks[\(trunk.name)].\(field)[\(rule.name)].\(broken.field)", broken.rule)
                }
            }
        }
        for trunk in trunks where before?.trunks.contains(where: { $0.name == trunk.name }) != true {
            let isPlain = trunk.name.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\"" && $0 != "\\"
            }
            guard isPlain, !trunk.name.isDotSegment else {
                throw invalid(
                    "trunks[\(trunk.name)].name", "a trunk's name has no control characters, quotes and backslashes, and is not . or ..")
            }
        }
    }

    /// Trunks of one operator.
    package static let trunkLimit = 1_000

    func validate() throws(InvalidChange) {
        func invalid(_ field: String, _ rule: String) -> InvalidChange {
            InvalidChange(document: "operator \(id)", field: field, rule: rule)
        }
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
        try validateSharedNumbers(invalid)
    }
    /// Shared numbers are for the platform alone to give.
    package static let sharedNumberLimit = 500

    private func validateSharedNumbers(_ invalid: (String, String) -> InvalidChange) throws(InvalidChange) {
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
