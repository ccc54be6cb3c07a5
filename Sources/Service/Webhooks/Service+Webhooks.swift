import Basis
import Dialing
import Webhooks

extension Service {
    /// Connects the couriers with the store and the log.
    func startCouriers() {
        var errands = Couriers.Errands()
        errands.read = { [weak self] id, query in self?.assumeIsolated { $0.read(query, for: id) } }
        errands.find = { [weak self] id, line, query, through in self?.assumeIsolated { $0.find(line, query, through, for: id) } }
        errands.keep = { [weak self] entries in self?.assumeIsolated { $0.ledger.note(entries) } }
        errands.isKept = { [weak self] in self?.assumeIsolated { $0.ledger.failure == nil } ?? false }
        errands.tell = { [weak self] notice in self?.assumeIsolated { $0.tell(notice) } }
        errands.since = { [weak self] tenant in self?.assumeIsolated { $0.identities[.tenant(tenant)] } ?? Identities.first }
        errands.onWorld = { [weak self] body in self?.assumeIsolated { body($0.couriers) } }
        couriers.start(errands)
    }

    private func read(_ query: EventQuery, for id: SortableID) {
        let newest = hub.newest
        detach { service in
            let events = try? await service.store.events(query)
            service.couriers.pageRead(id, events, limit: query.limit, newest: newest)
        }
    }

    private func find(_ line: WebhookItem.Line, _ query: EventQuery, _ through: Int64, for id: SortableID) {
        detach { service in
            let events = try? await service.store.events(query)
            service.couriers.found(id, line, events, through: through)
        }
    }

    /// Puts what a tenant is told of its endpoint into the log.
    private func tell(_ notice: WebhookNotice) {
        guard directory.hasTenant(notice.tenant) else { return }
        ledger.note([
            .event(
                EventRow(
                    dialOut: ids.next(at: notice.at, using: &random), sequence: WebhookNotice.sequence, tenant: notice.tenant,
                    operatorID: nil, body: JSON.encode(notice)))
        ])
    }

    /// The endpoints that go with a tenant.
    func webhooks(of subject: Identities.Subject) -> [Couriers.Desk] {
        switch subject {
        case .tenant(let id): couriers.desks(of: id)
        case .operator: []
        }
    }
}
