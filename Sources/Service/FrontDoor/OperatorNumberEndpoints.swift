import Basis
import Dialing
import Web

/// Where a number is on its way back to its operator (domain reference §7.6).
enum NumberState: String, Codable, CaseIterable, Sendable {
    case active = "Active", releaseRequested = "ReleaseRequested", markedForRemoval = "MarkedForRemoval"
    case readyForRemoval = "ReadyForRemoval"

    init(_ release: PhoneNumberAssignment.Release?) { self = release.flatMap { Self(rawValue: $0.rawValue) } ?? .active }

    var release: PhoneNumberAssignment.Release? { PhoneNumberAssignment.Release(rawValue: rawValue) }
}

/// A number of an operator with the tenant that has it.
private struct OperatorNumber: Encodable, Sendable {
    let number: E164
    let tenant: String
    let state: NumberState
    let usage: PhoneNumberAssignment.Usage, status: PhoneNumberAssignment.Status
    let country: Country?
    let city: String?
    let isTollFree: Bool
    let order: String?
    let provision: PhoneNumberAssignment.Provision?

    init(_ number: PhoneNumberAssignment, of tenant: String) {
        (self.number, self.tenant, usage, status) = (number.telephoneNumber, tenant, number.usage, number.status)
        state = NumberState(number.release)
        (country, city, isTollFree, order) = (number.country, number.city, number.isTollFree, number.order)
        provision = number.provision
    }

    private enum CodingKeys: CodingKey { case number, tenant, state, usage, status, country, city, isTollFree, order, provision }

    /// Every member is written, null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(tenant, forKey: .tenant)
        try container.encode(state, forKey: .state)
        try container.encode(usage, forKey: .usage)
        try container.encode(status, forKey: .status)
        try container.encode(country, forKey: .country)
        try container.encode(city, forKey: .city)
        try container.encode(isTollFree, forKey: .isTollFree)
        try container.encode(order, forKey: .order)
        try container.encode(provision, forKey: .provision)
    }
}

/// What its operator changes of a number.
private struct NumberChange: ChangeBody {
    static let removable: Set = ["city"]

    let state: NumberState?
    let city: String??

    private enum Key: CodingKey { case state, city }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        state = try members.decodeIfPresent(NumberState.self, forKey: .state)
        city = try members.removable(.city)
    }
}

/// Which of an operator's numbers are listed.
private struct NumberSearch: Sendable {
    let operatorID: String
    let tenant: String?
    let state: NumberState?
    let after: NumberRow?
    let limit: Int

    /// Goes through rows until the page is full: for beside the loop.
    func rows(in directory: Directory) -> [OperatorNumber] {
        if let tenant { return rows(of: tenant, in: directory) }
        var found: [OperatorNumber] = [], inventories: [String: [E164: PhoneNumberAssignment]] = [:]
        directory.visitNumbers(of: operatorID, after: after) { row in
            if inventories[row.tenant] == nil {
                let own = directory.tenant(row.tenant)?.numbers.filter { $0.operatorID == operatorID } ?? []
                inventories[row.tenant] = Dictionary(own.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
            }
            guard let number = inventories[row.tenant]![row.number] else { return true }
            let shown = OperatorNumber(number, of: row.tenant)
            if state.map({ $0 == shown.state }) ?? true { found.append(shown) }
            return found.count < limit
        }
        return found
    }

    private func rows(of tenant: String, in directory: Directory) -> [OperatorNumber] {
        let own = directory.tenant(tenant)?.numbers.filter { number in
            number.operatorID == operatorID && after.map { number.telephoneNumber > $0.number } ?? true
        }
        let shown = (own ?? []).map { OperatorNumber($0, of: tenant) }.filter { number in state.map { $0 == number.state } ?? true }
        return Array(shown.sorted { $0.number < $1.number }.prefix(limit))
    }
}

extension Service {
    /// `GET /v1/operators/{operator}/numbers?tenant=&state=`: its numbers in the order of their digits.
    func listOperatorNumbers(_ call: APICall) async throws -> Response {
        let id = try carrier(call).id, limit = try call.listCount()
        let search = NumberSearch(
            operatorID: id, tenant: call.request.query["tenant"], state: try call.choice("state", of: NumberState.self),
            after: try call.numberCursor, limit: limit + 1)
        guard let found = await world.aside({ [directory] in search.rows(in: directory) }) else { throw Problem.tooManyBodies }
        let last = found.count > limit ? found[limit - 1] : nil
        let page = ListPage(
            rows: Array(found.prefix(limit)),
            next: last.map { id == Operator.serviceCarrier ? "\($0.number)/\($0.tenant)" : "\($0.number)" })
        return .json(200, page.body(named: "numbers", page.rows))
    }

    /// The operator's number in the path, and the tenant that has it.
    private func ownNumber(_ call: APICall) throws -> (PhoneNumberAssignment, tenant: String) {
        let id = try carrier(call).id
        guard let number = E164(written: call["number"]) else { throw Problem.notFound("number of this operator", call["number"]) }
        if id == Operator.serviceCarrier, directory.isShared(number) {
            throw Problem.conflict("\(number) is a shared number, which many tenants may have and which is never released")
        }
        guard let tenant = directory.holder(of: number), let own = directory.tenant(tenant)?.number(number), own.operatorID == id else {
            throw Problem.notFound("number of this operator", call["number"])
        }
        return (own, tenant)
    }

    func getOperatorNumber(_ call: APICall) throws -> Response {
        let (number, tenant) = try ownNumber(call)
        return tagged(200, OperatorNumber(number, of: tenant))
    }

    /// `PATCH /v1/operators/{operator}/numbers/{number}` `{"state": "MarkedForRemoval", "city": "Redmond"}`: a release goes on step by step, or
    /// with `Active` is taken back.
    func changeOperatorNumber(_ call: APICall) async throws -> Response {
        let (shown, tenant) = try ownNumber(call)
        let body = try call.change(NumberChange.self) { JSONValue(showing: OperatorNumber(shown, of: tenant)) }
        if let city = body.city ?? nil, !(1...256).contains(city.utf8.count) || !city.isPrintable {
            throw InvalidField("city", "has 1 to 256 bytes without control characters")
        }
        try await changeNumber(shown.telephoneNumber, of: tenant, call) { number, directory in
            try requireMatch(call, OperatorNumber(number, of: tenant))
            if let city = body.city { number.city = city }
            guard let state = body.state, state.release != number.release else { return }
            if number.release == nil {
                try self.refuseHeld(directory.uses(of: number.telephoneNumber, in: tenant), "\(number.telephoneNumber) cannot be released")
            }
            number.release = state.release
        }
        return try getOperatorNumber(call)
    }

    private func changeNumber(
        _ telephoneNumber: E164, of tenantID: String, _ call: APICall,
        _ change: (inout PhoneNumberAssignment, Directory) throws -> Void
    ) async throws {
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(tenantID),
                let index = tenant.numbers.firstIndex(where: { $0.telephoneNumber == telephoneNumber && $0.operatorID == call["operator"] })
            else { throw Problem.notFound("number of this operator", call["number"]) }
            try change(&tenant.numbers[index], directory)
            return [.putTenant(tenant)]
        }
    }

    /// `DELETE /v1/operators/{operator}/numbers/{number}`: takes a number back that nothing holds any more, by all the states that are left
    /// (domain reference §7.6); what holds it is named.
    func releaseNumber(_ call: APICall) async throws -> Response {
        let (known, tenantID) = try ownNumber(call), telephoneNumber = known.telephoneNumber
        let refusal = "\(telephoneNumber) cannot be released"
        try refuseHeld(administration.changeable.uses(of: telephoneNumber, in: tenantID), refusal)
        var isReady = known.release == .readyForRemoval, isMatched = false
        while !isReady {
            try await changeNumber(telephoneNumber, of: tenantID, call) { number, directory in
                if !isMatched { try requireMatch(call, OperatorNumber(number, of: tenantID)) }
                isMatched = true
                try self.refuseHeld(directory.uses(of: telephoneNumber, in: tenantID), refusal)
                if number.release != .readyForRemoval { number.release = number.release.map(\.next) ?? .releaseRequested }
                isReady = number.release == .readyForRemoval
            }
        }
        try await administration.reconfigure(for: call.author()) { directory in
            guard var tenant = directory.tenant(tenantID), tenant.number(telephoneNumber)?.operatorID == call["operator"] else {
                throw Problem.notFound("number of this operator", call["number"])
            }
            if !isMatched { try requireMatch(call, tenant.number(telephoneNumber).map { OperatorNumber($0, of: tenantID) }) }
            try self.refuseHeld(directory.uses(of: telephoneNumber, in: tenantID), refusal)
            tenant.numbers.removeAll { $0.telephoneNumber == telephoneNumber }
            return [.putTenant(tenant)]
        }
        return Response(204)
    }
}

extension APICall {
    /// Behind which of an operator's numbers a page begins: `+14255550100`, of a shared number with the tenant behind it.
    fileprivate var numberCursor: NumberRow? {
        get throws(InvalidField) {
            guard let text = request.query["cursor"] else { return nil }
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let number = try? E164(String(parts[0])) else { throw InvalidField.noCursor }
            return NumberRow(number: number, tenant: parts.count > 1 ? String(parts[1]) : "\u{10FFFF}")
        }
    }
}
