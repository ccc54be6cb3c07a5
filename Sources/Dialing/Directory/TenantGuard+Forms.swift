/// What is new in a tenant has the form that it is to have, whatever way it comes on (domain reference §7.4, §8); what stands as it was is not judged
/// again.
extension TenantGuard {
    func judgeForms() throws(InvalidChange) {
        if isNew || before.country != after.country, !after.country.isAssigned {
            throw after.invalid("country", "\(after.country) is no country of ISO 3166-1")
        }
        if before.voiceRoutes != after.voiceRoutes {
            for route in after.voiceRoutes.elements where route != before.voiceRoutes[route.name] {
                let place = "voiceRoutes[\(route.name)]"
                try judge(route.brokenRule, place)
                try judge(route.description, since: before.voiceRoutes[route.name]?.description, place)
            }
        }
        if before.routingPolicies != after.routingPolicies {
            for policy in after.routingPolicies.elements where policy != before.routingPolicies[policy.name] {
                let place = "routingPolicies[\(policy.name)]", old = before.routingPolicies[policy.name]
                if old == nil, policy.name.hasTag { throw after.invalid(place + ".name", String.tagRule) }
                try judge(policy.brokenRule, place)
                try judge(policy.description, since: old?.description, place)
            }
        }
        if before.dialPlans != after.dialPlans { try judgeDialPlans() }
        if before.settings != after.settings { try judgeSettings(before.settings, after.settings) }
        try judgeForm(of: after.bridge)
        if before.policies != after.policies { try judgePolicies() }
        if before.numbers != after.numbers { try judgeLanguages() }
    }

    private func judge(_ broken: (field: String, rule: String)?, _ place: String) throws(InvalidChange) {
        if let broken { throw after.invalid("\(place).\(broken.field)", broken.rule) }
    }

    private func judge(_ description: String, since old: String?, _ place: String) throws(InvalidChange) {
        guard description != old, description.utf8.count > TenantLimits.text else { return }
        throw after.invalid(place + ".description", "has up to \(TenantLimits.text) bytes")
    }

    private func judgeSettings(_ old: ConferencingSettings, _ new: ConferencingSettings) throws(InvalidChange) {
        let domains = new.allowedDialOutExternalDomains
        if domains != old.allowedDialOutExternalDomains {
            for domain in domains where !domain.isDomainName {
                throw after.invalid("settings.allowedDialOutExternalDomains", "\(domain) is not a domain name")
            }
            if let twice = domains.namedTwice { throw after.invalid("settings.allowedDialOutExternalDomains", "has \(twice) twice") }
        }
        for (field, prefixes, known) in [
            ("deniedPrefixes", new.deniedPrefixes, old.deniedPrefixes), ("allowedPrefixes", new.allowedPrefixes, old.allowedPrefixes),
        ] where prefixes != known {
            if let zero = prefixes.first(where: { $0.hasPrefix("+0") }) {
                throw after.invalid("settings.\(field)", "\(zero) is a prefix of no number: none begins with 0")
            }
            if let twice = prefixes.namedTwice { throw after.invalid("settings.\(field)", "has \(twice) twice") }
        }
        let (meetings, known) = (new.meetings, old.meetings)
        if let address = meetings?.sendEmailFromAddress, address != known?.sendEmailFromAddress, !address.isEMailAddress {
            throw after.invalid("settings.meetings.sendEmailFromAddress", "is an e-mail address")
        }
        for (field, text, known) in [
            ("sendEmailFromDisplayName", meetings?.sendEmailFromDisplayName, known?.sendEmailFromDisplayName),
            ("dynamicCallerIdMode", meetings?.dynamicCallerIdMode, known?.dynamicCallerIdMode),
        ] {
            if let text, text != known, !text.isName { throw after.invalid("settings.meetings.\(field)", String.nameRule) }
        }
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
            if old.audioConferencing[policy.name] == nil { try judge(nameOfPolicy: policy.name, place) }
            guard policy.name.lowercased() != TeamsAudioConferencingPolicy.builtIn.name.lowercased() else {
                throw after.invalid(place, "is always there, and not to be changed")
            }
            guard Set(policy.meetingInvitePhoneNumbers).count == policy.meetingInvitePhoneNumbers.count else {
                throw after.invalid(place + ".meetingInvitePhoneNumbers", "has each number once")
            }
        }
        for policy in new.meeting.elements where policy != old.meeting[policy.name] {
            let place = "heldPolicies.meeting[\(policy.name)]"
            if old.meeting[policy.name] == nil { try judge(nameOfPolicy: policy.name, place) }
            try judge(policy.description, since: old.meeting[policy.name]?.description, place)
        }
        for policy in new.voiceRouting.elements where policy != old.voiceRouting[policy.name] {
            let place = "heldPolicies.voiceRouting[\(policy.name)]"
            if old.voiceRouting[policy.name] == nil { try judge(nameOfPolicy: policy.name, place) }
            try judge(policy.description, since: old.voiceRouting[policy.name]?.description, place)
            if let twice = policy.onlinePstnUsages.namedTwice { throw after.invalid(place + ".onlinePstnUsages", "has \(twice) twice") }
        }
        for rule in new.translationRules.elements where rule != old.translationRules[rule.name] {
            let place = "heldPolicies.translationRules[\(rule.name)]"
            try judge(rule.description, since: old.translationRules[rule.name]?.description, place)
        }
        for gateway in new.gateways.elements where gateway != old.gateways[gateway.name] {
            try judge(gateway.brokenForm(since: old.gateways[gateway.name]), "heldPolicies.gateways[\(gateway.name)]")
        }
    }

    private func judge(nameOfPolicy name: String, _ place: String) throws(InvalidChange) {
        if name.hasTag { throw after.invalid(place + ".name", String.tagRule) }
        guard name.utf8.count > TenantPolicies.nameLimit else { return }
        throw after.invalid(place + ".name", "has up to \(TenantPolicies.nameLimit) bytes")
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
