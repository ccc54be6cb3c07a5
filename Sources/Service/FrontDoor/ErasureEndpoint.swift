import Basis
import Dialing
import Web

extension Service {
    /// Dial-outs that are rewritten in one commit.
    static let erasurePart = 25

    /// `POST /v1/tenants/{tenant}/erasures` `{"number"}` or `{"user"}`: takes a number or a person out of the tenant's records, events, changes
    /// and invites, in place. What stands there afterwards is a pseudonym, the same for the same; sums, counts, times and places stay. Repeatable.
    ///
    /// A tenant's own hand reaches what is that tenant's; the platform's also what a tenant of the name has left that is no more. The list of
    /// changes has who did it, and how much was rewritten.
    func erase(_ call: APICall) async throws -> Response {
        struct Body: Decodable {
            let number: String?
            let user: String?
        }
        struct Answer: Encodable {
            let pseudonym: String
            let records: Int
            let invites: Int
            /// Entries of the log that are of no dial-out: changes of the configuration, notices of operators and webhooks.
            let changes: Int
            /// Endpoints whose URL had the subject, and which are paused since.
            let webhooks: [SortableID]
        }
        let body = try call.body(Body.self), isPlatform = call.caller.role == .platform
        guard let tenant = try await tenantOfRecords(call["tenant"], isPlatform: isPlatform) else {
            throw Problem.notFound("tenant", call["tenant"])
        }
        guard (body.number == nil) != (body.user == nil) else { throw InvalidField("number", "or user is required, and not both") }
        let subject = try body.user.map { try Self.user($0) } ?? .number(Self.number(body.number ?? ""))
        let person: User? = if case .user(let name) = subject { directory.user(name, of: tenant) } else { nil }
        let eraser = Eraser(subject: subject, pseudonym: pseudonyms.stand(for: subject), displayName: person?.displayName)
        let live = live.all.count { $0.tenant == tenant && eraser.concerns($0) }
        guard live == 0 else { throw Problem.conflict("\(live) dial-outs of \(subject.text) are in progress; erase when they have ended") }
        guard !isErasing else { throw Problem.conflict("another erasure is under way; there is one at a time") }
        isErasing = true
        defer { isErasing = false }
        let since = isPlatform ? Identities.first : identities[.tenant(tenant)]
        var record = ErasureRecord(tenant: tenant, pseudonym: eraser.pseudonym)
        let entry = try await begin(record, by: call, eraser)
        let records = try await eraseDialOuts(of: tenant, since: since, eraser)
        let webhooks = try await eraseWebhooks(of: tenant, eraser), invites = try await eraseInvites(of: tenant, eraser)
        var changes = try await eraseEntries(of: tenant, since: since, eraser)
        changes += try await erasePlatformEntries(about: isPlatform ? nil : tenant, since: since, eraser)
        try await renewEventsToCome(of: tenant)
        (record.records, record.invites, record.changes, record.webhooks) = (records, invites, changes, webhooks.count)
        try await complete(entry, record)
        let answer = Answer(pseudonym: eraser.pseudonym, records: records, invites: invites, changes: changes, webhooks: webhooks)
        return .json(200, JSON.encode(answer))
    }

    /// How many dial-outs had the subject.
    private func eraseDialOuts(of tenant: String, since: SortableID?, _ eraser: Eraser) async throws(StoreFailure) -> Int {
        var query = DialOutQuery(limit: Self.erasurePart), count = 0
        (query.tenant, query.order, query.isOpen, query.from) = (tenant, .oldest, false, since)
        while true {
            let page = try await store.dialOuts(query)
            let made = await world.aside { Self.changed(page, eraser.rewritten) } ?? Self.changed(page, eraser.rewritten)
            let rewritten = try made.get()
            if !rewritten.isEmpty { try await store.rewrite(rewritten, []) }
            count += rewritten.count
            guard page.count == Self.erasurePart, let last = page.last?.id else { return count }
            query.move(behind: last)
        }
    }

    /// The tenant of the name, or for the platform also one that is no more as long as it has records. Inlined into its caller the optimizer
    /// does not survive it.
    @inline(never)
    private func tenantOfRecords(_ id: String, isPlatform: Bool) async throws(StoreFailure) -> String? {
        if let tenant = directory.tenant(id) { return tenant.id }
        guard isPlatform else { return nil }
        var query = DialOutQuery(limit: 1)
        query.tenant = id
        return try await store.dialOuts(query).first?.tenant
    }

    /// Nothing shorter than a whole name may be looked for in texts.
    private static func user(_ text: String) throws -> ErasedSubject {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 256, text.isPrintable, parts.count > 1, parts.first != "", parts.last != "" else {
            throw InvalidField("user", "is a principal name, such as bob@contoso.example")
        }
        let name = text.lowercased()
        guard name.isASCII == text.isASCII else {
            throw InvalidField("user", "has U+212A KELVIN SIGN in place of a K; write the letter K where it is meant")
        }
        return .user(name)
    }

    private static func number(_ text: String) throws -> E164 {
        guard text.contains("+"), let number = E164(written: text) else {
            throw InvalidField("number", "is an E.164 number: a plus, then 2 to 15 digits")
        }
        return number
    }

    /// What becomes of the entries of a page that have the subject.
    static func changed<Kept, Changed>(
        _ page: [Kept], _ change: (Kept) throws(StoreFailure) -> Changed?
    ) -> Result<[Changed], StoreFailure> {
        var changed: [Changed] = []
        do throws(StoreFailure) {
            for kept in page { if let made = try change(kept) { changed.append(made) } }
        } catch {
            return .failure(error)
        }
        return .success(changed)
    }
}
