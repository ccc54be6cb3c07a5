import Basis
import Dialing
import Patterns
import SIP

/// A trunk that may be tried for a dial-out: as whom, and what moves on to the next.
struct PlannedAttempt: Sendable {
    let key: TrunkKey
    let trunk: Trunk
    let peer: TrunkURI
    let callerID: E164
    /// The callee and the caller as they are written for the trunk.
    let written: (callee: String, caller: String)
    let failoverCodes: [Int]
    let silence: Duration
    /// Whether the tenant withholds the caller ID from the callee.
    let isWithheld: Bool
    /// Whether `P-Asserted-Identity` tells the caller ID.
    let isAsserted: Bool
    /// Where it is reached and was not tried yet; nil until its name is looked up.
    var addresses: [TrunkAddress]?
    /// What is the same in two attempts of one dial-out of which the trunk would hear the same.
    fileprivate struct Likeness: Hashable {
        let key: TrunkKey, caller: String
    }
    fileprivate var likeness: Likeness { Likeness(key: key, caller: written.caller) }
    /// The place of its way: a route's operator, a route's gateways, or the service's own carrier behind them.
    fileprivate(set) var way = 0
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
/// priority and, among equals, by weight, or with its gateways in random order. A trunk to which several routes lead stands once for each
/// caller ID as it is written for it. Made once, so a call keeps the configuration it was admitted under.
struct AttemptPlan: Sendable {
    private(set) var attempts: [PlannedAttempt] = []
    /// Trunks that one dial-out may wait for; ``Hunt/limit`` says how many it asks.
    static let limit = 256

    init(
        _ decision: Decision, of tenant: Tenant?, in directory: Directory, gatewaysOver transport: Transport,
        using random: inout some RandomNumberGenerator, _ scratch: borrowing Pattern.Scratch
    ) {
        guard let number = decision.number else { return }
        var planned: [[PlannedAttempt]] = []
        for way in decision.ways.prefix(Self.limit) {
            var attempts: [PlannedAttempt?] = []
            defer { planned.append(attempts.compactMap(\.self)) }
            switch way {
            case .operator(let id, let callerID):
                guard let carrier = directory.operator(id) else { continue }
                for trunk in carrier.trunks.filter(\.enabled).hunted(using: &random) {
                    let rules = directory.translation(ofTrunk: trunk.name, of: id)
                    let caller = PlannedAttempt.Caller(callerID, of: tenant)
                    attempts.append(PlannedAttempt(trunk, of: carrier, number, caller, rules, scratch))
                }
            case .gateways(let names, let callerID):
                guard let tenant else { continue }
                for gateway in names.compactMap({ tenant.policies.gateways[$0] }).shuffled(using: &random) {
                    attempts.append(PlannedAttempt(gateway, of: tenant, over: transport, number, callerID, in: directory, scratch))
                }
            }
        }
        if planned.count > 1 { planned = Self.withoutRepetitions(planned) }
        let shares = Self.shares(of: planned.map(\.count), Self.limit)
        for (way, share) in shares.enumerated() {
            attempts += planned[way].prefix(share).map { attempt in
                var attempt = attempt
                attempt.way = way
                return attempt
            }
        }
    }

    private static func withoutRepetitions(_ planned: [[PlannedAttempt]]) -> [[PlannedAttempt]] {
        var known: Set<PlannedAttempt.Likeness> = []
        return planned.map { $0.filter { known.insert($0.likeness).inserted } }
    }

    /// What each way gets of so many places: what it wants, or as much as any other that wants more.
    static func shares(of wanted: [Int], _ limit: Int) -> [Int] {
        var shares = wanted, left = limit
        for (done, way) in wanted.indices.sorted(by: { (wanted[$0], $0) < (wanted[$1], $1) }).enumerated() {
            shares[way] = min(wanted[way], left / (wanted.count - done))
            left -= shares[way]
        }
        return shares
    }
}

/// Who carries a call, and whom it shows.
private enum Way {
    case `operator`(String, E164)
    /// Those of one route.
    case gateways([String], E164)
}

extension Decision {
    /// The ways that the call may go, in order.
    fileprivate var ways: [Way] {
        switch verdict {
        case .refuse: return []
        case .serviceCarrier: return serviceCallerID.map { [.operator(Operator.serviceCarrier, $0)] } ?? []
        case .route:
            var ways: [Way] = [], last: String?
            for candidate in routes where candidate.usable {
                guard let callerID = candidate.callerId else { continue }
                if let id = candidate.operator { ways.append(.operator(id, callerID)) }
                guard let gateway = candidate.gateway else { continue }
                if case .gateways(let others, callerID)? = ways.last, last == candidate.route {
                    ways[ways.count - 1] = .gateways(others + [gateway], callerID)
                } else {
                    ways.append(.gateways([gateway], callerID))
                }
                last = candidate.route
            }
            if let serviceCallerID { ways.append(.operator(Operator.serviceCarrier, serviceCallerID)) }
            return ways
        }
    }
}

extension PlannedAttempt {
    fileprivate struct Caller {
        let number: E164
        let isWithheld: Bool

        init(_ number: E164, of tenant: Tenant?) { (self.number, isWithheld) = (number, tenant?.settings.withholdCallerID ?? true) }
    }

    /// Nil where the trunk cannot be dialled, or a rule of its makes no number.
    fileprivate init?(
        _ trunk: Trunk, of carrier: Operator, _ number: E164, _ caller: Caller, _ rules: NumberTranslation,
        _ scratch: borrowing Pattern.Scratch
    ) {
        guard let peer = try? TrunkURI(trunk.uri), let written = rules.write(number, from: caller.number, scratch) else { return nil }
        self.init(
            key: TrunkKey(operatorID: carrier.id, trunk: trunk.name), trunk: trunk, peer: peer, callerID: caller.number, written: written,
            failoverCodes: carrier.failoverCodes, silence: .seconds(carrier.failoverSeconds), isWithheld: caller.isWithheld,
            isAsserted: true)
    }

    /// A gateway is told the caller ID beside an anonymous `From` when it forwards asserted identities, and else in `From` alone (domain
    /// reference §9.2).
    fileprivate init?(
        _ gateway: PSTNGateway, of tenant: Tenant, over transport: Transport, _ number: E164, _ callerID: E164, in directory: Directory,
        _ scratch: borrowing Pattern.Scratch
    ) {
        let trunk = gateway.trunk(over: transport), rules = directory.translation(ofGateway: gateway.name, of: tenant.id)
        guard let peer = try? TrunkURI(trunk.uri), let written = rules.write(number, from: callerID, scratch) else { return nil }
        self.init(
            key: TrunkKey(operatorID: Operator.gateways(of: tenant.id), trunk: gateway.name), trunk: trunk, peer: peer, callerID: callerID,
            written: written, failoverCodes: gateway.failoverCodes, silence: .seconds(gateway.failoverTimeSeconds),
            isWithheld: gateway.forwardPai || tenant.settings.withholdCallerID, isAsserted: gateway.forwardPai)
    }
}

extension NumberTranslation {
    /// Both numbers as they are written; nil where a rule makes no number of one.
    fileprivate func write(_ number: E164, from callerID: E164, _ scratch: borrowing Pattern.Scratch) -> (callee: String, caller: String)? {
        guard let callee = try? write(number, as: .called, using: scratch), let caller = try? write(callerID, as: .caller, using: scratch)
        else { return nil }
        return (callee.text, caller.text)
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
