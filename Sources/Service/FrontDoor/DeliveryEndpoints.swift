import Basis
import Web
import Webhooks

extension Service {
    /// What waits of one dial-out for an endpoint, or was given up on: all its events from `sequence` on.
    private struct Delivery: JSONObject {
        enum State: String, CaseIterable { case failed }

        let id: String, dialOutId: SortableID, eventId: String, sequence: Int, place: Int64
        let state = State.failed
        /// Given up on after 24 hours: nothing comes of it unless it is redelivered.
        let deadLetter: Bool
        let failures: Int, failingSince: WallTime, error: String
        let nextAttemptAt: WallTime?

        init(_ line: WebhookItem.Line, _ wait: Courier.Waiting, _ clocks: Clocks) {
            (id, dialOutId, sequence, place) = (line.name, line.dialOut, wait.sequence, wait.place)
            eventId = "\(line.dialOut)-\(wait.sequence)"
            (deadLetter, failures, failingSince) = (wait.isDead, wait.failures, clocks.wall(wait.since))
            (error, nextAttemptAt) = (wait.outcome.text, wait.due.map { clocks.wall(max($0, clocks.now)) })
        }

        func write(to object: inout JSONObjectText) {
            object.add("id", id)
            object.add("dialOutId", dialOutId.description)
            object.add("eventId", eventId)
            object.add("sequence", sequence)
            object.add("place", place)
            object.add("state", state)
            object.add("deadLetter", deadLetter)
            object.add("failures", failures)
            object.add("failingSince", failingSince)
            object.add("error", error)
            object.add("nextAttemptAt", nextAttemptAt)
        }
    }

    private struct DeliveryPage: JSONObject {
        let deliveries: [Delivery], cursor: String?

        func write(to object: inout JSONObjectText) {
            object.add("deliveries", deliveries)
            object.add("cursor", cursor)
        }
    }

    /// `GET …/deliveries?state=failed&cursor=&limit=`, oldest first.
    func listDeliveries(_ call: APICall) throws -> Response {
        let desk = try webhookDesk(call), limit = try call.pageLimit
        _ = try call.choice("state", of: Delivery.State.self)
        var rows = desk.courier.waiting.sorted { ($0.key.dialOut, $0.key.name) < ($1.key.dialOut, $1.key.name) }
        if let cursor = call.request.query["cursor"] {
            guard let after = WebhookItem.Line(name: cursor) else { throw InvalidField.noCursor }
            rows.removeAll { ($0.key.dialOut, $0.key.name) <= (after.dialOut, after.name) }
        }
        let clocks = couriers.clocks, page = rows.prefix(limit)
        return .json(
            200,
            JSON.encode(
                DeliveryPage(
                    deliveries: page.map { Delivery($0.key, $0.value, clocks) },
                    cursor: rows.count > limit ? page.last?.key.name : nil)))
    }

    /// `POST …/deliveries/{delivery}/redeliver`: tries it now, and a dead letter for 24 hours more.
    func redeliver(_ call: APICall) throws -> Response {
        let desk = try webhookDesk(call)
        guard let line = WebhookItem.Line(name: call["delivery"]), desk.courier.waiting[line] != nil else {
            throw Problem.notFound("failed delivery", call["delivery"])
        }
        var shown: Courier.Waiting?
        couriers.change(desk.endpoint.id) { courier, now in
            _ = courier.redeliver(line, at: now)
            shown = courier.waiting[line]
        }
        return .json(202, JSON.encode(Delivery(line, shown!, couriers.clocks)))
    }
}
