import Basis
import Dialing
import Web

extension Service {
    /// Entries of the log that one request looks at.
    private static let changesRead = 500

    /// `GET /v1/tenants/{tenant}/changes?q=&from=&to=&cursor=&limit=`: newest first. A request that searches looks at ``changesSearched``
    /// entries; where that is not all, its page may be short or empty and has a cursor.
    func listChanges(_ call: APICall) async throws -> Response { try await changes(of: try tenant(call).id, call) }

    /// `GET /v1/changes?q=&from=&to=&cursor=&limit=`: of operators, tokens and the service's limits, which are no tenant's; newest first.
    func listPlatformChanges(_ call: APICall) async throws -> Response { try await changes(of: ChangeSet.platform, call) }

    /// What is kept of a change of what no document of the configuration has: the platform's, or a tenant's.
    func audit(_ object: ObjectChange, _ call: APICall, of tenant: String = ChangeSet.platform) -> [StoreEntry] {
        let change = ChangeSet(
            id: identifiers.next(), at: world.wallTime, author: call.author(), version: directory.version, undoes: nil, objects: [object])
        return [change.entry(of: tenant), identifiers.mark]
    }

    private func changes(of id: String, _ call: APICall) async throws -> Response {
        let limit = try call.listCount()
        var before = Int64.max
        if let text = call.request.query["cursor"] {
            guard let cursor = Int64(decimal: text), cursor > 0 else { throw InvalidField.noCursor }
            before = cursor
        }
        let (found, next) = try await changes(of: id, before: before, try ChangeSearch(call), limit: min(limit, Self.changesRead))
        return .json(200, ListPage(rows: found, next: next.map { "\($0)" }).body(named: "changes", found))
    }

    /// Up to `limit` of the changes before a place that are searched for, and the place behind which there may be more.
    private func changes(
        of id: String, before: Int64, _ search: ChangeSearch, limit: Int
    ) async throws -> (found: [ShownChange], next: Int64?) {
        var found: [ShownChange] = [], before = before, looked = 0
        while true {
            let page = try await changes(of: id, before: before, limit: Self.changesRead)
            for (place, change) in page {
                guard !search.isOver(change) else { return (found, nil) }
                guard found.count < limit, looked < Self.changesSearched else { return (found, before) }
                (before, looked) = (place, looked + 1)
                if search.finds(change) { found.append(ShownChange(change)) }
            }
            guard page.count == Self.changesRead else { return (found, nil) }
        }
    }

    /// Changes that one request looks at.
    private static let changesSearched = 5_000

    /// `POST /v1/tenants/{tenant}/changes/{change}/undo`: puts every object back as it was before; refused where one is not as the change left it.
    func undoChange(_ call: APICall) async throws -> Response {
        let tenant = try tenant(call).id
        guard let id = SortableID(call["change"]) else { throw Problem.notFound("change", call["change"]) }
        let (change, later) = try await change(id, of: tenant)
        guard change.omitted == 0 else {
            throw Problem.conflict(
                "the change has \(change.objects.count + change.omitted) objects, of which \(change.omitted) are not kept one by one; import the document as it was"
            )
        }
        if let webhook = change.objects.first(where: { $0.object.hasPrefix(Self.webhookWord) && $0.place.key == nil }) {
            throw Problem.conflict("the \(webhook.object) is changed by its own operations, and its secrets come back by none")
        }
        guard !change.objects.contains(where: { $0.object.hasPrefix(ErasureRecord.word) && $0.place.key == nil }) else {
            throw Problem.conflict("what an erasure took out is nowhere any more, and comes back by nothing")
        }
        if let erased = change.objects.first(where: { Pseudonyms.stand(in: JSON.encode($0.before)) }) {
            throw Problem.conflict("\(erased.object) was rewritten by an erasure: what it was before the change is not known any more")
        }
        guard !change.objects.contains(where: { $0.place.member == nil && $0.place.key == nil }) else {
            throw Problem.conflict("a tenant that was made is taken away by DELETE /v1/tenants/{tenant}")
        }
        do {
            let version = try await administration.reconfigure(
                for: call.author("undo"), undoing: id,
                { directory in
                    let made = await world.aside {
                        Result { () throws(Undo.Obstacle) in try Undo(change).changes(of: tenant, in: directory) }
                    }
                    guard let made else { throw Problem.tooManyBodies }
                    do throws(Undo.Obstacle) { return try made.get() } catch {
                        let since = later.filter { $0.objects.contains { $0.object == error.object } }
                        throw Self.obstructed("\(error.object) is not as the change left it", error.object, since)
                    }
                })
            return .json(200, JSON.encode(["configVersion": version]))
        } catch let error as InvalidChange where error.kind != .forbidden {
            let named = later.filter { $0.objects.contains { error.concerns($0.object) } }
            let since = named.isEmpty ? later.filter { $0.buildsOn(change, error) } : named
            throw Self.obstructed("\(error.field) \(error.rule)", error.field, since)
        }
    }

    /// Why a change cannot be taken back, with those that came after it and build on it.
    private static func obstructed(_ why: String, _ object: String, _ since: [ChangeSet]) -> Problem {
        let ids = since.map { "\($0.id)" }
        var problem = Problem.conflict(ids.isEmpty ? why : "\(why); changed since by \(ids.joined(separator: ", "))")
        problem.members = [("object", JSON.encode(object)), ("laterChanges", JSON.encode(ids))]
        return problem
    }

    /// Up to `limit` changes before a place; entries of other kinds that stand between them are passed over.
    private func changes(of tenant: String, before: Int64, limit: Int) async throws -> [(place: Int64, change: ChangeSet)] {
        let since = tenant == ChangeSet.platform ? Identities.first : identities[.tenant(tenant)]
        var found: [(place: Int64, change: ChangeSet)] = [], before = before
        while found.count < limit {
            let page = try await store.notices(NoticeQuery(tenant: tenant, before: before, limit: limit))
            for fact in page {
                guard let change = try ChangeSet(stored: fact) else { continue }
                guard change.id >= since else { return found }
                if found.count < limit { found.append((fact.place, change)) }
            }
            guard page.count == limit, let last = page.last else { break }
            before = last.place
        }
        return found
    }

    /// The change, and those that came after it.
    private func change(_ id: SortableID, of tenant: String) async throws -> (ChangeSet, later: [ChangeSet]) {
        var before = Int64.max, later: [ChangeSet] = []
        while true {
            let page = try await changes(of: tenant, before: before, limit: Self.changesRead)
            if let index = page.firstIndex(where: { $0.change.id == id }) {
                return (page[index].change, later + page[..<index].map(\.change))
            }
            guard let last = page.last, last.change.id > id else { throw Problem.notFound("change", "\(id)") }
            later += page.map(\.change)
            before = last.place
        }
    }
}

/// What a list of changes is asked for: a text in who made them, from where, by what, or in the names of objects; and a time.
private struct ChangeSearch {
    private let text: String?
    private let from: WallTime?
    private let to: WallTime?

    init(_ call: APICall) throws(InvalidField) {
        (from, to) = (try call.moment("from"), try call.moment("to"))
        text = call.request.query["q"]?.lowercased()
        guard (text ?? "").utf8.count <= 256 else { throw InvalidField("q", "has at most 256 bytes") }
    }

    func finds(_ change: ChangeSet) -> Bool {
        if let from, change.at < from { return false }
        if let to, change.at >= to { return false }
        guard let text, !text.isEmpty else { return true }
        let author = change.author
        return ([author.by, author.role, author.source, author.request, author.from ?? ""] + change.objects.lazy.map(\.object))
            .contains { $0.lowercased().contains(text) }
    }

    /// Milliseconds by which the clock may have been set back since.
    private static let clockPatience: Int64 = 86_400_000

    /// Whether nothing that is older than this one is searched for.
    func isOver(_ change: ChangeSet) -> Bool { from.map { change.at.milliseconds < $0.milliseconds - Self.clockPatience } ?? false }
}

/// A change as the API shows it.
private struct ShownChange: Encodable {
    private let change: ChangeSet

    init(_ change: ChangeSet) { self.change = change }

    private enum CodingKeys: CodingKey { case id, at, by, from, role, source, request, configVersion, undoes, objects, omitted }

    /// Every member is written, null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(change.id, forKey: .id)
        try container.encode(change.at, forKey: .at)
        try container.encode(change.author.by, forKey: .by)
        try container.encode(change.author.from, forKey: .from)
        try container.encode(change.author.role, forKey: .role)
        try container.encode(change.author.source, forKey: .source)
        try container.encode(change.author.request, forKey: .request)
        try container.encode(change.version, forKey: .configVersion)
        try container.encode(change.undoes, forKey: .undoes)
        try container.encode(change.objects, forKey: .objects)
        try container.encode(change.omitted, forKey: .omitted)
    }
}

extension APICall {
    /// On whose behalf, and by what, it changes the configuration.
    func author(_ source: String = "api", as asker: Asker? = nil) -> Author {
        Author(
            asker: asker ?? self.asker, by: caller.name.isEmpty ? "\(caller.id)" : caller.name, role: caller.role.rawValue, source: source,
            request: "\(request.method.rawValue) /\(request.path.joined(separator: "/"))", requestID: request.id,
            from: request.peer?.host)
    }
}

extension InvalidChange {
    /// Whether it is about an object of a change, `policy W2`: the field names it between brackets, or its rule among others.
    fileprivate func concerns(_ object: String) -> Bool {
        guard let name = object.split(separator: " ", maxSplits: 1).last.map(String.init) else { return false }
        return field.contains("[\(name)]") || document == object || name.contains("@") && rule.contains(name)
    }
}

extension ChangeSet {
    /// Whether what it left names an object of an earlier change, or what the refusal of taking that back is about.
    fileprivate func buildsOn(_ earlier: ChangeSet, _ refusal: InvalidChange) -> Bool {
        let objects = earlier.objects.map(\.object) + [refusal.field]
        var names = Set(objects.compactMap { $0.split(separator: " ", maxSplits: 1).last?.lowercased() })
        for whole in earlier.objects where whole.place.key == nil { names.formUnion(whole.after.texts.subtracting(whole.before.texts)) }
        return self.objects.contains { $0.after.names(oneOf: names) }
    }
}

extension JSONValue {
    /// All that stand in it, in lower case.
    fileprivate var texts: Set<String> {
        switch self {
        case .string(let text): [text.lowercased()]
        case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.texts) }
        case .object(let members): members.values.reduce(into: []) { $0.formUnion($1.texts) }
        case .null, .bool, .integer, .number: []
        }
    }

    fileprivate func names(oneOf names: Set<String>) -> Bool {
        switch self {
        case .string(let text): names.contains(text.lowercased())
        case .array(let elements): elements.contains { $0.names(oneOf: names) }
        case .object(let members): members.contains { names.contains($0.key.lowercased()) || $0.value.names(oneOf: names) }
        case .null, .bool, .integer, .number: false
        }
    }
}
