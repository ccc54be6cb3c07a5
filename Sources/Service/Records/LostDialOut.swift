import Basis

/// A dial-out that an earlier start accepted and never ended, with the last that was told of it.
///
/// An INVITE may have left and nobody knows what became of it: it is never dialled again, and its record says `indeterminate`.
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
