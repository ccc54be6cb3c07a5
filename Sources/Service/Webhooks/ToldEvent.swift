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

    init(_ entry: ToldEntry) {
        (place, tenant, dialOut) = (entry.place, entry.tenant, entry.told.id)
        switch entry.told {
        case .event(let event):
            (sequence, kind, meeting, at) = (event.sequence, event.type.rawValue, event.meetingId, event.at)
            webhook = event.webhook.flatMap { try? WebhookURL($0) }
        case .webhook(let notice):
            (sequence, kind, meeting, at) = (0, notice.type.rawValue, nil, notice.at)
            webhook = nil
        case .usage(let notice):
            (sequence, kind, meeting, at) = (0, notice.type.rawValue, nil, notice.at)
            webhook = nil
        case .operator(let notice):
            (sequence, kind, meeting, at) = (0, notice.type.rawValue, nil, notice.at)
            webhook = nil
        }
        body = entry.told.written.dropLast() + Array(",\"place\":\(place)}".utf8)
    }
}
