import Basis
import Dialing

/// One argument after evaluation.
enum Given {
    /// `word` is what was written without quotes: `+14255550100` is a number, and text where text is wanted.
    case named(String, Value?, word: String?, Script.Place)
    case positional(Value, word: String?, Script.Place)
}

/// What a function or a utility takes, for binding (about_Parameters).
struct ParameterSpec: Sendable {
    let name: String
    var aliases: [String] = []
    var isSwitch = false
    var position: Int?
    var takesRemaining = false
}

/// Arguments with the parameters that they belong to.
struct BoundArguments {
    struct Bound {
        var value: Value
        var word: String?
    }
    /// By the parameter's name in lower case.
    var values: [String: Bound] = [:]
    /// What found no place.
    var rest: [Value] = []
    var common = CommonArguments()

    subscript(name: String) -> Value? { values[name.lowercased()]?.value }

    func text(_ name: String) -> String? { self[name].flatMap { $0.isNull ? nil : $0.text } }
    func isOn(_ name: String) -> Bool { self[name]?.isTrue ?? false }
    func has(_ name: String) -> Bool { values[name.lowercased()] != nil }
}

/// What every command takes (about_CommonParameters).
struct CommonArguments {
    enum Action: String { case stop, `continue`, silentlyContinue = "silentlycontinue", ignore }
    var errorAction = Action.stop
    var warningAction = Action.continue
    var errorVariable: String?
    var warningVariable: String?
    var outVariable: String?
    /// Of `Write-Information` and `Write-Host` alone.
    var informationVariable: String?
    var whatIf: Bool?
    var confirm: Bool?
    var verbose: Bool?

    private static let specs = [
        ParameterSpec(name: "ErrorAction", aliases: ["ea"]), ParameterSpec(name: "ErrorVariable", aliases: ["ev"]),
        ParameterSpec(name: "WarningAction", aliases: ["wa"]), ParameterSpec(name: "WarningVariable", aliases: ["wv"]),
        ParameterSpec(name: "InformationAction", aliases: ["infa"]), ParameterSpec(name: "InformationVariable", aliases: ["iv"]),
        ParameterSpec(name: "ProgressAction", aliases: ["proga"]), ParameterSpec(name: "OutVariable", aliases: ["ov"]),
        ParameterSpec(name: "OutBuffer", aliases: ["ob"]), ParameterSpec(name: "Verbose", aliases: ["vb"], isSwitch: true),
        ParameterSpec(name: "Debug", aliases: ["db"], isSwitch: true),
    ]

    /// What a command takes besides its own parameters.
    static func specs(changes: Bool) -> [ParameterSpec] { changes ? specs + ofChanges : specs }

    private static let ofChanges = [
        ParameterSpec(name: "WhatIf", aliases: ["wi"], isSwitch: true), ParameterSpec(name: "Confirm", aliases: ["cf"], isSwitch: true),
    ]
}

extension Interpreter {
    /// The arguments of a command in the order in which they were written.
    func given(_ arguments: [Argument], isOfService: Bool = false) throws(Stop) -> [Given] {
        var given: [Given] = []
        for argument in arguments {
            switch argument {
            case .parameter(let name, let expression, let place):
                let value = try expression.map { expression throws(Stop) in try argumentValue(expression, isOfService) }
                given.append(.named(name, value?.value, word: value?.word, place))
            case .value(let expression):
                let value = try argumentValue(expression, isOfService)
                given.append(.positional(value.value, word: value.word, expression.place))
            case .splat(let name, let place): given += try splat(name, at: place)
            }
        }
        return given
    }

    private func argumentValue(_ expression: Expression, _ isOfService: Bool) throws(Stop) -> (value: Value, word: String?) {
        if isOfService, let name = undefined(in: expression) {
            throw .failure(
                .objectNotFound, "VariableIsUndefined", "there is no variable $\(name); text with a $ in it belongs in single quotes",
                at: expression.place)
        }
        let value = try evaluate(expression)
        if case .word(let word, _) = expression.form { return (value, word) }
        if isOfService, case .block(let block) = value { return (.text(try filter(of: block.block)), nil) }
        return (value, nil)
    }

    /// The text of a `-Filter { … }`, with what stands for a value in it as that value.
    private func filter(of block: Block) throws(Stop) -> String {
        var text = ""
        for piece in FilterText.pieces(of: block.text.trimmed) {
            switch piece {
            case .plain(let plain): text += plain
            case .computed(let source): text += try literal(source, at: block.place)
            }
        }
        return text
    }

    /// What a variable, one of its members or a text in double quotes stands for in a filter.
    private func literal(_ source: String, at place: Script.Place) throws(Stop) -> String {
        let read: Script
        do throws(ScriptError) { read = try ScriptReader.read(source) } catch { throw .failed(CommandFailure(CmdletError(error))) }
        guard read.block.statements.count == 1, case .pipeline(let pipeline) = read.block.statements[0].form,
            case .expression(let expression, _)? = pipeline.elements.first
        else { throw .argument("\(source.prefix(80)) is no value to filter by", at: place) }
        var value: Value
        do throws(Stop) { value = try argumentValue(expression, true).value } catch {
            guard case .failed(var failure) = error else { throw error }
            (failure.error.line, failure.error.column) = (place.line, place.column)
            throw .failed(failure)
        }
        if case .array(let box) = value, box.items.count == 1 { value = box.items[0] }
        switch value {
        case .null, .nothing: return "$null"
        case .truth(let truth): return truth ? "$true" : "$false"
        case .integer, .real: return value.text
        case .array, .table: throw .argument("\(source.prefix(80)) is \(value.typeName), and a filter compares with one value", at: place)
        case .object(let box) where box.display == nil:
            throw .argument("\(source.prefix(80)) is an object, and a filter compares with one value, such as a property of it", at: place)
        default: return "'" + (value.asCmdletValue().text ?? value.text).replacing("'", with: "''") + "'"
        }
    }

    /// A variable that a cmdlet of the service is given and that nothing has set: `$null` would mean to clear there.
    private func undefined(in expression: Expression) -> String? {
        switch expression.form {
        case .variable(let variable):
            let isSet = slot(of: variable) != nil || ["?", "psversiontable", "myinvocation"].contains(variable.name)
            return isSet ? nil : variable.name
        case .text(let parts):
            for part in parts { if case .value(let value) = part, let name = undefined(in: value) { return name } }
            return nil
        case .list(let items): return items.lazy.compactMap { self.undefined(in: $0) }.first
        case .member(let object, _, false), .index(let object, _): return undefined(in: object)
        default: return nil
        }
    }

    /// `@name`: the entries of a hashtable as parameters, or the items of an array in their places (about_Splatting).
    private func splat(_ name: String, at place: Script.Place) throws(Stop) -> [Given] {
        switch try value(of: Variable(name: name), at: place) {
        case .table(let table): return table.entries.map { .named($0.key.text, $0.value, word: nil, place) }
        case .null, .nothing: return []
        case let value: return value.items.map { .positional($0, word: nil, place) }
        }
    }

    /// Finds the parameter of each argument: names of either case, their beginnings and aliases, then places.
    func bind(
        _ given: [Given], to specs: [ParameterSpec], of command: String, keepsRest: Bool = false, changes: Bool
    ) throws(Stop) -> BoundArguments {
        let common = CommonArguments.specs(changes: changes)
        var bound = BoundArguments(), positional: [(Value, String?, Script.Place)] = [], index = 0
        while index < given.count {
            defer { index += 1 }
            switch given[index] {
            case .positional(let value, let word, let place): positional.append((value, word, place))
            case .named(let name, var value, var word, let place):
                guard let spec = try spec(named: name, specs, common, of: command, keepsRest, at: place) else {
                    bound.rest.append(.text("-" + name))
                    continue
                }
                guard bound.values[spec.name.lowercased()] == nil else {
                    throw .failure(.invalidArgument, "ParameterAlreadyBound", "-\(spec.name) is given twice", at: place)
                }
                if value == nil, spec.isSwitch {
                    value = .truth(true)
                } else if value == nil, index + 1 < given.count, case .positional(let next, let written, _) = given[index + 1] {
                    (value, word) = (next, written)
                    index += 1
                }
                guard let value else { throw .failure(.invalidArgument, "MissingArgument", "a value must follow -\(spec.name)", at: place) }
                bound.values[spec.name.lowercased()] = BoundArguments.Bound(value: value, word: word)
            }
        }
        try place(positional, specs, &bound, of: command, keepsRest)
        if bound.has("InformationVariable"), !["Write-Information", "Write-Host"].contains(command) {
            throw .failure(
                .notImplemented, "NotHere", "-InformationVariable is not available here but for Write-Information and Write-Host")
        }
        bound.common = try commonArguments(bound)
        return bound
    }

    private func place(
        _ positional: [(Value, String?, Script.Place)], _ specs: [ParameterSpec], _ bound: inout BoundArguments, of command: String,
        _ keepsRest: Bool
    ) throws(Stop) {
        let taken = Set(specs.filter { bound.values[$0.name.lowercased()] != nil }.compactMap(\.position))
        let free = specs.filter { $0.position.map { !taken.contains($0) } ?? false }
        var slots = free.sorted { $0.position! < $1.position! }[...]
        for (index, (value, word, at)) in positional.enumerated() {
            guard let slot = slots.popFirst() else {
                guard !keepsRest else {
                    bound.rest.append(value)
                    continue
                }
                throw .failure(
                    .invalidArgument, "PositionalParameterNotFound", "\(command) has no place for \(String(value.text.prefix(80)))", at: at)
            }
            if slot.takesRemaining {
                let all = positional[index...].map(\.0)
                bound.values[slot.name.lowercased()] = BoundArguments.Bound(value: all.count == 1 ? value : .list(all), word: word)
                return
            }
            bound.values[slot.name.lowercased()] = BoundArguments.Bound(value: value, word: word)
            slots.removeAll { $0.position == slot.position }
        }
    }

    private func spec(
        named name: String, _ specs: [ParameterSpec], _ common: [ParameterSpec], of command: String, _ keepsRest: Bool,
        at place: Script.Place
    ) throws(Stop) -> ParameterSpec? {
        let beginning = name.lowercased()
        if let exact = specs.first(where: { spec in spec.name.isSameName(as: name) || spec.aliases.contains { $0.isSameName(as: name) } }) {
            return exact
        }
        if let exact = common.first(where: { spec in spec.name.isSameName(as: name) || spec.aliases.contains { $0.isSameName(as: name) } })
        {
            return exact
        }
        let own = specs.filter { $0.name.lowercased().hasPrefix(beginning) }
        let matching = own.isEmpty ? common.filter { $0.name.lowercased().hasPrefix(beginning) } : own
        if matching.count == 1 { return matching[0] }
        guard matching.isEmpty else {
            throw .failure(
                .invalidArgument, "AmbiguousParameter", "-\(name) can be \(enumeration(matching.map { "-" + $0.name }))", at: place)
        }
        if keepsRest { return nil }
        let nearest = nearestName(to: name, among: specs.map(\.name)).map { "; did you mean -\($0)?" } ?? ""
        throw .failure(.invalidArgument, "NamedParameterNotFound", "\(command) has no parameter -\(name)\(nearest)", at: place)
    }

    /// The common parameters, with the preferences where they are not given.
    func commonArguments(_ bound: BoundArguments) throws(Stop) -> CommonArguments {
        var common = CommonArguments()
        common.errorAction = try action(bound.text("ErrorAction"), "erroractionpreference")
        common.warningAction = try action(bound.text("WarningAction"), "warningpreference")
        common.errorVariable = bound.text("ErrorVariable")
        common.warningVariable = bound.text("WarningVariable")
        common.outVariable = bound.text("OutVariable")
        common.informationVariable = bound.text("InformationVariable")
        common.whatIf = bound["WhatIf"]?.isTrue
        common.confirm = bound["Confirm"]?.isTrue
        common.verbose = bound["Verbose"]?.isTrue
        return common
    }

    func action(_ given: String?, _ preference: String) throws(Stop) -> CommonArguments.Action {
        let word = given.map(CmdletParameter.action)?.lowercased() ?? self.preference(preference)
        if let action = CommonArguments.Action(rawValue: word) { return action }
        throw .argument("an action is one of Stop, Continue, SilentlyContinue and Ignore, not \(word)")
    }
}
