import Dialing

/// What became of a script.
package struct ScriptOutcome: Sendable {
    /// One for each statement that was run; the last is the one that failed, if any did.
    package var results: [CmdletResult]
    package var applied: Bool
    package var changes = Changes()
    /// What the client must give before the script can go on; nothing was applied then.
    package var needs: [Need]?
    /// What the script has written, by the names that it gave.
    package var files: [(name: String, text: String)] = []
    /// What `exit` gave; 1 where an error was told and passed over.
    package var exitCode = 0
    /// What ended the script, where that was an error.
    var failure: CommandFailure?
    /// Whether the script ended by `exit`.
    var hasLeft = false
    /// The session's variables and functions by now, where they were asked for: a text to be given back with the next script.
    package var variables: String?

    init(results: [CmdletResult], applied: Bool) { (self.results, self.applied) = (results, applied) }

    /// A script that was not begun.
    init(refused error: CmdletError, command: String) {
        results = [CmdletResult(line: error.line ?? 1, command: command, error: error)]
        (applied, exitCode, failure) = (false, 1, CommandFailure(error))
    }

    /// What is different now.
    package struct Changes: Equatable, Sendable {
        package var tenant: Tenant?
        package var users: [User] = []
        /// Whose invites are to be rewritten, in order.
        package var migrations: [String] = []
        package var isEmpty: Bool { tenant == nil && users.isEmpty && migrations.isEmpty }
    }
}

/// The contract's answer: `results` and `applied`, and `needs`, `files`, `exitCode` and `variables` where there are any.
extension ScriptOutcome: Encodable {
    private enum Key: CodingKey { case results, applied, needs, files, exitCode, variables }
    private enum NeedKey: CodingKey { case files, paths, answers }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(results, forKey: .results)
        try container.encode(applied, forKey: .applied)
        if exitCode != 0, applied { try container.encode(exitCode, forKey: .exitCode) }
        if !files.isEmpty { try container.encode(Dictionary(files.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 }), forKey: .files) }
        try container.encodeIfPresent(variables, forKey: .variables)
        guard let needs else { return }
        var nested = container.nestedContainer(keyedBy: NeedKey.self, forKey: .needs)
        try nested.encode(needs.compactMap { if case .file(let name) = $0 { name } else { nil } }, forKey: .files)
        try nested.encode(needs.compactMap { if case .path(let name) = $0 { name } else { nil } }, forKey: .paths)
        try nested.encode(needs.compactMap { if case .answer(let question) = $0 { question } else { nil } }, forKey: .answers)
    }
}

/// What one statement of a script did.
package struct CmdletResult: Sendable {
    package var line: Int
    /// As it was written.
    package var command: String
    package var output: [OutputObject] = []
    /// What it put out and said, as PowerShell shows it.
    package var text = ""
    package var warnings: [String] = []
    /// The error that ended it.
    package var error: CmdletError?
    /// Errors that were told and passed over, as `Continue` of `-ErrorAction` or `$ErrorActionPreference` said.
    package var errors: [CmdletError] = []

    init(line: Int, command: String, error: CmdletError? = nil) { (self.line, self.command, self.error) = (line, command, error) }
}

/// `text` stands beside `output` since the order of a JSON object's members is nothing to rely on. `error` is the one that ended it, or else the
/// first that was passed over.
extension CmdletResult: Encodable {
    private enum Key: CodingKey { case line, command, output, text, warnings, error, errors }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(line, forKey: .line)
        try container.encode(command, forKey: .command)
        try container.encode(output, forKey: .output)
        try container.encode(text, forKey: .text)
        try container.encode(warnings, forKey: .warnings)
        try container.encode(error ?? errors.first, forKey: .error)
        if !errors.isEmpty { try container.encode(errors, forKey: .errors) }
    }
}
