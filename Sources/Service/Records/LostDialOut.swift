import Basis
import Dialing
import SIP

/// A dial-out that an earlier start accepted and never ended, with all that was told of it.
///
/// An INVITE may have left and nobody knows what became of it: it is never dialled again, and its record says `indeterminate`. What the
/// record did not hold yet, its attempts and times, is in the events. Its legs are ended by ``StandingCall``.
package struct LostDialOut: Sendable {
    package let row: StoredDialOut
    /// The bodies of its events, in their order.
    package let events: [[UInt8]]

    package init(row: StoredDialOut, events: [[UInt8]]) {
        self.row = row
        self.events = events
    }

    /// The trunk that it was last tried on.
    var trunk: TrunkKey? {
        let last = events.lazy.reversed().compactMap { try? JSON.decode(CallEvent.self, $0) }.first { $0.trunk != nil }
        guard let operatorID = last?.operator, let trunk = last?.trunk else { return nil }
        return TrunkKey(operatorID: operatorID, trunk: trunk)
    }

    /// The closed record and the event that tells of it, whose time is not before the last one's. Throws when something of it cannot be read.
    func closed(at now: WallTime) throws(StoreFailure) -> [StoreEntry] {
        let record: JSONValue, events: [CallEvent]
        do {
            record = try JSON.decode(JSONValue.self, row.body)
            events = try self.events.map { try JSON.decode(CallEvent.self, $0) }
        } catch {
            throw StoreFailure("the stored dial-out \(row.id) cannot be read: \(error)")
        }
        guard let last = events.last else { throw StoreFailure("the stored dial-out \(row.id) has no events") }
        return close(record, after: last, events, at: max(now, last.at))
    }

    private func close(_ record: JSONValue, after last: CallEvent, _ events: [CallEvent], at now: WallTime) -> [StoreEntry] {
        let ending = Ending.lost
        var event = last
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
        event.causeText = ending.causeText
        event.endedBy = ending.endedBy
        let attempts = Self.attempts(events, until: now)
        var record = record
        for (name, time) in Self.times(events) + [("endedAt", now)] { record[name] = .string(time.rfc3339) }
        record["state"] = .string(CallState.ended.rawValue)
        record["outcome"] = .string(ending.outcome.rawValue)
        record["code"] = .integer(Int64(ending.code))
        record["subcode"] = .integer(Int64(ending.subcode))
        record["endedBy"] = .string(ending.endedBy.rawValue)
        record["attempts"] = .array(attempts.map { JSONValue($0) })
        if let operatorID = event.operator { record["operator"] = .string(operatorID) }
        if let callerID = event.callerId { record["callerId"] = .string(callerID.description) }
        let closed = StoredDialOut(
            id: row.id, tenant: row.tenant, meetingID: row.meetingID, organizer: row.organizer, operatorID: event.operator,
            formerOperatorIDs: attempts.operators(without: event.operator), state: .ended,
            body: JSON.encode(record))
        let told = EventRow(
            dialOut: row.id, sequence: event.sequence, tenant: row.tenant, operatorID: event.operator, body: JSON.encode(event))
        return [.event(told), .dialOut(closed)]
    }

    /// When it was first dialled, first rang and was answered.
    private static func times(_ events: [CallEvent]) -> [(String, WallTime)] {
        [("dialledAt", CallEvent.Kind.dialling), ("ringingAt", .ringing), ("connectedAt", .connected)].compactMap { name, kind in
            events.first { $0.type == kind }.map { (name, $0.at) }
        }
    }

    private static func attempts(_ events: [CallEvent], until now: WallTime) -> [DialOut.Attempt] {
        var attempts: [DialOut.Attempt] = []
        for event in events {
            if event.type == .dialling, let carrier = event.operator, let trunk = event.trunk, let callerID = event.callerId {
                attempts.append(
                    .init(operator: carrier, trunk: trunk, address: event.address, callerId: callerID, startedAt: event.at))
            }
            guard let last = attempts.indices.last else { continue }
            attempts[last].sip = event.sip
            attempts[last].phrase = event.phrase
            if event.outcome == nil, event.cause != nil || event.causeText != nil {
                (attempts[last].cause, attempts[last].causeText) = (event.cause, event.causeText)
            }
            if event.type == .attemptFailed {
                attempts[last].endedAt = event.at
                attempts[last].ending = event.ending
            }
        }
        if let last = attempts.indices.last, attempts[last].endedAt == nil {
            attempts[last].endedAt = now
            attempts[last].ending = .lost
        }
        return attempts
    }
}
