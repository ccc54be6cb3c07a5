import Dialing
import Testing

@testable import Cmdlets

@Suite("Cmdlets")
struct CmdletTests {
    @Test("do what they are documented to do", arguments: CmdletCases.good.indices)
    func good(index: Int) {
        let example = CmdletCases.good[index]
        var session = AdminFixture.seeded
        let outcome = session.run(example.script)
        #expect(outcome.results.compactMap(\.error) == [], "\(example.script)")
        #expect(outcome.applied)
        #expect(outcome.last(example.property) == example.output, "\(example.script)")
        #expect(outcome.warnings.count == example.warnings.count, "\(example.script): \(outcome.warnings)")
        for (warning, part) in zip(outcome.warnings, example.warnings) { #expect(warning.contains(part)) }
    }

    @Test("refuse what they must, and change nothing", arguments: CmdletRefusals.all.indices)
    func bad(index: Int) throws {
        let example = CmdletRefusals.all[index]
        var session = AdminFixture.seeded
        let before = session
        let error = try session.run("Set-CsOnlinePstnUsage -Usage @{Add='before'}\n" + example.command).failure()
        #expect(error.category == example.category, "\(example.command): \(error)")
        #expect(error.message.contains(example.word), "\(example.command): \(error)")
        #expect(error.line == 2)
        #expect(session.tenant == before.tenant && session.users == before.users)
    }

    @Test("what is documented but not held is said plainly", arguments: NotHeldCmdlets.all.map(\.name))
    func notHeld(name: String) throws {
        var session = AdminFixture.session
        let error = try session.run("\(name) -Any thing").failure()
        #expect(error.category == .notImplemented && error.message.contains("not held by this service"))
    }

    @Test("each has an example of what works and of what does not")
    func coverage() {
        let held = CmdletTable.all.filter { cmdlet in !NotHeldCmdlets.all.contains { $0.name == cmdlet.name } }
        #expect(held.count > 50)
        for cmdlet in held {
            #expect(CmdletCases.good.contains { mentions($0.script, cmdlet.name) }, "nothing shows \(cmdlet.name)")
            guard !cmdlet.acceptsAnything else { continue }
            #expect(CmdletRefusals.all.contains { mentions($0.command, cmdlet.name) }, "nothing is refused by \(cmdlet.name)")
        }
    }

    private func mentions(_ script: String, _ name: String) -> Bool {
        let words = script.lowercased().split { !$0.isLetter && $0 != "-" }
        return words.contains { $0 == name.lowercased() }
    }

    @Test(
        "what is granted is put out with -PassThru, and without it nothing is",
        arguments: [
            "Grant-CsOnlineAudioConferencingRoutingPolicy Bob 'International Policy'",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Group Sales 'International Policy' -Rank 1",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Global 'International Policy'",
            "Grant-CsDialoutPolicy Bob DialoutCPCDomesticPSTNInternational", "Grant-CsDialoutPolicy -Global DialoutCPCandPSTNDisabled",
            "Grant-CsTeamsMeetingPolicy Alice M", "New-CsGroupPolicyAssignment Sales TeamsMeetingPolicy M 1",
        ])
    func passThru(command: String) {
        for (suffix, count) in [("", 0), (" -PassThru", 1), (" -PassThru:$false", 0)] {
            var session = AdminFixture.seeded
            let outcome = session.run("New-CsTeamsMeetingPolicy M | Out-Null; " + command + suffix)
            #expect(outcome.applied && outcome.results.last?.output.count == count, "\(suffix): \(outcome.results)")
        }
    }

    @Test(
        "a program or another script is refused as such, however it is named",
        arguments: [
            "x.ps1", "X.PS1", "x.psm1", "x.exe", "x.bat", "x.cmd", ".\\x", "./x", "a/b", "C:\\x",
        ])
    func programs(name: String) {
        #expect(CommandNames.reason(name) == "a script runs no programs or other scripts; put the functions into this one")
        #expect(CommandNames.reason("x.txt") == nil && CommandNames.reason("Get-Nothing") == nil && CommandNames.reason("xps1") == nil)
    }

    @Test("what nests up to the limit comes to a cmdlet whole, and what lies deeper as the name of its type")
    func nesting() {
        let wraps: [(name: String, wrap: (Value) -> Value)] = [
            ("array", { .array(ArrayBox([$0])) }), ("object", { .object(ObjectBox([ObjectBox.Property(name: "a", value: $0)])) }),
            (
                "table",
                { value in
                    let table = TableBox()
                    table["a"] = value
                    return .table(table)
                }
            ),
        ]
        for (name, wrap) in wraps {
            func innermost(_ depth: Int) -> String {
                var value = (0..<depth).reduce(Value.text("x")) { value, _ in wrap(value) }.asCmdletValue()
                while true {
                    switch value {
                    case .list(let items): value = items[0]
                    case .table(let entries): value = entries["a"] ?? .null
                    case .object(let object): value = object["a"] ?? .null
                    case .text(let text): return text
                    default: return "?"
                    }
                }
            }
            #expect(innermost(Meter.levelLimit - 1) == "x", "\(name)")
            #expect(innermost(Meter.levelLimit) == "System.String", "\(name)")
        }
    }

    @Test("every parameter can be given by name", arguments: CmdletTable.all.map(\.name))
    func parameters(name: String) throws {
        let cmdlet = try #require(CmdletTable.named(name))
        guard !cmdlet.acceptsAnything else { return }
        #expect(
            Set((cmdlet.parameters + cmdlet.common).map { $0.name.lowercased() }).count == cmdlet.parameters.count
                + cmdlet.common.count)
        for parameter in cmdlet.parameters {
            let value: CmdletValue =
                switch parameter.kind {
                case .integer(let range): .integer(range.lowerBound)
                case .limit: .text("Unlimited")
                case .truth, .toggle: .truth(true)
                case .choice(let choices): .text(choices[0])
                case .text, .texts, .listChange, .value, .ignored, .notHeld: .text("x")
                }
            let given = Binder.Given.parameter(parameter.name.uppercased(), value: value, Script.Place(line: 1, column: 1))
            if case .notHeld = parameter.kind {
                #expect(throws: CmdletError.self) { try Binder.bind([given], to: cmdlet) }
            } else {
                #expect(try Binder.bind([given], to: cmdlet).has(parameter.name))
            }
        }
    }
}
