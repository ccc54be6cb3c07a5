import Basis

/// What a list of changes comes to as a whole: each document as the last change of it leaves it, but those of tenants that it takes away.
struct ChangeTotal {
    /// By tenant and user principal name in lower case; nil: the user is taken away.
    private(set) var users: [String: [String: User?]] = [:]
    private(set) var tenants: [String: Tenant] = [:]

    init(_ changes: [DirectoryChange]) {
        var removed: Set<String> = []
        for change in changes {
            switch change {
            case .putTenant(let tenant):
                removed.remove(tenant.id)
                tenants[tenant.id] = tenant
            case .removeTenant(let id): removed.insert(id)
            case .putUser(let tenant, let user): users[tenant, default: [:]][user.upn.asciiLowercased] = .some(user)
            case .removeUser(let tenant, let upn): users[tenant, default: [:]][upn.asciiLowercased] = .some(nil)
            case .putOperator, .removeOperator: break
            }
        }
        for id in removed { (users[id], tenants[id]) = (nil, nil) }
    }
}
