import Testing

@testable import Cmdlets

/// `-WhatIf` and `-Confirm` of what changes files and variables (about_CommonParameters).
@Suite("Changes on trial")
struct TrialTests {
    private static let changes: [(command: String, operation: String)] = [
        ("Set-Content f.txt b", "\"Set Content\" on target \"Path: f.txt\""), ("sc f.txt b", "\"Set Content\" on target \"Path: f.txt\""),
        ("Add-Content f.txt b", "\"Add Content\" on target \"Path: f.txt\""),
        ("'b' | Out-File f.txt", "\"Output to File\" on target \"f.txt\""),
        ("[pscustomobject]@{ a = 1 } | Export-Csv f.txt", "\"Export-Csv\" on target \"f.txt\""),
        ("New-Item g.txt", "\"Create File\" on target \"Destination: g.txt\""),
        ("New-Item g.txt -ItemType Directory", "\"Create Directory\" on target \"Destination: g.txt\""),
        ("mkdir g.txt", "\"Create Directory\" on target \"Destination: g.txt\""),
        ("Set-Variable x 2 -Scope Script", "\"Set variable\" on target \"Name: x Value: 2\""),
        ("New-Variable x 2 -Scope Script -Force", "\"New variable\" on target \"Name: x Value: 2\""),
        ("Remove-Variable x -Scope Script", "\"Remove variable\" on target \"Name: x\""),
        ("Start-Transcript g.txt", "\"Start-Transcript\" on target \"g.txt\""),
    ]
    private static let before = "'a' | Set-Content f.txt; $x = 1; "
    private static let after = "; $WhatIfPreference = $false; Get-Content f.txt; $x; Test-Path g.txt"
    private static let unchanged = "a\n1\nFalse\n"

    private func run(_ script: String, answers: [String] = []) -> ScriptOutcome {
        var session = AdminFixture.seeded, input = RunInput()
        input.files = ["g.txt": .absent]
        input.answers = answers
        return session.run(script, input)
    }

    @Test("-WhatIf says what would be done and does nothing", arguments: changes.indices)
    func whatIf(index: Int) {
        let (command, operation) = Self.changes[index]
        for trial in [
            "\(command) -WhatIf", "$WhatIfPreference = $true; \(command)",
            "function F { [CmdletBinding(SupportsShouldProcess)] param() \(command) } F -WhatIf",
        ] {
            let outcome = run(Self.before + trial + Self.after), shown = outcome.results.map(\.text).joined()
            #expect(shown == "What if: Performing the operation \(operation).\n" + Self.unchanged, "\(trial): \(outcome)")
        }
        let outcome = run(Self.before + "$WhatIfPreference = $true; \(command) -WhatIf:$false" + Self.after)
        #expect(outcome.applied && outcome.results.map(\.text).joined() != Self.unchanged, "\(command)")
    }

    @Test("-Confirm asks, and a no does nothing", arguments: changes.indices)
    func confirm(index: Int) {
        let (command, operation) = Self.changes[index]
        for asked in ["\(command) -Confirm", "$ConfirmPreference = 'Low'; \(command); $ConfirmPreference = 'High'"] {
            let script = Self.before + asked + Self.after
            #expect(String(describing: run(script).needs).contains(operation.replacing("\"", with: "\\\"")), "\(asked)")
            #expect(run(script, answers: ["N"]).results.map(\.text).joined() == Self.unchanged, "\(asked)")
            let outcome = run(script, answers: ["Y"])
            #expect(outcome.applied && outcome.results.map(\.text).joined() != Self.unchanged, "\(asked)")
        }
    }

    private static let others: [(script: String, shown: String)] = [
        ("$WhatIfPreference = $true; 'b' > f.txt", "What if: Performing the operation \"Output to File\" on target \"f.txt\".\n"),
        (
            "$WhatIfPreference = $true; 'b' | Tee-Object f.txt",
            "What if: Performing the operation \"Output to File\" on target \"f.txt\".\nb\n"
        ),
        ("Set-Content f.txt, g.txt b -Confirm", ""),
    ]

    @Test("what is redirected is on trial too, and an answer to all holds for all paths", arguments: others.indices)
    func other(index: Int) {
        let (script, shown) = Self.others[index]
        let outcome = run(Self.before + script + Self.after, answers: ["L"])
        #expect(outcome.results.map(\.text).joined() == shown + Self.unchanged, "\(script): \(outcome)")
    }

    @Test(
        "what changes nothing refuses both by name",
        arguments: [
            "Get-Content f.txt", "Start-Sleep 1", "Get-CsOnlineVoiceRoute", "Write-Output 1", "1 | Select-Object", "Get-Variable x",
            "Test-CsVoiceNormalizationRule", "Get-Help", "function F { [CmdletBinding()] param() 1 } F", "1 | Tee-Object -Variable v",
        ])
    func refused(command: String) throws {
        for name in ["WhatIf", "Confirm"] {
            let error = try run("\(command) -\(name)").failure()
            #expect(error.message.contains("has no parameter -\(name)"), "\(command): \(error.message)")
        }
    }

    @Test("a function asks by itself where its ConfirmImpact is $ConfirmPreference or above", arguments: ["High", "Medium", "Low", "None"])
    func impact(impact: String) {
        for preference in ["High", "Medium", "Low", "None"] {
            let function =
                "function F { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = '\(impact)')] param() $PSCmdlet.ShouldProcess('x') }"
            let outcome = run("\(function)\n$ConfirmPreference = '\(preference)'; F")
            let levels = ["None", "Low", "Medium", "High"], own = levels.firstIndex(of: impact)!, asked = levels.firstIndex(of: preference)!
            #expect((outcome.needs != nil) == (own > 0 && asked > 0 && asked <= own), "\(impact) at \(preference)")
        }
    }

    @Test(
        "a setting of CmdletBinding that is not honoured is refused by its name",
        arguments: ["SupportsPaging", "RemotingCapability = 'None'", "ConfirmImpact = 'Huge'", "Foo = 1"])
    func settings(setting: String) throws {
        let error = try run("function F { [CmdletBinding(\(setting))] param() 1 } F").failure()
        let words = setting.lowercased().replacing("'", with: "")
        #expect(error.message.lowercased().contains("the attribute [cmdletbinding(\(words))] is not available here"), "\(error.message)")
    }
}
