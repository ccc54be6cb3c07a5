import Basis
import Dialing
import Pages
import Web

/// What a request comes to: an answer, or an answer that goes on.
package enum Reply: Sendable {
    case response(Response)
    case stream(Response, Subscription)
    /// The head goes out now, and pieces follow as they are taken.
    case pieces(Response, any PieceSource)
    /// Refused for want of time, by ``Service/overloaded``.
    case turnedAway

    package var status: Int {
        switch self {
        case .response(let response), .stream(let response, _), .pieces(let response, _): response.status
        case .turnedAway: Service.overloaded.status
        }
    }
}

/// One request on its way through the front door: what was asked, by whom.
struct APICall {
    let request: Request
    let captures: Router<APIRoute>.Captures
    let caller: Token

    subscript(capture: String) -> String { captures[capture] }

    /// On whose behalf it changes the configuration.
    var asker: Asker {
        switch caller.role {
        case .platform: .platform
        case .operator: .operator(caller.operator ?? "")
        case .admin, .meeting: .administrator
        }
    }

    /// The dial-out named in the path.
    func dialOutID() throws(Problem) -> SortableID {
        guard let id = SortableID(self["id"]) else { throw .notFound("dial-out", self["id"]) }
        return id
    }
}

extension Service {
    static let files = StaticFiles(EmbeddedFile.dashboard)

    /// Answers one request, whoever it is from.
    package func answer(_ request: Request, _ arrival: Intake.Arrival? = nil) async -> Reply {
        guard request.isForDialOut else { return await answerInTurn(request) }
        guard let pass = await intake.enter(arrival) else { return .turnedAway }
        defer { intake.leave(pass) }
        return await answerInTurn(request)
    }

    private func answerInTurn(_ request: Request) async -> Reply {
        guard case .route(let route, let captures) = APIRoute.router.match(request) else { return .response(unrouted(request)) }
        let began = world.now, reply = await answer(request, route, captures)
        let time = world.now - began
        metrics.stages.answered(route.rawValue, reply.status, after: time)
        if route == .postDialOut, reply.status == 202 { metrics.stages.accepted.note(time) }
        return reply
    }

    private func answer(_ request: Request, _ route: APIRoute, _ captures: Router<APIRoute>.Captures) async -> Reply {
        do {
            let caller = try authorise(route, captures, request)
            try route.check(request, captures)
            let reply = try await perform(route, APICall(request: request, captures: captures, caller: caller))
            if case .response(let response) = reply { return .response(response.ifMatched(by: request).unlessKnown(to: request)) }
            return reply
        } catch {
            return .response(Problem(of: error).response)
        }
    }

    /// Who calls, when the call is theirs to make.
    func authorise(_ route: APIRoute, _ captures: Router<APIRoute>.Captures, _ request: Request) throws -> Token {
        let isOpen = route.roles == nil || route == .metrics && settings.metricsAreOpen
        guard !isOpen else { return .nobody }
        guard let secret = request.bearerToken, let token = administration.token(for: secret) else {
            throw Problem.unauthorized(hasToken: request.headers["authorization"] != nil)
        }
        guard token.role == .platform || route.roles!.contains(token.role) else {
            throw Problem.forbidden("a token of the role \(token.role.rawValue) may not do this")
        }
        let template = route.place.template
        if let tenant = token.tenant, template.contains("{tenant}"), !captures["tenant"].hasBytes(of: tenant) {
            throw Problem.forbidden("the token is for the tenant \(tenant)")
        }
        if let own = token.operator, template.contains("{operator}"), !captures["operator"].hasBytes(of: own) {
            throw Problem.forbidden("the token is for the operator \(own)")
        }
        return token
    }

    private func perform(_ route: APIRoute, _ call: APICall) async throws -> Reply {
        switch route {
        case .healthz: .response(.json(200, Array(#"{"status":"ok"}"#.utf8)))
        case .readyz: .response(readiness())
        case .openAPI: .response(.json(200, EmbeddedFile.openAPI))
        case .metrics: .response(metricsText())
        case .postDialOut: .response(try await postDialOut(call))
        case .listDialOuts: try await listDialOuts(call)
        case .summary: .response(try await summarise(call))
        case .getDialOut: .response(try await getDialOut(call))
        case .changeDialOut: .response(try await changeDialOut(call))
        case .deleteDialOut: .response(try await deleteDialOut(call))
        case .dialOutEvents: try await dialOutEvents(call)
        case .routeTest: .response(try await routeTest(call))
        case .replayRoutes: .response(try await replayRoutes(call))
        case .lint: .response(try await lint(call))
        case .commands: .response(try await commands(call))
        case .rehearse: .response(try await rehearse(call))
        case .exportTenant: .response(try await exportTenant(call))
        case .importTenant: .response(try await importTenant(call))
        case .listTenants: .response(try await listTenants(call))
        case .getTenant: .response(try getTenant(call))
        case .putTenant: .response(try await putTenant(call))
        case .deleteTenant: .response(try await deleteTenant(call))
        case .getUser: .response(try getUser(call))
        case .putUser: .response(try await putUser(call))
        case .deleteUser: .response(try await deleteUser(call))
        case .listMyOperators: .response(try listMyOperators(call))
        case .addMyOperator: .response(try await addMyOperator(call))
        case .changeMyOperator: .response(try await changeMyOperator(call))
        case .removeMyOperator: .response(try await removeMyOperator(call))
        case .listOperators: .response(try listOperators(call))
        case .getOperator: .response(try getOperator(call))
        case .putOperator: .response(try await putOperator(call))
        case .deleteOperator: .response(try await deleteOperator(call))
        case .postNumberOrder: .response(try await postNumberOrder(call))
        case .getNumberOrder: .response(try await getNumberOrder(call))
        case .operatorCalls: try await operatorCalls(call)
        case .operatorStatistics: .response(try operatorStatistics(call))
        case .operatorEvents: try operatorEvents(call)
        case .tenantEvents: try tenantEvents(call)
        case .liveCounts: .response(try liveCounts(call))
        case .listTrunks: .response(try listTrunks(call))
        case .getTrunk: .response(try getTrunk(call))
        case .changeTrunk: .response(try await changeTrunk(call))
        case .drainTrunk: .response(try await drainTrunk(call))
        case .getLimits: .response(getLimits(call))
        case .putLimits: .response(try await putLimits(call))
        case .getTenantLimits: .response(try getTenantLimits(call))
        case .putTenantLimits: .response(try await putTenantLimits(call))
        case .getToken: .response(getToken(call))
        case .getLicences: .response(try getLicences(call))
        case .putLicences: .response(try await putLicences(call))
        case .listChanges: .response(try await listChanges(call))
        case .listPlatformChanges: .response(try await listPlatformChanges(call))
        case .undoChange: .response(try await undoChange(call))
        case .getSettings: .response(try getSettings(call))
        case .changeSettings: .response(try await changeSettings(call))
        case .listTokens: .response(try listTokens(call))
        case .postToken: .response(try await postToken(call))
        case .deleteToken: .response(try await deleteToken(call))
        case .backup: try await backup(call)
        case .listWebhooks, .postWebhook, .getWebhook, .changeWebhook, .deleteWebhook, .rotateWebhook, .testWebhook, .listDeliveries,
            .redeliver, .listNumberOrders, .listOperatorNumbers, .listTenantNumbers, .releaseNumber, .listConsents, .getConsent,
            .changeConsent, .getInvite, .meetingConferencing, .findANumber, .getMyOperator, .getOperatorNumber, .changeOperatorNumber,
            .getRetention, .postInvite, .erase, .reportDurations, .operatorSummary, .getPriceList, .putPriceList, .deletePriceList,
            .getUsage, .listUsers:
            .response(try await performAside(route, call))
        }
    }

    /// What is of a tenant's endpoints, of what is kept, and of an operator's own side.
    private func performAside(_ route: APIRoute, _ call: APICall) async throws -> Response {
        switch route {
        case .listWebhooks: try listWebhooks(call)
        case .postWebhook: try await postWebhook(call)
        case .getWebhook: try getWebhook(call)
        case .changeWebhook: try await changeWebhook(call)
        case .deleteWebhook: try await deleteWebhook(call)
        case .rotateWebhook: try await rotateWebhook(call)
        case .testWebhook: try await testWebhook(call)
        case .listDeliveries: try listDeliveries(call)
        case .redeliver: try redeliver(call)
        case .listNumberOrders: try await listNumberOrders(call)
        case .listOperatorNumbers: try await listOperatorNumbers(call)
        case .listTenantNumbers: try await listTenantNumbers(call)
        case .listUsers: try await listUsers(call)
        case .releaseNumber: try await releaseNumber(call)
        case .listConsents: try listConsents(call)
        case .getConsent: try getConsent(call)
        case .changeConsent: try await changeConsent(call)
        case .getRetention: getRetention(call)
        case .erase: try await erase(call)
        case .reportDurations: try await reportDurations(call)
        case .operatorSummary: try await summariseCalls(call)
        case .postInvite: try await postInvite(call)
        case .getInvite: try await getInvite(call)
        case .meetingConferencing: try await meetingConferencing(call)
        case .findANumber: try await findANumber(call)
        case .getMyOperator: try getMyOperator(call)
        case .getOperatorNumber: try getOperatorNumber(call)
        case .changeOperatorNumber: try await changeOperatorNumber(call)
        case .getUsage: try getUsage(call)
        case .getPriceList: try getPriceList(call)
        case .putPriceList: try await putPriceList(call)
        case .deletePriceList: try await deletePriceList(call)
        default: unrouted(call.request)
        }
    }
}

extension Token {
    /// Who calls where no token is asked for.
    fileprivate static let nobody = Token(
        id: SortableID(high: 0, low: 0), role: .meeting, tenant: nil, operator: nil, name: "", secretHash: "",
        createdAt: WallTime(milliseconds: 0), expiresAt: nil)
}
