import Basis
import Dialing

/// An order as lists show it, without its numbers. It is kept under its operator, so that a list costs what it shows.
struct OrderHead: Codable, Equatable, Sendable {
    let id: SortableID, tenant: String, usage: PhoneNumberAssignment.Usage, status: NumberOrder.Status, createdAt: WallTime
    let completedAt: WallTime?
    let total: Int, failed: Int
    let ticket: String?
    let terms: NumberOrder.Terms?

    init(_ order: NumberOrder) {
        (id, tenant, usage, status, createdAt) = (order.id, order.tenant, order.usage, order.status, order.createdAt)
        (completedAt, ticket, terms) = (order.completedAt, order.terms?.ticket, order.terms)
        (total, failed) = (order.numbers.count, order.numbers.count { $0.status == .error })
    }

    /// `owner` is the operator that it is of (``Identities/name(ofOperator:)``).
    static func key(_ owner: String, _ id: SortableID) -> String { prefix(of: owner) + "\(id)" }
    static func prefix(of owner: String) -> String { "\(owner)\n" }
}

/// What became of an order's numbers, a line for each: number, code, message.
struct OrderLines {
    let body: [UInt8]

    init(_ entries: [NumberOrder.Entry]) {
        var body: [UInt8] = []
        for entry in entries {
            let parts = [entry.number, entry.code?.rawValue ?? "", entry.message ?? ""]
            for (index, part) in parts.enumerated() {
                if index > 0 { body.append(UInt8(ascii: "\t")) }
                body += part.utf8.map { $0 < 0x20 ? 0x20 : $0 }
            }
            body.append(UInt8(ascii: "\n"))
        }
        self.body = body
    }

    init(_ document: StoredDocument) { body = document.body ?? [] }

    private var lines: some Sequence<[ArraySlice<UInt8>]> {
        body.split(separator: UInt8(ascii: "\n")).lazy.map { $0.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) }
    }

    var entries: [NumberOrder.Entry] {
        lines.map { parts in
            let texts = parts.map { String(decoding: $0, as: UTF8.self) }
            guard texts.count == 3, !texts[2].isEmpty else { return NumberOrder.Entry(texts[0], .success) }
            let code = NumberIntake.Refusal.Code(rawValue: texts[1])
            var entry = NumberOrder.Entry(texts[0], .error, code.map { NumberIntake.Refusal($0, texts[2]) })
            entry.message = texts[2]
            return entry
        }
    }

    /// Numbers that it brought.
    var taken: Set<E164> {
        Set(
            lines.compactMap { parts in
                guard parts.count == 3, parts[2].isEmpty, let value = UInt64(String(decoding: parts[0].dropFirst(), as: UTF8.self)) else {
                    return nil
                }
                return try? E164("+\(value)")
            })
    }
}

extension NumberOrder {
    /// What is written of it: whole while it is to be done, in two parts that are read on demand when it is done.
    func documents(of owner: String, version: Int64) -> [StoreEntry] {
        let work = StoredDocument(kind: .numberOrder, key: "\(id)", version: version, body: status.isFinished ? nil : JSON.encode(self))
        guard status.isFinished else { return [.document(work)] }
        return [
            .document(work),
            .document(
                StoredDocument(kind: .orderHead, key: OrderHead.key(owner, id), version: version, body: JSON.encode(OrderHead(self)))),
            .document(StoredDocument(kind: .orderNumbers, key: OrderHead.key(owner, id), version: version, body: OrderLines(numbers).body)),
        ]
    }

    init(_ head: OrderHead, _ operatorID: String, _ lines: OrderLines) {
        var terms = head.terms ?? Terms()
        terms.usage = head.usage
        self.init(id: head.id, operator: operatorID, tenant: head.tenant, terms: terms, createdAt: head.createdAt, numbers: lines.entries)
        (status, completedAt) = (head.status, head.completedAt)
    }
}

/// Which request with an `Idempotency-Key` made an order.
struct OrderKey: Codable, Equatable, Sendable {
    let order: SortableID
    let bodyHash: String
    let at: WallTime

    var isKept: (WallTime) -> Bool { { $0.milliseconds - at.milliseconds < UsedKey.keptFor } }

    func document(_ key: String) -> StoreEntry {
        .document(StoredDocument(kind: .orderKey, key: key, version: 0, body: JSON.encode(self)))
    }
}

extension OrderKey {
    private static let readAtOnce = 200

    /// Takes away the keys that are free again.
    static func forget(in store: any Store, _ ledger: Ledger, at now: WallTime) async {
        var query = DocumentQuery(.orderKey, prefix: "", limit: readAtOnce)
        while ledger.failure == nil, let page = try? await store.documents(query), let last = page.last {
            let free = page.filter { (try? $0.decoded(OrderKey.self))?.isKept(now) == false }
            if !free.isEmpty { ledger.note(free.map { .document(StoredDocument(kind: .orderKey, key: $0.key, version: 0, body: nil)) }) }
            guard page.count == readAtOnce else { return }
            query.after = last.key
        }
    }
}

extension NumberOrders {
    /// An order of an operator, done or not. Inlined into its callers the optimizer does not survive it.
    @inline(never)
    func order(_ id: SortableID, of operatorID: String) async throws(StoreFailure) -> NumberOrder? {
        if let order = waiting(id) { return order.operator == operatorID ? order : nil }
        let owner = administration.identities.name(ofOperator: operatorID)
        guard let head = try await store.document(.orderHead, OrderHead.key(owner, id), as: OrderHead.self), isShown(head) else {
            return nil
        }
        let lines = try await store.documents(DocumentQuery(.orderNumbers, prefix: OrderHead.key(owner, id), limit: 1)).first
        return NumberOrder(head, operatorID, OrderLines(lines ?? StoredDocument(kind: .orderNumbers, key: "", version: 0, body: [])))
    }

    /// Orders to a tenant that is no more are nobody's to see.
    func isShown(_ head: OrderHead) -> Bool {
        administration.directory.hasTenant(head.tenant) && head.id >= administration.identities[.tenant(head.tenant)]
    }

    /// Takes away the orders of an operator that is no more.
    func forgetDone(of owner: String) async {
        var query = DocumentQuery(.orderHead, prefix: OrderHead.prefix(of: owner), limit: 200)
        while let page = try? await store.documents(query), let last = page.last {
            ledger.note(
                page.flatMap { stored -> [StoreEntry] in
                    [
                        .document(StoredDocument(kind: .orderHead, key: stored.key, version: 0, body: nil)),
                        .document(StoredDocument(kind: .orderNumbers, key: stored.key, version: 0, body: nil)),
                    ]
                })
            query.after = last.key
        }
    }
}

extension Directory {
    /// Numbers of each tenant that no order of their operator brought: only a store of an earlier version has such. `orders` are those that are
    /// not done; of the others the ones are read that a number names.
    func unproven(
        _ orders: [String: NumberOrder], _ identities: Identities, in store: any Store
    ) throws(StoreFailure) -> [(tenant: String, numbers: Set<E164>)] {
        var taken: [String: Set<E164>] = [:], doubted: [(tenant: String, numbers: Set<E164>)] = []
        for id in tenantIDs {
            var own: Set<E164> = []
            for number in tenant(id)!.numbers {
                guard let order = number.order else {
                    own.insert(number.telephoneNumber)
                    continue
                }
                let place = "\(identities.name(ofOperator: number.operatorID))\n\(order)\n\(id)"
                if taken[place] == nil { taken[place] = try brought(by: order, of: number.operatorID, to: id, orders, identities, store) }
                if taken[place]?.contains(number.telephoneNumber) != true { own.insert(number.telephoneNumber) }
            }
            if !own.isEmpty { doubted.append((id, own)) }
        }
        return doubted
    }

    private func brought(
        by order: String, of operatorID: String, to tenant: String, _ orders: [String: NumberOrder], _ identities: Identities,
        _ store: any Store
    ) throws(StoreFailure) -> Set<E164> {
        if let open = orders[order] {
            guard open.tenant == tenant, open.operator == operatorID else { return [] }
            return Set(open.numbers.lazy.compactMap { E164(written: $0.number) })
        }
        guard let id = SortableID(order) else { return [] }
        let key = OrderHead.key(identities.name(ofOperator: operatorID), id)
        guard let stored = try store.documentsAtStart(DocumentQuery(.orderHead, prefix: key, limit: 1)).first,
            try stored.decoded(OrderHead.self).tenant == tenant
        else { return [] }
        return try store.documentsAtStart(DocumentQuery(.orderNumbers, prefix: key, limit: 1)).first.map { OrderLines($0).taken } ?? []
    }
}
