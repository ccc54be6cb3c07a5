import Dialing
import Web

extension Service {
    /// `GET /v1/limits`: what tenants are held to that have no limits of their own.
    func getLimits(_ call: APICall) -> Response { tagged(200, administration.defaultLimits) }

    /// `PUT /v1/limits`, in force at once.
    func putLimits(_ call: APICall) async throws -> Response {
        let limits = try checked(try call.body(DialOutLimits.self))
        try await administration.replaceDefaultLimits(by: limits) { before in
            try requireMatch(call, before)
            let document = StoredDocument(
                kind: .setting, key: StoredDocument.limitsKey, version: directory.version, body: JSON.encode(limits))
            try await ledger.admit([.document(document)] + audit(ObjectChange(ofPlatform: "limits", from: before, to: limits), call))
        }
        return getLimits(call)
    }

    /// What a tenant says itself, and what it is held to.
    private struct TenantLimits: Encodable {
        let own: DialOutLimits
        let inForce: DialOutLimits
    }
    /// The limits themselves, or what GET shows with another `own`.
    private struct PutTenantLimits: Decodable {
        let limits: DialOutLimits

        private enum Key: CodingKey { case own }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            limits = try container.decodeIfPresent(DialOutLimits.self, forKey: .own) ?? DialOutLimits(from: decoder)
        }
    }

    /// `GET /v1/tenants/{tenant}/limits`
    func getTenantLimits(_ call: APICall) throws -> Response { tagged(200, shownLimits(of: try tenant(call))) }

    private func shownLimits(of tenant: Tenant) -> TenantLimits {
        TenantLimits(own: tenant.settings.limits ?? DialOutLimits(), inForce: administration.limits(of: tenant.id))
    }

    /// `PUT /v1/tenants/{tenant}/limits`: replaces what stands there; a level that is left out is the service's.
    func putTenantLimits(_ call: APICall) async throws -> Response {
        let tenant = try tenant(call)
        let limits = try checked(try call.body(PutTenantLimits.self) { JSONValue(showing: shownLimits(of: tenant)) }.limits)
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
            try requireMatch(call, shownLimits(of: tenant))
            tenant.settings.limits = limits
            return [.putTenant(tenant)]
        }
        return try getTenantLimits(call)
    }

    private func checked(_ limits: DialOutLimits) throws(InvalidField) -> DialOutLimits {
        if let broken = limits.brokenRule { throw InvalidField(broken.field, broken.rule) }
        return limits
    }
}
