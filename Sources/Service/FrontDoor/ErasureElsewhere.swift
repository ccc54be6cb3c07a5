import Basis
import Dialing
import Webhooks

/// What is erased beside dial-outs: changes of the configuration and notices, invites, and what webhook endpoints ask for.
extension Service {
    /// Entries that are read, or rewritten, in one commit.
    private static let entriesRead = 250

    /// Of a tenant's log all that is of no dial-out, and not of an earlier tenant of the name; how many entries had the subject.
    func eraseEntries(of tenant: String, since: SortableID, _ eraser: Eraser) async throws -> Int {
        try await eraseEntries(of: tenant) { fact throws(StoreFailure) in
            let change = try ChangeSet(stored: fact), id = if let change { change.id } else { try fact.notice().id }
            return id >= since ? try eraser.rewritten(fact) : nil
        }
    }

    /// Of the platform's list of changes those about a tenant's tokens, which the tenant's own hand may have made, or all; how many had the subject.
    func erasePlatformEntries(about tenant: String?, since: SortableID, _ eraser: Eraser) async throws -> Int {
        try await eraseEntries(of: ChangeSet.platform) { fact throws(StoreFailure) in
            if let tenant {
                guard let change = try ChangeSet(stored: fact), change.id >= since, change.isAbout(tenant) else { return nil }
            }
            return try eraser.rewritten(fact)
        }
    }

    private func eraseEntries(
        of owner: String, _ change: @escaping @Sendable (StoredFact) throws(StoreFailure) -> StoredFact?
    ) async throws -> Int {
        var before = Int64.max, count = 0
        while true {
            let page = try await store.notices(NoticeQuery(tenant: owner, before: before, limit: Self.entriesRead))
            let made = await world.aside { Self.changed(page, change) } ?? Self.changed(page, change)
            let rewritten = try made.get()
            if !rewritten.isEmpty { try await store.rewrite([], rewritten) }
            count += rewritten.count
            guard page.count == Self.entriesRead, let last = page.last else { return count }
            before = last.place
        }
    }

    /// The invites of a person's meetings go on under the pseudonym, with their numbers; how many.
    func eraseInvites(of tenant: String, _ eraser: Eraser) async throws -> Int {
        guard case .user(let name) = eraser.subject else { return 0 }
        let owner = identities.name(ofTenant: tenant)
        var query = DocumentQuery(.invite, prefix: Invite.prefix(of: owner, name), limit: Self.entriesRead), count = 0
        while true {
            let page = try await store.documents(query)
            let entries = try page.flatMap { stored -> [StoreEntry] in
                let invite = try stored.decoded(Invite.self).organized(by: eraser.pseudonym)
                let organizer = InviteOrganizer(organizer: eraser.pseudonym, tenant: tenant)
                return [
                    .document(StoredDocument(kind: .invite, key: stored.key, version: 0, body: nil)), .document(invite.document(of: owner)),
                    .document(organizer.document(of: owner, meeting: invite.meetingID)),
                ]
            }
            if !entries.isEmpty { try await ledger.admit(entries) }
            count += page.count
            guard page.count == Self.entriesRead, let last = page.last else { break }
            query.after = last.key
        }
        if migrations[tenant][name] != nil {
            try await ledger.admit([Migrations.removal(of: name, tenant)])
            migrations.forget(name, of: tenant)
        }
        return count
    }

    /// Meetings that endpoints ask for have the names that records have from now on. So has an endpoint's URL, which may lead nowhere then: the
    /// endpoint is paused, and its id told, until its tenant gives it another.
    func eraseWebhooks(of tenant: String, _ eraser: Eraser) async throws -> [SortableID] {
        try await administration.undisturbed { try await eraseNames(of: couriers.desks(of: tenant), eraser) }
    }

    private func eraseNames(of desks: [Couriers.Desk], _ eraser: Eraser) async throws -> [SortableID] {
        var paused: [SortableID] = []
        for desk in desks {
            var endpoint = desk.endpoint
            endpoint.meetings = endpoint.meetings.map(eraser.erasedAnyCase)
            endpoint.url = eraser.erasedAnyCase(endpoint.url)
            guard endpoint != desk.endpoint else { continue }
            try await ledger.admit([.document(endpoint.document)])
            let isMoved = endpoint.url != desk.endpoint.url
            if isMoved { paused.append(endpoint.id) }
            couriers.replace(endpoint, pausing: isMoved ? .erased : nil)
        }
        return paused.sorted()
    }
}

extension Service {
    /// Events that wait in memory for their turn at a webhook endpoint are what the log has of them by now.
    func renewEventsToCome(of tenant: String) async throws {
        for desk in couriers.desks(of: tenant) {
            for dialOut in desk.courier.dialOutsToCome {
                var place: Int64? = 0
                while let after = place, after < desk.courier.read {
                    let page = try await store.facts(FactQuery(scope: .dialOut(dialOut), after: after, limit: Couriers.page))
                    let events = try page.told()
                    couriers.renew(events, at: desk.endpoint.id)
                    place = events.count == Couriers.page ? events.last?.place : nil
                }
            }
        }
    }
}

extension ChangeSet {
    /// Whether all that was changed is a tenant's.
    fileprivate func isAbout(_ tenant: String) -> Bool {
        !objects.isEmpty && objects.allSatisfy { ($0.after == .null ? $0.before : $0.after)["tenant"].string == tenant }
    }
}

extension Invite {
    fileprivate func organized(by organizer: String) -> Invite {
        Invite(meetingID: meetingID, organizer: organizer, numbers: numbers, createdAt: createdAt, rewrittenAt: rewrittenAt)
    }
}
