import Basis
import Dialing

/// What is known here of the orders that a document's numbers name.
struct NamedOrders {
    /// Numbers that such an order brought to that tenant.
    var proven: Set<E164> = []
    /// Identifiers that an order here has.
    var taken: Set<String> = []
}

extension NumberOrders {
    func namedOrders(in tenant: Tenant) async throws(StoreFailure) -> NamedOrders {
        var named = NamedOrders(), brought: [String: Set<E164>] = [:]
        for number in tenant.numbers {
            guard let order = number.order, let id = SortableID(order) else { continue }
            let place = "\(number.operatorID)\n\(order)"
            if brought[place] == nil {
                let kept = try await self.order(id, of: number.operatorID)
                if kept != nil || isOpen(order) { named.taken.insert(order) }
                brought[place] = kept?.tenant == tenant.id ? kept!.taken : []
            }
            if brought[place]!.contains(number.telephoneNumber) { named.proven.insert(number.telephoneNumber) }
        }
        return named
    }

    /// Orders for what the platform's document, or a tenant's beginning, brings, so that each number's origin is on record: under the identifier
    /// that the number names, where no order here has it.
    func orders(for tenant: inout Tenant, before: Tenant?, _ named: NamedOrders) throws(InvalidChange) -> [NumberOrder] {
        struct Origin: Hashable { let order: String?, operatorID: String, usage: PhoneNumberAssignment.Usage }
        let known = Dictionary((before?.numbers ?? []).map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        var fresh: [Origin: [Int]] = [:], sequence: [Origin] = []
        for (index, number) in tenant.numbers.enumerated() {
            let old = known[number.telephoneNumber]
            if let old, old.operatorID == number.operatorID, old.order == number.order { continue }
            if named.proven.contains(number.telephoneNumber) { continue }
            if let order = number.order, SortableID(order) == nil {
                throw InvalidChange(
                    document: "tenant \(tenant.id)", field: "numbers[\(number.telephoneNumber)].order",
                    rule: "\(order.excerpt) is no order; leave it out, and one is kept for the number")
            }
            let origin = Origin(order: number.order, operatorID: number.operatorID, usage: number.usage)
            if fresh[origin] == nil { sequence.append(origin) }
            fresh[origin, default: []].append(index)
        }
        var taken = named.taken
        return sequence.map { origin in
            let wanted = origin.order.flatMap { SortableID($0) }, isFree = wanted.map { taken.insert("\($0)").inserted } ?? false
            let id = isFree ? wanted! : identifiers.next()
            let entries = fresh[origin]!.map { index in
                tenant.numbers[index].order = "\(id)"
                return NumberOrder.Entry(tenant.numbers[index].telephoneNumber.description, .success)
            }
            var terms = NumberOrder.Terms()
            terms.usage = origin.usage
            var order = NumberOrder(
                id: id, operator: origin.operatorID, tenant: tenant.id, terms: terms, createdAt: world.wallTime, numbers: entries)
            order.completedAt = world.wallTime
            return order
        }
    }
}

extension NumberOrder {
    /// Numbers that it brought.
    var taken: Set<E164> { Set(numbers.lazy.filter { $0.status == .success }.compactMap { E164(written: $0.number) }) }
}
