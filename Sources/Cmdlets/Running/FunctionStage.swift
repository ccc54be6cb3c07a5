/// A function or block of the script in a pipeline (about_Functions, about_Functions_Advanced).
final class FunctionStage: Stage {
    private let block: Block
    private let inner: Scope
    private let isDotted: Bool
    private let common: CommonArguments
    private let piped: [Parameter]
    private var input: [Value] = []
    private var isLeft = false

    init(
        _ run: Interpreter, _ block: Block, named name: String, _ given: [Given], isDotted: Bool, next: any Sink, at place: Script.Place,
        hasInput: Bool
    ) throws(Stop) {
        self.block = block
        self.isDotted = isDotted
        inner = isDotted ? run.scope : Scope(parent: run.scope)
        let bound = try run.bind(given, to: block.specs, of: name, keepsRest: !block.isAdvanced)
        common = bound.common
        piped = hasInput ? block.parameters.filter { ($0.takesPipeline || $0.takesPipelineByName) && !bound.has($0.name) } : []
        let waiting = Set(piped.map(\.name))
        try run.declare(block, bound, in: inner, of: name, waiting: waiting, at: place)
        if let action = bound.text("ErrorAction") { inner.set("erroractionpreference", .text(action)) }
        if let whatIf = bound.common.whatIf { inner.set("whatifpreference", .truth(whatIf)) }
        if let verbose = bound.common.verbose { inner.set("verbosepreference", .text(verbose ? "Continue" : "SilentlyContinue")) }
        if let confirm = bound.common.confirm { inner.set("confirmpreference", .text(confirm ? "Low" : "None")) }
        super.init(run, next: next, at: place, hasInput: hasInput)
    }

    override func begin() throws(Stop) { try perform(block.begin ?? []) }

    override func take(_ value: Value) throws(Stop) {
        guard block.process != nil else {
            try run.meter.checkCount(input.count + 1)
            return input.append(value)
        }
        try bind(value)
        try process(value)
    }

    override func end() throws(Stop) {
        if block.process != nil {
            if !hasInput { try process(.null) }
        } else {
            inner.set("input", .list(input))
            if let last = input.last { try bind(last) }
        }
        isLeft = false
        try perform(block.end)
    }

    private func process(_ value: Value) throws(Stop) {
        isLeft = false
        let before = inner.variables["_"]
        inner.variables["_"] = Scope.Slot(value: value, type: nil)
        defer { inner.variables["_"] = before }
        try perform(block.process ?? [])
    }

    /// Gives the parameters that take from the pipeline what came, or its property of their name.
    private func bind(_ value: Value) throws(Stop) {
        for parameter in piped {
            var found: Value?
            if parameter.takesPipelineByName {
                for name in [parameter.name] + parameter.aliases {
                    switch value {
                    case .object(let box): found = found ?? box[name]
                    case .table(let box): found = found ?? box[name]
                    default: break
                    }
                }
            }
            guard let given = found ?? (parameter.takesPipeline ? value : nil) else { continue }
            try run.put(given, into: parameter, of: inner, at: place)
        }
    }

    private func perform(_ statements: [Statement]) throws(Stop) {
        guard !statements.isEmpty else { return }
        let target: any Sink = common.outVariable.map { VariableSink(run, next: next, name: $0, scope: home) } ?? next
        try run.meter.enter()
        defer { run.meter.exit() }
        do throws(Stop) {
            try run.within(inner) { () throws(Stop) in try run.run(statements, into: Emitter(run, target, inner)) }
        } catch {
            guard case .giveBack = error else {
                guard case .failed(let failure) = error, common.errorAction != .stop, common.errorVariable != nil else { throw error }
                return try run.handle(failure, common)
            }
        }
    }
}

/// Puts what a function puts out into the scope that its caller had: what follows in the pipeline sees nothing of the function.
private final class Emitter: Sink {
    private let run: Interpreter
    private let next: any Sink
    private let inner: Scope

    init(_ run: Interpreter, _ next: any Sink, _ inner: Scope) { (self.run, self.next, self.inner) = (run, next, inner) }

    func take(_ value: Value) throws(Stop) {
        try run.within(inner.parent ?? inner) { () throws(Stop) in try next.take(value) }
    }
}

/// `-OutVariable`.
private final class VariableSink: Sink {
    private let run: Interpreter
    private let next: any Sink
    private let name: String
    private let scope: Scope

    init(_ run: Interpreter, next: any Sink, name: String, scope: Scope) {
        (self.run, self.next, self.name, self.scope) = (run, next, name, scope)
    }

    func take(_ value: Value) throws(Stop) {
        try run.within(scope) { () throws(Stop) in try run.append(value, to: name) }
        try next.take(value)
    }
}

extension Block {
    /// What its parameters are to binding: in the order in which they are declared, unless some say their place.
    var specs: [ParameterSpec] {
        let isPlaced = parameters.contains { $0.position != nil }
        return parameters.enumerated().map { index, parameter in
            ParameterSpec(
                name: parameter.name, aliases: parameter.aliases, isSwitch: parameter.isSwitch,
                position: parameter.isSwitch ? nil : isPlaced ? parameter.position : index, takesRemaining: parameter.takesRemaining)
        }
    }
}

extension Interpreter {
    static let cmdletType = "System.Management.Automation.PSScriptCmdlet"

    /// Sets the parameters of a function in its scope.
    func declare(
        _ block: Block, _ bound: BoundArguments, in inner: Scope, of name: String, waiting: Set<String>, at place: Script.Place
    ) throws(Stop) {
        let given = TableBox()
        for parameter in block.parameters {
            if let argument = bound.values[parameter.name.lowercased()] {
                let isText = if case .text? = parameter.type?.kind { true } else { false }
                let value = isText ? argument.word.map { .text($0) } ?? argument.value : argument.value
                try put(value, into: parameter, of: inner, at: place)
                given[parameter.name] = inner.variables[parameter.name]?.value
            } else if waiting.contains(parameter.name) {
                inner.variables[parameter.name] = Scope.Slot(value: .null, type: nil)
            } else if parameter.isMandatory {
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
        let command = ObjectBox(["Name": .text(name)], typeName: "System.Management.Automation.CommandInfo", display: name)
        inner.set(
            "myinvocation",
            .object(
                ObjectBox(
                    ["MyCommand": .object(command), "InvocationName": .text(name), "ScriptName": .text(client.name)],
                    typeName: "InvocationInfo")))
        if block.isAdvanced {
            inner.set(
                "pscmdlet",
                .object(ObjectBox(["ParameterSetName": .text("__AllParameterSets"), "MyInvocation": .null], typeName: Self.cmdletType)))
        }
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
        for check in parameter.checks { try self.check(value, check, parameter, at: place) }
        inner.variables[parameter.name] = Scope.Slot(value: value, type: parameter.type)
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

    /// Runs a block with arguments in a scope of its own.
    func call(_ block: Block, arguments: [Given], into sink: any Sink) throws(Stop) {
        let stage = try FunctionStage(self, block, named: "{ }", arguments, isDotted: false, next: sink, at: block.place, hasInput: false)
        try stage.begin()
        try stage.end()
    }

    /// `$PSCmdlet.ShouldProcess(…)` and its like: false under `-WhatIf`, and asks where it must.
    func askToProcess(_ method: String, _ given: [Value], at place: Script.Place) throws(Stop) -> Value {
        switch (method, given.count) {
        case ("shouldprocess", 1...):
            let operation =
                given.count == 1
                ? "Performing the operation on target \"\(given[0].text)\"."
                : "Performing the operation \"\(given[1].text)\" on target \"\(given[0].text)\"."
            if scope.slot("whatifpreference")?.value.isTrue ?? false {
                try plan(operation)
                return .truth(false)
            }
            guard ["low", "medium"].contains(preference("confirmpreference")) else { return .truth(true) }
            switch try confirm(operation) {
            case .yes, .yesToAll: return .truth(true)
            case .no, .noToAll: return .truth(false)
            }
        case ("shouldcontinue", 1...):
            let answer = try client.answer(to: Need.Question(prompt: given[0].text + " [Y] Yes [N] No", kind: .confirm)).lowercased()
            return .truth(answer == "y" || answer == "yes")
        case ("throwterminatingerror", 1):
            guard case .object(let record) = given[0] else { throw .invalid(given[0].text, at: place) }
            throw .failed(CommandFailure(error(of: record), record: record))
        case ("writeverbose", 1), ("writewarning", 1):
            if method == "writewarning" { streams.warnings.append(given[0].text) }
            return .nothing
        default: throw .failure(.invalidOperation, "MethodNotFound", "$PSCmdlet has no method \(method) here", at: place)
        }
    }
}
