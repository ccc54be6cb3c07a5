import Dialing

/// Users and their conferencing (domain reference §8.7).
enum ConferencingUserCmdlets {
    private static let resultSize = CmdletParameter("ResultSize", .integer(0...Int(Int32.max)))
    private static let one = CmdletParameter.identity([.positional, .required, .pipeline])
    private static let invitations = "it keeps no invitations, PINs or mails"
    static let all = [
        Cmdlet(
            "Get-CsOnlineUser", "Shows users, their licences and direct grants", [.identity(), .filter, resultSize], body: getOnlineUser),
        Cmdlet("Get-CsOnlineDialInConferencingUser", "Shows the users enabled for conferencing", [.identity(), resultSize], body: get),
        Cmdlet(
            "Set-CsOnlineDialInConferencingUser", "Checks a user's bridge; invitations are not held here", changes: true,
            [one, .text("BridgeId", group: "bridge"), .text("BridgeName", group: "bridge")]
                + [
                    "ServiceNumber", "TollFreeServiceNumber", "ResetLeaderPin", "SendEmail", "SendEmailToAddress", "SendEmailFromAddress",
                    "SendEmailFromDisplayName", "AllowTollFreeDialIn", "AllowPSTNOnlyMeetings", "AsJob",
                ].map { CmdletParameter($0, .notHeld(invitations)) }, body: set),
        Cmdlet(
            "Enable-CsOnlineDialInConferencingUser", "Switches Audio Conferencing on for a user", changes: true,
            [one, .text("BridgeId", group: "bridge"), .text("BridgeName", group: "bridge"), .toggle("ReplaceProvider")],
            body: { given, workspace throws(CmdletError) in try enable(true, given, &workspace) }),
        Cmdlet(
            "Disable-CsOnlineDialInConferencingUser", "Switches Audio Conferencing off for a user", changes: true, [one],
            body: { given, workspace throws(CmdletError) in try enable(false, given, &workspace) }),
    ]

    private static func chosen(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [User] {
        if let identity = given.text("Identity") { return [try workspace.user(identity)] }
        return try workspace.users()
    }

    private static func getOnlineUser(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let filter = try given.text("Filter").map { text throws(CmdletError) in try ObjectFilter(text) }
        var output: [CmdletValue] = []
        for user in try chosen(given, &workspace) where output.count < given.integer("ResultSize") ?? .max {
            let object = OutputObject([
                "Identity": .text(user.upn), "UserPrincipalName": .text(user.upn), "DisplayName": .text(user.displayName),
                "SipAddress": .text("sip:" + user.upn), "UsageLocation": .optional(user.usageLocation ?? workspace.tenant.country),
                "AssignedPlan": .texts(user.licences.list.map(\.rawValue)),
                "FeatureTypes": .texts(user.holdsConferencing && user.audioConferencingEnabled ? ["AudioConferencing"] : []),
                "OnlineAudioConferencingRoutingPolicy": .optional(user.grants.audioConferencingRoutingPolicy),
                "OnlineDialOutPolicy": .optional(user.grants.dialOutPolicy), "TenantDialPlan": .optional(user.grants.tenantDialPlan),
            ])
            if try filter?.accepts(object) ?? true { output.append(.object(object)) }
        }
        return output
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let users = try chosen(given, &workspace).filter { $0.holdsConferencing && $0.audioConferencingEnabled }
        let bridge = workspace.tenant.bridge
        return users.prefix(given.integer("ResultSize") ?? .max).map { user in
            .object(
                OutputObject([
                    "Identity": .text(user.upn), "DisplayName": .text(user.displayName), "SipAddress": .text("sip:" + user.upn),
                    "BridgeId": .text(bridge.identity), "BridgeName": .text(bridge.name), "Provider": .text("Microsoft"),
                ]))
        }
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let user = try workspace.user(try given.required("Identity"))
        try workspace.tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
        try checkLicence(user)
        return []
    }

    private static func enable(_ enabled: Bool, _ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var user = try workspace.user(try given.required("Identity"))
        if enabled {
            try workspace.tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
            try checkLicence(user)
        }
        user.audioConferencingEnabled = enabled
        workspace.changed[user.upn] = user
        return []
    }

    private static func checkLicence(_ user: User) throws(CmdletError) {
        guard user.holdsConferencing else {
            throw .refused("\(user.upn) has no Audio Conferencing or Operator Connect Conferencing licence", parameter: "Identity")
        }
    }
}

extension User {
    var holdsConferencing: Bool { licences.list.contains { $0 != .communicationsCredits } }
}
