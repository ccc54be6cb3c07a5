import ArgumentParser
import Foundation
import Service

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Run PowerShell cmdlets of Microsoft Teams against a tenant.",
        discussion: """
            Without -f or -c it prompts. A script is applied whole or not at all; the files and answers that it asks for are read here, and what it \
            writes is written here. Behind -- stand values for its own param(): -- -Name value. Exit status: 0 all ran, 1 one failed, 2 usage, \
            or what the script's exit gave.
            """)

    @OptionGroup var options: ClientOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(name: .shortAndLong, help: "A script.") var file: String?
    @Option(name: .customShort("c"), help: "A command.") var command: String?
    @Flag(help: "Print the objects that were put out, as JSON.") var json = false
    @Argument(parsing: .postTerminator, help: "Values for the script's param().") var parameters: [String] = []

    func run() throws {
        let client = try options.client(), tenant = try client.tenant(tenant)
        if let file {
            let script: String
            do { script = try TextFile.read(file) } catch { throw fail("\(error)", code: 2) }
            let values = try CommandRounds.parameters(parameters)
            var lines = InputLines()
            let status = try execute(CommandRounds(client, tenant: tenant, script: script, name: file, parameters: values), &lines)
            if status != 0 { throw ExitCode(status) }
        } else if let command {
            var lines = InputLines()
            let status = try execute(CommandRounds(client, tenant: tenant, script: command), &lines)
            if status != 0 { throw ExitCode(status) }
        } else {
            let isFine = try prompt(client, tenant)
            // At a terminal whoever typed it has seen it; a pipe has nobody but the exit status.
            if !isFine, isatty(0) != 1 { throw ExitCode(1) }
        }
    }

    /// Reads commands until the input ends; what opens a bracket or a quote, or ends in a backtick, goes on over lines. False when one failed.
    private func prompt(_ client: HTTPClient, _ tenant: String) throws -> Bool {
        var pending = "", isFine = true, lines = InputLines()
        while true {
            if isatty(0) == 1 { try say(pending.isEmpty ? "PS \(tenant)> " : ">> ", terminator: "") }
            let read: String?
            do { read = try lines.next() } catch {
                remark("\(error)")
                (pending, isFine) = ("", false)
                continue
            }
            guard let line = read else { break }
            if pending.isEmpty, ["exit", "quit"].contains(line.lowercased()) { break }
            pending += pending.isEmpty ? line : "\n" + line
            if pending.hasSuffix("`") || pending.isUnclosed { continue }
            isFine = try run(pending, client, tenant, &lines) && isFine
            pending = ""
        }
        return try run(pending, client, tenant, &lines) && isFine
    }

    private func run(_ typed: String, _ client: HTTPClient, _ tenant: String, _ lines: inout InputLines) throws -> Bool {
        try typed.allSatisfy(\.isWhitespace) || execute(CommandRounds(client, tenant: tenant, script: typed), &lines) == 0
    }

    /// Sends the script until it needs nothing more, and prints what it put out; the exit status.
    private func execute(_ rounds: CommandRounds, _ lines: inout InputLines) throws -> Int32 {
        var rounds = rounds
        let reply: HTTPClient.Reply
        do {
            reply = try rounds.run { prompt, isSecret in try answer(prompt, isSecret, &lines) }
        } catch let unmet as CommandRounds.Unmet {
            remark("\(unmet); nothing was applied")
            return 1
        }
        guard reply.isSuccess else {
            remark("\(reply.complaint); nothing was applied")
            return 1
        }
        let outcome = reply.json, status = try show(outcome, of: rounds.name)
        if status != 0, outcome["applied"] != .bool(true) { remark("nothing was applied") }
        do { try CommandRounds.write(outcome["files"]) } catch {
            remark("\(error)")
            return 1
        }
        return status
    }

    /// Prints what each statement put out and said; the exit status.
    private func show(_ outcome: JSONValue, of file: String?) throws -> Int32 {
        var isFine = true, objects: [JSONValue] = []
        for result in outcome["results"].array {
            for warning in result["warnings"].array { remark("WARNING: \(warning.string ?? "")") }
            objects += result["output"].array
            if !json, let text = result["text"].string, !text.isEmpty { try say(text, terminator: text.hasSuffix("\n") ? "" : "\n") }
            let passedOver = result["errors"].array
            for error in passedOver.isEmpty || outcome["applied"] != .bool(true) ? [result["error"]] : passedOver {
                guard let message = error["message"].string else { continue }
                isFine = false
                let place = error["line"].integer ?? result["line"].integer ?? 1
                remark("\(file ?? "line"):\(place): \(result["command"].string ?? ""): \(message) [\(error["category"].string ?? "Error")]")
            }
        }
        if json { try say(String(decoding: JSON.encode(JSONValue.array(objects)), as: UTF8.self)) }
        if let code = outcome["exitCode"].integer, code != 0 { return Int32(truncatingIfNeeded: code & 0xFF) }
        return isFine ? 0 : 1
    }

    /// Asks whoever is there; a pipe answers with its next line.
    private func answer(_ prompt: String, _ isSecret: Bool, _ lines: inout InputLines) throws -> String? {
        guard isatty(0) == 1 else { return try lines.next() }
        if isSecret { return getpass("\(prompt): ").map { String(cString: $0) } }
        try say(prompt.isEmpty ? "" : "\(prompt): ", terminator: "")
        return try lines.next()
    }
}

extension String {
    /// Whether a quote or a bracket is still open.
    fileprivate var isUnclosed: Bool {
        var depth = 0, quote: Character?
        for character in self {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "({".contains(character) {
                depth += 1
            } else if ")}".contains(character) {
                depth -= 1
            }
        }
        return depth > 0 || quote != nil
    }
}

extension JSONValue {
    /// As a person would read it.
    var text: String {
        switch self {
        case .null: ""
        case .bool(let flag): flag ? "True" : "False"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array(let elements): "{" + elements.map(\.text).joined(separator: ", ") + "}"
        case .object(let members):
            "[" + members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: "; ") + "]"
        }
    }
}
