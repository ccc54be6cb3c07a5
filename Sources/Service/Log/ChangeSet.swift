import Basis
import Dialing
import Web

/// What was changed in a tenant's configuration at a time: by whom, by which request, and each object before and after. An entry of the log of
/// its own kind, in the group of the change.
struct ChangeSet: Equatable, Sendable {
    let id: SortableID
    let at: WallTime
    var author: Author
    /// The configuration's version that it made.
    let version: Int64
    /// The change that it took back.
    let undoes: SortableID?
    var objects: [ObjectChange]
    /// Objects that are not listed, past ``limit``.
    let omitted: Int

    /// Objects of one change that are kept one by one.
    static let limit = 1_000

    init(
        id: SortableID, at: WallTime, author: Author, version: Int64, undoes: SortableID?, objects: [ObjectChange]
    ) {
        (self.id, self.at, self.author, self.version, self.undoes) = (id, at, author, version, undoes)
        self.objects = Array(objects.prefix(Self.limit))
        omitted = max(0, objects.count - Self.limit)
    }
}

/// Who changes the configuration, and by what.
struct Author: Equatable, Sendable {
    /// What may be changed by it.
    let asker: Asker
    /// The token's name, and its id where that says more.
    var by: String
    let role: String
    /// `cmdlets`, `document`, `undo`, `recharge`, or `api` for everything else.
    let source: String
    /// The request's method and path.
    var request: String
    /// Its `Request-Id`, by which it is found in the log; not kept.
    var requestID = ""
    /// The IP address that it came from; nil for the service's own work, and in entries of versions that did not keep it.
    var from: String?
}

extension ChangeSet: Packable {
    func pack(into packed: inout PackedWriter) {
        packed.add(id)
        packed.add(at.milliseconds)
        for text in [author.by, author.role, author.source, author.request] { packed.add(text) }
        packed.add(version)
        packed.add(undoes)
        packed.add(objects)
        packed.add(omitted)
        packed.add(author.from)
    }

    init(unpacking packed: inout PackedReader) throws(PackedFault) {
        try self.init(unpacking: &packed, version: Self.version)
    }

    private init(unpacking packed: inout PackedReader, version known: UInt8) throws(PackedFault) {
        (id, at) = (try packed.read(), WallTime(milliseconds: try packed.read()))
        author = Author(
            asker: .store, by: try packed.read(), role: try packed.read(), source: try packed.read(), request: try packed.read())
        (version, undoes, objects, omitted) = (try packed.read(), try packed.read(), try packed.read(), try packed.read())
        if known > 1 { author.from = try packed.read() }
    }
}

extension ObjectChange: Packable {
    func pack(into packed: inout PackedWriter) {
        packed.add(object)
        for value in [before, after] { packed.add(String(decoding: JSON.encode(value), as: UTF8.self)) }
        packed.add(place.member)
        packed.add(place.key)
        packed.add(place.index)
    }

    init(unpacking packed: inout PackedReader) throws(PackedFault) {
        func value(_ text: String) throws(PackedFault) -> JSONValue {
            do throws(JSONReader.Fault) { return try JSONReader.read(Array(text.utf8)) } catch { throw PackedFault("an object is no JSON") }
        }
        object = try packed.read()
        (before, after) = (try value(try packed.read()), try value(try packed.read()))
        place = Place(member: try packed.read(), key: try packed.read(), index: try packed.read())
    }
}

extension ChangeSet {
    /// In place of a tenant: what is the platform's.
    static let platform = ""

    /// The kind of this entry, behind its version.
    static let kind: UInt8 = 65
    /// Version 1 kept no ``Author/from``.
    private static let version: UInt8 = 2

    /// The entry of the log; nobody is told of it.
    func entry(of tenant: String) -> StoreEntry {
        .fact(
            FactRow(dialOut: FactRow.noDialOut, sequence: 0, tenant: tenant, operatorID: nil, body: [Self.version, Self.kind] + packed), nil
        )
    }

    /// Nil for an entry of another kind; throws for one that cannot be read.
    init?(stored fact: StoredFact) throws(StoreFailure) {
        let body = fact.row.body
        guard fact.row.dialOut == FactRow.noDialOut, body.count > 2, body[1] == Self.kind else { return nil }
        guard (1...Self.version).contains(body[0]) else {
            throw StoreFailure("the entry \(fact.place) of the log has version \(body[0]), this program knows up to \(Self.version)")
        }
        do throws(PackedFault) {
            var packed = PackedReader(Array(body.dropFirst(2)))
            try self.init(unpacking: &packed, version: body[0])
            guard packed.isAtEnd else { throw PackedFault("there is more than one value") }
        } catch {
            throw StoreFailure("the entry \(fact.place) of the log cannot be read: \(error.message)")
        }
    }
}

extension Directory {
    /// What a list of changes makes of each tenant that it touches, object by object. It takes long for a large tenant: for beside the loop.
    ///
    /// What it makes of operators, and which tenants come and go, stands under ``ChangeSet/platform``.
    func objects(of changes: [DirectoryChange], before old: Directory) -> [(tenant: String, objects: [ObjectChange])] {
        var order: [String] = [], users: [String: [String]] = [:], documents: Set<String> = [], platform: [ObjectChange] = []
        func note(_ id: String) {
            let (before, after) = (old.operator(id), self.operator(id))
            if before != after { platform.append(ObjectChange(ofPlatform: "operator \(id)", from: before, to: after)) }
        }
        func touch(_ tenant: String, _ user: String? = nil) {
            if users[tenant] == nil { order.append(tenant) }
            users[tenant, default: []] += user.map { [$0] } ?? []
        }
        for change in changes {
            switch change {
            case .putTenant(let tenant):
                touch(tenant.id)
                documents.insert(tenant.id)
            case .removeTenant(let id):
                touch(id)
                documents.insert(id)
            case .putUser(let tenant, let user): touch(tenant, user.upn)
            case .removeUser(let tenant, let upn): touch(tenant, upn)
            case .putOperator(let carrier): note(carrier.id)
            case .removeOperator(let id): note(id)
            }
        }
        for id in order where old.hasTenant(id) != hasTenant(id) {
            platform.append(ObjectChange(ofPlatform: "tenant \(id)", from: old.tenantHead(id), to: tenantHead(id)))
        }
        // What a tenant was that is gone is nobody's to read, and not kept.
        return [(ChangeSet.platform, platform)].filter { !$0.1.isEmpty }
            + order.filter(hasTenant).map { id in
                let changed = users[id]!.map { (old.user($0, of: id), self.user($0, of: id)) }
                // A document that no change is of is as it was, however long it is.
                let isOfDocument = documents.contains(id)
                return (
                    id,
                    [ObjectChange](from: isOfDocument ? old.tenant(id) : nil, to: isOfDocument ? self.tenant(id) : nil, users: changed)
                )
            }.filter { !$0.objects.isEmpty }
    }

    /// What the platform's changes show of a tenant.
    private func tenantHead(_ id: String) -> TenantHead? {
        tenant(id).map { TenantHead(id: id, displayName: $0.displayName, country: $0.country, users: userCount(of: id)) }
    }

    private struct TenantHead: Encodable {
        let id: String, displayName: String, country: Country, users: Int
    }
}
