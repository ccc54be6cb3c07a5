import Dialing

/// What a `Set-` cmdlet says where a change that seems to be asked for is none: of what is piped in it takes the identity alone.
struct PipedChanges {
    private let cmdlet: Cmdlet
    /// What changes something.
    private let settable: [CmdletParameter]
    private static let choosing: Set<String> = ["Identity", "BridgeId", "BridgeName"]

    /// Nil for cmdlets of other verbs.
    init?(_ cmdlet: Cmdlet) {
        guard cmdlet.changes, cmdlet.name.hasPrefix("Set-") else { return nil }
        self.cmdlet = cmdlet
        let piped = cmdlet.pipelineParameter.flatMap { $0.kind == .value ? nil : $0.name }
        settable = cmdlet.offered.filter { $0.name != piped && !Self.choosing.contains($0.name) }
    }

    /// A warning, where there is something to say; what would change nothing although it differs is refused.
    func check(_ arguments: Arguments, piped: CmdletValue?, _ workspace: Workspace) throws(CmdletError) -> String? {
        guard !settable.isEmpty else { return nil }
        let isGiven = settable.contains { arguments[$0] != nil }
        let edited = edited(in: piped, arguments, workspace)
        guard let first = edited.first else {
            let names = enumeration(settable.map { "-" + $0.name }, limit: 8)
            return isGiven ? nil : "\(cmdlet.name) is given nothing to change; it takes \(names)"
        }
        let loss =
            "\(cmdlet.name) takes the identity alone from what is piped in, whose \(enumeration(edited)) "
            + (edited.count == 1 ? "is" : "are") + " not what is kept"
        let mend = "give each as a parameter, such as -\(first) $_.\(first) within ForEach-Object { }"
        guard isGiven else { throw CmdletError(.invalidArgument, "InputObjectNotBound", "\(loss), so nothing would change; \(mend)") }
        return "\(loss) and does not change by this; \(mend)"
    }

    /// Properties of an object that differ from those that are kept, where a parameter of their name is not given.
    private func edited(in piped: CmdletValue?, _ arguments: Arguments, _ workspace: Workspace) -> [String] {
        guard case .object(let object)? = piped, let identity = arguments.text(ifDeclared: "Identity") else { return [] }
        let open = settable.filter { arguments[$0] == nil && object[$0.name] != nil }.map(\.name)
        guard !open.isEmpty, let kept = kept(identity, workspace) else { return [] }
        return open.filter { name in
            guard let value = object[name], let before = kept[name] else { return false }
            return !Self.isSame(value, before)
        }
    }

    private func kept(_ identity: String, _ workspace: Workspace) -> OutputObject? {
        guard let get = CommandSet.all.cmdlet("Get-" + cmdlet.name.dropFirst(4)), get.whyNotHeld == nil,
            let parameter = get.parameters.first(where: { $0.name == "Identity" })
        else { return nil }
        var given = Arguments(of: get), workspace = workspace
        given[parameter] = .text(identity)
        guard case .object(let object)? = try? get.body(given, &workspace).first else { return nil }
        return object
    }

    /// Cells of a CSV are texts, and there a list is the name of its type.
    private static func isSame(_ left: CmdletValue, _ right: CmdletValue) -> Bool {
        if left.text?.hasPrefix("System.") ?? false { return true }
        func shown(_ value: CmdletValue) -> [String] { value.items.map(\.shown).filter { !$0.isEmpty } }
        return shown(left) == shown(right)
    }
}
