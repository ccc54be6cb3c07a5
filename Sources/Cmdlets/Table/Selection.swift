import Dialing

/// Which of several named things a `Get-` cmdlet is asked for.
extension Arguments {
    /// Those whose identity is `-Identity`, or matches `-Filter`, or all. `identity` is how a thing is printed; `Tag:` may be left out.
    func selected<Thing>(from things: [Thing], _ kind: String, identity: (Thing) -> String) throws(CmdletError) -> [Thing] {
        if let wanted = text("Identity") {
            let found = things.filter { Self.sameIdentity(identity($0), wanted) }
            guard !found.isEmpty else { throw .notFound("Identity", kind, wanted, among: things.map { identity($0).withoutTag }) }
            return found
        }
        guard let filter = text("Filter") else { return things }
        let wildcard = Wildcard(filter)
        return things.filter { wildcard.matches(identity($0)) }
    }

    private static func sameIdentity(_ identity: String, _ wanted: String) -> Bool {
        identity.isSameName(as: wanted) || identity.isSameName(as: "Tag:" + wanted)
    }

    /// `-Identity` without `Tag:`.
    func name(_ parameter: String = "Identity", orElse standard: String? = nil) throws(CmdletError) -> String {
        guard let given = text(parameter) ?? standard else { return try required(parameter).withoutTag }
        return given.withoutTag
    }

    /// `-Identity` of a policy that is being made, without `Tag:`, which stands before it once.
    func newPolicyName(limit: Int = TenantLimits.name) throws(CmdletError) -> String {
        let name = try name().checkedAsName("Identity", limit: limit)
        guard !name.hasTag else { throw .invalid("Identity", "-Identity has Tag: in front once, or not at all") }
        return name
    }
}

extension String {
    /// The name, if it may be one: not empty, not too long, without control characters.
    func checkedAsName(_ parameter: String, limit: Int = TenantLimits.name) throws(CmdletError) -> String {
        guard (1...limit).contains(utf8.count), !utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw .invalid(parameter, "-\(parameter) has 1 to \(limit) bytes and no control characters")
        }
        return self
    }

    /// A number as cmdlets take it: `E.164`, `+E.164` or `tel:E.164`, separators or none (domain reference §5.3).
    func asNumber(_ parameter: String) throws(CmdletError) -> E164 {
        guard let number = E164(written: self) else {
            throw .invalid(parameter, "\(self) is not an E.164 number: a plus, then 2 to 15 digits, the first not 0")
        }
        return number
    }
}

extension ListChange {
    /// The list of names after the change, none twice whatever its case. Adding what is there is an error, removing what is not a warning
    /// (domain reference §8.1).
    func applied(to list: [String], _ parameter: String, _ workspace: inout Workspace) throws(CmdletError) -> [String] {
        guard let change = texts else { throw .invalid(parameter, "-\(parameter) takes texts") }
        var result = change.replaces ? [] : list
        var names = Set(result.map { $0.lowercased() })
        for name in change.remove {
            if names.remove(name.lowercased()) == nil { workspace.warn("\(name) is not in -\(parameter); nothing was removed for it") }
        }
        result.removeAll { !names.contains($0.lowercased()) }
        for name in change.add {
            let name = try name.checkedAsName(parameter)
            guard names.insert(name.lowercased()).inserted else {
                throw .exists(parameter, change.replaces ? "\(name) stands twice in -\(parameter)" : "\(name) is already present")
            }
            result.append(name)
        }
        return result
    }
}
