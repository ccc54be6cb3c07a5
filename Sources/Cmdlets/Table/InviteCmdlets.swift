import Dialing

/// Default numbers of many users at once, and the rewriting of invites that were made before (domain reference §7.5, §7.6, §8.7).
enum InviteCmdlets {
    private static let kind = CmdletParameter.Kind.choice(["Toll", "TollFree"])
    static let all = [
        Cmdlet(
            "Set-CsOnlineDialInConferencingUserDefaultNumber", "Replaces a default number for all users who have it", changes: true,
            [
                .text("FromNumber", [.positional, .nullable]), .text("ToNumber", [.positional, .required]),
                CmdletParameter("NumberType", kind, .required), .text("BridgeId", group: "bridge"), .text("BridgeName", group: "bridge"),
                .text("CountryOrRegion", group: "country"), .text("Country", group: "country"),
                .text("AreaOrState"), .text("CapitalOrMajorCity"), .toggle("RescheduleMeetings"),
            ], body: setDefault),
        Cmdlet(
            "Start-CsExMeetingMigration", "Rewrites a user's invites with today's numbers", changes: true,
            [
                .identity([.positional, .required, .pipeline]), CmdletParameter("SourceMeetingType", .choice(["All", "SfB", "Teams"])),
                CmdletParameter("TargetMeetingType", .choice(["Current", "Teams"])),
            ], body: migrate),
        Cmdlet(
            "Get-CsMeetingMigrationStatus", "Shows what became of rewritten invites",
            [
                .identity(), .text("StartTime"), .text("EndTime"),
                CmdletParameter("State", .choice(["Pending", "InProgress", "Succeeded", "Failed"])), .toggle("SummaryOnly"),
            ], body: status),
    ]

    private static func setDefault(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let tenant = workspace.tenant, isTollFree = given.text("NumberType") == "TollFree"
        try tenant.checkBridge(id: given.text("BridgeId"), "BridgeId", name: given.text("BridgeName"), "BridgeName")
        let to = try given.required("ToNumber").asNumber("ToNumber")
        try tenant.checkOnBridge(to, "ToNumber", isTollFree: isTollFree)
        let from = try given.text("FromNumber").map { text throws(CmdletError) in try text.asNumber("FromNumber") }
        let country = try (given.text("CountryOrRegion") ?? given.text("Country")).map { text throws(CmdletError) in
            guard let country = Country(text) else {
                throw .invalid("CountryOrRegion", "\(text) is not a country's code of two letters")
            }
            return country
        }
        let defaults = InviteDefaults(tenant)
        var count = 0
        for var user in try workspace.users() where user.holdsConferencing {
            if let country, country != user.usageLocation ?? tenant.country { continue }
            guard given.text("AreaOrState").map({ user.state?.isSameName(as: $0) ?? false }) ?? true,
                given.text("CapitalOrMajorCity").map({ user.city?.isSameName(as: $0) ?? false }) ?? true,
                user.shows(from, isTollFree: isTollFree, defaults), user.licences.includesNumbers(of: tenant.number(to)?.operatorID ?? "")
            else { continue }
            var conferencing = user.conferencing ?? UserConferencing()
            if isTollFree { conferencing.tollFreeServiceNumber = to } else { conferencing.serviceNumber = to }
            user.conferencing = conferencing
            if given.flag("RescheduleMeetings") || tenant.meetings.automaticallyMigrateUserMeetings {
                workspace.requestMigration(of: user.upn)
            }
            workspace.changed[user.upn] = user
            count += 1
        }
        if count == 0 { workspace.warn("no user has \(from.map { "\($0)" } ?? "no number") as the default; nothing was changed") }
        return []
    }

    private static func migrate(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let user = try workspace.user(try given.required("Identity"))
        guard given.text("SourceMeetingType") != "SfB" else {
            workspace.warn("there are no Skype for Business meetings here; nothing was rewritten")
            return []
        }
        workspace.requestMigration(of: user.upn)
        return []
    }

    private static func status(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        func time(_ parameter: String) throws(CmdletError) -> Int? {
            try given.text(parameter).map { text throws(CmdletError) in
                guard let moment = Moment(reading: text) else { throw .invalid(parameter, "\(text) is not a date and time") }
                return moment.unix
            }
        }
        let from = try time("StartTime"), to = try time("EndTime")
        let identity = try given.text("Identity").map { text throws(CmdletError) in try workspace.user(text).upn }
        try workspace.visit(workspace.migrations.count)
        let rows = workspace.migrations.values.filter { migration in
            identity.map { $0 == migration.upn } ?? true && given.text("State").map { $0 == migration.state.rawValue } ?? true
                && from.map { migration.createdAt >= $0 } ?? true && to.map { migration.createdAt <= $0 } ?? true
        }.sorted { $0.upn < $1.upn }
        guard given.flag("SummaryOnly") else { return rows.map { .object(output($0)) } }
        return MeetingMigration.State.allCases.map { state in
            let counted = rows.filter { $0.state == state }
            return .object(
                OutputObject([
                    "State": .text(state.rawValue), "UserCount": .integer(counted.count),
                    "MeetingCount": .integer(counted.reduce(0) { $0 + $1.total }),
                ]))
        }
    }

    private static func output(_ migration: MeetingMigration) -> OutputObject {
        let rewritten = migration.state.isUnfinished ? 0 : migration.total - migration.failed
        return OutputObject([
            "UserPrincipalName": .text(migration.upn), "State": .text(migration.state.rawValue), "MigrationType": .text("All"),
            "CreateDate": .moment(migration.createdAt), "ModifiedDate": .moment(migration.modifiedAt),
            "TotalMeeting": .integer(migration.total),
            "SucceededMeeting": .integer(rewritten), "FailedMeeting": .integer(migration.failed), "LastMessage": .text(migration.message),
        ])
    }
}

extension User {
    /// Whether a number is the user's default; nil asks for a user for whom none is kept.
    fileprivate func shows(_ number: E164?, isTollFree: Bool, _ defaults: InviteDefaults) -> Bool {
        guard let number else {
            return isTollFree
                ? conferencing?.tollFreeServiceNumber == nil
                : conferencing?.serviceNumber == nil && conferencing?.givenServiceNumber == nil
        }
        return (isTollFree ? conferencing?.tollFreeServiceNumber : conferencing?.serviceNumber ?? defaults.tollNumber(of: self)) == number
    }
}
