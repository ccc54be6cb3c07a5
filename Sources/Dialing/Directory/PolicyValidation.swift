import Basis

extension Tenant {
    /// What the policies that do not route, the gateways and the meeting settings must be.
    func validatePolicies() throws(InvalidChange) {
        if let broken = settings.meetings?.brokenRule { throw invalid("settings.meetings." + broken.field, broken.rule) }
        guard let policies = heldPolicies else { return }
        let counts: [(String, Int, Int)] = [
            ("audioConferencing", policies.audioConferencing.count, TenantPolicies.limit),
            ("meeting", policies.meeting.count, TenantPolicies.limit), ("voiceRouting", policies.voiceRouting.count, TenantPolicies.limit),
            ("gateways", policies.gateways.count, TenantPolicies.limit),
            ("translationRules", policies.translationRules.count, TenantPolicies.limit),
            ("orders", policies.orders.count, TenantPolicies.orderLimit),
        ]
        for (field, count, limit) in counts where count > limit {
            throw invalid("heldPolicies." + field, "has at most \(limit), not \(count)")
        }
        let names =
            policies.audioConferencing.elements.map(\.name) + policies.meeting.elements.map(\.name)
            + policies.voiceRouting.elements.map(\.name) + policies.translationRules.elements.map(\.name)
        for name in names where !name.isName {
            throw invalid("heldPolicies", "a name \(String.nameRule)")
        }
        for policy in policies.voiceRouting.elements {
            for usage in policy.onlinePstnUsages where !hasUsage(usage) {
                throw invalid("heldPolicies.voiceRouting[\(policy.name)].onlinePstnUsages", "there is no PSTN usage \(usage)")
            }
        }
        for policy in policies.audioConferencing.elements {
            for number in policy.meetingInvitePhoneNumbers where self.number(number)?.status != .conferenceAssigned {
                throw invalid(
                    "heldPolicies.audioConferencing[\(policy.name)].meetingInvitePhoneNumbers", "\(number) is not a number on the bridge")
            }
        }
        for gateway in policies.gateways.elements {
            if let broken = gateway.brokenRule { throw invalid("heldPolicies.gateways[\(gateway.name)]." + broken.field, broken.rule) }
            for rule in gateway.translationRules where !policies.translationRules.contains(rule) {
                throw invalid("heldPolicies.gateways[\(gateway.name)]", "there is no translation rule \(rule)")
            }
        }
    }

    /// Whether there is such a policy to be granted.
    func hasPolicy(_ name: String, of type: GroupPolicyAssignment.PolicyType) -> Bool {
        if name.lowercased() == "global" { return true }
        return switch type {
        case .onlineAudioConferencingRoutingPolicy: routingPolicies.contains(name)
        case .tenantDialPlan: dialPlans.contains(name)
        case .onlineVoiceRoutingPolicy: policies.voiceRouting.contains(name)
        case .teamsMeetingPolicy: policies.meeting.contains(name)
        case .teamsAudioConferencingPolicy:
            policies.audioConferencing.contains(name) || name.lowercased() == TeamsAudioConferencingPolicy.builtIn.name.lowercased()
        }
    }
}

extension PSTNGateway {
    private var texts: [(field: String, text: String?)] {
        [
            ("gatewaySiteId", gatewaySiteId), ("proxySbc", proxySbc),
            ("mediaRelayRoutingLocationOverride", mediaRelayRoutingLocationOverride), ("description", description),
        ]
    }
    private var ruleLists: [(field: String, rules: [String])] {
        [
            ("inboundTeamsNumberTranslationRules", inboundTeamsNumberTranslationRules),
            ("inboundPstnNumberTranslationRules", inboundPstnNumberTranslationRules),
            ("outboundTeamsNumberTranslationRules", outboundTeamsNumberTranslationRules),
            ("outboundPstnNumberTranslationRules", outboundPstnNumberTranslationRules),
        ]
    }

    /// The first field that breaks a rule, of those that are another than they were.
    package func brokenForm(since old: PSTNGateway?) -> (field: String, rule: String)? {
        for (index, (field, text)) in texts.enumerated() where text != old?.texts[index].text {
            guard let text else { continue }
            if text.utf8.count > TenantLimits.text { return (field, "has up to \(TenantLimits.text) bytes") }
            // A description may have lines.
            if field != "description", !text.isWithoutControls { return (field, "has no control characters") }
        }
        for (index, (field, rules)) in ruleLists.enumerated() where rules != old?.ruleLists[index].rules {
            if let twice = rules.namedTwice { return (field, "has \(twice) twice") }
        }
        if failoverResponseCodes != old?.failoverResponseCodes, let twice = failoverCodes.standingTwice {
            return ("failoverResponseCodes", "has \(twice) twice")
        }
        return nil
    }

    /// The first field that breaks a rule.
    package var brokenRule: (field: String, rule: String)? {
        let isHost = name.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46: true
            default: false
            }
        }
        if !isHost || !(1...Self.nameLimit).contains(name.utf8.count) {
            return ("fqdn", "is a host name of 1 to \(Self.nameLimit) letters, digits, hyphens and dots")
        }
        if !(1...65_535).contains(sipSignalingPort) { return ("sipSignalingPort", "is 1 to 65535, not \(sipSignalingPort)") }
        if let sessions = maxConcurrentSessions, !(1...100_000).contains(sessions) {
            return ("maxConcurrentSessions", "is 1 to 100000, not \(sessions)")
        }
        if !(1...120).contains(failoverTimeSeconds) { return ("failoverTimeSeconds", "is 1 to 120, not \(failoverTimeSeconds)") }
        let codes = failoverResponseCodes.split(separator: ",").map { $0.split(separator: " ").joined() }
        if codes.contains(where: { Int(decimal: $0).map { !(400...699).contains($0) } ?? true }) {
            return ("failoverResponseCodes", "is a list of codes from 400 to 699 with commas between, such as 408, 503, 504")
        }
        if translationRules.count > 100 { return ("translationRules", "are at most 100") }
        return nil
    }
}
