import Dialing

/// Policies that are kept here for invites, meetings and the telephony of users (domain reference §3.1, §7.5, §8.4, §8.9).
enum KeptPolicyCmdlets {
    static let all = conferencing.cmdlets + meetings.cmdlets + voiceRouting.cmdlets

    private typealias Property = OutputObject.Property

    private static let conferencing = PolicyFamily<TeamsAudioConferencingPolicy>(
        noun: "CsTeamsAudioConferencingPolicy", kind: "Teams audio conferencing policy",
        settings: [
            CmdletParameter("AllowTollFreeDialin", .truth), CmdletParameter("MeetingInvitePhoneNumbers", .listChange), .toggle("InMemory"),
        ],
        list: \.audioConferencing, fresh: TeamsAudioConferencingPolicy.init, builtIn: [.builtIn], grants: .conferencing,
        change: { policy, given, workspace throws(CmdletError) in
            if let allowed = given.truth("AllowTollFreeDialin") { policy.allowTollFreeDialin = allowed }
            guard let change = given.change("MeetingInvitePhoneNumbers") else { return }
            let before = policy.meetingInvitePhoneNumbers.map(\.description)
            let texts = try change.normalized { text throws(CmdletError) in try text.asNumber("MeetingInvitePhoneNumbers").description }
                .applied(to: before, "MeetingInvitePhoneNumbers", &workspace)
            policy.meetingInvitePhoneNumbers = []
            for text in texts {
                let number = try text.asNumber("MeetingInvitePhoneNumbers")
                try workspace.tenant.checkOnBridge(number, "MeetingInvitePhoneNumbers")
                policy.meetingInvitePhoneNumbers.append(number)
            }
        },
        output: { policy, _ in
            [
                Property(name: "AllowTollFreeDialin", value: .truth(policy.allowTollFreeDialin)),
                Property(name: "MeetingInvitePhoneNumbers", value: .texts(policy.meetingInvitePhoneNumbers)),
            ]
        })

    private static let meetings = PolicyFamily<TeamsMeetingPolicy>(
        noun: "CsTeamsMeetingPolicy", kind: "meeting policy",
        settings: [
            CmdletParameter("AllowAnonymousUsersToDialOut", .truth),
            CmdletParameter("AutoAdmittedUsers", .choice(TeamsMeetingPolicy.AutoAdmittedUsers.allCases.map(\.rawValue))),
            CmdletParameter("AllowPSTNUsersToBypassLobby", .truth), .text("Description", .nullable),
        ],
        list: \.meeting, fresh: TeamsMeetingPolicy.init, grants: .meeting,
        change: { policy, given, _ throws(CmdletError) in
            if let allowed = given.truth("AllowAnonymousUsersToDialOut") { policy.allowAnonymousUsersToDialOut = allowed }
            if let admitted = given.text("AutoAdmittedUsers").flatMap(TeamsMeetingPolicy.AutoAdmittedUsers.init) {
                policy.autoAdmittedUsers = admitted
            }
            if let bypasses = given.truth("AllowPSTNUsersToBypassLobby") { policy.allowPSTNUsersToBypassLobby = bypasses }
            if given.has("Description") { policy.description = given.text("Description") ?? "" }
        },
        output: { policy, _ in
            [
                Property(name: "AllowAnonymousUsersToDialOut", value: .truth(policy.allowAnonymousUsersToDialOut)),
                Property(name: "AutoAdmittedUsers", value: .text(policy.autoAdmittedUsers.rawValue)),
                Property(name: "AllowPSTNUsersToBypassLobby", value: .truth(policy.allowPSTNUsersToBypassLobby)),
                Property(name: "Description", value: .text(policy.description)),
            ]
        },
        global: { $0.meetingPolicy("Global")! },
        keepGlobal: { policy, tenant in
            tenant.settings.anonymousUsersMayDialOut = policy.allowAnonymousUsersToDialOut
            var rest = policy
            rest.allowAnonymousUsersToDialOut = false
            tenant.policies.meeting["Global"] = rest == TeamsMeetingPolicy(name: "Global") ? nil : rest
        })

    private static let voiceRouting = PolicyFamily<OnlineVoiceRoutingPolicy>(
        noun: "CsOnlineVoiceRoutingPolicy", kind: "voice routing policy",
        settings: [
            CmdletParameter("OnlinePstnUsages", .listChange), .text("Description", .nullable),
            CmdletParameter("RouteType", .choice(["BYOT"])),
        ],
        list: \.voiceRouting, fresh: OnlineVoiceRoutingPolicy.init, grants: .voiceRouting,
        change: { policy, given, workspace throws(CmdletError) in
            if given.has("Description") { policy.description = given.text("Description") ?? "" }
            guard let change = given.change("OnlinePstnUsages") else { return }
            policy.onlinePstnUsages = try change.applied(to: policy.onlinePstnUsages, "OnlinePstnUsages", &workspace)
            try workspace.tenant.checkUsages(policy.onlinePstnUsages)
        },
        output: { policy, _ in
            [
                Property(name: "OnlinePstnUsages", value: .texts(policy.onlinePstnUsages)),
                Property(name: "Description", value: .text(policy.description)), Property(name: "RouteType", value: .text("BYOT")),
            ]
        })
}

extension ListChange {
    /// With every text written in one way, so that the same thing is one entry.
    func normalized(_ form: (String) throws(CmdletError) -> String) throws(CmdletError) -> ListChange {
        func all(_ values: [CmdletValue]) throws(CmdletError) -> [CmdletValue] {
            var result: [CmdletValue] = []
            for value in values { result.append(try value.text.map { text throws(CmdletError) in .text(try form(text)) } ?? value) }
            return result
        }
        switch self {
        case .replace(let values): return .replace(try all(values))
        case .modify(let remove, let add): return .modify(remove: try all(remove), add: try all(add))
        }
    }
}

extension Tenant {
    /// A number on the bridge, of the type that is asked for.
    func checkOnBridge(_ telephoneNumber: E164, _ parameter: String, isTollFree: Bool? = nil) throws(CmdletError) {
        guard let number = number(telephoneNumber), number.status == .conferenceAssigned else {
            throw .refused("\(telephoneNumber) is not a number of the bridge \(bridge.name)", parameter: parameter)
        }
        guard let isTollFree, number.isTollFree != isTollFree else { return }
        let has = number.isTollFree ? "toll-free" : "a toll number"
        throw .refused(
            "\(telephoneNumber) is \(has); -\(parameter) takes \(isTollFree ? "toll-free numbers" : "toll numbers")", parameter: parameter)
    }
}
