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
        case .putUser(let tenant, let user): document(.user, tenant + "/" + user.upn.lowercased(), JSON.encode(user))
        case .removeUser(let tenant, let upn): document(.user, tenant + "/" + upn.lowercased(), nil)
        case .putOperator(let carrier):
            StoredDocument(
                kind: .operator, key: carrier.id, version: version, body: JSON.encodeRevealing(carrier), isSecret: carrier.hasPassword)
        case .removeOperator(let id): document(.operator, id, nil)
        }
    }
}

extension Directory {
    /// The configuration as it was stored: operators and tenants before the users that need them.
    init(_ contents: StoreContents) throws(StoreFailure) {
        self.init()
        var tenants: [DirectoryChange] = [], users: [(tenant: String, user: User)] = [], operators: [DirectoryChange] = []
        var owners: Set<String> = []
        for document in contents.documents {
            guard let body = document.body else { continue }
            do {
                switch document.kind {
                case .tenant:
                    owners.insert(document.key)
                    tenants.append(.putTenant(try JSON.decode(Tenant.self, body)))
                case .user:
                    let tenant = String(document.key[..<(document.key.firstIndex(of: "/") ?? document.key.startIndex)])
                    users.append((tenant, try JSON.decode(User.self, body)))
                case .operator: operators.append(.putOperator(try JSON.decode(Operator.self, body)))
                case .token, .numberOrder, .setting, .dialog, .webhook, .webhookPlace, .webhookWait, .migration,
                    .carrierAccount, .priceList, .invite, .inviteOrganizer, .orderHead, .orderNumbers, .orderKey:
                    continue
                }
            } catch {
                throw StoreFailure("the stored \(document.kind.rawValue) \(document.key) cannot be read: \(error)")
            }
        }
        let owned = users.filter { owners.contains($0.tenant) }.map { DirectoryChange.putUser(tenant: $0.tenant, $0.user) }
        do { try apply(operators + tenants + owned, version: contents.version, tables: .onFirstUse) } catch {
            throw StoreFailure("stored configuration: \(error)")
        }
    }
}

extension Tokens {
    init(_ documents: [StoredDocument], bootstrap: Secret?, at time: WallTime) throws(StoreFailure) {
        self.init(try documents.decoded(.token), bootstrap: bootstrap, at: time)
    }
}

extension [StoredDocument] {
    /// All documents of a kind, read.
    func decoded<Value: Decodable>(_ kind: StoredDocument.Kind) throws(StoreFailure) -> [Value] {
        var values: [Value] = []
        for document in self where document.kind == kind {
            guard let body = document.body else { continue }
            do { values.append(try JSON.decode(Value.self, body)) } catch {
                throw StoreFailure("the stored \(kind.rawValue) \(document.key) cannot be read: \(error)")
            }
        }
        return values
    }
}
