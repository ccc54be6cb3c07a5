import Basis
import Crypto
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
        guard let found else { throw Problem.tooManyScripts }
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
        try await reconfigure(for: call.author()) { directory in
            var tenant = directory.tenant(id) ?? Tenant(id: id, displayName: body.displayName, country: body.country)
            try requireMatch(call, directory.tenant(id).map(view))
            (tenant.displayName, tenant.country) = (body.displayName, body.country)
            return [.putTenant(tenant)]
        }
        return tagged(isNew ? 201 : 200, view(try tenant(call)))
    }

    func deleteTenant(_ call: APICall) async throws -> Response {
        let id = try tenant(call).id
        try await reconfigure(for: call.author()) { directory in
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
        guard let user = directory.user(call["upn"].lowercased(), of: try tenant(call).id) else { throw .notFound("user", call["upn"]) }
        return user
    }

    func putUser(_ call: APICall) async throws -> Response {
        struct Body: Decodable {
            let displayName: String?
            let usageLocation: Country?
            let state: String?, city: String?
            let licences: [Licence]?
            let groups: [String]?
            let audioConferencingEnabled: Bool?
        }
        let upn = call["upn"].lowercased(), tenant = try tenant(call).id
        let body = try call.body(Body.self) { directory.user(upn, of: tenant).map { JSONValue(showing: $0) } ?? .null }
        let isNew = directory.user(upn, of: tenant) == nil
        try await reconfigure(for: call.author()) { directory in
            let old = directory.user(upn, of: tenant)
            try requireMatch(call, old)
            var user = User(
                upn: upn, displayName: body.displayName ?? old?.displayName ?? "", usageLocation: body.usageLocation ?? old?.usageLocation,
                licences: body.licences.map { Licences($0) } ?? old?.licences ?? [], groups: body.groups ?? old?.groups ?? [],
                audioConferencingEnabled: body.audioConferencingEnabled ?? old?.audioConferencingEnabled ?? true,
                grants: old?.grants ?? User.Grants(), conferencing: old?.conferencing)
            (user.state, user.city) = (body.state ?? old?.state, body.city ?? old?.city)
            return [.putUser(tenant: tenant, user)]
        }
        return tagged(isNew ? 201 : 200, try user(call))
    }

    func deleteUser(_ call: APICall) async throws -> Response {
        let user = try user(call), tenant = call["tenant"]
        try await reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.user(user.upn, of: tenant))
            return [.removeUser(tenant: tenant, upn: user.upn)]
        }
        return Response(204)
    }

    // MARK: the whole document

    func exportTenant(_ call: APICall) async throws -> Response {
        let tenant = try tenant(call), users = directory.users(of: tenant.id)
        return try await written { tagged(200, TenantDocument(tenant: tenant, users: users.all)) }
    }

    private func document(of tenant: Tenant) -> TenantDocument {
        TenantDocument(tenant: tenant, users: directory.users(of: tenant.id).all)
    }

    /// What an administrator's document only shows must be as it is; the platform's may bring numbers, under the guards of an order, and each
    /// operator's come by an order of their own.
    func importTenant(_ call: APICall) async throws -> Response {
        let document = try await body(TenantDocument.self, of: call), id = call["tenant"]
        guard document.tenant.id == id else { throw InvalidField("tenant.id", "is the tenant in the path, \(id)") }
        var orders: [NumberOrder] = []
        try await reconfigure(for: call.author("document", as: call.asker == .platform ? .platform : .importer)) { directory in
            try requireMatch(call, directory.tenant(id).map { self.document(of: $0) })
            var tenant = document.tenant
            if call.asker == .platform { orders = self.orders(for: &tenant, before: directory.tenant(id)) }
            let kept = Set(document.users.map { $0.upn.lowercased() })
            let gone = directory.users(of: id).principals.filter { !kept.contains($0) }
            return [.putTenant(tenant)] + gone.map { .removeUser(tenant: id, upn: $0) }
                + document.users.map { .putUser(tenant: id, $0) }
        } with: { version in
            orders.map { .document(StoredDocument(kind: .numberOrder, key: "\($0.id)", version: version, body: JSON.encode($0))) }
        }
        for order in orders { numberOrders["\(order.id)"] = order }
        return try await exportTenant(call)
    }

    /// Orders for what the platform's document brings: under the identifier that the number names, where no order here has it.
    private func orders(for tenant: inout Tenant, before: Tenant?) -> [NumberOrder] {
        struct Origin: Hashable { let order: String?, operatorID: String, usage: PhoneNumberAssignment.Usage }
        let known = Dictionary((before?.numbers ?? []).map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        var fresh: [Origin: [Int]] = [:], sequence: [Origin] = []
        for (index, number) in tenant.numbers.enumerated() {
            let old = known[number.telephoneNumber]
            if let old, old.operatorID == number.operatorID, old.order == number.order { continue }
            if numberOrders.prove(number, of: tenant.id) { continue }
            let origin = Origin(order: number.order, operatorID: number.operatorID, usage: number.usage)
            if fresh[origin] == nil { sequence.append(origin) }
            fresh[origin, default: []].append(index)
        }
        var taken: Set<String> = []
        return sequence.map { origin in
            let named = origin.order.flatMap { SortableID($0) }
            let isFree = named.map { numberOrders["\($0)"] == nil && taken.insert("\($0)").inserted } ?? false
            let id = isFree ? named! : ids.next(at: world.wallTime, using: &random)
            let entries = fresh[origin]!.map { index in
                tenant.numbers[index].order = "\(id)"
                return NumberOrder.Entry(number: tenant.numbers[index].telephoneNumber.description, status: .success, message: nil)
            }
            return NumberOrder(
                id: id, operator: origin.operatorID, tenant: tenant.id, usage: origin.usage, status: .success, createdAt: world.wallTime,
                numbers: entries)
        }
    }
}

/// A tenant and its users in one document: what export writes and import reads.
package struct TenantDocument: Codable, Sendable {
    package let tenant: Tenant
    package let users: [User]
}

/// A document with its entity tag, so that `If-Match` can guard the next change.
func tagged(_ status: Int, _ document: some Encodable) -> Response {
    let body = JSON.encodeStably(document)
    var response = Response.json(status, body)
    response.headers.append(("ETag", entityTag(body)))
    return response
}

/// Refuses a change that was made on another state of the document than the one that is there (RFC 9110 §13.1.1).
func requireMatch(_ call: APICall, _ current: (some Encodable)?) throws(Problem) {
    guard let wanted = call.request.headers["if-match"] else { return }
    guard let current, wanted == "*" || wanted == entityTag(JSON.encodeStably(current)) else {
        throw Problem(412, "Precondition Failed", detail: "the document is not the one that If-Match names", reason: "preconditionFailed")
    }
}

private func entityTag(_ body: [UInt8]) -> String {
    "\"" + SHA256.hash(data: body).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\""
}

extension UInt8 {
    var isIdentifierByte: Bool {
        switch self {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
