import Basis
import Cmdlets
import Foundation
import Service

/// What `Get-Cs… | ConvertTo-Json` of a tenant elsewhere wrote, or its users as CSV, put into the document of a tenant here. Objects are added
/// or take the place of those of their name; what a dump does not tell stays.
struct TenantDump {
    var document: JSONValue
    var users: [String: Int]
    /// What was passed over, and why.
    private(set) var warnings: [String] = []

    struct Refused: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    init(into document: JSONValue) {
        self.document = document
        users = Dictionary(
            document["users"].array.enumerated().map { ($1["upn"].string?.asciiLowercased ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Whether a file's JSON is a dump, and not a document of this service.
    static func isDump(_ json: JSONValue) -> Bool { json["tenant"] == .null }

    /// `file` tells apart the objects of the two cmdlets that print the same members.
    mutating func take(_ json: JSONValue, from file: String) throws(Refused) {
        let objects: [JSONValue] = if case .array(let elements) = json.unwrapped { elements } else { [json] }
        guard !objects.isEmpty else { throw Refused("there is no object in it") }
        for object in objects {
            switch try Kind(object, in: file) {
            case .user: try takeUser(object)
            case .usages: try takeUsages(object)
            case .route: try takeRoute(object)
            case .routingPolicy: try takePolicy(object, in: ["routingPolicies"])
            case .voicePolicy: try takePolicy(object, in: ["heldPolicies", "voiceRouting"])
            case .dialPlan: try takeDialPlan(object)
            case .audioPolicy: try takeAudioPolicy(object)
            case .meetingPolicy: try takeMeetingPolicy(object)
            case .gateway: try takeGateway(object)
            case .translationRule: try takeTranslationRule(object)
            case .groupGrant: try takeGroupGrant(object)
            case .settings: try takeSettings(object)
            }
        }
    }

    /// Columns of users that hold several values, between braces or bare.
    private static let lists: Set<String> = ["assignedplan", "licences", "licenses", "groups"]

    /// Users, a row each behind a row of names, as `Export-Csv`, `dialout users --csv` and the admin center write them.
    mutating func take(csv text: String) throws(Refused) {
        let table = text.hasPrefix("#TYPE") ? String(text.drop { !$0.isNewline }.dropFirst()) : text
        var reader = CSVReader(table, delimiter: CSVReader.delimiter(of: table))
        guard let names = reader.next()?.map({ $0.filter { $0 != " " } }),
            names.contains(where: { ["userprincipalname", "upn"].contains($0.lowercased()) })
        else { throw Refused("its first line names no column UserPrincipalName or upn") }
        var line = 1
        while let cells = reader.next() {
            line += 1
            if cells == [""] { continue }
            guard cells.count == names.count else {
                throw Refused("row \(line) has \(cells.count) cells, and there are \(names.count) columns")
            }
            var row: [String: JSONValue] = [:]
            for (name, cell) in zip(names, cells.map(CSVText.read)) {
                if Self.isTypeName(cell) {
                    warn("column \(name) holds \(cell) in place of values, and is passed over; export it with -join")
                } else if Self.lists.contains(name.lowercased()) {
                    let values = ListText.read(cell)
                    row[name] = .array((name.lowercased() == "groups" ? values : values.flatMap(Self.licences)).map { .string($0) })
                } else if !cell.isEmpty {
                    row[name] = .string(cell)
                }
            }
            try takeUser(.object(row))
        }
        if reader.isUnclosed { throw Refused("a quote in it is not closed") }
    }

    /// What `Export-Csv` writes in place of several values, such as `System.Object[]`.
    private static func isTypeName(_ cell: String) -> Bool { cell.hasPrefix("System.") && (cell.hasSuffix("[]") || cell.contains("`")) }

    /// The admin center writes a plus between licences, with blanks or without.
    private static func licences(_ text: String) -> [String] {
        text.split(separator: "+").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    mutating func warn(_ text: String) { if !warnings.contains(text) { warnings.append(text) } }
}

extension TenantDump {
    /// What is told apart by the members that its cmdlet prints.
    enum Kind {
        case user, usages, route, routingPolicy, voicePolicy, dialPlan
        case audioPolicy, meetingPolicy, gateway, translationRule, groupGrant, settings

        /// Members that each of its objects has, the telling ones first.
        private static let marks: [(kind: Kind, members: [String], cmdlet: String)] = [
            (.user, ["UserPrincipalName"], "Get-CsOnlineUser"), (.user, ["Upn"], ""), (.usages, ["Usage"], "Get-CsOnlinePstnUsage"),
            (.route, ["NumberPattern"], "Get-CsOnlineVoiceRoute"),
            (.routingPolicy, ["OnlinePstnUsages"], "Get-CsOnlineAudioConferencingRoutingPolicy"),
            (.voicePolicy, ["OnlinePstnUsages"], "Get-CsOnlineVoiceRoutingPolicy"),
            (.dialPlan, ["NormalizationRules"], "Get-CsTenantDialPlan"),
            (.audioPolicy, ["AllowTollFreeDialin", "MeetingInvitePhoneNumbers"], "Get-CsTeamsAudioConferencingPolicy"),
            (.meetingPolicy, ["AllowAnonymousUsersToDialOut"], "Get-CsTeamsMeetingPolicy"),
            (.gateway, ["SipSignalingPort"], "Get-CsOnlinePSTNGateway"),
            (.translationRule, ["Pattern", "Translation"], "Get-CsTeamsTranslationRule"),
            (.groupGrant, ["GroupId", "PolicyType"], "Get-CsGroupPolicyAssignment"),
            (.settings, ["AllowFederatedUsersToDialOutToSelf"], "Get-CsOnlineDialInConferencingTenantSettings"),
        ]

        /// What is nobody's to import.
        private static let refusals: [(members: [String], why: String)] = [
            (["TelephoneNumber"], "telephone numbers come with their operator's order and are not imported"),
            (["PstnAssignmentStatus"], "telephone numbers come with their operator's order and are not imported"),
            (
                ["BridgeId", "PrimaryLanguage"],
                "numbers go on the bridge by Register-CsOnlineDialInConferencingServiceNumber and are not imported"
            ),
            (
                ["BridgeName", "ServiceNumber"],
                "users' default numbers and PINs are set by Set-CsOnlineDialInConferencingUser and are not imported"
            ),
            (["MigrationType"], "migrations of meetings are begun by Start-CsExMeetingMigration and are not imported"),
            (["AllowPSTNOutboundCallingType"], "dial-out policies are the same in every tenant; Grant-CsDialoutPolicy gives them"),
        ]

        init(_ object: JSONValue, in file: String) throws(Refused) {
            func has(_ members: [String]) -> Bool { members.allSatisfy { object.member($0) != nil } }
            if let refusal = Self.refusals.first(where: { has($0.members) }) { throw Refused(refusal.why) }
            guard let found = Self.marks.first(where: { has($0.members) }) else {
                let names = object.memberNames.sorted().prefix(6).joined(separator: ", ")
                let cmdlets = Self.marks.map(\.cmdlet).filter { !$0.isEmpty }
                throw Refused("an object with \(names) is none of \(cmdlets.dropLast().joined(separator: ", ")) and \(cmdlets.last ?? "")")
            }
            let isOfVoice = found.kind == .routingPolicy && file.lowercased().contains("onlinevoiceroutingpolicy")
            self = isOfVoice ? .voicePolicy : found.kind
        }
    }
}
