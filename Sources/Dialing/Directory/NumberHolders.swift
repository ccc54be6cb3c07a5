/// Which tenant has each number, and numbers that nothing may dial with (domain reference §7.2).
struct NumberHolders: Sendable {
    private var holders = Sharded<E164, String>()
    /// All tenants that have a number which more than one has; only a store of an earlier version can hold such.
    private var disputed: [E164: Set<String>] = [:]
    /// Numbers of each tenant that no order brought; only a store of an earlier version can hold such.
    private var unproven: [String: Set<E164>] = [:]

    /// A tenant that has the number, if any has.
    subscript(number: E164) -> String? { holders[number] }

    /// Why no call may show a tenant's number; nil where the number itself is in order.
    func fault(of number: E164, of tenant: String) -> Unusable? {
        if !disputed.isEmpty, disputed[number] != nil { return .numberOfSeveralTenants(number) }
        if !unproven.isEmpty, unproven[tenant]?.contains(number) == true { return .numberNotUploaded(number) }
        return nil
    }

    mutating func doubt(_ numbers: Set<E164>, of tenant: String) { unproven[tenant] = numbers.isEmpty ? nil : numbers }

    /// Takes over a tenant's inventory; what did not change costs nothing where both are the same array.
    mutating func change(from old: [PhoneNumberAssignment], to new: [PhoneNumberAssignment], of tenant: String) {
        guard old != new else { return }
        let kept = Dictionary(new.map { ($0.telephoneNumber, $0.order) }, uniquingKeysWith: { first, _ in first })
        var had: Set<E164> = []
        for entry in old {
            let number = entry.telephoneNumber
            had.insert(number)
            if kept[number] != .some(entry.order) { unproven[tenant]?.remove(number) }
            if kept[number] == nil { remove(number, from: tenant) }
        }
        if unproven[tenant]?.isEmpty == true { unproven[tenant] = nil }
        for number in kept.keys where !had.contains(number) { add(number, to: tenant) }
    }

    private mutating func add(_ number: E164, to tenant: String) {
        guard let holder = holders[number], holder != tenant else {
            holders[number] = tenant
            return
        }
        disputed[number, default: [holder]].insert(tenant)
    }

    private mutating func remove(_ number: E164, from tenant: String) {
        guard var others = disputed[number] else {
            holders[number] = nil
            return
        }
        others.remove(tenant)
        holders[number] = others.min()
        disputed[number] = others.count > 1 ? others : nil
    }
}

extension Directory {
    /// Marks numbers of a tenant that no order is known to have brought: they are out of use until their operator uploads them.
    package mutating func doubt(_ numbers: Set<E164>, of tenant: String) { holders.doubt(numbers, of: tenant) }
}
