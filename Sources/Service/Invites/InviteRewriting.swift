import Basis
import Dialing

extension Migrations {
    /// Invites that are rewritten in one group.
    private static let invitesRead = 500

    func migrate(_ batch: [MeetingMigration], of tenant: String) async throws(StoreFailure) {
        let begun = batch.map { migration in
            var migration = migration
            (migration.state, migration.modifiedAt) = (.inProgress, Int(world.wallTime.milliseconds))
            (migration.total, migration.failed, migration.message) = (0, 0, "")
            return migration
        }
        try await keep(begun, of: tenant, before: batch)
        var finished: [MeetingMigration] = []
        for var migration in begun {
            try await rewriteInvites(of: tenant, &migration)
            migration.modifiedAt = Int(world.wallTime.milliseconds)
            finished.append(migration)
        }
        try await keep(finished, of: tenant, before: begun)
    }

    /// Writes how far migrations are, but for those that were or are being asked for anew, or whose user is gone. What was written of one whose
    /// user went meanwhile goes again.
    private func keep(_ next: [MeetingMigration], of tenant: String, before: [MeetingMigration]) async throws(StoreFailure) {
        func isCurrent(_ index: Int) -> Bool {
            let upn = before[index].upn
            return self[tenant][upn] == before[index] && !isAsked(upn, of: tenant)
        }
        let current = next.indices.filter(isCurrent)
        guard !current.isEmpty else { return }
        try await ledger.admit(current.map { Migrations.document(next[$0], of: tenant) })
        for index in current where isCurrent(index) { note(next[index], of: tenant) }
        ledger.note(current.compactMap { self[tenant][next[$0].upn] == nil ? Migrations.removal(of: next[$0].upn, tenant) : nil })
    }

    /// Gives each invite of a user the numbers of now.
    private func rewriteInvites(of tenant: String, _ migration: inout MeetingMigration) async throws(StoreFailure) {
        guard let user = administration.directory.user(migration.upn, of: tenant), let document = administration.directory.tenant(tenant)
        else {
            (migration.state, migration.message) = (.failed, "there is no user \(migration.upn) any more")
            return
        }
        let owner = administration.identities.name(ofTenant: tenant), numbers = InviteDefaults(document).numbers(of: user)
        var query = DocumentQuery(.invite, prefix: Invite.prefix(of: owner, user.upn), limit: Self.invitesRead)
        while true {
            let page = try await store.documents(query)
            var entries: [StoreEntry] = []
            for stored in page {
                migration.total += 1
                guard var invite = try? stored.decoded(Invite.self) else {
                    migration.failed += 1
                    continue
                }
                (invite.numbers, invite.rewrittenAt) = (numbers, world.wallTime)
                entries.append(.document(invite.document(of: owner)))
            }
            if !entries.isEmpty { try await ledger.admit(entries) }
            guard page.count == query.limit, let last = page.last else { break }
            query.after = last.key
        }
        migration.state = migration.failed == 0 ? .succeeded : .failed
        if migration.failed > 0 { migration.message = "\(migration.failed) of \(migration.total) invites cannot be read" }
    }

    /// Takes away the invites of a tenant that is no more.
    func forgetInvites(of owner: String) async {
        var query = DocumentQuery(.invite, prefix: Invite.prefix(of: owner), limit: 500)
        while let page = try? await store.documents(query), let last = page.last {
            ledger.note(
                page.flatMap { stored -> [StoreEntry] in
                    let meeting = stored.key.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init)
                    return [
                        .document(StoredDocument(kind: .invite, key: stored.key, version: 0, body: nil)),
                        .document(
                            StoredDocument(kind: .inviteOrganizer, key: InviteOrganizer.key(meeting ?? "", owner), version: 0, body: nil)),
                    ]
                })
            query.after = last.key
        }
    }
}
