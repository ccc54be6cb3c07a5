import Basis
import Dialing
import Web

/// A number of a tenant's inventory (domain reference §7.2).
private struct TenantNumber: JSONObject, Sendable {
    let number: PhoneNumberAssignment
    /// Whether it is kept from being assigned, and until when; for ever without a time.
    let isBlocked: Bool, blockedUntil: WallTime?

    init(_ number: PhoneNumberAssignment, at now: WallTime) {
        let block = number.block.flatMap { $0.holds(at: Int(now.milliseconds)) ? $0 : nil }
        (self.number, isBlocked, blockedUntil) = (number, block != nil, block?.until.map { WallTime(milliseconds: Int64($0)) })
    }

    func write(to object: inout JSONObjectText) {
        object.add("number", number.telephoneNumber.description)
        object.add("operator", number.operatorID)
        object.add("state", NumberState(number.release))
        object.add("usage", number.usage)
        object.add("status", number.status)
        object.add("assignedTo", number.assignedTo)
        object.add("isBlocked", isBlocked)
        object.add("blockedUntil", blockedUntil)
        object.add("country", number.country?.description)
        object.add("city", number.city)
        object.add("isTollFree", number.isTollFree)
        object.add("primaryLanguage", number.primaryLanguage)
        object.add("secondaryLanguages", number.secondaryLanguages)
        object.add("order", number.order)
    }
}

/// A part of the inventory.
private struct TenantNumbers: JSONObject, Sendable {
    let numbers: [TenantNumber], cursor: String?

    func write(to object: inout JSONObjectText) {
        object.add("numbers", numbers)
        object.add("cursor", cursor)
    }
}

/// Which of a tenant's numbers are listed.
private struct InventorySearch: Sendable {
    let operatorID: String?, country: Country?, status: PhoneNumberAssignment.Status?, state: NumberState?, after: E164?
    let limit: Int

    func finds(_ number: PhoneNumberAssignment) -> Bool {
        after.map { $0 < number.telephoneNumber } ?? true && operatorID.map { $0 == number.operatorID } ?? true
            && country.map { $0 == number.country } ?? true && status.map { $0 == number.status } ?? true
            && state.map { $0 == NumberState(number.release) } ?? true
    }

    func page(of tenant: Tenant, at now: WallTime) -> TenantNumbers {
        let found = tenant.numbers.filter(finds).sorted { $0.telephoneNumber < $1.telephoneNumber }, shown = found.prefix(limit)
        return TenantNumbers(
            numbers: shown.map { TenantNumber($0, at: now) },
            cursor: found.count > limit ? shown.last?.telephoneNumber.description : nil)
    }
}

extension Service {
    /// `GET /v1/tenants/{tenant}/numbers?operator=&country=&status=&state=&cursor=&limit=`: the inventory, in the order of the digits.
    func listTenantNumbers(_ call: APICall) async throws -> Response {
        let tenant = try tenant(call), now = world.wallTime
        let after = try call.request.query["cursor"].map { text throws(InvalidField) in
            guard let number = E164(written: text) else { throw InvalidField.noCursor }
            return number
        }
        let search = InventorySearch(
            operatorID: call.request.query["operator"], country: try call.country("country"),
            status: try call.choice("status", of: PhoneNumberAssignment.Status.self), state: try call.choice("state", of: NumberState.self),
            after: after, limit: try call.listCount())
        guard let page = await world.aside({ search.page(of: tenant, at: now) }) else { throw Problem.tooManyBodies }
        return .json(200, JSON.encode(page))
    }
}
