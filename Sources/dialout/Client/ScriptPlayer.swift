import ArgumentParser
import Foundation
import Service

/// Sends scripts to the service and shows what came of them. A session's variables come with each answer and go with the next script.
final class ScriptPlayer {
    private let client: HTTPClient
    private let tenant: String
    private let json: Bool
    /// What the session has kept; nil where a script stands alone.
    private(set) var variables: String?
    /// Whether a script of the session has ended it by `exit`.
    private(set) var hasLeft = false
    /// Whether a person waits at the terminal: then a question is asked there, and what takes long says so.
    private let isWatched = isatty(STDIN_FILENO) == 1
    var lines = InputLines()

    init(_ client: HTTPClient, tenant: String, json: Bool, keepsVariables: Bool) {
        (self.client, self.tenant, self.json) = (client, tenant, json)
        variables = keepsVariables ? "" : nil
    }

    /// Sends the script until it needs nothing more, and prints what it put out; the exit status.
    func play(_ script: String, name: String? = nil, parameters: [String: String] = [:]) throws -> Int32 {
        var rounds = CommandRounds(client, tenant: tenant, script: script, name: name, parameters: parameters)
        rounds.variables = variables
        let patience = Patience()
        let reply: HTTPClient.Reply
        do {
            defer { patience.end() }
            reply = try rounds.run(waiting: { patience.goesOn() }) { prompt, isSecret in
                patience.end()
                return try answer(prompt, isSecret)
            }
        } catch let unmet as CommandRounds.Unmet {
            remark("\(unmet); nothing was applied")
            return 1
        } catch is HTTPClient.GivenUp {
            remark("left; whether the script was applied is not known, since the service goes on with it")
            return 130
        }
        guard reply.isSuccess else {
            remark("\(reply.complaint); nothing was applied")
            return 1
        }
        let outcome = reply.json, status = try show(outcome, of: name)
        if status != 0, outcome["applied"] != .bool(true) { remark("nothing was applied") }
        if variables != nil, let kept = outcome["variables"].string {
            variables = kept
        } else if variables != nil, outcome["applied"] == .bool(true) {
            hasLeft = true
        }
        do { try CommandRounds.write(outcome["files"]) } catch {
            remark("\(error)")
            return 1
        }
        return status
    }

    /// What a script puts out as texts, nothing said of it: for names to complete. Empty where it fails.
    func texts(of script: String) -> [String] {
        let rounds = CommandRounds(client, tenant: tenant, script: script)
        return (try? rounds.outputs()) ?? []
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
    private func answer(_ prompt: String, _ isSecret: Bool) throws -> String? {
        guard isWatched else { return try lines.next() }
        if isSecret { return getpass("\(prompt): ").map { String(cString: $0) } }
        try say(prompt.isEmpty ? "" : "\(prompt): ", terminator: "")
        return try lines.next()
    }
}

/// Waiting for a script that takes long: from the second second on the terminal says so, and Ctrl-C at a prompt ends it.
private final class Patience {
    private var since = Date()
    private var shown = 0
    private let isWatched = isatty(STDERR_FILENO) == 1

    func goesOn() -> Bool {
        let seconds = Int(Date().timeIntervalSince(since))
        if isWatched, seconds >= 2, seconds > shown {
            shown = seconds
            try? write(Array("\rthe script runs, \(seconds) s".utf8), to: STDERR_FILENO, named: "standard error")
        }
        return !Interrupt.isPending
    }

    func end() {
        if shown > 0 { try? write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO, named: "standard error") }
        (since, shown) = (Date(), 0)
    }
}
