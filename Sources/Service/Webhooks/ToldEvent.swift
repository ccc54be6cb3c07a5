import Basis
import Webhooks

/// An event as endpoints are told it: what they choose by, and its JSON with its place in the log.
struct ToldEvent: Sendable {
    let place: Int64
    let dialOut: SortableID
    let sequence: Int
    let tenant: String
    let kind: String
    let meeting: String?
    let at: WallTime
    /// Where the dial-out's own request wants it.
    let webhook: WebhookURL?
    let body: [UInt8]

    private struct Members: Decodable {
        let type: String
        let at: WallTime
        let meetingId: String?
        let webhook: String?
    }

    /// Nil for what is no event.
    init?(_ event: StoredEvent) {
        guard let members = try? JSON.decode(Members.self, event.row.body) else { return nil }
        (place, dialOut, sequence, tenant) = (event.place, event.row.dialOut, event.row.sequence, event.row.tenant)
        (kind, meeting, at) = (members.type, members.meetingId, members.at)
        webhook = members.webhook.flatMap { try? WebhookURL($0) }
        body = Self.body(event)
    }

    /// What a webhook is sent: the event's members and `place`.
    static func body(_ event: StoredEvent) -> [UInt8] { event.row.body.dropLast() + Array(",\"place\":\(event.place)}".utf8) }
}

/// What a tenant is told of one of its endpoints, in its own log of events.
struct WebhookNotice: JSONObject {
    enum Kind: String, CaseIterable { case webhookPaused, webhookResumed }

    /// In the log, the sequence of what is of no dial-out.
    static let sequence = 0

    let type: Kind
    let at: WallTime
    let tenant: String
    let webhook: SortableID
    let url: String
    let because: Courier.PauseReason?

    func write(to object: inout JSONObjectText) {
        object.add("type", type)
        object.add("at", at)
        object.add("tenant", tenant)
        object.add("webhookId", webhook.description)
        object.add("url", url)
        if let because { object.add("reason", because) }
    }
}
