import Basis
import Dialing
import Web

/// What the API shows of a tenant; the whole of it is its `document`.
private struct TenantView: Encodable {
    let id: String, displayName: String, country: Country
    let users: Int, voiceRoutes: Int, routingPolicies: Int, numbers: Int

    init(_ tenant: Tenant, users: Int) {
        (id, displayName, country, self.users) = (tenant.id, tenant.displayName, tenant.country, users)
        (voiceRoutes, routingPolicies, numbers) = (tenant.voiceRoutes.count, tenant.routingPolicies.count, tenant.numbers.count)
    }
}

extension Service {
    // MARK: tenants

    func listTenants(_ call: APICall) async throws -> Response {
        let limit = try call.listCount(), query = call.request.query
        let found: [String]? = await world.aside { [directory] in
            directory.tenantIDs(holding: query["search"] ?? "", after: query["cursor"], limit: limit + 1)
        }
        guard let found else { throw Problem.tooManyBodies }
        let page = ListPage(rows: Array(found.prefix(limit)), next: found.count > limit ? found[limit - 1] : nil)
        return .json(200, page.body(named: "tenants", page.rows.compactMap { directory.tenant($0) }.map(view)))
    }

    func getTenant(_ call: APICall) throws -> Response { tagged(200, view(try tenant(call))) }

    private func view(_ tenant: Tenant) -> TenantView { TenantView(tenant, users: directory.userCount(of: tenant.id)) }

    func putTenant(_ call: APICall) async throws -> Response {
        struct Body: Decodable {
            let displayName: String
            let country: Country
        }
        let id = call["tenant"]
        let body = try call.body(Body.self) { directory.tenant(id).map { JSONValue(showing: view($0)) } ?? .null }
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(\.isIdentifierByte) else {
            throw InvalidField("tenant", "has 1 to 64 letters, digits, dots, dashes and underscores")
        }
        guard (1...256).contains(body.displayName.utf8.count), body.displayName.isPrintable else {
            throw InvalidField("displayName", "has 1 to 256 bytes without control characters")
        }
        let isNew = directory.tenant(id) == nil
        var orders: [NumberOrder] = []
        try await administration.reconfigure(for: call.author()) { directory in
            var tenant = directory.tenant(id) ?? Tenant(id: id, displayName: body.displayName, country: body.country)
            try requireMatch(call, directory.tenant(id).map(view))
            (tenant.displayName, tenant.country) = (body.displayName, body.country)
            if directory.tenant(id) == nil, let carrier = directory.operator(Operator.serviceCarrier) {
                tenant.take(sharedNumbersOf: carrier)
                orders = try self.orders.orders(for: &tenant, before: nil, NamedOrders())
            }
            return [.putTenant(tenant)]
        } with: { version in
            orders.flatMap { $0.documents(of: identities.name(ofOperator: $0.operator), version: version) }
        }
        return tagged(isNew ? 201 : 200, view(try tenant(call)))
    }

    func deleteTenant(_ call: APICall) async throws -> Response {
        let id = try tenant(call).id
        try await administration.reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.tenant(id).map(view))
            return directory.users(of: id).principals.map { .removeUser(tenant: id, upn: $0) } + [.removeTenant(id)]
        }
        return Response(204)
    }

    func tenant(_ call: APICall) throws(Problem) -> Tenant {
        guard let tenant = directory.tenant(call["tenant"]) else { throw .notFound("tenant", call["tenant"]) }
        return tenant
    }

    // MARK: users

    func getUser(_ call: APICall) throws -> Response { tagged(200, try user(call)) }

    private func user(_ call: APICall) throws(Problem) -> User {
        guard let user = directory.user(call["upn"], of: try tenant(call).id) else { throw .notFound("user", call["upn"]) }
        return user
    }

    func putUser(_ call: APICall) async throws -> Response {
        let upn = call["upn"].asciiLowercased, tenant = try tenant(call).id
        let body = try call.body(UserChange.self) { directory.user(upn, of: tenant).map { JSONValue(showing: $0) } ?? .null }
        let isNew = directory.user(upn, of: tenant) == nil
        try await administration.reconfigure(for: call.author()) { directory in
            let old = directory.user(upn, of: tenant)
            try requireMatch(call, old)
            return [.putUser(tenant: tenant, body.user(upn, from: old))]
        }
        return tagged(isNew ? 201 : 200, try user(call))
    }

    func deleteUser(_ call: APICall) async throws -> Response {
        let user = try user(call), tenant = call["tenant"]
        try await administration.reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.user(user.upn, of: tenant))
            return [.removeUser(tenant: tenant, upn: user.upn)]
        }
        return Response(204)
    }
}

/// `PUT /v1/tenants/{tenant}/users/{upn}`: what is left out stays, and null takes away what there need not be.
private struct UserChange: Decodable {
    let displayName: String?
    let usageLocation: Country??
    let state: String??, city: String??
    let licences: [Licence]?
    let groups: [String]?
    let audioConferencingEnabled: Bool?

    private enum Key: CodingKey { case displayName, usageLocation, state, city, licences, groups, audioConferencingEnabled }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        (displayName, licences, groups) = (try members.changed(.displayName), try members.changed(.licences), try members.changed(.groups))
        audioConferencingEnabled = try members.changed(.audioConferencingEnabled)
        usageLocation = try members.removable(.usageLocation)
        (state, city) = (try members.removable(.state), try members.removable(.city))
    }

    func user(_ upn: String, from old: User?) -> User {
        var user = User(
            upn: upn, displayName: displayName ?? old?.displayName ?? "", usageLocation: usageLocation ?? old?.usageLocation,
            licences: licences.map { Licences($0) } ?? old?.licences ?? [], groups: groups ?? old?.groups ?? [],
            audioConferencingEnabled: audioConferencingEnabled ?? old?.audioConferencingEnabled ?? true,
            grants: old?.grants ?? User.Grants(), conferencing: old?.conferencing)
        (user.state, user.city) = (state ?? old?.state, city ?? old?.city)
        return user
    }
}

/// A tenant and its users in one document: what export writes and import reads.
package struct TenantDocument: Codable, Sendable {
    package let tenant: Tenant
    package let users: [User]
}

extension UInt8 {
    var isIdentifierByte: Bool {
        switch self {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
