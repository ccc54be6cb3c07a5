/// Bytes that requests hold which were read whole and are not answered, on all connections. A request beyond it is refused at once; one alone may be
/// longer.
package struct RequestBudget: Sendable {
    /// For all requests, and for those of one owner, in bytes.
    package let together: Int
    package let share: Int

    private var held: [String?: Int] = [:]
    private var total = 0

    package init(together: Int = 256 << 20, share: Int = 64 << 20) { (self.together, self.share) = (together, share) }

    /// What a request with a body of that length is counted as: besides the body, its head and the task that answers it.
    package static func size(ofBody bytes: Int) -> Int { bytes + 4_096 }

    /// Counts a request where there is room for it.
    package mutating func begin(_ bytes: Int, by owner: String?) -> Bool {
        let own = held[owner] ?? 0
        guard total == 0 || total + bytes <= together, own == 0 || own + bytes <= share else { return false }
        held[owner] = own + bytes
        total += bytes
        return true
    }

    /// It is answered.
    package mutating func end(_ bytes: Int, by owner: String?) {
        total -= bytes
        let own = (held[owner] ?? 0) - bytes
        held[owner] = own > 0 ? own : nil
    }
}
