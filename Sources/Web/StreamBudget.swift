/// Bytes that wait for those who watch event streams: so many for each, and so many for all. Who reads too slowly is closed, and can resume
/// by `Last-Event-ID`.
package struct StreamBudget<ID: Hashable> {
    /// For one stream, in bytes.
    package let each: Int
    /// For all of them together, in bytes.
    package let together: Int

    /// For one stream in the system's own buffer, which is beside the budget, in bytes.
    package static var inSystem: Int { 128 << 10 }

    private var held: [ID: Int] = [:]
    private var total = 0

    package init(each: Int = 1 << 20, together: Int = 64 << 20) { (self.each, self.together) = (each, together) }

    package func held(by id: ID) -> Int { held[id] ?? 0 }

    /// Notes how many bytes wait for one now.
    package mutating func note(_ bytes: Int, of id: ID) {
        total += bytes - held(by: id)
        held[id] = bytes == 0 ? nil : bytes
    }

    /// Who is to be closed: one for whom more waits than for each may, else, when too much waits for all, the one for whom most does.
    package func slowest(after id: ID) -> ID? {
        if held(by: id) > each { return id }
        return total > together ? held.max { $0.value < $1.value }?.key : nil
    }
}
