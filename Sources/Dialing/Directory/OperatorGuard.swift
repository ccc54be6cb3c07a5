extension Operator {
    /// Refuses what is not the asker's to change: an operator has of itself what the platform leaves to it, and others nothing.
    func judgeSettings(before: Operator?, by asker: Asker) throws(InvalidChange) {
        let own: String
        switch asker {
        case .store, .platform: return
        case .operator(let id): own = id
        case .administrator, .importer: own = ""
        }
        func refused(_ field: String, _ rule: String, _ kind: InvalidChange.Kind = .forbidden) -> InvalidChange {
            InvalidChange(document: "operator \(id)", field: field, rule: rule, kind: kind)
        }
        guard let before, own == id else { throw refused("id", "an operator is the platform's to make and to change") }
        var rest = self
        rest.trunks = before.trunks
        guard rest == before else { throw refused("id", "but for its trunks an operator is the platform's to change") }
        guard trunks.map(\.name) == before.trunks.map(\.name) else { throw refused("trunks", "are the platform's to add and to remove") }
        for (trunk, old) in zip(trunks, before.trunks) {
            guard let refusal = trunk.refusal(before: old, trunkSettings ?? Self.usualTrunkSettings) else { continue }
            throw refused("trunks[\(trunk.name)].\(refusal.field)", refusal.rule, refusal.kind)
        }
    }
}

extension Trunk {
    /// Why the operator may not make it this out of what it was, by field; nil where it may.
    fileprivate func refusal(before: Trunk, _ allowed: [Setting]) -> (field: String, rule: String, kind: InvalidChange.Kind)? {
        var permitted = before
        for setting in allowed { permitted.take(setting, from: self) }
        if permitted != self {
            let refused = Setting.allCases.first { setting in
                var more = permitted
                more.take(setting, from: self)
                return more != permitted
            }
            let left = allowed.isEmpty ? "nothing" : allowed.map(\.rawValue).joined(separator: ", ")
            return (refused?.rawValue ?? "name", "is the platform's to set, which leaves \(left) to the operator", .forbidden)
        }
        for (field, own, most) in [
            ("maxConcurrentCalls", ownLimits?.maxConcurrentCalls, maxConcurrentCalls),
            ("maxCallsPerSecond", ownLimits?.maxCallsPerSecond, maxCallsPerSecond),
        ] {
            if let own, let most, own > most, permitted.ownLimits != before.ownLimits {
                return (field, "is at most \(most), the platform's own limit, not \(own)", .invalid)
            }
        }
        return nil
    }
}
