import Dialing
import Service

/// Policies and settings beside those that route: for invites, meetings, gateways and groups.
extension TenantDump {
    static func shown(_ value: some Encodable) throws(Refused) -> JSONValue {
        do { return try JSON.decode(JSONValue.self, JSON.encode(value)) } catch { throw Refused("\(error)") }
    }

    /// The object that a document has for one of a dump: as it is here, else as `new` makes it, with the members that the dump tells. Members
    /// have the cmdlet's names with a small letter at first; nil, with nothing to do, where it is Global as it is from the start.
    private mutating func takeKept<Kept: Encodable>(
        _ object: JSONValue, in list: String, _ new: (String) -> Kept, lists: Set<String> = []
    ) throws(Refused) {
        let path = ["heldPolicies", list], known = try named(object, in: path)
        let factory = try Self.shown(new(known["name"].string ?? ""))
        var kept = known.memberNames == ["name"] ? factory : known
        let names = Set(factory.memberNames).union(Self.optional[list] ?? [])
        for name in names where name != "name" {
            guard let value = object.member(name) else { continue }
            if lists.contains(name) {
                kept[name] = .array((try object.names(in: name) ?? []).map { .string($0) })
            } else if value != .null || factory[name] == .null {
                kept[name] = value
            }
        }
        if kept == factory, known.memberNames == ["name"], known["name"].string?.lowercased() == "global" { return }
        try put(kept, in: path)
    }

    /// Members that stand in a document only where they were set.
    private static let optional: [String: Set<String>] = [
        "gateways": ["maxConcurrentSessions", "gatewaySiteId", "proxySbc", "mediaRelayRoutingLocationOverride"]
    ]

    mutating func takeAudioPolicy(_ object: JSONValue) throws(Refused) {
        guard
            (object.member("Identity") ?? object.member("Name"))?.policyName?.lowercased()
                != TeamsAudioConferencingPolicy.builtIn.name.lowercased()
        else { return }
        try takeKept(object, in: "audioConferencing", TeamsAudioConferencingPolicy.init, lists: ["meetingInvitePhoneNumbers"])
    }

    mutating func takeMeetingPolicy(_ object: JSONValue) throws(Refused) {
        if object.memberNames.count > 16 {
            warn("of meeting policies those settings are taken that concern phones and the lobby")
        }
        var object = object
        if (object.member("Identity") ?? object.member("Name"))?.policyName?.lowercased() == "global",
            let isAllowed = object.member("AllowAnonymousUsersToDialOut")?.flag
        {
            document["tenant"]["settings"]["anonymousUsersMayDialOut"] = .bool(isAllowed)
            object["AllowAnonymousUsersToDialOut"] = .null
        }
        try takeKept(object, in: "meeting", TeamsMeetingPolicy.init)
    }

    mutating func takeGateway(_ object: JSONValue) throws(Refused) {
        let rules: Set = [
            "inboundTeamsNumberTranslationRules", "inboundPstnNumberTranslationRules", "outboundTeamsNumberTranslationRules",
            "outboundPstnNumberTranslationRules",
        ]
        let port = object.member("SipSignalingPort")?.integer ?? 0
        try takeKept(object, in: "gateways", { PSTNGateway(name: $0, sipSignalingPort: Int(port)) }, lists: rules)
    }

    mutating func takeTranslationRule(_ object: JSONValue) throws(Refused) {
        try takeKept(object, in: "translationRules", { TeamsTranslationRule(name: $0, pattern: "", translation: "") })
    }

    /// Grants of types that this service keeps; of a group and a type there is one.
    mutating func takeGroupGrant(_ object: JSONValue) throws(Refused) {
        guard let group = object.member("GroupId")?.string, let type = object.member("PolicyType")?.string else {
            throw Refused("a grant to a group has no GroupId or no PolicyType")
        }
        guard GroupPolicyAssignment.PolicyType.allCases.contains(where: { $0.rawValue.lowercased() == type.lowercased() }) else {
            return warn("grants of \(type) to groups are passed over: this service keeps no such policies")
        }
        let own = GroupPolicyAssignment.PolicyType.allCases.first { $0.rawValue.lowercased() == type.lowercased() }?.rawValue ?? type
        let list = document["tenant"]["groupAssignments"].array
        let index = list.firstIndex { $0["group"].string?.lowercased() == group.lowercased() && $0["policyType"].string == own }
        var grant = index.map { list[$0] } ?? .object(["group": .string(group), "policyType": .string(own)])
        grant["policyName"] = object.member("PolicyName")?.policyName.map { .string($0) } ?? .null
        grant["rank"] = object.member("Rank") ?? object.member("Priority") ?? .null
        document["tenant"].put(grant, in: "groupAssignments", at: index)
    }

    mutating func takeSettings(_ object: JSONValue) throws(Refused) {
        for (theirs, ours) in [
            ("AllowFederatedUsersToDialOutToSelf", "federatedUsersToSelf"),
            ("AllowFederatedUsersToDialOutToThirdParty", "federatedUsersToThirdParty"),
        ] {
            if let value = object.member(theirs), value != .null { document["tenant"]["settings"][ours] = value }
        }
        if let domains = try object.names(in: "AllowedDialOutExternalDomains", by: "Domain") {
            document["tenant"]["settings"]["allowedDialOutExternalDomains"] = .array(domains.map { .string($0) })
        }
        let factory = try Self.shown(MeetingSettings()), before = document["tenant"]["settings"]["meetings"]
        var meetings = before == .null ? factory : before
        for name in factory.memberNames + ["sendEmailFromAddress", "sendEmailFromDisplayName"] {
            if let value = object.member(name), value != .null { meetings[name] = value }
        }
        // Printed as `Disabled` where it was never set.
        if let mode = object.member("DynamicCallerIdMode")?.string, mode != "Disabled" || meetings["dynamicCallerIdMode"] != .null {
            meetings["dynamicCallerIdMode"] = .string(mode)
        }
        if meetings != factory || before != .null { document["tenant"]["settings"]["meetings"] = meetings }
    }
}
