import Basis
import Dialing
import Web

extension Service {
    /// Until an order that the store refused is tried again.
    private static let orderRetry = Duration.seconds(1)

    /// Does the orders that wait, one after the other, a slice of numbers at a time.
    func startOrders() {
        guard !isDoingOrders, !numberOrders.isEmpty else { return }
        isDoingOrders = true
        detach { await $0.doOrders() }
    }

    private func doOrders() async {
        while !isDraining, let id = numberOrders.keys.min() {
            do { try await doSlice(of: id) } catch {
                let alarm = world.makeAlarm { [weak self] in
                    self?.assumeIsolated { service in
                        service.isDoingOrders = false
                        service.startOrders()
                    }
                }
                orderAlarm = alarm
                return alarm.set(at: world.now + Self.orderRetry)
            }
        }
        isDoingOrders = false
    }

    private func doSlice(of id: String) async throws {
        guard var order = numberOrders[id], let first = order.numbers.firstIndex(where: { $0.status == .pending }) else {
            return numberOrders[id] = nil
        }
        order.status = .inProgress
        numberOrders[id] = order
        let range = first..<min(first + NumberOrder.slice, order.numbers.count)
        let author = Author(
            asker: .operator(order.operator), by: "number order \(id)", role: "service", source: "api",
            request: "POST /v1/operators/\(order.operator)/number-orders")
        let next = try await take(order, range, for: author, with: [], isNew: false)
        if numberOrders[id] != nil { numberOrders[id] = next.status.isFinished ? nil : next }
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
        let owner = identities.name(ofOperator: order.operator), now = world.wallTime
        var next = order
        func documents(_ version: Int64) -> [StoreEntry] {
            next.status.isFinished ? next.documents(of: owner, version: version) + more : more
        }
        var isTaken = false
        let version = try await reconfigure(for: author) { directory in
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
        if !rest.isEmpty { try await ledger.admit(rest) }
        return next
    }

    /// Numbers that are looked up on the loop.
    private static let lookedUpOnLoop = 20
}
