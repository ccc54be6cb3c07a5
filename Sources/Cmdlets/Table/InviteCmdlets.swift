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
                CmdletParameter("AreaOrState", .notHeld("users have a country and no area; leave it out")),
                CmdletParameter("CapitalOrMajorCity", .notHeld("users have a country and no city; leave it out")),
                .toggle("RescheduleMeetings"),
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
        var count = 0
        for var user in try workspace.users() where country.map({ $0 == user.usageLocation ?? tenant.country }) ?? true {
            var conferencing = user.conferencing ?? UserConferencing()
            let now = isTollFree ? conferencing.tollFreeServiceNumber : conferencing.serviceNumber
            guard now == from, user.holdsConferencing else { continue }
            if isTollFree { conferencing.tollFreeServiceNumber = to } else { conferencing.serviceNumber = to }
            user.conferencing = conferencing
            if given.flag("RescheduleMeetings") { user.rewriteInvites(tenant, at: workspace.now) }
            workspace.changed[user.upn] = user
            count += 1
        }
        if count == 0 { workspace.warn("no user has \(from.map { "\($0)" } ?? "no number") as the default; nothing was changed") }
        return []
    }

    private static func migrate(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var user = try workspace.user(try given.required("Identity"))
        guard given.text("SourceMeetingType") != "SfB" else {
            workspace.warn("there are no Skype for Business meetings here; nothing was rewritten")
            return []
        }
        user.rewriteInvites(workspace.tenant, at: workspace.now)
        workspace.changed[user.upn] = user
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
        let isWanted = given.text("State").map { $0 == "Succeeded" } ?? true
        let users: [User] =
            if let identity = given.text("Identity") { [try workspace.user(identity)] } else { try workspace.users() }
        let rows = users.compactMap { user in user.conferencing?.migration.map { (user, $0.at) } }.filter { _, at in
            isWanted && from.map { at >= $0 } ?? true && to.map { at <= $0 } ?? true
        }
        if given.flag("SummaryOnly") {
            return [("Pending", 0), ("InProgress", 0), ("Succeeded", rows.count), ("Failed", 0)].map {
                .object(OutputObject(["State": .text($0.0), "UserCount": .integer($0.1)]))
            }
        }
        return rows.map { user, at in
            let time = CmdletValue.text(Moment(unix: at).timestamp)
            return .object(
                OutputObject([
                    "UserPrincipalName": .text(user.upn), "State": .text("Succeeded"), "MigrationType": .text("All"), "CreateDate": time,
                    "ModifiedDate": time, "LastMessage": .text(""),
                ]))
        }
    }
}

extension User {
    /// From here on invites that the user made before show the numbers of now.
    fileprivate mutating func rewriteInvites(_ tenant: Tenant, at time: Int) {
        let numbers = tenant.inviteNumbers(of: self)
        var conferencing = conferencing ?? UserConferencing()
        conferencing.migration = UserConferencing.Migration(
            at: time, tollNumber: numbers.toll.first, tollFreeNumber: numbers.tollFree.first)
        self.conferencing = conferencing
    }
}

extension Moment {
    /// Milliseconds since 1970.
    var unix: Int { milliseconds - Moment(unix: 0).milliseconds }
}
