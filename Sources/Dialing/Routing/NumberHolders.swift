/// Which tenant has each number, and numbers that nothing may dial with (domain reference §7.2).
struct NumberHolders: Sendable {
    private var holders = Sharded<E164, String>()
    /// All tenants that have a number which more than one has; only a store of an earlier version can hold such.
    private var disputed: [E164: Set<String>] = [:]
    /// Numbers of each tenant that no order brought; only a store of an earlier version can hold such.
    private var unproven: [String: Set<E164>] = [:]

    /// How many tenants have each number of the service's own carrier, which may be given to many (domain reference §7.4).
    private var shared = Sharded<E164, Int>()

    func isShared(_ number: E164, byMoreThan count: Int = 0) -> Bool { (shared[number] ?? 0) > count }

    /// A tenant that has the number from an operator, if any has.
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
        let kept = Dictionary(new.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        let had = Dictionary(old.map { ($0.telephoneNumber, $0) }, uniquingKeysWith: { first, _ in first })
        for (number, entry) in had {
            let now = kept[number]
            if now?.order != entry.order || now == nil { unproven[tenant]?.remove(number) }
            guard now.map({ $0.isShared != entry.isShared }) ?? true else { continue }
            if entry.isShared { count(number, -1) } else { remove(number, from: tenant) }
        }
        if unproven[tenant]?.isEmpty == true { unproven[tenant] = nil }
        for (number, entry) in kept where had[number].map({ $0.isShared != entry.isShared }) ?? true {
            if entry.isShared { count(number, 1) } else { add(number, to: tenant) }
        }
    }

    private mutating func count(_ number: E164, _ step: Int) {
        let left = (shared[number] ?? 0) + step
        shared[number] = left > 0 ? left : nil
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
