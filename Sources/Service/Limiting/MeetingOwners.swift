import Basis

/// Which tenant a meeting belongs to: the one that dialled out of it first.
final class MeetingOwners {
    private struct Owner {
        let tenant: String
        /// Dial-outs on their way to the disk, while none is there.
        var claims: Int
        var isKept = false
    }

    /// Meetings remembered; past it the oldest are forgotten first.
    static let limit = 200_000

    private var owners: [ExactText: Owner] = [:]
    private var order: [ExactText] = []

    /// Whether the tenant may dial out of the meeting: it is its own, or nobody's yet.
    func allows(_ meeting: String, for tenant: String) -> Bool { owners[ExactText(meeting)].map { $0.tenant == tenant } ?? true }

    /// The meetings of a tenant that is no more are nobody's.
    func forget(ownedBy tenant: String) {
        owners = owners.filter { $0.value.tenant != tenant }
        order.removeAll { owners[$0] == nil }
    }

    /// The meeting becomes the tenant's when it is nobody's, until ``settle(_:for:isKept:)`` for good or not.
    func claim(_ meeting: String, for tenant: String) {
        if allows(meeting, for: tenant) { owners[ExactText(meeting), default: Owner(tenant: tenant, claims: 0)].claims += 1 }
    }

    /// A dial-out out of the meeting is on disk, or was given up. When all were, the meeting is nobody's again.
    func settle(_ meeting: String, for tenant: String, isKept: Bool) {
        let meeting = ExactText(meeting)
        guard var owner = owners[meeting], owner.tenant == tenant else { return }
        owner.claims -= 1
        if isKept, !owner.isKept {
            owner.isKept = true
            order.append(meeting)
        }
        owners[meeting] = owner.isKept || owner.claims > 0 ? owner : nil
        guard order.count > Self.limit else { return }
        for forgotten in order.prefix(Self.limit / 10) { owners[forgotten] = nil }
        order.removeFirst(Self.limit / 10)
    }
}
