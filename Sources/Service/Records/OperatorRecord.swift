import Basis
import Dialing

/// A record as an operator is shown it: its own attempts and what they came to, and nothing of who meets with whom or of other operators.
/// What is not written here is not shown.
struct OperatorRecord: JSONObject {
    private let dialOut: DialOut
    private let operatorID: String
    private let attempts: [DialOut.Attempt]
    /// Whether it is with this operator still, or was until its end.
    private let isCurrent: Bool

    init(_ dialOut: DialOut, for operatorID: String) {
        (self.dialOut, self.operatorID) = (dialOut, operatorID)
        attempts = dialOut.attempts.filter { $0.operator == operatorID }
        isCurrent = dialOut.isWith(operatorID)
    }

    func write(to object: inout JSONObjectText) {
        object.add("id", dialOut.id.description)
        object.add("tenant", dialOut.tenant)
        object.add("number", dialOut.decision.number?.description ?? dialOut.order.number)
        object.add("callerId", dialOut.callerID(for: operatorID)?.description)
        object.add("operator", isCurrent ? dialOut.operatorID ?? operatorID : operatorID)
        object.add("state", isCurrent ? dialOut.state : .ended)
        object.add("position", isCurrent ? dialOut.position : nil)
        object.add(dialOut.ending(for: operatorID))
        object.add("attempts", attempts)
        object.add("acceptedAt", dialOut.acceptedAt)
        object.add("dialledAt", isCurrent ? attempts.first?.startedAt ?? dialOut.dialledAt : attempts.first?.startedAt)
        object.add("ringingAt", isCurrent ? dialOut.ringingAt : nil)
        object.add("connectedAt", isCurrent ? dialOut.connectedAt : nil)
        object.add("endedAt", isCurrent ? dialOut.endedAt : attempts.last?.endedAt)
        object.add("durationSeconds", isCurrent ? dialOut.durationSeconds : nil)
        object.add("billableSeconds", isCurrent ? dialOut.billableSeconds : nil)
        if isCurrent {
            object.add(CallDetail(of: dialOut, attempts: attempts))
        } else {
            object.add(CallDetail(of: dialOut.left(by: operatorID), attempts: attempts))
        }
        object.add("decision", dialOut.wholeDecision.redactedForOperator(operatorID))
    }
}
