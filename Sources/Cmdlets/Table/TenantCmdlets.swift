import Dialing

/// The organisation itself (domain reference §8.8).
enum TenantCmdlets {
    static let all = [
        Cmdlet("Get-CsTenant", "Shows the organisation", [.identity(), .filter], body: get)
    ]

    private static func get(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let tenant = workspace.tenant, id = ObjectID.tenant(tenant.id)
        if let identity = given.text("Identity"), ![id, tenant.id, tenant.displayName].contains(where: { $0.isSameName(as: identity) }) {
            throw .notFound("Identity", "there is no tenant \(identity); yours is \(tenant.id), \(id)")
        }
        let object = OutputObject([
            "Identity": .text(id), "TenantId": .text(id), "DisplayName": .text(tenant.displayName), "Name": .text(tenant.id),
            "CountryAbbreviation": .text(tenant.country.description), "CountryOrRegion": .text(tenant.country.description),
            "CommunicationsCredits": credits(tenant.settings), "PreferredLanguage": .text("en-US"), "SipDomain": .texts(domains(workspace)),
            "Domains": .texts(domains(workspace)),
        ])
        if let filter = given.text("Filter"), try !ObjectFilter(filter).accepts(object) { return [] }
        return [.object(object)]
    }

    /// What is paid in and what recharges, which the platform sets; null where credits are not held.
    private static func credits(_ settings: ConferencingSettings) -> CmdletValue {
        guard let paidIn = settings.communicationsCreditsBalance else { return .null }
        let recharge = settings.communicationsCreditsAutoRecharge
        return .object(
            OutputObject([
                "PaidIn": .integer(paidIn), "RechargeAmount": recharge.map { .integer($0.amount) } ?? .null,
                "RechargeTrigger": recharge.map { .integer($0.trigger) } ?? .null,
            ]))
    }

    /// The domains of its users, as far as the first thousand tell.
    private static func domains(_ workspace: Workspace) -> [String] {
        Set(workspace.original.first(1_000).compactMap { $0.upn.split(separator: "@").last.map(String.init) }).sorted()
    }
}
