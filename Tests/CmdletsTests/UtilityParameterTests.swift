import Testing

@testable import Cmdlets

/// Parameters of utilities: each does what PowerShell's help says of it, or is refused by its name.
@Suite("Parameters of utilities")
struct UtilityParameterTests {
    private static let doing: [(script: String, shown: String)] = [
        ("try { Write-Error 'no' -TargetObject 'x' } catch { $_.TargetObject }", "x"),
        ("try { Write-Error 'no' } catch { $null -eq $_.TargetObject; $_.CategoryInfo.Category }", "True\nNotSpecified"),
        ("try { Write-Error 'no' -Category invaliddata } catch { $_.CategoryInfo.Category }", "InvalidData"),
        ("try { Write-Error 'no' -Category 18 } catch { $_.CategoryInfo.Category }", "PermissionDenied"),
        (
            "try { Write-Error -Exception ([System.ArgumentException]::new('bad')) -ErrorAction Stop } "
                + "catch [System.ArgumentException] { $_.Exception.Message }", "bad"
        ),
        ("try { Write-Error 'mine' -Exception ([System.ArgumentException]::new('bad')) } catch { $_.Exception.Message }", "bad"),
        ("Set-Variable a 5 -PassThru | ForEach-Object { $_.Name + $_.Value }", "a5"),
        ("$a = 1; New-Variable a 2 -Force; $a", "2"), ("$a = 1; function F { New-Variable a 2; $a }; F; $a", "2\n1"),
        ("$a = 1; function F { Remove-Variable a -Scope Script }; F; Get-Variable a -ErrorAction SilentlyContinue; 'gone'", "gone"),
        ("('{\"a\":{\"b\":1}}' | ConvertFrom-Json -Depth 2).a.b", "1"), ("'1' | ConvertFrom-Json -Depth 1", "1"),
        (
            "[pscustomobject]@{ A = 1 } | ConvertTo-Csv -IncludeTypeInformation | Select-Object -First 1",
            "#TYPE System.Management.Automation.PSCustomObject"
        ),
        ("Set-StrictMode -Version 3.0; 'on'", "on"),
        ("Write-Information 'a' -InformationVariable v; \"got $v\"", "got a"), ("Write-Host 'a' -iv v; \"got $v\"", "a\ngot a"),
        ("1 | Format-Table -Expand EnumOnly", "1"),
        ("(New-Item new.txt).Name; Test-Path new.txt", "new.txt\nTrue"),
        ("'a' | Out-File here/a.txt; Test-Path here -PathType Container; Test-Path here/a.txt -PathType Leaf", "True\nTrue"),
        (
            "New-Item -ItemType Directory d | Out-Null; Test-Path d; Test-Path d -PathType Container; Test-Path d -PathType Leaf",
            "True\nTrue\nFalse"
        ),
        ("(mkdir a/b).Name; Test-Path a; Test-Path a/b/ -PathType Container", "b\nTrue\nTrue"),
        ("md x | Out-Null; try { md x } catch { $_.FullyQualifiedErrorId }; md x -Force | Out-Null", "NewItemIOError"),
        ("$x = 1; Test-Path variable:x; Test-Path variable:y", "True\nFalse"),
        ("function F {}; Test-Path function:f; Test-Path function:g; Test-Path alias:md", "True\nFalse\nTrue"),
        ("try { Test-Path env:HOME } catch { $_.Exception.Message -match 'environment' }", "True"),
        ("try { Test-Path HKLM:x } catch { $_.Exception.Message -match 'no drive HKLM' }", "True"),
        ("try { Test-Path *.csv } catch { $_.Exception.Message -match 'wildcards' }", "True"),
        ("'a' | Out-File here/a.txt; Test-Path here -PathType Leaf; Test-Path here/a.txt -PathType Container", "False\nFalse"),
    ]

    @Test("do what they say", arguments: doing.indices)
    func honoured(index: Int) throws {
        let example = Self.doing[index]
        var session = AdminFixture.seeded, input = RunInput()
        input.files = ["new.txt": .absent, "d": .absent, "a/b": .absent, "x": .absent]
        let outcome = session.run(example.script, input)
        let shown = outcome.results.map(\.text).joined().split(separator: "\n").joined(separator: "\n")
        #expect(outcome.applied && shown == example.shown, "\(example.script): \(outcome.results.last?.error?.message ?? "")")
    }

    /// `Where-Object` and `ForEach-Object`, and what takes a block without parentheses.
    private static let selecting: [(script: String, shown: String)] = [
        ("ForEach-Object -InputObject 5 -Process { $_ }", "5"), ("ForEach-Object -InputObject (1, 2) -Process { \"$_\" }", "1 2"),
        ("ForEach-Object -InputObject 'abc' -MemberName Length", "3"), ("ForEach-Object { 'once' }", "once"),
        ("Where-Object -InputObject 5 -FilterScript { $_ -gt 1 }", "5"), ("Where-Object -InputObject 5 -FilterScript { $_ -gt 7 }", ""),
        ("$r = Get-CsOnlineVoiceRoute; (Where-Object -InputObject $r -Property Identity -EQ International).Name", "International"),
        ("(Get-CsOnlineVoiceRoute | Where-Object -Property Identity -EQ -Value International).Name", "International"),
        ("(Get-CsOnlineVoiceRoute | Where-Object Identity International -eq).Name", "International"),
        ("'a', 'bb' | Where-Object Length -gt 1", "bb"), ("'a', 'bb' | Where-Object Length -in 1, 5", "a"),
        ("@{ a = 1 }, @{ a = $null } | Where-Object a -eq $null | Measure-Object | % Count", "1"),
        ("(1, 2, 3).Where{ $_ -gt 1 }", "2\n3"), ("(1..3).ForEach{ $_ * 2 }", "2\n4\n6"), ("(1..3).Where{ $_ -gt 1 }.Count", "2"),
        (
            "[pscustomobject]@{ a = 'one two three' } | Format-List | Out-String -Width 13 -Stream | Where-Object { $_ }",
            "a : one two\n    three"
        ),
        (
            "([pscustomobject]@{ ab = '0123456789abcdefg' } | Format-List | Out-String -Width 13).Trim()",
            "ab : 01234567\n     89abcdef\n     g"
        ),
        ("[pscustomobject]@{ a = 'xy' } | Format-Table @{ e = 'a'; width = 6; alignment = 'center' }", "  a\n  -\n  xy"),
        ("[pscustomobject]@{ a = 'xy' } | Format-Table @{ e = 'a'; width = 6; alignment = 'Right' }", "     a\n     -\n    xy"),
    ]

    @Test("of selections and formats do what they say", arguments: selecting.indices)
    func selected(index: Int) {
        let example = Self.selecting[index]
        var session = AdminFixture.seeded
        let outcome = session.run(example.script)
        let shown = outcome.results.map(\.text).joined().split(separator: "\n").joined(separator: "\n")
        #expect(outcome.applied && shown == example.shown, "\(example.script): \(shown) \(outcome.results.last?.error?.message ?? "")")
    }

    private static let refusals: [(script: String, word: String)] = [
        ("1 | ForEach-Object -ThrottleLimit 3 { $_ }", "-ThrottleLimit goes with -Parallel"),
        ("1 | Where-Object Length -eq", "a value must follow -eq"), ("1 | Where-Object Length -eq -lt 1", "-eq and -lt exclude each other"),
        ("[pscustomobject]@{ a = 1 } | Format-Table @{ e = 'a'; alignment = 'bogus' }", "left, center or right, not bogus"),
        ("Grant-CsOnlineDialOutPolicy a b", "did you mean Grant-CsDialoutPolicy?"),
        ("Set-CsOnlineUser a", "did you mean Get-CsOnlineUser?"),
        ("1 | Sort-Object -InformationVariable v", "-InformationVariable"),
        ("function F { [CmdletBinding()] param() }; F -InformationVariable v", "-InformationVariable"),
        ("Get-CsOnlineUser -InformationVariable v", "-InformationVariable"),
        ("Set-CsOnlineDialInConferencingTenantSettings -Instance @{}", "-Instance"),
        ("New-CsOnlineAudioConferencingRoutingPolicy P -RouteType X", "-RouteType is one of BYOT"),
        ("New-CsOnlineVoiceRoutingPolicy P -RouteType X", "-RouteType is one of BYOT"),
        ("Write-Error 'no' -Category Odd", "-Category is one of NotSpecified"),
        ("Write-Error 'no' -RecommendedAction x", "-RecommendedAction"),
        ("Write-Error 'no' -CategoryReason x", "-CategoryReason"), ("1 | Format-Table -View x", "Format-Table -View"),
        ("1 | Format-List -View x", "Format-List -View"), ("1 | Format-Table -ShowError", "-ShowError"),
        ("1 | Format-List -Expand CoreOnly", "it may be enumonly"), ("Join-Path a b -Resolve", "Join-Path -Resolve"),
        ("Start-Transcript t.txt -IncludeInvocationHeader", "-IncludeInvocationHeader"),
        ("Start-Transcript known.txt -NoClobber", "known.txt is there already"),
        ("New-Variable a 1 -Visibility Private", "it may be public"), ("$a = 1; New-Variable a 2", "there is a variable a already"),
        ("Remove-Variable nowhere", "no variable nowhere"), ("'{\"a\":[1]}' | ConvertFrom-Json -Depth 1", "deeper than 1"),
        ("'1' | ConvertFrom-Json -Depth 0", "-Depth"), ("\"{`n`n]\" | ConvertFrom-Json", "from byte 3, line 3 on"),
        ("New-TimeSpan -Days 1000001", "-Days is a whole number from -1000000 to 1000000, not 1000001"),
        ("New-TimeSpan -Hours -1000001", "-Hours is a whole number from -1000000 to 1000000, not -1000001"),
        ("Set-StrictMode -Version 9", "it may be 1"),
        ("New-Item known.txt", "known.txt is there already"), ("New-Item x -ItemType Directory -Value a", "-Value is what a file holds"),
        ("New-Item x -ItemType Link", "File"), ("Test-Path known.txt -PathType Folder", "Any, Leaf or Container"),
        ("Test-Path told -PathType Leaf", "whether it is a file or a folder"),
        ("[pscustomobject]@{ A = 1 } | Add-Member -MemberType AliasProperty -Name B -Value A", "there is NoteProperty"),
    ]

    @Test("are refused by name where they cannot", arguments: refusals.indices)
    func refused(index: Int) throws {
        let example = Self.refusals[index]
        var session = AdminFixture.seeded, input = RunInput()
        input.files = ["known.txt": .text("a"), "told": .present, "x": .absent]
        let error = try session.run(example.script, input).failure()
        #expect(error.message.contains(example.word), "\(example.script): \(error.message)")
    }

    @Test("-PathType of what the client told", arguments: [ClientFile.text("a"), .leaf, .container, .absent])
    func paths(file: ClientFile) {
        var session = AdminFixture.seeded, input = RunInput()
        input.files = ["p": file]
        let outcome = session.run(
            "Test-Path p; Test-Path p -PathType Any; Test-Path p -PathType Leaf; Test-Path p -PathType Container", input)
        let isThere = file != .absent, isFolder = file == .container
        let wanted = [isThere, isThere, isThere && !isFolder, isFolder].map { $0 ? "True\n" : "False\n" }.joined()
        #expect(outcome.results.map(\.text).joined() == wanted)
    }
}
