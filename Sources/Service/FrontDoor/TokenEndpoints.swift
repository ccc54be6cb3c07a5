import Basis
import Dialing
import Web

extension Service {
    /// A token as it is listed: never its secret.
    private struct TokenView: Encodable {
        let id: SortableID, role: Token.Role, tenant: String?, `operator`: String?, name: String
        let createdAt: WallTime, expiresAt: WallTime?
        /// Only in the answer that makes it.
        var token: String?

        init(_ token: Token) {
            (id, role, tenant, `operator`) = (token.id, token.role, token.tenant, token.operator)
            (name, createdAt, expiresAt) = (token.name, token.createdAt, token.expiresAt)
        }
    }

    /// `GET /v1/token`: the one that is shown, of whatever role.
    func getToken(_ call: APICall) -> Response { .json(200, JSON.encode(TokenView(call.caller))) }

    /// `GET /v1/tokens`: those that the caller could have made.
    func listTokens(_ call: APICall) throws -> Response {
        let limit = try call.listCount(), text = call.request.query["cursor"], cursor = text.flatMap { SortableID($0) }
        guard text == nil || cursor != nil else { throw InvalidField.noCursor }
        let shown = tokens.all.lazy.filter { token in
            (call.caller.tenant == nil || token.tenant == call.caller.tenant) && cursor.map { $0 < token.id } ?? true
        }
        let rows = Array(shown.prefix(limit + 1))
        let page = ListPage(rows: Array(rows.prefix(limit)), next: rows.count > limit ? "\(rows[limit - 1].id)" : nil)
        return .json(200, page.body(named: "tokens", page.rows.map { TokenView($0) }))
    }

    /// `POST /v1/tokens` `{role, tenant | operator, name, expiresAt}`: the secret is in this answer and nowhere else.
    func postToken(_ call: APICall) async throws -> Response {
        struct Body: Decodable {
            let role: Token.Role
            let tenant: String?
            let `operator`: String?
            let name: String?
            let expiresAt: WallTime?
        }
        let body = try call.body(Body.self)
        if let own = call.caller.tenant {
            guard body.role == .meeting || body.role == .admin, body.tenant == own else {
                throw Problem.forbidden("a token of the tenant \(own) makes tokens for meetings and administrators of that tenant only")
            }
        }
        switch body.role {
        case .meeting, .admin:
            guard let tenant = body.tenant else { throw InvalidField("tenant", "is required for the role \(body.role.rawValue)") }
            guard body.operator == nil else { throw InvalidField("operator", "is for the role operator") }
            guard directory.tenant(tenant) != nil else { throw Problem.notFound("tenant", tenant) }
        case .operator:
            guard let carrier = body.operator else { throw InvalidField("operator", "is required for the role operator") }
            guard body.tenant == nil else { throw InvalidField("tenant", "is not for the role operator") }
            guard directory.operator(carrier) != nil else { throw Problem.notFound("operator", carrier) }
        case .platform:
            guard body.tenant == nil, body.operator == nil else { throw InvalidField("role", "platform is for no tenant and no operator") }
        }
        guard (body.name ?? "").utf8.count <= 256, (body.name ?? "").isPrintable else {
            throw InvalidField("name", "has at most 256 bytes without control characters")
        }
        let secret = Token.makeSecret(world.entropy), now = world.wallTime
        if let expiresAt = body.expiresAt, expiresAt <= now {
            throw InvalidField("expiresAt", "is a time to come, not \(expiresAt.rfc3339)")
        }
        let token = Token(
            id: identifiers.next(), role: body.role, tenant: body.tenant, operator: body.operator, name: body.name ?? "",
            secretHash: Token.hash(secret), createdAt: now,
            expiresAt: body.expiresAt)
        try await ledger.admit(
            [.document(document(token, body: JSON.encode(token)))]
                + audit(ObjectChange(ofPlatform: "token \(token.id)", from: nil as TokenView?, to: TokenView(token)), call))
        administration.begin(token)
        guard administration.isInForce(token) else { throw Problem.conflict("whom the token is for is no more") }
        var view = TokenView(token)
        view.token = secret
        return .json(201, JSON.encode(view))
    }

    /// `DELETE /v1/tokens/{token}`: in force at once.
    func deleteToken(_ call: APICall) async throws -> Response {
        guard let id = SortableID(call["token"]), let token = tokens.find(id), id != Token.bootstrapID,
            call.caller.tenant == nil || call.caller.tenant == token.tenant
        else { throw Problem.notFound("token", call["token"]) }
        try await ledger.admit(
            [.document(document(token, body: nil))]
                + audit(ObjectChange(ofPlatform: "token \(id)", from: TokenView(token), to: nil as TokenView?), call))
        administration.end(id)
        return Response(204)
    }

    private func document(_ token: Token, body: [UInt8]?) -> StoredDocument {
        StoredDocument(kind: .token, key: "\(token.id)", version: directory.version, body: body)
    }
}
