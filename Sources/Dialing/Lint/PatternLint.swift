internal import Patterns

extension Lint {
    /// Patterns that are not what they seem, and those that only PCRE2 can decide.
    func patterns() -> [LintFinding] {
        var known: [String: [(reason: String, mend: String)]] = [:]
        return document.voiceRoutes.elements.flatMap { route in
            let told = known[route.numberPattern] ?? Self.faults(of: pattern(of: route.numberPattern))
            known[route.numberPattern] = told
            return told.map { fault in
                LintFinding(
                    object: "route \(route.name)", reason: "The pattern \(route.numberPattern) \(fault.reason).",
                    mend: fault.mend.prefix(1).uppercased() + fault.mend.dropFirst() + ".")
            }
        }
    }

    /// A pattern that matches nothing has that one fault, with what made it so.
    private static func faults(of pattern: Pattern) -> [(reason: String, mend: String)] {
        let findings = pattern.findings
        if findings.first == .matchesNoNumber {
            let cause = findings.dropFirst().first
            return [(PatternFinding.matchesNoNumber.reason + (cause.map { ": it \($0.reason)" } ?? ""), (cause ?? findings[0]).mend)]
        }
        let faults = findings.map { (reason: $0.reason, mend: $0.mend) }
        guard !pattern.isDecidedByAutomaton else { return faults }
        return faults + [
            (
                "is asked of PCRE2 one call at a time, since no automaton can decide it",
                "write it with literals, classes, groups and counts alone, if decisions are to stay as fast as they can be"
            )
        ]
    }
}
