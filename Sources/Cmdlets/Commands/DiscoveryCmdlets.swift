import Basis

/// What scripts use besides cmdlets of the service: help, choosing properties, and lines that only a session with the original needs.
enum DiscoveryCmdlets {
    static let all =
        [
            Cmdlet(
                "Get-Command", "Lists the cmdlets with their parameters",
                [.text("Name", [.positional, .pipeline]), CmdletParameter("Module", .ignored)], body: getCommand),
            Cmdlet(
                "Get-Help", "Shows what a cmdlet does and takes",
                [.text("Name", [.positional, .pipeline]), .toggle("Full"), .toggle("Detailed"), .toggle("Examples"), .toggle("Online")],
                view: \.helpText, body: getHelp),
        ]
        + [
            "Connect-MicrosoftTeams", "Disconnect-MicrosoftTeams", "Import-Module", "Install-Module", "Update-Module",
            "Set-ExecutionPolicy",
        ].map(idle)

    /// Scripts written for the original begin with these; nothing is to be done.
    private static func idle(_ name: String) -> Cmdlet {
        Cmdlet(name, "Does nothing here", [CmdletParameter("*", .ignored)]) { (_, workspace) throws(CmdletError) in
            workspace.warn("\(name) does nothing here: the session is there already")
            return []
        }
    }

    /// A command of either kind, as help shows it.
    private struct Entry {
        let name: String
        let synopsis: String
        let usage: [String]
        let parameters: [ParameterEntry]

        static let all =
            (CmdletTable.all.filter { $0.whyNotHeld == nil }.map {
                Entry(name: $0.name, synopsis: $0.synopsis, usage: $0.usage, parameters: $0.entries)
            }
            + UtilityTable.all.map { Entry(name: $0.name, synopsis: $0.synopsis, usage: $0.usage, parameters: $0.entries) })
            .sorted { $0.name < $1.name }

        /// As `(Get-Command Name).Parameters` has them: a dictionary by their names.
        var shown: CmdletValue {
            var table = OutputObject(properties: parameters.map { OutputObject.Property(name: $0.name, value: $0.shown) })
            table.isDictionary = true
            return .object(table)
        }
    }

    private static func getCommand(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let wildcard = given.text("Name") ?? "*"
        let pattern = Wildcard(wildcard)
        let found = Entry.all.filter { pattern.matches($0.name) }
        guard !found.isEmpty else { throw .notFound("Name", "there is no cmdlet \(wildcard)") }
        return found.map { entry in
            .object(
                OutputObject([
                    "Name": .text(entry.name), "Synopsis": .text(entry.synopsis),
                    "Definition": .text(([entry.name] + entry.usage).joined(separator: " ")), "Parameters": entry.shown,
                ]))
        }
    }

    private static func getHelp(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        guard let name = given.text("Name") else {
            return [
                .object(
                    OutputObject([
                        "Name": .text("Get-Help"), "Synopsis": .text("Get-Command lists the cmdlets; Get-Help NAME shows one"),
                    ]))
            ]
        }
        if let cmdlet = CommandSet.all.cmdlet(name) { return [.object(cmdlet.helpObject)] }
        if let utility = CommandSet.all.utility(name) { return [.object(utility.helpObject)] }
        let nearest = nearestName(to: name, among: CommandSet.all.names).map { "; did you mean \($0)?" } ?? ""
        throw .notFound("Name", "there is no cmdlet \(name)\(nearest)")
    }
}

/// One parameter of a command.
struct ParameterEntry {
    let name: String
    let typeName: String
    let aliases: [String]

    fileprivate var shown: CmdletValue {
        .object(
            OutputObject(
                [
                    "Name": .text(name), "ParameterType": .text(typeName), "SwitchParameter": .truth(typeName == "SwitchParameter"),
                    "Aliases": .texts(aliases),
                ], display: "System.Management.Automation.ParameterMetadata"))
    }

    fileprivate init(_ spec: ParameterSpec) {
        (name, aliases) = (spec.name, spec.aliases)
        typeName = spec.isSwitch ? "SwitchParameter" : "Object"
    }

    fileprivate init(_ parameter: CmdletParameter) { (name, typeName, aliases) = (parameter.name, parameter.typeName, []) }
}

extension Utility {
    fileprivate var entries: [ParameterEntry] { (parameters + common).map { ParameterEntry($0) } }

    /// The parameters in the notation of PowerShell's help.
    var usage: [String] {
        parameters.map { spec in
            let name = spec.position == nil ? "-\(spec.name)" : "[-\(spec.name)]"
            return spec.isSwitch ? "[\(name)]" : "[\(name) <Object\(spec.takesRemaining ? "[]" : "")>]"
        }
    }
}

extension Cmdlet {
    fileprivate var entries: [ParameterEntry] {
        guard !acceptsAnything else { return [] }
        let own = parameters.filter { parameter in if case .notHeld = parameter.kind { false } else { true } }
        return own.map { ParameterEntry($0) } + CommonArguments.specs(changes: changes).map { ParameterEntry($0) }
    }

    /// The parameters in the notation of PowerShell's help.
    var usage: [String] {
        guard !acceptsAnything else { return [] }
        return parameters.filter { parameter in if case .notHeld = parameter.kind { false } else { true } }.map { parameter in
            let name = parameter.options.contains(.positional) ? "[-\(parameter.name)]" : "-\(parameter.name)"
            let full = parameter.kind == .toggle ? name : "\(name) <\(parameter.typeName)>"
            return parameter.options.contains(.required) ? full : "[\(full)]"
        }
    }
}
