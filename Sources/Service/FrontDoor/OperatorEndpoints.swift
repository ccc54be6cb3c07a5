import Basis
import Dialing
import Web

extension Service {
    // MARK: operators of the platform

    /// `GET /v1/operators?country=&product=`: those that serve a country and offer a product.
    func listOperators(_ call: APICall) throws -> Response {
        let country = try call.country("country"), product = try call.choice("product", of: Operator.Product.self)
        let operators = directory.operators.filter { carrier in
            (country.map { carrier.countries.isEmpty || carrier.countries.contains($0) } ?? true)
                && product.map(carrier.products.contains) ?? true
        }
        return .json(200, JSON.encode(["operators": operators.map { $0.shown(to: call.caller) }]))
    }

    func getOperator(_ call: APICall) throws -> Response { tagged(200, try carrier(call).shown(to: call.caller)) }

    func carrier(_ call: APICall) throws(Problem) -> Operator {
        guard let carrier = directory.operator(call["operator"]) else { throw .notFound("operator", call["operator"]) }
        return carrier
    }

    func putOperator(_ call: APICall) async throws -> Response {
        let id = call["operator"]
        let body = try call.body(OperatorBody.self) { directory.operator(id).map { JSONValue(showing: $0.withoutSecrets) } ?? .null }
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(\.isIdentifierByte) else {
            throw InvalidField("operator", "has 1 to 64 letters, digits, dots, dashes and underscores")
        }
        let isNew = directory.operator(id) == nil
        try await reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.operator(id)?.withoutSecrets)
            return [.putOperator(try body.operator(id: id, before: directory.operator(id)))]
        }
        return tagged(isNew ? 201 : 200, try carrier(call).withoutSecrets)
    }

    func deleteOperator(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id
        try await reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.operator(id)?.withoutSecrets)
            let users = directory.tenantIDs.filter { tenant in
                directory.tenant(tenant)?.relation(to: id) != nil
                    || directory.tenant(tenant)?.numbers.contains { $0.operatorID == id } == true
            }
            guard users.isEmpty else {
                throw Problem.conflict("operator \(id) is still the operator of \(users.prefix(5).joined(separator: ", "))")
            }
            return [.removeOperator(id)]
        }
        return Response(204)
    }

    // MARK: operators of a tenant

    private func relation(_ call: APICall, in directory: Directory) throws -> (Tenant, Int) {
        guard let tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
        guard let index = tenant.operators.firstIndex(where: { $0.operatorID == call["operator"] }) else {
            throw Problem.notFound("operator of this tenant", call["operator"])
        }
        return (tenant, index)
    }

    func listMyOperators(_ call: APICall) throws -> Response { .json(200, JSON.encode(["operators": try tenant(call).operators])) }

    func getMyOperator(_ call: APICall) throws -> Response {
        let (tenant, index) = try relation(call, in: directory)
        return tagged(200, tenant.operators[index])
    }

    func addMyOperator(_ call: APICall) async throws -> Response {
        let body = try call.body(MyOperatorBody.self)
        _ = try tenant(call)
        let carrier = try carrier(call)
        let relation = try body.relation(to: carrier), now = world.wallTime
        try await reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
            guard tenant.relation(to: carrier.id) == nil else {
                throw Problem.conflict("\(carrier.name) is an operator of this tenant already")
            }
            var relation = relation
            relation.since = Int(now.milliseconds)
            tenant.operators.append(relation)
            return [.putTenant(tenant)]
        }
        return tagged(201, try tenant(call).relation(to: carrier.id) ?? relation)
    }

    func changeMyOperator(_ call: APICall) async throws -> Response {
        let shown = try relation(call, in: directory)
        let body = try call.body(MyOperatorChange.self) { JSONValue(showing: shown.0.operators[shown.1]) }
        try await reconfigure(for: call.author()) { directory in
            var (tenant, index) = try relation(call, in: directory)
            try requireMatch(call, tenant.operators[index])
            try body.apply(to: &tenant.operators[index])
            return [.putTenant(tenant)]
        }
        let (tenant, index) = try relation(call, in: directory)
        return tagged(200, tenant.operators[index])
    }

    func removeMyOperator(_ call: APICall) async throws -> Response {
        try await reconfigure(for: call.author()) { directory in
            var (tenant, index) = try relation(call, in: directory)
            try requireMatch(call, tenant.operators[index])
            let standing = tenant.numbers.filter { $0.operatorID == call["operator"] && $0.status != .unassigned }
            let uses = standing.prefix(1_000).flatMap { directory.uses(of: $0.telephoneNumber, in: tenant.id) }
            try refuseHeld(uses, "\(standing.count) numbers of \(call["operator"]) are still assigned; unassign them first")
            tenant.operators.remove(at: index)
            tenant.numbers.removeAll { $0.operatorID == call["operator"] && $0.status == .unassigned }
            return [.putTenant(tenant)]
        }
        return Response(204)
    }

    // MARK: number orders

    func postNumberOrder(_ call: APICall) async throws -> Response {
        let body = try call.body(NumberOrder.Body.self), carrier = try carrier(call)
        guard let tenantID = body.tenant else { throw InvalidField("tenant", "is required") }
        guard let numbers = body.numbers, !numbers.isEmpty else { throw InvalidField("numbers", "is required") }
        guard numbers.count <= NumberOrder.limit else { throw InvalidField("numbers", "has at most \(NumberOrder.limit) entries") }
        let usage = body.usage ?? .conference
        let id = ids.next(at: world.wallTime, using: &random)
        var order: NumberOrder?
        let now = world.wallTime, filled = await filled(numbers, of: carrier, usage, into: tenantID, order: id)
        try await reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(tenantID) else { throw Problem.notFound("tenant", tenantID) }
            if let refusal = NumberIntake(directory, into: tenant).refusal(of: carrier.id) { throw Problem.conflict(refusal) }
            let entries: [NumberOrder.Entry]
            if let filled, filled.version == directory.version {
                (tenant, entries) = (filled.tenant, filled.entries)
            } else {
                entries = NumberOrder.fill(numbers, of: carrier, usage: usage, into: &tenant, in: directory, order: id)
            }
            order = NumberOrder(
                id: id, operator: carrier.id, tenant: tenantID, usage: usage, status: NumberOrder.status(of: entries), createdAt: now,
                numbers: entries)
            return [.putTenant(tenant)]
        } with: { version in
            [.document(StoredDocument(kind: .numberOrder, key: "\(id)", version: version, body: JSON.encode(order)))]
        }
        numberOrders["\(id)"] = order
        var response = Response.json(202, JSON.encode(order))
        response.headers.append(("Location", "/v1/operators/\(carrier.id)/number-orders/\(id)"))
        return response
    }

    /// Numbers that are looked at on the loop.
    private static let filledOnLoop = 100

    /// What a long order makes of the tenant as it is now, found out beside the loop; nil for a short one.
    private func filled(
        _ numbers: [String], of carrier: Operator, _ usage: PhoneNumberAssignment.Usage, into tenantID: String, order: SortableID
    ) async -> (version: Int64, tenant: Tenant, entries: [NumberOrder.Entry])? {
        let before = directory
        guard numbers.count > Self.filledOnLoop, let tenant = before.tenant(tenantID) else { return nil }
        return await world.aside {
            var tenant = tenant
            let entries = NumberOrder.fill(numbers, of: carrier, usage: usage, into: &tenant, in: before, order: order)
            return (before.version, tenant, entries)
        }
    }

    func getNumberOrder(_ call: APICall) throws -> Response {
        guard let order = numberOrders[call["order"]], order.operator == call["operator"] else {
            throw Problem.notFound("number order", call["order"])
        }
        return .json(200, JSON.encode(order))
    }
}
