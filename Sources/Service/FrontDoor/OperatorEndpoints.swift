import Basis
import Dialing
import Web

extension Service {
    // MARK: operators of the platform

    func listOperators(_ call: APICall) -> Response {
        .json(200, JSON.encode(["operators": directory.operators.map { $0.shown(to: call.caller) }]))
    }

    func getOperator(_ call: APICall) throws -> Response { tagged(200, try carrier(call).shown(to: call.caller)) }

    func carrier(_ call: APICall) throws(Problem) -> Operator {
        guard let carrier = directory.operator(call["operator"]) else { throw .notFound("operator", call["operator"]) }
        return carrier
    }

    func putOperator(_ call: APICall) async throws -> Response {
        let body = try call.body(OperatorBody.self), id = call["operator"]
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(\.isIdentifierByte) else {
            throw InvalidField("operator", "has 1 to 64 letters, digits, dots, dashes and underscores")
        }
        let isNew = directory.operator(id) == nil
        try await reconfigure { directory in
            try requireMatch(call, directory.operator(id)?.withoutSecrets)
            return [.putOperator(try body.operator(id: id, before: directory.operator(id)))]
        }
        return tagged(isNew ? 201 : 200, try carrier(call).withoutSecrets)
    }

    func deleteOperator(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id
        try await reconfigure { directory in
            try requireMatch(call, directory.operator(id)?.withoutSecrets)
            let users = directory.tenantIDs.filter { directory.tenant($0)?.relation(to: id) != nil }
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

    func addMyOperator(_ call: APICall) async throws -> Response {
        let body = try call.body(MyOperatorBody.self)
        _ = try tenant(call)
        let carrier = try carrier(call)
        guard carrier.products.contains(.conferencing) else { throw Problem.conflict("\(carrier.name) does not offer Conferencing") }
        let relation = try body.relation(to: carrier)
        try await reconfigure { directory in
            guard var tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
            guard tenant.relation(to: carrier.id) == nil else {
                throw Problem.conflict("\(carrier.name) is an operator of this tenant already")
            }
            tenant.operators.append(relation)
            return [.putTenant(tenant)]
        }
        return .json(201, JSON.encode(relation))
    }

    func changeMyOperator(_ call: APICall) async throws -> Response {
        struct Body: Decodable {
            let status: TenantOperator.Status?
            let countries: [Country]?
        }
        let body = try call.body(Body.self)
        try await reconfigure { directory in
            var (tenant, index) = try relation(call, in: directory)
            try requireMatch(call, tenant.operators[index])
            if let countries = body.countries {
                try requireNoNumbers(tenant, of: call["operator"], in: Set(tenant.operators[index].countries).subtracting(countries))
                tenant.operators[index].countries = countries
            }
            if let status = body.status { tenant.operators[index].status = status }
            return [.putTenant(tenant)]
        }
        let (tenant, index) = try relation(call, in: directory)
        return tagged(200, tenant.operators[index])
    }

    func removeMyOperator(_ call: APICall) async throws -> Response {
        try await reconfigure { directory in
            var (tenant, index) = try relation(call, in: directory)
            try requireNoNumbers(tenant, of: call["operator"], in: nil)
            tenant.operators.remove(at: index)
            tenant.numbers.removeAll { $0.operatorID == call["operator"] }
            return [.putTenant(tenant)]
        }
        return Response(204)
    }

    /// Before an operator or one of its countries goes, its numbers must be off the users and off the bridge (domain reference §7.1).
    private func requireNoNumbers(_ tenant: Tenant, of operatorID: String, in countries: Set<Country>?) throws(Problem) {
        let standing = tenant.numbers.filter { number in
            let isMeant = countries.map { number.country.map($0.contains) ?? false } ?? true
            return number.operatorID == operatorID && number.status != .unassigned && isMeant
        }
        guard standing.isEmpty else {
            let names = standing.prefix(5).map(\.telephoneNumber.description).joined(separator: ", ")
            throw .conflict("\(standing.count) numbers of \(operatorID) are still assigned: \(names); unassign them first")
        }
    }

    // MARK: number orders

    func postNumberOrder(_ call: APICall) async throws -> Response {
        let body = try call.body(NumberOrder.Body.self), carrier = try carrier(call)
        guard let tenantID = body.tenant else { throw InvalidField("tenant", "is required") }
        guard let numbers = body.numbers, !numbers.isEmpty else { throw InvalidField("numbers", "is required") }
        guard numbers.count <= NumberOrder.limit else { throw InvalidField("numbers", "has at most \(NumberOrder.limit) entries") }
        guard let usage = PhoneNumberAssignment.Usage(rawValue: body.usage ?? "conference") else {
            throw InvalidField("usage", "is one of " + PhoneNumberAssignment.Usage.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let id = ids.next(at: world.wallTime, using: &random)
        var order: NumberOrder?
        let now = world.wallTime
        try await reconfigure { directory in
            guard var tenant = directory.tenant(tenantID) else { throw Problem.notFound("tenant", tenantID) }
            let relation = tenant.relation(to: carrier.id)
            guard carrier.id == Operator.serviceCarrier || relation != nil else {
                throw Problem.conflict("\(carrier.name) is not an operator of the tenant \(tenantID)")
            }
            guard relation?.status != .suspended else { throw Problem.conflict("\(carrier.name) is suspended in the tenant \(tenantID)") }
            let entries = NumberOrder.fill(numbers, of: carrier, usage: usage, into: &tenant, order: id)
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

    func getNumberOrder(_ call: APICall) throws -> Response {
        guard let order = numberOrders[call["order"]], order.operator == call["operator"] else {
            throw Problem.notFound("number order", call["order"])
        }
        return .json(200, JSON.encode(order))
    }
}
