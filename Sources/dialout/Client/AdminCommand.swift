import ArgumentParser
import Foundation
import Service

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Run PowerShell cmdlets of Microsoft Teams against a tenant.",
        discussion: "Without -f or -c it prompts. A script is applied whole or not at all. Exit status: 0 all ran, 1 one failed, 2 usage.")

    @OptionGroup var options: ClientOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(name: .shortAndLong, help: "A script.") var file: String?
    @Option(name: .customShort("c"), help: "A command.") var command: String?

    func run() throws {
        let client = try options.client(), tenant = try client.tenant(tenant)
        if let file {
            let script: String
            do { script = try TextFile.read(file) } catch { throw fail("\(error)", code: 2) }
            guard try execute(script, named: file, client, tenant) else { throw ExitCode(1) }
        } else if let command {
            guard try execute(command, named: nil, client, tenant) else { throw ExitCode(1) }
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
            isFine = try run(pending, client, tenant) && isFine
            pending = ""
        }
        return try run(pending, client, tenant) && isFine
    }

    private func run(_ typed: String, _ client: HTTPClient, _ tenant: String) throws -> Bool {
        try typed.allSatisfy(\.isWhitespace) || execute(typed, named: nil, client, tenant)
    }

    /// Prints what the cmdlets put out; false when one failed.
    private func execute(_ script: String, named file: String?, _ client: HTTPClient, _ tenant: String) throws -> Bool {
        let reply = try client.send(
            "POST", "/v1/tenants/\(tenant.percentEncoded)/commands", body: Array(script.utf8), type: "text/plain; charset=utf-8")
        guard reply.isSuccess else {
            remark("\(reply.complaint); nothing was applied")
            return false
        }
        var isFine = true
        for result in reply.json["results"].array {
            for warning in result["warnings"].array { remark("WARNING: \(warning.string ?? "")") }
            if let text = result["text"].string, !text.isEmpty { try say(text) }
            guard let message = result["error"]["message"].string else { continue }
            isFine = false
            let place = result["error"]["line"].integer ?? result["line"].integer ?? 1
            let category = result["error"]["category"].string ?? "Error"
            remark("\(file ?? "line"):\(place): \(result["command"].string ?? ""): \(message) [\(category)]")
        }
        if !isFine, reply.json["applied"] != .bool(true) { remark("nothing was applied") }
        return isFine
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
