import Dialing

/// By which version of the configuration each tenant was changed last: what is made beside the loop on an earlier version holds as long as
/// nothing that it was made from is another.
struct LatestChanges {
    /// Tenants that are told apart; past it all count as changed by the version of that moment.
    static let limit = 10_000

    private var ofTenants: [String: Int64] = [:]
    /// Of the operators, which every tenant's changes are checked against, and of tenants that are not told apart any more.
    private var ofOthers: Int64 = 0

    mutating func note(_ changes: [DirectoryChange], by version: Int64) {
        for change in changes {
            if let tenant = change.tenant { ofTenants[tenant] = version } else { ofOthers = version }
        }
        if ofTenants.count > Self.limit { (ofTenants, ofOthers) = ([:], version) }
    }

    /// Whether a tenant that one of the changes is of, or an operator, was changed after the version.
    func concern(_ changes: [DirectoryChange], after version: Int64) -> Bool {
        ofOthers > version || changes.contains { change in change.tenant.map { ofTenants[$0, default: 0] > version } ?? true }
    }
}

extension DirectoryChange {
    /// Nil for one of an operator.
    fileprivate var tenant: String? {
        switch self {
        case .putTenant(let tenant): tenant.id
        case .removeTenant(let tenant), .putUser(let tenant, _), .removeUser(let tenant, _): tenant
        case .putOperator, .removeOperator: nil
        }
    }
}
