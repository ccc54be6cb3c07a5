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

    mutating func put(_ operator: Operator) { standings[`operator`.id] = .some(`operator`.standing) }

    mutating func remove(_ id: String) { standings[id] = nil }
}

extension Operator {
    /// Why no call can go through it, whatever the tenants say.
    package var standing: Unusable? {
        if !products.contains(.conferencing), id != Self.serviceCarrier { return .operatorWithoutConferencing(name) }
        return trunks.contains(where: \.enabled) ? nil : .operatorWithoutTrunk(name)
    }
}
