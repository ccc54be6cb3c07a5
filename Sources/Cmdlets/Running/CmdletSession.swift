import Dialing

/// What a script is run with beside the tenant.
package struct RunInput: Sendable {
    /// Files of the client by the names that the script gives them.
    package var files: [String: ClientFile] = [:]
    /// What was answered to the script's questions, in their order.
    package var answers: [String] = []
    /// Values for the script's own `param()`, by name.
    package var parameters: [String: String] = [:]
    /// Milliseconds since 1970, for `Get-Date`.
    package var now = 0
    /// The name of the script's file, if it has one.
    package var name = ""

    package init() {}
}

/// A tenant and its users under administration by scripts of cmdlets (contract, "commands").
package struct CmdletSession: Sendable {
    package private(set) var tenant: Tenant
    package private(set) var users: Users
    package let operators: [Operator]

    /// `operators` are those that the platform knows; `users` are by lower-case user principal name.
    package init(tenant: Tenant, users: Users, operators: [Operator]) {
        self.tenant = tenant
        self.users = users
        self.operators = operators
    }

    /// Runs a script whole or not at all: after the first command that fails, unless the script says that it goes on, none is run and nothing is
    /// applied. What is not available is refused before anything is run.
    package mutating func run(_ script: String, _ input: RunInput = RunInput()) -> ScriptOutcome {
        let read: Script
        do throws(ScriptError) {
            read = try ScriptReader.read(script)
        } catch {
            return ScriptOutcome(refused: CmdletError(error), command: error.text)
        }
        if let fault = ScriptCheck.firstFault(in: read) {
            return ScriptOutcome(refused: fault, command: read.statement(at: fault.line))
        }
        var client = ClientSide(files: input.files, answers: input.answers, now: input.now, name: input.name)
        client.parameters = input.parameters.reduce(into: [:]) { $0[$1.key.lowercased()] = .text($1.value) }
        let interpreter = Interpreter(workspace: Workspace(tenant: tenant, users: users, operators: operators), client: client)
        var outcome = ScriptRun(interpreter).run(read)
        if outcome.applied { outcome.changes = apply(interpreter.workspace) }
        interpreter.dismantle()
        return outcome
    }

    private mutating func apply(_ workspace: Workspace) -> ScriptOutcome.Changes {
        var changes = ScriptOutcome.Changes(tenant: workspace.tenant == tenant ? nil : workspace.tenant)
        for (principal, user) in workspace.changed.sorted(by: { $0.key < $1.key }) where users[principal] != user {
            changes.users.append(user)
            users[principal] = user
        }
        tenant = workspace.tenant
        return changes
    }
}

extension Script {
    /// The statement at the top of the script in which a line stands.
    fileprivate func statement(at line: Int?) -> String {
        guard let line else { return "" }
        return block.statements.last { $0.place.line <= line }?.text ?? ""
    }
}

/// Runs the statements of a script in turn and keeps what each one said.
struct ScriptRun {
    private let interpreter: Interpreter

    init(_ interpreter: Interpreter) { self.interpreter = interpreter }

    func run(_ script: Script) -> ScriptOutcome {
        var outcome = ScriptOutcome(results: [], applied: true)
        if let failed = declare(script.block, &outcome) {
            outcome.results = [CmdletResult(line: script.block.place.line, command: "param", error: failed)]
            outcome.applied = false
            return outcome
        }
        guard outcome.needs == nil else { return outcome }
        for statement in script.block.statements {
            let (result, isLast) = run(statement, &outcome)
            if let result { outcome.results.append(result) }
            if isLast { break }
        }
        if outcome.applied { finish(&outcome) }
        return outcome
    }

    /// Sets the script's own parameters, asking for those that must be given.
    private func declare(_ block: Block, _ outcome: inout ScriptOutcome) -> CmdletError? {
        do throws(Stop) {
            var bound = BoundArguments()
            for name in interpreter.client.parameters.keys
            where !block.parameters.contains(where: { $0.name == name || $0.aliases.contains { $0.isSameName(as: name) } }) {
                throw .failure(.invalidArgument, "NamedParameterNotFound", "the script has no parameter -\(name)")
            }
            for parameter in block.parameters {
                let given = ([parameter.name] + parameter.aliases).lazy.compactMap { interpreter.client.parameters[$0.lowercased()] }.first
                if let given {
                    bound.values[parameter.name] = BoundArguments.Bound(
                        value: parameter.isSwitch
                            ? .truth(!given.text.isSameName(as: "false") && !given.text.isSameName(as: "$false")) : given)
                } else if parameter.isMandatory {
                    let answer = try interpreter.client.answer(to: Need.Question(prompt: parameter.name, kind: .text))
                    bound.values[parameter.name] = BoundArguments.Bound(value: .text(answer))
                }
            }
            try interpreter.declare(block, bound, in: interpreter.root, of: "the script", waiting: [], at: block.place)
            return nil
        } catch {
            return end(error, &outcome)?.error
        }
    }

    private func run(_ statement: Statement, _ outcome: inout ScriptOutcome) -> (CmdletResult?, isLast: Bool) {
        interpreter.streams = Streams()
        var result = CmdletResult(line: statement.place.line, command: statement.text), isLast = false
        do throws(Stop) {
            try interpreter.run(statement, into: Console(interpreter))
        } catch {
            isLast = true
            result.error = end(error.at(statement.place), &outcome)?.error
        }
        let streams = interpreter.streams
        result.errors = streams.errors
        result.warnings = streams.warnings
        result.output = streams.output
        result.text = OutputText.render(streams.items)
        interpreter.transcript?.text += result.text
        return (result, isLast)
    }

    private struct Ended { let error: CmdletError? }

    /// What becomes of a script whose statement ended before its time.
    private func end(_ stop: Stop, _ outcome: inout ScriptOutcome) -> Ended? {
        switch stop {
        case .failed(let failure):
            outcome.applied = false
            return Ended(error: failure.error)
        case .limit(let error):
            outcome.applied = false
            return Ended(error: error)
        case .needs(let need):
            outcome.applied = false
            outcome.needs = [need]
        case .leave(let code): outcome.exitCode = code
        case .interrupt, .resume, .giveBack, .enough: break
        }
        return nil
    }

    private func finish(_ outcome: inout ScriptOutcome) {
        do throws(Stop) { try interpreter.closeTranscript() } catch {
            if let ended = end(error, &outcome) {
                outcome.results.append(CmdletResult(line: 1, command: "Start-Transcript", error: ended.error))
            }
        }
        outcome.files = interpreter.client.outputs
        if outcome.exitCode == 0, outcome.results.contains(where: { !$0.errors.isEmpty }) { outcome.exitCode = 1 }
    }
}
