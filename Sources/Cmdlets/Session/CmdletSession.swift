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
    /// Who runs the script, as the audit names them.
    package var author = ""
    /// The name of the script's file, if it has one.
    package var name = ""
    /// What the answer before gave as ``ScriptOutcome/variables``: those that the script finds set. Empty for a session that begins, nil where
    /// there is none.
    package var variables: String?
    /// Whether the time that the script may take is over, asked while it runs.
    package var isOverdue: @Sendable () -> Bool = { false }

    package init() {}
}

/// A tenant and its users under administration by scripts of cmdlets (contract, "commands").
package struct CmdletSession: Sendable {
    package private(set) var tenant: Tenant
    package private(set) var users: Users
    package let operators: [Operator]
    private let migrations: [String: MeetingMigration]

    /// `operators` are those that the platform knows; `migrations` what became of rewritten invites, by user principal name.
    package init(tenant: Tenant, users: Users, operators: [Operator], migrations: [String: MeetingMigration] = [:]) {
        self.migrations = migrations
        self.tenant = tenant
        self.users = users
        self.operators = operators
    }

    /// Runs a script whole or not at all: after the first command that fails, unless the script says that it goes on, none is run and nothing is
    /// applied. What is not available is refused before anything is run.
    package mutating func run(_ script: String, _ input: RunInput = RunInput()) -> ScriptOutcome {
        let kept: SessionReader
        do throws(SessionText.Unreadable) { kept = try SessionReader(input.variables ?? "") } catch {
            return ScriptOutcome(refused: .invalid("variables", "variables \(error.description)"), command: "")
        }
        var client = ClientSide(files: input.files, answers: input.answers, now: input.now, name: input.name)
        client.parameters = input.parameters.reduce(into: [:]) { $0[$1.key.lowercased()] = .text($1.value) }
        let interpreter = Interpreter(
            .all,
            workspace: Workspace(
                tenant: tenant, users: users, operators: operators, migrations: migrations, now: input.now, author: input.author),
            client: client)
        interpreter.meter.isOverdue = input.isOverdue
        var outcome: ScriptOutcome
        do throws(Stop) {
            try interpreter.take(kept, of: input.variables?.utf8.count ?? 0)
            outcome = Self.run(script, by: interpreter, knowing: kept.functions)
        } catch {
            outcome = ScriptOutcome(refused: error.fault ?? .invalid("variables", "the variables cannot be set"), command: "")
        }
        // `exit` ends the session as well, of which nothing is kept then.
        if let before = input.variables, !outcome.hasLeft { keepVariables(of: interpreter, over: before, in: &outcome) }
        if outcome.applied { outcome.changes = apply(interpreter.workspace) }
        interpreter.dismantle()
        return outcome
    }

    private static func run(_ script: String, by interpreter: Interpreter, knowing functions: [Function]) -> ScriptOutcome {
        let read: Script
        do throws(ScriptError) {
            read = try ScriptReader.read(script)
        } catch {
            return ScriptOutcome(refused: CmdletError(error), command: error.text)
        }
        if let fault = ScriptCheck.firstFault(in: read, knowing: functions) {
            return ScriptOutcome(refused: fault, command: read.statement(at: fault.line))
        }
        return ScriptRun(interpreter).run(read)
    }

    /// Variables that are too much to be kept are an error of the script: it would be on its own otherwise with the next line.
    private func keepVariables(of interpreter: Interpreter, over before: String, in outcome: inout ScriptOutcome) {
        do throws(CmdletError) {
            if outcome.applied {
                outcome.variables = try SessionWriter.write(interpreter)
            } else if let failure = outcome.failure {
                outcome.variables = try SessionWriter.write(before, failedBy: failure, in: interpreter)
            }
        } catch {
            let command = outcome.results.last?.command ?? ""
            outcome.results.append(CmdletResult(line: outcome.results.last?.line ?? 1, command: command, error: error))
            (outcome.applied, outcome.files, outcome.exitCode) = (false, [], 0)
        }
    }

    private mutating func apply(_ workspace: Workspace) -> ScriptOutcome.Changes {
        var changes = ScriptOutcome.Changes(tenant: workspace.tenant == tenant ? nil : workspace.tenant)
        for (principal, user) in workspace.changed.sorted(by: { $0.key < $1.key }) where users[principal] != user {
            changes.users.append(user)
            users.put(user)
        }
        tenant = workspace.tenant
        changes.migrations = workspace.requestedMigrations.sorted()
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
        result.text = OutputText.render(streams.items, itemLimit: interpreter.itemLimit)
        interpreter.transcript?.text += result.text
        return (result, isLast)
    }

    private struct Ended { let error: CmdletError? }

    /// What becomes of a script whose statement ended before its time.
    private func end(_ stop: Stop, _ outcome: inout ScriptOutcome) -> Ended? {
        switch stop {
        case .failed(let failure):
            (outcome.applied, outcome.failure) = (false, failure)
            return Ended(error: failure.error)
        case .limit(let error):
            (outcome.applied, outcome.failure) = (false, CommandFailure(error))
            return Ended(error: error)
        case .needs(let need):
            outcome.applied = false
            outcome.needs = [need]
        case .leave(let code): (outcome.exitCode, outcome.hasLeft) = (code, true)
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
