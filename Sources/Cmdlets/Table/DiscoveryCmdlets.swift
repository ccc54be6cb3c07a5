import Dialing

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
                body: getHelp),
            Cmdlet(
                "Select-Object", "Picks properties, or the first objects", takesStream: true,
                [
                    CmdletParameter("Property", .texts, .positional), .text("ExpandProperty"),
                    CmdletParameter("First", .integer(0...Int(Int32.max))),
                    CmdletParameter("Last", .integer(0...Int(Int32.max))),
                ], body: select),
            Cmdlet("Out-Null", "Drops what is piped in", takesStream: true, [], body: { _, _ in [] }),
            Cmdlet(
                "Write-Host", "Puts out a text", [.text("Object", .positional), CmdletParameter("ForegroundColor", .ignored)], body: write),
            Cmdlet(
                "Write-Output", "Puts out a text", [.text("InputObject", .positional)],
                body: { given, _ in [.text(given.text("InputObject") ?? "")] }),
        ]
        + ["Format-List", "Format-Table"].map { name in
            Cmdlet(
                name, "Picks properties", takesStream: true,
                [CmdletParameter("Property", .texts, .positional), .toggle("AutoSize"), .toggle("Wrap")], body: format)
        }
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

    private static func getCommand(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        let wildcard = given.text("Name") ?? "*"
        let found = CmdletTable.all.filter { $0.name.matches(wildcard: wildcard) }.sorted { $0.name < $1.name }
        guard !found.isEmpty else { throw .notFound("Name", "there is no cmdlet \(wildcard)") }
        return found.map { cmdlet in
            .object(OutputObject(["Name": .text(cmdlet.name), "Synopsis": .text(cmdlet.synopsis), "Parameters": .texts(cmdlet.usage)]))
        }
    }

    private static func getHelp(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        guard let name = given.text("Name") else {
            return [
                .object(
                    OutputObject(["Name": .text("Get-Help"), "Synopsis": .text("Get-Command lists the cmdlets; Get-Help NAME shows one")]))
            ]
        }
        guard let cmdlet = CmdletTable.named(name) else {
            let nearest = nearestName(to: name, among: CmdletTable.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            throw .notFound("Name", "there is no cmdlet \(name)\(nearest)")
        }
        let syntax = ([cmdlet.name] + cmdlet.usage).joined(separator: " ")
        return [.object(OutputObject(["Name": .text(cmdlet.name), "Synopsis": .text(cmdlet.synopsis), "Syntax": .text(syntax)]))]
    }

    private static func write(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        [.text(given.text("Object") ?? "")]
    }

    private static func format(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        given.stream.map { pick($0, given.texts("Property") ?? ["*"]) }
    }

    private static func select(_ given: Arguments, _ workspace: inout Workspace) throws(CmdletError) -> [CmdletValue] {
        var values = Array(given.stream.prefix(given.integer("First") ?? .max))
        if let last = given.integer("Last") { values = values.suffix(last) }
        guard let name = given.text("ExpandProperty") else { return values.map { pick($0, given.texts("Property") ?? ["*"]) } }
        var expanded: [CmdletValue] = []
        for value in values {
            guard case .object(let object) = value, let property = object[name] else {
                throw .notFound("ExpandProperty", "there is no property \(name)")
            }
            expanded += property.items
        }
        return expanded
    }

    private static func pick(_ value: CmdletValue, _ names: [String]) -> CmdletValue {
        guard case .object(let object) = value else { return value }
        return .object(
            OutputObject(properties: object.properties.filter { property in names.contains { property.name.matches(wildcard: $0) } }))
    }
}

extension Cmdlet {
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
