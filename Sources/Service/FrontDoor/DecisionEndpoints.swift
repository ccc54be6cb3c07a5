import Basis
import Dialing
import Web

extension Service {
    /// `POST /v1/tenants/{tenant}/route-tests`: the decision, on the live configuration or on a candidate, dialling nothing.
    func routeTest(_ call: APICall) throws -> Response {
        struct Body: Decodable {
            let organizer: String?
            let number: String?
            let requestedBy: String?
            let kind: DialOutKind?
            let candidate: Tenant?
        }
        let body = try call.body(Body.self), tenant = try tenant(call).id
        guard let organizer = body.organizer, !organizer.isEmpty else { throw InvalidField("organizer", "is required") }
        guard let number = body.number, !number.isEmpty else { throw InvalidField("number", "is required") }
        var tried = directory
        if let candidate = body.candidate {
            guard candidate.id == tenant else { throw InvalidField("candidate.id", "is the tenant in the path, \(tenant)") }
            try tried.apply([.putTenant(candidate)], version: directory.version)
        }
        let inquiry = Inquiry(
            organizer: organizer.lowercased(), dialled: number, requestedBy: body.requestedBy, kind: body.kind ?? .inviteNumber)
        return .json(200, JSON.encode(tried.decide(inquiry, tenant: tenant, using: scratch)))
    }

    /// `GET /v1/tenants/{tenant}/lint`: what in the tenant's routing will not do what it seems to.
    func lint(_ call: APICall) throws -> Response {
        .json(200, JSON.encode(["findings": directory.lint(tenant: try tenant(call).id)]))
    }

    /// `POST /v1/tenants/{tenant}/commands`: a script of cmdlets, applied whole or not at all.
    func commands(_ call: APICall) async throws -> Response {
        guard let script = String(validating: call.request.body, as: UTF8.self) else { throw InvalidField("body", "is UTF-8 text") }
        let id = try tenant(call).id
        var outcome: ScriptOutcome?
        try await reconfigure { directory in
            guard let tenant = directory.tenant(id) else { throw Problem.notFound("tenant", id) }
            var session = CmdletSession(tenant: tenant, users: directory.users(of: id), operators: directory.operators)
            let ran = session.run(script)
            outcome = ran
            guard ran.applied else { return [] }
            return (ran.changes.tenant.map { [.putTenant($0)] } ?? []) + ran.changes.users.map { .putUser(tenant: id, $0) }
        }
        return .json(200, JSON.encode(outcome))
    }
}
