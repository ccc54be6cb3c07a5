import Basis
import Dialing

/// What is erased beside dial-outs: changes of the configuration and notices, invites, and what webhook endpoints ask for.
extension Service {
    /// Entries that are read, or rewritten, in one commit.
    private static let entriesRead = 250

    /// Of a tenant's log all that is of no dial-out; how many entries had the subject.
    func eraseEntries(of tenant: String, _ eraser: Eraser) async throws -> Int {
        var before = Int64.max, count = 0
        while true {
            let page = try await store.notices(NoticeQuery(tenant: tenant, before: before, limit: Self.entriesRead))
            let made = await world.aside { Self.rewritten(page, eraser) } ?? Self.rewritten(page, eraser)
            let rewritten = try made.get()
            if !rewritten.isEmpty { try await store.rewrite([], rewritten) }
            count += rewritten.count
            guard page.count == Self.entriesRead, let last = page.last else { return count }
            before = last.place
        }
    }

    private static func rewritten(_ page: [StoredFact], _ eraser: Eraser) -> Result<[StoredFact], StoreFailure> {
        var rewritten: [StoredFact] = []
        do throws(StoreFailure) {
            for fact in page { if let changed = try eraser.rewritten(fact) { rewritten.append(changed) } }
        } catch {
            return .failure(error)
        }
        return .success(rewritten)
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

    /// Meetings that endpoints ask for have the names that records have from now on. An endpoint's URL is its tenant's to change: its id is told.
    func eraseWebhooks(of tenant: String, _ eraser: Eraser) async throws -> [SortableID] {
        try await administration.undisturbed { try await eraseMeetings(of: couriers.desks(of: tenant), eraser) }
    }

    private func eraseMeetings(of desks: [Couriers.Desk], _ eraser: Eraser) async throws -> [SortableID] {
        var named: [SortableID] = []
        for desk in desks {
            var endpoint = desk.endpoint
            endpoint.meetings = endpoint.meetings.map(eraser.erasedAnyCase)
            if eraser.concerns(endpoint.url) { named.append(endpoint.id) }
            guard endpoint != desk.endpoint else { continue }
            try await ledger.admit([.document(endpoint.document)])
            couriers.replace(endpoint)
        }
        return named.sorted()
    }
}

extension Invite {
    fileprivate func organized(by organizer: String) -> Invite {
        Invite(meetingID: meetingID, organizer: organizer, numbers: numbers, createdAt: createdAt, rewrittenAt: rewrittenAt)
    }
}
