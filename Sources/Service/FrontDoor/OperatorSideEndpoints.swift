import Basis
import Dialing
import Web

/// A tenant that has made an operator its own, as that operator sees it (domain reference §7.1).
private struct Consent: Encodable {
    let tenant: String, displayName: String
    let status: TenantOperator.Status
    let countries: [Country], contact: TenantOperator.Contact, companySize: String
    let since: WallTime?
    let agreement: Agreement?
    let numbers: Int

    struct Agreement: Encodable {
        let status: TenantOperator.Agreement.Status
        let reason: String?
        let at: WallTime
    }

    init?(_ tenant: Tenant, of carrier: String) {
        guard let relation = tenant.relation(to: carrier) else { return nil }
        (self.tenant, displayName, status) = (tenant.id, tenant.displayName, relation.status)
        (countries, contact, companySize) = (relation.countries, relation.contact, relation.companySize)
        since = relation.since.map { WallTime(milliseconds: Int64($0)) }
        agreement = relation.agreement.map {
            Agreement(status: $0.status, reason: $0.reason, at: WallTime(milliseconds: Int64($0.at)))
        }
        numbers = tenant.numbers.count { $0.operatorID == carrier }
    }
}

/// A number of an operator with the tenant that has it.
private struct OperatorNumber: Encodable {
    let number: E164
    let tenant: String
    let state: State
    let usage: PhoneNumberAssignment.Usage, status: PhoneNumberAssignment.Status
    let country: Country?
    let city: String?
    let isTollFree: Bool
    let order: String?

    enum State: String, Encodable, CaseIterable {
        case active = "Active", releaseRequested = "ReleaseRequested", markedForRemoval = "MarkedForRemoval"
        case readyForRemoval = "ReadyForRemoval"
    }

    init(_ number: PhoneNumberAssignment, of tenant: String) {
        (self.number, self.tenant, usage, status) = (number.telephoneNumber, tenant, number.usage, number.status)
        state = number.release.flatMap { State(rawValue: $0.rawValue) } ?? .active
        (country, city, isTollFree, order) = (number.country, number.city, number.isTollFree, number.order)
    }
}

extension Service {
    // MARK: consents

    /// `GET /v1/operators/{operator}/consents`: the tenants that have made it their own, by their ids.
    func listConsents(_ call: APICall) throws -> Response {
        let id = try carrier(call).id
        let page = try call.page(
            of: directory.tenantIDs.lazy.compactMap { self.directory.tenant($0) }.filter { $0.relation(to: id) != nil }, by: \.id)
        return .json(200, page.body(named: "consents", page.rows.compactMap { Consent($0, of: id) }))
    }

    private func consent(_ call: APICall) throws -> Consent {
        guard let consent = try Consent(tenant(call), of: carrier(call).id) else {
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
        if let reason = body.reason, !(1...1_024).contains(reason.utf8.count) || !reason.isPrintable {
            throw InvalidField("reason", "has 1 to 1024 bytes without control characters")
        }
        guard status == .accepted || body.reason != nil else { throw InvalidField("reason", "is required where it is \(status.rawValue)") }
        let agreement = TenantOperator.Agreement(status: status, reason: body.reason, at: Int(world.wallTime.milliseconds))
        try await reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]),
                let index = tenant.operators.firstIndex(where: { $0.operatorID == call["operator"] })
            else { throw Problem.notFound("consent of the tenant", call["tenant"]) }
            try requireMatch(call, Consent(tenant, of: call["operator"]))
            let before = tenant.operators[index].agreement
            tenant.operators[index].agreement = agreement
            if agreement.forbids {
                tenant.operators[index].status = .suspended
            } else if before?.forbids == true {
                tenant.operators[index].status = .active
            }
            return [.putTenant(tenant)]
        }
        return try getConsent(call)
    }

    // MARK: numbers

    /// `GET /v1/operators/{operator}/numbers?tenant=&state=`: its numbers in the order of their digits.
    func listOperatorNumbers(_ call: APICall) throws -> Response {
        let id = try carrier(call).id
        let state = try call.choice("state", of: OperatorNumber.State.self)
        let wanted = call.request.query["tenant"]
        var rows: [OperatorNumber] = []
        for tenantID in directory.tenantIDs where wanted.map({ $0 == tenantID }) ?? true {
            for number in directory.tenant(tenantID)?.numbers ?? [] where number.operatorID == id {
                let row = OperatorNumber(number, of: tenantID)
                if state.map({ $0 == row.state }) ?? true { rows.append(row) }
            }
        }
        let page = try call.page(of: rows.sorted { $0.number < $1.number }, by: \.number.description)
        return .json(200, page.body(named: "numbers", page.rows))
    }

    /// `DELETE /v1/operators/{operator}/numbers/{number}`: takes a number back that nothing holds any more; what does is named (domain reference
    /// §7.6).
    func releaseNumber(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id
        guard let number = E164(written: call["number"]), let tenantID = directory.holder(of: number),
            directory.tenant(tenantID)?.number(number)?.operatorID == id
        else { throw Problem.notFound("number of this operator", call["number"]) }
        try await reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(tenantID), tenant.number(number)?.operatorID == id else {
                throw Problem.notFound("number of this operator", call["number"])
            }
            try refuseHeld(directory.uses(of: number, in: tenantID), "\(number) cannot be released")
            tenant.numbers.removeAll { $0.telephoneNumber == number }
            return [.putTenant(tenant)]
        }
        return Response(204)
    }

    /// `GET /v1/operators/{operator}/number-orders`: the latest first, without their numbers.
    func listNumberOrders(_ call: APICall) throws -> Response {
        struct Row: Encodable {
            let id: SortableID, tenant: String, usage: PhoneNumberAssignment.Usage, status: NumberOrder.Status, createdAt: WallTime
            let total: Int, failed: Int

            init(_ order: NumberOrder) {
                (id, tenant, usage, status, createdAt) = (order.id, order.tenant, order.usage, order.status, order.createdAt)
                (total, failed) = (order.numbers.count, order.numbers.count { $0.status == .error })
            }
        }
        let id = try carrier(call).id
        let orders = numberOrders.values.filter { $0.operator == id }.sorted { $0.id > $1.id }
        let page = try call.page(of: orders, by: \.id.description)
        return .json(200, page.body(named: "orders", page.rows.map(Row.init)))
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
        guard let limit = Int(text), (1...Self.listLimit).contains(limit) else {
            throw InvalidField("limit", "is 1 to \(Self.listLimit), not \(text.excerpt)")
        }
        return limit
    }

    /// The part behind the row that `cursor` names, in the order given.
    func page<Row>(of rows: some Sequence<Row>, by id: (Row) -> String) throws -> ListPage<Row> {
        let limit = try listCount(), cursor = request.query["cursor"]
        var found: [Row] = [], isBehind = cursor == nil
        for row in rows {
            if !isBehind {
                isBehind = id(row) == cursor
                continue
            }
            if found.count == limit { return ListPage(rows: found, next: found.last.map(id)) }
            found.append(row)
        }
        guard isBehind else { throw InvalidField("cursor", "names nothing that is in the list now; begin anew without it") }
        return ListPage(rows: found, next: nil)
    }
}
