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
        try await administration.reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.operator(id)?.withoutSecrets)
            return [.putOperator(try body.operator(id: id, before: directory.operator(id)))]
        }
        return tagged(isNew ? 201 : 200, try carrier(call).withoutSecrets)
    }

    func deleteOperator(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id
        try await administration.reconfigure(for: call.author()) { directory in
            try requireMatch(call, directory.operator(id)?.withoutSecrets)
            let users = directory.someUsers(ofOperator: id)
            guard users.isEmpty else {
                throw Problem.conflict("operator \(id) is still the operator of \(users.joined(separator: ", "))")
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

    func listMyOperators(_ call: APICall) throws -> Response {
        .json(200, JSON.encode(["operators": try tenant(call).operators.map(\.shown)]))
    }

    func getMyOperator(_ call: APICall) throws -> Response {
        let (tenant, index) = try relation(call, in: directory)
        return tagged(200, tenant.operators[index].shown)
    }

    func addMyOperator(_ call: APICall) async throws -> Response {
        let body = try call.body(MyOperatorBody.self)
        _ = try tenant(call)
        let carrier = try carrier(call)
        let relation = try body.relation(to: carrier), now = world.wallTime
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(call["tenant"]) else { throw Problem.notFound("tenant", call["tenant"]) }
            guard tenant.relation(to: carrier.id) == nil else {
                throw Problem.conflict("\(carrier.name) is an operator of this tenant already")
            }
            var relation = relation
            relation.since = Int(now.milliseconds)
            tenant.operators.append(relation)
            return [.putTenant(tenant)]
        }
        return tagged(201, (try tenant(call).relation(to: carrier.id) ?? relation).shown)
    }

    func changeMyOperator(_ call: APICall) async throws -> Response {
        let shown = try relation(call, in: directory)
        let body = try call.change(MyOperatorChange.self) { shown.0.operators[shown.1].shown }
        let carrier = try carrier(call)
        try await administration.reconfigure(for: call.author()) { directory in
            var (tenant, index) = try relation(call, in: directory)
            try requireMatch(call, tenant.operators[index].shown)
            let before = tenant.operators[index]
            try body.apply(to: &tenant.operators[index])
            let after = tenant.operators[index]
            try refuseDropped(countries: Set(before.countries).subtracting(after.countries), of: after.operatorID, tenant, directory)
            let isOffered = (body.products ?? nil).map { Set(carrier.products).isSuperset(of: $0) } ?? true
            if isOffered, !after.offers(.conferencing), before.offers(.conferencing) {
                try refuseStanding(of: after.operatorID, tenant, directory)
            }
            return [.putTenant(tenant)]
        }
        let (tenant, index) = try relation(call, in: directory)
        return tagged(200, tenant.operators[index].shown)
    }

    func removeMyOperator(_ call: APICall) async throws -> Response {
        try await administration.reconfigure(for: call.author()) { directory in
            var (tenant, index) = try relation(call, in: directory)
            try requireMatch(call, tenant.operators[index].shown)
            tenant.operators.remove(at: index)
            // The service's own carrier serves on without a relation, which only a store of an earlier version can hold.
            guard call["operator"] != Operator.serviceCarrier else { return [.putTenant(tenant)] }
            try refuseStanding(of: call["operator"], tenant, directory)
            tenant.numbers.removeAll { $0.operatorID == call["operator"] && $0.status == .unassigned }
            return [.putTenant(tenant)]
        }
        return Response(204)
    }

    /// Before an operator goes, its numbers must be off the users and off the bridge; everything that holds one is named (domain reference §7.1).
    private func refuseStanding(
        of operatorID: String, in countries: Set<Country>? = nil, _ tenant: Tenant, _ directory: Directory
    ) throws(Problem) {
        let standing = tenant.numbers.filter { number in
            number.operatorID == operatorID && number.status != .unassigned
                && countries.map { number.country.map($0.contains) ?? false } ?? true
        }
        guard !standing.isEmpty else { return }
        let uses = standing.prefix(1_000).flatMap { directory.uses(of: $0.telephoneNumber, in: tenant.id) }
        try refuseHeld(uses, "\(standing.count) numbers of \(operatorID) are still assigned; unassign them first")
    }

    private func refuseDropped(countries: Set<Country>, of operatorID: String, _ tenant: Tenant, _ directory: Directory) throws(Problem) {
        if !countries.isEmpty { try refuseStanding(of: operatorID, in: countries, tenant, directory) }
    }
}
