import Basis
import Crypto
import Dialing
import Web

extension Service {
    /// `POST /v1/operators/{operator}/number-orders`: is kept, and answered with the order as it is by then. A small one is done at once.
    func postNumberOrder(_ call: APICall) async throws -> Response {
        let request = try OrderRequest(call), carrier = try carrier(call)
        let key = try orderKey(call, request, carrier.id)
        if let key {
            await orders.inTheMaking.enter(key.name)
        }
        defer { if let key { orders.inTheMaking.leave(key.name) } }
        if let key, let used = try await store.document(.orderKey, key.name, as: OrderKey.self), used.isKept(world.wallTime) {
            guard used.bodyHash == key.hash || used.bodyHash == key.formerHash() else { throw Self.orderKeyReused }
            guard let order = try await orders.order(used.order, of: carrier.id) else {
                throw Problem.notFound("number order", "\(used.order)")
            }
            var response = accepted(order)
            response.headers.append(("Idempotent-Replayed", "true"))
            return response
        }
        guard let tenant = directory.tenant(request.tenant) else {
            // An operator is told of tenants that are not its own what it is told of those that are not there.
            guard call.caller.operator == nil else { throw Problem.conflict(NumberIntake.unrelated(carrier, to: request.tenant)) }
            throw Problem.notFound("tenant", request.tenant)
        }
        if let refusal = NumberIntake(directory, into: tenant).refusal(of: carrier.id) { throw Problem.conflict(refusal) }
        var order = NumberOrder(
            id: identifiers.next(), operator: carrier.id, tenant: request.tenant, terms: request.terms,
            createdAt: world.wallTime, numbers: request.numbers.map { NumberOrder.Entry($0, .pending) }, cities: request.cities)
        let used = key.map { OrderKey(order: order.id, bodyHash: $0.hash, at: world.wallTime).document($0.name) }
        if order.numbers.count <= NumberOrder.slice {
            order = try await orders.take(order, 0..<order.numbers.count, for: call.author(), with: used.map { [$0] } ?? [], isNew: true)
        } else if try await !orders.begin(order, with: used.map { [$0] } ?? []) {
            throw Self.tooManyOrders
        }
        return accepted(order)
    }

    private func accepted(_ order: NumberOrder) -> Response {
        var response = Response.json(202, JSON.encode(order))
        response.headers.append(("Location", "/v1/operators/\(order.operator)/number-orders/\(order.id)"))
        return response
    }

    private static var tooManyOrders: Problem {
        var problem = Problem(
            503, "Service Unavailable", detail: "\(NumberOrders.openLimit) number orders wait to be done already", reason: "busy")
        problem.retryAfter = 5
        return problem
    }

    private static let orderKeyReused = Problem(
        409, "Conflict", detail: "the Idempotency-Key was used for another order", reason: "idempotencyKeyReused")

    /// An order's key as it is kept, what makes a repetition the same, and what did so in earlier versions.
    private struct NamedOrder {
        let name: String
        let hash: String
        let formerHash: () -> String
    }

    private func orderKey(_ call: APICall, _ order: OrderRequest, _ operatorID: String) throws(InvalidField) -> NamedOrder? {
        guard let key = try call.idempotencyKey else { return nil }
        guard (1...256).contains(key.utf8.count), key.isPrintable else {
            throw InvalidField("Idempotency-Key", "has 1 to 256 bytes without control characters")
        }
        func digest(_ bytes: [UInt8]) -> String {
            Array(SHA256.hash(data: bytes).prefix(16)).hexadecimal
        }
        return NamedOrder(
            name: OrderHead.prefix(of: identities.name(ofOperator: operatorID)) + digest(Array(key.utf8)), hash: digest(order.content)
        ) {
            let query = call.request.query.items.map { "\($0.name)=\($0.value)&" }.joined()
            return digest(Array(query.utf8) + [0] + call.request.body)
        }
    }

    /// `GET …/number-orders/{order}`
    func getNumberOrder(_ call: APICall) async throws -> Response {
        guard let id = SortableID(call["order"]) else { throw Problem.notFound("number order", call["order"]) }
        let found = try await orders.order(id, of: call["operator"])
        guard let order = found else { throw Problem.notFound("number order", call["order"]) }
        return .json(200, JSON.encode(order))
    }

    /// `GET /v1/operators/{operator}/number-orders`: the latest first, without their numbers; those that are not done are among them.
    func listNumberOrders(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id, limit = try call.listCount()
        var query = DocumentQuery(.orderHead, prefix: OrderHead.prefix(of: identities.name(ofOperator: id)), limit: limit + 1)
        query.lastFirst = true
        var cursor: SortableID?
        if let text = call.request.query["cursor"] {
            guard let order = SortableID(text) else { throw InvalidField.noCursor }
            (cursor, query.after) = (order, query.prefix + text)
        }
        let tenant = call.request.query["tenant"], status = try call.choice("status", of: NumberOrder.Status.self)
        var rows: [OrderHead] = [], rest: SortableID?
        for _ in 0..<Self.listReads {
            let page = try await store.documents(query)
            rows += try page.map { stored throws(StoreFailure) in try stored.decoded(OrderHead.self) }.filter { head in
                orders.isShown(head) && tenant.map { $0 == head.tenant } ?? true && status.map { $0 == head.status } ?? true
            }
            rest = page.count < query.limit ? nil : page.last.flatMap { SortableID(String($0.key.dropFirst(query.prefix.count))) }
            guard rows.count <= limit, rest != nil, let last = page.last else { break }
            query.after = last.key
        }
        let open = orders.unfinished.filter { order in
            order.operator == id && cursor.map { order.id < $0 } ?? true && rest.map { order.id >= $0 } ?? true
                && tenant.map { $0 == order.tenant } ?? true && status.map { $0 == order.status } ?? true
        }
        rows = (rows + open.map(OrderHead.init)).sorted { $0.id > $1.id }
        let page = ListPage(rows: Array(rows.prefix(limit)), next: rows.count > limit ? "\(rows[limit - 1].id)" : rest.map { "\($0)" })
        return .json(200, page.body(named: "orders", page.rows.map(ShownHead.init)))
    }

    /// Pages of the store that one filtered list looks at; where that is not all, it may be short or empty and has a cursor.
    private static let listReads = 20
}

/// A row of the list, with every member.
private struct ShownHead: Encodable {
    let head: OrderHead

    private enum CodingKeys: CodingKey { case id, tenant, usage, status, createdAt, completedAt, total, failed, ticket }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(head.id, forKey: .id)
        try container.encode(head.tenant, forKey: .tenant)
        try container.encode(head.usage, forKey: .usage)
        try container.encode(head.status, forKey: .status)
        try container.encode(head.createdAt, forKey: .createdAt)
        try container.encode(head.completedAt, forKey: .completedAt)
        try container.encode(head.total, forKey: .total)
        try container.encode(head.failed, forKey: .failed)
        try container.encode(head.ticket, forKey: .ticket)
    }
}
