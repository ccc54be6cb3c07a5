import Basis
import Dialing

/// Records as lines of a file. A cell is a member of the record as JSON shows it to the same reader: what is not there is in no cell.
enum RecordTable {
    /// Members of the record, of its latest attempt, and of its decision.
    private static let shared = [
        "id", "tenant", "number", "callerId", "operator", "state", "outcome", "reason", "code", "subcode", "cause", "causeText", "endedBy",
        "acceptedAt", "dialledAt", "ringingAt", "connectedAt", "endedAt", "durationSeconds", "billableSeconds",
        "sessionId", "callType", "inventoryType", "setupMilliseconds", "postDialDelayMilliseconds", "durationSource", "reportedSeconds",
        "destinationName", "chargedSeconds", "charge", "connectionCharge", "currency",
    ]
    private static let ofMeeting = ["meetingId", "kind", "organizer", "requestedBy", "displayName", "destinationContext", "traceId"]
    private static let ofAttempt = ["trunk", "address", "callId", "sip", "phrase"]
    private static let ofDecision = ["verdict", "licence", "country", "policy", "usage", "configVersion"]

    /// The names of its columns.
    static func columns(forOperator isMasked: Bool) -> [String] {
        shared + (isMasked ? [] : ofMeeting) + ["attempts"] + ofAttempt + (isMasked ? [] : ofDecision)
    }

    static func line(_ dialOut: DialOut, for operatorID: String?) -> [UInt8] {
        let record = operatorID.map { JSONValue(OperatorRecord(dialOut, for: $0)) } ?? JSONValue(dialOut)
        let attempt = record["attempts"].array.last ?? .null, decision = record["decision"]
        let cells = columns(forOperator: operatorID != nil).map { name -> String in
            if name == "attempts" { return "\(record[name].array.count)" }
            if name == "policy" { return decision[name]["name"].cell }
            if ofAttempt.contains(name) { return attempt[name].cell }
            return (ofDecision.contains(name) ? decision : record)[name].cell
        }
        return Array(CSVText.line(cells).utf8)
    }
}

extension JSONValue {
    /// As it stands in a cell; nothing for what has parts.
    fileprivate var cell: String {
        switch self {
        case .null, .array, .object: ""
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value
        }
    }
}
