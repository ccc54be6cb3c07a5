import Dialing

/// What an operator is shown of a record: its own attempts and what they came to, and nothing of who meets with whom or of other operators.
enum OperatorView {
    private static let shown: Set<String> = [
        "id", "tenant", "number", "callerId", "operator", "state", "position", "outcome", "reason", "code", "subcode", "cause", "causeText",
        "endedBy",
        "attempts", "acceptedAt", "dialledAt", "ringingAt", "connectedAt", "endedAt",
    ]
    private static let ending = ["outcome", "reason", "code", "subcode", "cause", "causeText", "endedBy", "endedAt"]

    static func masking(_ body: [UInt8], for operatorID: String) throws -> [UInt8] {
        guard case .object(let members) = try JSON.decode(JSONValue.self, body) else { return body }
        var masked = members.filter { shown.contains($0.key) }
        let own = members["attempts"]?.array.filter { $0["operator"].string == operatorID } ?? []
        masked["attempts"] = .array(own)
        let decision = try JSON.decode(Decision.self, JSON.encode(members["decision"] ?? .null))
        masked["decision"] = try JSON.decode(JSONValue.self, JSON.encode(decision.redactedForOperator(operatorID)))
        if let first = own.first { masked["dialledAt"] = first["startedAt"] }
        if let last = own.last, members["operator"]?.string != operatorID {
            masked["operator"] = .string(operatorID)
            masked["callerId"] = last["callerId"]
            masked["state"] = .string(CallState.ended.rawValue)
            for name in ending { masked[name] = last[name] }
            for name in ["ringingAt", "connectedAt", "position"] { masked[name] = .null }
        }
        return JSON.encode(JSONValue.object(masked))
    }
}
