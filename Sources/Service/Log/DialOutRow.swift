import Basis
import Dialing

extension DialOut {
    /// What it is searched by.
    package var row: DialOutRow {
        DialOutRow(
            id: id, tenant: tenant, meetingID: order.meetingID, organizer: order.organizer, number: decision.number ?? writtenNumber,
            callerID: callerID, operatorID: operatorID, formerOperatorIDs: formerOperatorIDs, outcome: ending?.outcome)
    }

    /// Of a request that was refused before its number was read.
    private var writtenNumber: E164? { order.number.utf8.first == UInt8(ascii: "+") ? E164(written: order.number) : nil }

    /// Ends what an earlier start accepted and left without an end. An INVITE may have left and nobody knows what became of it: it is never
    /// dialled again. A call that was up ends when it was seen last, by something that happened to it or with that start as a whole
    /// (``LastSeen``); anything else now, or at its own last moment.
    mutating func close(at now: WallTime, seen: WallTime? = nil) -> [StoreEntry] {
        let last = attempts.last
        var moment = max(now, changedAt)
        if let connectedAt { moment = max(changedAt, min(seen ?? changedAt, now, longestEnd(from: connectedAt))) }
        return [note(.ended(.lost, sip: last?.sip, phrase: last?.phrase), at: moment), .dialOut(row)]
    }

    /// The trunk that it was last tried on.
    var lastTrunk: TrunkKey? { attempts.last.map { TrunkKey(operatorID: $0.operator, trunk: $0.trunk) } }

    /// Applies what has just happened, and gives it as an entry of the log.
    package mutating func note(_ fact: Fact, at now: WallTime) -> StoreEntry {
        let timed = TimedFact(fact, at: now), kind = apply(fact, at: now), packed = timed.packedApart(since: acceptedAt)
        keep(packed.decision.map { Array(packed.bytes[$0]) })
        let row = FactRow(
            dialOut: id, sequence: kind == nil ? 0 : sequence, tenant: tenant, operatorID: kind == .warning ? nil : operatorID,
            body: packed.bytes)
        return .fact(row, kind.map { .event(CallEvent($0, of: self, after: timed)) })
    }
}
