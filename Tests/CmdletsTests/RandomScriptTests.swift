import Basis
import Dialing
import FuzzTargets
import Testing

@testable import Cmdlets

@Suite("Random scripts")
struct RandomScriptTests {
    @Test("from the grammar: nothing traps, and what is not applied changes nothing")
    func grammar() {
        var scripts = ScriptGrammar(SeededRandom(seed: 7))
        let before = AdminFixture.seeded
        var read = 0, applied = 0
        for _ in 0..<3_000 {
            let script = scripts.script()
            var session = before
            let outcome = session.run(script)
            if outcome.results.last?.error?.category != .parserError { read += 1 }
            if outcome.applied {
                applied += 1
                #expect(outcome.results.allSatisfy { $0.error == nil } && outcome.needs == nil, "\(script)")
            } else {
                #expect(session.tenant == before.tenant && session.users == before.users && outcome.changes.isEmpty, "\(script)")
                #expect(outcome.needs != nil || outcome.results.last?.error?.line != nil, "\(script)")
            }
        }
        #expect(read > 1_500 && applied > 300, "\(read) read, \(applied) applied")
    }

    /// How one change of the list of usages is written, and what its failure means.
    private enum Manner: CaseIterable {
        case plain, caught, told, silent, ignored, inFunction, trial
    }

    @Test("whole or not at all, against a plain list: a failed cmdlet is undone alone, or ends everything")
    func model() throws {
        var random = SeededRandom(seed: 11)
        for round in 0..<300 {
            var session = AdminFixture.session, list = ["base"], fails = false, records = 0
            #expect(session.run("Set-CsOnlinePstnUsage -Usage 'base'").applied)
            var lines = ["function Add-It($n) { Set-CsOnlinePstnUsage -Usage @{Add=$n} }"]
            for _ in 0..<Int.random(in: 1...8, using: &random) where !fails {
                let names = (0..<Int.random(in: 1...3, using: &random)).map { _ in "u\(Int.random(in: 0..<6, using: &random))" }
                let manner = Manner.allCases.randomElement(using: &random)!
                let isRefused = Set(names).count < names.count || names.contains { list.contains($0) }
                let given = names.map { "'\($0)'" }.joined(separator: ","), change = "Set-CsOnlinePstnUsage -Usage @{Add=\(given)}"
                switch manner {
                case .plain: lines.append(change)
                case .caught: lines.append("try { \(change) } catch { }")
                case .told: lines.append("\(change) -ErrorAction Continue")
                case .silent: lines.append("\(change) -ErrorAction SilentlyContinue")
                case .ignored: lines.append("\(change) -ErrorAction Ignore")
                case .inFunction: lines.append("Add-It \(given)")
                case .trial: lines.append("\(change) -WhatIf")
                }
                if isRefused {
                    fails = [.plain, .inFunction, .trial].contains(manner)
                    if manner == .told { records += 1 }
                } else if manner != .trial {
                    list += names
                }
            }
            let outcome = session.run(lines.joined(separator: "\n"))
            #expect(outcome.applied == !fails, "\(round): \(lines)")
            #expect(session.tenant.pstnUsages == (fails ? ["base"] : list), "\(round): \(lines)")
            #expect(
                fails || outcome.results.flatMap(\.errors).count == records && outcome.exitCode == (records > 0 ? 1 : 0),
                "\(round): \(lines)")
        }
    }
}
