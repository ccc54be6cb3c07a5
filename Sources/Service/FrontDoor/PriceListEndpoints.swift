import Basis
import Dialing
import Web

/// A list as it is put: from now on where no time is given.
private struct PriceListBody: Decodable {
    let currency: String
    let validFrom: WallTime?
    let prices: [Price]
}

/// What a change made of an operator's lists: not all of their prices, but those that are others.
private struct PriceListView: Encodable {
    let currency: String
    let validFrom: WallTime
    let count: Int
    /// Those that the other list does not have alike, ``limit`` at the most.
    let prices: [Price]

    private static let limit = 100

    init?(_ list: PriceList?, besides other: PriceList?) {
        guard let list else { return nil }
        (currency, validFrom, count) = (list.currency, list.validFrom, list.prices.count)
        let others = Dictionary((other?.prices ?? []).map { ($0.prefix, $0) }) { $1 }
        prices = Array(list.prices.lazy.filter { others[$0.prefix] != $0 || other?.currency != list.currency }.prefix(Self.limit))
    }
}

extension Service {
    /// `GET /v1/operators/{operator}/price-list`: the list in force, and the one that will be.
    func getPriceList(_ call: APICall) throws -> Response { tagged(200, shownPrices(of: try carrier(call).id)) }

    private func shownPrices(of id: String) -> PriceBook.Lists { (prices[id] ?? .init()).settled(at: world.wallTime) }

    /// `PUT /v1/operators/{operator}/price-list`: in force from its time on. It takes the place of one that was to come, and what was answered
    /// before then keeps its price.
    func putPriceList(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id, now = world.wallTime, bytes = call.request.body
        let list = try await read(call) { () throws(InvalidField) in
            let body = try StrictJSON.decode(PriceListBody.self, bytes)
            let list = PriceList(currency: body.currency, validFrom: body.validFrom ?? now, prices: body.prices)
            if let broken = list.brokenRule { throw InvalidField(broken.field, broken.rule) }
            guard list.validFrom >= now else {
                throw InvalidField(
                    "validFrom", "is not in the past, where calls have their prices; without it the list is in force at once")
            }
            return list
        }
        try await changePrices(of: id, call) { lists in
            if list.validFrom > now { lists.next = list } else { lists.inForce = list }
        }
        return try getPriceList(call)
    }

    /// `DELETE /v1/operators/{operator}/price-list`: calls that are answered from now on have no price.
    func deletePriceList(_ call: APICall) async throws -> Response {
        try await changePrices(of: try carrier(call).id, call) { $0 = .init() }
        return Response(204)
    }

    private func changePrices(of id: String, _ call: APICall, _ change: (inout PriceBook.Lists) -> Void) async throws {
        try await administration.undisturbed { try await makePrices(of: id, call, change) }
    }

    private func makePrices(of id: String, _ call: APICall, _ change: (inout PriceBook.Lists) -> Void) async throws {
        _ = try carrier(call)
        let before = shownPrices(of: id)
        try requireMatch(call, before)
        var after = before
        change(&after)
        guard after != before else { return }
        let isGone = after == .init(), made = after
        let body = isGone ? nil : await world.aside { JSON.encode(made) }
        guard isGone || body != nil else { throw Problem.tooManyBodies }
        let document = StoredDocument(kind: .priceList, key: id, version: directory.version, body: body)
        let told = [("price list of \(id)", before.inForce, after.inForce), ("next price list of \(id)", before.next, after.next)]
            .filter { $0.1 != $0.2 }
            .flatMap { name, old, new in
                audit(
                    ObjectChange(ofPlatform: name, from: PriceListView(old, besides: new), to: PriceListView(new, besides: old)), call)
            }
        try await ledger.admit([.document(document)] + told)
        prices[id] = isGone ? nil : after
    }
}

extension Request {
    /// The trace that it is part of, where its caller says so well.
    var trace: TraceContext? {
        let parents = headers.all("traceparent")
        return parents.count == 1 ? TraceContext(parents[0]) : nil
    }
}
