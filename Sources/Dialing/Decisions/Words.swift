internal import Patterns

extension Licence {
    var consequence: String {
        switch self {
        case .audioConferencingStandard: "so an operator's route is asked first and the service's own carrier takes what no route matches"
        case .audioConferencingSelectDialOut: "so the service's own carrier takes calls to the United States and Canada"
        case .audioConferencingPayPerMinute: "so the service's own carrier takes calls and credits pay for each minute"
        case .operatorConnectConferencing: "so only an operator's route may carry the call"
        case .communicationsCredits: "which allows no call by itself"
        }
    }
}

extension Country? {
    var orNone: String { self?.description ?? "a number of no country" }
    var place: String { map { "a number in \($0)" } ?? "a number of no country" }
}

extension Finding.Requester {
    var admitted: String {
        switch self {
        case .organizer: "The request names no requester: the meeting service speaks for the organizer."
        case .member(let name): "\(name) is a member of the organizer's organisation and may dial out."
        case .guest(let name): "\(name) is a guest of the organizer's organisation and may dial out."
        case .federated(let name, .callMeAt): "\(name) comes from another organisation and may have the meeting call a phone of their own."
        case .federated(let name, .inviteNumber): "\(name) comes from another organisation and may invite others by phone."
        case .anonymous: "The requester joined without a name, and such participants may dial out."
        }
    }

    func refused(_ setting: String, _ value: String) -> String {
        switch self {
        case .organizer, .member, .guest: "The requester may not dial out: \(setting) is \(value)."
        case .federated(let name, let kind):
            (Directory.domain(of: name) == nil
                ? "\(name) is no user of the tenant and has no domain" : "\(name) comes from another organisation")
                + " and may not \(kind == .callMeAt ? "have the meeting call them" : "invite others by phone"): "
                + "\(setting) is \(value)\(value == "No" ? "" : Directory.domain(of: name) == nil ? ", which lets in by domain" : ", and that domain is not among those it lets in")."
        case .anonymous: "The requester joined without a name and may not dial out: \(setting) is \(value)."
        }
    }
}

extension Finding.Unreadable {
    var sentence: String {
        switch self {
        case .empty: "it has no digit"
        case .tooLong: "it has more than \(DialledText.lengthLimit) bytes"
        case .character(let character): "a number has no \"\(character)\" at that place"
        case .ruleUndecided(let rule, let plan): "rule \(rule) of dial plan \(plan) ran out of steps on it"
        case .noRule(let plan?, let country?): "no rule of dial plan \(plan) matches, and in \(country) it is no number either"
        case .noRule(let plan?, nil): "no rule of dial plan \(plan) matches, and it has no plus and country code"
        case .noRule(nil, let country?): "in \(country) it is no number"
        case .noRule(nil, nil): "the requester has no dial plan here, so only a number with plus and country code will do"
        case .notE164(let text): "\(text) is not a plus and 2 to 15 digits, the first not 0"
        case .fault(let number, .unknownCountryCode): "\(number) begins with no country code"
        case .fault(let number, .tooShort): "\(number) is too short for its country"
        case .fault(let number, .tooLong): "\(number) is too long for its country"
        case .fault(let number, .impossibleLength): "\(number) has a length that does not occur in its country"
        }
    }
}

extension Finding.DialOutTest {
    var sentence: String {
        switch self {
        case .passed: "any number may be rung"
        case .disabled: "meetings may not ring any number"
        case .domestic(let home, let destination):
            home == destination
                ? "the number is in \(home), the organizer's own country"
                : "the number is \(destination.map { "in \($0)" } ?? "of no country"), and the organizer's country is \(home)"
        case .zoneA(let destination):
            destination?.isZoneA == true ? "\(destination.orNone) is in Zone A" : "\(destination.orNone) is not in Zone A"
        case .zoneAPremium(let destination):
            "\(destination.orNone) is in Zone A, of which premium-rate numbers such as this one are no part"
        }
    }
}

extension Finding.NoCredits {
    func sentence(_ person: String) -> String {
        switch self {
        case .notSetUp: "The tenant has not set up Communications Credits (setting communicationsCreditsBalance)."
        case .noLicence: "\(person) does not hold the Communications Credits licence."
        case .balanceSpent: "The balance of Communications Credits is spent (setting communicationsCreditsBalance)."
        }
    }
}

extension Decision.EffectivePolicy {
    func sentence(_ person: String, _ origin: Finding.PolicyOrigin?) -> String {
        switch origin {
        case .group(let group, let rank): "Routing policy \(name) comes to \(person) through the group \(group), which has rank \(rank)."
        case .copy(let policy):
            "No routing policy is granted to \(person) or a group of theirs, so \(name) applies, to which the values of \(policy) were copied."
        case nil:
            source == .user
                ? "Routing policy \(name) is granted to \(person)."
                : "No routing policy is granted to \(person) or a group of theirs, so \(name) applies."
        }
    }
}

extension Finding.CarrierSwitch {
    /// Whether the service's own carrier is asked.
    var clause: String {
        switch self {
        case .off: "nor is the service's own carrier asked (setting serviceCarrierAfterMatchedRoute is off)"
        case .on: "the service's own carrier is asked (setting serviceCarrierAfterMatchedRoute)"
        case .forcedOff(let licence):
            "nor is the service's own carrier asked (setting serviceCarrierAfterMatchedRoute does not hold under \(licence.title))"
        }
    }
}

extension Decision.Candidate {
    /// Whether its pattern ran out of steps.
    fileprivate var isUndecided: Bool { why.map { $0 == Unusable.patternUndecided(pattern).sentence } ?? false }
}

extension Decision {
    /// Has what is told of usages told once, for all who read or keep it, and lets the route plan go that it is of.
    package mutating func tellUsages() {
        for index in findings.indices { findings[index] = findings[index].kept }
    }
}

extension Finding {
    /// What a record keeps of it: of a usage what is told of its routes, in place of the plan.
    var kept: Finding {
        switch self {
        case .usageUnmatched(let usage, let number): .usageTold(usage.told, number)
        case .routesMatched(let usage, let candidates, let number): .usageTold(usage.told(candidates, number), number)
        default: self
        }
    }
}

extension RoutePlan.UsageReference {
    /// Of a usage in which no route matches.
    var told: Finding.ToldUsage {
        let told = routes.prefix(Finding.routesTold)
        return Finding.ToldUsage(
            usage: usage.name, steps: told.map { .unmatched(route: $0.name, pattern: $0.pattern.source) }, others: routes.count - told.count
        )
    }

    /// The usage's routes in order: candidates with their fate, and the first routes that do not match, as far as all were looked at.
    func told(_ candidates: [Decision.Candidate], _ number: E164) -> Finding.ToldUsage {
        let first = candidates.first(where: \.usable)?.route, scratch = Pattern.Scratch()
        func step(_ candidate: Decision.Candidate) -> Finding.ToldUsage.Step {
            .candidate(candidate, isFirst: candidate.usable && candidate.route == first)
        }
        let isWhole = candidates.count < Deciding.candidateLimit && candidates.last?.isUndecided == false
        var steps: [Finding.ToldUsage.Step] = [], next = 0, others = 0
        for route in routes where others < Finding.routesTold {
            if next < candidates.count, route.name == candidates[next].route {
                repeat {
                    steps.append(step(candidates[next]))
                    next += 1
                } while next < candidates.count && candidates[next].route == route.name
                continue
            }
            if next == candidates.count, !isWhole { break }
            others += 1
            if let matches = try? route.pattern.matches(number.digits, using: scratch), !matches {
                steps.append(.unmatched(route: route.name, pattern: route.pattern.source))
            }
        }
        steps += candidates[next...].map(step)
        return Finding.ToldUsage(usage: usage.name, steps: steps, others: 0)
    }
}

extension Finding.ToldUsage {
    func sentences(_ number: E164) -> [String] {
        if steps.isEmpty, others == 0 { return ["Usage \(usage) is carried by no route."] }
        let digits = number.description
        var told = steps.map { step in
            switch step {
            case .unmatched(let route, let pattern): unmatched(route, pattern, digits)
            case .candidate(let candidate, let isFirst): matched(candidate, digits, isFirst: isFirst)
            }
        }
        if others > 0 { told.append("Nor does any of the other \(others) routes of usage \(usage).") }
        return told
    }

    private func unmatched(_ route: String, _ pattern: String, _ number: String) -> String {
        String(pieces: [
            "Route ", route, " of usage ", usage, " does not match: its pattern ", pattern, " finds nothing in ", number, ".",
        ])
    }

    private func matched(_ candidate: Decision.Candidate, _ number: String, isFirst: Bool) -> String {
        var pieces = ["Route ", candidate.route, " of usage ", usage, ", priority ", String(candidate.priority), ", "]
        if candidate.isUndecided {
            pieces += [
                "is not decided: its pattern ", candidate.pattern, " ran out of steps on ", number, ", and no route after it is tried.",
            ]
        } else {
            pieces += ["matches: its pattern ", candidate.pattern, " is found in ", number]
            if let why = candidate.why {
                pieces += [", but it cannot be used: ", why, "."]
            } else {
                let way =
                    switch (isFirst, candidate.gateway) {
                    case (true, nil): " carries the call with caller ID "
                    case (true, _?): " may carry the call with caller ID "
                    case (false, _): " is tried next with caller ID "
                    }
                let who = candidate.gateway.map { ["; gateway ", $0] } ?? ["; operator ", candidate.operator ?? ""]
                pieces += who + [way, candidate.callerId?.description ?? "", "."]
            }
        }
        return String(pieces: pieces)
    }
}

extension String {
    /// The pieces one after the other, in storage made once: sentences of routes are made for every call.
    fileprivate init(pieces: [String]) {
        self.init(unsafeUninitializedCapacity: pieces.reduce(0) { $0 + $1.utf8.count }) { buffer in
            var end = 0
            for var piece in pieces {
                end += piece.withUTF8 { UnsafeMutableBufferPointer(rebasing: buffer[end...]).update(fromContentsOf: $0) }
            }
            return end
        }
    }
}
