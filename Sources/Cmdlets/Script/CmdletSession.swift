import Dialing

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

    /// Runs a script whole or not at all: after the first command that fails none is run and nothing is applied.
    package mutating func run(_ script: String) -> ScriptOutcome {
        let read: Script
        do throws(ScriptError) {
            read = try ScriptReader.read(script)
        } catch {
            let failed = CmdletResult(line: error.place.line, command: error.text, error: CmdletError(error))
            return ScriptOutcome(results: [failed], applied: false)
        }
        var run = ScriptRun(workspace: Workspace(tenant: tenant, users: users, operators: operators))
        var results: [CmdletResult] = []
        for statement in read.statements {
            results.append(run.execute(statement))
            if results.last!.error != nil { return ScriptOutcome(results: results, applied: false) }
        }
        return ScriptOutcome(results: results, applied: true, changes: apply(run.workspace))
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

/// What became of a script.
package struct ScriptOutcome: Sendable {
    /// One for each command that was run; the last is the one that failed, if any did.
    package var results: [CmdletResult]
    package var applied: Bool
    package var changes = Changes()

    /// What is different now.
    package struct Changes: Equatable, Sendable {
        package var tenant: Tenant?
        package var users: [User] = []
        package var isEmpty: Bool { tenant == nil && users.isEmpty }
    }
}

/// The contract's answer: `results` and `applied`.
extension ScriptOutcome: Encodable {
    private enum Key: CodingKey { case results, applied }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(results, forKey: .results)
        try container.encode(applied, forKey: .applied)
    }
}

/// What one command of a script did.
package struct CmdletResult: Sendable {
    package var line: Int
    /// As it was written.
    package var command: String
    package var output: [OutputObject] = []
    package var warnings: [String] = []
    package var error: CmdletError?

    /// The output in the look of PowerShell's `Format-List`, a blank line between objects.
    package var text: String { output.map(\.listText).joined(separator: "\n") }
}

/// `text` stands beside `output` since the order of a JSON object's members is nothing to rely on.
extension CmdletResult: Encodable {
    private enum Key: CodingKey { case line, command, output, text, warnings, error }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(line, forKey: .line)
        try container.encode(command, forKey: .command)
        try container.encode(output, forKey: .output)
        try container.encode(text, forKey: .text)
        try container.encode(warnings, forKey: .warnings)
        try container.encode(error, forKey: .error)
    }
}
