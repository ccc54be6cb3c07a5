extension Cmdlet {
    /// What `Get-Help` puts out.
    var helpObject: OutputObject {
        let taken = acceptsAnything ? [] : parameters
        var position = 0
        let rows = taken.map { parameter -> CmdletValue in
            let isPositional = parameter.options.contains(.positional)
            if isPositional { position += 1 }
            return .object(
                OutputObject([
                    "Name": .text(parameter.name), "Type": .text(parameter.typeName),
                    "Required": .truth(parameter.options.contains(.required)),
                    "Position": isPositional ? .integer(position) : .text("named"),
                    "Pipeline": .truth(parameter.options.contains(.pipeline)), "Description": .text(meaning(of: parameter)),
                ]))
        }
        return OutputObject([
            "Name": .text(name), "Synopsis": .text(synopsis), "Description": .text(help?.description ?? synopsis),
            "Syntax": .text(([name] + usage).joined(separator: " ")), "Parameters": .list(rows),
            "Examples": .list(CmdletHelp.rows(help?.examples ?? [])),
            "CommonParameters": .texts(common.filter { $0.kind.isHeld }.map { "-" + $0.name }),
        ])
    }
}

extension CmdletHelp {
    fileprivate static func rows(_ examples: [Example]) -> [CmdletValue] {
        examples.map { .object(OutputObject(["Code": .text($0.code), "Description": .text($0.says)])) }
    }
}

extension CmdletParameter.Kind {
    /// Whether it does something here.
    var isHeld: Bool {
        switch self {
        case .ignored, .notHeld: false
        case .text, .texts, .listChange, .integer, .limit, .truth, .toggle, .choice, .value: true
        }
    }
}

extension Utility {
    /// What `Get-Help` puts out.
    var helpObject: OutputObject {
        let rows = parameters.map { spec -> CmdletValue in
            .object(
                OutputObject([
                    "Name": .text(spec.name),
                    "Type": .text(spec.isSwitch ? "SwitchParameter" : spec.takesRemaining ? "Object[]" : "Object"),
                    "Required": .truth(false), "Position": spec.position.map { .integer($0 + 1) } ?? .text("named"),
                    "Pipeline": .truth(spec.name == "InputObject"),
                    "Description": .text(meaning(of: spec)),
                ]))
        }
        return OutputObject([
            "Name": .text(name), "Synopsis": .text(synopsis), "Description": .text(help?.description ?? synopsis),
            "Syntax": .text(([name] + usage).joined(separator: " ")), "Parameters": .list(rows),
            "Examples": .list(CmdletHelp.rows(help?.examples ?? [])),
            "CommonParameters": .texts(common.map { "-" + $0.name }),
        ])
    }
}

extension OutputObject {
    /// Help as a person reads it.
    var helpText: String {
        func text(_ name: String) -> String { self[name]?.text ?? "" }
        var lines = ["NAME", "    " + text("Name"), "", "SYNOPSIS", "    " + text("Synopsis")]
        guard self["Syntax"] != nil else { return lines.joined(separator: "\n") }
        lines += ["", "SYNTAX", "    " + text("Syntax"), "", "DESCRIPTION", "    " + text("Description"), "", "PARAMETERS"]
        for case .object(let row) in self["Parameters"]?.items ?? [] {
            func cell(_ name: String) -> String { row[name]?.text ?? "" }
            let isSwitch = cell("Type") == "SwitchParameter"
            lines.append("    -\(cell("Name"))" + (isSwitch ? " [<SwitchParameter>]" : " <\(cell("Type"))>"))
            if !cell("Description").isEmpty { lines.append("        " + cell("Description")) }
            lines += [
                "        Required? \(cell("Required").lowercased())   Position? \(cell("Position"))   Pipeline? \(cell("Pipeline").lowercased())",
                "",
            ]
        }
        lines += ["    and what every cmdlet takes: " + (self["CommonParameters"]?.items ?? []).compactMap(\.text).joined(separator: ", ")]
        for (index, item) in (self["Examples"]?.items ?? []).enumerated() {
            guard case .object(let example) = item else { continue }
            lines += [
                "", "EXAMPLE \(index + 1)", "    PS> " + (example["Code"]?.text ?? ""), "    " + (example["Description"]?.text ?? ""),
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
