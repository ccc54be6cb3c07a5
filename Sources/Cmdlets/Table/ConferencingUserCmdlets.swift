import Dialing

/// Users and their conferencing (domain reference §8.7).
enum ConferencingUserCmdlets {
    private static let resultSize = CmdletParameter("ResultSize", .limit)
    private static let one = CmdletParameter.identity([.positional, .required, .pipeline])
    static let all = [
        Cmdlet(
            "Get-CsOnlineUser", "Shows users, their licences and direct grants",
            [.identity(), .filter, resultSize] + UserListing.parameters
        ) { (given, workspace) throws(CmdletError) in
            try UserListing(given).objects(of: chosen(given, &workspace), workspace.tenant)
        },
        Cmdlet("Get-CsOnlineDialInConferencingUser", "Shows the users enabled for conferencing", [.identity(), resultSize], body: get),
        Cmdlet(
            "Set-CsOnlineDialInConferencingUser", "Sets a user's default numbers, and what is mailed to the user", changes: true,
            [one, .text("BridgeId", group: "bridge"), .text("BridgeName", group: "bridge")] + UserConferencingChange.parameters, body: set),
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

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let users = try chosen(given, &workspace).filter(\.isEnabledForConferencing)
        let tenant = workspace.tenant, defaults = InviteDefaults(tenant)
        return users.prefix(given.integer("ResultSize") ?? .max).map { user in
            let mail = user.conferencing ?? UserConferencing()
            return .object(
                OutputObject([
                    "Identity": .text(user.upn), "ObjectId": .text(ObjectID.user(user.upn, of: tenant.id)),
                    "DisplayName": .text(user.displayName), "SipAddress": .text("sip:" + user.upn), "BridgeId": .text(tenant.bridgeID),
                    "BridgeName": .text(tenant.bridge.name), "Provider": .text("Microsoft"),
                    "ServiceNumber": .optional(defaults.tollNumber(of: user)),
                    "TollFreeServiceNumber": .optional(defaults.tollFreeNumber(of: user)),
                    "AllowTollFreeDialIn": .truth(mail.allowTollFreeDialIn ?? true),
                    "AllowPSTNOnlyMeetings": .truth(mail.allowPSTNOnlyMeetings ?? tenant.meetings.allowPSTNOnlyMeetingsByDefault),
                    "SendEmailToAddress": .optional(mail.sendEmailToAddress), "PinResets": .integer(mail.pinResets ?? 0),
                ]))
        }
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var user = try workspace.user(try given.required("Identity"))
        try workspace.tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
        try checkLicence(user)
        var conferencing = user.conferencing ?? UserConferencing()
        try UserConferencingChange.apply(given, to: &conferencing, of: user.licences, workspace.tenant)
        let showsOthers =
            conferencing.serviceNumber != user.conferencing?.serviceNumber
            || conferencing.tollFreeServiceNumber != user.conferencing?.tollFreeServiceNumber
        user.conferencing = conferencing == UserConferencing() ? nil : conferencing
        workspace.changed[user.upn] = user
        if showsOthers, workspace.tenant.meetings.automaticallyMigrateUserMeetings { workspace.requestMigration(of: user.upn) }
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
