import Basis
import Dialing
import Web

/// A tenant that has made an operator its own, as that operator sees it (domain reference §7.1).
private struct Consent: Encodable {
    let tenant: String, displayName: String
    let status: TenantOperator.Status
    let countries: [Country], products: [Operator.Product]?, contact: TenantOperator.Contact, companySize: String
    let since: WallTime?
    let agreement: Agreement?
    let numbers: Int

    struct Agreement: Encodable {
        let status: TenantOperator.Agreement.Status
        let reason: String?
        let at: WallTime
    }

    init?(_ tenant: Tenant, of carrier: String, numbers: Int) {
        guard let relation = tenant.relation(to: carrier) else { return nil }
        (self.tenant, displayName, status) = (tenant.id, tenant.displayName, relation.status)
        (countries, products, contact) = (relation.countries, relation.products, relation.contact)
        companySize = relation.companySize
        since = relation.since.map { WallTime(milliseconds: Int64($0)) }
        agreement = relation.agreement.map {
            Agreement(status: $0.status, reason: $0.reason, at: WallTime(milliseconds: Int64($0.at)))
        }
        self.numbers = numbers
    }
}

extension Service {
    // MARK: consents

    /// `GET /v1/operators/{operator}/consents`: the tenants that have made it their own, by their ids. It costs what it shows.
    func listConsents(_ call: APICall) throws -> Response {
        let id = try carrier(call).id, limit = try call.listCount()
        let tenants = directory.tenants(of: id, after: call.request.query["cursor"], limit: limit + 1)
        let page = ListPage(rows: Array(tenants.prefix(limit)), next: tenants.count > limit ? tenants[limit - 1] : nil)
        return .json(200, page.body(named: "consents", page.rows.compactMap { consent(of: $0, id, in: directory) }))
    }

    private func consent(of tenant: String, _ operatorID: String, in directory: Directory) -> Consent? {
        directory.tenant(tenant).flatMap {
            Consent($0, of: operatorID, numbers: directory.numberCount(of: operatorID, in: tenant))
        }
    }

    private func consent(_ call: APICall) throws -> Consent {
        guard let consent = consent(of: call["tenant"], try carrier(call).id, in: directory) else {
            throw Problem.notFound("consent of the tenant", call["tenant"])
        }
        return consent
    }

    func getConsent(_ call: APICall) throws -> Response { tagged(200, try consent(call)) }

    /// `PATCH …/consents/{tenant}` `{"status": "declined", "reason": "…"}`: the operator's word, which the tenant sees. A consent that is
    /// declined or terminated is suspended: nothing is uploaded and nothing dialled by it.
    func changeConsent(_ call: APICall) async throws -> Response {
        struct Body: Decodable {
            let status: TenantOperator.Agreement.Status?
            let reason: String?
        }
        let body = try call.body(Body.self)
        _ = try consent(call)
        guard let status = body.status else { throw InvalidField("status", "is required: accepted, declined or terminated") }
        let agreement = TenantOperator.Agreement(status: status, reason: body.reason, at: Int(world.wallTime.milliseconds))
        if let broken = agreement.brokenRule { throw InvalidField(broken.field, broken.rule) }
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]),
                let index = tenant.operators.firstIndex(where: { $0.operatorID == call["operator"] })
            else { throw Problem.notFound("consent of the tenant", call["tenant"]) }
            try requireMatch(call, consent(of: tenant.id, call["operator"], in: directory))
            let before = tenant.operators[index]
            var agreement = agreement
            if agreement.forbids {
                let wasSuspended = before.agreement?.forbids == true ? before.agreement?.wasSuspended : before.status == .suspended
                if wasSuspended == true { agreement.wasSuspended = true }
                tenant.operators[index].status = .suspended
            } else if let word = before.agreement, word.forbids {
                tenant.operators[index].status = word.wasSuspended == true ? .suspended : .active
            }
            tenant.operators[index].agreement = agreement
            return [.putTenant(tenant)]
        }
        return try getConsent(call)
    }

    /// Refuses what something still holds, naming all of it.
    func refuseHeld(_ uses: [NumberUse], _ what: String) throws(Problem) {
        guard !uses.isEmpty else { return }
        var problem = Problem.conflict(
            "\(what): it is \(uses.prefix(3).map(\.words).joined(separator: ", "))\(uses.count > 3 ? " and more" : "")")
        problem.members = [("holders", JSON.encode(Array(uses.prefix(1_000))))]
        throw problem
    }
}

/// A part of a list, and where the next part begins.
struct ListPage<Row> {
    let rows: [Row]
    let next: String?

    func body(named name: String, _ shown: [some Encodable]) -> [UInt8] {
        JSON.encode(ListBody(name: name, rows: shown, next: next))
    }
}

private struct ListBody<Row: Encodable>: Encodable {
    let name: String
    let rows: [Row]
    let next: String?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rows, forKey: Key(stringValue: name))
        try container.encode(next, forKey: Key(stringValue: "cursor"))
    }
}

extension APICall {
    /// Rows in a list of administration where no `limit` says otherwise, and the most that one may ask for.
    static let listLimit = 1_000

    func listCount() throws -> Int {
        guard let text = request.query["limit"] else { return Self.listLimit }
        guard let limit = Int(decimal: text), (1...Self.listLimit).contains(limit) else {
            throw InvalidField("limit", "is 1 to \(Self.listLimit), not \(text.excerpt)")
        }
        return limit
    }
}
