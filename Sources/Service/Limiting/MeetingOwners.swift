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
    /// Those of earlier starts, newest first: all are older than any in `order`.
    private var recalled: [ExactText] = []

    /// Whether the tenant may dial out of the meeting: it is its own, or nobody's yet.
    func allows(_ meeting: String, for tenant: String) -> Bool { owners[ExactText(meeting)].map { $0.tenant == tenant } ?? true }

    /// The meetings of a tenant that is no more are nobody's.
    func forget(ownedBy tenant: String) {
        owners = owners.filter { $0.value.tenant != tenant }
        order.removeAll { owners[$0] == nil }
        recalled.removeAll { owners[$0] == nil }
    }

    /// An earlier start kept a dial-out out of the meeting; called with the newest first.
    func recall(_ meeting: String, for tenant: String) {
        let meeting = ExactText(meeting)
        guard owners[meeting] == nil, owners.count < Self.limit else { return }
        owners[meeting] = Owner(tenant: tenant, claims: 0, isKept: true)
        recalled.append(meeting)
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
        if order.count + recalled.count > Self.limit { forgetOldest(Self.limit / 10) }
    }

    private func forgetOldest(_ count: Int) {
        let earlier = min(count, recalled.count)
        for forgotten in recalled.suffix(earlier) { owners[forgotten] = nil }
        recalled.removeLast(earlier)
        for forgotten in order.prefix(count - earlier) { owners[forgotten] = nil }
        order.removeFirst(count - earlier)
    }
}
