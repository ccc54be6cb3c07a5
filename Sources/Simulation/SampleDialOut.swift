import Basis
import Dialing
import Service

/// A dial-out that nobody asked for, for tests of what is kept: its facts one after the other, each a second after the one before.
package struct SampleDialOut {
    package private(set) var dialOut: DialOut
    private var now = WallTime(milliseconds: 1_764_000_000_000)

    package init(
        _ number: UInt64, tenant: String = "contoso", meeting: String = "m", organizer: String = "a@b.example", operator: String? = "acme",
        callee: String = "+14255550200"
    ) {
        var decision = Decision(organizer: organizer, dialled: callee, configVersion: 1)
        decision.number = try? E164(callee)
        if let `operator` {
            decision.verdict = .route
            decision.routes = [
                .init(route: "r", priority: 1, operator: `operator`, callerId: try? E164("+14255550100"), usable: true, why: nil)
            ]
        }
        let order = DialOutOrder(
            meetingID: meeting, kind: .callMeAt, organizer: organizer, number: callee, requestedBy: nil, displayName: nil)
        dialOut = DialOut(
            id: SortableID(high: number, low: 7), tenant: tenant, order: order, decision: decision, acceptedAt: now, began: .zero)
    }

    package mutating func note(_ fact: Fact) -> StoreEntry {
        defer { now = WallTime(milliseconds: now.milliseconds + 1_000) }
        return dialOut.note(fact, at: now)
    }

    /// Its first fact, and what it is searched by.
    package mutating func accept() -> [StoreEntry] { [note(.accepted(dialOut.order, dialOut.decision)), .dialOut(dialOut.row)] }

    /// An attempt on a trunk of the operator.
    package mutating func dial(_ operatorID: String) -> StoreEntry {
        note(.dialling(.init(operator: operatorID, trunk: "t1", address: nil, callerID: dialOut.callerID!, callID: nil)))
    }

    /// Its last fact, and what it is searched by from then on.
    package mutating func end(_ ending: Ending = .cancelled) -> [StoreEntry] {
        [note(.ended(ending, sip: nil, phrase: nil)), .dialOut(dialOut.row)]
    }
}
