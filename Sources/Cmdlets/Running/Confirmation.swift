/// What a command asks before it changes something (about_Functions_CmdletBindingAttribute, SupportsShouldProcess); an answer to all holds
/// until the command ends.
final class Confirmation {
    private let run: Interpreter
    private let common: CommonArguments
    private let impact: Impact
    /// What was said to all that follow: `A` or `L`.
    private var forAll: Bool?

    init(_ run: Interpreter, _ common: CommonArguments = CommonArguments(), impact: Impact = .medium) {
        (self.run, self.common, self.impact) = (run, common, impact)
    }

    /// Whether it is only to be told what would be done.
    var isTrial: Bool { common.whatIf ?? (run.scope.slot("whatifpreference")?.value.isTrue ?? false) }

    func isGiven(_ operation: @autoclosure () -> String, isForced: Bool) throws(Stop) -> Bool {
        let asks = common.confirm ?? (!isForced && impact.asks(at: run.preference("confirmpreference")))
        guard asks else { return true }
        if let forAll { return forAll }
        switch try run.confirm(operation()) {
        case .yes: return true
        case .yesToAll: forAll = true
        case .noToAll: forAll = false
        case .no: return false
        }
        return forAll ?? false
    }

    /// Whether a change is to be made now: told under `-WhatIf`, asked for under `-Confirm`.
    func allows(_ action: String, on target: @autoclosure () -> String) throws(Stop) -> Bool {
        guard isTrial else { return try isGiven(Self.operation(action, on: target()), isForced: false) }
        try run.plan(Self.operation(action, on: target()))
        return false
    }

    static func operation(_ action: String, on target: String) -> String {
        "Performing the operation \"\(action)\" on target \"\(target)\"."
    }
}

extension Interpreter {
    enum Answer { case yes, yesToAll, no, noToAll }

    func confirm(_ operation: String) throws(Stop) -> Answer {
        let question = Need.Question(
            prompt: "Confirm: Are you sure you want to perform this action? \(operation) [Y] Yes [A] Yes to All [N] No [L] No to All",
            kind: .confirm)
        switch try client.answer(to: question).lowercased() {
        case "", "y", "yes": return .yes
        case "a", "yes to all": return .yesToAll
        case "n", "no": return .no
        case "l", "no to all": return .noToAll
        case let other: throw .argument("the answer to a confirmation is Y, A, N or L, not \(other)")
        }
    }

    /// What `-WhatIf` would have done, shown at once.
    func plan(_ operation: String) throws(Stop) {
        let box = ObjectBox(["WhatIf": .text(operation)], typeName: "WhatIf")
        box.view = .line("What if: " + operation)
        try put(out: .object(box))
    }
}
