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
        let bound = try run.bind(
            given, to: block.specs, of: name, keepsRest: !block.isAdvanced, changes: !block.isAdvanced || block.supportsShouldProcess)
        common = bound.common
        piped = hasInput ? block.parameters.filter { ($0.takesPipeline || $0.takesPipelineByName) && !bound.has($0.name) } : []
        let waiting = Set(piped.map(\.name))
        try run.declare(block, bound, in: inner, of: name, waiting: waiting, at: place)
        for (argument, preference) in Self.preferences {
            if let action = bound.text(argument) { inner.set(preference, .text(CmdletParameter.action(action))) }
        }
        if let debug = bound["Debug"]?.isTrue { inner.set("debugpreference", .text(debug ? "Continue" : "SilentlyContinue")) }
        if let whatIf = bound.common.whatIf { inner.set("whatifpreference", .truth(whatIf)) }
        if let verbose = bound.common.verbose { inner.set("verbosepreference", .text(verbose ? "Continue" : "SilentlyContinue")) }
        if let confirm = bound.common.confirm { inner.set("confirmpreference", .text(confirm ? "Low" : "None")) }
        super.init(run, next: run.begin(bound.common, next: next), at: place, hasInput: hasInput)
    }

    private static let preferences = [
        "ErrorAction": "erroractionpreference", "WarningAction": "warningpreference", "InformationAction": "informationpreference",
    ]

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
        try run.meter.enter()
        let around = run.around
        run.around.append((common, home))
        defer {
            run.around = around
            run.meter.exit()
        }
        do throws(Stop) {
            try run.within(inner) { () throws(Stop) in try run.run(statements, into: Emitter(run, next, home, around)) }
        } catch {
            guard case .giveBack = error else {
                guard case .failed(let failure) = error, common.errorAction != .stop, common.errorVariable != nil else { throw error }
                run.around = around
                return try run.handle(failure, common)
            }
        }
    }
}

/// Puts what a function puts out into the scope that its caller had: what follows in the pipeline sees nothing of the function.
private final class Emitter: Sink {
    private let run: Interpreter
    private let next: any Sink
    private let home: Scope
    private let around: [(common: CommonArguments, home: Scope)]

    init(_ run: Interpreter, _ next: any Sink, _ home: Scope, _ around: [(common: CommonArguments, home: Scope)]) {
        (self.run, self.next, self.home, self.around) = (run, next, home, around)
    }

    func take(_ value: Value) throws(Stop) {
        let inside = run.around
        run.around = around
        defer { run.around = inside }
        try run.within(home) { () throws(Stop) in try next.take(value) }
    }
}

/// `-OutVariable`.
final class VariableSink: Sink {
    private let run: Interpreter
    private let next: any Sink
    private let name: String
    private let home: Scope

    init(_ run: Interpreter, next: any Sink, name: String) {
        (self.run, self.next, self.name, home) = (run, next, name, run.scope)
    }

    func take(_ value: Value) throws(Stop) {
        try run.within(home) { () throws(Stop) in run.append(value, to: name) }
        try next.take(value)
    }
}

extension Interpreter {
    /// Runs a block with arguments in a scope of its own.
    func call(_ block: Block, arguments: [Given], into sink: any Sink) throws(Stop) {
        let stage = try FunctionStage(self, block, named: "{ }", arguments, isDotted: false, next: sink, at: block.place, hasInput: false)
        try stage.begin()
        try stage.end()
    }

    /// `$PSCmdlet.ShouldProcess(…)` and its like: false under `-WhatIf`, and asks where it must.
    func askToProcess(
        _ method: String, _ given: [Value], _ impact: Impact, at place: Script.Place
    ) throws(Stop) -> Value {
        switch (method, given.count) {
        case ("shouldprocess", 1...):
            let operation =
                given.count == 1
                ? "Performing the operation on target \"\(given[0].text)\"."
                : Confirmation.operation(given[1].text, on: given[0].text)
            if scope.slot("whatifpreference")?.value.isTrue ?? false {
                try plan(operation)
                return .truth(false)
            }
            guard impact.asks(at: preference("confirmpreference")) else { return .truth(true) }
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
