import Dialing

/// A script being run: its variables, and what it has made of the tenant so far.
struct ScriptRun {
    /// Runs of cmdlets in one script, each piped object counting.
    static let runLimit = 100_000
    /// Values that one script puts out, puts into arrays and takes from objects.
    static let outputLimit = 100_000
    /// UTF-8 bytes of texts in what one script puts out.
    static let outputSizeLimit = 64 << 20
    static let variableLimit = 1_000
    /// UTF-8 bytes of one text made from others.
    static let textLimit = 64 << 10

    var workspace: Workspace
    private var variables: [String: CmdletValue] = ["erroractionpreference": .text("Stop")]
    private var runs = 0
    private var outputs = 0
    private var outputSize = 0

    init(workspace: Workspace) { self.workspace = workspace }

    mutating func execute(_ statement: Script.Statement) -> CmdletResult {
        var result = CmdletResult(line: statement.line, command: statement.text)
        workspace.warnings = []
        do throws(CmdletError) {
            let values = try run(statement.pipeline)
            if let target = statement.target {
                try assign(values.count == 1 ? values[0] : values.isEmpty ? .null : .list(values), to: target)
            } else {
                outputSize += values.reduce(0) { $0 + $1.size }
                guard outputSize <= Self.outputSizeLimit else { throw limit("a script puts out up to \(Self.outputSizeLimit) bytes") }
                result.output = values.map { value in
                    if case .object(let object) = value { object } else { OutputObject(["Value": value]) }
                }
            }
        } catch {
            var error = error
            error.line = error.line ?? statement.line
            result.error = error
        }
        result.warnings = workspace.warnings
        return result
    }

    private mutating func assign(_ value: CmdletValue, to target: Script.Target) throws(CmdletError) {
        guard let property = target.property else {
            variables[target.variable] = value
            guard variables.count <= Self.variableLimit else { throw limit("a script has up to \(Self.variableLimit) variables") }
            return
        }
        guard case .object(var object)? = variables[target.variable],
            let index = object.properties.firstIndex(where: { $0.name.isSameName(as: property) })
        else {
            throw CmdletError(.invalidOperation, "PropertyNotFound", "$\(target.variable) has no property \(property)", at: target.place)
        }
        guard let text = value.text else {
            throw CmdletError(.invalidType, "PropertyNotText", "only one text can be set as a property", at: target.place)
        }
        object.properties[index].value = .text(text)
        variables[target.variable] = .object(object)
    }

    private mutating func run(_ pipeline: Script.Pipeline) throws(CmdletError) -> [CmdletValue] {
        var values: [CmdletValue] = []
        for (index, element) in pipeline.enumerated() {
            switch element {
            case .expression(let expression):
                guard index == 0 else {
                    throw CmdletError(
                        .invalidOperation, "ExpressionsMustBeFirstInPipeline", "only commands can follow a |", at: expression.place)
                }
                values = try evaluate(expression).items
            case .command(let command): values = try run(command, input: index == 0 ? nil : values)
            }
            try count(values)
        }
        return values
    }

    private mutating func run(_ command: Script.Command, input: [CmdletValue]?) throws(CmdletError) -> [CmdletValue] {
        guard let cmdlet = CmdletTable.named(command.name) else {
            let nearest = nearestName(to: command.name, among: CmdletTable.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            throw CmdletError(
                .objectNotFound, "CommandNotFoundException", "there is no cmdlet \(command.name)\(nearest)", at: command.place)
        }
        var given: [Binder.Given] = []
        for argument in command.arguments {
            switch argument {
            case .value(let expression): given.append(.value(try evaluate(expression), expression.place))
            case .parameter(let name, let value, let place):
                let value: CmdletValue? = if let value { try evaluate(value) } else { nil }
                given.append(.parameter(name, value: value, place))
            }
        }
        let arguments = try Binder.bind(given, to: cmdlet)
        do throws(CmdletError) {
            guard let input else { return try run(arguments) }
            if cmdlet.takesStream { return try run(arguments.taking(stream: input)) }
            var values: [CmdletValue] = []
            for value in input { values += try run(arguments.taking(piped: value)) }
            return values
        } catch {
            var error = error
            if error.line == nil { (error.line, error.column) = (command.place.line, command.place.column) }
            throw error
        }
    }

    private mutating func run(_ arguments: Arguments) throws(CmdletError) -> [CmdletValue] {
        runs += 1
        guard runs <= Self.runLimit else { throw limit("a script runs up to \(Self.runLimit) cmdlets") }
        if arguments.cmdlet.acceptsAnything { return try arguments.cmdlet.body(arguments, &workspace) }
        try arguments.checkRequired()
        if arguments.flag("Confirm") {
            throw .refused("-Confirm asks at a prompt, which a script has not; use -WhatIf to see what would happen", parameter: "Confirm")
        }
        let isTrial = arguments.flag("WhatIf") && arguments.cmdlet.changes
        let forgives = ["SilentlyContinue", "Ignore"].contains(arguments.text("ErrorAction"))
        guard isTrial || forgives else { return try arguments.cmdlet.body(arguments, &workspace) }
        let before = workspace
        do throws(CmdletError) {
            let values = try arguments.cmdlet.body(arguments, &workspace)
            guard isTrial else { return values }
            workspace.undo(to: before)
            let target = arguments.text(ifDeclared: "Identity") ?? workspace.tenant.displayName
            return [
                .object(OutputObject(["WhatIf": .text("Performing the operation \"\(arguments.cmdlet.name)\" on target \"\(target)\".")]))
            ]
        } catch {
            guard forgives else { throw error }
            workspace.undo(to: before)
            workspace.warn("passed over, as -ErrorAction says: \(error.message)")
            return []
        }
    }

    private mutating func evaluate(_ expression: Script.Expression) throws(CmdletError) -> CmdletValue {
        switch expression.form {
        case .null: return .null
        case .truth(let truth): return .truth(truth)
        case .text(let parts): return .text(try text(of: parts))
        case .variable(let name): return try variable(name, at: expression.place)
        case .property(let object, let name):
            let value = try property(name, of: try evaluate(object), at: expression.place)
            try count(value.items)
            return value
        case .pipeline(let pipeline):
            let values = try run(pipeline)
            return values.count == 1 ? values[0] : values.isEmpty ? .null : .list(values)
        case .list(let expressions):
            var items: [CmdletValue] = []
            for expression in expressions {
                items += try evaluate(expression).items
            }
            try count(items)
            return .list(items)
        case .table(let entries):
            var table: [String: CmdletValue] = [:]
            for entry in entries {
                let value = try evaluate(entry.value)
                for case .table in value.items {
                    throw CmdletError(.invalidType, "NestedHashtable", "a hashtable holds no other", at: entry.value.place)
                }
                table[entry.key] = value
            }
            return .table(table)
        }
    }

    private func text(of parts: [Script.TextPart]) throws(CmdletError) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .variable(let name, let place):
                guard let value = try variable(name, at: place).text else {
                    throw CmdletError(.invalidType, "NoText", "$\(name) is not one text, so it cannot stand in one", at: place)
                }
                text += value
                guard text.utf8.count <= Self.textLimit else { throw limit("a text has up to \(Self.textLimit) bytes") }
            }
        }
        return text
    }

    private func variable(_ name: String, at place: Script.Place) throws(CmdletError) -> CmdletValue {
        if let value = variables[name] { return value }
        let constants: [String: CmdletValue] = ["true": .truth(true), "false": .truth(false), "null": .null]
        if let value = constants[name] { return value }
        throw CmdletError(
            .objectNotFound, "VariableIsUndefined",
            "there is no variable $\(name); text with a $ in it belongs in single quotes", at: place)
    }

    private func property(_ name: String, of value: CmdletValue, at place: Script.Place) throws(CmdletError) -> CmdletValue {
        switch value {
        case .object(let object):
            if let property = object[name] { return property }
            let nearest = nearestName(to: name, among: object.properties.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            throw CmdletError(.invalidOperation, "PropertyNotFound", "there is no property \(name)\(nearest)", at: place)
        case .list(let items):
            if name.isSameName(as: "Count") { return .integer(items.count) }
            var values: [CmdletValue] = []
            for item in items { values += try property(name, of: item, at: place).items }
            return .list(values)
        case .table(let entries): return entries[name.lowercased()] ?? .null
        case .null: return name.isSameName(as: "Count") ? .integer(0) : .null
        case .text(let text) where name.isSameName(as: "Length"): return .integer(text.count)
        case .truth, .integer, .text:
            throw CmdletError(.invalidOperation, "PropertyNotFound", "there is no property \(name) in \(value.shown)", at: place)
        }
    }

    private mutating func count(_ values: [CmdletValue]) throws(CmdletError) {
        outputs += values.count
        guard outputs <= Self.outputLimit else { throw limit("a script makes up to \(Self.outputLimit) values") }
    }

    private func limit(_ message: String) -> CmdletError { CmdletError(.limitsExceeded, "LimitExceeded", message) }
}
