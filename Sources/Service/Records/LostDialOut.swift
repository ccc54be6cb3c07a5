import Basis
import SIP

/// A dial-out that an earlier start accepted and never ended, with the last that was told of it.
///
/// An INVITE may have left and nobody knows what became of it: it is never dialled again, and its record says `indeterminate`. A call that
/// was connected is hung up.
package struct LostDialOut: Sendable {
    package let row: StoredDialOut
    /// The body of its last event.
    package let lastEvent: [UInt8]

    package init(row: StoredDialOut, lastEvent: [UInt8]) {
        self.row = row
        self.lastEvent = lastEvent
    }

    /// The closed record and the event that tells of it.
    func closed(at now: WallTime) throws -> [StoreEntry] {
        let ending = Ending.lost
        var event = try JSON.decode(CallEvent.self, lastEvent)
        event.sequence += 1
        event.type = .ended
        event.at = now
        event.state = .ended
        event.outcome = ending.outcome
        event.reason = ending.reason
        event.position = nil
        (event.limit, event.count) = (nil, nil)
        event.code = ending.code
        event.subcode = ending.subcode
        event.cause = ending.cause
        event.endedBy = ending.endedBy
        var record = try JSON.decode(JSONValue.self, row.body)
        record["state"] = .string(CallState.ended.rawValue)
        record["outcome"] = .string(ending.outcome.rawValue)
        record["code"] = .integer(Int64(ending.code))
        record["subcode"] = .integer(Int64(ending.subcode))
        record["endedBy"] = .string(ending.endedBy.rawValue)
        record["endedAt"] = .string(now.rfc3339)
        if let connectedAt = event.connectedAt { record["connectedAt"] = .string(connectedAt.rfc3339) }
        let closed = StoredDialOut(
            id: row.id, tenant: row.tenant, meetingID: row.meetingID, organizer: row.organizer, operatorID: event.operator,
            state: .ended, body: JSON.encode(record))
        let told = EventRow(
            dialOut: row.id, sequence: event.sequence, tenant: row.tenant, operatorID: event.operator, body: JSON.encode(event))
        return [.event(told), .dialOut(closed)]
    }
}

extension [StoredDocument] {
    /// The dialogs of calls that were connected when an earlier start stopped without a word. One that cannot be read is passed over: it
    /// keeps nobody from starting.
    var standingDialogs: [(id: SortableID, dialog: StandingDialog)] {
        compactMap { document in
            guard document.kind == .dialog, let id = SortableID(document.key), let body = document.body else { return nil }
            return (try? JSON.decode(StandingDialog.self, body)).map { (id, $0) }
        }
    }
}

extension StoredDocument {
    /// The dialog of a dial-out's connected leg, kept until it has ended; nil takes it away.
    static func dialog(_ dialog: StandingDialog?, of id: SortableID) -> StoredDocument {
        StoredDocument(kind: .dialog, key: "\(id)", version: 0, body: dialog.map { JSON.encode($0) })
    }
}
