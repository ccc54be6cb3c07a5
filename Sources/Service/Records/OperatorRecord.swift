import Basis
import Dialing

/// A record as an operator is shown it: its own attempts and what they came to, and nothing of who meets with whom or of other operators.
/// What is not written here is not shown.
struct OperatorRecord: JSONObject {
    private let dialOut: DialOut
    private let shown: DialOut
    private let operatorID: String
    private let attempts: [DialOut.Attempt]

    init(_ dialOut: DialOut, for operatorID: String) {
        (self.dialOut, self.operatorID, shown) = (dialOut, operatorID, dialOut.shown(to: operatorID))
        attempts = dialOut.attempts.filter { $0.operator == operatorID }
    }

    func write(to object: inout JSONObjectText) {
        object.add("id", dialOut.id.description)
        object.add("tenant", dialOut.tenant)
        object.add("number", dialOut.decision.number?.description ?? dialOut.order.number)
        object.add("callerId", dialOut.callerID(for: operatorID)?.description)
        object.add("operator", operatorID)
        object.add("state", shown.state)
        object.add("position", shown.position)
        object.add(shown.ending)
        object.add("attempts", attempts)
        object.add("acceptedAt", dialOut.acceptedAt)
        object.add("dialledAt", attempts.first?.startedAt ?? shown.dialledAt)
        object.add("ringingAt", shown.ringingAt)
        object.add("connectedAt", shown.connectedAt)
        object.add("endedAt", shown.endedAt)
        object.add("durationSeconds", shown.durationSeconds)
        object.add("billableSeconds", shown.billableSeconds)
        object.add(CallDetail(of: shown, attempts: attempts))
        object.add("decision", dialOut.wholeDecision.redactedForOperator(operatorID))
    }
}
