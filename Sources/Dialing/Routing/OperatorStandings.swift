/// What the platform says for and against each operator, whatever the tenants say; worked out once a change.
struct OperatorStandings: Sendable {
    private var standings: [String: Unusable?] = [:]

    init() {}

    /// Why no call can go through the operator.
    func fault(of id: String) -> Unusable? {
        switch standings[id] {
        case .some(let fault): fault
        case nil: .operatorGone(id)
        }
    }

    mutating func put(_ operator: Operator) {
        if !`operator`.products.contains(.conferencing), `operator`.id != Operator.serviceCarrier {
            standings[`operator`.id] = .some(.operatorWithoutConferencing(`operator`.name))
        } else if !`operator`.trunks.contains(where: \.enabled) {
            standings[`operator`.id] = .some(.operatorWithoutTrunk(`operator`.name))
        } else {
            standings[`operator`.id] = .some(nil)
        }
    }

    mutating func remove(_ id: String) { standings[id] = nil }
}
