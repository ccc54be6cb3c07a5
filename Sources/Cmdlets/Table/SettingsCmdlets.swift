import Dialing

/// The tenant's conferencing settings (domain reference §3.1, §8.8).
enum SettingsCmdlets {
    private static let noun = "CsOnlineDialInConferencingTenantSettings"
    private static let federated = CmdletParameter.Kind.choice(ConferencingSettings.FederatedDialOut.allCases.map(\.rawValue))

    static let all = [
        Cmdlet("Get-\(noun)", "Shows the conferencing settings of the tenant", [.identity(), .filter], body: get),
        Cmdlet(
            "Set-\(noun)", "Changes the conferencing settings of the tenant", changes: true,
            [
                .identity(), CmdletParameter("AllowedDialOutExternalDomains", .listChange),
                CmdletParameter("AllowFederatedUsersToDialOutToSelf", federated),
                CmdletParameter("AllowFederatedUsersToDialOutToThirdParty", federated),
                CmdletParameter("Instance", .notHeld("the settings are changed by their own parameters")),
            ] + MeetingSettingsParameters.all, body: set),
        Cmdlet("Remove-\(noun)", "Restores the settings from the start", changes: true, [.identity()], body: remove),
        Cmdlet(
            "Get-CsOnlineDialinConferencingTenantConfiguration", "Shows whether conferencing is enabled", [.identity()],
            body: getConfiguration),
        Cmdlet("Get-CsOnlineDialinConferencingPolicy", "Shows whether conferencing is allowed", [.identity()], body: getPolicy),
    ]

    private static func checkGlobal(_ given: Arguments) throws(CmdletError) {
        guard let identity = given.text("Identity"), !identity.isSameName(as: "Global") else { return }
        throw .notFound("Identity", "the only instance is Global, not \(identity)")
    }

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try checkGlobal(given)
        let settings = workspace.tenant.settings
        let dialOut = OutputObject([
            "Identity": .text("Global"), "AllowedDialOutExternalDomains": .texts(settings.allowedDialOutExternalDomains),
            "AllowFederatedUsersToDialOutToSelf": .text(settings.federatedUsersToSelf.rawValue),
            "AllowFederatedUsersToDialOutToThirdParty": .text(settings.federatedUsersToThirdParty.rawValue),
        ])
        return [.object(dialOut.followed(by: MeetingSettingsParameters.output(workspace.tenant.meetings)))]
    }

    private static func set(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try checkGlobal(given)
        var settings = workspace.tenant.settings
        if let change = given.change("AllowedDialOutExternalDomains") {
            let domains = try change.applied(to: settings.allowedDialOutExternalDomains, "AllowedDialOutExternalDomains", &workspace)
            for domain in domains where !domain.isDomainName {
                throw .invalid("AllowedDialOutExternalDomains", "\(domain) is not a domain name")
            }
            settings.allowedDialOutExternalDomains = domains
        }
        if let value = given.text("AllowFederatedUsersToDialOutToSelf").flatMap(ConferencingSettings.FederatedDialOut.init) {
            settings.federatedUsersToSelf = value
        }
        if let value = given.text("AllowFederatedUsersToDialOutToThirdParty").flatMap(ConferencingSettings.FederatedDialOut.init) {
            settings.federatedUsersToThirdParty = value
        }
        var meetings = workspace.tenant.meetings
        try MeetingSettingsParameters.change(&meetings, given)
        workspace.tenant.settings = settings
        workspace.tenant.meetings = meetings
        return []
    }

    private static func remove(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try checkGlobal(given)
        let factory = ConferencingSettings()
        workspace.tenant.settings.allowedDialOutExternalDomains = factory.allowedDialOutExternalDomains
        workspace.tenant.settings.federatedUsersToSelf = factory.federatedUsersToSelf
        workspace.tenant.settings.federatedUsersToThirdParty = factory.federatedUsersToThirdParty
        workspace.tenant.meetings = MeetingSettings()
        return []
    }

    private static func getConfiguration(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try checkGlobal(given)
        let status = workspace.tenant.settings.audioConferencingEnabled ? "Enabled" : "Disabled"
        return [
            .object(
                OutputObject([
                    "Identity": .text("Global"), "Status": .text(status), "EnableCustomTrunking": .truth(false),
                    "ThirdPartyNumberStatus": .text("Disabled"),
                ]))
        ]
    }

    private static func getPolicy(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        try checkGlobal(given)
        let allowed = workspace.tenant.settings.audioConferencingEnabled
        return [.object(OutputObject(["Identity": .text("Global"), "AllowService": .truth(allowed), "Description": .null]))]
    }
}
