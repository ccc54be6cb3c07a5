/// What is new in a tenant has the form that it is to have, whatever way it comes on (domain reference §7.4, §8); what stands as it was is not judged
/// again.
extension TenantGuard {
    func judgeForms() throws(InvalidChange) {
        if isNew || before.country != after.country, !after.country.isAssigned {
            throw after.invalid("country", "\(after.country) is no country of ISO 3166-1")
        }
        if before.voiceRoutes != after.voiceRoutes {
            for route in after.voiceRoutes.elements where route != before.voiceRoutes[route.name] {
                try judge(route.brokenRule, "voiceRoutes[\(route.name)]")
            }
        }
        if before.routingPolicies != after.routingPolicies {
            for policy in after.routingPolicies.elements where policy != before.routingPolicies[policy.name] {
                try judge(policy.brokenRule, "routingPolicies[\(policy.name)]")
            }
        }
        if before.dialPlans != after.dialPlans { try judgeDialPlans() }
        let domains = after.settings.allowedDialOutExternalDomains
        if domains != before.settings.allowedDialOutExternalDomains {
            for domain in domains where !domain.isDomainName {
                throw after.invalid("settings.allowedDialOutExternalDomains", "\(domain) is not a domain name")
            }
            if let twice = domains.namedTwice { throw after.invalid("settings.allowedDialOutExternalDomains", "has \(twice) twice") }
        }
        try judgeForm(of: after.bridge)
        if before.policies != after.policies { try judgePolicies() }
        if let address = after.settings.meetings?.sendEmailFromAddress, address != before.settings.meetings?.sendEmailFromAddress,
            !address.isEMailAddress
        {
            throw after.invalid("settings.meetings.sendEmailFromAddress", "is an e-mail address")
        }
        if before.numbers != after.numbers { try judgeLanguages() }
    }

    private func judge(_ broken: (field: String, rule: String)?, _ place: String) throws(InvalidChange) {
        if let broken { throw after.invalid("\(place).\(broken.field)", broken.rule) }
    }

    private func judgeDialPlans() throws(InvalidChange) {
        for plan in after.dialPlans.elements where plan != before.dialPlans[plan.name] {
            try judge(plan.brokenRule, "dialPlans[\(plan.name)]")
            let others = after.dialPlans.elements.filter { $0.name != plan.name }.map { $0.simpleName.lowercased() }
            guard !others.contains(plan.simpleName.lowercased()) else {
                throw after.invalid("dialPlans[\(plan.name)].simpleName", "another dial plan has the simple name \(plan.simpleName)")
            }
        }
    }

    private func judgePolicies() throws(InvalidChange) {
        let (old, new) = (before.policies, after.policies)
        for policy in new.audioConferencing.elements where policy != old.audioConferencing[policy.name] {
            let place = "heldPolicies.audioConferencing[\(policy.name)]"
            guard policy.name.lowercased() != TeamsAudioConferencingPolicy.builtIn.name.lowercased() else {
                throw after.invalid(place, "is always there, and not to be changed")
            }
            guard Set(policy.meetingInvitePhoneNumbers).count == policy.meetingInvitePhoneNumbers.count else {
                throw after.invalid(place + ".meetingInvitePhoneNumbers", "has each number once")
            }
        }
        for policy in new.voiceRouting.elements where policy != old.voiceRouting[policy.name] {
            guard let twice = policy.onlinePstnUsages.namedTwice else { continue }
            throw after.invalid("heldPolicies.voiceRouting[\(policy.name)].onlinePstnUsages", "has \(twice) twice")
        }
    }

    private func judgeForm(of bridge: Bridge) throws(InvalidChange) {
        if !isNew, bridge.identity != before.bridge.identity {
            throw after.invalid("bridge.identity", "is \(before.bridge.identity), and not to be changed")
        }
        guard bridge.name != before.bridge.name, !bridge.name.isName else { return }
        throw after.invalid("bridge.name", String.nameRule)
    }

    private func judgeLanguages() throws(InvalidChange) {
        let known = Dictionary(before.numbers.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        for number in after.numbers {
            let old = known[number.telephoneNumber]
            guard number.primaryLanguage != old?.primaryLanguage || number.secondaryLanguages != old?.secondaryLanguages ?? [] else {
                continue
            }
            try judge(number.brokenLanguages, "numbers[\(number.telephoneNumber)]")
        }
    }
}
