import Basis

/// Whether a list of changes assigns more licences than were bought, judged by what it comes to as a whole. Its cost is that of the list,
/// whatever the number of users.
struct LicenceGuard {
    private let directory: Directory
    /// What the list makes of users, by tenant and lower-case principal name.
    private var licences: [String: [String: Licences]] = [:]
    private var counts: [String: LicenceCounts] = [:]
    private var bought: [String: BoughtLicences?] = [:]
    private var removed: Set<String> = []

    init(_ directory: Directory) { self.directory = directory }

    mutating func note(_ change: DirectoryChange) {
        switch change {
        case .putTenant(let tenant):
            removed.remove(tenant.id)
            bought[tenant.id] = .some(tenant.settings.licences)
        case .removeTenant(let id): removed.insert(id)
        case .putUser(let tenant, let user): note(user.upn.asciiLowercased, of: tenant, holds: user.licences)
        case .removeUser(let tenant, let upn): note(upn.asciiLowercased, of: tenant, holds: [])
        case .putOperator, .removeOperator: break
        }
    }

    private mutating func note(_ upn: String, of tenant: String, holds new: Licences) {
        let old = licences[tenant]?[upn] ?? directory.user(upn, of: tenant)?.licences ?? []
        licences[tenant, default: [:]][upn] = new
        counts[tenant, default: directory.assignedLicences(of: tenant)].change(from: old, to: new)
    }

    /// Licences that are over already, since fewer were bought later, may be taken away one by one.
    func judge() throws(InvalidChange) {
        for (tenant, after) in counts where !removed.contains(tenant) {
            guard let bought = bought[tenant] ?? directory.tenant(tenant)?.settings.licences else { continue }
            let before = directory.assignedLicences(of: tenant)
            for licence in Licence.allCases {
                guard let figure = bought[licence], after[licence] > figure, after[licence] > before[licence] else { continue }
                let gained = licences[tenant]?.filter { upn, new in
                    new.contains(licence) && directory.user(upn, of: tenant)?.licences.contains(licence) != true
                }
                throw InvalidChange(
                    document: "user \(gained?.keys.min() ?? tenant)", field: "licences",
                    rule: "\(licence.rawValue) was bought \(figure) times for the tenant \(tenant) and would be assigned "
                        + "\(after[licence]) times; take it from another user, or buy more", kind: .conflict)
            }
        }
    }
}
