import Basis
import Dialing
import Web
import Webhooks

extension Service {
    /// An endpoint as it is shown: never its secrets.
    private struct View: JSONObject {
        enum Status: String, Encodable { case active, paused }

        let id: SortableID, url: String, kinds: [String], meetings: [String]
        let status: Status, pausedBecause: Courier.PauseReason?
        /// Up to where in the log everything is delivered or waits; dial-outs that wait, and that were given up on.
        let place: Int64, waiting: Int, deadLetters: Int
        let createdAt: WallTime
        /// Until when a replaced secret signs as well.
        let earlierSecretsUntil: WallTime?
        /// Only in the answers that make it.
        var secret: String?

        init(_ desk: Couriers.Desk, at now: WallTime, secret: Secret? = nil) {
            let endpoint = desk.endpoint
            (id, url, kinds, meetings, createdAt) = (endpoint.id, endpoint.url, endpoint.kinds, endpoint.meetings, endpoint.createdAt)
            switch desk.courier.status {
            case .active: (status, pausedBecause) = (.active, nil)
            case .paused(let reason): (status, pausedBecause) = (.paused, reason)
            }
            (place, waiting, deadLetters) = (desk.courier.place, desk.courier.retries, desk.courier.deadLetterCount)
            earlierSecretsUntil = endpoint.earlier.map(\.until).filter { now < $0 }.max()
            self.secret = secret?.revealed
        }

        func write(to object: inout JSONObjectText) {
            object.add("id", id.description)
            object.add("url", url)
            object.add("kinds", kinds)
            object.add("meetings", meetings)
            object.add("status", status)
            object.add("pausedBecause", pausedBecause)
            object.add("place", place)
            object.add("waiting", waiting)
            object.add("deadLetters", deadLetters)
            object.add("createdAt", createdAt)
            object.add("earlierSecretsUntil", earlierSecretsUntil)
            if let secret { object.add("secret", secret) }
        }
    }

    /// Rows under a name.
    private struct Named: JSONObject {
        let name: StaticString, rows: [View]

        func write(to object: inout JSONObjectText) { object.add(name, rows) }
    }

    /// What a change of an endpoint changes.
    private struct Changeable: Encodable {
        let url: String, kinds: [String], meetings: [String], isPaused: Bool

        init(_ desk: Couriers.Desk) {
            (url, kinds, meetings) = (desk.endpoint.url, desk.endpoint.kinds, desk.endpoint.meetings)
            isPaused = desk.courier.isPaused
        }
    }

    /// What the list of changes shows of an endpoint: never its secrets.
    private struct Audited: Encodable, Equatable {
        let url: String, kinds: [String], meetings: [String], status: View.Status, pausedBecause: Courier.PauseReason?
        /// Until when the latest of its replaced secrets signs: another one after each rotation.
        let earlierSecretsUntil: WallTime?

        init(_ endpoint: WebhookEndpoint, _ courier: Courier) {
            (url, kinds, meetings) = (endpoint.url, endpoint.kinds, endpoint.meetings)
            switch courier.status {
            case .active: (status, pausedBecause) = (.active, nil)
            case .paused(let reason): (status, pausedBecause) = (.paused, reason)
            }
            earlierSecretsUntil = endpoint.earlier.map(\.until).max()
        }
    }

    /// What an endpoint is called among the objects of a change.
    static let webhookWord = "webhook "

    /// The entry that says who made an endpoint, changed it, paused or resumed it or took it away; none where it is as before.
    private func audit(_ endpoint: WebhookEndpoint, _ before: Audited?, _ after: Audited?, _ call: APICall) -> [StoreEntry] {
        guard before != after else { return [] }
        let change = ObjectChange(ofPlatform: Self.webhookWord + "\(endpoint.id)", from: before, to: after)
        return audit(change, call, of: endpoint.tenant)
    }

    private struct TestEvent: JSONObject {
        let at: WallTime, endpoint: WebhookEndpoint, place: Int64

        func write(to object: inout JSONObjectText) {
            object.add("type", "test")
            object.add("at", at)
            object.add("tenant", endpoint.tenant)
            object.add("webhookId", endpoint.id.description)
            object.add("sequence", 1)
            object.add("place", place)
        }
    }

    private struct TestResult: JSONObject {
        let outcome: PostOutcome, milliseconds: Int64

        func write(to object: inout JSONObjectText) {
            object.add("delivered", outcome.isSuccess)
            object.add("status", outcome.status)
            object.add("error", outcome.isSuccess ? nil : outcome.text)
            object.add("milliseconds", milliseconds)
        }
    }

    private struct Body: Decodable {
        let url: String?
        let kinds: [String]?
        let meetings: [String]?
    }

    private struct Change: ChangeBody {
        static let removable: Set<String> = []

        let url: String?
        let kinds: [String]?
        let meetings: [String]?
        let status: String?

        /// Resumes what is paused, and pauses what would go on by itself; `isShownBack` where the pause that there is comes back as it was shown.
        func turn(_ courier: inout Courier, isShownBack: Bool, at now: Instant) {
            switch status {
            case "active": courier.resume(at: now)
            case "paused" where !courier.staysPaused && !(courier.isPaused && isShownBack): courier.pause(.byHand, at: now)
            default: break
            }
        }
    }

    /// `GET /v1/tenants/{tenant}/webhooks`
    func listWebhooks(_ call: APICall) throws -> Response {
        let tenant = try tenant(call).id, now = world.wallTime
        let shown = couriers.desks(of: tenant).sorted { $0.endpoint.id < $1.endpoint.id }.map { View($0, at: now) }
        return .json(200, JSON.encode(Named(name: "webhooks", rows: shown)))
    }

    /// `GET /v1/tenants/{tenant}/webhooks/{webhook}`
    func getWebhook(_ call: APICall) throws -> Response {
        let desk = try webhookDesk(call)
        return Response.json(200, JSON.encode(View(desk, at: world.wallTime))).tagged(by: Changeable(desk))
    }

    /// `POST /v1/tenants/{tenant}/webhooks` `{url, kinds, meetings}`: the secret is in this answer and in no other.
    func postWebhook(_ call: APICall) async throws -> Response {
        let body = try call.body(Body.self)
        return try await administration.undisturbed { try await make(body, call) }
    }

    private func make(_ body: Body, _ call: APICall) async throws -> Response {
        let tenant = try tenant(call).id, now = world.wallTime
        guard couriers.desks(of: tenant).count < WebhookEndpoint.limit else {
            throw Problem.conflict("a tenant has at most \(WebhookEndpoint.limit) webhook endpoints")
        }
        guard let url = body.url else { throw InvalidField("url", "is required") }
        let endpoint = WebhookEndpoint(
            id: identifiers.next(), tenant: tenant, url: try checkedURL(url), kinds: try Self.checkedKinds(body.kinds ?? []),
            meetings: try Self.checkedMeetings(body.meetings ?? []), secret: WebhookEndpoint.makeSecret(world.entropy), earlier: [],
            createdAt: now)
        let courier = couriers.newCourier()
        try await ledger.admit(
            [.document(endpoint.document)] + courier.beginning.entries(of: endpoint.id, couriers.clocks)
                + audit(endpoint, nil, Audited(endpoint, courier), call))
        couriers.begin(endpoint, courier)
        var response = Response.json(201, JSON.encode(View(try desk(endpoint.id, of: tenant), at: now, secret: endpoint.secret)))
        response.headers.append(("Location", "/v1/tenants/\(tenant)/webhooks/\(endpoint.id)"))
        return response
    }

    /// `PATCH /v1/tenants/{tenant}/webhooks/{webhook}` `{url, kinds, meetings, status}`: what is left out stays; `active` ends a pause.
    func changeWebhook(_ call: APICall) async throws -> Response {
        let change = try call.change(Change.self) {
            (try? webhookDesk(call)).map { JSONValue(View($0, at: world.wallTime)) } ?? .null
        }
        guard change.status.map({ ["active", "paused"].contains($0) }) ?? true else {
            throw InvalidField("status", "is active or paused, not \(change.status!.excerpt)")
        }
        let isShownBack = (try? JSON.decode(JSONValue.self, call.request.body))?["pausedBecause"].string != nil
        try await administration.undisturbed { try await make(change, isShownBack: isShownBack, call) }
        return try getWebhook(call)
    }

    private func make(_ change: Change, isShownBack: Bool, _ call: APICall) async throws {
        let desk = try webhookDesk(call)
        try requireMatch(call, Changeable(desk))
        var endpoint = desk.endpoint, courier = desk.courier
        if let url = change.url, url != endpoint.url { endpoint.url = try checkedURL(url) }
        if let kinds = change.kinds { endpoint.kinds = try Self.checkedKinds(kinds) }
        if let meetings = change.meetings { endpoint.meetings = try Self.checkedMeetings(meetings) }
        change.turn(&courier, isShownBack: isShownBack, at: world.now)
        try await keep(endpoint, courier, call)
        couriers.change(endpoint.id) { change.turn(&$0, isShownBack: isShownBack, at: $1) }
    }

    /// `DELETE /v1/tenants/{tenant}/webhooks/{webhook}`: what waits for it is gone with it.
    func deleteWebhook(_ call: APICall) async throws -> Response {
        try await administration.undisturbed {
            let desk = try webhookDesk(call)
            try requireMatch(call, Changeable(desk))
            try await ledger.admit(desk.farewell + audit(desk.endpoint, Audited(desk.endpoint, desk.courier), nil, call))
            couriers.remove(desk.endpoint.id)
        }
        return Response(204)
    }

    /// `POST …/rotate`: another secret, in this answer and in no other; the one before signs for a day more.
    func rotateWebhook(_ call: APICall) async throws -> Response {
        let endpoint = try await administration.undisturbed { try await rotated(try webhookDesk(call), call) }
        return .json(200, JSON.encode(View(try webhookDesk(call), at: world.wallTime, secret: endpoint.secret)))
    }

    private func rotated(_ desk: Couriers.Desk, _ call: APICall) async throws -> WebhookEndpoint {
        var endpoint = desk.endpoint
        do throws(WebhookEndpoint.TooManyRotations) {
            try endpoint.rotate(to: WebhookEndpoint.makeSecret(world.entropy), at: world.wallTime)
        } catch {
            throw Problem.conflict(
                "\(WebhookEndpoint.earlierLimit) replaced secrets sign already; the first of them does so until \(error.until.rfc3339)")
        }
        try await keep(endpoint, desk.courier, call)
        return endpoint
    }

    /// `POST …/test`: one POST of an event of the type `test`, now, whatever the endpoint's filters and state are; answers what came of it.
    func testWebhook(_ call: APICall) async throws -> Response {
        let endpoint = try webhookDesk(call).endpoint, now = world.wallTime, began = world.now
        let body = JSON.encode(TestEvent(at: now, endpoint: endpoint, place: hub.newestPlace))
        let request = couriers.request("test-\(identifiers.next())", body, to: nil, of: endpoint)
        let world = world
        let outcome = await withCheckedContinuation { waiter in world.post(request) { waiter.resume(returning: $0) } }
        let milliseconds = (world.now - began).nanoseconds / 1_000_000
        return .json(200, JSON.encode(TestResult(outcome: outcome, milliseconds: milliseconds)))
    }

    /// Puts an endpoint as it will be, with what its courier will be, on disk and in force.
    private func keep(_ endpoint: WebhookEndpoint, _ courier: Courier, _ call: APICall) async throws {
        let before = try desk(endpoint.id, of: endpoint.tenant)
        var courier = courier
        let turned = courier.takeChanges()?.entries(of: endpoint.id, couriers.clocks) ?? []
        try await ledger.admit(
            [.document(endpoint.document)] + turned
                + audit(endpoint, Audited(before.endpoint, before.courier), Audited(endpoint, courier), call))
        couriers.replace(endpoint)
    }

    // MARK: reading and checking

    /// The endpoint named in the path.
    func webhookDesk(_ call: APICall) throws -> Couriers.Desk {
        let tenant = try tenant(call).id
        guard let id = SortableID(call["webhook"]) else { throw Problem.notFound("webhook endpoint", call["webhook"]) }
        return try desk(id, of: tenant)
    }

    private func desk(_ id: SortableID, of tenant: String) throws(Problem) -> Couriers.Desk {
        guard let desk = couriers.desk(id, of: tenant) else { throw .notFound("webhook endpoint", "\(id)") }
        return desk
    }

    private func checkedURL(_ text: String) throws(InvalidField) -> String {
        let url: WebhookURL
        do throws(WebhookURL.Fault) { url = try WebhookURL(text) } catch { throw InvalidField("url", error.rule) }
        if let address = url.address, !settings.webhookAddresses.permits(address) {
            throw InvalidField(
                "url", "is no private, local or reserved address unless the platform allows those by --webhook-private-addresses")
        }
        return text
    }

    private static func checkedKinds(_ kinds: [String]) throws(InvalidField) -> [String] {
        for kind in kinds where !WebhookEndpoint.knownKinds.contains(kind) {
            let meant = nearestName(to: kind, among: WebhookEndpoint.knownKinds).map { "; did you mean \($0)?" } ?? ""
            let known = WebhookEndpoint.knownKinds.joined(separator: ", ")
            throw InvalidField("kinds", "are of \(known), not \(kind.excerpt)\(meant)")
        }
        guard Set(kinds).count == kinds.count else { throw InvalidField("kinds", "has each kind once") }
        return kinds
    }

    private static func checkedMeetings(_ meetings: [String]) throws(InvalidField) -> [String] {
        guard meetings.count <= WebhookEndpoint.meetingLimit else {
            throw InvalidField("meetings", "has at most \(WebhookEndpoint.meetingLimit)")
        }
        guard meetings.allSatisfy({ (1...128).contains($0.utf8.count) && $0.isPrintable }) else {
            throw InvalidField("meetings", "are meetings' ids: 1 to 128 bytes without control characters")
        }
        return meetings
    }

    /// Refuses a request's `webhook` that no endpoint of the tenant is the beginning of: nothing could sign for it.
    func checkWebhook(of order: DialOutOrder, _ tenant: String) throws(InvalidField) {
        guard let text = order.webhook, let url = try? WebhookURL(text) else { return }
        guard couriers.endpoint(for: url, of: tenant) == nil else { return }
        throw InvalidField(
            "webhook",
            couriers.desks(of: tenant).isEmpty
                ? "is taken once the tenant has a webhook endpoint whose URL it begins with: POST /v1/tenants/\(tenant)/webhooks"
                : "begins with the URL of one of the tenant's webhook endpoints: scheme, host and port the same, its path by whole segments"
        )
    }
}
