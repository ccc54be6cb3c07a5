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
        errands.tell = { [weak self] kind, endpoint, reason in self?.assumeIsolated { $0.tell(kind, of: endpoint, reason) } }
        errands.since = { [weak self] tenant in self?.assumeIsolated { $0.identities[.tenant(tenant)] } ?? Identities.first }
        errands.onWorld = { [weak self] body in self?.assumeIsolated { body($0.couriers) } }
        couriers.start(errands)
    }

    private func read(_ query: FactQuery, for id: SortableID) {
        let newest = hub.newestPlace
        detach { service in
            let page = try? await service.store.facts(query)
            service.couriers.pageRead(id, try? page?.told(), through: min(page?.through ?? 0, newest))
        }
    }

    private func find(_ line: WebhookItem.Line, _ query: FactQuery, _ through: Int64, for id: SortableID) {
        detach { service in
            let events = try? await service.store.facts(query).told()
            service.couriers.found(id, line, events, through: through)
        }
    }

    /// Puts what a tenant is told of its endpoint into the log.
    private func tell(_ kind: WebhookNotice.Kind, of endpoint: WebhookEndpoint, _ reason: Courier.PauseReason?) {
        guard directory.hasTenant(endpoint.tenant) else { return }
        let now = world.wallTime
        let notice = WebhookNotice(
            type: kind, id: identifiers.next(), at: now, tenant: endpoint.tenant, webhook: endpoint.id, url: endpoint.url,
            because: reason)
        ledger.note([notice.entry, identifiers.mark])
    }
}

extension Couriers {
    /// The endpoints that go with a tenant.
    func desks(of subject: Identities.Subject) -> [Desk] {
        switch subject {
        case .tenant(let id): desks(of: id)
        case .operator: []
        }
    }
}
