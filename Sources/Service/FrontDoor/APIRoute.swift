import Pages
import Web

/// Every operation of the API (contract, "HTTP"), its path, and who may call it.
enum APIRoute: String, CaseIterable {
    case healthz, readyz, openAPI, metrics
    case postDialOut, listDialOuts, summary, getDialOut, changeDialOut, deleteDialOut, dialOutEvents
    case routeTest, replayRoutes, lint, commands, rehearse, exportTenant, importTenant
    case getLicences, putLicences, getSettings, changeSettings, getUsage
    case listChanges, undoChange, listPlatformChanges
    case listTenants, getTenant, putTenant, deleteTenant
    case listUsers, getUser, putUser, deleteUser, listTenantNumbers
    case listMyOperators, addMyOperator, changeMyOperator, removeMyOperator
    case listOperators, getOperator, putOperator, deleteOperator
    case postNumberOrder, getNumberOrder, listNumberOrders, listOperatorNumbers, releaseNumber
    case listConsents, getConsent, changeConsent
    case operatorCalls, operatorStatistics, operatorEvents, tenantEvents, liveCounts
    case listTrunks, getTrunk, changeTrunk, drainTrunk
    case getLimits, putLimits, getTenantLimits, putTenantLimits
    case getToken, listTokens, postToken, deleteToken
    case listWebhooks, postWebhook, getWebhook, changeWebhook, deleteWebhook, rotateWebhook, testWebhook
    case listDeliveries, redeliver
    case backup, getRetention, reportDurations, operatorSummary, erase
    case getPriceList, putPriceList, deletePriceList
    case postInvite, getInvite, meetingConferencing, findANumber, getMyOperator, getOperatorNumber, changeOperatorNumber

    var place: (method: Method, template: String) {
        switch self {
        case .healthz: (.get, "/healthz")
        case .readyz: (.get, "/readyz")
        case .openAPI: (.get, "/openapi.json")
        case .metrics: (.get, "/metrics")
        case .postDialOut: (.post, "/v1/meetings/{meetingId}/dial-outs")
        case .listDialOuts: (.get, "/v1/dial-outs")
        case .summary: (.get, "/v1/dial-outs/summary")
        case .getDialOut: (.get, "/v1/dial-outs/{id}")
        case .changeDialOut: (.patch, "/v1/dial-outs/{id}")
        case .deleteDialOut: (.delete, "/v1/dial-outs/{id}")
        case .dialOutEvents: (.get, "/v1/dial-outs/{id}/events")
        case .routeTest: (.post, "/v1/tenants/{tenant}/route-tests")
        case .replayRoutes: (.post, "/v1/tenants/{tenant}/replays")
        case .lint: (.get, "/v1/tenants/{tenant}/lint")
        case .commands: (.post, "/v1/tenants/{tenant}/commands")
        case .rehearse: (.post, "/v1/tenants/{tenant}/rehearsals")
        case .exportTenant: (.get, "/v1/tenants/{tenant}/document")
        case .importTenant: (.put, "/v1/tenants/{tenant}/document")
        case .listTenants: (.get, "/v1/tenants")
        case .getTenant: (.get, "/v1/tenants/{tenant}")
        case .putTenant: (.put, "/v1/tenants/{tenant}")
        case .deleteTenant: (.delete, "/v1/tenants/{tenant}")
        case .listUsers: (.get, "/v1/tenants/{tenant}/users")
        case .listTenantNumbers: (.get, "/v1/tenants/{tenant}/numbers")
        case .getUser: (.get, "/v1/tenants/{tenant}/users/{upn}")
        case .putUser: (.put, "/v1/tenants/{tenant}/users/{upn}")
        case .deleteUser: (.delete, "/v1/tenants/{tenant}/users/{upn}")
        case .listMyOperators: (.get, "/v1/tenants/{tenant}/operators")
        case .addMyOperator: (.post, "/v1/tenants/{tenant}/operators/{operator}")
        case .changeMyOperator: (.patch, "/v1/tenants/{tenant}/operators/{operator}")
        case .removeMyOperator: (.delete, "/v1/tenants/{tenant}/operators/{operator}")
        case .listOperators: (.get, "/v1/operators")
        case .getOperator: (.get, "/v1/operators/{operator}")
        case .putOperator: (.put, "/v1/operators/{operator}")
        case .deleteOperator: (.delete, "/v1/operators/{operator}")
        case .postNumberOrder: (.post, "/v1/operators/{operator}/number-orders")
        case .getNumberOrder: (.get, "/v1/operators/{operator}/number-orders/{order}")
        case .listNumberOrders: (.get, "/v1/operators/{operator}/number-orders")
        case .listOperatorNumbers: (.get, "/v1/operators/{operator}/numbers")
        case .getOperatorNumber: (.get, "/v1/operators/{operator}/numbers/{number}")
        case .changeOperatorNumber: (.patch, "/v1/operators/{operator}/numbers/{number}")
        case .releaseNumber: (.delete, "/v1/operators/{operator}/numbers/{number}")
        case .listConsents: (.get, "/v1/operators/{operator}/consents")
        case .getConsent: (.get, "/v1/operators/{operator}/consents/{tenant}")
        case .changeConsent: (.patch, "/v1/operators/{operator}/consents/{tenant}")
        case .getSettings: (.get, "/v1/tenants/{tenant}/settings")
        case .changeSettings: (.patch, "/v1/tenants/{tenant}/settings")
        case .getUsage: (.get, "/v1/tenants/{tenant}/usage")
        case .operatorCalls: (.get, "/v1/operators/{operator}/calls")
        case .operatorStatistics: (.get, "/v1/operators/{operator}/statistics")
        case .operatorEvents: (.get, "/v1/operators/{operator}/events")
        case .tenantEvents: (.get, "/v1/events")
        case .liveCounts: (.get, "/v1/live")
        case .listTrunks: (.get, "/v1/operators/{operator}/trunks")
        case .getTrunk: (.get, "/v1/operators/{operator}/trunks/{trunk}")
        case .changeTrunk: (.patch, "/v1/operators/{operator}/trunks/{trunk}")
        case .drainTrunk: (.post, "/v1/operators/{operator}/trunks/{trunk}/drain")
        case .getLimits: (.get, "/v1/limits")
        case .putLimits: (.put, "/v1/limits")
        case .getTenantLimits: (.get, "/v1/tenants/{tenant}/limits")
        case .putTenantLimits: (.put, "/v1/tenants/{tenant}/limits")
        case .listChanges: (.get, "/v1/tenants/{tenant}/changes")
        case .listPlatformChanges: (.get, "/v1/changes")
        case .undoChange: (.post, "/v1/tenants/{tenant}/changes/{change}/undo")
        case .getToken: (.get, "/v1/token")
        case .getLicences: (.get, "/v1/tenants/{tenant}/licences")
        case .putLicences: (.put, "/v1/tenants/{tenant}/licences")
        case .listTokens: (.get, "/v1/tokens")
        case .postToken: (.post, "/v1/tokens")
        case .deleteToken: (.delete, "/v1/tokens/{token}")
        case .listWebhooks: (.get, "/v1/tenants/{tenant}/webhooks")
        case .postWebhook: (.post, "/v1/tenants/{tenant}/webhooks")
        case .getWebhook: (.get, "/v1/tenants/{tenant}/webhooks/{webhook}")
        case .changeWebhook: (.patch, "/v1/tenants/{tenant}/webhooks/{webhook}")
        case .deleteWebhook: (.delete, "/v1/tenants/{tenant}/webhooks/{webhook}")
        case .rotateWebhook: (.post, "/v1/tenants/{tenant}/webhooks/{webhook}/rotate")
        case .testWebhook: (.post, "/v1/tenants/{tenant}/webhooks/{webhook}/test")
        case .postInvite: (.post, "/v1/meetings/{meetingId}/invite")
        case .getInvite: (.get, "/v1/meetings/{meetingId}/invite")
        case .meetingConferencing: (.get, "/v1/meetings/{meetingId}/conferencing")
        case .findANumber: (.get, "/find-a-number/{link}")
        case .getMyOperator: (.get, "/v1/tenants/{tenant}/operators/{operator}")
        case .listDeliveries: (.get, "/v1/tenants/{tenant}/webhooks/{webhook}/deliveries")
        case .redeliver: (.post, "/v1/tenants/{tenant}/webhooks/{webhook}/deliveries/{delivery}/redeliver")
        case .backup: (.get, "/v1/backup")
        case .getRetention: (.get, "/v1/retention")
        case .reportDurations: (.post, "/v1/operators/{operator}/durations")
        case .erase: (.post, "/v1/tenants/{tenant}/erasures")
        case .operatorSummary: (.get, "/v1/operators/{operator}/calls/summary")
        case .getPriceList: (.get, "/v1/operators/{operator}/price-list")
        case .putPriceList: (.put, "/v1/operators/{operator}/price-list")
        case .deletePriceList: (.delete, "/v1/operators/{operator}/price-list")
        }
    }

    static let router = Router(allCases.map { (method: $0.place.method, template: $0.place.template, route: $0) })

    /// What its body is.
    enum Content { case none, json, script, rows }

    var content: Content {
        switch self {
        case .commands, .rehearse: .script
        case .postNumberOrder: .rows
        case .postDialOut, .changeDialOut, .routeTest, .replayRoutes, .importTenant, .putTenant, .putUser, .addMyOperator,
            .changeMyOperator,
            .putOperator, .changeTrunk, .drainTrunk, .putLimits, .putTenantLimits, .putLicences, .postToken,
            .changeSettings,
            .changeConsent, .postWebhook, .changeWebhook, .reportDurations, .erase, .postInvite, .changeOperatorNumber,
            .putPriceList:
            .json
        case .healthz, .readyz, .openAPI, .metrics, .listDialOuts, .summary, .getDialOut, .deleteDialOut, .dialOutEvents, .lint,
            .exportTenant,
            .getLicences, .listTenants, .getTenant, .deleteTenant, .listUsers, .listTenantNumbers, .getUser, .deleteUser, .listMyOperators,
            .removeMyOperator,
            .listOperators, .getOperator, .deleteOperator, .getNumberOrder, .operatorCalls, .operatorStatistics, .operatorEvents,
            .tenantEvents, .liveCounts, .listTrunks, .getTrunk, .getLimits, .getTenantLimits, .getToken, .listTokens, .deleteToken,
            .getSettings, .getUsage, .listChanges, .undoChange, .listPlatformChanges, .listNumberOrders, .listOperatorNumbers,
            .releaseNumber,
            .listConsents, .getConsent,
            .listWebhooks, .getWebhook, .deleteWebhook, .rotateWebhook, .testWebhook, .listDeliveries, .redeliver, .getInvite,
            .meetingConferencing, .findANumber, .getMyOperator, .getOperatorNumber, .backup, .getRetention, .operatorSummary,
            .getPriceList, .deletePriceList:
            .none
        }
    }

    /// The query's parameters.
    var parameters: [String] {
        switch self {
        case .postDialOut, .postInvite, .getInvite: ["tenant"]
        case .meetingConferencing: ["tenant", "organizer"]
        case .listDialOuts: ["tenant", "operator", "meeting", "organizer"] + DialOutSearch.listParameters
        case .summary: ["by", "tenant", "operator", "meeting", "organizer"] + DialOutSearch.parameters
        case .operatorCalls: DialOutSearch.listParameters
        case .operatorSummary: ["by"] + DialOutSearch.parameters
        case .tenantEvents: ["tenant", "lastEventId"]
        case .operatorEvents, .dialOutEvents: ["lastEventId"]
        case .listUsers: ["search", "licence", "group", "cursor", "limit"]
        case .listTenantNumbers: ["operator", "country", "status", "state", "cursor", "limit"]
        case .liveCounts: ["tenant"]
        case .importTenant: ["dryRun"]
        case .rehearse: ["days", "organizer", "number"]
        case .listOperators: ["country", "product"]
        case .listDeliveries: ["state", "cursor", "limit"]
        case .listTenants: ["search", "cursor", "limit"]
        case .listTokens, .listConsents: ["cursor", "limit"]
        case .listChanges, .listPlatformChanges: ["q", "from", "to", "cursor", "limit"]
        case .listNumberOrders: ["tenant", "status", "cursor", "limit"]
        case .postNumberOrder: OrderRequest.parameters
        case .listOperatorNumbers: ["tenant", "state", "cursor", "limit"]
        case .healthz, .readyz, .openAPI, .metrics, .getDialOut, .changeDialOut, .deleteDialOut, .routeTest, .replayRoutes, .lint,
            .commands,
            .exportTenant, .getLicences, .putLicences, .getSettings, .changeSettings, .getUsage, .undoChange, .releaseNumber,
            .getConsent,
            .changeConsent,
            .getTenant, .putTenant, .deleteTenant,
            .getUser, .putUser, .deleteUser,
            .listMyOperators, .addMyOperator, .changeMyOperator, .removeMyOperator, .getOperator, .putOperator, .deleteOperator,
            .getNumberOrder, .operatorStatistics, .listTrunks, .getTrunk, .changeTrunk, .drainTrunk, .getLimits,
            .putLimits,
            .getTenantLimits, .putTenantLimits, .getToken, .postToken, .deleteToken, .listWebhooks, .postWebhook,
            .getWebhook, .changeWebhook, .deleteWebhook, .rotateWebhook, .testWebhook, .redeliver, .findANumber, .getMyOperator, .backup,
            .getRetention, .reportDurations, .erase, .getOperatorNumber, .changeOperatorNumber, .getPriceList, .putPriceList,
            .deletePriceList:
            []
        }
    }

    /// Whether `If-Match` and `If-None-Match` guard it: every change of what has an entity tag. A dial-out has none, which changes by itself, and no more has a token.
    var isGuarded: Bool {
        switch self {
        case .importTenant, .changeSettings, .putLicences, .putTenant, .deleteTenant, .putUser, .deleteUser, .changeMyOperator,
            .removeMyOperator, .putOperator, .deleteOperator, .releaseNumber, .changeConsent, .changeTrunk, .drainTrunk, .putLimits,
            .putTenantLimits, .changeWebhook, .deleteWebhook, .changeOperatorNumber, .putPriceList, .deletePriceList:
            true
        default: false
        }
    }

    /// Whether it reads what has an entity tag: `If-Match` counts there too.
    var hasEntityTag: Bool {
        switch self {
        case .exportTenant, .getSettings, .getLicences, .getTenant, .getUser, .getMyOperator, .getOperator, .getConsent, .getTrunk,
            .getLimits, .getTenantLimits, .getWebhook, .getOperatorNumber, .getPriceList, .getInvite, .findANumber:
            true
        default: false
        }
    }

    /// Which roles may call it beside `platform`, which may call all; nil needs no token at all.
    var roles: [Token.Role]? {
        switch self {
        case .healthz, .readyz, .openAPI, .findANumber: nil
        case .metrics, .listTenants, .putOperator, .deleteOperator, .getLimits, .putLimits, .putTenantLimits, .putLicences, .backup,
            .listPlatformChanges:
            []
        case .postDialOut, .listDialOuts, .summary, .getDialOut, .changeDialOut, .deleteDialOut, .dialOutEvents, .tenantEvents:
            [.meeting, .admin]
        case .routeTest, .postInvite, .getInvite, .meetingConferencing: [.meeting, .admin]
        case .listChanges, .undoChange, .replayRoutes, .lint, .commands, .rehearse, .exportTenant, .importTenant, .getTenant, .putTenant,
            .deleteTenant, .listUsers, .listTenantNumbers,
            .getUser,
            .putUser,
            .deleteUser, .listMyOperators, .getMyOperator, .addMyOperator, .changeMyOperator, .removeMyOperator:
            [.admin]
        case .erase, .listOperators, .getTenantLimits, .getLicences, .getSettings, .changeSettings, .getUsage: [.admin]
        case .getOperator: [.admin, .operator]
        case .reportDurations, .operatorSummary, .postNumberOrder, .getNumberOrder, .operatorCalls, .operatorStatistics, .operatorEvents,
            .listTrunks, .getTrunk, .changeTrunk, .getOperatorNumber, .changeOperatorNumber,
            .drainTrunk, .listNumberOrders, .listOperatorNumbers, .releaseNumber, .listConsents, .getConsent, .changeConsent,
            .getPriceList, .putPriceList, .deletePriceList:
            [.operator]
        case .getToken, .liveCounts, .getRetention: [.meeting, .operator, .admin]
        case .listTokens, .postToken, .deleteToken: [.admin]
        case .listWebhooks, .postWebhook, .getWebhook, .changeWebhook, .deleteWebhook, .rotateWebhook, .testWebhook, .listDeliveries,
            .redeliver:
            [.admin]
        }
    }
}

/// The front door's table as a text, for those who compare it with what is published.
package enum FrontDoorTable {
    /// `GET /v1/dial-outs listDialOuts`
    package static var operations: Set<String> { Set(APIRoute.allCases.map { "\($0.place.method.rawValue) \($0.place.template) \($0)" }) }
    /// Each operation's limit of its body in bytes; 0 where it takes none.
    package static var bodyLimits: [String: Int] {
        Dictionary(uniqueKeysWithValues: APIRoute.allCases.map { ("\($0)", $0.content == .none ? 0 : $0.bodyLimit) })
    }
    /// Those that `If-Match` guards.
    package static var guarded: Set<String> { Set(APIRoute.allCases.filter(\.isGuarded).map { "\($0)" }) }
    /// Those that read what has an entity tag.
    package static var tagged: Set<String> { Set(APIRoute.allCases.filter(\.hasEntityTag).map { "\($0)" }) }
    package static var openAPI: [UInt8] { EmbeddedFile.openAPI }
}
