/// Rows in order, in pieces of some hundred, so that changing a copy of many copies little.
struct SortedRows<Row: Comparable & Sendable>: Sendable {
    /// None is empty.
    private var pieces: [[Row]] = []
    private(set) var count = 0

    private static var pieceLimit: Int { 256 }

    /// The piece where a row is or belongs.
    private func piece(of row: Row) -> Int {
        var low = 0, high = pieces.count
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].last! < row { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func place(of row: Row, in piece: [Row]) -> Int {
        var low = 0, high = piece.count
        while low < high {
            let middle = (low + high) / 2
            if piece[middle] < row { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// One that is there already changes nothing.
    mutating func insert(_ row: Row) {
        guard !pieces.isEmpty else {
            (pieces, count) = ([[row]], 1)
            return
        }
        let index = min(piece(of: row), pieces.count - 1), place = Self.place(of: row, in: pieces[index])
        if place < pieces[index].count, pieces[index][place] == row { return }
        pieces[index].insert(row, at: place)
        count += 1
        guard pieces[index].count > Self.pieceLimit else { return }
        let half = pieces[index].count / 2, rest = Array(pieces[index][half...])
        pieces[index].removeSubrange(half...)
        pieces.insert(rest, at: index + 1)
    }

    mutating func remove(_ row: Row) {
        let index = piece(of: row)
        guard index < pieces.count else { return }
        let place = Self.place(of: row, in: pieces[index])
        guard place < pieces[index].count, pieces[index][place] == row else { return }
        pieces[index].remove(at: place)
        count -= 1
        if pieces[index].isEmpty { pieces.remove(at: index) }
    }

    /// Goes through the rows behind one, in order, as long as `body` says so; nil begins with the first.
    func visit(after row: Row?, _ body: (Row) -> Bool) {
        var index = row.map(piece) ?? 0
        var place = 0
        if let row, index < pieces.count {
            place = Self.place(of: row, in: pieces[index])
            if place < pieces[index].count, pieces[index][place] == row { place += 1 }
        }
        while index < pieces.count {
            for row in pieces[index][place...] where !body(row) { return }
            (index, place) = (index + 1, 0)
        }
    }
}

/// A number of an operator and the tenant that has it.
package struct NumberRow: Comparable, Hashable, Sendable {
    package let number: E164
    package let tenant: String

    package init(number: E164, tenant: String) { (self.number, self.tenant) = (number, tenant) }

    package static func < (left: NumberRow, right: NumberRow) -> Bool {
        left.number == right.number ? left.tenant < right.tenant : left.number < right.number
    }
}

/// What each operator has, whatever the number of tenants: its numbers, and the tenants that have made it their own.
struct OperatorIndex: Sendable {
    private struct Entry: Sendable {
        var numbers = SortedRows<NumberRow>()
        var tenants = SortedRows<String>()
        var isEmpty: Bool { numbers.count == 0 && tenants.count == 0 }
    }
    private var entries: [String: Entry] = [:]
    /// How many of an operator's numbers a tenant has.
    private var counts = Sharded<CountKey, Int>()

    private struct CountKey: Hashable, Sendable { let operatorID: String, tenant: String }

    mutating func change(from old: Tenant?, to new: Tenant?, of tenant: String) {
        if old?.operators != new?.operators {
            let had = Set(old?.operators.map(\.operatorID) ?? []), has = Set(new?.operators.map(\.operatorID) ?? [])
            for id in has.subtracting(had) { entries[id, default: Entry()].tenants.insert(tenant) }
            for id in had.subtracting(has) { change(id) { $0.tenants.remove(tenant) } }
        }
        guard old?.numbers != new?.numbers else { return }
        let had = Set((old?.numbers ?? []).map(Key.init)), has = Set((new?.numbers ?? []).map(Key.init))
        for key in has.subtracting(had) {
            entries[key.operatorID, default: Entry()].numbers.insert(NumberRow(number: key.number, tenant: tenant))
            count(key.operatorID, tenant, 1)
        }
        for key in had.subtracting(has) {
            change(key.operatorID) { $0.numbers.remove(NumberRow(number: key.number, tenant: tenant)) }
            count(key.operatorID, tenant, -1)
        }
    }

    private mutating func count(_ operatorID: String, _ tenant: String, _ step: Int) {
        let key = CountKey(operatorID: operatorID, tenant: tenant), left = (counts[key] ?? 0) + step
        counts[key] = left > 0 ? left : nil
    }

    private struct Key: Hashable {
        let operatorID: String
        let number: E164

        init(_ number: PhoneNumberAssignment) { (operatorID, self.number) = (number.operatorID, number.telephoneNumber) }
    }

    private mutating func change(_ id: String, _ body: (inout Entry) -> Void) {
        guard let index = entries.index(forKey: id) else { return }
        body(&entries.values[index])
        if entries.values[index].isEmpty { entries.remove(at: index) }
    }

    func visitNumbers(of id: String, after row: NumberRow?, _ body: (NumberRow) -> Bool) { entries[id]?.numbers.visit(after: row, body) }
    func visitTenants(of id: String, after tenant: String?, _ body: (String) -> Bool) { entries[id]?.tenants.visit(after: tenant, body) }
    func count(of id: String, in tenant: String) -> Int { counts[CountKey(operatorID: id, tenant: tenant)] ?? 0 }
}

extension Directory {
    /// An operator's numbers behind one, in the order of their digits, as long as `body` says so. The cost is that of the rows gone through.
    package func visitNumbers(of operatorID: String, after row: NumberRow?, _ body: (NumberRow) -> Bool) {
        byOperator.visitNumbers(of: operatorID, after: row, body)
    }

    /// Up to `limit` tenants that have made the operator their own, behind one, by their ids.
    package func tenants(of operatorID: String, after tenant: String?, limit: Int) -> [String] {
        var found: [String] = []
        byOperator.visitTenants(of: operatorID, after: tenant) { id in
            if found.count < limit { found.append(id) }
            return found.count < limit
        }
        return found
    }

    /// How many of an operator's numbers a tenant has.
    package func numberCount(of operatorID: String, in tenant: String) -> Int { byOperator.count(of: operatorID, in: tenant) }

    /// Some of the tenants that have made the operator their own, or have numbers of it.
    package func someUsers(ofOperator id: String) -> [String] {
        var found = Set(tenants(of: id, after: nil, limit: 5))
        visitNumbers(of: id, after: nil) { row in
            found.insert(row.tenant)
            return found.count < 5
        }
        return found.sorted()
    }
}
