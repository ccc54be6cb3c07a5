import Basis

/// Who wants a trunk: a dial-out with the names that fairness goes by.
struct Caller: Equatable, Sendable {
    let id: SortableID
    let tenant: String
    let organizer: String
    /// Ahead of the others of its tenant, never of another tenant.
    let isUrgent: Bool
}

/// A bounded line for one trunk: tenants take turns, within a tenant what is urgent goes first, then organizers take turns, and an
/// organizer's own calls keep their order.
///
/// A tenant may hold as many places as are still free, an organizer half as many (dynamic thresholds, Choudhury and Hahne 1998): however
/// many invitations one organizer sends, another finds a place, and nobody who has one loses it.
struct FairQueue: Sendable {
    /// Things of one name each, that take turns.
    private struct Ring<Item: Sendable>: Sendable {
        var names: [String] = []
        var items: [String: Item] = [:]
        var isEmpty: Bool { names.isEmpty }

        mutating func update(_ name: String, default fresh: Item, _ change: (inout Item) -> Void) {
            if items[name] == nil { names.append(name) }
            change(&items[name, default: fresh])
        }

        mutating func remove(_ name: String) {
            items[name] = nil
            names.removeAll { $0 == name }
        }

        /// Has the first one's turn and puts it last, or takes it out when nothing is left of it.
        mutating func turn<Value>(_ take: (inout Item) -> Value, isSpent: (Item) -> Bool) -> Value? {
            guard let name = names.first, var item = items.removeValue(forKey: name) else { return nil }
            let value = take(&item)
            names.removeFirst()
            if !isSpent(item) {
                items[name] = item
                names.append(name)
            }
            return value
        }
    }
    private struct Tenant: Sendable {
        var urgent = Ring<[SortableID]>()
        var others = Ring<[SortableID]>()
        var count = 0
        var isEmpty: Bool { urgent.isEmpty && others.isEmpty }

        mutating func next() -> SortableID? {
            func first(_ ids: inout [SortableID]) -> SortableID { ids.removeFirst() }
            count -= 1
            return urgent.isEmpty ? others.turn(first, isSpent: \.isEmpty) : urgent.turn(first, isSpent: \.isEmpty)
        }

        func count(of organizer: String) -> Int { (urgent.items[organizer]?.count ?? 0) + (others.items[organizer]?.count ?? 0) }
    }

    private var tenants = Ring<Tenant>()
    private var callers: [SortableID: Caller] = [:]

    var count: Int { callers.count }
    var isEmpty: Bool { callers.isEmpty }
    func contains(_ id: SortableID) -> Bool { callers[id] != nil }

    /// Whether the caller may have one of `limit` places.
    func hasPlace(for caller: Caller, limit: Int) -> Bool {
        let free = limit - callers.count
        guard free > 0 else { return false }
        let tenant = tenants.items[caller.tenant]
        return (tenant?.count ?? 0) < free && (tenant?.count(of: caller.organizer) ?? 0) < max(1, free / 2)
    }

    /// Puts a caller in its place; one that is there already stays where it is.
    mutating func append(_ caller: Caller) {
        guard callers.updateValue(caller, forKey: caller.id) == nil else { return }
        tenants.update(caller.tenant, default: Tenant()) { tenant in
            tenant.count += 1
            if caller.isUrgent {
                tenant.urgent.update(caller.organizer, default: []) { $0.append(caller.id) }
            } else {
                tenant.others.update(caller.organizer, default: []) { $0.append(caller.id) }
            }
        }
    }

    /// Whose turn it is; it is out of the queue then.
    mutating func next() -> SortableID? {
        let taken = tenants.turn({ $0.next() }, isSpent: \.isEmpty) ?? nil
        if let taken { callers[taken] = nil }
        return taken
    }

    /// Takes out one that does not want to wait any more.
    mutating func remove(_ id: SortableID) {
        guard let caller = callers.removeValue(forKey: id), var tenant = tenants.items.removeValue(forKey: caller.tenant) else {
            return
        }
        func drop(_ ring: inout Ring<[SortableID]>) {
            ring.items[caller.organizer]?.removeAll { $0 == id }
            if ring.items[caller.organizer]?.isEmpty == true { ring.remove(caller.organizer) }
        }
        if caller.isUrgent { drop(&tenant.urgent) } else { drop(&tenant.others) }
        tenant.count -= 1
        if tenant.isEmpty { tenants.remove(caller.tenant) } else { tenants.items[caller.tenant] = tenant }
    }

    /// All that wait, in the order in which they would come up if nobody came or left.
    var order: [SortableID] {
        var rest = self
        var order: [SortableID] = []
        while let next = rest.next() { order.append(next) }
        return order
    }

    /// From 1 on; nil for one that does not wait here.
    func position(of id: SortableID) -> Int? {
        guard contains(id) else { return nil }
        return order.firstIndex(of: id).map { $0 + 1 }
    }
}
