import Basis
import Dialing
import Web

/// The owner of operators' number orders: those that wait are done beside everything else, a slice of numbers at a time; those that are done are
/// in the store alone.
final class NumberOrders {
    /// Until an order that the store refused is tried again.
    private static let retry = Duration.seconds(1)

    let world: any World
    let store: any Store
    let ledger: Ledger
    let identifiers: Identifiers
    let administration: Administration
    /// Those that are not done, by their identifiers.
    private var open: [String: NumberOrder]
    /// Those that will be among them once they are on disk.
    private var beingWritten = 0
    private var isAtWork = false
    private var isDraining = false
    /// When orders that the store would not take are done anew.
    private var alarm: (any WorldAlarm)?
    private var loop: Loop<NumberOrders>?
    /// Requests with an `Idempotency-Key`, each key's one after the other.
    let inTheMaking = KeyedTurns()

    init(
        _ contents: StoreContents, world: any World, store: any Store, ledger: Ledger, identifiers: Identifiers,
        administration: Administration
    ) throws(StoreFailure) {
        (self.world, self.store, self.ledger) = (world, store, ledger)
        (self.identifiers, self.administration) = (identifiers, administration)
        open = try NumberOrder.read(contents.documents)
        let identities = administration.identities
        for (tenant, numbers) in try administration.directory.unproven(open, identities, in: store) {
            administration.doubt(numbers, of: tenant)
        }
        for order in open.values { identifiers.follow(order.id) }
    }

    func start(_ loop: Loop<NumberOrders>) {
        self.loop = loop
        putAsideDone()
        work()
    }

    /// Nothing is begun any more.
    func drain() {
        isDraining = true
        alarm?.set(at: nil)
    }

    /// Orders of an earlier version, which kept all of them in memory, are done.
    private func putAsideDone() {
        for (id, order) in open where order.status.isFinished {
            ledger.note(order.documents(of: administration.identities.name(ofOperator: order.operator), version: 0))
            open[id] = nil
        }
    }

    // MARK: what is open

    /// Orders that are not done.
    var unfinished: some Collection<NumberOrder> { open.values }

    /// Orders that may wait to be done.
    static let openLimit = 100

    /// Writes an order that is to be done, with what else goes with it; false where so many wait, or are being written, that there is no room.
    func begin(_ order: NumberOrder, with more: [StoreEntry]) async throws -> Bool {
        guard open.count + beingWritten < Self.openLimit else { return false }
        beingWritten += 1
        defer { beingWritten -= 1 }
        let owner = administration.identities.name(ofOperator: order.operator)
        try await ledger.admit(order.documents(of: owner, version: 0) + more + [identifiers.mark])
        open["\(order.id)"] = order
        work()
        return true
    }

    func isOpen(_ id: String) -> Bool { open[id] != nil }
    func waiting(_ id: SortableID) -> NumberOrder? { open["\(id)"] }

    /// Documents of orders that go with a subject.
    func farewell(of subject: Identities.Subject, version: Int64) -> [StoreEntry] {
        open.values.filter { $0.isOf(subject) }.map {
            .document(StoredDocument(kind: .numberOrder, key: "\($0.id)", version: version, body: nil))
        }
    }

    /// A tenant or an operator is no more; `name` is what its orders are kept under.
    func forget(_ subject: Identities.Subject, name: String) {
        for (id, order) in open where order.isOf(subject) { open[id] = nil }
        if case .operator = subject { loop?.detach { await $0.forgetDone(of: name) } }
    }

    // MARK: doing them

    private func work() {
        guard !isAtWork, !open.isEmpty else { return }
        isAtWork = true
        loop?.detach { await $0.workThrough() }
    }

    private func workThrough() async {
        while !isDraining, let id = open.keys.min() {
            do { try await doSlice(of: id) } catch {
                alarm = loop?.makeAlarm { orders in
                    orders.isAtWork = false
                    orders.work()
                }
                alarm?.set(at: world.now + Self.retry)
                return
            }
        }
        isAtWork = false
    }

    private func doSlice(of id: String) async throws {
        guard var order = open[id], let first = order.numbers.firstIndex(where: { $0.status == .pending }) else {
            return open[id] = nil
        }
        order.status = .inProgress
        open[id] = order
        let range = first..<min(first + NumberOrder.slice, order.numbers.count)
        let author = Author(
            asker: .operator(order.operator), by: "number order \(id)", role: "service", source: "api",
            request: "POST /v1/operators/\(order.operator)/number-orders")
        let next = try await take(order, range, for: author, with: [], isNew: false)
        if open[id] != nil { open[id] = next.status.isFinished ? nil : next }
    }

    /// Takes a slice of an order's numbers into the inventory, and writes the order with the last one. Its numbers are looked up beside the loop.
    func take(
        _ order: NumberOrder, _ range: Range<Int>, for author: Author, with more: [StoreEntry], isNew: Bool
    ) async throws -> NumberOrder {
        let texts = order.numbers[range].map(\.number)
        let readings =
            texts.count <= Self.lookedUpOnLoop
            ? texts.map { NumberOrder.Reading($0) }
            : await world.aside { texts.map { NumberOrder.Reading($0) } } ?? texts.map { NumberOrder.Reading($0) }
        let owner = administration.identities.name(ofOperator: order.operator), now = world.wallTime
        var next = order
        func documents(_ version: Int64) -> [StoreEntry] {
            next.status.isFinished ? next.documents(of: owner, version: version) + more : more
        }
        var isTaken = false
        let version = try await administration.reconfigure(for: author) { directory in
            guard var tenant = directory.tenant(order.tenant) else { throw Problem.notFound("tenant", order.tenant) }
            let refusal = NumberIntake(directory, into: tenant).refusal(of: order.operator)
            if isNew, let refusal { throw Problem.conflict(refusal) }
            let known = tenant.numbers.count
            next.fill(range, readings, into: &tenant, in: directory, refusing: refusal)
            next.status = NumberOrder.status(of: next.numbers)
            if next.status.isFinished { next.completedAt = now } else { next.status = .inProgress }
            isTaken = tenant.numbers.count > known
            return isTaken ? [.putTenant(tenant)] : []
        } with: {
            documents($0)
        }
        let rest = isTaken ? [] : documents(version)
        if !rest.isEmpty { try await ledger.admit(rest + [identifiers.mark]) }
        return next
    }

    /// Numbers that are looked up on the loop.
    private static let lookedUpOnLoop = 20
}
