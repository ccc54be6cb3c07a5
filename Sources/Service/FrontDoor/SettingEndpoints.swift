import Dialing
import Web

/// Settings of a tenant that no cmdlet sets, as the API shows them.
private struct TenantSettings: Encodable {
    let audioConferencingEnabled: Bool, withholdCallerID: Bool
    let serviceCarrierAfterMatchedRoute: Bool, operatorRoutesForReducedLicences: Bool
    let deniedPrefixes: [String], allowedPrefixes: [String]
    let purchasedStandardLicences: Int?, communicationsCreditsBalance: Int?
    let communicationsCreditsAutoRecharge: AutoRecharge?

    init(_ settings: ConferencingSettings) {
        (audioConferencingEnabled, withholdCallerID) = (settings.audioConferencingEnabled, settings.withholdCallerID)
        (serviceCarrierAfterMatchedRoute, operatorRoutesForReducedLicences) = (
            settings.serviceCarrierAfterMatchedRoute, settings.operatorRoutesForReducedLicences
        )
        (deniedPrefixes, allowedPrefixes) = (settings.deniedPrefixes, settings.allowedPrefixes)
        (purchasedStandardLicences, communicationsCreditsBalance) = (
            settings.purchasedStandardLicences, settings.communicationsCreditsBalance
        )
        communicationsCreditsAutoRecharge = settings.communicationsCreditsAutoRecharge
    }
}

/// `PATCH /v1/tenants/{tenant}/settings`: what is left out stays; null takes a figure of the platform's away (RFC 7396).
private struct TenantSettingsChange: ChangeBody {
    static let removable: Set = ["purchasedStandardLicences", "communicationsCreditsBalance", "communicationsCreditsAutoRecharge"]

    private let audioConferencingEnabled: Bool?, withholdCallerID: Bool?
    private let serviceCarrierAfterMatchedRoute: Bool?, operatorRoutesForReducedLicences: Bool?
    private let deniedPrefixes: [String]?, allowedPrefixes: [String]?
    private let purchasedStandardLicences: Int??, communicationsCreditsBalance: Int??
    private let communicationsCreditsAutoRecharge: AutoRecharge??

    private enum Key: CodingKey {
        case audioConferencingEnabled, withholdCallerID, serviceCarrierAfterMatchedRoute, operatorRoutesForReducedLicences
        case deniedPrefixes, allowedPrefixes
        case purchasedStandardLicences, communicationsCreditsBalance, communicationsCreditsAutoRecharge
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func plain<Value: Decodable>(_ key: Key) throws -> Value? { try container.decodeIfPresent(Value.self, forKey: key) }
        (audioConferencingEnabled, withholdCallerID) = (try plain(.audioConferencingEnabled), try plain(.withholdCallerID))
        serviceCarrierAfterMatchedRoute = try plain(.serviceCarrierAfterMatchedRoute)
        operatorRoutesForReducedLicences = try plain(.operatorRoutesForReducedLicences)
        (deniedPrefixes, allowedPrefixes) = (try plain(.deniedPrefixes), try plain(.allowedPrefixes))
        purchasedStandardLicences = try container.removable(.purchasedStandardLicences)
        communicationsCreditsBalance = try container.removable(.communicationsCreditsBalance)
        communicationsCreditsAutoRecharge = try container.removable(.communicationsCreditsAutoRecharge)
    }

    func apply(to settings: inout ConferencingSettings) {
        settings.audioConferencingEnabled = audioConferencingEnabled ?? settings.audioConferencingEnabled
        settings.withholdCallerID = withholdCallerID ?? settings.withholdCallerID
        settings.serviceCarrierAfterMatchedRoute = serviceCarrierAfterMatchedRoute ?? settings.serviceCarrierAfterMatchedRoute
        settings.operatorRoutesForReducedLicences = operatorRoutesForReducedLicences ?? settings.operatorRoutesForReducedLicences
        settings.deniedPrefixes = deniedPrefixes ?? settings.deniedPrefixes
        settings.allowedPrefixes = allowedPrefixes ?? settings.allowedPrefixes
        if let purchasedStandardLicences { settings.purchasedStandardLicences = purchasedStandardLicences }
        if let communicationsCreditsBalance { settings.communicationsCreditsBalance = communicationsCreditsBalance }
        if let communicationsCreditsAutoRecharge { settings.communicationsCreditsAutoRecharge = communicationsCreditsAutoRecharge }
    }
}

extension Service {
    /// `GET /v1/tenants/{tenant}/settings`: conferencing on or off, caller ID withheld, prefixes, minutes and credits.
    func getSettings(_ call: APICall) throws -> Response { tagged(200, TenantSettings(try tenant(call).settings)) }

    /// Minutes and credits are the platform's to set, as in a document.
    func changeSettings(_ call: APICall) async throws -> Response {
        let body = try call.change(TenantSettingsChange.self) {
            JSONValue(showing: TenantSettings((try? tenant(call))?.settings ?? .init()))
        }
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
