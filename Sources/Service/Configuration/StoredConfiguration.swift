import Dialing

extension Directory {
    /// The configuration as it was stored: operators and tenants before the users that need them.
    init(_ documents: StoredDocuments, version: Int64) throws(StoreFailure) {
        self.init()
        let changes = documents.operators.map { DirectoryChange.putOperator($0) } + documents.tenants.map { .putTenant($0) }
        do {
            try apply(changes, version: version, tables: .onFirstUse)
            for (tenant, users) in documents.users.byTenant where hasTenant(tenant) { try load(users, of: tenant) }
        } catch {
            throw StoreFailure("stored configuration: \(error)")
        }
    }
}
