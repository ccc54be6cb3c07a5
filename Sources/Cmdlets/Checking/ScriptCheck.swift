import Basis

/// Looks through a whole script for what is not here, so that it is refused before anything is run: commands, parameters, methods and members of
/// types.
struct ScriptCheck {
    private var functions: [String: Block] = [:]

    /// The first thing that cannot be run, if there is one. `known` are functions that the session has already.
    static func firstFault(in script: Script, knowing known: [Function] = []) -> CmdletError? {
        var check = ScriptCheck()
        for function in known { check.functions[function.name.lowercased()] = function.block }
        check.collect(script.block)
        do throws(CmdletError) {
            try check.check(script.block)
            return nil
        } catch { return error }
    }

    // MARK: functions

    private mutating func collect(_ block: Block) { for statement in block.statements { collect(statement) } }

    private mutating func collect(_ statements: [Statement]) { for statement in statements { collect(statement) } }

    private mutating func collect(_ statement: Statement) {
        switch statement.form {
        case .function(let function):
            functions[function.name.lowercased()] = function.block
            collect(function.block)
        case .choice(let choices, let otherwise):
            for choice in choices { collect(choice.body) }
            collect(otherwise ?? [])
        case .each(_, _, let body, _), .repetition(_, let body, _, _, _), .counting(_, _, _, let body, _): collect(body)
        case .selection(let selection): for choice in selection.cases { collect(choice.body) }
        case .attempt(let body, let catches, let finally):
            collect(body)
            for handler in catches { collect(handler.body) }
            collect(finally ?? [])
        case .pipeline, .assignment, .raise, .giveBack, .leave, .interrupt, .resume: break
        }
    }

    // MARK: statements

    private func check(_ block: Block) throws(CmdletError) {
        for parameter in block.parameters {
            if let initial = parameter.initial { try check(initial) }
            for case .script(let block) in parameter.checks { try check(block) }
        }
        try check(block.statements)
    }

    private func check(_ statements: [Statement]) throws(CmdletError) { for statement in statements { try check(statement) } }

    private func check(_ statement: Statement) throws(CmdletError) {
        switch statement.form {
        case .pipeline(let pipeline): for element in pipeline.elements { try check(element) }
        case .assignment(let target, _, let source):
            try check(target)
            try check(source)
        case .choice(let choices, let otherwise):
            for choice in choices {
                try check(choice.condition)
                try check(choice.body)
            }
            try check(otherwise ?? [])
        case .each(_, let list, let body, _):
            try check(list)
            try check(body)
        case .counting(let first, let condition, let next, let body, _):
            for part in [first, condition, next] { if let part { try check(part) } }
            try check(body)
        case .repetition(let condition, let body, _, _, _):
            try check(condition)
            try check(body)
        case .selection(let selection):
            try check(selection.subject)
            for choice in selection.cases {
                if let pattern = choice.pattern { try check(pattern) }
                try check(choice.body)
            }
        case .attempt(let body, let catches, let finally):
            try check(body)
            for handler in catches { try check(handler.body) }
            try check(finally ?? [])
        case .function(let function): try check(function.block)
        case .raise(let value), .giveBack(let value), .leave(let value): if let value { try check(value) }
        case .interrupt, .resume: break
        }
    }

    private func check(_ element: Pipeline.Element) throws(CmdletError) {
        switch element {
        case .expression(let expression, let redirections):
            try check(expression)
            for redirection in redirections { try check(redirection.target) }
        case .command(let command):
            if case .value(let value, _) = command.name { try check(value) }
            for argument in command.arguments {
                switch argument {
                case .parameter(_, let value?, _), .value(let value):
                    // What a cmdlet of the service is given in braces is a filter and not run.
                    if case .block = value.form, isOfService(command) { continue }
                    try check(value)
                case .parameter, .splat: break
                }
            }
            for redirection in command.redirections { try check(redirection.target) }
            try checkCommand(command)
        }
    }

    private func isOfService(_ command: Command) -> Bool {
        guard case .word(let word) = command.name else { return false }
        let name = CommandNames.plain(word)
        return functions[name.lowercased()] == nil && CommandSet.all.utility(name) == nil && CommandSet.all.cmdlet(name) != nil
    }

    private func checkCommand(_ command: Command) throws(CmdletError) {
        let written: String
        switch command.name {
        case .word(let word): written = word
        case .value(let value, let isDotted):
            guard case .text(let text)? = value.fixed else { return }
            if isDotted { throw CommandSet.all.unknown(text.hasSuffix(".ps1") ? text : "./" + text, at: command.place) }
            written = text
        }
        let name = CommandNames.plain(written)
        guard functions[name.lowercased()] == nil else { return }
        if let utility = CommandSet.all.utility(name) {
            for case .parameter(let parameter, _, let place) in command.arguments {
                try Self.check(parameter, utility, at: place)
            }
        } else if let cmdlet = CommandSet.all.cmdlet(name) {
            if let why = cmdlet.whyNotHeld {
                throw CmdletError(
                    .notImplemented, "NotHeldByThisService", "\(cmdlet.name) is not held by this service: \(why)", at: command.place)
            }
            for case .parameter(let parameter, _, let place) in command.arguments { try Binder.check(parameter, of: cmdlet, at: place) }
        } else {
            throw CommandSet.all.unknown(written, at: command.place)
        }
    }

    /// Whether a utility has such a parameter, by its name, alias or an unambiguous beginning.
    private static func check(_ name: String, _ utility: Utility, at place: Script.Place) throws(CmdletError) {
        guard name != "?" else { return }
        let lower = name.lowercased(), all = utility.parameters + utility.common
        let names = all.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
        guard !names.contains(where: { $0.hasPrefix(lower) }) else { return }
        let nearest = nearestName(to: name, among: utility.parameters.map(\.name)).map { "; did you mean -\($0)?" } ?? ""
        throw CmdletError(
            .invalidArgument, "NamedParameterNotFound", "\(utility.name) has no parameter -\(name)\(nearest)", parameter: name, at: place)
    }

    // MARK: expressions

    private func check(_ expression: Expression) throws(CmdletError) {
        switch expression.form {
        case .constant, .word, .type: break
        case .variable(let variable): if let refusal = Interpreter.refusal(of: variable, at: expression.place) { throw refusal }
        case .text(let parts): for case .value(let value) in parts { try check(value) }
        case .member(let object, let name, let isStatic):
            try check(object)
            try check(name)
            if isStatic { try checkStatic(object, name, at: expression.place) }
        case .call(let object, let name, let arguments, let isStatic):
            try check(object)
            try check(name)
            for argument in arguments { try check(argument) }
            if isStatic { try checkStatic(object, name, at: expression.place) } else { try checkMethod(name, at: expression.place) }
        case .index(let object, let index):
            try check(object)
            try check(index)
        case .list(let items): for item in items { try check(item) }
        case .array(let statements), .group(let statements): try check(statements)
        case .parenthesis(let statement): try check(statement)
        case .table(let entries, _):
            for entry in entries {
                try check(entry.key)
                try check(entry.value)
            }
        case .block(let block): try check(block)
        case .cast(_, let value), .unary(_, let value), .step(let value, _, _): try check(value)
        case .binary(_, let left, let right):
            try check(left)
            try check(right)
        case .conditional(let condition, let yes, let no):
            try check(condition)
            try check(yes)
            try check(no)
        }
    }

    private func check(_ name: MemberName) throws(CmdletError) { if case .value(let value) = name { try check(value) } }

    private func checkMethod(_ name: MemberName, at place: Script.Place) throws(CmdletError) {
        guard case .name(let name) = name, !Methods.names.contains(name.lowercased()) else { return }
        let nearest = nearestName(to: name, among: Methods.names.sorted()).map { "; did you mean \($0)?" } ?? ""
        throw CmdletError(.notImplemented, "MethodNotAvailable", "no value has a method \(name) here\(nearest)", at: place)
    }

    private func checkStatic(_ object: Expression, _ name: MemberName, at place: Script.Place) throws(CmdletError) {
        guard case .type(let type) = object.form, case .name(let name) = name else { return }
        let known = StaticMembers.names(of: type)
        guard !known.contains(name.lowercased()) else { return }
        let list = known.isEmpty ? "nothing" : known.sorted().joined(separator: ", ")
        throw CmdletError(.notImplemented, "MemberNotAvailable", "[\(type.written)] has no \(name) here; it has \(list)", at: place)
    }
}
