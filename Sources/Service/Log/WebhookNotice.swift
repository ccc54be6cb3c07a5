import Basis
import Webhooks

/// What a tenant is told of one of its endpoints, in its own log of events.
package struct WebhookNotice: JSONObject, Sendable {
    enum Kind: String, CaseIterable { case webhookPaused, webhookResumed }

    let type: Kind
    /// Its own, which sorts among those of dial-outs by its time.
    let id: SortableID
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
