import Dialing

/// What `Get-CsOnlineUser` shows of which users, and in what order.
struct UserListing {
    static let parameters: [CmdletParameter] = [
        CmdletParameter("Properties", .texts),
        CmdletParameter("AccountType", .choice(["User", "ResourceAccount", "Guest", "SfBOnPremUser", "IneligibleUser", "Unknown"])),
        .toggle("SkipUserPolicies"), .toggle("SoftDeletedUser"), .text("Sort", group: "sort"), .text("OrderBy", group: "sort"),
    ]

    private let filter: ObjectFilter?
    private let properties: [String]?
    private let order: (property: String, isDescending: Bool)?
    private let limit: Int
    private let skipsPolicies: Bool
    /// Users are all that the service keeps: no resource accounts, no guests, and none that are deleted.
    private let isEmpty: Bool

    init(_ given: Arguments) throws(CmdletError) {
        filter = try given.text("Filter").map { text throws(CmdletError) in try ObjectFilter(text) }
        properties = given.texts("Properties")
        limit = given.integer("ResultSize") ?? .max
        skipsPolicies = given.flag("SkipUserPolicies")
        isEmpty = given.flag("SoftDeletedUser") || given.text("AccountType").map { $0 != "User" } ?? false
        let name = given.has("OrderBy") ? "OrderBy" : "Sort"
        order = try given.text(name).map { text throws(CmdletError) in try Self.order(text, name) }
    }

    /// `DisplayName desc`.
    private static func order(_ text: String, _ parameter: String) throws(CmdletError) -> (property: String, isDescending: Bool) {
        let words = text.split(separator: " ").map(String.init), direction = words.count == 2 ? words[1].lowercased() : "asc"
        guard (1...2).contains(words.count), ["asc", "desc"].contains(direction) else {
            throw .invalid(parameter, "-\(parameter) is a property, with asc or desc behind it, not \(text)")
        }
        return (words[0], direction == "desc")
    }

    func objects(of users: [User], _ tenant: Tenant) throws(CmdletError) -> [CmdletValue] {
        let lines = tenant.lines
        var objects: [OutputObject] = []
        for user in isEmpty ? [] : users where order != nil || objects.count < limit {
            let object = object(of: user, tenant, line: lines[user.upn].map { "tel:\($0)" })
            if try filter?.accepts(object) ?? true { objects.append(object) }
        }
        return try chosen(sorted(objects).prefix(limit))
    }

    private func sorted(_ objects: [OutputObject]) throws(CmdletError) -> [OutputObject] {
        guard let order, let first = objects.first else { return objects }
        guard first[order.property] != nil else { throw .invalid("Sort", "there is no property \(order.property) to sort by") }
        let keyed = objects.map { (key: $0[order.property].map { $0.text ?? $0.shown } ?? "", object: $0) }
        return keyed.enumerated().sorted { left, right in
            let compared = TextOrder.compare(left.element.key, right.element.key)
            return compared == 0 ? left.offset < right.offset : (compared < 0) != order.isDescending
        }.map(\.element.object)
    }

    private func chosen(_ objects: ArraySlice<OutputObject>) throws(CmdletError) -> [CmdletValue] {
        guard let properties, let first = objects.first else { return objects.map { .object($0) } }
        if let stranger = properties.first(where: { first[$0] == nil }) {
            throw .invalid("Properties", "there is no property \(stranger) to show")
        }
        return objects.map { object in
            .object(OutputObject(properties: object.properties.filter { one in properties.contains { $0.isSameName(as: one.name) } }))
        }
    }

    private func object(of user: User, _ tenant: Tenant, line: String?) -> OutputObject {
        let grants = skipsPolicies ? User.Grants() : user.grants
        return OutputObject([
            "Identity": .text(user.upn), "ObjectId": .text(ObjectID.user(user.upn, of: tenant.id)),
            "UserPrincipalName": .text(user.upn), "DisplayName": .text(user.displayName),
            "SipAddress": .text("sip:" + user.upn), "UsageLocation": .optional(user.usageLocation ?? tenant.country),
            "StateOrProvince": .optional(user.state), "City": .optional(user.city),
            "AssignedPlan": .list(user.licences.list.map { Self.plan($0.rawValue) }),
            "FeatureTypes": .texts(user.isEnabledForConferencing ? ["AudioConferencing"] : []),
            "OnlineAudioConferencingRoutingPolicy": Self.policy(grants.audioConferencingRoutingPolicy),
            "OnlineDialOutPolicy": Self.policy(grants.dialOutPolicy, of: "Host"), "TenantDialPlan": Self.policy(grants.tenantDialPlan),
            "TeamsAudioConferencingPolicy": Self.policy(grants.audioConferencingPolicy),
            "OnlineVoiceRoutingPolicy": Self.policy(grants.voiceRoutingPolicy),
            "TeamsMeetingPolicy": Self.policy(grants.meetingPolicy),
            "LineUri": .optional(line), "AccountEnabled": .truth(true),
        ])
    }

    private static func plan(_ licence: String) -> CmdletValue {
        .object(OutputObject(["Capability": .text(licence), "CapabilityStatus": .text("Enabled")], display: licence))
    }

    private static func policy(_ name: (some CustomStringConvertible)?, of authority: String = "Tenant") -> CmdletValue {
        guard let name = name?.description else { return .null }
        return .object(OutputObject(["Name": .text(name), "Authority": .text(authority)], display: name))
    }
}
