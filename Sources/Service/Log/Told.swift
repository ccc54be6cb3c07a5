import Basis
import Dialing
import Webhooks

/// What watchers and webhooks are told of an entry of the log.
package enum Told: Sendable {
    case event(CallEvent)
    case webhook(WebhookNotice)
    case `operator`(OperatorNotice)
    case usage(UsageNotice)

    /// As JSON.
    package var written: [UInt8] {
        switch self {
        case .event(let event): JSON.encode(event)
        case .webhook(let notice): JSON.encode(notice)
        case .operator(let notice): notice.written
        case .usage(let notice): JSON.encode(notice)
        }
    }

    /// The same as an operator may see it.
    var maskedForOperator: [UInt8] {
        switch self {
        case .event(let event): JSON.encode(event.maskedForOperator)
        case .webhook(let notice): JSON.encode(notice)
        case .operator(let notice): notice.written
        case .usage(let notice): JSON.encode(notice)
        }
    }

    /// The name of the event in a stream (WHATWG HTML §9.2).
    var streamName: String {
        switch self {
        case .event: "dialOut"
        case .webhook: "webhook"
        case .operator: "operator"
        case .usage: "usage"
        }
    }

    /// Sorts among dial-outs by its time.
    var id: SortableID {
        switch self {
        case .event(let event): event.dialOutId
        case .webhook(let notice): notice.id
        case .operator(let notice): notice.id
        case .usage(let notice): notice.id
        }
    }

    /// Whether it is no tenant's to see, and no endpoint's.
    package var isForOperatorAlone: Bool {
        switch self {
        case .event, .webhook, .usage: false
        case .operator: true
        }
    }

    package var event: CallEvent? {
        switch self {
        case .event(let event): event
        case .webhook, .operator, .usage: nil
        }
    }
}

/// What is told, at its place in the log.
package struct ToldEntry: Sendable {
    package let place: Int64
    package let told: Told
    /// Whose watchers see it.
    package let tenant: String
    package let operatorID: String?

    init(_ told: Told, of row: FactRow, at place: Int64) {
        (self.place, self.told, tenant, operatorID) = (place, told, row.tenant, row.operatorID)
    }
}

extension WebhookNotice: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(type)
        packed.add(id)
        packed.add(at.milliseconds)
        packed.add(tenant)
        packed.add(webhook)
        packed.add(url)
        packed.add(because)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(
            type: try packed.read(), id: try packed.read(), at: WallTime(milliseconds: try packed.read()), tenant: try packed.read(),
            webhook: try packed.read(), url: try packed.read(), because: try packed.read())
    }
}

extension WebhookNotice.Kind: Packable {}

extension Courier.PauseReason: Packable {}
