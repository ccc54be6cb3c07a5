import Basis

extension Endpoint {
    /// Dialogs that are being hung up beside the legs.
    package var forkCount: Int { layer.forks.values.count { !$0.isOver } }

    /// Does what was due for a fork.
    mutating func tickFork(_ key: UInt64, at now: Instant) {
        switch layer.forks[key]?.state {
        case .held(let until): if until <= now { settleFork(key, isKept: false, at: now) }
        case .over(let until): if until <= now { layer.forks[key] = nil }
        case .unacknowledged, .acknowledged, nil: break
        }
    }

    /// The fork is kept, or cannot be. `account` is by what its trunk's challenges are answered where its leg is forgotten.
    mutating func settleFork(
        _ key: UInt64, isKept: Bool, account: Account? = nil, at now: Instant
    ) {
        if let account, layer.forks[key]?.credentials == nil {
            layer.forks[key]?.credentials = Credentials(account)
        }
        withCredentials(of: key) { layer, credentials in layer.hangUp(key, isKept: isKept, &credentials, at: now) }
    }

    mutating func takeUpFork(_ kept: StandingLeg, _ key: UInt64, account: Account?, at now: Instant) {
        guard var fork = Fork(kept, layer.identifiers), layer.forks[key] == nil else { return }
        fork.credentials = account.map { Credentials($0) }
        var credentials = fork.credentials
        layer.takeUp(fork, key, &credentials, at: now)
        layer.forks[key]?.credentials = credentials
    }

    /// Has it done with the credentials of the fork's leg, or with its own where that is forgotten: no count of a nonce is used twice.
    mutating func withCredentials(of key: UInt64, _ body: (inout TransactionLayer, inout Credentials?) -> Void) {
        guard let fork = layer.forks[key] else { return }
        if let place = legs.place(of: fork.callID) {
            return legs.touch(place, &layer) { leg, layer in body(&layer, &leg.authentication.credentials) }
        }
        var credentials = fork.credentials
        body(&layer, &credentials)
        layer.forks[key]?.credentials = credentials
    }
}
