extension Interpreter {
    func run(_ statements: [Statement], into sink: any Sink) throws(Stop) {
        for statement in statements { try run(statement, into: sink) }
    }

    func run(_ statement: Statement, into sink: any Sink) throws(Stop) {
        try meter.step()
        try meter.enter()
        defer { meter.exit() }
        do throws(Stop) {
            try perform(statement, into: sink)
        } catch {
            isFine = false
            throw error.at(statement.place)
        }
    }

    private func perform(_ statement: Statement, into sink: any Sink) throws(Stop) {
        switch statement.form {
        case .pipeline(let pipeline):
            // What `$?` stands in must not have set it yet.
            if pipeline.hasCommand { isFine = true }
            try run(pipeline, into: sink)
            if !pipeline.hasCommand { isFine = true }
        case .assignment(let target, let change, let source):
            try assign(to: target, change, source)
            if case .pipeline(let pipeline) = source.form, !pipeline.hasCommand { isFine = true }
        case .choice(let choices, let otherwise): try choose(choices, otherwise, into: sink)
        case .each, .counting, .repetition: try loop(statement, into: sink)
        case .selection(let selection): try select(selection, into: sink)
        case .attempt(let body, let catches, let finally): try attempt(body, catches, finally, into: sink)
        case .function(let function): scope.functions[function.name.lowercased()] = function
        case .raise(let value): throw try raised(value, at: statement.place)
        case .giveBack(let value):
            if let value { try run(value, into: sink) }
            throw .giveBack
        case .leave(let value):
            let code = try value.map { statement throws(Stop) in try self.value(of: statement) }?.integer ?? 0
            throw .leave(code)
        case .interrupt(let label): throw .interrupt(label: label)
        case .resume(let label): throw .resume(label: label)
        }
    }

    /// What a statement puts out, as one value.
    /// What a statement comes to where a value is wanted; an assignment is worth what it assigns (about_Assignment_Operators).
    func value(of statement: Statement) throws(Stop) -> Value {
        if case .assignment(let target, _, _) = statement.form {
            try run(statement, into: Drain())
            return try evaluate(target)
        }
        if case .pipeline(let pipeline) = statement.form, pipeline.elements.count == 1,
            case .expression(let expression, let redirections) = pipeline.elements[0], redirections.isEmpty
        {
            try meter.step()
            return try evaluate(expression)
        }
        let collector = Collector(self)
        try run(statement, into: collector)
        return collector.gathered
    }

    func values(of statements: [Statement]) throws(Stop) -> [Value] {
        let collector = Collector(self)
        try run(statements, into: collector)
        return collector.values
    }

    private func choose(
        _ choices: [(condition: Statement, body: [Statement])], _ otherwise: [Statement]?, into sink: any Sink
    ) throws(Stop) {
        for choice in choices where try value(of: choice.condition).isTrue { return try run(choice.body, into: sink) }
        if let otherwise { try run(otherwise, into: sink) }
    }

    // MARK: loops

    private func loop(_ statement: Statement, into sink: any Sink) throws(Stop) {
        switch statement.form {
        case .each(let variable, let list, let body, let label):
            let items = try value(of: list)
            for item in items.isNull ? [] : items.items {
                try set(Variable(name: variable), item, at: statement.place)
                guard try turn(body, label, into: sink) else { break }
            }
        case .counting(let first, let condition, let next, let body, let label):
            let drain = Drain()
            if let first { try run(first, into: drain) }
            while try condition.map({ condition throws(Stop) in try value(of: condition).isTrue }) ?? true {
                guard try turn(body, label, into: sink) else { break }
                if let next { try run(next, into: drain) }
            }
        case .repetition(let condition, let body, let isFirstFree, let until, let label):
            if isFirstFree, try !turn(body, label, into: sink) { return }
            while try value(of: condition).isTrue != until {
                guard try turn(body, label, into: sink) else { break }
            }
        default: break
        }
    }

    /// One turn of a loop; false when it was left with `break`.
    private func turn(_ body: [Statement], _ label: String?, into sink: any Sink) throws(Stop) -> Bool {
        try meter.step()
        do throws(Stop) {
            try run(body, into: sink)
            return true
        } catch {
            switch error {
            case .interrupt(let wanted) where wanted == nil || wanted == label: return false
            case .resume(let wanted) where wanted == nil || wanted == label: return true
            default: throw error
            }
        }
    }

    // MARK: switch

    private func select(_ selection: Selection, into sink: any Sink) throws(Stop) {
        let subject = try value(of: selection.subject), before = scope.variables["_"]
        defer { scope.variables["_"] = before }
        for item in subject.isNull ? [.null] : subject.items {
            scope.variables["_"] = Scope.Slot(value: item, type: nil)
            guard try turn(of: selection, item, into: sink) else { return }
        }
    }

    /// Runs the cases that an item meets; false when they end the switch.
    private func turn(of selection: Selection, _ item: Value, into sink: any Sink) throws(Stop) -> Bool {
        do throws(Stop) {
            var isMet = false
            for choice in selection.cases {
                guard let pattern = choice.pattern, try meets(item, pattern, selection) else { continue }
                isMet = true
                try run(choice.body, into: sink)
            }
            if !isMet, let standard = selection.cases.first(where: { $0.pattern == nil }) { try run(standard.body, into: sink) }
            return true
        } catch {
            switch error {
            case .interrupt(let label) where label == nil || label == selection.label: return false
            case .resume(let label) where label == nil || label == selection.label: return true
            default: throw error
            }
        }
    }

    private func meets(_ item: Value, _ pattern: Expression, _ selection: Selection) throws(Stop) -> Bool {
        if case .block(let block) = pattern.form { return try Value(gathered: values(of: block.statements)).isTrue }
        let value = try evaluate(pattern), isCaseSensitive = selection.isCaseSensitive
        switch selection.style {
        case .exact: return try compare(item, value, .equal(isCaseSensitive: isCaseSensitive), at: pattern.place).isTrue
        case .wildcard: return try like(item.text, value.text, isCaseSensitive: isCaseSensitive)
        case .pattern:
            return try match(item.text, value, isCaseSensitive: isCaseSensitive, at: pattern.place)
        }
    }

    // MARK: errors

    private func raised(_ statement: Statement?, at place: Script.Place) throws(Stop) -> Stop {
        guard let statement else {
            if let record = caught.last { return .failed(CommandFailure(error(of: record), record: record)) }
            return .failure(.operationStopped, "ScriptHalted", "ScriptHalted", at: place)
        }
        let value = try value(of: statement)
        if case .object(let box) = value {
            if box.typeName == Self.recordType { return .failed(CommandFailure(error(of: box), record: box)) }
            if box.typeName.hasSuffix("Exception") {
                var error = CmdletError(.operationStopped, box["Message"]?.text ?? "", box["Message"]?.text ?? "", at: place)
                error.exception = box.typeName
                return .failed(CommandFailure(error))
            }
        }
        var error = CmdletError(.operationStopped, value.text, value.text, at: place)
        error.exception = "System.Management.Automation.RuntimeException"
        return .failed(CommandFailure(error))
    }

    private func attempt(
        _ body: [Statement], _ catches: [Statement.Catch], _ finally: [Statement]?, into sink: any Sink
    ) throws(Stop) {
        do throws(Stop) {
            try attempt(body, catches, into: sink)
        } catch {
            if case .limit = error { throw error }
            if case .needs = error { throw error }
            if let finally { try run(finally, into: sink) }
            throw error
        }
        if let finally { try run(finally, into: sink) }
    }

    private func attempt(_ body: [Statement], _ catches: [Statement.Catch], into sink: any Sink) throws(Stop) {
        guard !catches.isEmpty else { return try run(body, into: sink) }
        attempts += 1
        let failure: CommandFailure
        do throws(Stop) {
            defer { attempts -= 1 }
            return try run(body, into: sink)
        } catch {
            guard case .failed(let failed) = error else { throw error }
            failure = failed
        }
        let record = failure.record ?? record(of: failure.error)
        guard let handler = catches.first(where: { handler in handler.types.isEmpty || handler.types.contains { covers($0, record) } })
        else {
            throw .failed(failure)
        }
        remember(record)
        caught.append(record)
        let before = scope.variables["_"]
        scope.variables["_"] = Scope.Slot(value: .object(record), type: nil)
        defer {
            caught.removeLast()
            scope.variables["_"] = before
        }
        try run(handler.body, into: sink)
    }
}
