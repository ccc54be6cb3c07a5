import SIP

/// The trunks of legs that are over, for phones that answer late: of the last ``limit`` legs.
struct FormerLegs {
    static let limit = 10_000

    private var trunks: [LegID: TrunkKey] = [:]
    /// In the order in which they ended; when full, from `next` on and around.
    private var order: [LegID] = []
    private var next = 0

    subscript(leg: LegID) -> TrunkKey? { trunks[leg] }

    mutating func note(_ leg: LegID, on trunk: TrunkKey) {
        guard trunks.updateValue(trunk, forKey: leg) == nil else { return }
        guard order.count == Self.limit else { return order.append(leg) }
        trunks[order[next]] = nil
        order[next] = leg
        next = (next + 1) % Self.limit
    }
}
