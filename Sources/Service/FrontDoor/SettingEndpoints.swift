import Dialing
import Web

/// Settings of a tenant that no cmdlet sets, as the API shows them.
private struct TenantSettings: Encodable {
    let audioConferencingEnabled: Bool, withholdCallerID: Bool
    let serviceCarrierAfterMatchedRoute: Bool, operatorRoutesForReducedLicences: Bool
    let deniedPrefixes: [String], allowedPrefixes: [String]
    let purchasedStandardLicences: Int?, communicationsCreditsBalance: Int?

    init(_ settings: ConferencingSettings) {
        (audioConferencingEnabled, withholdCallerID) = (settings.audioConferencingEnabled, settings.withholdCallerID)
        (serviceCarrierAfterMatchedRoute, operatorRoutesForReducedLicences) = (
            settings.serviceCarrierAfterMatchedRoute, settings.operatorRoutesForReducedLicences
        )
        (deniedPrefixes, allowedPrefixes) = (settings.deniedPrefixes, settings.allowedPrefixes)
        (purchasedStandardLicences, communicationsCreditsBalance) = (
            settings.purchasedStandardLicences, settings.communicationsCreditsBalance
        )
    }
}

/// `PATCH /v1/tenants/{tenant}/settings`: what is left out stays.
private struct TenantSettingsChange: Decodable {
    let audioConferencingEnabled: Bool?, withholdCallerID: Bool?
    let serviceCarrierAfterMatchedRoute: Bool?, operatorRoutesForReducedLicences: Bool?
    let deniedPrefixes: [String]?, allowedPrefixes: [String]?
    let purchasedStandardLicences: Int?, communicationsCreditsBalance: Int?

    func apply(to settings: inout ConferencingSettings) {
        settings.audioConferencingEnabled = audioConferencingEnabled ?? settings.audioConferencingEnabled
        settings.withholdCallerID = withholdCallerID ?? settings.withholdCallerID
        settings.serviceCarrierAfterMatchedRoute = serviceCarrierAfterMatchedRoute ?? settings.serviceCarrierAfterMatchedRoute
        settings.operatorRoutesForReducedLicences = operatorRoutesForReducedLicences ?? settings.operatorRoutesForReducedLicences
        settings.deniedPrefixes = deniedPrefixes ?? settings.deniedPrefixes
        settings.allowedPrefixes = allowedPrefixes ?? settings.allowedPrefixes
        settings.purchasedStandardLicences = purchasedStandardLicences ?? settings.purchasedStandardLicences
        settings.communicationsCreditsBalance = communicationsCreditsBalance ?? settings.communicationsCreditsBalance
    }
}

extension Service {
    /// `GET /v1/tenants/{tenant}/settings`: conferencing on or off, caller ID withheld, prefixes, minutes and credits.
    func getSettings(_ call: APICall) throws -> Response { tagged(200, TenantSettings(try tenant(call).settings)) }

    /// Minutes and credits are the platform's to set, as in a document.
    func changeSettings(_ call: APICall) async throws -> Response {
        let body = try call.body(TenantSettingsChange.self) { JSONValue(showing: TenantSettings((try? tenant(call))?.settings ?? .init())) }
        _ = try tenant(call)
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
            try requireMatch(call, TenantSettings(tenant.settings))
            body.apply(to: &tenant.settings)
            return [.putTenant(tenant)]
        }
        return try getSettings(call)
    }
}
