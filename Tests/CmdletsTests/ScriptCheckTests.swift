import Testing

@testable import Cmdlets

/// A script is looked through whole before anything of it is run.
@Suite("What is not here is found before anything is run")
struct ScriptCheckTests {
    /// Wherever a command can stand.
    private static let places: [String] = [
        "Get-Nope", "1 | Get-Nope", "Get-Nope | Write-Output", "$a = Get-Nope", "$a[(Get-Nope)] = 1", "$a.b.((Get-Nope)) = 1",
        "if (Get-Nope) { 1 }", "if ($false) { Get-Nope }", "if ($true) { 1 } elseif (Get-Nope) { 2 }",
        "if ($true) { 1 } elseif ($false) { Get-Nope }", "if ($true) { 1 } else { Get-Nope }", "foreach ($i in Get-Nope) { 1 }",
        "foreach ($i in @()) { Get-Nope }", "for ($i = (Get-Nope); $false; $i++) { 1 }", "for ($i = 0; (Get-Nope); $i++) { 1 }",
        "for ($i = 0; $false; $i = (Get-Nope)) { 1 }", "for (; $false; ) { Get-Nope }", "while (Get-Nope) { 1 }",
        "while ($false) { Get-Nope }",
        "do { 1 } while (Get-Nope)", "do { 1; break; Get-Nope } until ($true)", "switch (Get-Nope) { 1 { 2 } }",
        "switch (1) { (Get-Nope) { 2 } }", "switch (1) { 2 { Get-Nope } }", "switch (1) { 1 { 2 } default { Get-Nope } }",
        "switch (1) { { Get-Nope } { 2 } }", "try { 1; if ($false) { Get-Nope } } catch { 1 }", "try { 1 } catch { Get-Nope }",
        "try { 1 } catch { 1 } finally { Get-Nope }", "function f { Get-Nope }", "function f { function g { Get-Nope } }",
        "function f { begin { Get-Nope } process { 1 } end { 2 } }", "function f { begin { 1 } process { Get-Nope } end { 2 } }",
        "function f { begin { 1 } process { 1 } end { Get-Nope } }", "function f { param($x = (Get-Nope)) 1 }",
        "function f { param([ValidateScript({ Get-Nope })]$x) 1 }", "if ($false) { throw (Get-Nope) }", "function f { return (Get-Nope) }",
        "if ($false) { exit (Get-Nope) }", "1 > (Get-Nope)", "Get-CsOnlineUser > (Get-Nope)", "& (Get-Nope)", "& 'Get-Nope'",
        "Write-Output (Get-Nope)", "Write-Output -InputObject (Get-Nope)", "Write-Output -InputObject:(Get-Nope)",
        "Get-CsOnlineUser -Identity (Get-Nope)", "\"$(Get-Nope)\"", "(Get-Nope).Name", "'a'.((Get-Nope))", "'a'.PadLeft((Get-Nope))",
        "(Get-Nope).PadLeft(1)", "@(1)[(Get-Nope)]", "(Get-Nope)[0]", "1, (Get-Nope)", "@(Get-Nope)", "$(Get-Nope)", "(Get-Nope)",
        "@{ (Get-Nope) = 1 }", "@{ a = Get-Nope }", "$b = { Get-Nope }", "[int](Get-Nope)", "-not (Get-Nope)", "(Get-Nope) + 1",
        "1 + (Get-Nope)", "(Get-Nope) ? 1 : 2", "$true ? (Get-Nope) : 2", "$true ? 1 : (Get-Nope)", "1 | ForEach-Object { Get-Nope }",
        "[math]::Max(1, (Get-Nope))", "Get-CsOnlineUser | Where-Object { Get-Nope }", "& { Get-Nope }",
        "function Get-CsOnlineUser { 1 }; Get-CsOnlineUser { Get-Nope }",
    ]

    @Test("a command that there is not, wherever it stands", arguments: places)
    func commands(place: String) throws {
        var session = AdminFixture.seeded
        let outcome = session.run("'before'\n" + place)
        let error = try outcome.failure()
        #expect(outcome.results.count == 1 && error.message.contains("Get-Nope") && error.line == 2, "\(error)")
    }

    private static let others: [(script: String, words: String)] = [
        ("if ($false) { Write-Output -Nope 1 }", "Write-Output has no parameter -Nope"),
        ("if ($false) { Get-CsOnlineUser -Nope 1 }", "-Nope"), ("if ($false) { 'a'.Nope() }", "no value has a method Nope here"),
        ("if ($false) { 'a'.PadLft(1) }", "did you mean padleft?"), ("if ($false) { [math]::Nope }", "[math] has no Nope here; it has"),
        ("if ($false) { [math]::Nope(1) }", "[math] has no Nope here; it has"), ("if ($false) { . ./more.ps1 }", "more.ps1"),
        ("if ($false) { . './more' }", "more"), ("function f { 1 }; if ($false) { f; g }", "g"),
    ]

    @Test("a parameter, a method, a member of a type or another script that there is not", arguments: others.indices)
    func parts(index: Int) throws {
        var session = AdminFixture.seeded
        let (script, words) = Self.others[index], outcome = session.run("'before'\n" + script)
        let error = try outcome.failure()
        #expect(outcome.results.count == 1 && error.message.contains(words), "\(error)")
    }

    /// Functions, wherever they are declared, and words that only look like a command's.
    private static let known: [(script: String, shown: String)] = [
        ("if ($true) { function f { 7 } }; f", "7"), ("if ($false) { 1 } else { function f { 7 } }; f", "7"),
        ("foreach ($i in 1) { function f { 7 } }; f", "7"), ("for ($i = 0; $i -lt 1; $i++) { function f { 7 } }; f", "7"),
        ("do { function f { 7 } } while ($false); f", "7"), ("switch (1) { 1 { function f { 7 } } }; f", "7"),
        ("try { function f { 7 } } catch { 1 }; f", "7"), ("try { throw 'x' } catch { function f { 7 } }; f", "7"),
        ("try { 1 } finally { function f { 7 } }; f", "1\n7"), ("function a { function B { 7 }; b }; A", "7"),
        ("Get-CsOnlinePstnUsage -Filter { Get-Nope -eq 1 } | Out-Null; 7", "7"), ("Write-Output -Input 7", "7"),
        ("if ($false) { Write-Output -? }; 7", "7"), ("$t = 'x'; if ($false) { $t::Nope }; 7", "7"),
        ("& { param($x) $x } 7", "7"), ("Write-Output -InputObject 7 -OutVariable v", "7"),
    ]

    @Test("what is here is run", arguments: known.indices)
    func runs(index: Int) {
        var session = AdminFixture.seeded
        let (script, shown) = Self.known[index], outcome = session.run(script)
        let text = outcome.results.map(\.text).joined()
        #expect(text == shown + "\n" && outcome.applied, "\(script): \(outcome.results.compactMap(\.error))")
    }
}
