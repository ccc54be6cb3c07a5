import Basis
import Dialing
import Web

extension Service {
    func readiness() -> Response {
        struct Readiness: Encodable { let status: String, store: String, draining: Bool, waitsFor: DrainState?, configVersion: Int64 }
        let isReady = !isDraining && ledger.failure == nil
        let body = Readiness(
            status: isReady ? "ready" : "notReady", store: ledger.failure?.message ?? "ok", draining: isDraining,
            waitsFor: isDraining ? drainState : nil, configVersion: directory.version)
        return .json(isReady ? 200 : 503, JSON.encode(body))
    }

    package func metricsText() -> Response {
        let lines = directory.operators.flatMap { carrier in
            carrier.trunks.compactMap { trunk in
                let key = TrunkKey(operatorID: carrier.id, trunk: trunk.name)
                return trunks.line(key).map { (key, $0) }
            }
        }
        let text = metrics.text(
            .init(
                live: live.all.reduce(into: [:]) { $0[$1.state, default: 0] += 1 },
                trunks: lines, drops: trunks.drops, invites: trunks.invitesSent, transports: world.transportFigures,
                subscribers: hub.count, droppedLogLines: world.droppedLogLines, configVersion: directory.version,
                storeFails: ledger.failure != nil, turnedAway: intake.refused, isDraining: isDraining,
                routeTables: directory.routeTables))
        let parts = [text, couriers.metricsText, ledger.times.text, world.processFigures.text, world.exportFigures.text]
        return .text(200, parts.joined(), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    // MARK: event streams

    /// `GET /v1/events`: everything of the caller's tenant; a platform token sees all, or one with `?tenant=`.
    func tenantEvents(_ call: APICall) throws -> Reply {
        let tenant = try call.tenantFilter
        return .stream(ServerSentEvents.response, try subscription(tenant.map { .tenant($0) } ?? .all, call))
    }

    /// `GET /v1/operators/{operator}/events`: that operator's calls, without who meets with whom.
    func operatorEvents(_ call: APICall) throws -> Reply {
        .stream(ServerSentEvents.response, try subscription(.operator(try carrier(call).id), call, masked: true))
    }

    /// `GET /v1/dial-outs/{id}/events`: a list, or a stream from the first event on when the client asks for one.
    func dialOutEvents(_ call: APICall) async throws -> Reply {
        _ = try await getDialOut(call)
        let id = try call.dialOutID()
        if Accept(call.request)?.prefers(ServerSentEvents.mediaType, to: RecordFormat.json.mediaType) == true {
            var subscription = try subscription(.dialOut(id), call)
            if subscription.after == nil {
                subscription = Subscription(
                    scope: .dialOut(id), after: LogPlaces(), masked: false, since: subscription.since, token: call.caller)
            }
            return .stream(ServerSentEvents.response, subscription)
        }
        var told: [ToldEntry] = []
        for log in hub.newest.logs where told.isEmpty {
            told = try await store.facts(FactQuery(scope: .dialOut(id), log: log, after: 0, limit: 1_000)).told()
        }
        var body = Array("{\"events\":[".utf8)
        for (index, fact) in told.enumerated() { body += (index > 0 ? [UInt8(ascii: ",")] : []) + fact.told.written }
        var response = Response.json(200, body + Array("]}".utf8))
        response.headers.append(("Vary", "Accept"))
        return .response(response)
    }

    private func subscription(_ scope: FactQuery.Scope, _ call: APICall, masked: Bool = false) throws -> Subscription {
        if let fullness = hub.fullness(for: call.caller) {
            let open =
                switch fullness {
                case .ofAll(let count): "\(count) event streams"
                case .ofOwner(let count): "\(count) event streams of yours"
                }
            var problem = Problem(503, "Service Unavailable", detail: "\(open) are open already", reason: "tooManyStreams")
            problem.retryAfter = 5
            throw problem
        }
        let header = try place(call.request.lastEventID, "Last-Event-ID"),
            parameter = try place(call.request.query["lastEventId"], "lastEventId")
        return Subscription(scope: scope, after: header ?? parameter, masked: masked, since: identities.since(scope), token: call.caller)
    }

    /// Where a client wants to go on; nil where it says nothing.
    private func place(_ text: String?, _ field: String) throws(InvalidField) -> LogPlaces? {
        guard let text else { return nil }
        guard let place = LogPlaces(text) else { throw InvalidField(field, "is the id of an earlier event") }
        return place
    }

    /// Connects a stream whose head has gone out; the answer names it for ``unsubscribe(_:)``. Nil when there are too many.
    package func subscribe(_ subscription: Subscription, _ sink: any EventSink) -> Int? { watching.subscribe(subscription, sink) }

    package func unsubscribe(_ id: Int) { hub.unsubscribe(id) }

    // MARK: what an operator sees

    /// `GET /v1/operators/{operator}/statistics`: since this start of the service.
    func operatorStatistics(_ call: APICall) throws -> Response {
        let carrier = try carrier(call)
        let channels = carrier.trunks.map(\.inForce).map { trunk in
            OperatorStatistics.TrunkUse(
                trunk: trunk.name, channelsInUse: trunks.channelsInUse(TrunkKey(operatorID: carrier.id, trunk: trunk.name)),
                maxConcurrentCalls: trunk.maxConcurrentCalls, maxCallsPerSecond: trunk.maxCallsPerSecond, enabled: trunk.enabled)
        }
        return .json(200, JSON.encode(metrics.statistics(of: carrier.id, trunks: channels, live: live.all)))
    }
}
