import Dialing

/// A cmdlet of the service in a pipeline.
final class CmdletStage: Stage {
    private let arguments: Arguments
    private let common: CommonArguments
    private let bound: BoundArguments
    private let confirmation: Confirmation
    private let bindingFailure: CommandFailure?

    init(_ run: Interpreter, _ cmdlet: Cmdlet, _ given: [Given], next: any Sink, at place: Script.Place, hasInput: Bool) throws(Stop) {
        var failure: CommandFailure?
        var bound = BoundArguments()
        do throws(CmdletError) {
            arguments = try Binder.bind(given.map(\.asBinding), to: cmdlet)
        } catch {
            var error = error
            if error.line == nil { (error.line, error.column) = (place.line, place.column) }
            failure = CommandFailure(error)
            arguments = Arguments(of: cmdlet)
        }
        for name in ["ErrorAction", "WarningAction", "ErrorVariable", "WarningVariable", "OutVariable"] {
            if let text = arguments.text(ifDeclared: name) { bound.values[name.lowercased()] = BoundArguments.Bound(value: .text(text)) }
        }
        self.bound = bound
        var common = try run.commonArguments(bound)
        if cmdlet.changes {
            common.whatIf = arguments.truth("WhatIf")
            common.confirm = arguments.truth("Confirm")
        }
        self.common = common
        confirmation = Confirmation(run, common)
        bindingFailure = failure
        super.init(run, next: run.begin(common, next: next), at: place, hasInput: hasInput)
    }

    override func take(_ value: Value) throws(Stop) {
        let piped = value.asCmdletValue()
        try perform(piped) { () throws(CmdletError) in try arguments.taking(piped: piped) }
    }

    override func end() throws(Stop) {
        if !hasInput { try perform(nil) { () throws(CmdletError) in arguments } }
    }

    private func perform(_ piped: CmdletValue?, _ complete: () throws(CmdletError) -> Arguments) throws(Stop) {
        try run.meter.run()
        try run.meter.step(20)
        do throws(Stop) {
            if let bindingFailure { throw .failed(bindingFailure) }
            for value in try outcome(piped, complete) {
                let value = run.keep(value)
                try run.meter.make(bytes: 64 + value.size)
                try next.take(value)
            }
        } catch {
            guard case .failed(let failure) = error.at(place) else { throw error }
            try run.handle(failure, common)
        }
    }

    private func outcome(_ piped: CmdletValue?, _ complete: () throws(CmdletError) -> Arguments) throws(Stop) -> [Value] {
        let arguments: Arguments, warning: String?
        do throws(CmdletError) {
            arguments = try complete()
            if !arguments.cmdlet.acceptsAnything { try arguments.checkRequired() }
            warning = try PipedChanges(arguments.cmdlet)?.check(arguments, piped: piped, run.workspace)
        } catch { throw .failed(CommandFailure(error)) }
        let cmdlet = arguments.cmdlet
        guard cmdlet.changes else { return try body(arguments, undoes: false) }
        if let warning { try run.warn(warning, common) }
        let target = arguments.text(ifDeclared: "Identity") ?? run.workspace.tenant.displayName
        let operation = Confirmation.operation(cmdlet.name, on: target)
        if confirmation.isTrial {
            _ = try body(arguments, undoes: true)
            try run.plan(operation)
            return []
        }
        guard try confirmation.isGiven(operation, isForced: arguments.flag("Force")) else { return [] }
        return try body(arguments, undoes: false)
    }

    private func body(_ arguments: Arguments, undoes: Bool) throws(Stop) -> [Value] {
        // Only where the script goes on after a failure has the cmdlet to be undone alone.
        let isKept = undoes || run.attempts > 0 || common.errorAction != .stop
        let before = isKept ? run.workspace : nil
        run.workspace.warnings = []
        do throws(Stop) {
            let values: [CmdletValue]
            do throws(CmdletError) { values = try arguments.cmdlet.body(arguments, &run.workspace) } catch {
                throw .failed(CommandFailure(error))
            }
            if undoes, let before { run.workspace.undo(to: before) }
            for warning in run.workspace.warnings { try run.warn(warning, common) }
            return values.map { arguments.cmdlet.value(of: $0) }
        } catch {
            if let before { run.workspace.undo(to: before) }
            throw error
        }
    }
}

extension Cmdlet {
    /// What it puts out, as a script has it.
    fileprivate func value(of output: CmdletValue) -> Value {
        let value = Value(output, of: self)
        if let view, case .object(let box) = value, case .object(let object) = output { box.view = .line(view(object)) }
        return value
    }
}
