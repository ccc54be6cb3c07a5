/// The attempts of one dial-out that are left, and which of them may be made: an operator whose many trunks all refuse leaves the ways behind
/// it their chance (docs/decisions/a-hunt-is-shared-out.md).
struct Hunt {
    private(set) var left: [PlannedAttempt]
    private var asked = 0
    /// The ways that have had a chance.
    private var begun: Set<Int> = []

    /// INVITEs of one dial-out, to whichever trunk and address; a trunk that is not found counts as one, for it takes as long.
    static let limit = 8

    init(_ plan: AttemptPlan) { left = plan.attempts }

    /// Those that may be made now, in order.
    var open: [PlannedAttempt] {
        let ways = openWays
        return left.filter { ways.contains($0.way) }
    }

    /// A way that has had no chance may be tried once; another only with what those leave.
    private var openWays: Set<Int> {
        let ways = Set(left.map(\.way)), fresh = ways.subtracting(begun), rest = Self.limit - asked
        return rest > fresh.count ? ways : rest > 0 ? fresh : []
    }

    /// Takes out the attempt on a trunk that is open.
    mutating func take(_ trunk: TrunkKey) -> PlannedAttempt {
        let ways = openWays
        guard let place = left.firstIndex(where: { $0.key == trunk && ways.contains($0.way) }) else {
            preconditionFailure("a trunk was seized that nobody may try")
        }
        return left.remove(at: place)
    }

    /// It is made, or its trunk was not found.
    mutating func ask(_ attempt: PlannedAttempt) {
        asked += 1
        begun.insert(attempt.way)
    }

    /// What came of the trunk would come of it whoever calls: other routes that lead to it are left out.
    mutating func ruleOut(_ trunk: TrunkKey) { left.removeAll { $0.key == trunk } }

    /// It is to be made once more, at another address.
    mutating func putBack(_ attempt: PlannedAttempt) { left.insert(attempt, at: 0) }
}
