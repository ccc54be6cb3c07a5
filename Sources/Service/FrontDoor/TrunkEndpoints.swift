import Basis
import Dialing
import Web

/// A trunk as its operator and the platform see it.
struct TrunkStatus: Encodable {
    enum State: String, Encodable {
        case inService
        /// Tried after all others.
        case doubtful
        /// Left alone for as long as it asked.
        case closed
        /// Takes no new calls; those in progress go on.
        case draining
        case disabled
    }
    struct Health: Encodable {
        enum State: String, Encodable { case unknown, up, down }
        let state: State
        /// `transport`, `tls`, `timeout` or `code`.
        let reason: String?
        let code: Int?
    }
    struct CircuitState: Encodable {
        enum State: String, Encodable { case closed, open, halfOpen }
        let state: State
        /// `retryAfter`, or what the latest call failed by.
        let reason: String?
        let code: Int?
        /// When one call may try it again.
        let until: WallTime?
    }
    let name: String
    let uri: String
    let enabled: Bool
    let state: State
    let health: Health
    let circuit: CircuitState
    let channelsInUse: Int
    let maxConcurrentCalls: Int?
    let maxCallsPerSecond: Int?
    let queued: Int
    let maxQueuedCalls: Int
    let maxQueueSeconds: Int

    init(_ line: Switchboard.Line, at now: Instant, _ wallTime: WallTime) {
        let trunk = line.trunk
        (name, uri, enabled) = (trunk.name, trunk.uri, trunk.enabled)
        (channelsInUse, queued) = (line.channels.inUse, line.queue.count)
        (maxConcurrentCalls, maxCallsPerSecond) = (trunk.maxConcurrentCalls, trunk.maxCallsPerSecond)
        (maxQueuedCalls, maxQueueSeconds) = (line.queueLimit, trunk.maxQueueSeconds ?? Trunk.queueSeconds)
        health = Health(line.health)
        circuit = CircuitState(line.circuit, at: now, wallTime)
        state =
            if !line.takesCalls {
                line.channels.inUse > 0 ? .draining : .disabled
            } else {
                line.circuit.isForbidden ? .closed : line.isDoubtful ? .doubtful : .inService
            }
    }
}

extension TrunkStatus.Health {
    fileprivate init(_ health: TrunkHealth) {
        let state: State =
            switch health.state {
            case .unknown: .unknown
            case .up: .up
            case .down: .down
            }
        self.init(state: state, reason: health.fault?.name, code: health.fault?.code)
    }
}

extension TrunkStatus.CircuitState {
    fileprivate init(_ circuit: Circuit, at now: Instant, _ wallTime: WallTime) {
        switch circuit.state {
        case .closed: self.init(state: .closed, reason: nil, code: nil, until: nil)
        case .halfOpen: self.init(state: .halfOpen, reason: nil, code: nil, until: nil)
        case .open(let until, let cause, _):
            let time = WallTime(milliseconds: wallTime.milliseconds + (until - now).millisecondsRoundedUp)
            switch cause {
            case .retryAfter: self.init(state: .open, reason: "retryAfter", code: 503, until: time)
            case .failures(let fault): self.init(state: .open, reason: fault.name, code: fault.code, until: time)
            }
        }
    }
}

extension Service {
    /// `GET /v1/operators/{operator}/trunks`
    func listTrunks(_ call: APICall) throws -> Response {
        .json(200, JSON.encode(["trunks": try carrier(call).trunks.compactMap { status(of: $0.name, of: call["operator"]) }]))
    }

    /// `GET /v1/operators/{operator}/trunks/{trunk}`
    func getTrunk(_ call: APICall) throws -> Response {
        let carrier = try carrier(call)
        guard let trunk = carrier.shownTrunk(call["trunk"]), let status = status(of: trunk.name, of: carrier.id) else {
            throw Problem.notFound("trunk", call["trunk"])
        }
        return Response.json(200, JSON.encode(status)).tagged(by: trunk)
    }

    private func status(of trunk: String, of operatorID: String) -> TrunkStatus? {
        trunks.line(TrunkKey(operatorID: operatorID, trunk: trunk)).map { TrunkStatus($0, at: world.now, world.wallTime) }
    }

    /// `PATCH /v1/operators/{operator}/trunks/{trunk}`: by its operator what the platform leaves to it (`trunkSettings`). Without `enabled` it takes
    /// no new calls and those in progress go on.
    func changeTrunk(_ call: APICall) async throws -> Response {
        let status = status(of: call["trunk"], of: try carrier(call).id)
        let body = try call.body(TrunkChange.self) { status.map { JSONValue(showing: $0) } ?? .null }
        try await change(call) { trunk in try body.apply(to: &trunk, by: call.asker) }
        if body.turns, try mayTurn(call) { trunkDrains.end(TrunkKey(operatorID: call["operator"], trunk: call["trunk"])) }
        return try getTrunk(call)
    }

    /// Seconds within which calls may end by themselves while a trunk is drained.
    static let trunkDrainSeconds = 0...86_400

    /// `POST /v1/operators/{operator}/trunks/{trunk}/drain` `{seconds}`: no new calls, and those that are left after so long are hung up.
    func drainTrunk(_ call: APICall) async throws -> Response {
        struct Body: Decodable { let seconds: Int }
        let seconds = try call.body(Body.self).seconds
        guard Self.trunkDrainSeconds.contains(seconds) else { throw InvalidField("seconds", "is 0 to 86400, not \(seconds)") }
        guard try mayTurn(call) else {
            throw Problem.forbidden("whether the trunk takes calls is the platform's to set, and so is when those on it are hung up")
        }
        try await change(call) { $0.enabled = false }
        let key = TrunkKey(operatorID: call["operator"], trunk: call["trunk"])
        trunkDrains.begin(key, after: .seconds(seconds))
        var response = try getTrunk(call)
        response.status = 202
        return response
    }

    /// Whether it is the caller's to say that the trunk takes calls, also where that changes nothing of it.
    private func mayTurn(_ call: APICall) throws -> Bool {
        let carrier = try carrier(call)
        return call.caller.operator == nil || (carrier.trunkSettings ?? Operator.usualTrunkSettings).contains(.enabled)
    }

    private func change(_ call: APICall, _ apply: (inout Trunk) throws -> Void) async throws {
        let key = TrunkKey(operatorID: call["operator"], trunk: call["trunk"])
        try await administration.reconfigure(for: call.author()) { directory in
            guard var carrier = directory.operator(key.operatorID) else { throw Problem.notFound("operator", key.operatorID) }
            guard let index = carrier.trunks.firstIndex(where: { $0.name == key.trunk }) else {
                throw Problem.notFound("trunk", key.trunk)
            }
            try requireMatch(call, carrier.shownTrunk(key.trunk))
            let before = carrier.trunks[index]
            try apply(&carrier.trunks[index])
            return carrier.trunks[index] == before ? [] : [.putOperator(carrier)]
        }
    }
}

extension Operator {
    /// A trunk as it is configured, without its secrets.
    fileprivate func shownTrunk(_ name: String) -> Trunk? { withoutSecrets.trunks.first { $0.name == name } }
}
