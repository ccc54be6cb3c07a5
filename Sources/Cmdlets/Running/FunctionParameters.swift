extension Block {
    /// What its parameters are to binding: in the order in which they are declared, unless some say their place.
    var specs: [ParameterSpec] {
        let isPlaced = !placesAll || parameters.contains { $0.position != nil }
        // Of several at one place that of the standard set comes first.
        let first = standardSet.map { set in parameters.filter { $0.belongs(to: set) } } ?? []
        let others = parameters.filter { parameter in !first.contains { $0.name == parameter.name } }
        return (first + others).map { parameter in
            let index = parameters.firstIndex { $0.name == parameter.name }
            return ParameterSpec(
                name: parameter.name, aliases: parameter.aliases, isSwitch: parameter.isSwitch,
                position: parameter.isSwitch ? nil : isPlaced ? parameter.position : index, takesRemaining: parameter.takesRemaining)
        }
    }

    /// The parameter set that arguments choose (about_Parameter_Sets), by the names of those that are given and of those that may be piped in;
    /// nil where no parameter names one.
    func set(chosenBy given: Set<String>, waiting: Set<String>, at place: Script.Place) throws(Stop) -> String? {
        var names: [String] = []
        for (name, _) in parameters.flatMap(\.sets) where !names.contains(where: { $0.isSameName(as: name) }) { names.append(name) }
        guard !names.isEmpty else { return nil }
        names.removeAll { name in parameters.contains { given.contains($0.name) && !$0.belongs(to: name) } }
        if names.count > 1, let standard = standardSet, names.contains(where: { $0.isSameName(as: standard) }) { return standard }
        if names.count > 1 {
            names.removeAll { name in
                parameters.contains { $0.belongs(to: name) && $0.isMandatory(in: name) && !given.union(waiting).contains($0.name) }
            }
        }
        guard names.count == 1 else {
            throw .failure(
                .invalidArgument, "AmbiguousParameterSet",
                "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or "
                    + "an insufficient number of parameters were provided.", at: place)
        }
        return names[0]
    }
}

extension Interpreter {
    static let cmdletType = "System.Management.Automation.PSScriptCmdlet"
    /// Where ``cmdletType`` has its `ConfirmImpact`.
    private static let impact = " impact"

    /// Of the function that a `$PSCmdlet` is of.
    func impact(of cmdlet: ObjectBox) -> Impact {
        cmdlet.hidden.first { $0.name == Self.impact }.flatMap { Impact(rawValue: $0.value.text) } ?? .medium
    }

    /// Sets the parameters of a function in its scope.
    func declare(
        _ block: Block, _ bound: BoundArguments, in inner: Scope, of name: String, waiting: Set<String>, at place: Script.Place
    ) throws(Stop) {
        let given = TableBox(), chosen = try block.set(chosenBy: Set(bound.values.keys), waiting: waiting, at: place)
        for parameter in block.parameters {
            if let argument = bound.values[parameter.name.lowercased()] {
                let isText = if case .text? = parameter.type?.kind { true } else { false }
                let value = isText ? argument.word.map { .text($0) } ?? argument.value : argument.value
                try put(value, into: parameter, of: inner, at: place)
                given[parameter.name] = inner.variables[parameter.name]?.value
            } else if waiting.contains(parameter.name) {
                inner.variables[parameter.name] = Scope.Slot(value: .null, type: nil)
            } else if parameter.isMandatory(in: chosen), chosen.map(parameter.belongs) ?? true {
                throw .failure(.invalidArgument, "MissingMandatoryParameter", "\(name) needs -\(parameter.name)", at: place)
            } else {
                let value = try within(inner) { () throws(Stop) in
                    try parameter.initial.map { initial throws(Stop) in try evaluate(initial).held }
                }
                inner.variables[parameter.name] = Scope.Slot(
                    value: try value.map { value throws(Stop) in try typed(value, parameter, at: place) } ?? Self.standard(parameter),
                    type: parameter.type)
            }
        }
        inner.set("psboundparameters", keep(.table(given)))
        inner.set("args", keep(.list(bound.rest)))
        let invocation = Value.object(
            invocation(
                of: name, [("BoundParameters", .table(given)), ("UnboundArguments", .list(bound.rest)), ("InvocationName", .text(name))]))
        inner.set("myinvocation", keep(invocation))
        if block.isAdvanced {
            let cmdlet = ObjectBox(
                ["ParameterSetName": .text(chosen ?? Parameter.allSets), "MyInvocation": invocation], typeName: Self.cmdletType)
            cmdlet.hidden = [ObjectBox.Property(name: Self.impact, value: .text(block.impact.rawValue))]
            inner.set("pscmdlet", .object(cmdlet))
        }
    }

    /// `$MyInvocation`, which has what stands here and refuses what else PowerShell tells.
    func invocation(of name: String, _ more: [(String, Value)] = []) -> ObjectBox {
        func object(_ properties: [(String, Value)], _ type: String, display: String? = nil) -> ObjectBox {
            ObjectBox(
                properties.map { ObjectBox.Property(name: $0.0, value: $0.1) }, typeName: "System.Management.Automation." + type,
                display: display, isOfService: true)
        }
        let path = Value.text(client.name)
        let command = object([("Name", .text(name)), ("Path", path), ("Definition", path)], "CommandInfo", display: name)
        return object(
            [
                ("MyCommand", .object(command)), ("ScriptName", path), ("PSCommandPath", path),
                ("PSScriptRoot", root.variables["psscriptroot"]?.value ?? .null), ("Line", .text("")),
            ] + more, "InvocationInfo")
    }

    /// What a parameter is that was not given.
    private static func standard(_ parameter: Parameter) -> Value {
        switch parameter.type?.kind {
        case .text?: .text("")
        case .integer?: .integer(0)
        case .real?: .real(0)
        case .truth?, .switched?: .truth(false)
        default: .null
        }
    }

    private func typed(_ value: Value, _ parameter: Parameter, at place: Script.Place) throws(Stop) -> Value {
        guard let type = parameter.type else { return value.held }
        return try converted(value, to: type, at: place)
    }

    func put(_ value: Value, into parameter: Parameter, of inner: Scope, at place: Script.Place) throws(Stop) {
        let value = try typed(value, parameter, at: place)
        if parameter.isMandatory(in: nil), let why = Self.emptiness(of: value, parameter) {
            throw .failure(
                .invalidData, "ParameterArgumentValidationError",
                "Cannot bind argument to parameter '\(parameter.name)' because it is \(why).",
                at: place)
        }
        for check in parameter.checks { try self.check(value, check, parameter, at: place) }
        inner.variables[parameter.name] = Scope.Slot(value: value, type: parameter.type)
    }

    /// Why a value does not do for a parameter that must be given.
    private static func emptiness(of value: Value, _ parameter: Parameter) -> String? {
        func fault(_ value: Value, isText: Bool) -> String? {
            if value.isNull { return parameter.allowed.contains(.null) ? nil : "null" }
            return isText && value.text.isEmpty && !parameter.allowed.contains(.text) ? "an empty string" : nil
        }
        switch (parameter.type?.kind, value) {
        case (.text?, _): return fault(value, isText: true)
        case (.array(let item)?, .array(let box)):
            if box.items.isEmpty { return parameter.allowed.contains(.collection) ? nil : "an empty array" }
            return box.items.lazy.compactMap { fault($0, isText: item == .text) }.first
        case (.list?, .array(let box)):
            return box.items.isEmpty && !parameter.allowed.contains(.collection) ? "an empty collection" : nil
        default: return fault(value, isText: false)
        }
    }

    private func check(_ value: Value, _ check: Parameter.Check, _ parameter: Parameter, at place: Script.Place) throws(Stop) {
        func refuse(_ rule: String) -> Stop {
            .failure(
                .invalidData, "ParameterArgumentValidationError", "-\(parameter.name) \(rule), not \(String(value.text.prefix(80)))",
                at: place)
        }
        switch check {
        case .set(let allowed):
            for item in value.items where try !holds(.list(allowed), item, false, at: place) {
                throw refuse("is one of \(allowed.map(\.text).joined(separator: ", "))")
            }
        case .range(let low, let high):
            for item in value.items {
                guard try order(item, low, at: place) >= 0, try order(item, high, at: place) <= 0 else {
                    throw refuse("is from \(low.text) to \(high.text)")
                }
            }
        case .length(let low, let high):
            for item in value.items where !(low...high).contains(item.text.count) { throw refuse("has \(low) to \(high) characters") }
        case .count(let low, let high):
            if !(low...high).contains(value.items.count) { throw refuse("has \(low) to \(high) items") }
        case .pattern(let source):
            let search = try search(source, isCaseSensitive: false, at: place)
            for item in value.items where try first(search, in: Array(item.text.utf8), at: place) == nil {
                throw refuse("matches \(source)")
            }
        case .script(let block):
            let before = scope.variables["_"]
            defer { scope.variables["_"] = before }
            for item in value.items {
                scope.variables["_"] = Scope.Slot(value: item, type: nil)
                if try !Value(gathered: values(of: block.statements)).isTrue { throw refuse("holds { \(block.text.trimmed) }") }
            }
        case .notNull: if value.isNull { throw refuse("is a value") }
        case .notNullOrEmpty: if value.isNull || value.text.isEmpty || value.items.isEmpty { throw refuse("is not empty") }
        }
    }
}
