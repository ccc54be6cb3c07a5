import Dialing

/// The documented rule of routing, as slowly and plainly as it can be said (domain reference §4). It exists to disagree with the fast one.
package enum ReferenceRouter {
    /// Operator and caller ID of each route that may be dialled, in order; nil when no route matches at all. `finds` tells whether a pattern is
    /// found in the number.
    package static func sources(
        _ number: String, organizer: User, in tenant: Tenant,
        finds: (_ pattern: String, _ number: String) throws -> Bool = { try $1.firstMatch(of: Regex($0)) != nil }
    ) throws -> [(operatorID: String, callerID: String)]? {
        for usage in policy(of: organizer, in: tenant).onlinePstnUsages {
            let matching = try tenant.voiceRoutes.elements.filter { route in
                try route.onlinePstnUsages.contains { $0.lowercased() == usage.lowercased() }
                    && finds(route.numberPattern, number)
            }
            if matching.isEmpty { continue }
            let ordered = matching.enumerated().sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
            return ordered.compactMap { source(of: $0.element, for: organizer, in: tenant) }
        }
        return nil
    }

    private static func policy(of organizer: User, in tenant: Tenant) -> AudioConferencingRoutingPolicy {
        if let granted = organizer.grants.audioConferencingRoutingPolicy { return tenant.routingPolicies[granted]! }
        let grants = tenant.groupAssignments.filter {
            $0.policyType == .onlineAudioConferencingRoutingPolicy && organizer.groups.contains($0.group)
        }
        if let best = grants.min(by: { $0.rank < $1.rank }) { return tenant.routingPolicies[best.policyName]! }
        return tenant.routingPolicies["Global"]!
    }

    /// Gateways are of no operator: they take what the licence does not bind to one, and show the bridge's default (domain reference §4.7).
    private static func source(
        of route: VoiceRoute, for organizer: User, in tenant: Tenant
    ) -> (operatorID: String, callerID: String)? {
        if !route.onlinePstnGatewayList.isEmpty {
            let isUp = route.onlinePstnGatewayList.contains { tenant.policies.gateways[$0]?.enabled == true }
            guard isUp, organizer.licences.contains(.audioConferencingStandard) else { return nil }
            return tenant.bridge.defaultServiceNumber.map { ("", $0.description) }
        }
        guard let number = route.bridgeSourcePhoneNumber, let owned = tenant.number(number), owned.status == .conferenceAssigned,
            let relation = tenant.relation(to: owned.operatorID), relation.status == .active,
            owned.country.map(relation.countries.contains) ?? true
        else { return nil }
        return (owned.operatorID, number.description)
    }
}
