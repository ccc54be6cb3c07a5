import Testing

@testable import Cmdlets

@Suite("What a script makes")
struct MeterTests {
    /// What is there before, what makes something of it, and the least number of bytes that this is.
    static let makers: [(before: String, act: String, bytes: Int)] = [
        ("$t = 'x'; $u = 'y' * 1000", "$t += $u", 1000), ("$t = 'x' * 1000", "$u = \"$t$t\"", 2000),
        ("$t = 'x' * 1000", "$u = $t * 2", 2000),
        ("$t = 'x' * 1000", "$u = $t.ToUpper()", 1000), ("$t = 'x' * 1000", "$u = $t.Substring(1)", 999),
        ("$t = 'x' * 1000", "$u = $t -replace 'y', 'z'", 1000), ("$t = 'x' * 1000", "$u = $t -match '^x+$'", 1000),
        ("$t = 'x,' * 99", "$u = $t.Split(',')", 1600), ("$t = 'x,' * 99", "$u = $t -split ','", 1600),
        ("$a = 1..100", "$u = $a -join ','", 291), ("$a = 1..100", "$u = $a + 1", 1616), ("$a = 1..100", "$a += 1", 1616),
        ("", "$a = 1..100", 1600),
        ("$a = 1..100", "$u = @($a | Where-Object { $true })", 1600),
        ("$l = [System.Collections.ArrayList]@()", "$null = $l.Add(1)", 16),
        ("$l = [System.Collections.ArrayList]@(); $a = 1..100", "$l.AddRange($a)", 1600),
        ("$l = [System.Collections.ArrayList]@()", "$l.Insert(0, 1)", 16),
        ("$h = @{}", "$h['a'] = 1", 48), ("$h = @{}", "$h.a = 1", 48), ("$h = @{}", "$h.Add('a', 1)", 48),
        ("", "$h = @{ a = 1; b = 2 }", 96), ("$h = @{ a = 1; b = 2 }", "$c = $h.Clone()", 96),
        ("$h = @{ a = 1; b = 2 }; $i = @{ c = 3 }", "$c = $h + $i", 144), ("", "$o = [PSCustomObject]@{ a = 1; b = 2 }", 192),
        ("$o = [PSCustomObject]@{ a = 1 }", "$o | Add-Member b 1", 48),
        ("$o = 1..100 | ForEach-Object { [PSCustomObject]@{ a = $_ } }", "$u = $o.a", 1600),
        ("$o = [PSCustomObject]@{ a = 1; b = 2 }", "$u = $o | Select-Object a, b", 96),
        ("$o = [PSCustomObject]@{ a = 'x' * 1000 }", "$u = $o | ConvertTo-Json -Compress", 1000),
        ("$j = '{\"a\":\"' + 'x' * 1000 + '\"}'", "$u = $j | ConvertFrom-Json", 1000),
        ("$o = [PSCustomObject]@{ a = 'x' * 1000 }", "$u = $o | ConvertTo-Csv", 1000),
        ("$c = \"a`n\" + 'x' * 1000", "$u = $c | ConvertFrom-Csv", 1000),
        ("Set-Content f.txt ('x' * 1000)", "$u = Get-Content f.txt", 1000),
        ("Set-Content f.txt ('x' * 1000)", "$u = Get-Content f.txt -Raw", 1000),
        ("", "$u = Get-CsOnlinePstnUsage", 64), ("$a = 1..100", "$u = $a | Group-Object", 1600),
    ]

    private func made(_ script: String) throws -> Int {
        let session = AdminFixture.seeded
        let workspace = Workspace(tenant: session.tenant, users: session.users, operators: session.operators)
        let interpreter = Interpreter(.all, workspace: workspace, client: ClientSide())
        defer { interpreter.dismantle() }
        let outcome = ScriptRun(interpreter).run(try ScriptReader.read(script))
        #expect(outcome.applied, "\(script): \(outcome.results.last?.error?.message ?? "")")
        return interpreter.meter.made
    }

    @Test("is counted in bytes, whatever makes it", arguments: makers.indices)
    func counted(index: Int) throws {
        let (before, act, bytes) = Self.makers[index]
        let made = try made(before + "\n" + act) - made(before)
        #expect(made >= bytes, "\(before); \(act): \(made)")
    }
}
