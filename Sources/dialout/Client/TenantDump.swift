import Cmdlets
import Foundation
import Service

/// What `Get-Cs… | ConvertTo-Json` of a tenant elsewhere wrote, or its users as CSV, put into the document of a tenant here. Objects are added
/// or take the place of those of their name; what a dump does not tell stays.
struct TenantDump {
    private(set) var document: JSONValue
    private var users: [String: Int]
    /// What was passed over, and why.
    private(set) var warnings: [String] = []

    struct Refused: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    /// What is told apart by the members that its cmdlet prints.
    enum Kind {
        case user, usages, route, policy, dialPlan

        init(_ object: JSONValue) throws(Refused) {
            func has(_ name: String) -> Bool { object.member(name) != nil }
            if has("TelephoneNumber") || has("PstnAssignmentStatus") {
                throw Refused("telephone numbers come with their operator's order and are not imported")
            } else if has("UserPrincipalName") || has("Upn") {
                self = .user
            } else if has("Usage") {
                self = .usages
            } else if has("NumberPattern") {
                self = .route
            } else if has("OnlinePstnUsages") {
                self = .policy
            } else if has("NormalizationRules") {
                self = .dialPlan
            } else {
                let names = object.memberNames.sorted().prefix(6).joined(separator: ", ")
                throw Refused(
                    "an object with \(names) is none of Get-CsOnlineUser, Get-CsOnlinePstnUsage, Get-CsOnlineVoiceRoute, "
                        + "Get-CsOnlineAudioConferencingRoutingPolicy and Get-CsTenantDialPlan")
            }
        }
    }

    init(into document: JSONValue) {
        self.document = document
        users = Dictionary(
            document["users"].array.enumerated().map { ($1["upn"].string?.lowercased() ?? "", $0) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether a file's JSON is a dump, and not a document of this service.
    static func isDump(_ json: JSONValue) -> Bool { json["tenant"] == .null }

    mutating func take(_ json: JSONValue) throws(Refused) {
        let objects: [JSONValue] = if case .array(let elements) = json { elements } else { [json] }
        guard !objects.isEmpty else { throw Refused("there is no object in it") }
        for object in objects {
            switch try Kind(object) {
            case .user: try takeUser(object)
            case .usages: takeUsages(object)
            case .route: try takeRoute(object)
            case .policy: try takePolicy(object)
            case .dialPlan: try takeDialPlan(object)
            }
        }
    }

    /// Users, a row each behind a row of names.
    mutating func take(csv text: String) throws(Refused) {
        let delimiter: Character = (text.prefix { $0 != "\n" }).contains(";") ? ";" : ","
        var reader = CSVReader(text, delimiter: delimiter)
        guard var names = reader.next(),
            names.contains(where: { ["userprincipalname", "upn"].contains($0.lowercased()) }) || names[0].hasPrefix("#TYPE")
        else { throw Refused("its first line names no column UserPrincipalName or upn") }
        if names[0].hasPrefix("#TYPE"), let next = reader.next() { names = next }
        var line = 1
        while let cells = reader.next() {
            line += 1
            if cells == [""] { continue }
            guard cells.count == names.count else {
                throw Refused("row \(line) has \(cells.count) cells, and there are \(names.count) columns")
            }
            var row: [String: JSONValue] = [:]
            for (name, cell) in zip(names, cells) {
                if cell.hasPrefix("System.") {
                    warn("column \(name) holds \(cell) in place of values, and is passed over; export it with -join")
                } else if !cell.isEmpty {
                    row[name] = .string(cell)
                }
            }
            try takeUser(.object(row))
        }
        if reader.isUnclosed { throw Refused("a quote in it is not closed") }
    }

    private mutating func warn(_ text: String) { if !warnings.contains(text) { warnings.append(text) } }
}

// MARK: the objects

extension TenantDump {
    private mutating func takeUser(_ object: JSONValue) throws(Refused) {
        guard let upn = (object.member("UserPrincipalName") ?? object.member("Upn"))?.string?.lowercased(), !upn.isEmpty else {
            throw Refused("a user has no UserPrincipalName")
        }
        var user = users[upn].map { document["users"].array[$0] } ?? Self.newUser(upn)
        if let name = object.member("DisplayName")?.string { user["displayName"] = .string(name) }
        if let place = object.member("UsageLocation")?.string, !place.isEmpty { user["usageLocation"] = .string(place) }
        if let words = (object.member("AssignedPlan") ?? object.member("Licences"))?.words(named: "Capability") {
            try takeLicences(words, upn, &user)
        }
        if let groups = object.member("Groups")?.words(named: "Name") { user["groups"] = .array(groups.map { .string($0) }) }
        if let isOn = object.member("audioConferencingEnabled")?.flag { user["audioConferencingEnabled"] = .bool(isOn) }
        var grants = user["grants"] == .null ? JSONValue.object([:]) : user["grants"]
        for (theirs, ours) in Self.grants {
            guard let value = object.member(theirs) else { continue }
            if let name = value.policyName { grants[ours] = .string(name) } else if value == .null { grants[ours] = .null }
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

    /// Service plans as a tenant elsewhere names them (domain reference §2.1), and licences as they are called here.
    private static let licences = [
        "mcomeetadv": "AudioConferencingStandard", "mcomeetbasic": "AudioConferencingSelectDialOut",
        "mcomeetacpea": "AudioConferencingPayPerMinute", "mcopstnpp": "CommunicationsCredits",
    ]
    private static let own = [
        "AudioConferencingStandard", "AudioConferencingSelectDialOut", "AudioConferencingPayPerMinute", "OperatorConnectConferencing",
        "CommunicationsCredits",
    ]

    private mutating func takeLicences(_ words: [String], _ upn: String, _ user: inout JSONValue) throws(Refused) {
        let known = words.compactMap { word in
            Self.licences[word.lowercased()] ?? Self.own.first { $0.lowercased() == word.lowercased() }
        }
        user["licences"] = .array(Self.own.filter(known.contains).map { .string($0) })
    }

    private mutating func takeUsages(_ object: JSONValue) {
        let names = object.member("Usage")?.words(named: "Name") ?? [], had = document["tenant"]["pstnUsages"].array
        let known = Set(had.compactMap { $0.string?.lowercased() })
        document["tenant"]["pstnUsages"] = .array(had + names.filter { !known.contains($0.lowercased()) }.map { .string($0) })
    }

    private mutating func takeRoute(_ object: JSONValue) throws(Refused) {
        var route = try named(object, in: "voiceRoutes")
        route["numberPattern"] = object.member("NumberPattern") ?? .null
        route["onlinePstnUsages"] = .array((object.member("OnlinePstnUsages")?.words(named: "Name") ?? []).map { .string($0) })
        route["onlinePstnGatewayList"] = .array((object.member("OnlinePstnGatewayList")?.words(named: "Fqdn") ?? []).map { .string($0) })
        let source = object.member("BridgeSourcePhoneNumber")?.string.flatMap { $0.isEmpty ? nil : $0 }
        route["bridgeSourcePhoneNumber"] = source.map { .string($0.hasPrefix("+") ? $0 : "+" + $0) } ?? .null
        route["priority"] = object.member("Priority") ?? .integer(0)
        route["description"] = .string(object.member("Description")?.string ?? "")
        put(route, in: "voiceRoutes")
    }

    private mutating func takePolicy(_ object: JSONValue) throws(Refused) {
        var policy = try named(object, in: "routingPolicies")
        policy["onlinePstnUsages"] = .array((object.member("OnlinePstnUsages")?.words(named: "Name") ?? []).map { .string($0) })
        policy["description"] = .string(object.member("Description")?.string ?? "")
        put(policy, in: "routingPolicies")
    }

    private mutating func takeDialPlan(_ object: JSONValue) throws(Refused) {
        var plan = try named(object, in: "dialPlans")
        let rules: [JSONValue] = if case .array(let elements)? = object.member("NormalizationRules") { elements } else { [] }
        plan["simpleName"] = .string(object.member("SimpleName")?.string ?? plan["name"].string ?? "")
        plan["description"] = .string(object.member("Description")?.string ?? "")
        plan["normalizationRules"] = .array(
            rules.map { rule in
                .object([
                    "name": rule.member("Name") ?? .null, "pattern": rule.member("Pattern") ?? .null,
                    "translation": rule.member("Translation") ?? .null,
                    "description": .string(rule.member("Description")?.string ?? ""),
                    "isInternalExtension": .bool(rule.member("IsInternalExtension")?.flag ?? false),
                ])
            })
        put(plan, in: "dialPlans")
    }

    /// The object of that name as it is here, or a new one.
    private func named(_ object: JSONValue, in member: String) throws(Refused) -> JSONValue {
        guard let name = (object.member("Identity") ?? object.member("Name"))?.policyName else {
            throw Refused("an object has no Identity")
        }
        return document["tenant"][member].array.first { $0["name"].string?.lowercased() == name.lowercased() }
            ?? .object(["name": .string(name)])
    }

    private mutating func put(_ object: JSONValue, in member: String) {
        let name = object["name"].string?.lowercased()
        var list = document["tenant"][member].array
        if let index = list.firstIndex(where: { $0["name"].string?.lowercased() == name }) {
            list[index] = object
        } else {
            list.append(object)
        }
        document["tenant"][member] = .array(list)
    }
}

extension JSONValue {
    /// A member, whatever the case of its name; nil where there is none.
    fileprivate func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name] ?? members.first { $0.key.lowercased() == name.lowercased() }?.value
    }

    fileprivate var memberNames: [String] {
        guard case .object(let members) = self else { return [] }
        return Array(members.keys)
    }

    /// The name of a policy, without its tag: a text, or an object with a `Name`.
    fileprivate var policyName: String? {
        guard let text = string ?? member("Name")?.string, !text.isEmpty else { return nil }
        return text.lowercased().hasPrefix("tag:") ? String(text.dropFirst(4)) : text
    }

    fileprivate var flag: Bool? {
        if case .bool(let flag) = self { return flag }
        return string.flatMap { Bool($0.lowercased()) }
    }

    /// Texts, or the `member` of objects, of a list; or what a text names between semicolons, commas or blanks.
    fileprivate func words(named member: String) -> [String]? {
        switch self {
        case .array(let elements): elements.compactMap { $0.string ?? $0.member(member)?.string }
        case .string(let text): text.split { ";,".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        case .object: self.member(member)?.string.map { [$0] } ?? []
        default: nil
        }
    }

    fileprivate mutating func put(_ element: JSONValue, in member: String, at index: Int?) {
        guard case .object(var members) = self, case .array(var list) = members.removeValue(forKey: member) ?? .array([]) else { return }
        if let index { list[index] = element } else { list.append(element) }
        members[member] = .array(list)
        self = .object(members)
    }
}
