import Basis
import Dialing
import Service

/// Users, and what calls are routed by.
extension TenantDump {
    mutating func takeUser(_ object: JSONValue) throws(Refused) {
        guard let upn = (object.member("UserPrincipalName") ?? object.member("Upn"))?.string?.asciiLowercased, !upn.isEmpty else {
            throw Refused("a user has no UserPrincipalName")
        }
        var user = users[upn].map { document["users"].array[$0] } ?? Self.newUser(upn)
        if let name = object.member("DisplayName")?.string { user["displayName"] = .string(name) }
        // Printed as the tenant's country where a user has none.
        let isTenants =
            users[upn] != nil && user["usageLocation"] == .null
            && object.member("UsageLocation")?.string?.uppercased() == document["tenant"]["country"].string
        if let place = object.member("UsageLocation")?.string, !place.isEmpty, !isTenants { user["usageLocation"] = .string(place) }
        if let licences = try licences(of: object) { user["licences"] = .array(licences.map { .string($0) }) }
        if let groups = try object.names(in: "Groups") { user["groups"] = .array(groups.map { .string($0) }) }
        if let isOn = object.member("audioConferencingEnabled")?.flag { user["audioConferencingEnabled"] = .bool(isOn) }
        var grants = user["grants"] == .null ? JSONValue.object([:]) : user["grants"]
        for (theirs, ours) in Self.grants {
            guard let value = object.member(theirs) else { continue }
            let name = value.policyName, isGlobal = name?.lowercased() == "global"
            if let name, !isGlobal { grants[ours] = .string(name) } else if value == .null || isGlobal { grants[ours] = .null }
        }
        user["grants"] = grants
        if let index = users[upn] {
            document.put(user, in: "users", at: index)
        } else {
            users[upn] = document["users"].array.count
            document.put(user, in: "users", at: nil)
        }
    }

    private static func newUser(_ upn: String) -> JSONValue {
        .object([
            "upn": .string(upn), "displayName": .string(""), "licences": .array([]), "groups": .array([]),
            "audioConferencingEnabled": .bool(true),
            "grants": .object([:]),
        ])
    }

    private static let grants = [
        ("OnlineAudioConferencingRoutingPolicy", "audioConferencingRoutingPolicy"), ("OnlineDialOutPolicy", "dialOutPolicy"),
        ("TenantDialPlan", "tenantDialPlan"), ("OnlineVoiceRoutingPolicy", "voiceRoutingPolicy"),
        ("TeamsAudioConferencingPolicy", "audioConferencingPolicy"), ("TeamsMeetingPolicy", "meetingPolicy"),
    ]

    private static let own = [
        "AudioConferencingStandard", "AudioConferencingSelectDialOut", "AudioConferencingPayPerMinute", "OperatorConnectConferencing",
        "CommunicationsCredits",
    ]
    /// Service plans and products as a tenant elsewhere names them (domain reference §2.1).
    private static let licences = [
        "mcomeetadv": "AudioConferencingStandard", "mcomeetbasic": "AudioConferencingSelectDialOut",
        "mcomeetacpea": "AudioConferencingPayPerMinute", "mcopstnpp": "CommunicationsCredits", "mcopstnc": "CommunicationsCredits",
        "microsoft 365 audio conferencing": "AudioConferencingStandard", "microsoft 365 e5": "AudioConferencingStandard",
        "office 365 e5": "AudioConferencingStandard",
        "microsoft teams audio conferencing with dial-out to usa/can": "AudioConferencingSelectDialOut",
        "microsoft 365 audio conferencing pay-per-minute - ea": "AudioConferencingPayPerMinute",
        "communications credits": "CommunicationsCredits", "operator connect conferencing": "OperatorConnectConferencing",
    ]

    /// Of plans those that are in force, of which most are of other services; of licences each that is not known is told. Nil where the object
    /// says nothing of them.
    private mutating func licences(of object: JSONValue) throws(Refused) -> [String]? {
        var words: [String] = []
        if let plans = object.member("AssignedPlan"), plans != .null {
            let isInForce = { (plan: JSONValue) in
                plan.member("CapabilityStatus")?.string.map { ["enabled", "warning"].contains($0.lowercased()) } ?? true
            }
            if case .array(let list) = plans.unwrapped {
                words =
                    try JSONValue.object(["AssignedPlan": .array(list.filter(isInForce))]).names(in: "AssignedPlan", by: "Capability") ?? []
            } else {
                words = try object.names(in: "AssignedPlan", by: "Capability") ?? []
            }
        } else if let named = try object.names(in: object.member("Licences") == nil ? "Licenses" : "Licences") {
            words = named
            for word in named where Self.licence(word) == nil { warn("\(word) is no licence for conferencing, and is passed over") }
        } else {
            return nil
        }
        let known = Set(words.compactMap(Self.licence))
        return Self.own.filter(known.contains)
    }

    private static func licence(_ word: String) -> String? {
        licences[word.lowercased()] ?? own.first { $0.lowercased() == word.lowercased() }
    }

    mutating func takeUsages(_ object: JSONValue) throws(Refused) {
        let names = try object.names(in: "Usage") ?? [], had = document["tenant"]["pstnUsages"].array
        let known = Set(had.compactMap { $0.string?.lowercased() })
        document["tenant"]["pstnUsages"] = .array(had + names.filter { !known.contains($0.lowercased()) }.map { .string($0) })
    }

    mutating func takeRoute(_ object: JSONValue) throws(Refused) {
        var route = try named(object, in: ["voiceRoutes"])
        route["numberPattern"] = object.member("NumberPattern") ?? .null
        route["onlinePstnUsages"] = .array((try object.names(in: "OnlinePstnUsages") ?? []).map { .string($0) })
        route["onlinePstnGatewayList"] = .array((try object.names(in: "OnlinePstnGatewayList", by: "Fqdn") ?? []).map { .string($0) })
        let source = object.member("BridgeSourcePhoneNumber")?.string.flatMap { $0.isEmpty ? nil : $0 }
        route["bridgeSourcePhoneNumber"] = source.map { .string($0.hasPrefix("+") ? $0 : "+" + $0) } ?? .null
        route["priority"] = object.member("Priority") ?? .integer(0)
        route["description"] = .string(object.member("Description")?.string ?? "")
        try put(route, in: ["voiceRoutes"])
    }

    mutating func takePolicy(_ object: JSONValue, in list: [String]) throws(Refused) {
        var policy = try named(object, in: list)
        policy["onlinePstnUsages"] = .array((try object.names(in: "OnlinePstnUsages") ?? []).map { .string($0) })
        policy["description"] = .string(object.member("Description")?.string ?? "")
        if policy == Self.globalVoicePolicy, list.count > 1 { return }
        try put(policy, in: list)
    }

    /// As it is where nobody changed it, in which case it is not kept.
    private static let globalVoicePolicy = JSONValue.object([
        "name": .string("Global"), "onlinePstnUsages": .array([]), "description": .string(""),
    ])

    mutating func takeDialPlan(_ object: JSONValue) throws(Refused) {
        var plan = try named(object, in: ["dialPlans"])
        plan["simpleName"] = .string(object.member("SimpleName")?.string ?? plan["name"].string ?? "")
        plan["description"] = .string(object.member("Description")?.string ?? "")
        plan["normalizationRules"] = .array(
            (try object.objects(in: "NormalizationRules") ?? []).map { rule in
                .object([
                    "name": rule.member("Name") ?? .null, "pattern": rule.member("Pattern") ?? .null,
                    "translation": rule.member("Translation") ?? .null,
                    "description": .string(rule.member("Description")?.string ?? ""),
                    "isInternalExtension": .bool(rule.member("IsInternalExtension")?.flag ?? false),
                ])
            })
        try put(plan, in: ["dialPlans"])
    }
}

// MARK: lists of the tenant's document

extension TenantDump {
    /// Of a member of the tenant, or of one within it.
    private func list(_ path: [String]) -> [JSONValue] { path.reduce(document["tenant"]) { $0[$1] }.array }

    /// The object of that name as it is here, or a new one.
    func named(_ object: JSONValue, in path: [String]) throws(Refused) -> JSONValue {
        guard let name = (object.member("Identity") ?? object.member("Name"))?.policyName else {
            throw Refused("an object has no Identity")
        }
        return list(path).first { $0["name"].string?.lowercased() == name.lowercased() } ?? .object(["name": .string(name)])
    }

    mutating func put(_ object: JSONValue, in path: [String]) throws(Refused) {
        let name = object["name"].string?.lowercased()
        let index = list(path).firstIndex { $0["name"].string?.lowercased() == name }
        if path.count == 1 {
            document["tenant"].put(object, in: path[0], at: index)
        } else {
            if document["tenant"][path[0]] == .null { document["tenant"][path[0]] = try Self.shown(TenantPolicies()) }
            document["tenant"][path[0]].put(object, in: path[1], at: index)
        }
    }
}
