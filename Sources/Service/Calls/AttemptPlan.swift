import Basis
import Dialing
import SIP

/// A trunk that may be tried for a dial-out: as whom, and what moves on to the next.
struct PlannedAttempt: Sendable {
    let key: TrunkKey
    let trunk: Trunk
    let peer: TrunkURI
    let callerID: E164
    let failoverCodes: [Int]
    let silence: Duration
    /// Whether the tenant withholds the caller ID from the callee.
    let isWithheld: Bool
    /// Where it is reached and was not tried yet; nil until its name is looked up.
    var addresses: [TrunkAddress]?

    /// Addresses of one trunk that one dial-out tries.
    static let addressLimit = 4
}

extension PlannedAttempt {
    /// The hosts to which the trunk may send a call on, and where each is to be looked for.
    func redirectHosts(over transport: Transport) -> [(host: String, uri: TrunkURI)] {
        (trunk.redirectHosts ?? []).compactMap { host in
            (try? TrunkURI("sip:\(host);transport=\(transport.rawValue.lowercased())")).map { (host.lowercased(), $0) }
        }
    }
}

/// Where one attempt goes.
struct AttemptTarget: Sendable {
    let address: TrunkAddress
    /// Addresses of the trunk that are left.
    let others: [TrunkAddress]
    /// Where the trunk's own hosts listen, to which it may send the call on; those that are not found are left out.
    let redirects: [String: SocketAddress]
}

/// The first attempt of a dial-out that found a channel free when it was admitted.
struct FirstAttempt: Sendable {
    let key: TrunkKey
    /// Nil where it is to be looked up yet; else what ends the leg is kept with the dial-out's record.
    let target: AttemptTarget?
}

/// The attempts that a decision allows, in order: the winning usage's usable routes by priority, each with its operator's trunks by
/// priority and, among equals, by weight. Made once, so a call keeps the configuration it was admitted under.
struct AttemptPlan: Sendable {
    let attempts: [PlannedAttempt]
    /// The whole hunt stops here however many attempts are left.
    static let attemptLimit = 8

    init(_ decision: Decision, of tenant: Tenant?, in directory: Directory, using random: inout some RandomNumberGenerator) {
        var sources: [(operatorID: String, callerID: E164)] = []
        switch decision.verdict {
        case .refuse: break
        case .serviceCarrier:
            if let callerID = decision.serviceCallerID { sources = [(Operator.serviceCarrier, callerID)] }
        case .route:
            for candidate in decision.routes where candidate.usable {
                if let operatorID = candidate.operator, let callerID = candidate.callerId { sources.append((operatorID, callerID)) }
            }
            if let callerID = tenant?.carrierAfterRoutes(decision, directory) { sources.append((Operator.serviceCarrier, callerID)) }
        }
        var attempts: [PlannedAttempt] = []
        for source in sources {
            guard let carrier = directory.operator(source.operatorID) else { continue }
            for trunk in carrier.trunks.filter(\.enabled).hunted(using: &random) {
                guard let peer = try? TrunkURI(trunk.uri) else { continue }
                attempts.append(
                    PlannedAttempt(
                        key: TrunkKey(operatorID: carrier.id, trunk: trunk.name), trunk: trunk, peer: peer, callerID: source.callerID,
                        failoverCodes: carrier.failoverCodes, silence: .seconds(carrier.failoverSeconds),
                        isWithheld: tenant?.settings.withholdCallerID ?? true))
            }
        }
        self.attempts = Array(attempts.prefix(Self.attemptLimit))
    }
}

extension Tenant {
    /// The bridge's default number, when the service's own carrier may take a call whose matched routes all failed
    /// (domain reference §14, choice 2): a switch of the tenant that an Operator Connect Conferencing licence forces off.
    fileprivate func carrierAfterRoutes(_ decision: Decision, _ directory: Directory) -> E164? {
        guard settings.serviceCarrierAfterMatchedRoute, decision.licence == .audioConferencingStandard else { return nil }
        return directory.carrierCallerID(of: id)
    }
}

extension [Trunk] {
    /// By priority; among equals one after the other is drawn by weight (as RFC 2782 does for SRV records).
    func hunted(using random: inout some RandomNumberGenerator) -> [Trunk] {
        if count < 2 { return self }
        var ordered: [Trunk] = []
        for priority in Set(map(\.priority)).sorted() {
            var equals = filter { $0.priority == priority }
            while equals.count > 1 {
                let sum = equals.reduce(0) { $0 + Swift.min($1.weight, 65_535) }
                var draw = Int.random(in: 0..<Swift.max(1, sum), using: &random)
                let drawn = equals.firstIndex { trunk in
                    draw -= trunk.weight
                    return draw < 0
                }
                ordered.append(equals.remove(at: drawn ?? 0))
            }
            ordered += equals
        }
        return ordered
    }
}
