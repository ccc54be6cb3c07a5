import Dialing
import Web

extension Service {
    /// `GET /v1/tenants/{tenant}/licences`: how many of each were bought; a licence without a figure is not limited.
    func getLicences(_ call: APICall) throws -> Response { tagged(200, try tenant(call).settings.licences ?? BoughtLicences()) }

    /// `PUT /v1/tenants/{tenant}/licences` `{"OperatorConnectConferencing": 50}`: replaces all figures. Users that hold more than are left keep
    /// them, and nobody gets one more.
    func putLicences(_ call: APICall) async throws -> Response {
        let licences = try call.body(BoughtLicences.self)
        if let broken = licences.brokenRule { throw InvalidField(broken.field, broken.rule) }
        _ = try tenant(call)
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
            try requireMatch(call, tenant.settings.licences ?? BoughtLicences())
            tenant.settings.licences = licences == BoughtLicences() ? nil : licences
            return [.putTenant(tenant)]
        }
        return try getLicences(call)
    }
}
