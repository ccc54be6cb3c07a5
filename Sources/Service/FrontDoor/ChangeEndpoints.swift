import Basis
import Dialing
import Web

extension Service {
    /// Entries of the log that one request looks at.
    private static let changesRead = 500

    /// `GET /v1/tenants/{tenant}/changes?cursor=&limit=`: newest first.
    func listChanges(_ call: APICall) async throws -> Response { try await changes(of: try tenant(call).id, call) }

    /// `GET /v1/changes?cursor=&limit=`: of operators, tokens and the service's limits, which are no tenant's; newest first.
    func listPlatformChanges(_ call: APICall) async throws -> Response { try await changes(of: ChangeSet.platform, call) }

    /// An entry of the log for a change of the platform's.
    func audit(_ object: ObjectChange, _ call: APICall) -> StoreEntry {
        ChangeSet(
            id: identifiers.next(), at: world.wallTime, author: call.author(), version: directory.version,
            undoes: nil,
            objects: [object]
        ).entry(of: ChangeSet.platform)
    }

    private func changes(of id: String, _ call: APICall) async throws -> Response {
        let limit = try call.listCount()
        var before = Int64.max
        if let text = call.request.query["cursor"] {
            guard let cursor = Int64(text), cursor > 0 else { throw InvalidField("cursor", "is what an earlier page gave") }
            before = cursor
        }
        let found = try await changes(of: id, before: before, limit: min(limit, Self.changesRead) + 1)
        let shown = Array(found.prefix(min(limit, Self.changesRead)))
        let page = ListPage(
            rows: shown.map { ShownChange($0.change) }, next: found.count > shown.count ? shown.last.map { "\($0.place)" } : nil)
        return .json(200, page.body(named: "changes", page.rows))
    }

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
        guard !change.objects.contains(where: { $0.place.member == nil && $0.place.key == nil }) else {
            throw Problem.conflict("a tenant that was made is taken away by DELETE /v1/tenants/{tenant}")
        }
        let version = try await administration.reconfigure(
            for: call.author("undo"), undoing: id,
            { directory in
                do throws(Undo.Obstacle) { return try Undo(change).changes(of: tenant, in: directory) } catch {
                    let since = later.filter { $0.objects.contains { $0.object == error.object } }.map { "\($0.id)" }
                    var problem = Problem.conflict(
                        "\(error.object) is not as the change left it\(since.isEmpty ? "" : "; changed since by \(since.joined(separator: ", "))")"
                    )
                    problem.members = [("object", JSON.encode(error.object)), ("laterChanges", JSON.encode(since))]
                    throw problem
                }
            })
        return .json(200, JSON.encode(["configVersion": version]))
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

/// A change as the API shows it.
private struct ShownChange: Encodable {
    private let change: ChangeSet

    init(_ change: ChangeSet) { self.change = change }

    private enum CodingKeys: CodingKey { case id, at, by, role, source, request, configVersion, undoes, objects, omitted }

    /// Every member is written, null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(change.id, forKey: .id)
        try container.encode(change.at, forKey: .at)
        try container.encode(change.author.by, forKey: .by)
        try container.encode(change.author.role, forKey: .role)
        try container.encode(change.author.source, forKey: .source)
        try container.encode(change.author.request, forKey: .request)
        try container.encode(change.version, forKey: .configVersion)
        try container.encode(change.undoes, forKey: .undoes)
        try container.encode(change.objects, forKey: .objects)
        try container.encode(change.omitted, forKey: .omitted)
    }
}

/// A change taken back: every object put where it was, if it is still as the change left it.
struct Undo {
    struct Obstacle: Error { let object: String }

    private let change: ChangeSet

    init(_ change: ChangeSet) { self.change = change }

    func changes(of tenant: String, in directory: Directory) throws(Obstacle) -> [DirectoryChange] {
        var changes: [DirectoryChange] = []
        guard let now = directory.tenant(tenant) else { throw Obstacle(object: "tenant") }
        let own = change.objects.filter { $0.place.member != nil }
        if !own.isEmpty {
            var document = JSONValue(showing: now)
            for object in own.reversed() { try putBack(object, in: &document) }
            guard let earlier = try? JSON.decode(Tenant.self, JSON.encode(document)) else { throw Obstacle(object: own[0].object) }
            changes.append(.putTenant(earlier))
        }
        for object in change.objects where object.place.member == nil {
            guard let upn = object.place.key else { throw Obstacle(object: object.object) }
            let user = directory.user(upn, of: tenant).map { JSONValue(showing: $0) } ?? .null
            guard user == object.after else { throw Obstacle(object: object.object) }
            if object.before == .null {
                changes.append(.removeUser(tenant: tenant, upn: upn))
            } else {
                guard let earlier = try? JSON.decode(User.self, JSON.encode(object.before)) else { throw Obstacle(object: object.object) }
                changes.append(.putUser(tenant: tenant, earlier))
            }
        }
        return changes
    }

    private func putBack(_ object: ObjectChange, in document: inout JSONValue) throws(Obstacle) {
        guard let member = object.place.member else { return }
        guard let key = object.place.key else {
            guard document[member] == object.after else { throw Obstacle(object: object.object) }
            document[member] = object.before
            return
        }
        var list = document[member].array
        guard let names = JSONValue.names(of: list, and: [object.after == .null ? object.before : object.after]) else {
            throw Obstacle(object: object.object)
        }
        let index = list.firstIndex { $0.name(by: names) == key }
        guard index.map({ list[$0] }) ?? .null == object.after else { throw Obstacle(object: object.object) }
        if let index { list.remove(at: index) }
        if object.before != .null { list.insert(object.before, at: min(object.place.index, list.count)) }
        document[member] = .array(list)
    }
}

extension APICall {
    /// On whose behalf, and by what, it changes the configuration.
    func author(_ source: String = "api", as asker: Asker? = nil) -> Author {
        Author(
            asker: asker ?? self.asker, by: caller.name.isEmpty ? "\(caller.id)" : caller.name, role: caller.role.rawValue, source: source,
            request: "\(request.method.rawValue) /\(request.path.joined(separator: "/"))")
    }
}
