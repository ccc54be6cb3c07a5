import Basis
import Dialing
import Web

extension Service {
    /// `GET /v1/tenants/{tenant}/document`, written beside the loop.
    func exportTenant(_ call: APICall) async throws -> Response { try await document(of: try tenant(call)) }

    private func document(of tenant: Tenant) async throws -> Response {
        let users = directory.users(of: tenant.id)
        return try await written { tagged(200, TenantDocument(tenant: tenant, users: users.all)) }
    }

    /// `PUT /v1/tenants/{tenant}/document?dryRun=`: read, compared and checked beside the loop on a copy of the configuration, and put in force
    /// if nothing else was changed meanwhile; else made once more, and then answered with 409. A dry run tells the difference.
    ///
    /// What an administrator's document only shows must be as it is; the platform's may bring numbers, under the guards of an order, and each
    /// operator's come by an order of their own.
    func importTenant(_ call: APICall) async throws -> Response {
        let id = call["tenant"], isDry = try call.truth("dryRun"), document = try await body(TenantDocument.self, of: call)
        guard document.tenant.id == id else { throw InvalidField("tenant.id", "is the tenant in the path, \(id)") }
        let author = call.author("document", as: call.asker == .platform ? .platform : .importer)
        for _ in 0..<Self.commandTries {
            let before = administration.changeable
            var tenant = document.tenant, orders: [NumberOrder] = []
            tenant.adoptGrants(before.tenant(id)?.groupAssignments ?? [], at: world.wallTime, by: author.by)
            let since = identifiers.next()
            if call.asker == .platform {
                let named = try await self.orders.namedOrders(in: document.tenant)
                orders = try self.orders.orders(for: &tenant, before: before.tenant(id), named)
            }
            let wanted = TenantDocument(tenant: tenant, users: document.users)
            guard let made = await world.aside({ Made { try wanted.change(in: before, by: author.asker, matching: call) } }) else {
                throw Problem.tooManyBodies
            }
            let change = try made.result.get()
            if isDry { return .json(200, JSON.encode(Difference(change?.objects.flatMap(\.objects) ?? []))) }
            guard let change else { return try await self.document(of: try self.tenant(call)) }
            let version = try await administration.commit(change, for: author, since: since) { version in
                orders.flatMap { $0.documents(of: identities.name(ofOperator: $0.operator), version: version) }
            }
            guard version != nil else { continue }
            return try await self.document(of: try self.tenant(call))
        }
        throw Problem.conflict(
            "the configuration was changed while the document was checked, twice; nothing of it was applied, send it again")
    }
}

/// What came of work beside the loop.
private struct Made<Value: Sendable>: Sendable {
    let result: Result<Value, any Error>

    init(_ make: () throws -> Value) { result = Result(catching: make) }
}

extension TenantDocument {
    /// What the document changes in a configuration, with all that can be said against it; nil where it is as it is.
    fileprivate func change(in directory: Directory, by asker: Asker, matching call: APICall) throws -> PreparedChange? {
        let id = tenant.id, old = directory.tenant(id), known = directory.users(of: id)
        try requireMatch(call, old.map { TenantDocument(tenant: $0, users: known.all) })
        let kept = Set(users.map { $0.upn.asciiLowercased })
        guard kept.count == users.count else { throw InvalidField("users", "has each user once") }
        let changed = users.map(\.inLowerCase).filter { known[$0.upn] != $0 }
        let changes =
            (old == tenant ? [] : [DirectoryChange.putTenant(tenant)])
            + known.principals.filter { !kept.contains($0) }.map { .removeUser(tenant: id, upn: $0) }
            + changed.map { .putUser(tenant: id, $0) }
        return changes.isEmpty ? nil : try PreparedChange(changes, in: directory, by: asker)
    }
}

extension Tenant {
    /// A grant says who made it, and when: it was made now by the importer, or stands as it did.
    fileprivate mutating func adoptGrants(_ before: [GroupPolicyAssignment], at now: WallTime, by author: String) {
        for (index, grant) in groupAssignments.enumerated() {
            let old = before.first { $0.group == grant.group && $0.policyType == grant.policyType && $0.policyName == grant.policyName }
            groupAssignments[index].createdAt = old.map { $0.createdAt } ?? Int(now.milliseconds)
            groupAssignments[index].createdBy = old.map { $0.createdBy } ?? author
        }
    }
}

extension User {
    fileprivate var inLowerCase: User {
        var user = self
        user.upn = upn.asciiLowercased
        return user
    }
}

/// What an import would change, object by object.
private struct Difference: Encodable {
    private struct Row: Encodable {
        let object: String
        /// `added`, `changed` or `removed`.
        let change: String
        let before: JSONValue
        let after: JSONValue

        init(_ object: ObjectChange) {
            (self.object, before, after) = (object.object, object.before, object.after)
            change = object.before == .null ? "added" : object.after == .null ? "removed" : "changed"
        }
    }
    private let added: Int
    private let changed: Int
    private let removed: Int
    private let changes: [Row]
    /// Of the changes, those that are not listed.
    private let omitted: Int

    init(_ objects: [ObjectChange]) {
        added = objects.count { $0.before == .null }
        removed = objects.count { $0.after == .null }
        changed = objects.count - added - removed
        changes = objects.prefix(ChangeSet.limit).map(Row.init)
        omitted = objects.count - changes.count
    }
}

extension APICall {
    /// A parameter that is `true` or `false`, which it is where it is not given.
    fileprivate func truth(_ name: String) throws(InvalidField) -> Bool {
        guard let text = request.query[name] else { return false }
        guard let truth = Bool(text) else { throw InvalidField(name, "is true or false, not \(text.excerpt)") }
        return truth
    }
}
