import Basis
import Dialing
import Patterns
import Web

extension Service {
    /// `POST /v1/tenants/{tenant}/route-tests`: the decision, on the live configuration or on a candidate, dialling nothing.
    func routeTest(_ call: APICall) async throws -> Response {
        struct Body: Decodable, Sendable {
            let organizer: String?
            let number: String?
            let requestedBy: String?
            let kind: DialOutKind?
            let candidate: Tenant?
        }
        let body = try await body(Body.self, of: call), tenant = try tenant(call).id
        let inquiry = Inquiry(
            organizer: try DialOutOrder.organizer(body.organizer), dialled: try DialOutOrder.number(body.number),
            requestedBy: try DialOutOrder.requester(body.requestedBy), kind: body.kind ?? .inviteNumber)
        var tried = directory
        if let candidate = body.candidate {
            guard candidate.id == tenant else { throw InvalidField("candidate.id", "is the tenant in the path, \(tenant)") }
            tried = try await replacing(candidate, of: call)
        }
        let pool = uses.pool(of: identities.name(ofTenant: tenant))
        return .json(200, JSON.encode(tried.decide(inquiry, tenant: tenant, using: scratch, pool: pool)))
    }

    /// Recorded dial-outs that one replay reads at the most, newest first.
    static let replayLimit = 20_000

    /// `POST /v1/tenants/{tenant}/replays` `{candidate, from, to}`: what the candidate would have made of the recorded dial-outs of a period.
    func replayRoutes(_ call: APICall) async throws -> Response {
        struct Body: Decodable, Sendable {
            let candidate: Tenant
            let from: WallTime?
            let to: WallTime?
        }
        struct Answer: Encodable, Sendable {
            let report: ReplayReport
            /// Whether there are more in the period than were read.
            let truncated: Bool
        }
        let body = try await body(Body.self, of: call), tenant = try tenant(call).id
        guard body.candidate.id == tenant else { throw InvalidField("candidate.id", "is the tenant in the path, \(tenant)") }
        var recorded: [RecordedDialOut] = [], erased = 0
        var query = DialOutQuery(limit: 500)
        query.tenant = tenant
        query.from = max(body.from.map { .before($0) } ?? Identities.first, identities[.tenant(tenant)])
        query.before = body.to.map(dialOuts.clock.bound)
        var isLast = false
        while !isLast, recorded.count + erased < Self.replayLimit {
            let page = try await store.dialOuts(query)
            for stored in page {
                let dialOut = try stored.folded(), at = dialOut.acceptedAt.milliseconds
                guard body.from.map({ $0.milliseconds <= at }) ?? true, body.to.map({ at < $0.milliseconds }) ?? true else { continue }
                if dialOut.order.isErased { erased += 1 } else { recorded.append(RecordedDialOut(dialOut)) }
            }
            isLast = page.count < query.limit
            query.before = page.last?.id
        }
        let candidate = try await replacing(body.candidate, of: call), truncated = !isLast
        return try await written { [recorded, erased] in
            var report = ReplayReport()
            report.erased = erased
            let scratch = Pattern.Scratch()
            candidate.replay(recorded, of: tenant, into: &report, using: scratch)
            return .json(200, JSON.encode(Answer(report: report, truncated: truncated)))
        }
    }

    /// `GET /v1/tenants/{tenant}/lint`: what in the tenant's routing will not do what it seems to; looked for beside the loop.
    func lint(_ call: APICall) async throws -> Response {
        let tenant = try tenant(call).id
        return try await written { [directory] in .json(200, JSON.encode(directory.lint(tenant: tenant))) }
    }
}

extension RecordedDialOut {
    /// What a replay needs of a record.
    init(_ dialOut: DialOut) {
        let isRefused = dialOut.ending?.outcome == .refused, first = dialOut.attempts.first, order = dialOut.order
        let owner = isRefused ? nil : first?.operator ?? dialOut.trunkOwner
        self.init(
            id: dialOut.id.description,
            inquiry: Inquiry(
                organizer: order.organizer, dialled: dialOut.decision.dialled, requestedBy: order.requestedBy, kind: order.kind),
            operatorID: owner.flatMap { Operator.isOfGateways($0) ? nil : $0 },
            gateway: owner.map { Operator.isOfGateways($0) } == true ? dialOut.wholeDecision.routes.first(where: \.usable)?.gateway : nil,
            callerID: isRefused ? nil : first?.callerId ?? dialOut.callerID)
    }
}
