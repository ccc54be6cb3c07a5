import Basis
import Dialing

/// Changes of a configuration made and checked on a copy, with all that takes long: for beside the loop where they are many.
struct PreparedChange: Sendable {
    let changes: [DirectoryChange]
    /// The configuration as it will be, one version on.
    let next: Directory
    let documents: [StoreEntry]
    let objects: [(tenant: String, objects: [ObjectChange])]

    init(_ changes: [DirectoryChange], in old: Directory, by asker: Asker) throws(InvalidChange) {
        var next = old
        try next.apply(changes, by: asker, version: old.version + 1)
        (self.changes, self.next) = (changes, next)
        documents = changes.map { .document($0.document(next.version)) }
        objects = next.objects(of: changes, before: old)
    }
}

extension DirectoryChange {
    fileprivate func document(_ version: Int64) -> StoredDocument {
        func document(_ kind: StoredDocument.Kind, _ key: String, _ body: [UInt8]?) -> StoredDocument {
            StoredDocument(kind: kind, key: key, version: version, body: body)
        }
        return switch self {
        case .putTenant(let tenant): document(.tenant, tenant.id, JSON.encode(tenant))
        case .removeTenant(let id): document(.tenant, id, nil)
        case .putUser(let tenant, let user): document(.user, tenant + "/" + user.upn.asciiLowercased, JSON.encode(user))
        case .removeUser(let tenant, let upn): document(.user, tenant + "/" + upn.asciiLowercased, nil)
        case .putOperator(let carrier):
            StoredDocument(
                kind: .operator, key: carrier.id, version: version, body: JSON.encodeRevealing(carrier), isSecret: carrier.hasPassword)
        case .removeOperator(let id): document(.operator, id, nil)
        }
    }
}

extension Tokens {
    init(_ documents: StoredDocuments, bootstrap: Secret?, at time: WallTime) throws(StoreFailure) {
        self.init(try documents.decoded(.token), bootstrap: bootstrap, at: time)
    }
}
