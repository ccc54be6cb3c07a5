import ArgumentParser
import Cmdlets
import Foundation
import Service

/// Commands typed one after the other. What leaves a bracket, a quote or a pipe open goes on over lines; variables live until the end.
final class AdminPrompt {
    private let player: ScriptPlayer
    private let tenant: String
    private var pending = ""
    /// Whether what is pending was copied from a console, whose `>> ` stand before its lines.
    private var isCopied = false
    private var names: [String: (texts: [String], at: Date)] = [:]
    /// Seconds for which the service's names are not asked for again.
    private static let namesLive = 20.0

    init(_ player: ScriptPlayer, tenant: String) { (self.player, self.tenant) = (player, tenant) }

    /// Reads until the input ends or a script ends the session; the exit status, which for what was piped in tells that a command failed.
    func run() throws -> Int32 {
        guard let editor = LineEditor(history: LineHistory(), completer: { self.completions(of: $0) }) else { return try runPiped() }
        while true {
            switch editor.next(prompt: pending.isEmpty ? "PS \(tenant)> " : ">> ") {
            case .dropped: drop()
            case .end:
                if pending.isEmpty {
                    try say("")
                    // Whoever typed what failed has seen it.
                    return 0
                }
                drop()
                try say("")
            case .line(let line):
                editor.remember(line)
                guard let status = try take(line) else { return 0 }
                if player.hasLeft { return status }
                Interrupt.clear()
            }
        }
    }

    private func runPiped() throws -> Int32 {
        var isFine = true
        while true {
            if isatty(STDIN_FILENO) == 1 { try say(pending.isEmpty ? "PS \(tenant)> " : ">> ", terminator: "") }
            let read: String?
            do { read = try player.lines.next() } catch {
                remark("\(error)")
                drop()
                isFine = false
                continue
            }
            guard let line = read else { break }
            guard let status = try take(line) else { break }
            if player.hasLeft { return status }
            isFine = isFine && status == 0
        }
        // What was left open is sent as it is: the service says what is missing.
        let last = try play(pending)
        return player.hasLeft ? last : last == 0 && isFine ? 0 : 1
    }

    private func drop() { (pending, isCopied) = ("", false) }

    /// Takes one more line, and runs what is whole with it: the status of that, 0 where more is to come. Nil when the line alone ends the session.
    private func take(_ typed: String) throws -> Int32? {
        let (line, wasCopied) = TypedScript.withoutPrompt(typed, goesOn: isCopied && !pending.isEmpty)
        isCopied = isCopied || wasCopied
        if pending.isEmpty, ["exit", "quit"].contains(line.trimmingCharacters(in: .whitespaces).lowercased()) { return nil }
        pending += pending.isEmpty ? line : "\n" + line
        if TypedScript.isUnfinished(pending) { return 0 }
        defer { drop() }
        return try play(pending)
    }

    private func play(_ script: String) throws -> Int32 { try script.allSatisfy(\.isWhitespace) ? 0 : player.play(script) }

    private func completions(of before: String) -> (typed: Int, candidates: [String]) {
        let text = pending.isEmpty ? before : pending + "\n" + before
        let completion = Completion(of: text, variables: SessionText.variableNames(in: player.variables ?? ""))
        var candidates = completion.candidates
        if let script = completion.names { candidates += completion.candidates(among: known(script)) }
        return (completion.typed, candidates)
    }

    private func known(_ script: String) -> [String] {
        if let known = names[script], Date().timeIntervalSince(known.at) < Self.namesLive { return known.texts }
        let texts = player.texts(of: script)
        names[script] = (texts, Date())
        return texts
    }
}
